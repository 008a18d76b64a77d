"""What a pack has learnt and what it has forgotten, in figures, in words and to be heard: one HTML file, and JSON.

Measured on speech and texts that were never trained on. Knows nothing of how replies come about (`measure.py`).
"""

from __future__ import annotations

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
from cslm_core.errors import CslmError
from cslm_core.files import atomic_write_json, atomic_write_text
from cslm_core.languages import language_name
from cslm_core.packs.languages import ActiveLanguages
from cslm_core.packs.store import PackStore
from trainer.dialogues import load_types
from trainer.evaluation.metrics import error_rate as known_error_rate
from trainer.evaluation.scorecard import Figure
from trainer.language.configuration import job_threads, load_config
from trainer.language.install import build_language_pack, next_version, pack_name
from trainer.language.job import Job
from trainer.language.judge import error_rate, open_ear
from trainer.language.measure import Row, bundled_tests, measure_new, measure_old, subject
from trainer.language.mixture import load_material
from trainer.language.report import audio_inside, page, table
from trainer.language.which import WhichLanguage

__all__ = ["figures_of", "forgetting", "make_scorecard", "shown_figures", "verdict"]

STEP: Final = "scorecard"
SCHEMA: Final = 2
_SOUNDS: Final = 12
_GOOD_ASR, _FAIR_ASR = 0.20, 0.40
_GOOD_TTS, _FAIR_TTS = 0.12, 0.30
_KEPT, _FORGOTTEN = 0.03, 0.10
_TARGET: Final = 0.95
_BOUNDS: Final = {
    "asr": (_FAIR_ASR, _GOOD_ASR), "tts": (_FAIR_TTS, _GOOD_TTS), "right_language": (_TARGET, 0.99),
    "forgotten": (_FORGOTTEN, _KEPT),
}  # fmt: skip
"""What must be reached and what is aimed at."""


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
    job.begin(STEP, "The pack is being measured.")
    try:
        build_language_pack(job, next_version(job, store or PackStore()))
        ear = open_ear(whisper, job.language.code)
        tests, base = bundled_tests(), Path(job.base.folder)
        before = _before(job, whisper, limit, lambda what: tell(0.1, f"before: {what}"))
        with subject(base, [job.pack], job_threads(job)) as who:
            new = measure_new(who, job, tests, ear, limit, lambda what: tell(0.4, what))
            old = measure_old(who, job, tests, ear, limit, lambda what: tell(0.7, f"after: {what}"))
        which = _which(job)
        figures = figures_of(new, job, which)
        if similarity:
            tell(0.9, "similarity")
            figures["similarity"] = _similarity(job, limit)
        lost = forgetting(before, _known_figures(old))
        sentences = verdict(job.language.name, figures, lost, judged=ear is not None)
        previous = _previous(job, store)
    except CslmError as error:
        job.fail(STEP, str(error))
        raise
    card = {
        "schema": SCHEMA,
        "language": job.language.code,
        "pack": {"name": pack_name(job), "base": job.base.identity, "base_sha256": job.base.sha256},
        "program": __version__,
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "judge": whisper and Path(whisper).name if ear is not None else None,
        "figures": [
            {**asdict(figure), "met": figure.met} for figure in shown_figures(figures, lost, new, job.language.name)
        ],
        "forgetting": lost,
        "previous": previous,
        "sentences": sentences,
        "items": len(new),
    }
    job.report.mkdir(exist_ok=True)
    atomic_write_json(job.report / "scorecard.json", card)
    atomic_write_text(job.report / "scorecard.html", _html(job, card, new))
    job.finish(STEP, sentences[0], {"items": len(new)}, {"sentences": sentences})
    tell(1.0, "done")
    return card


# --- figures ---


def figures_of(rows: Sequence[Row], job: Job, which: WhichLanguage) -> dict[str, float | None]:
    """All figures of the new language by name; None where nothing was measured. Errors and shares are from 0 on."""
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
        found[f"right_language.{name}"] = _share(which.of(r["text"]) == target for r in own if r["text"].strip())
        judged = [(r["text"], r["transcript"]) for r in own if r["transcript"] is not None and r["text"].strip()]
        found[f"asr_er.{name}"] = (
            error_rate(judged, job.language) if target == code else known_error_rate(judged, target)
        )
        found[f"no_reply.{name}"] = _share(r["failed"] is not None for r in own)
    return found


def _share(flags: Iterable[bool | None]) -> float | None:
    known = [flag for flag in flags if flag is not None]
    return sum(known) / len(known) if known else None


def _known_figures(rows: Sequence[Row]) -> dict[str, float | None]:
    """Figures of the languages the base pack had."""
    found: dict[str, float | None] = {}
    for language in sorted({r["language"] for r in rows}):
        own = [r for r in rows if r["language"] == language]
        found[f"asr.{language}"] = known_error_rate(
            [(r["reference"], r["heard"]) for r in own if r["task"] == "asr"], language
        )
        judged = [(r["reference"], r["transcript"]) for r in own if r["task"] == "tts" and r["transcript"] is not None]
        found[f"tts.{language}"] = known_error_rate(judged, language)
        found[f"sensible.{language}"] = _share(r["sensible"] for r in own if r["task"] == "turn")
    return found


