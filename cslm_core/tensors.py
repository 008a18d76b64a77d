"""Weights on disk: safetensors with matrices kept as int8 rows and a scale each. Knows nothing of models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.overrides import TorchFunctionMode

_SCALE = ".int8_scale"


def quantise_rows(weight: Tensor) -> tuple[Tensor, Tensor]:
    """`weight` (rows, ...) as int8 and float32 scales (rows,): about int8 * scale, wrong by at most scale / 2."""
    flat = weight.detach().float().flatten(1)
    scale = flat.abs().amax(1).clamp(min=1e-12) / 127
    rows = (flat / scale[:, None]).round().clamp(-127, 127).to(torch.int8)
    return rows.reshape(weight.shape), scale


def restore_rows(rows: Tensor, scale: Tensor) -> Tensor:
    """The float32 weight of `quantise_rows`."""
    return rows.float() * scale.reshape(-1, *[1] * (rows.dim() - 1))


def pack_int8(state: dict[str, Tensor], smallest: int = 4096) -> dict[str, Tensor]:
    """`state` with every float matrix of at least `smallest` elements as int8 rows, all else as float16."""
    packed = {}
    for name, value in state.items():
        if value.is_floating_point() and value.dim() >= 2 and value.numel() >= smallest:
            packed[name], packed[name + _SCALE] = quantise_rows(value)
        else:
            packed[name] = value.half() if value.is_floating_point() else value
    return {k: v.contiguous() for k, v in packed.items()}


def unpack_int8(packed: dict[str, Tensor]) -> dict[str, Tensor]:
    """The float32 state dict that `pack_int8` packed."""
    state = {}
    for name, value in packed.items():
        if name.endswith(_SCALE):
            continue
        if name + _SCALE in packed:
            state[name] = restore_rows(value, packed[name + _SCALE])
        else:
            state[name] = value.float() if value.is_floating_point() else value
    return state


def save_int8(state: dict[str, Tensor], path: Path) -> None:
    """Write `state` packed as int8."""
    save_file(pack_int8(state), path)


def load_int8(path: Path) -> dict[str, Tensor]:
    """Read what `save_int8` wrote, as float32. Raises NotFiniteError for numbers that are none."""
    packed = load_file(path)
    if not all(bool(torch.isfinite(value).all()) for value in packed.values() if value.is_floating_point()):
        raise NotFiniteError(f"{path} holds numbers that are not finite")
    return unpack_int8(packed)


class NotFiniteError(ValueError):
    """Weights with infinities or what is no number."""


class Uninitialised(TorchFunctionMode):
    """Within it, modules are made without drawing weights: for those whose weights are all read from a file next."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = kwargs or {}
        if getattr(function, "__module__", "") == "torch.nn.init":
            return given["tensor"] if "tensor" in given else args[0]
        return function(*args, **given)
