"""The joint LM by torch: for CUDA and Apple GPUs, and for float checkpoints on a CPU.

A Llama written plainly over one growing cache per layer. Knows nothing of tokens' meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from cslm_core.errors import EngineError
from cslm_core.lm.config import LlamaShape
from cslm_core.lm.layout import TokenLayout

__all__ = ["TorchLanguageModel", "TorchSession", "best_dtype"]

_PIECE: Final = 256
_FIRST_ROOM: Final = 512


def best_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where a CUDA device computes it, else float16 on a GPU, float32 on a CPU."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.float16 if device.type == "mps" else torch.float32


@dataclass(frozen=True)
class _Layer:
    norm: Tensor
    qkv: Tensor
    output: Tensor
    after_norm: Tensor
    gate_up: Tensor
    down: Tensor


class TorchLanguageModel:
    """A `LanguageModel`. Thread-safe; each session belongs to one thread at a time."""

    def __init__(
        self,
        shape: LlamaShape,
        state: Mapping[str, Tensor],
        layout: TokenLayout,
        device: str | torch.device = "cpu",
        dtype: torch.dtype | None = None,
    ) -> None:
        """`state` by the names of Hugging Face's Llama; `dtype` None: the best of the device."""
        self.layout = layout
        self.shape = shape
        self.context = min(layout.context, shape.positions)
        self.device = torch.device(device)
        self.dtype = dtype or best_dtype(self.device)

        def take(*names: str) -> Tensor:
            parts = [state[name].to(self.device, self.dtype) for name in names]
            return parts[0] if len(parts) == 1 else torch.cat(parts)

        self.embedding = take("model.embed_tokens.weight")
        self.head = self.embedding if shape.tied else take("lm_head.weight")
        self.norm = take("model.norm.weight")
        self.layers = []
        for number in range(shape.layers):
            at = f"model.layers.{number}."
            self.layers.append(
                _Layer(
                    norm=take(at + "input_layernorm.weight"),
                    qkv=take(*[f"{at}self_attn.{part}_proj.weight" for part in "qkv"]),
                    output=take(at + "self_attn.o_proj.weight"),
                    after_norm=take(at + "post_attention_layernorm.weight"),
                    gate_up=take(at + "mlp.gate_proj.weight", at + "mlp.up_proj.weight"),
                    down=take(at + "mlp.down_proj.weight"),
                )
            )
        cosines, sines = (torch.from_numpy(table).to(self.device) for table in shape.rotations(self.context))
        # Laid out so that a rotation is x * cos + roll(x) * sin.
        self.cosines = torch.cat([cosines, cosines], 1).to(self.dtype)
        self.sines = torch.cat([-sines, sines], 1).to(self.dtype)

    def session(self) -> TorchSession:
        """An empty sequence."""
        return TorchSession(self)


class TorchSession:
    """An `LmSession` with one cache (2, kv heads, room, head size) per layer; the room doubles when it is full."""

    def __init__(self, model: TorchLanguageModel) -> None:
        self._model = model
        self._length = 0
        shape = model.shape
        self._room = min(_FIRST_ROOM, model.context)
        size = (2, shape.kv_heads, self._room, shape.head_size)
        self._caches = [torch.zeros(size, dtype=model.dtype, device=model.device) for _ in range(shape.layers)]

    @property
    def length(self) -> int:
        return self._length

    def feed(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """See `LmSession.feed`. Raises EngineError when the context is full."""
        if not ids:
            raise ValueError("at least one token must be fed")
        if self._length + len(ids) > self._model.context:
            raise EngineError("The conversation has become too long for the model; begin a new one.")
        self._make_room(self._length + len(ids))
        with torch.inference_mode():
            for start in range(0, len(ids), _PIECE):
                logits = self._read(ids[start : start + _PIECE], last=start + _PIECE >= len(ids))
        result: NDArray[np.float32] = logits.float().cpu().numpy()
        return result

    def truncate(self, length: int) -> None:
        """See `LmSession.truncate`."""
        if not 0 <= length <= self._length:
            raise ValueError(f"cannot cut {self._length} tokens back to {length}")
        self._length = length

    def _make_room(self, length: int) -> None:
        if length <= self._room:
            return
        room = min(self._model.context, max(length, 2 * self._room))
        with torch.inference_mode():
            self._caches = [F.pad(cache, (0, 0, 0, room - self._room)) for cache in self._caches]
        self._room = room

    def _read(self, ids: Sequence[int], *, last: bool) -> Tensor:
        model, shape = self._model, self._model.shape
        start, end, count = self._length, self._length + len(ids), len(ids)
        heads, groups, size = shape.heads, shape.kv_heads, shape.head_size
        x = F.embedding(torch.tensor(ids, device=model.device), model.embedding)
        cosines, sines = model.cosines[start:end, None], model.sines[start:end, None]
        # Query i sees the keys up to start + i. Heads that share keys are queries of one group, so repeated for each.
        sees = torch.ones(count, end, dtype=torch.bool, device=model.device).tril(start).repeat(heads // groups, 1)
        for layer, cache in zip(model.layers, self._caches, strict=True):
            normed = F.rms_norm(x, (shape.hidden,), layer.norm, shape.epsilon)
            parts = F.linear(normed, layer.qkv).view(count, heads + 2 * groups, size)
            turned = parts[:, : heads + groups]
            turned = turned * cosines + torch.roll(turned, size // 2, -1) * sines
            cache[0, :, start:end] = turned[:, heads:].transpose(0, 1)
            cache[1, :, start:end] = parts[:, heads + groups :].transpose(0, 1)
            query = turned[:, :heads].transpose(0, 1).reshape(groups, -1, size)
            keys, values = cache[0, :, :end], cache[1, :, :end]
            attended = F.scaled_dot_product_attention(query, keys, values, attn_mask=sees if count > 1 else None)
            attended = attended.reshape(heads, count, size).transpose(0, 1).reshape(count, heads * size)
            x = x + F.linear(attended, layer.output)
            gate, up = F.linear(F.rms_norm(x, (shape.hidden,), layer.after_norm, shape.epsilon), layer.gate_up).chunk(
                2, -1
            )
            x = x + F.linear(F.silu(gate) * up, layer.down)
        self._length = end
        if not last:
            return x[-1]
        return F.linear(F.rms_norm(x[-1], (shape.hidden,), model.norm, shape.epsilon), model.head)
