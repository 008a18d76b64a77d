"""What a pack has learnt and what it has forgotten, in figures, in words and to be heard: one HTML file, and JSON.

Measured on speech and texts that were never trained on. Knows nothing of how replies come about (`measure.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from cslm_core import __version__
from cslm_core.assets import assets_folder
from cslm_core.audio import LISTEN_RATE
from cslm_core.files import atomic_write_json, atomic_write_text
from cslm_core.languages import language_name
from cslm_core.packs.languages import ActiveLanguages
from cslm_core.packs.store import PackStore
from trainer.dialogues import load_types
from trainer.evaluation.metrics import error_rate as known_error_rate
from trainer.evaluation.scorecard import Figure
from trainer.evaluation.testset import TestSet
from trainer.language.configuration import job_threads, load_config
from trainer.language.digest import corpus_digest, learnt_digest
from trainer.language.install import build_language_pack, next_version, pack_name
from trainer.language.job import Job
from trainer.language.judge import WhisperEar, error_rate, open_ear
from trainer.language.measure import Row, bundled_tests, measure_new, measure_old, subject
from trainer.language.mixture import load_material
from trainer.language.noting import noted
from trainer.language.report import audio_inside, page, table
from trainer.language.which import WhichLanguage

__all__ = ["figures_of", "forgetting", "known_figures", "make_scorecard", "shown_figures", "verdict"]

STEP: Final = "scorecard"
SCHEMA: Final = 3
_SOUNDS: Final = 12
_GOOD_ASR, _FAIR_ASR = 0.20, 0.40
_GOOD_TTS, _FAIR_TTS = 0.12, 0.30
_GOOD_ANSWERS, _FAIR_ANSWERS, _BAD_ANSWERS = 0.8, 0.5, 0.2
_SILENT, _SILENT_OFTEN = 0.03, 0.10
_KEPT, _FORGOTTEN = 0.03, 0.10
_CHANCE: Final = 0.01
"""So little more or less, of all words or answers, is not called a change for the worse."""
_ALIKE: Final = 0.02
_TARGET: Final = 0.95
_BOUNDS: Final = {
    "asr": (_FAIR_ASR, _GOOD_ASR), "tts": (_FAIR_TTS, _GOOD_TTS), "right_language": (_TARGET, 0.99),
    "sensible": (_FAIR_ANSWERS, _GOOD_ANSWERS), "no_reply": (_SILENT_OFTEN, _SILENT), "forgotten": (_FORGOTTEN, _KEPT),
}  # fmt: skip
"""What must be reached and what is aimed at."""
_HIGHER: Final = ("right_language", "sensible")
"""Of these more is better."""


def make_scorecard(
    job: Job,
    *,
    whisper: str | None = None,
    limit: int = 24,
    similarity: bool = True,
    store: PackStore | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Measure before and after, write `report/scorecard.html` and `.json`, note the step. Hold the job's lock.

    Whisper judges speech where it is given; without it only what can be known without it is measured.
    """
    tell = progress or (lambda share, what: None)
    with noted(job, STEP, "The pack is being measured."):
        version = next_version(job, store or PackStore())
        build_language_pack(job, version)
        ear, tests = open_ear(whisper), bundled_tests()
        before = _before(job, whisper, ear, tests, limit, lambda what: tell(0.1, f"before: {what}"))
        with subject(Path(job.base.folder), [job.pack], job_threads(job)) as who:
            new = measure_new(who, job, tests, ear, limit, lambda what: tell(0.4, what))
            old = measure_old(who, job, tests, ear, limit, lambda what: tell(0.7, f"after: {what}"))
        which = _which(job)
        figures = figures_of(new, job, which)
        if similarity:
            tell(0.9, "similarity")
            figures["similarity"] = _similarity(job, limit)
        lost = forgetting(known_figures(before, which), known_figures(old, which))
        judge = whisper and Path(whisper).name if ear is not None else None
        asked = _digest_of(new)
        previous = _previous(job, store, judge, asked)
        known = ear is not None and ear.knows(job.language.code)
        sentences = verdict(job.language.name, figures, lost, judged=known, whisper=ear is not None, previous=previous)
        card = {
            "schema": SCHEMA,
            "language": job.language.code,
            "pack": {
                "name": pack_name(job), "base": job.base.identity, "base_sha256": job.base.sha256,
                "learnt": learnt_digest(job),
            },
            "program": __version__,
            "date": datetime.now(UTC).strftime("%Y-%m-%d"),
            "judge": judge,
            "asked": asked,
            "figures": [
                {**asdict(figure), "met": figure.met} for figure in shown_figures(figures, lost, new, job.language.name)
            ],
            "forgetting": lost,
            "previous": previous,
            "sentences": sentences,
            "items": len(new),
        }  # fmt: skip
        job.report.mkdir(exist_ok=True)
        atomic_write_json(job.report / "scorecard.json", card)
        atomic_write_text(job.report / "scorecard.html", _html(job, card, new))
        build_language_pack(job, version)  # once more, with its scorecard inside
        job.finish(STEP, sentences[0], {"items": len(new)}, {"sentences": sentences})
    tell(1.0, "done")
    return card


