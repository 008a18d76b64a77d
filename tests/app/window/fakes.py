"""A session that is scripted: it keeps what it was asked for and tells what the test wants it to tell."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.session.notices import (
    ConversationOpened,
    ConversationsChanged,
    DeviceNotice,
    LevelChanged,
    Notice,
    PackReady,
    Problem,
    State,
    StateChanged,
    TurnChanged,
    TurnRemoved,
    WordSpoken,
)
from app.session.words import words
from app.settings.model import Settings
from app.store.model import Chunk, Origin, Turn, Waterfall
from app.store.store import Store
from cslm_core.events import PackInfo

__all__ = ["PACK", "FakeSession", "make_turn"]

PACK = PackInfo(
    name="starter",
    version="0.1.0",
    title="Starter pack",
    languages=["en", "zh"],
    listen_rate=16_000,
    speak_rate=24_000,
    digest="0" * 64,
)
RATE = 24_000


def make_turn(number: int = 1, conversation: int = 1, **values: Any) -> Turn:
    """A turn that is done, unless `values` say otherwise."""
    standard: dict[str, Any] = {
        "asked": datetime(2026, 11, 25, 10, 30).astimezone(),
        "origin": "typed",
        "state": "done",
        "question": "What is the capital of Brazil?",
        "question_language": "en",
        "reply_language": "en",
        "chunks": (Chunk("The capital of Brazil", 0.0, 1.2), Chunk(" is Brasilia.", 1.2, 0.9)),
    }
    return Turn(id=number, conversation=conversation, **{**standard, **values})


class FakeSession:
    """SessionCommands that happen at once, in the caller's thread, with a store of its own."""

    def __init__(self, post: Callable[[Notice], None], store: Store) -> None:
        self.post = post
        self.store = store
        self.calls: list[tuple[Any, ...]] = []
        self.muted = False
        self.state: State = "starting"
        self.mode = Settings().audio.mode
        self.conversation = 0
        self.closed = False

    # what a test makes it tell

    def begin(self) -> None:
        """Be ready: a pack, a device, a new conversation."""
        self.post(PackReady(PACK, {"total": 1.0}))
        self.post(DeviceNotice("microphone", "Built-in microphone"))
        self.new_conversation()
        self.calls.clear()
        self.tell("ready")

    def tell(self, state: State) -> None:
        self.state = state
        self.post(StateChanged(state, self.muted, self.mode))

    def level(self, dbfs: float = -20.0, speech: float = 0.9) -> None:
        self.post(LevelChanged(dbfs, speech, clipped=False))

    def heard(self, text: str, language: str = "en", origin: Origin = "spoken", **values: Any) -> Turn:
        """A question was recognised."""
        turn = self.store.new_turn(self.conversation, origin, question=text, question_language=language)
        return self.change(dataclasses.replace(turn, state="thinking", **values))

    def change(self, turn: Turn) -> Turn:
        self.store.save(turn)
        self.post(TurnChanged(turn))
        return turn

    def write(self, turn: Turn, text: str, seconds: float = 0.0, *, language: str = "en", new: bool = True) -> Turn:
        """More text of the reply, as a chunk of its own or (not `new`) as a part of the last one; and its sound."""
        chunks = list(turn.chunks)
        start = sum(chunk.seconds for chunk in chunks)
        if new or not chunks:
            chunks.append(Chunk(text, start, seconds))
        else:
            chunks[-1] = Chunk(chunks[-1].text + text, chunks[-1].start, seconds)
        if seconds:
            time = np.arange(round(seconds * RATE), dtype=np.float32) / RATE
            tone = np.sin(time * 2 * np.pi * 180) * (0.25 + 0.2 * np.sin(time * 9 + start))
            self.store.add_sound(turn.id, "reply", tone.astype(np.float32), RATE)
        return self.change(dataclasses.replace(turn, state="speaking", chunks=tuple(chunks), reply_language=language))

    def speak(self, turn: Turn, chunk: int, word: int | None) -> None:
        assert word is None or word < len(words(turn.chunks[chunk].text))
        self.post(WordSpoken(turn.id, chunk, word))

    def finish(self, turn: Turn, **values: Any) -> Turn:
        ended = dataclasses.replace(turn, **{"state": "done", "waterfall": Waterfall(played=0.9), **values})
        self.post(ConversationsChanged())
        return self.change(ended)

    def answer(self, question: str, chunks: Sequence[tuple[str, float]], **values: Any) -> Turn:
        """A whole turn."""
        language = values.pop("language", "en")
        turn = self.heard(question, values.pop("asked_in", language), values.pop("origin", "spoken"))
        for text, seconds in chunks:
            turn = self.write(turn, text, seconds, language=language)
        return self.finish(turn, **values)

    # commands

    def open_pack(self, folder: Path) -> None:
        self.calls.append(("open_pack", folder))

    def no_pack(self, reason: str) -> None:
        self.calls.append(("no_pack", reason))
        self.post(Problem("pack", reason, "choose-pack"))

    def restart_engine(self) -> None:
        self.calls.append(("restart_engine",))

    def new_conversation(self, private: bool = False) -> None:
        self.calls.append(("new_conversation", private))
        made = self.store.create(private=private)
        self.conversation = made.id
        self.post(ConversationOpened(made, ()))
        self.post(ConversationsChanged())

    def open_conversation(self, conversation: int) -> None:
        self.calls.append(("open_conversation", conversation))
        self.conversation = conversation
        turns = tuple(self.store.turns(conversation))
        self.post(ConversationOpened(self.store.conversation(conversation), turns))

    def ask_text(self, text: str) -> None:
        self.calls.append(("ask_text", text))
        self.heard(text, origin="typed")
        self.tell("thinking")

    def ask_file(self, path: Path) -> None:
        self.calls.append(("ask_file", path))

    def stop(self) -> None:
        self.calls.append(("stop",))
        self.tell("ready")

    def set_muted(self, muted: bool) -> None:
        self.calls.append(("set_muted", muted))
        self.muted = muted
        self.tell(self.state)

    def toggle_muted(self) -> None:
        self.set_muted(not self.muted)

    def press(self, down: bool) -> None:
        self.calls.append(("press", down))
        if not self.muted:
            self.tell("listening" if down else "thinking")
        elif down:
            self.post(Problem("command", "The microphone is muted; unmute it to talk."))

    def correct(self, turn: int, text: str) -> None:
        self.calls.append(("correct", turn, text))

    def again(self, turn: int, reply_language: str = "auto") -> None:
        self.calls.append(("again", turn, reply_language))

    def replay(self, turn: int, chunk: int | None = None, word: int | None = None) -> None:
        self.calls.append(("replay", turn, chunk, word))

    def replay_question(self, turn: int) -> None:
        self.calls.append(("replay_question", turn))

    def delete_turn(self, turn: int) -> None:
        self.calls.append(("delete_turn", turn))
        self.store.delete_turn(turn)
        self.post(TurnRemoved(turn))

    def apply(self, settings: Settings) -> None:
        self.calls.append(("apply", settings))
        self.mode = settings.audio.mode
        self.tell(self.state)

    def close(self) -> None:
        self.closed = True
