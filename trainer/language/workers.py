"""One process or several: who computes which rows, and how their gradients come together (accelerate).

Every process has the whole model, and gradients are averaged (DDP). Nothing is spread over processes (FSDP, DeepSpeed):
what is learnt is an adapter of some ten million parameters on a model of half a gigabyte, so there is nothing worth
spreading, while optimiser, checkpoints and evaluations all read whole parameters. A single process takes no part of
this: nothing of `accelerate` is loaded then. Knows nothing of models' insides.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import torch
from torch import Tensor, nn

from cslm_core.errors import TrainingError
from trainer.language.control import Wish
from trainer.lm.packing import NO_TARGET, Packed

__all__ = ["Workers", "in_company", "is_main"]

_PATIENCE: Final = timedelta(hours=24)
_WISHES: Final[tuple[Wish, ...]] = ("run", "pause", "stop")
_WHOLE: Final = ("MULTI_GPU", "MULTI_CPU")
"""Accelerate's names for processes that have the whole model each."""
_SPREAD: Final = {
    "ACCELERATE_USE_DEEPSPEED": "DeepSpeed",
    "ACCELERATE_USE_FSDP": "FSDP",
    "ACCELERATE_USE_MEGATRON_LM": "Megatron-LM",
    "ACCELERATE_USE_PARALLELISM_CONFIG": "this kind of parallelism",
}
"""How its launcher tells what a configuration asks for."""


def is_main() -> bool:
    """Whether this is the only or first process."""
    return int(os.environ.get("RANK", "0")) == 0


def in_company() -> bool:
    """Whether there are several processes."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


class Workers:
    """The processes of a run. `count` of them, this one is number `rank` from 0 on and `main` when it is the first."""

    def __init__(self, device: str) -> None:
        """TrainingError when the launcher wants the model spread over the processes."""
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.main = is_main()
        self._accelerator: Any = None
        self.device: str | torch.device = device
        for variable, name in _SPREAD.items():  # before anything is loaded that may not be installed
            if os.environ.get(variable, "false").lower() in ("true", "1"):
                raise _refusal(name)
        if self.count > 1:
            from accelerate import Accelerator, InitProcessGroupKwargs  # type: ignore[import-untyped]

            # The first process may prepare for hours while the others wait for it.
            patient = InitProcessGroupKwargs(timeout=_PATIENCE)
            self._accelerator = Accelerator(cpu=device == "cpu", kwargs_handlers=[patient])
            kind = str(self._accelerator.distributed_type.value)
            if kind not in _WHOLE:
                raise _refusal(kind)
            self.device = self._accelerator.device

    def wrap(self, model: nn.Module) -> Any:
        """The model whose backward passes exchange gradients."""
        return model if self._accelerator is None else self._accelerator.prepare_model(model)

    def share(self, parts: Sequence[Packed]) -> list[Packed]:
        """This process's parts, as many in each; who would have fewer computes one without targets."""
        if self.count == 1:
            return list(parts)
        rounds = -(-len(parts) // self.count)
        own = list(parts)[self.rank :: self.count]
        empty = parts[0]
        nothing = Packed(
            empty.ids, empty.positions, torch.full_like(empty.targets, NO_TARGET), empty.mask, 0, empty.held
        )
        return own + [nothing] * (rounds - len(own))

    def put(self, part: Packed) -> tuple[Tensor, Tensor, Tensor, Tensor, bool]:
        """ids, positions, mask and targets on the device, and whether they are held."""
        ids, positions, mask, targets = (x.to(self.device) for x in (part.ids, part.positions, part.mask, part.targets))
        return ids, positions, mask, targets, part.held

    def accumulating(self, wrapped: Any, *, last: bool) -> contextlib.AbstractContextManager[Any]:
        """Gradients are exchanged with the last part only."""
        if self._accelerator is None or last:
            return contextlib.nullcontext()
        return self._accelerator.no_sync(wrapped)

    def sum(self, value: Tensor) -> Tensor:
        """Of all processes."""
        return value if self._accelerator is None else self._accelerator.reduce(value, reduction="sum")

    def agree(self, wish: Wish) -> Wish:
        """What the first process was told, so that all stop at the same step."""
        if self._accelerator is None:
            return wish
        number = torch.tensor([_WISHES.index(wish) if self.main else 0], device=self.device)
        return _WISHES[int(self.sum(number))]

    def wait(self) -> None:
        """Until all are here."""
        if self._accelerator is not None:
            self._accelerator.wait_for_everyone()


def _refusal(name: str) -> TrainingError:
    return TrainingError(
        f"A language cannot be taught with {name}: so little is learnt that nothing need be spread over processes;"
        " launch it with trainer/recipes/accelerate/ddp-gpu.yaml or ddp-cpu.yaml."
    )