def _digest_of(rows: Sequence[Row]) -> str:
    """What was asked, so that two scorecards can be told to have been asked the same."""
    asked = sorted(
        json.dumps(
            [row["task"], row["id"], row["language"], row.get("target"), row.get("reference", row.get("question"))]
        )
        for row in rows
    )
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()


# --- figures ---


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


def forgetting(before: dict[str, float | None], after: dict[str, float | None]) -> dict[str, dict[str, float | None]]:
    """By figure: before, after, and how much worse it has become (0.1: a tenth), relative to what it was."""
    found = {}
    for name, was in before.items():
        now = after.get(name)
        worse = None
        if was is not None and now is not None:
            lost = was - now if name.startswith(_HIGHER) else now - was
            worse = lost / was if was else (0.0 if lost <= 0 else 1.0)
        found[name] = {"before": was, "after": now, "worse": worse}
    return found


def shown_figures(
    figures: dict[str, float | None], lost: dict[str, dict[str, float | None]], rows: Sequence[Row], name: str
) -> list[Figure]:
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
        must, aim = _BOUNDS.get(kind, (None, None))
        shown.append(Figure(key, what, value, count, unit, must, aim, kind in _HIGHER))
    for key, entry in lost.items():
        kind, _, of = key.partition(".")
        worse = entry["worse"] if entry["worse"] is None else max(0.0, entry["worse"])
        what = f"Forgotten: {_task(kind, of)}, worse by"
        shown.append(Figure(f"forgotten.{key}", what, worse, 0, "share", *_BOUNDS["forgotten"]))
    return shown


def verdict(
    name: str,
    figures: dict[str, Any],
    lost: dict[str, dict[str, float | None]],
    *,
    judged: bool,
    whisper: bool = False,
    previous: dict[str, Any] | None = None,
) -> list[str]:
    """The figures in sentences: good or not, and what to do about it. `judged`: by Whisper, who was there if `whisper`,
    but may not know the language; `previous` is the version that is in use."""
    sentences = [_hears(name, _of(figures, "asr.")), _speaks(name, _of(figures, "tts."), judged, whisper)]
    right = _all(figures, "right_language.")
    if right:
        worst = min(right)
        good = worst >= _TARGET
        sentences.append(
            f"It answers in the language that is asked for ({worst:.0%} in the worst direction)."
            if good
            else f"It often answers in another language or not at all ({worst:.0%} right in the worst direction); train"
            " turns longer."
        )
    sentences += [_answers(_all(figures, "sensible.")), _silence(_all(figures, "no_reply.")), _forgot(lost)]
    if previous is not None:
        sentences.append(_compared(figures, previous))
    return [sentence for sentence in sentences if sentence]


def _of(figures: dict[str, Any], prefix: str) -> float | None:
    return next((value for name, value in figures.items() if name.startswith(prefix)), None)


