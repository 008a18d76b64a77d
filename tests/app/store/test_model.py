"""Random operations on a store and on plain Python side by side; the program may end and start at any time."""

import dataclasses
import shutil
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from app.store.model import Chunk, Turn
from app.store.rows import fold
from app.store.shelf import title_of
from app.store.store import Store

TEXTS = st.text(st.sampled_from("aB ß天空雨\n%_'\"0"), max_size=12)
STATES = st.sampled_from(["done", "interrupted", "failed"])
KINDS = st.sampled_from(["question", "reply"])


class StoreMachine(RuleBasedStateMachine):
    """`model` holds conversations as dicts with their turns and the sounds of those."""

    conversations = Bundle("conversations")
    turns = Bundle("turns")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cslm-store-"))
        self.store = Store(self.folder / "conversations.db")
        self.model: dict[int, dict[str, Any]] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    @rule(target=conversations, title=TEXTS, private=st.booleans())
    def create(self, title: str, private: bool) -> int:
        made = self.store.create(title, private)
        assert made.id not in self.model
        assert made.private == private == (made.id < 0)
        self.model[made.id] = {"title": title.strip(), "turns": {}, "sounds": {}}
        return made.id

    @rule(conversation=conversations, title=TEXTS)
    def rename(self, conversation: int, title: str) -> None:
        if conversation in self.model:
            self.store.rename(conversation, title)
            self.model[conversation]["title"] = " ".join(title.split())

    @rule(conversation=consumes(conversations))
    def delete(self, conversation: int) -> None:
        self.store.delete(conversation)
        self.model.pop(conversation, None)

    @rule(target=turns, conversation=conversations, question=TEXTS)
    def new_turn(self, conversation: int, question: str) -> Any:
        if conversation not in self.model:
            return multiple()
        turn = self.store.new_turn(conversation, "typed", question=question, state="done")
        self.model[conversation]["turns"][turn.id] = turn
        return turn

    @rule(turn=turns, question=TEXTS, chunks=st.lists(TEXTS, max_size=3), state=STATES)
    def save(self, turn: Turn, question: str, chunks: list[str], state: Any) -> None:
        new = dataclasses.replace(turn, question=question, chunks=tuple(map(Chunk, chunks)), state=state)
        known = self._has(turn)
        assert self.store.save(new) == known
        if known:
            self.model[turn.conversation]["turns"][turn.id] = new

    @rule(turn=turns)
    def delete_turn(self, turn: Turn) -> None:
        self.store.delete_turn(turn.id)
        if self._has(turn):
            del self.model[turn.conversation]["turns"][turn.id]

    @rule(turn=turns, kind=KINDS, samples=st.integers(0, 300))
    def add_sound(self, turn: Turn, kind: Any, samples: int) -> None:
        self.store.add_sound(turn.id, kind, np.full(samples, 0.25, np.float32), 16_000)
        if self._has(turn) and samples:
            sounds = self.model[turn.conversation]["sounds"]
            sounds[turn.id, kind] = sounds.get((turn.id, kind), 0) + samples

    @rule(turn=turns, kind=KINDS)
    def hear(self, turn: Turn, kind: Any) -> None:
        sound = self.store.sound(turn.id, kind)
        expected = 0
        if self._has(turn):
            expected = self.model[turn.conversation]["sounds"].get((turn.id, kind), 0)
        assert (0 if sound is None else sound[0].shape[0]) == expected

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store(self.folder / "conversations.db")
        assert self.store.problem == ""
        self.model = {number: entry for number, entry in self.model.items() if number > 0}

    @rule(search=TEXTS)
    def search(self, search: str) -> None:
        found = {conversation.id for conversation in self.store.conversations(search)}
        assert found == {number for number, entry in self.model.items() if _matches(entry, search)}

    @invariant()
    def same(self) -> None:
        if not hasattr(self, "store"):
            return
        listed = self.store.conversations()
        assert {conversation.id for conversation in listed} == self.model.keys()
        assert [conversation.updated for conversation in listed] == sorted(
            (conversation.updated for conversation in listed), reverse=True
        )
        for conversation in listed:
            entry = self.model[conversation.id]
            assert self.store.turns(conversation.id) == list(entry["turns"].values())
            assert conversation.turns == len(entry["turns"])
            questions = (title_of(turn.question) for turn in entry["turns"].values() if turn.question.strip())
            assert conversation.title == (entry["title"] or next(questions, ""))

    def _has(self, turn: Turn) -> bool:
        return turn.id in self.model.get(turn.conversation, {"turns": {}})["turns"]


def _matches(entry: dict[str, Any], search: str) -> bool:
    texts = [entry["title"], *(f"{turn.question}\n{turn.reply}" for turn in entry["turns"].values())]
    return all(any(term in fold(text) for text in texts) for term in fold(search).split())


StoreMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestStore = StoreMachine.TestCase