def forgetting(before: dict[str, float | None], after: dict[str, float | None]) -> dict[str, dict[str, float | None]]:
    """By figure: before, after, and how much worse it has become (0.1: a tenth), relative to what it was."""
    found = {}
    for name, was in before.items():
        now = after.get(name)
        worse = None
        if was is not None and now is not None:
            lost = was - now if name.startswith("sensible") else now - was
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
        what = ", ".join([_NAMES[kind], *([" to ".join(where)] if where else [])])
        unit = {"asr": "WER", "tts": "WER", "asr_er": "WER", "similarity": "cosine"}.get(kind, "share")
        must, aim = _BOUNDS.get(kind, (None, None))
        shown.append(Figure(key, what, value, count, unit, must, aim, kind in ("right_language", "sensible")))
    for key, entry in lost.items():
        kind, _, of = key.partition(".")
        worse = entry["worse"] if entry["worse"] is None else max(0.0, entry["worse"])
        what = f"Forgotten: {_TASKS[kind]} in {language_name(of)}, worse by"
        shown.append(Figure(f"forgotten.{key}", what, worse, 0, "share", *_BOUNDS["forgotten"]))
    return shown


def verdict(name: str, figures: dict[str, Any], lost: dict[str, dict[str, float | None]], *, judged: bool) -> list[str]:
    """The figures in sentences: good or not, and what to do about it."""
    sentences = []
    asr = next((v for k, v in figures.items() if k.startswith("asr.")), None)
    tts = next((v for k, v in figures.items() if k.startswith("tts.")), None)
    sentences.append(_hears(name, asr))
    if not judged:
        sentences.append(f"How well its {name} can be understood was not judged: Whisper was not there; listen to it.")
    elif tts is not None:
        word = "well" if tts <= _GOOD_TTS else "fairly" if tts <= _FAIR_TTS else "badly"
        sentences.append(f"It speaks {name} {word}: {tts:.0%} of the words are misheard by Whisper.")
    right = [v for k, v in figures.items() if k.startswith("right_language") and v is not None]
    if right:
        worst = min(right)
        good = worst >= _TARGET
        sentences.append(
            f"It answers in the language that is asked for ({worst:.0%} in the worst direction)."
            if good
            else f"It often answers in another language ({worst:.0%} right in the worst direction); train turns longer."
        )
    worse = {k: v["worse"] for k, v in lost.items() if v["worse"] is not None}
    if worse:
        figure, most = max(worse.items(), key=lambda item: item[1] or 0.0)
        task, _, language = figure.partition(".")
        where = f"{_TASKS[task]} in {language_name(language)}"
        if (most or 0.0) <= _KEPT:
            sentences.append("Nothing was forgotten: the languages it knew before are as good as they were.")
        elif (most or 0.0) <= _FORGOTTEN:
            sentences.append(f"Little was forgotten: at most {most:.0%}, in {where}.")
        else:
            sentences.append(f"It has forgotten: {where} is {most:.0%} worse; train with more replay.")
    return sentences


def _hears(name: str, asr: float | None) -> str:
    if asr is None:
        return f"Nothing was measured of how well it hears {name}: there is no speech that was kept for the test."
    word = "well" if asr <= _GOOD_ASR else "fairly" if asr <= _FAIR_ASR else "badly"
    advice = "" if asr <= _FAIR_ASR else "; more speech or a longer training is needed"
    return f"It hears {name} {word}: {asr:.0%} of the words are wrong{advice}."


def _before(job: Job, whisper: str | None, limit: int, tell: Callable[[str], None]) -> dict[str, float | None]:
    """The figures of the base pack alone, measured once for a base, a judge and a number of items."""
    path = job.report / "before.json"
    key = [job.base.sha256, whisper and Path(whisper).name, limit]
    try:
        kept = json.loads(path.read_text("utf-8"))
        if kept["key"] == key:
            return dict(kept["figures"])
    except (OSError, ValueError, KeyError):
        pass
    ear = open_ear(whisper, job.base.languages[0])
    with subject(Path(job.base.folder), [], job_threads(job)) as who:
        figures = _known_figures(measure_old(who, job, bundled_tests(), ear, limit, tell))
    job.report.mkdir(exist_ok=True)
    atomic_write_json(path, {"key": key, "figures": figures})
    return figures


def _which(job: Job) -> WhichLanguage:
    texts: dict[str, list[str]] = {job.language.code: load_material(job).texts()}
    types = load_types(assets_folder() / "dialogues" / "everyday")
    for language in job.base.languages:
        texts[language] = [
            text for t in types for text in (*t.questions.get(language, ()), *t.answers.get(language, ()))
        ]
    return WhichLanguage({code: own for code, own in texts.items() if own})


def _similarity(job: Job, limit: int) -> float | None:
    """Speech-text similarity of held-out sentences, against others (`trainer.evaluation.metrics`)."""
    import torch

    from trainer.evaluation.metrics import similarity_scores
    from trainer.language.training import Run

    config = load_config(job)
    if config is None:
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


def _previous(job: Job, store: PackStore | None) -> dict[str, Any] | None:
    """The figures of the version of this pack that is in use, if it has a scorecard."""
    active = ActiveLanguages(store or PackStore()).of(job.check_base())
    for pack in active:
        if pack.manifest.name == pack_name(job) and (pack.folder / "scorecard.json").is_file():
            try:
                card = json.loads((pack.folder / "scorecard.json").read_text("utf-8"))
                figures = {figure["name"]: figure["value"] for figure in card["figures"]}
                return {"version": pack.manifest.version, "figures": figures}
            except (OSError, ValueError, KeyError, TypeError):
                return None
    return None


# --- for people ---

_TASKS: Final = {"asr": "recognition", "tts": "reading aloud", "sensible": "answers"}
_NAMES: Final = {
    "asr": "Words misheard", "tts": "Words that Whisper mishears in its speech", "sensible": "Sensible answers",
    "right_language": "Answers in the right language", "asr_er": "Speech that does not say its text (ASR-ER)",
    "no_reply": "No answer at all", "similarity": "Speech-text similarity, against others",
}  # fmt: skip


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
