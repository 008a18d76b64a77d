"""A training run as a folder: an atomic checkpoint, a JSONL log, a clean stop. Knows nothing of what is trained.

The folder holds `checkpoint.safetensors` (for resuming only, never shipped: the tensors, and the tree of dictionaries
and plain values around them as JSON in its header) and `log.jsonl`.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_path

CHECKPOINT = "checkpoint.safetensors"


def _fold(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """`value` as JSON that keeps the types of keys; its tensors go to `tensors` under running numbers."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        # A copy, because tensors that share memory cannot be written.
        tensors[name] = value.detach().clone(memory_format=torch.contiguous_format)
        return {"tensor": name}
    if isinstance(value, dict):
        return {"items": [[key, _fold(inner, tensors)] for key, inner in value.items()]}
    if isinstance(value, list | tuple):
        return {"list": [_fold(inner, tensors) for inner in value]}
    return {"value": value}


def _unfold(node: Any, tensor: Callable[[str], torch.Tensor]) -> Any:
    """What `_fold` folded; tuples have become lists."""
    ((kind, inner),) = node.items()
    if kind == "tensor":
        return tensor(inner)
    if kind == "items":
        return {key: _unfold(value, tensor) for key, value in inner}
    if kind == "list":
        return [_unfold(value, tensor) for value in inner]
    return inner


class Job:
    """One run. `minutes` between checkpoints; `hours` of training in this call, or without end."""

    def __init__(self, folder: Path, minutes: float = 5.0, hours: float | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._minutes = minutes
        self._started = self._saved = time.monotonic()
        self._until = None if hours is None else self._started + hours * 3600
        self._stop = False

    def catch_signals(self) -> None:
        """SIGTERM and Ctrl-C end the run after the present step, with a checkpoint."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop = True

    @property
    def over(self) -> bool:
        """Whether the run should end now."""
        return self._stop or (self._until is not None and time.monotonic() >= self._until)

    @property
    def stopped(self) -> bool:
        """Whether it was told to end."""
        return self._stop

    @property
    def checkpoint_due(self) -> bool:
        return time.monotonic() - self._saved > self._minutes * 60

    def save(self, state: dict[str, Any]) -> None:
        """Write the checkpoint, all or nothing: a full disk keeps the last good one (CslmError)."""
        tensors: dict[str, torch.Tensor] = {}
        tree = json.dumps(_fold(state, tensors))
        with atomic_path(self.folder / CHECKPOINT) as temporary:
            save_file(tensors, temporary, {"tree": tree})
        self._saved = time.monotonic()

    def load(self) -> dict[str, Any] | None:
        """The last checkpoint, None where there is none yet. Raises TrainingError where it is damaged."""
        path = self.folder / CHECKPOINT
        if not path.is_file():
            return None
        try:
            with safe_open(path, "pt") as file:
                state: dict[str, Any] = _unfold(json.loads(file.metadata()["tree"]), file.get_tensor)
        except (SafetensorError, LookupError, TypeError, ValueError) as error:
            raise TrainingError(f"{path} is damaged; delete it to begin anew.") from error
        return state

    def log(self, **values: Any) -> None:
        """One line of `log.jsonl`, on the disk at once. Numbers are rounded to five digits."""
        row = {key: float(f"{value:.5g}") if isinstance(value, float) else value for key, value in values.items()}
        line = json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%S"), **row}, ensure_ascii=False)
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as handle:
            handle.write(line + "\n")
        print(line, flush=True)


class Average:
    """An exponential moving average of a module's weights: smoother than the last step's."""

    def __init__(self, module: nn.Module, decay: float = 0.999) -> None:
        self._decay = decay
        self._steps = 0
        self.state = {name: value.detach().clone() for name, value in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Move towards the present weights; early on faster, so that the random start is forgotten."""
        self._steps += 1
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        for name, value in module.state_dict().items():
            if value.is_floating_point():
                self.state[name].lerp_(value, 1 - decay)

    def state_dict(self) -> dict[str, Any]:
        return {"steps": self._steps, "state": self.state}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        self._steps = saved["steps"]
        self.state = {name: value.clone() for name, value in saved["state"].items()}


class Means:
    """Running means of named losses between two log lines."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def add(self, **values: torch.Tensor | float) -> None:
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + float(value)
            self._counts[name] = self._counts.get(name, 0) + 1

    def take(self) -> dict[str, float]:
        """The means, and begin anew."""
        means = {name: self._sums[name] / self._counts[name] for name in self._sums}
        self._sums.clear()
        self._counts.clear()
        return means


def one_thread(threads: int) -> None:
    """Bound the cores that this process uses, also those of libraries that are loaded later."""
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    torch.set_num_threads(threads)
