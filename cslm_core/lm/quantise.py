"""Weights of the joint LM on disk: int8 in blocks, each with its own scale.

A matrix (rows, columns) is stored as uint8 (rows, blocks, block) around 128 and float16 scales (rows, blocks): one byte
and a quarter of a bit per weight (block 64), against which text and units are predicted as with float weights
(perplexity + 0.5 %). The layout is what ONNX Runtime's MatMulNBits reads, so that loading copies and converts nothing.
All else (norms) stays float32. Needs numpy and safetensors only; knows nothing of how the model is computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from cslm_core.errors import PackError
from cslm_core.files import atomic_path

__all__ = [
    "BLOCK",
    "FORMAT",
    "INT8_FILE",
    "WEIGHTS_FILE",
    "BlockMatrix",
    "Weights",
    "is_quantised",
    "load_weights",
    "quantise_matrix",
    "save_weights",
    "weights_file",
]

BLOCK: Final = 64
FORMAT: Final = "cslm-int8-blocks-1"
WEIGHTS_FILE: Final = "model.safetensors"
INT8_FILE: Final = "int8.safetensors"
"""Another name than Hugging Face's, whose loaders would take it for floats; packs up to 0.2.0 used theirs."""
_ZERO: Final = 128
_CODES: Final = ".codes"
_SCALES: Final = ".scales"
_ABOUT: Final = "cslm"
_SMALLEST_SCALE: Final = 2.0**-24  # the smallest float16 above zero


@dataclass(frozen=True)
class BlockMatrix:
    """A matrix (rows, columns): `codes` uint8 (rows, blocks, block), `scales` float16 (rows, blocks)."""

    codes: NDArray[np.uint8]
    scales: NDArray[np.float16]
    columns: int

    @property
    def rows(self) -> int:
        return int(self.codes.shape[0])

    @property
    def block(self) -> int:
        return int(self.codes.shape[2])

    def restore(self, rows: NDArray[np.integer] | slice = slice(None)) -> NDArray[np.float32]:
        """The float32 matrix (rows, columns), or only the rows asked for, in an array of any shape."""
        codes = self.codes[rows].astype(np.float32) - _ZERO
        values = codes * self.scales[rows].astype(np.float32)[..., None]
        return values.reshape(*values.shape[:-2], -1)[..., : self.columns]

    @staticmethod
    def stack(parts: list[BlockMatrix]) -> BlockMatrix:
        """One matrix of the rows of all, in order."""
        return BlockMatrix(
            np.concatenate([part.codes for part in parts]),
            np.concatenate([part.scales for part in parts]),
            parts[0].columns,
        )


Weights = dict[str, BlockMatrix | NDArray[np.float32]]
"""By the names of Hugging Face's Llama."""


def quantise_matrix(matrix: NDArray[np.floating], block: int = BLOCK) -> BlockMatrix:
    """`matrix` (rows, columns), finite, in blocks of `block` (a power of two from 16 on) along its columns.

    The error of a weight is at most 0.57 of its block's scale, which is the block's largest value / 127; below 2**-24
    scales cannot get. Raises ValueError for weights that are not finite or too large for float16 scales.
    """
    rows, columns = matrix.shape
    values = np.pad(matrix.astype(np.float32), ((0, 0), (0, -columns % block))).reshape(rows, -1, block)
    if not np.isfinite(values).all():
        raise ValueError("weights must be finite")
    exact = np.abs(values).max(2) / 127
    if exact.size and float(exact.max()) > float(np.finfo(np.float16).max):
        raise ValueError("weights are too large")
    scales = np.maximum(exact, _SMALLEST_SCALE).astype(np.float16)
    # With the scale as it will be read, so that rounding the scale does not add to the error of every weight.
    codes = np.clip(np.rint(values / scales.astype(np.float32)[..., None]), -_ZERO, _ZERO - 1) + _ZERO
    return BlockMatrix(codes.astype(np.uint8), scales, columns)


def quantise_state(state: Mapping[str, NDArray[np.floating]], block: int = BLOCK) -> Weights:
    """All matrices of a state dict in blocks, all else as float32; a head that repeats the embedding is left out."""
    weights: Weights = {}
    embedding = state.get("model.embed_tokens.weight")
    for name, value in state.items():
        if name == "lm_head.weight" and embedding is not None and np.array_equal(value, embedding):
            continue
        weights[name] = quantise_matrix(value, block) if value.ndim == 2 else value.astype(np.float32)
    return weights


def restore_state(weights: Weights) -> dict[str, NDArray[np.float32]]:
    """The float32 state dict."""
    return {name: value.restore() if isinstance(value, BlockMatrix) else value for name, value in weights.items()}


def save_weights(weights: Weights, path: Path) -> None:
    """Write a safetensors file, whole or not at all. Raises CslmError when it cannot be written."""
    tensors: dict[str, NDArray[np.generic]] = {}
    columns: dict[str, int] = {}
    for name, value in weights.items():
        if isinstance(value, BlockMatrix):
            tensors[name + _CODES], tensors[name + _SCALES] = value.codes, value.scales
            columns[name] = value.columns
        else:
            tensors[name] = value
    with atomic_path(path) as temporary:
        save_file(
            {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()},
            temporary,
            # In one entry, because the library writes several in a random order, and packs are compared by their hash.
            metadata={_ABOUT: json.dumps({"format": FORMAT, "columns": columns}, sort_keys=True)},
        )


def _about(metadata: dict[str, str] | None) -> dict[str, Any]:
    about = json.loads((metadata or {}).get(_ABOUT, "{}"))
    return about if isinstance(about, dict) else {}


def weights_file(folder: Path) -> Path:
    """Where the weights of an LM folder are, if they are in one file."""
    return folder / (INT8_FILE if (folder / INT8_FILE).is_file() else WEIGHTS_FILE)


def is_quantised(path: Path) -> bool:
    """Whether a safetensors file is one of `save_weights`. Raises PackError when it is none at all."""
    try:
        with safe_open(path, framework="numpy") as file:
            return _about(file.metadata()).get("format") == FORMAT
    except (OSError, SafetensorError, ValueError) as error:
        raise PackError(f"The file {path.name} of the language model is damaged; install the pack again.") from error


def load_weights(path: Path) -> Weights:
    """Read what `save_weights` wrote. Raises PackError when the file is damaged or of another format."""
    if not is_quantised(path):
        raise PackError(f"The file {path.name} of the language model is of another format; update the program.")
    weights: Weights = {}
    try:
        with safe_open(path, framework="numpy") as file:
            columns = _about(file.metadata())["columns"]
            names = set(file.keys())
            for name in sorted(names):
                if name.endswith(_SCALES):
                    continue
                if not name.endswith(_CODES):
                    weights[name] = file.get_tensor(name)
                    continue
                whole = name.removesuffix(_CODES)
                codes, scales = file.get_tensor(name), file.get_tensor(whole + _SCALES)
                if codes.ndim != 3 or scales.shape != codes.shape[:2] or codes.dtype != np.uint8:
                    raise PackError(f"The weights '{whole}' of the language model do not fit together.")
                weights[whole] = BlockMatrix(codes, scales, int(columns[whole]))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise PackError(f"The file {path.name} of the language model is damaged; install the pack again.") from error
    return weights
