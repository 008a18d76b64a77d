"""What a pack has learnt and what it has forgotten, in figures, in words and to be heard: one HTML file, and JSON.

Measured on speech and texts that were never trained on. Knows nothing of how replies come about (`measure.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from cslm_core import __version__
from cslm_core.assets import assets_folder
from cslm_core.audio import LISTEN_RATE
from cslm_core.files import atomic_write_json, atomic_write_text
from cslm_core.packs.languages import ActiveLanguages
from cslm_core.packs.store import PackStore
from trainer.dialogues import load_types
from trainer.evaluation.testset import TestSet
from trainer.language.configuration import job_threads, load_config
from trainer.language.digest import corpus_digest, learnt_digest
from trainer.language.figures import figures_of, forgetting, known_figures, shown_figures
from trainer.language.install import build_language_pack, next_version, pack_name
from trainer.language.job import Job
from trainer.language.judge import WhisperEar, open_ear
from trainer.language.measure import Row, bundled_tests, measure_new, measure_old, subject
from trainer.language.mixture import load_material
from trainer.language.noting import noted
from trainer.language.report import audio_inside, page, table
from trainer.language.verdict import verdict
from trainer.language.which import WhichLanguage

__all__ = ["make_scorecard"]

STEP: Final = "scorecard"
SCHEMA: Final = 3
_SOUNDS: Final = 12
_NAMES: Final = {
    "asr": "Words misheard", "tts": "Words that Whisper mishears in its speech", "sensible": "Sensible answers",
    "right_language": "Answers in the right language", "asr_er": "Speech that does not say its text (ASR-ER)",
    "no_reply": "No answer at all", "similarity": "Speech-text similarity, against others",
}  # fmt: skip


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
