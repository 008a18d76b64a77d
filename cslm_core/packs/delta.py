"""What a language pack changes in the speech tokenizer or the decoder: deltas of their weights, by name.

A folder of `delta.safetensors`, matrices as int8 rows. Those of the tokenizer are summed over packs; a decoder has one
at most, and speaks the languages of that pack. Knows nothing of what the weights mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from cslm_core.errors import PackError
from cslm_core.files import atomic_path
from cslm_core.tensors import load_int8, save_int8

__all__ = ["DELTA_KINDS", "TENSORS_FILE", "add_delta", "save_delta"]

TENSORS_FILE: Final = "delta.safetensors"
DELTA_KINDS: Final = {"tokenizer": "whisper-vq-delta", "decoder": "cslm-flow-delta"}
"""By role, the kind of such a component in a manifest."""


def save_delta(folder: Path, before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> int:
    """Write what differs between two states, and give the number of tensors that do."""
    changed = {
        name: (value.float() - before[name].float()).cpu()
        for name, value in after.items()
        if not torch.equal(value, before[name])
    }
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_path(folder / TENSORS_FILE) as temporary:
        save_int8(changed, temporary)
    return len(changed)


def add_delta(module: nn.Module, folder: Path) -> None:
    """Add the deltas in `folder` to the weights and buffers of `module`. Raises PackError when they do not fit."""
    state = module.state_dict()
    try:
        delta = load_int8(folder / TENSORS_FILE)
        for name, value in delta.items():
            if state[name].shape != value.shape:
                raise ValueError(name)
            state[name].add_(value.to(state[name].device, state[name].dtype))
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise PackError(
            "The language pack changes parts of the speech tokenizer or decoder that its base pack has not; import it"
            " again."
        ) from error
