"""The small run: all eight steps of a new language on a tiny seeded pack, in under a minute, with nothing downloaded.

    cslm-trainer language demo [FOLDER]

The speech is that of the bundled test set: English questions stand in for a language nobody has taught yet. What comes
out cannot talk, as the tiny pack cannot either: the run shows that the steps fit together. Knows nothing of good
models.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from cslm_core.assets import assets_folder
from cslm_core.audio import read_audio, write_wav
from cslm_core.errors import TrainingError
from cslm_core.packs.store import PackStore
from trainer.language.job import Job
from trainer.language.languages import make_language
from trainer.language.records import write_rows
from trainer.language.tinypack import write_tiny_pack

__all__ = ["CODE", "SMALL", "Sources", "run_demo", "small_job", "write_sources"]

SMALL: Final[dict[str, Any]] = {
    "rank": 4, "text_rows": 100, "row": 256, "step_tokens": 500, "micro_rows": 2, "cpt_steps": 12, "sft_steps": 6,
    "peak": 3e-3, "warmup": 3, "rehearsal": 6, "evaluate_every": 9, "save_every": 6, "samples": 1, "align_steps": 30,
    "threads": 1, "precision": "float32", "device": "cpu",
}  # fmt: skip
CODE: Final = "sco"
"""Scots: a language of its own, near enough that English stand-in recordings are in its script."""
Tell = Callable[[str], None]


def small_job(folder: Path, base: Path | None = None, **training: Any) -> Job:
    """A job with speech, translations and dialogues taken in, on a tiny pack beside it or the pack `base`."""
    from cslm_core.speech import SpeechGate
    from trainer.language import steps
    from trainer.language.intake import Options

    if base is None:
        base = folder.parent / f"{folder.name}-base"
        write_tiny_pack(base)
    options = {"training": {**SMALL, **training}, "one_voice": True, "test_share": 0.2}
    job = Job.create(folder, make_language(CODE, "en"), base, options)
    sources = write_sources(folder.parent / f"{folder.name}-sources")
    steps.take_speech(job, sources.speech, Options(speaker="stand-in", gate=SpeechGate.standard()))
    steps.take_translations(job, sources.pairs)
    steps.take_dialogues(job, sources.dialogues)
    return job


class Sources(NamedTuple):
    """What a user would bring along: a folder of speech with texts, a table of translations, a sheet of dialogues."""

    speech: Path
    pairs: Path
    dialogues: Path


def write_sources(folder: Path) -> Sources:
    """Make them, in a folder that may be new."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = Sources(_recordings(folder / "speech"), folder / "pairs.tsv", folder / "dialogues.jsonl")
    rows = "".join(f"{text}\t{other}\n" for text, other in _SENTENCES)
    sources.pairs.write_text(f"{CODE}\ten\n{rows}", "utf-8")
    write_rows(sources.dialogues, _types())
    return sources


def run_demo(folder: Path | None = None, tell: Tell = lambda line: None) -> dict[str, Any]:
    """All steps, one after the other; what each came to. Without a folder everything is thrown away at the end."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="cslm-demo-") as place:
            return _run(Path(place), tell)
    if folder.exists():
        raise TrainingError(f"{folder} is there already; name a new folder.")
    folder.mkdir(parents=True)
    return _run(folder, tell)


def _run(place: Path, tell: Tell) -> dict[str, Any]:
    from trainer.language.gate import AdaptSteps, run_gate
    from trainer.language.install import export_pack, import_language, install, undo
    from trainer.language.plan import make_plan
    from trainer.language.scorecard import make_scorecard
    from trainer.language.training import train

    began = time.monotonic()
    store = PackStore(place / "packs", place / "no-packs")
    job = small_job(place / "job")
    for name in ("language", "speech", "texts"):
        tell(f"{name}: {job.state(name).sentence}")

    def step(name: str, work: Callable[[], Any]) -> Any:
        with job.lock(name):
            found = work()
        tell(f"{name}: {job.state(name).sentence}")
        return found

    step("gate", lambda: run_gate(job, items=2, adapt_steps=AdaptSteps(20, 5, 5), align_steps=SMALL["align_steps"]))
    step("plan", lambda: make_plan(job, probe_steps=2))
    step("training", lambda: train(job))
    step("scorecard", lambda: make_scorecard(job, limit=1, store=store))
    found = step("install", lambda: install(job, store=store))
    file = place / "language.zip"
    size = export_pack(found.folder, file)
    tell(f"export: one file of {size / 1e6:.2f} MB")
    other = PackStore(place / "other-packs", place / "no-packs")
    other.import_pack(Path(job.base.folder))
    imported = import_language(file, store=other)
    tell(f"import: {imported.manifest.identity} on another place")
    tell(f"undo: {undo(found.manifest.name, store=store)}")
    seconds = time.monotonic() - began
    tell(f"All eight steps took {seconds:.0f} seconds.")
    return {
        "seconds": round(seconds, 1),
        "steps": {state.step: state.phase for state in job.states()},
        "file_bytes": size,
        "pack": found.manifest.identity,
    }


_SENTENCES: Final = (
    ("I wad like a cup o tea.", "I would like a cup of tea."),
    ("Please open the windae a wee bit.", "Please open the window a little."),
    ("The capital o France is Paris.", "The capital of France is Paris."),
    ("It's rainin, sae tak a brolly.", "It is raining, so take an umbrella."),
    ("Whaur did ye pit ma keys?", "Where did you put my keys?"),
    ("We gang tae the mercat on Setterday.", "We go to the market on Saturday."),
)


def _recordings(folder: Path) -> Path:
    """The English recordings of the bundled test set as wav files with their texts."""
    folder.mkdir(parents=True)
    bundled = assets_folder() / "evaluation"
    for line in (bundled / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["language"] == "en" and row["split"] != "human":
            write_wav(folder / f"{row['id']}.wav", read_audio(bundled / row["audio"]), 16_000)
            (folder / f"{row['id']}.txt").write_text(row["text"], "utf-8")
    return folder


def _types() -> list[dict[str, Any]]:
    """A few question types of the bundled set, in English."""
    rows = []
    for path in sorted((assets_folder() / "dialogues" / "everyday").glob("*.jsonl"))[:4]:
        for line in path.read_text("utf-8").splitlines()[:3]:
            row = json.loads(line)
            rows.append(
                {"id": row["id"], "q": row["q"]["en"][:3], "test": row["test"]["en"][:1], "a": row["a"]["en"][:2],
                 "keys": row["keys"]["en"]}
            )  # fmt: skip
    return rows
