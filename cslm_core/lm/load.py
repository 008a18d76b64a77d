"""Opening the LM folder of a pack with the runtime that suits the device.

The folder holds `config.json`, `tokenizer.json`, `layout.json` and the weights: `int8.safetensors`, int8 in blocks
(`quantise.py`), or floats as Hugging Face writes them, one `model.safetensors` or several parts with their index.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cslm_core.errors import EngineError, PackError
from cslm_core.lm.adapter import Adapter, merge
from cslm_core.lm.config import LlamaShape
from cslm_core.lm.layout import TokenLayout, read_layout
from cslm_core.lm.quantise import (
    INT8_FILE,
    WEIGHTS_FILE,
    Weights,
    is_quantised,
    load_weights,
    quantise_state,
    restore_state,
    save_weights,
    weights_file,
)

if TYPE_CHECKING:
    from torch import Tensor

    from cslm_core.components import LanguageModel

__all__ = ["load_lm", "pick_device", "quantise_folder", "read_state"]

_INDEX: Final = "model.safetensors.index.json"
_DEVICES: Final = ("auto", "cpu", "cuda", "mps")


def pick_device(device: str = "auto") -> str:
    """ "cuda", "mps" or "cpu". Raises EngineError for a device that is not there."""
    if device not in _DEVICES:
        raise EngineError(f"There is no device '{device}'; choose one of {', '.join(_DEVICES)}.")
    if device == "cpu":
        return device
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if device == "auto":
        return next((name for name, found in there.items() if found), "cpu")
    if not there[device]:
        raise EngineError(f"This computer has no usable '{device}' device; choose 'auto' or 'cpu'.")
    return device


def load_lm(
    folder: Path, device: str = "auto", threads: int | None = None, adapters: Sequence[Path] = ()
) -> LanguageModel:
    """The language model in `folder`; `threads` bounds the CPU threads. Raises PackError when it is damaged.

    `adapters` are folders of language packs (`adapter.py`), merged into the weights one after the other.
    """
    layout, shape = TokenLayout.load(folder), LlamaShape.load(folder)
    if layout.vocabulary != shape.vocabulary:
        raise PackError("The vocabulary of the language model does not fit its weights; install the pack again.")
    device = pick_device(device)
    single = weights_file(folder)
    quantised = single.is_file() and is_quantised(single)
    added = [Adapter.load(adapter) for adapter in adapters]
    try:
        # ONNX Runtime's attention reads heads of multiples of 16 only; torch takes the odd models.
        if device == "cpu" and quantised and shape.head_size % 16 == 0:
            from cslm_core.lm.ort_runtime import OrtLanguageModel

            weights = load_weights(single)
            _check(shape, weights)
            if added:
                shape, layout = merge(shape, weights, *read_layout(folder), added)
            return OrtLanguageModel(shape, weights, layout, threads)
        import torch

        from cslm_core.lm.torch_runtime import TorchLanguageModel

        state = read_state(folder)
        if added:
            floats: dict[str, Any] = {name: value.float().numpy() for name, value in state.items()}
            shape, layout = merge(shape, floats, *read_layout(folder), added)
            state = {name: torch.from_numpy(value) for name, value in floats.items()}
        return TorchLanguageModel(shape, state, layout, device)
    except KeyError as error:
        raise PackError(f"The language model lacks the weights {error}; install the pack again.") from error


def quantise_folder(source: Path, target: Path) -> None:
    """Write the weights of the Hugging Face folder `source` into the folder `target` as int8 in blocks.

    The other files of an LM folder are the caller's to copy. Raises PackError when the source cannot be read, CslmError
    when the target cannot be written.
    """
    state = {name: value.float().numpy() for name, value in read_state(source).items()}
    save_weights(quantise_state(state), target / INT8_FILE)


def read_state(folder: Path) -> dict[str, Tensor]:
    """The float weights of an LM folder, whether int8 in blocks or as Hugging Face writes them, in one file or several.

    Raises PackError when they cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    single = weights_file(folder)
    if single.is_file() and is_quantised(single):
        return _restored(load_weights(single))
    names = [WEIGHTS_FILE]
    try:
        if not (folder / WEIGHTS_FILE).is_file():
            index = json.loads((folder / _INDEX).read_text("utf-8"))
            names = sorted(set(index["weight_map"].values()))
        state: dict[str, Tensor] = {}
        for name in names:
            if Path(name).name != name:
                raise PackError(f"The file {_INDEX} of the language model points outside its folder.")
            state.update(load_file(folder / name))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise PackError("The weights of the language model cannot be read; install the pack again.") from error
    return state


def _restored(weights: Weights) -> dict[str, Tensor]:
    import torch

    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in restore_state(weights).items()}


def _check(shape: LlamaShape, weights: Weights) -> None:
    """The sizes that the runtime would otherwise stumble over. Raises PackError."""
    from cslm_core.lm.quantise import BlockMatrix

    wide, narrow = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
    expected = {"model.embed_tokens.weight": (shape.vocabulary, shape.hidden)}
    if not shape.tied:
        expected["lm_head.weight"] = (shape.vocabulary, shape.hidden)
    for layer in range(shape.layers):
        at = f"model.layers.{layer}."
        for part, rows in (("q", wide), ("k", narrow), ("v", narrow)):
            expected[f"{at}self_attn.{part}_proj.weight"] = (rows, shape.hidden)
        expected[f"{at}self_attn.o_proj.weight"] = (shape.hidden, wide)
        for part in ("gate", "up"):
            expected[f"{at}mlp.{part}_proj.weight"] = (shape.inner, shape.hidden)
        expected[f"{at}mlp.down_proj.weight"] = (shape.hidden, shape.inner)
    for name, size in expected.items():
        matrix = weights[name]
        if not isinstance(matrix, BlockMatrix) or (matrix.rows, matrix.columns) != size:
            raise PackError(f"The weights '{name}' of the language model have the wrong size; install the pack again.")