def _all(figures: dict[str, Any], prefix: str) -> list[float]:
    return [value for name, value in figures.items() if name.startswith(prefix) and value is not None]


def _hears(name: str, asr: float | None) -> str:
    if asr is None:
        return f"Nothing was measured of how well it hears {name}: there is no speech that was kept for the test."
    if asr <= _GOOD_ASR:
        return f"It hears {name} well: {asr:.0%} of the words are wrong."
    if asr <= _FAIR_ASR:
        return f"It hears {name} fairly: {asr:.0%} of the words are wrong."
    return f"It hears {name} badly: {asr:.0%} of the words are wrong; more speech or a longer training is needed."


def _speaks(name: str, tts: float | None, judged: bool, whisper: bool) -> str:
    if not judged:
        why = f"Whisper does not know {name}" if whisper else "Whisper was not there"
        return f"How well its {name} can be understood was not judged: {why}; listen to it."
    if tts is None:
        return ""
    if tts <= _GOOD_TTS:
        return f"It speaks {name} well: {tts:.0%} of the words are misheard by Whisper."
    if tts <= _FAIR_TTS:
        return f"It speaks {name} fairly: {tts:.0%} of the words are misheard by Whisper."
    return f"It speaks {name} badly: {tts:.0%} of the words are misheard by Whisper."


def _answers(shares: list[float]) -> str:
    if not shares:
        return "Whether its answers make sense was not judged: there are no questions with known answers to ask."
    mean, worst = sum(shares) / len(shares), min(shares)
    if mean >= _GOOD_ANSWERS:
        return f"Its answers make sense: {mean:.0%} of them, {worst:.0%} in the worst direction."
    if mean >= _FAIR_ANSWERS:
        return f"Its answers often make sense: {mean:.0%} of them, {worst:.0%} in the worst direction."
    if mean >= _BAD_ANSWERS:
        return (
            f"Its answers seldom make sense: {mean:.0%} of them, {worst:.0%} in the worst direction; more questions"
            " with answers, or a longer training of turns, are needed."
        )
    return (
        f"Its answers hardly ever make sense: {mean:.0%} of them, {worst:.0%} in the worst direction; more questions"
        " with answers, or a longer training of turns, are needed."
    )


def _silence(shares: list[float]) -> str:
    if not shares:
        return ""
    mean, worst = sum(shares) / len(shares), max(shares)
    if not worst:
        return "It answered every question."
    if mean <= _SILENT:
        return f"It seldom says nothing: to {mean:.0%} of the questions, {worst:.0%} in the worst direction."
    if mean <= _SILENT_OFTEN:
        return f"It sometimes says nothing: to {mean:.0%} of the questions, {worst:.0%} in the worst direction."
    return f"It often says nothing: to {mean:.0%} of the questions, {worst:.0%} in the worst direction."


def _forgot(lost: dict[str, dict[str, float | None]]) -> str:
    worse = {name: _change(entry) for name, entry in lost.items() if entry["worse"] is not None}
    if not worse:
        return ""
    figure, most = max(worse.items(), key=lambda item: item[1])
    task, _, of = figure.partition(".")
    where = _task(task, of)
    if most <= _KEPT:
        return "Nothing was forgotten: the languages it knew before are as good as they were."
    if most <= _FORGOTTEN:
        return f"Little was forgotten: at most {most:.0%}, in {where}."
    return f"It has forgotten: {where} is {most:.0%} worse; train with more replay."


def _change(entry: dict[str, float | None]) -> float:
    """How much worse, unless that is hardly more than chance."""
    was, now, worse = entry["before"], entry["after"], entry["worse"]
    return 0.0 if was is None or now is None or worse is None or abs(now - was) <= _CHANCE else worse


