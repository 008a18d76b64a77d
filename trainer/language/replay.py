"""What the model already knows, mixed into the training so that it is not forgotten.

Best is the material the base pack was trained on: what the program brings along of it (`known.py`), or the corpora that
the job's option `replay` names. Beside that the base pack rehearses: it reads the bundled everyday set aloud in its
languages, and those units, with the texts of the set, are all the replay there is where nothing else is known. Nothing
is learnt from it anew: the model is held to what the base pack says there, so that a few hundred sentences are not
learnt by heart. Knows nothing of the new language.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from cslm_core.assets import assets_folder
from cslm_core.chain.generate import TurnOptions, read_aloud
from cslm_core.chain.pieces import UnitPiece
from cslm_core.components import LanguageModel
from cslm_core.errors import CslmError, TrainingError
from cslm_core.lm.sampling import SamplingOptions
from trainer.dialogues import LANGUAGES, load_types, training_wordings
from trainer.language.job import Job
from trainer.language.known import known_of
from trainer.language.records import Row, read_rows, write_rows
from trainer.lm.data import Corpora, Mixture, Phase
from trainer.lm.examples import Builder, Example, Spoken, read_spoken

__all__ = ["Replay", "open_replay", "rehearse", "rehearsed_folder", "rehearsed_spoken", "rehearsed_units"]

_PHASE: Final = Phase(
    0,
    40.0,
    8.0,
    {"recognition": 0.28, "montage": 0.06, "reading": 0.2, "translation": 0.1, "text_answer": 0.12, "turn": 0.24},
)

_SELF: Final = "base"
"""The speaker of what the base pack read itself."""


class Replay:
    """Examples of the base pack's tasks, all of them held; a step always gives the same ones."""

    def __init__(self, mixture: Mixture | None) -> None:
        self._mixture = mixture

    def __bool__(self) -> bool:
        return self._mixture is not None

    def batch(self, step: int, size: int) -> list[Example]:
        """Examples of about `size` tokens for a step."""
        if self._mixture is None or size <= 0:
            return []
        return [replace(example, held=True) for example in self._mixture.batch(step, 0, size)]


def open_replay(job: Job, builder: Builder, seed: int, longest: int) -> Replay:
    """The replay of a job: its `replay` corpora, and what the base has rehearsed.

    TrainingError when a corpus that the options name is not there.
    """
    folders, aloud = _sources(job)
    for folder in folders:
        if not (folder / "manifest.jsonl").is_file() or not (folder / "units.jsonl").is_file():
            raise TrainingError(f"{folder} is no corpus with units; take it out of the job's option 'replay'.")
    if not set(job.base.languages) >= set(LANGUAGES):
        return Replay(None)
    corpora = Corpora(folders, Path(job.option("dialogues", assets_folder() / "dialogues")), aloud)
    return Replay(Mixture(builder, corpora, [_PHASE], seed, longest))


def rehearsed_spoken(job: Job) -> dict[str, list[Spoken]]:
    """Spoken entries of the everyday set in known languages, by id. Answers are in the voices the pack reads in."""
    found: dict[str, list[Spoken]] = {}
    folders, aloud = _sources(job)
    for folder in folders:
        manifest = {row["id"]: row for row in read_rows(folder / "manifest.jsonl")}
        for row in read_rows(folder / "units.jsonl"):
            about = manifest.get(row["id"])
            if about is None or not row["units"]:
                continue
            asked = about["id"].rpartition(".")[0].rpartition(".")[2].startswith("q")
            if asked or not aloud or about["speaker"] in aloud:
                found.setdefault(row["id"], []).append(read_spoken(about, row, aloud=not asked))
    return found


def rehearse(
    job: Job, lm: LanguageModel, count: int, seed: int = 0, progress: Callable[[int], None] | None = None
) -> int:
    """Let the base pack read `count` questions and answers aloud; how many there are in the end.

    It goes on where it was interrupted. Texts that it cannot read, and test wordings, are left out.
    """
    folder = rehearsed_folder(job)
    folder.mkdir(parents=True, exist_ok=True)
    manifest, units = read_rows(folder / "manifest.jsonl"), read_rows(folder / "units.jsonl")
    there = {row["id"] for row in units}
    for name, text, language in _texts(job, count, seed):
        if name in there:
            continue
        row = _read(lm, text, language, seed)
        if row:
            manifest.append({"id": name, "audio": "", "text": text, "language": language, "speaker": _SELF})
            units.append({"id": name, "units": row, "durations": [1] * len(row), "words": None})
        if progress is not None:
            progress(len(units))
        if len(units) % 20 == 0:
            _write(folder, manifest, units)
    _write(folder, manifest, units)
    return len(units)


def rehearsed_units(job: Job) -> list[list[int]]:
    """The units of what was rehearsed."""
    return [row["units"] for row in read_rows(rehearsed_folder(job) / "units.jsonl")]


def _texts(job: Job, count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """(id, text, language): as many questions as answers, alternating languages, in a random but fixed order."""
    dialogues = Path(job.option("dialogues", assets_folder() / "dialogues"))
    types = load_types(dialogues / "everyday")
    order = random.Random(seed).sample(types, len(types))
    found: list[tuple[str, str, str]] = []
    for language in (code for code in job.base.languages if code in LANGUAGES):
        asked = {(t.id, n): w for t, n, w in training_wordings(types, language)}
        for t in order:
            if t.split == "train" and (t.id, 0) in asked:
                found.append((f"{t.id}.q0.{language}", asked[t.id, 0], language))
                found.append((f"{t.id}.a0.{language}", t.answers[language][0], language))
    half = len(found) // 2
    mixed = [row for pair in zip(found[:half], found[half:], strict=False) for row in pair]
    yield from mixed[:count]


def _read(lm: LanguageModel, text: str, language: str, seed: int) -> list[int]:
    options = TurnOptions(reply_language=language, sampling=SamplingOptions(seed=seed))
    try:
        return [piece.unit for piece in read_aloud(lm, text, language, options) if isinstance(piece, UnitPiece)]
    except CslmError:
        return []


def _sources(job: Job) -> tuple[list[Path], tuple[str, ...]]:
    """The folders there are to replay, and the speakers whose speech the pack reads aloud after; all, if none."""
    named = [Path(folder) for folder in job.option("replay", [])]
    known = known_of(job)
    there = [rehearsed_folder(job)] if (rehearsed_folder(job) / "units.jsonl").is_file() else []
    aloud = () if named else (*known.aloud, _SELF)
    return [*(named or known.folders), *there], aloud


def rehearsed_folder(job: Job) -> Path:
    """Where what was rehearsed is."""
    return job.training / "rehearsed"


def _write(folder: Path, manifest: list[Row], units: list[Row]) -> None:
    write_rows(folder / "manifest.jsonl", manifest)
    write_rows(folder / "units.jsonl", units)
