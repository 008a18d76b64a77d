"""The work of judging a pack, cut into items: recognition, reading aloud, and dialogue in four directions.

Each item is a key and a function that gives a row for the journal. Knows nothing of averages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cslm_core.audio import LISTEN_RATE, resample, write_wav
from trainer.evaluation.draw import UNSEEN_TYPES, UNSEEN_WORDINGS, Sentence
from trainer.evaluation.metrics import off_target
from trainer.evaluation.subject import Reply, Subject
from trainer.evaluation.testset import HUMAN, Item, TestSet

__all__ = ["KINDS", "LANGUAGES", "Judge", "Task", "Work", "work_on"]

LANGUAGES = ("en", "zh")
KINDS = ("asr", "reference", "tts", "dialogue")
"""Recognition, what the judge hears of the same recordings, reading aloud, spoken turns."""
Row = dict[str, Any]
Pcm = NDArray[np.float32]


class Judge(Protocol):
    """Whisper and DNSMOS (`trainer/decoder/judges.py`)."""

    def hear(self, pcm16k: Pcm, language: str, /) -> str: ...

    def quality(self, pcm16k: Pcm, /) -> float: ...


@dataclass(frozen=True)
class Task:
    """One item. `run` may be called once more when it was interrupted."""

    key: str
    run: Callable[[], Row]


@dataclass(frozen=True)
class Work:
    """Who is judged by whom. `paced`: so many questions of each direction are asked at the speed of speech."""

    subject: Subject
    judge: Judge | None = None
    paced: int = 20
    keep: Path | None = None

    def recognise(self, testset: TestSet, item: Item) -> Row:
        """What the pack hears in an item."""
        reply = self.subject.transcribe(testset.read(item))
        return {
            "task": "asr",
            "set": item.split,
            "language": item.language,
            "reference": item.text,
            "heard": reply.text or reply.heard,
            "seconds": item.seconds,
            "took": reply.done,
            "failed": reply.failed,
            "memory": self.subject.memory(),
        }

    def refer(self, testset: TestSet, item: Item) -> Row:
        """What the judge hears in an item: how well the spoken questions themselves can be understood."""
        assert self.judge is not None
        heard = self.judge.hear(testset.read(item), item.language)
        return {
            "task": "reference",
            "set": item.split,
            "language": item.language,
            "reference": item.text,
            "heard": heard,
            "memory": None,
        }

    def read_aloud(self, sentence: Sentence) -> Row:
        """A sentence spoken by the pack and judged."""
        reply = self.subject.speak(sentence.text, sentence.language)
        return {
            "task": "tts",
            "language": sentence.language,
            "reference": sentence.text,
            **self._judged(reply, sentence.language, sentence.id),
        }

    def converse(self, testset: TestSet, item: Item, reply_language: str, paced: bool) -> Row:
        """A question asked and its reply judged."""
        reply = self.subject.ask(testset.read(item), reply_language, paced=paced)
        stats = reply.stats
        return {
            "task": "dialogue",
            "set": item.split,
            "language": item.language,
            "reply_language": reply_language,
            "question": item.text,
            "question_seconds": item.seconds,
            "heard": reply.heard,
            "text": reply.text,
            "sensible": item.facts is not None and item.facts.sensible(reply.text, reply_language),
            "off_target": off_target(reply.text, reply_language),
            "paced": paced,
            "first_text": reply.first_text,
            "tokens_per_second": stats.tokens_per_second if stats else None,
            "max_gap": stats.max_gap if stats else None,
            "cut": stats.cut if stats else "",
            **self._judged(reply, reply_language, f"{item.id}.{reply_language}"),
        }

    def _judged(self, reply: Reply, language: str, name: str) -> Row:
        row: Row = {
            "first_sound": reply.first_sound,
            "rtf": reply.real_time_factor,
            "reply_seconds": reply.seconds,
            "failed": reply.failed,
            "memory": self.subject.memory(),
            "transcript": None,
            "dnsmos": None,
        }
        if self.keep is not None and reply.pcm.size:
            self.keep.mkdir(parents=True, exist_ok=True)
            write_wav(self.keep / f"{name}.wav", reply.pcm, reply.rate)
        if self.judge is not None:
            low = resample(reply.pcm, reply.rate, LISTEN_RATE)
            long_enough = len(low) >= LISTEN_RATE // 10
            row["transcript"] = self.judge.hear(low, language) if long_enough else ""
            row["dnsmos"] = self.judge.quality(low) if long_enough else None
        return row


def work_on(work: Work, testset: TestSet, limit: int | None = None, only: Collection[str] = KINDS) -> Iterator[Task]:
    """The tasks of the kinds `only`, at most `limit` items of each kind, set and language."""
    return (task for task in _all_tasks(work, testset, limit) if task.key.split("/")[0] in only)


def _all_tasks(work: Work, testset: TestSet, limit: int | None) -> Iterator[Task]:

    def few(items: Sequence[Any]) -> Sequence[Any]:
        return items if limit is None else items[:limit]

    for split in (UNSEEN_WORDINGS, UNSEEN_TYPES, HUMAN):
        for language in LANGUAGES:
            for item in few(testset.of(split, language)):
                yield Task(f"asr/{item.id}", lambda item=item: work.recognise(testset, item))  # type: ignore[misc]
    if work.judge is not None:
        for language in LANGUAGES:
            for item in few(testset.of(UNSEEN_WORDINGS, language)):
                yield Task(f"reference/{item.id}", lambda item=item: work.refer(testset, item))  # type: ignore[misc]
    for language in LANGUAGES:
        for sentence in few([s for s in testset.sentences if s.language == language]):
            yield Task(f"tts/{sentence.id}", lambda sentence=sentence: work.read_aloud(sentence))  # type: ignore[misc]
    for split in (UNSEEN_WORDINGS, UNSEEN_TYPES):
        for language in LANGUAGES:
            for target in LANGUAGES:
                for number, item in enumerate(few(testset.of(split, language))):
                    paced = split == UNSEEN_WORDINGS and number < work.paced
                    yield Task(
                        f"dialogue/{language}-{target}/{item.id}",
                        lambda item=item, target=target, paced=paced: work.converse(  # type: ignore[misc]
                            testset, item, target, paced
                        ),
                    )
