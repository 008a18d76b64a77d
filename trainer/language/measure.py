"""Measuring a pack with and without a language: recognition, reading aloud, and spoken turns in every direction.

Gives rows, one for each item. Knows nothing of averages and verdicts (`scorecard.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cslm_core.assets import assets_folder
from cslm_core.audio import LISTEN_RATE, Pcm, read_audio, resample
from cslm_core.engine.client import EngineClient
from cslm_core.errors import CslmError
from trainer.evaluation.subject import EngineSubject, Reply
from trainer.evaluation.testset import Item, TestSet, load_testset
from trainer.language.corpus import CorpusRows
from trainer.language.dialogue_sheet import load_dialogues
from trainer.language.job import Job
from trainer.language.judge import WhisperEar

__all__ = ["Question", "Row", "bundled_tests", "measure_new", "measure_old", "questions_of", "subject"]

Row = dict[str, Any]
Tell = Callable[[str], None]
_SETS: Final = ("unseen_wordings", "unseen_types", "human")
_HEARD: Final = 8
"""Utterances that are recognised for each reply that is asked for: one takes half a second, a reply five."""


@dataclass(frozen=True)
class Question:
    """Somebody asks: `sound` in `language`; `keys` by reply language are alternatives that a sensible answer has."""

    id: str
    language: str
    text: str
    sound: Pcm
    keys: dict[str, list[list[str]]]


@contextmanager
def subject(base: Path, languages: Sequence[Path], threads: int | None = None) -> Iterator[EngineSubject]:
    """The base pack with exactly these language packs, in an engine of its own."""
    with EngineClient() as client:
        ready = client.load(base, device="cpu", threads=threads, languages=languages)
        yield EngineSubject(client, ready)


def bundled_tests() -> TestSet:
    """The test set that comes with the program, for the languages of the base pack."""
    return load_testset(assets_folder() / "evaluation")


def measure_old(
    who: EngineSubject, job: Job, tests: TestSet, ear: WhisperEar | None, limit: int, tell: Tell
) -> list[Row]:
    """Recognition and reading in the languages the base pack had, and answers in each of them to questions in each."""
    rows: list[Row] = []
    for language in job.base.languages:
        items = [item for split in _SETS for item in tests.of(split, language)]
        for item in items[: _HEARD * limit]:
            tell(f"{language}, recognition")
            rows.append(_recognise(who, item.id, language, item.text, tests.read(item)))
        for sentence in [s for s in tests.sentences if s.language == language][:limit]:
            tell(f"{language}, reading aloud")
            rows.append(_read(who, sentence.id, language, sentence.text, ear))
        for item in [item for item in items[:limit] if item.facts is not None]:
            for target in job.base.languages:
                tell(f"answers, {language} to {target}")
                rows.append(_ask(who, _bundled_question(item, tests, {}), target, ear))
    return rows


def measure_new(
    who: EngineSubject, job: Job, tests: TestSet, ear: WhisperEar | None, limit: int, tell: Tell
) -> list[Row]:
    """Recognition and reading in the new language, and turns new to new, new to known and known to new."""
    code = job.language.code
    rows: list[Row] = []
    held = [row for row in CorpusRows.load(job).usable if row.get("split") == "test"]
    held = held or [row for row in CorpusRows.load(job).usable if row.get("split") == "dev"]
    for row in held[: _HEARD * limit]:
        tell("recognition")
        rows.append(_recognise(who, row["id"], code, row["text"], read_audio(job.corpus / row["audio"])))
    texts = [row["text"] for row in held]
    for number, text in enumerate(dict.fromkeys(texts)):
        if number < limit:
            tell("reading aloud")
            rows.append(_read(who, f"read-{number}", code, text, ear))
    own, known = questions_of(job, tests)
    for question in own[:limit]:
        for target in (code, *job.base.languages):
            tell(f"answers, {code} to {target}")
            rows.append(_ask(who, question, target, ear))
    for language in job.base.languages:
        for question in [q for q in known if q.language == language][:limit]:
            tell(f"answers, {language} to {code}")
            rows.append(_ask(who, question, code, ear))
    return rows


def questions_of(job: Job, tests: TestSet) -> tuple[list[Question], list[Question]]:
    """(held-out questions in the new language, the bundled ones in known languages), with key facts where known."""
    dialogues = load_dialogues(job)
    code = job.language.code
    keys = {name: row["keys"] for name, row in dialogues.types.items()}
    bundled = {_type_of(item): item for item in tests.items if item.facts is not None}
    own = []
    for row in CorpusRows.load(job).usable:
        name, _, part = str(row.get("prompt", "")).rpartition(".")
        if row.get("split") not in ("test", "dev") or (name and part[:1] not in ("t", "q")):
            continue
        wanted = {code: keys[name]} if name in keys else {}
        if name in bundled:
            facts = bundled[name].facts
            assert facts is not None
            wanted |= {language: own_keys for language, own_keys in facts.keys.items() if language != code}
        own.append(Question(row["id"], code, row["text"], read_audio(job.corpus / row["audio"]), wanted))
    own.sort(key=lambda question: not question.keys)  # those that can be judged first
    known = [_bundled_question(item, tests, keys, code) for item in tests.items if item.facts is not None]
    return own, known


def _bundled_question(item: Item, tests: TestSet, keys: dict[str, list[list[str]]], code: str = "") -> Question:
    """A bundled question; `keys` by question type are those of the language `code`."""
    assert item.facts is not None
    wanted = dict(item.facts.keys)
    if _type_of(item) in keys:
        wanted[code] = keys[_type_of(item)]
    return Question(item.id, item.language, item.text, tests.read(item), wanted)


def _type_of(item: Item) -> str:
    """Of "unseen_wordings.greetings.hello.0.en"."""
    return item.id.split(".", 1)[-1].rsplit(".", 2)[0]


def _recognise(who: EngineSubject, name: str, language: str, text: str, sound: Pcm) -> Row:
    reply = who.transcribe(sound)
    return {"task": "asr", "id": name, "language": language, "reference": text, "heard": reply.text or reply.heard,
            "failed": reply.failed}  # fmt: skip


def _read(who: EngineSubject, name: str, language: str, text: str, ear: WhisperEar | None) -> Row:
    try:
        reply = who.speak(text, language)
    except CslmError as error:
        reply = Reply(failed=str(error))
    return {"task": "tts", "id": name, "language": language, "reference": text, **_judged(reply, language, ear)}


def _ask(who: EngineSubject, question: Question, target: str, ear: WhisperEar | None) -> Row:
    reply = who.ask(question.sound, target, paced=False)
    keys = question.keys.get(target)
    lowered = reply.text.casefold()
    sensible = None if keys is None else all(any(key.casefold() in lowered for key in group) for group in keys)
    return {
        "task": "turn",
        "id": question.id,
        "language": question.language,
        "target": target,
        "question": question.text,
        "heard": reply.heard,
        "text": reply.text,
        "sensible": sensible,
        **_judged(reply, target, ear),
    }


def _judged(reply: Reply, language: str, ear: WhisperEar | None) -> Row:
    low = resample(reply.pcm, reply.rate, LISTEN_RATE)
    transcript = None
    if ear is not None and ear.knows(language):
        transcript = ear.hear(low, language) if len(low) > LISTEN_RATE // 10 else ""
    return {"failed": reply.failed, "seconds": reply.seconds, "transcript": transcript, "sound": low}
