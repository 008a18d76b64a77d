"""Training once more: what was trained is set aside whole, and the next training goes on from it.

`training` becomes `training-1`, `-2`, ... with the records of its run. Into the new folder comes what is made of the
corpus and the base pack before any training: it is hours of work, and an adapter knows no other units than those that
it was trained on. Knows nothing of how a training is planned or run.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from cslm_core.errors import PackError, TrainingError
from cslm_core.files import sync_folder
from cslm_core.lm.adapter import Adapter
from trainer.language.checkpoints import Checkpoints
from trainer.language.configuration import Config
from trainer.language.job import Job

__all__ = ["has_learnt", "is_begun", "learnt_before", "set_aside"]

_KEPT: Final = ("adapted", "aligner", "known", "rehearsed", "units.jsonl", "units.json", "hears.json")
_ASIDE: Final = re.compile(r"training-(\d+)")


def is_begun(job: Job) -> bool:
    """Whether there is a checkpoint: what the training rests on must stay as it is."""
    return bool(Checkpoints(job.training / "checkpoints").steps())


def has_learnt(job: Job) -> bool:
    """Whether the gate or a training has learnt from the corpus as it is divided."""
    return (job.training / "adapted").is_dir() or is_begun(job) or bool(_numbers(job))


def set_aside(job: Job) -> Path | None:
    """Move what was trained aside; the folder it is in now, or None when nothing was begun. Hold the job's lock.

    The job's record of the training goes with it, so that nothing seems done that is not there. TrainingError when the
    system refuses; the training is then where it was.
    """
    fresh = job.folder / ".training.new"
    try:
        if fresh.is_dir() and not job.training.exists():  # killed between the two renames below
            fresh.rename(job.training)
        if not is_begun(job):
            return None
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name in _KEPT:
            _copy(job.training / name, fresh / name)
        for record in (job.progress, job.folder / "steps" / "training.json"):
            if record.is_file():
                record.replace(job.training / record.name)
        aside = job.folder / f"training-{1 + max(_numbers(job), default=0)}"
        job.training.rename(aside)
        fresh.rename(job.training)
    except OSError as error:
        raise TrainingError(
            f"The training could not be set aside ({error.strerror or error}); put that right and try again."
        ) from error
    sync_folder(job.folder)
    return aside


def learnt_before(job: Job, config: Config) -> str:
    """The newest adapter that was set aside, relative to the job's folder, if a training with `config` can go on from
    it; else ""."""
    for number in sorted(_numbers(job), reverse=True):
        start = f"training-{number}/adapter"
        if (job.folder / start).is_dir():
            return start if _fits(job, job.folder / start, config) else ""
    return ""


def _fits(job: Job, folder: Path, config: Config) -> bool:
    try:
        adapter = Adapter.load(folder)
    except PackError:
        return False
    same = adapter.language == job.language.code and adapter.scale == config.scale and not adapter.deltas
    return same and config.method == "adapter" and {len(a) for a, _ in adapter.factors.values()} == {config.rank}


def _numbers(job: Job) -> list[int]:
    found = (_ASIDE.fullmatch(path.name) for path in job.folder.iterdir())
    return [int(match[1]) for match in found if match]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.is_file():
        shutil.copyfile(source, target)
