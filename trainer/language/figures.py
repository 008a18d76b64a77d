"""The figures of a scorecard: what was learnt and what was forgotten, and what each of them is called.

Knows nothing of how the rows were measured (`measure.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cslm_core.languages import language_name
from trainer.evaluation.metrics import error_rate as known_error_rate
from trainer.evaluation.scorecard import Figure
from trainer.language.job import Job
from trainer.language.judge import error_rate
from trainer.language.measure import Row
from trainer.language.which import WhichLanguage

__all__ = ["BOUNDS", "HIGHER", "Lost", "figures_of", "forgetting", "known_figures", "shown_figures", "task_words"]

Lost = dict[str, dict[str, float | None]]
"""By figure: `before`, `after`, and how much `worse` (0.1: a tenth), relative to what it was."""
BOUNDS: Final = {
    "asr": (0.40, 0.20), "tts": (0.30, 0.12), "right_language": (0.95, 0.99), "sensible": (0.5, 0.8),
    "no_reply": (0.10, 0.03), "forgotten": (0.10, 0.03),
}  # fmt: skip
"""What must be reached and what is aimed at."""
HIGHER: Final = ("right_language", "sensible")
"""Of these more is better."""
_TASKS: Final = {
    "asr": "recognition in {0}", "tts": "reading aloud in {0}", "sensible": "answers in {0}",
    "right_language": "answering in {0} when asked in it", "asr_er": "the speech of answers in {0}",
}  # fmt: skip
_TASKS_ACROSS: Final = {
    "sensible": "answers in {0} to questions in {1}", "right_language": "answering in {0} when asked in {1}",
    "asr_er": "the speech of answers in {0} to questions in {1}",
}  # fmt: skip
_WHAT: Final = {
    "asr": "Words misheard, {0}",
    "tts": "Words that Whisper mishears in its speech, {0}",
    "sensible": "Sensible answers, {0} to {1}",
    "right_language": "Answers in the right language, {0} to {1}",
    "asr_er": "Speech that does not say its text (ASR-ER), {0} to {1}",
    "no_reply": "No answer at all, {0} to {1}",
    "similarity": "Speech-text similarity, against others",
}
"""With a language, or that of a question and that of the answer."""


def figures_of(rows: Sequence[Row], job: Job, which: WhichLanguage) -> dict[str, float | None]:
    """All figures of the new language by name; None where nothing was measured. Errors and shares are from 0 on.

    Who says nothing does not answer in the right language.
    """
    code, found = job.language.code, {}
    asr = [(r["reference"], r["heard"]) for r in rows if r["task"] == "asr"]
    found[f"asr.{code}"] = error_rate(asr, job.language)
    tts = [(r["reference"], r["transcript"]) for r in rows if r["task"] == "tts" and r["transcript"] is not None]
    found[f"tts.{code}"] = error_rate(tts, job.language)
    turns = [r for r in rows if r["task"] == "turn"]
    for language, target in sorted({(r["language"], r["target"]) for r in turns}):
        own = [r for r in turns if (r["language"], r["target"]) == (language, target)]
        name = f"{language}-{target}"
        found[f"sensible.{name}"] = _share(r["sensible"] for r in own)
        found[f"right_language.{name}"] = _share(not _silent(r) and which.of(r["text"]) == target for r in own)
        judged = [(r["text"], r["transcript"]) for r in own if r["transcript"] is not None and r["text"].strip()]
        found[f"asr_er.{name}"] = (
            error_rate(judged, job.language) if target == code else known_error_rate(judged, target)
        )
        found[f"no_reply.{name}"] = _share(_silent(r) for r in own)
    return found


def _silent(row: Row) -> bool:
    """Whether a question got no answer, or one that is not to be read or not to be heard."""
    return row["failed"] is not None or not row["text"].strip() or not row["seconds"]


def _share(flags: Iterable[bool | None]) -> float | None:
    known = [flag for flag in flags if flag is not None]
    return sum(known) / len(known) if known else None


def known_figures(rows: Sequence[Row], which: WhichLanguage) -> dict[str, float | None]:
    """Figures of the languages the base pack had: by language, or by that of a question and that of its answer where
    the two differ."""
    found: dict[str, float | None] = {}
    for language in sorted({r["language"] for r in rows}):
        own = [r for r in rows if r["language"] == language]
        turns = [r for r in own if r["task"] == "turn"]
        found[f"asr.{language}"] = known_error_rate(
            [(r["reference"], r["heard"]) for r in own if r["task"] == "asr"], language
        )
        judged = [(r["reference"], r["transcript"]) for r in own if r["task"] == "tts" and r["transcript"] is not None]
        found[f"tts.{language}"] = known_error_rate(judged, language)
        for target in sorted({r["target"] for r in turns}):
            name = language if target == language else f"{language}-{target}"
            asked = [r for r in turns if r["target"] == target]
            found[f"sensible.{name}"] = _share(r["sensible"] for r in asked)
            found[f"right_language.{name}"] = _share(not _silent(r) and which.of(r["text"]) == target for r in asked)
            replies = [(r["text"], r["transcript"]) for r in asked if r["transcript"] is not None and r["text"].strip()]
            found[f"asr_er.{name}"] = known_error_rate(replies, target)
    return found


def forgetting(before: dict[str, float | None], after: dict[str, float | None]) -> Lost:
    """By figure: before, after, and how much worse it has become (0.1: a tenth), relative to what it was."""
    found: Lost = {}
    for name, was in before.items():
        now = after.get(name)
        worse = None
        if was is not None and now is not None:
            lost = was - now if name.startswith(HIGHER) else now - was
            worse = lost / was if was else (0.0 if lost <= 0 else 1.0)
        found[name] = {"before": was, "after": now, "worse": worse}
    return found


def shown_figures(figures: dict[str, float | None], lost: Lost, rows: Sequence[Row], name: str) -> list[Figure]:
    """All of it as a pack's scorecard has it (`trainer.evaluation.scorecard`): the language `name` first, then what was
    forgotten."""

    def said(code: str) -> str:
        return name if code == rows[0]["language"] else language_name(code)

    shown = []
    for key, value in figures.items():
        kind, _, of = key.partition(".")
        asked, _, target = of.partition("-")
        own = [r for r in rows if r["task"] == ("turn" if target else kind) and r["language"] == asked]
        count = len([r for r in own if not target or r["target"] == target])
        where = [said(code) for code in of.split("-") if code]
        what = _WHAT[kind].format(*where)
        unit = {"asr": "WER", "tts": "WER", "asr_er": "WER", "similarity": "cosine"}.get(kind, "share")
        must, aim = BOUNDS.get(kind, (None, None))
        shown.append(Figure(key, what, value, count, unit, must, aim, kind in HIGHER))
    for key, entry in lost.items():
        kind, _, of = key.partition(".")
        worse = entry["worse"] if entry["worse"] is None else max(0.0, entry["worse"])
        what = f"Forgotten: {task_words(kind, of)}, worse by"
        shown.append(Figure(f"forgotten.{key}", what, worse, 0, "share", *BOUNDS["forgotten"]))
    return shown


def task_words(kind: str, of: str) -> str:
    """What a figure is about; `of` is a language, or two: that of the question and that of the answer."""
    languages = [language_name(code) for code in of.split("-")]
    return (_TASKS if len(languages) == 1 else _TASKS_ACROSS)[kind].format(*reversed(languages))
