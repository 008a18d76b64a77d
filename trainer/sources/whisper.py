"""The Whisper encoder's weights from a CTranslate2 `model.bin`.

    python -m trainer.sources.whisper --model whisper-base/model.bin --out encoder.safetensors

Knows nothing of training.
"""

from __future__ import annotations

import argparse
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from torch import Tensor

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_path
from cslm_core.tensors import save_int8
from trainer.command import run_command

_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def _string(file: BinaryIO) -> str:
    (length,) = struct.unpack("<H", file.read(2))
    return file.read(length).rstrip(b"\0").decode()


def read_ctranslate2(path: Path) -> dict[str, Tensor]:
    """All variables of a CTranslate2 model file; TrainingError for a format version other than 6."""
    with path.open("rb") as file:
        (version,) = struct.unpack("<I", file.read(4))
        if version != 6:
            raise TrainingError(f"{path.name} has CTranslate2 format version {version}, 6 is known.")
        _string(file)
        _revision, count = struct.unpack("<II", file.read(8))
        variables = {}
        for _ in range(count):
            name = _string(file)
            (rank,) = struct.unpack("<B", file.read(1))
            shape = struct.unpack(f"<{rank}I", file.read(4 * rank))
            kind, size = struct.unpack("<BI", file.read(5))
            data = np.frombuffer(file.read(size), _TYPES[kind]).reshape(shape).copy()
            variables[name] = torch.from_numpy(data)
    return variables


def encoder_from_ctranslate2(path: Path) -> dict[str, Tensor]:
    """State dict of `cslm_core.tokenizer.whisper.WhisperEncoder`, float32."""
    source = {k.removeprefix("encoder/"): v for k, v in read_ctranslate2(path).items() if k.startswith("encoder/")}

    def get(name: str) -> Tensor:
        value = source[name]
        if value.dtype == torch.int8:
            return value.float() / source[name + "_scale"].float().reshape(-1, *[1] * (value.dim() - 1))
        return value.float()

    state = {"embed_positions.weight": get("position_encodings/encodings")}
    for name in ("conv1", "conv2"):
        state |= {f"{name}.{p}": get(f"{name}/{p}") for p in ("weight", "bias")}
    state |= {"layer_norm.weight": get("layer_norm/gamma"), "layer_norm.bias": get("layer_norm/beta")}
    layers = len({k.split("/")[0] for k in source if k.startswith("layer_") and not k.startswith("layer_norm")})
    for i in range(layers):
        to, at = f"layers.{i}.", f"layer_{i}/"
        weight, bias = get(at + "self_attention/linear_0/weight"), get(at + "self_attention/linear_0/bias")
        for name, w, b in zip("qkv", weight.chunk(3), bias.chunk(3), strict=True):
            state[f"{to}self_attn.{name}_proj.weight"] = w
            if name != "k":
                state[f"{to}self_attn.{name}_proj.bias"] = b
        for theirs, ours in (
            ("self_attention/linear_1", "self_attn.out_proj"),
            ("ffn/linear_0", "fc1"),
            ("ffn/linear_1", "fc2"),
        ):
            state |= {f"{to}{ours}.{p}": get(f"{at}{theirs}/{p}") for p in ("weight", "bias")}
        for theirs, ours in (("self_attention", "self_attn_layer_norm"), ("ffn", "final_layer_norm")):
            state[f"{to}{ours}.weight"] = get(f"{at}{theirs}/layer_norm/gamma")
            state[f"{to}{ours}.bias"] = get(f"{at}{theirs}/layer_norm/beta")
    return {k: v.contiguous() for k, v in state.items()}


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="CTranslate2 model.bin")
    parser.add_argument("--out", type=Path, required=True, help="safetensors file")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for a model of another format."""
    state = encoder_from_ctranslate2(options.model)
    with atomic_path(options.out) as temporary:
        save_int8(state, temporary)


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