def _compared(figures: dict[str, Any], previous: dict[str, Any]) -> str:
    better: list[str] = []
    worse: list[str] = []
    for kind, what in _COMPARED.items():
        now, then = _all(figures, f"{kind}."), _all(previous["figures"], f"{kind}.")
        if not now or not then or (kind == "tts" and not previous["same_judge"]):
            continue
        after, before = sum(now) / len(now), sum(then) / len(then)
        if abs(after - before) > _ALIKE:
            good = (after > before) == (kind in _HIGHER)
            (better if good else worse).append(f"{what} ({before:.0%} then, {after:.0%} now)")
    alike, now_better, both, now_worse = _SAME_TEST if previous["same_test"] else _ANOTHER_TEST
    said = both if better and worse else now_better if better else now_worse if worse else alike
    return said.format(previous["version"], *(", ".join(items) for items in (better, worse) if items))


def _before(
    job: Job, whisper: str | None, ear: WhisperEar | None, tests: TestSet, limit: int, tell: Callable[[str], None]
) -> list[Row]:
    """Of the base pack alone, without sound; measured once for a base, a judge, a test and a number of items."""
    path = job.report / "before.json"
    key = [SCHEMA, job.base.sha256, whisper and Path(whisper).name, limit, tests.digest]
    try:
        kept = json.loads(path.read_text("utf-8"))
        if kept["key"] == key:
            return list(kept["rows"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    with subject(Path(job.base.folder), [], job_threads(job)) as who:
        rows = measure_old(who, job, tests, ear, limit, tell)
    rows = [{name: value for name, value in row.items() if name != "sound"} for row in rows]
    job.report.mkdir(exist_ok=True)
    atomic_write_json(path, {"key": key, "rows": rows})
    return rows


def _which(job: Job) -> WhichLanguage:
    texts: dict[str, list[str]] = {job.language.code: load_material(job).texts()}
    types = load_types(assets_folder() / "dialogues" / "everyday")
    for language in job.base.languages:
        texts[language] = [
            text for t in types for text in (*t.questions.get(language, ()), *t.answers.get(language, ()))
        ]
    return WhichLanguage({code: own for code, own in texts.items() if own})


def _similarity(job: Job, limit: int) -> float | None:
    """Speech-text similarity of held-out sentences, against others (`trainer.evaluation.metrics`); None where it cannot
    be measured, as when the corpus has changed since the training: the checkpoints do not fit it then."""
    import torch

    from trainer.evaluation.metrics import similarity_scores
    from trainer.language.training import Run

    config = load_config(job)
    if config is None or config.corpus not in ("", corpus_digest(job)):
        return None
    run = Run(job, config)
    spoken: list[np.ndarray] = []
    written: list[np.ndarray] = []
    with torch.inference_mode():
        for one in (run.material.dev or run.material.spoken)[:limit]:
            ids = (run.layout.heard_ids(one.units), run.mixture.builder.text(one.text, one.language))
            if all(ids):
                for own, states in zip(ids, (spoken, written), strict=True):
                    rows = run.model.embed(torch.tensor([own], device=run.workers.device))
                    states.append(run.model.body(inputs_embeds=rows).last_hidden_state[0].mean(0).float().cpu().numpy())
    if len(spoken) < 2:
        return None
    return float(similarity_scores(np.stack(spoken), np.stack(written))[2])


def _previous(job: Job, store: PackStore | None, judge: str | None, asked: str) -> dict[str, Any] | None:
    """The figures of the version of this pack that is in use, if it has a scorecard; whether that had the same `judge`
    and was `asked` the same."""
    active = ActiveLanguages(store or PackStore()).of(job.check_base())
    for pack in active:
        if pack.manifest.name == pack_name(job) and (pack.folder / "scorecard.json").is_file():
            try:
                card = json.loads((pack.folder / "scorecard.json").read_text("utf-8"))
                figures = {figure["name"]: figure["value"] for figure in card["figures"]}
                same_judge, same_test = card.get("judge") == judge, card.get("asked") == asked
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                return None
            return {
                "version": pack.manifest.version, "figures": figures, "same_judge": same_judge, "same_test": same_test,
            }  # fmt: skip
    return None


# --- for people ---

_TASKS: Final = {
    "asr": "recognition in {0}", "tts": "reading aloud in {0}", "sensible": "answers in {0}",
    "right_language": "answering in {0} when asked in it", "asr_er": "the speech of answers in {0}",
}  # fmt: skip
_TASKS_ACROSS: Final = {
    "sensible": "answers in {0} to questions in {1}", "right_language": "answering in {0} when asked in {1}",
    "asr_er": "the speech of answers in {0} to questions in {1}",
}  # fmt: skip
_SAME_TEST: Final = (
    "It is about as good as version {0}, which is in use.",
    "Compared with version {0}, which is in use, better: {1}.",
    "Compared with version {0}, which is in use, better: {1}; worse: {2}.",
    "Compared with version {0}, which is in use, worse: {1}; keep that one.",
)
_ANOTHER_TEST: Final = (
    "It is about as good as version {0}, which is in use; the two were not asked the same, so this is rough.",
    "Compared with version {0}, which is in use, better: {1}; the two were not asked the same, so this is rough.",
    "Compared with version {0}, which is in use, better: {1}; worse: {2}; the two were not asked the same, so this is"
    " rough.",
    "Compared with version {0}, which is in use, worse: {1}; the two were not asked the same, so this is rough; keep"
    " that one.",
)
"""Alike, better, better and worse, worse."""
_COMPARED: Final = {
    "asr": "misheard words", "tts": "words that Whisper mishears", "sensible": "sensible answers",
    "right_language": "answers in the right language", "no_reply": "questions without an answer",
}  # fmt: skip
_NAMES: Final = {
    "asr": "Words misheard", "tts": "Words that Whisper mishears in its speech", "sensible": "Sensible answers",
    "right_language": "Answers in the right language", "asr_er": "Speech that does not say its text (ASR-ER)",
    "no_reply": "No answer at all", "similarity": "Speech-text similarity, against others",
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
"""The same with a language, or that of a question and that of the answer."""


def _html(job: Job, card: dict[str, Any], rows: Sequence[Row]) -> str:
    previous = card["previous"]["figures"] if card["previous"] else {}
    lines = [
        [figure["what"], _percent(figure["value"]), _percent(previous.get(figure["name"]))]
        for figure in card["figures"]
        if not figure["name"].startswith("forgotten.")
    ]
    body = "<h2>What it has learnt</h2>" + table(["", "now", "version before" if previous else ""], lines)
    lost = [
        [
            f"{_NAMES[name.split('.')[0]]} {name.partition('.')[2]}",
            *(_percent(entry[k]) for k in ("before", "after", "worse")),
        ]
        for name, entry in card["forgetting"].items()
    ]
    body += "<h2>What it has forgotten</h2>" + table(["", "before", "after", "worse by"], lost)
    body += "<h2>How it sounds</h2>" + table(["asked or read", "language", "says", "sound"], _sounds(rows), raw=(3,))
    notes = [f"Base pack: {job.base.identity}. Judge of speech: {card['judge'] or 'none'}. {card['date']}."]
    return page(f"{job.language.name} for {job.base.identity}", [*card["sentences"], *notes], body)


def _task(kind: str, of: str) -> str:
    """What a figure is about; `of` is a language, or two: that of the question and that of the answer."""
    languages = [language_name(code) for code in of.split("-")]
    return (_TASKS if len(languages) == 1 else _TASKS_ACROSS)[kind].format(*reversed(languages))


def _sounds(rows: Sequence[Row]) -> list[list[str]]:
    """A few of each task, so that every direction can be heard."""
    found: list[list[str]] = []
    per_kind: dict[str, int] = {}
    for row in rows:
        kind = f"{row['task']} {row['language']} {row.get('target', '')}"
        sound = row.get("sound")
        if sound is None or not len(sound) or per_kind.get(kind, 0) >= 2 or len(found) >= _SOUNDS:
            continue
        per_kind[kind] = per_kind.get(kind, 0) + 1
        asked = row.get("question") or row.get("reference", "")
        said = row.get("text") or row.get("transcript") or ""
        found.append(
            [asked, row.get("target") or row["language"], said, audio_inside(sound[: 12 * LISTEN_RATE], LISTEN_RATE)]
        )
    return found


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
