"""Checkpoints of a training: each a folder that is whole or not there, the newest two kept, damage noticed.

`state.safetensors` has weights and optimiser moments, `state.json` the counters and the sha256 of the former; the
folder gets its name last. Knows nothing of what is trained.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from cslm_core.errors import TrainingError
from cslm_core.files import sync_folder
from cslm_core.packs.verify import hash_file

__all__ = ["Checkpoints"]

_KEPT: Final = 2
_TENSORS: Final = "state.safetensors"
_ABOUT: Final = "state.json"


class Checkpoints:
    """Those of one training folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def steps(self) -> list[int]:
        """Steps of which there is a checkpoint, the oldest first."""
        names = [path.name for path in self.folder.glob("step-*")] if self.folder.is_dir() else []
        return sorted(int(name[5:]) for name in names if name[5:].isdigit())

    def save(self, step: int, state: Mapping[str, Tensor], about: Mapping[str, Any]) -> Path:
        """Write a checkpoint. TrainingError when the disk refuses; those before are then as they were."""
        target = self.folder / f"step-{step:08d}"
        fresh = self.folder / f".new-{step:08d}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for left in self.folder.glob(".new-*"):
                shutil.rmtree(left, ignore_errors=True)
            fresh.mkdir()
            save_file({name: value.detach().contiguous().cpu() for name, value in state.items()}, fresh / _TENSORS)
            _sync(fresh / _TENSORS)
            said = {**about, "step": step, "sha256": hash_file(fresh / _TENSORS)}
            (fresh / _ABOUT).write_text(json.dumps(said, allow_nan=False), "utf-8")
            _sync(fresh / _ABOUT)
            sync_folder(fresh)
            if target.exists():
                shutil.rmtree(target)
            fresh.rename(target)
            sync_folder(self.folder)
        except (OSError, SafetensorError) as error:
            with contextlib.suppress(OSError):
                shutil.rmtree(fresh, ignore_errors=True)
            raise TrainingError(_sentence(error, self.steps())) from error
        for old in self.steps()[:-_KEPT]:
            shutil.rmtree(self.folder / f"step-{old:08d}", ignore_errors=True)
        return target

    def newest(self) -> tuple[dict[str, Tensor], dict[str, Any], list[int]] | None:
        """(tensors, about, steps of damaged checkpoints that were passed over) of the newest whole checkpoint.

        None when there never was one. TrainingError when there are some and all are damaged.
        """
        damaged: list[int] = []
        for step in reversed(self.steps()):
            folder = self.folder / f"step-{step:08d}"
            try:
                about = json.loads((folder / _ABOUT).read_text("utf-8"))
                if about["step"] == step and about["sha256"] == hash_file(folder / _TENSORS):
                    return load_file(folder / _TENSORS), about, damaged
            except (OSError, ValueError, KeyError, TypeError, SafetensorError):
                pass
            damaged.append(step)
        if damaged:
            raise TrainingError(
                f"All checkpoints in {self.folder} are damaged; plan the training again (`plan --again`)."
            )
        return None


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sentence(error: OSError | SafetensorError, steps: list[int]) -> str:
    kept = f"the checkpoint of step {steps[-1]} is kept" if steps else "there was none before"
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or "No space left" in str(error) or "StorageFull" in str(error):
        return f"The disk is full, so the training stopped; {kept}. Free some space and resume."
    return f"A checkpoint could not be written ({error}), so the training stopped; {kept}. Put that right and resume."
