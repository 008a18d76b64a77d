"""Atomic safetensors checkpoints of several modules. Knows nothing of what they are."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import nn

from cslm_core.files import atomic_path


def save_state(path: Path, modules: dict[str, nn.Module]) -> None:
    """Write the state dicts of `modules` under `<name>.` prefixes, all or nothing. CslmError where the disk refuses."""
    state = {f"{name}.{k}": v.contiguous() for name, m in modules.items() for k, v in m.state_dict().items()}
    with atomic_path(path) as temporary:
        save_file(state, temporary)


def load_state(path: Path, modules: dict[str, nn.Module]) -> None:
    """Load what `save_state` wrote; every tensor must fit."""
    state = load_file(path)
    for name, module in modules.items():
        module.load_state_dict({k[len(name) + 1 :]: v for k, v in state.items() if k.startswith(name + ".")})
