"""The shape of a Llama model, from a Hugging Face `config.json`. Knows nothing of weights or runtimes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.errors import PackError

__all__ = ["CONFIG_FILE", "LlamaShape"]

CONFIG_FILE: Final = "config.json"


@dataclass(frozen=True)
class LlamaShape:
    """Sizes of a decoder with grouped-query attention, rotary positions and a gated feed-forward part."""

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    inner: int
    epsilon: float
    theta: float
    tied: bool
    positions: int
    scaling: tuple[float, float, float, float] | None = None
    """Llama 3.1's stretching of positions: factor, low and high frequency factor, original positions."""

    @classmethod
    def load(cls, folder: Path) -> LlamaShape:
        """Raises PackError when the file is not there, not that of a Llama, or uses what we do not compute."""
        try:
            config = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise PackError(
                f"The file {CONFIG_FILE} of the language model cannot be read; install the pack again."
            ) from error
        return cls.of(config)

    @classmethod
    def of(cls, config: dict[str, Any]) -> LlamaShape:
        """Of a parsed `config.json`."""
        try:
            rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
            kind = rope.get("rope_type", rope.get("type", "default"))
            biased = config.get("attention_bias") or config.get("mlp_bias")
            if config["model_type"] != "llama" or config.get("hidden_act", "silu") != "silu" or biased:
                raise PackError("The language model is not a Llama model; this program cannot run it.")
            if kind not in ("default", "llama3"):
                raise PackError(f"The language model stretches its positions by '{kind}'; this program cannot run it.")
            scaling = None
            if kind == "llama3":
                names = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
                factor, low, high, original = (float(rope[name]) for name in names)
                scaling = (factor, low, high, original)
            heads = int(config["num_attention_heads"])
            return cls(
                vocabulary=int(config["vocab_size"]),
                hidden=int(config["hidden_size"]),
                layers=int(config["num_hidden_layers"]),
                heads=heads,
                kv_heads=int(config.get("num_key_value_heads") or heads),
                head_size=int(config.get("head_dim") or int(config["hidden_size"]) // heads),
                inner=int(config["intermediate_size"]),
                epsilon=float(config["rms_norm_eps"]),
                theta=float(rope.get("rope_theta", config.get("rope_theta", 10_000.0))),
                tied=bool(config.get("tie_word_embeddings", False)),
                positions=int(config["max_position_embeddings"]),
                scaling=scaling,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PackError(f"The file {CONFIG_FILE} of the language model is not complete ({error}).") from error

    def rotations(self, positions: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Cosines and sines (positions, head_size / 2) of the rotary positions."""
        frequencies = 1.0 / self.theta ** (np.arange(0, self.head_size, 2) / self.head_size)
        if self.scaling is not None:
            factor, low, high, original = self.scaling
            turns = original * frequencies / (2 * math.pi)
            smooth = np.clip((turns - low) / (high - low), 0.0, 1.0)
            frequencies = frequencies * (smooth + (1 - smooth) / factor)
        angles = np.outer(np.arange(positions), frequencies)
        return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
