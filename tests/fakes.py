"""Small stand-ins for the components of a pack, and a pack made of them."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cslm_core.audio import is_silence
from cslm_core.chain.pieces import ChunkPiece, Counts, EndPiece, HeardPiece, TextPiece, UnitPiece
from cslm_core.dialogue import Options, Step
from cslm_core.errors import PackError
from cslm_core.events import Exchange
from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Component, PackManifest, UnitVocabulary
from cslm_core.packs.registry import register
from cslm_core.speech import Finding, SpeechGate
from cslm_core.units import UnitRuns

FRAME = 640
UNIT_SECONDS = 0.08


class FakeStream:
    """One unit for every 40 ms: how loud it is."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)

    def push(self, pcm: NDArray[np.float32]) -> UnitRuns:
        self._rest = np.concatenate([self._rest, pcm])
        whole = len(self._rest) // FRAME * FRAME
        frames, self._rest = self._rest[:whole].reshape(-1, FRAME), self._rest[whole:]
        return UnitRuns.of_codes((np.abs(frames).max(1) * 100).astype(np.int32))

    def finish(self) -> UnitRuns:
        return self.push(np.zeros(-len(self._rest) % FRAME, np.float32))

    def fork(self) -> FakeStream:
        return copy.copy(self)


class FakeTokenizer:
    def encode(self, pcm: NDArray[np.float32]) -> UnitRuns:
        return self.stream().push(pcm)

    def stream(self) -> FakeStream:
        return FakeStream()


class FakeDialogue:
    """Answers "reply to <n> units" or "reply to <text>" in chunks of one word; a question "endless" never ends."""

    def __init__(self, step_seconds: float = 0.0) -> None:
        self.history: list[list[str]] = []
        self.open: list[str] | None = None
        self._heard: list[int] = []
        self.expected: list[list[int]] = []
        self._step_seconds = step_seconds

    def hear(self, units: Sequence[int]) -> None:
        self._heard += units

    def expect(self, units: Sequence[int], options: Options) -> Iterator[None]:
        self.expected.append([*self._heard, *units])
        return iter([None] * 3)

    def reply(self, options: Options) -> Iterator[Step]:
        heard, self._heard = self._heard, []
        question = f"{len(heard)} units"
        yield HeardPiece(question, "en", True)
        yield from self._reply(question, options)

    def reply_to_text(self, text: str, language: str, options: Options) -> Iterator[Step]:
        if text == "crash":
            raise RuntimeError("a bug")
        yield HeardPiece(text, language, True)
        yield from self._reply(text, options)

    def _reply(self, question: str, options: Options) -> Iterator[Step]:
        self.open = []
        counts = Counts(prompt_tokens=len(question))
        words = ["reply", "to", *question.split()]
        chunk = 0
        while chunk < len(words) or question == "endless":
            word = words[chunk % len(words)]
            yield TextPiece(chunk, f" {word}")
            for unit in range(10 if options.speak else 0):
                time.sleep(self._step_seconds)
                counts.unit_tokens += 1
                yield UnitPiece(chunk, unit)
            yield None
            self.open.append(word)
            yield ChunkPiece(chunk, f" {word}", tuple(range(10)) if options.speak else ())
            chunk += 1
        yield EndPiece("", options.language or "en", counts=counts)

    def settle(self) -> None:
        self._heard = []
        if self.open:
            self.history.append(self.open)
        self.open = None

    def keep(self, chunks: int) -> None:
        self.history[-1] = self.history[-1][:chunks]
        if not self.history[-1]:
            self.history.pop()

    def forget(self) -> None:
        self.history.clear()

    def recall(self, exchanges: Sequence[Exchange]) -> int:
        self.history = [past.reply.split() for past in exchanges[-3:]]
        return len(self.history)

    def transcribe(self, units: Sequence[int]) -> Iterator[Step]:
        yield HeardPiece(f"{len(units)} units", "en", True)
        yield EndPiece("", "en")

    def read_aloud(self, text: str, language: str, options: Options) -> Iterator[Step]:
        if any(character.isalnum() for character in text):
            yield from self._reply(text, options)
        else:
            yield EndPiece("", language)

    def translate(self, text: str, language: str, to: str) -> Iterator[Step]:
        yield TextPiece(0, f"{text} in {to}")
        yield EndPiece("", to)


class FakeLm:
    layout = None

    def __init__(self, step_seconds: float = 0.0) -> None:
        self.dialogues: list[FakeDialogue] = []
        self._step_seconds = step_seconds

    def session(self) -> Any:
        raise NotImplementedError

    def dialogue(self, languages: Sequence[str]) -> FakeDialogue:
        self.dialogues.append(FakeDialogue(self._step_seconds))
        return self.dialogues[-1]


class FakeVoiceStream:
    """A ramp: every unit is 80 ms; one unit is held back."""

    def __init__(self) -> None:
        self.begins: list[int] = []
        self.first_mel: float | None = None
        self._held = 0

    def push(self, units: Sequence[int]) -> NDArray[np.float32]:
        size = int(UNIT_SECONDS * 24_000)
        self.begins += [size * (len(self.begins) + place) for place in range(len(units))]
        ready = self._held + len(units) - 1
        self._held = 1
        return np.full(int(ready * UNIT_SECONDS * 24_000), 0.1, np.float32)

    def finish(self) -> NDArray[np.float32]:
        return np.full(int(self._held * UNIT_SECONDS * 24_000), 0.1, np.float32)


class FakeDecoder:
    def stream(self, seed: int) -> FakeVoiceStream:
        return FakeVoiceStream()


class LevelGate(SpeechGate):
    """Whatever is not silent is speech."""

    def find(self, pcm16k: NDArray[np.float32]) -> Finding:
        return "silence" if is_silence(pcm16k) else "speech"


def _broken(folder: Path) -> FakeTokenizer:
    raise PackError("The tokenizer is broken; get the pack again.")


register("tokenizer", "fake", lambda folder: FakeTokenizer())
register("tokenizer", "fake-broken", _broken)
register("lm", "fake", lambda folder: FakeLm(0.005))
register("decoder", "fake", lambda folder: FakeDecoder())


def make_pack(folder: Path, *, tokenizer: str = "fake", name: str = "fake") -> PackManifest:
    """A pack of these components."""
    kinds = {"tokenizer": tokenizer, "lm": "fake", "decoder": "fake"}
    for role in kinds:
        (folder / role).mkdir(parents=True)
        (folder / role / "config.json").write_text("{}")
    return build_pack(
        folder,
        name=name,
        version="1.0.0",
        title="A fake pack",
        languages=["en", "zh"],
        units=UnitVocabulary(size=4096, rate=25),
        components={
            role: Component(kind=kind, folder=role, licence="Apache-2.0", source="made up")
            for role, kind in kinds.items()
        },
    )


def speech(seconds: float = 1.0) -> NDArray[np.float32]:
    """Something that is not silent and whose level changes."""
    time_axis = np.arange(int(seconds * 16_000)) / 16_000
    return (np.sin(2 * np.pi * 200 * time_axis) * (0.2 + 0.2 * np.sin(2 * np.pi * 3 * time_axis))).astype(np.float32)
