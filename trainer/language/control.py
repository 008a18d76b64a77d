"""How a running training is told to pause, to go on, or to stop and save: one small file, looked at after every step.

A light module, for the window too. Knows nothing of training.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from cslm_core.files import atomic_write_text
from trainer.language.job import Job

__all__ = ["Wish", "clear_wish", "read_wish", "write_wish"]

Wish = Literal["run", "pause", "stop"]
_NAME: Final = "control"


def write_wish(job: Job, wish: Wish) -> None:
    """Tell the training of the job what to do from its next step on."""
    job.training.mkdir(parents=True, exist_ok=True)
    atomic_write_text(job.training / _NAME, wish + "\n")


def read_wish(job: Job) -> Wish:
    """What it was told last; "run" when nothing."""
    try:
        text = (job.training / _NAME).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return "run"
    return "pause" if text == "pause" else "stop" if text == "stop" else "run"


def clear_wish(job: Job) -> None:
    """Forget what an earlier run was told."""
    Path(job.training / _NAME).unlink(missing_ok=True)
