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

__all__ = ["TorchBranches", "TorchLanguageModel", "TorchSession", "best_dtype"]

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

    def along(self, sequences: Sequence[Sequence[int]], tokens: NDArray[np.bool_]) -> list[NDArray[np.float32]]:
        """See `LanguageModel.along`. Raises EngineError for a sequence that is too long."""
        with torch.inference_mode():
            head = self.head[torch.from_numpy(np.flatnonzero(tokens)).to(self.device)]
            return [F.linear(self.session().states(ids), head).float().cpu().numpy() for ids in sequences]

    def attend(self, x: Tensor, layer: _Layer, cache: Tensor, start: int) -> Tensor:
        """A layer over x (rows, n, hidden), tokens from `start` on; `cache` (2, rows, groups, room, head size)."""
        shape = self.shape
        rows, count, end = x.shape[0], x.shape[1], start + x.shape[1]
        heads, groups, size = shape.heads, shape.kv_heads, shape.head_size
        cosines, sines = self.cosines[start:end, None], self.sines[start:end, None]
        normed = F.rms_norm(x, (shape.hidden,), layer.norm, shape.epsilon)
        parts = F.linear(normed, layer.qkv).view(rows, count, heads + 2 * groups, size)
        turned = parts[:, :, : heads + groups]
        turned = turned * cosines + torch.roll(turned, size // 2, -1) * sines
        cache[0, :, :, start:end] = turned[:, :, heads:].transpose(1, 2)
        cache[1, :, :, start:end] = parts[:, :, heads + groups :].transpose(1, 2)
        # Query i sees the keys up to start + i. Heads that share keys are queries of one group, so repeated for each.
        sees = None
        if count > 1:
            sees = torch.ones(count, end, dtype=torch.bool, device=self.device).tril(start).repeat(heads // groups, 1)
        query = turned[:, :, :heads].transpose(1, 2).reshape(rows, groups, -1, size)
        keys, values = cache[0, :, :, :end], cache[1, :, :, :end]
        attended = F.scaled_dot_product_attention(query, keys, values, attn_mask=sees)
        attended = attended.reshape(rows, heads, count, size).transpose(1, 2).reshape(rows, count, heads * size)
        x = x + F.linear(attended, layer.output)
        gate, up = F.linear(F.rms_norm(x, (shape.hidden,), layer.after_norm, shape.epsilon), layer.gate_up).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, layer.down)

    def read(self, ids: Tensor, caches: Sequence[Tensor], start: int) -> Tensor:
        """The normalised states (rows, n, hidden) of ids (rows, n) that begin at `start`."""
        x = F.embedding(ids, self.embedding)
        for layer, cache in zip(self.layers, caches, strict=True):
            x = self.attend(x, layer, cache, start)
        return F.rms_norm(x, (self.shape.hidden,), self.norm, self.shape.epsilon)


class TorchSession:
    """An `LmSession` with a cache (2, 1, kv heads, room, head size) per layer; the room doubles when it is full."""

    def __init__(self, model: TorchLanguageModel) -> None:
        self._model = model
        self._length = 0
        self._room = min(_FIRST_ROOM, model.context)
        self._caches = _empty(model, 1, self._room)

    @property
    def length(self) -> int:
        return self._length

    def feed(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """See `LmSession.feed`. Raises EngineError when the context is full."""
        with torch.inference_mode():
            logits = F.linear(self.states(ids)[-1], self._model.head)
        result: NDArray[np.float32] = logits.float().cpu().numpy()
        return result

    def states(self, ids: Sequence[int]) -> Tensor:
        """Append `ids` (at least one): the normalised states (n, hidden), of which logits are made."""
        if not ids:
            raise ValueError("at least one token must be fed")
        if self._length + len(ids) > self._model.context:
            raise EngineError("The conversation has become too long for the model; begin a new one.")
        self._make_room(self._length + len(ids))
        pieces = []
        with torch.inference_mode():
            for start in range(0, len(ids), _PIECE):
                piece = torch.tensor([ids[start : start + _PIECE]], device=self._model.device)
                pieces.append(self._model.read(piece, self._caches, self._length)[0])
                self._length += piece.shape[1]
        return torch.cat(pieces)

    def truncate(self, length: int) -> None:
        """See `LmSession.truncate`."""
        if not 0 <= length <= self._length:
            raise ValueError(f"cannot cut {self._length} tokens back to {length}")
        self._length = length

    def branch(self, rows: int, most: int) -> TorchBranches:
        """See `LmSession.branch`."""
        if self._length + most > self._model.context:
            raise EngineError("The conversation has become too long for the model; begin a new one.")
        caches = _empty(self._model, rows, self._length + most)
        with torch.inference_mode():
            for own, copy in zip(self._caches, caches, strict=True):
                copy[:, :, :, : self._length] = own[:, :, :, : self._length]
        return TorchBranches(self._model, caches, self._length)

    def _make_room(self, length: int) -> None:
        if length <= self._room:
            return
        room = min(self._model.context, max(length, 2 * self._room))
        with torch.inference_mode():
            self._caches = [F.pad(cache, (0, 0, 0, room - self._room)) for cache in self._caches]
        self._room = room


class TorchBranches:
    """An `LmBranches`."""

    def __init__(self, model: TorchLanguageModel, caches: list[Tensor], length: int) -> None:
        self._model = model
        self._caches = caches
        self._start = self._length = length

    def feed(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """See `LmBranches.feed`. Raises ValueError when it is not one token for each row, or beyond the room."""
        _, rows, _, room, _ = self._caches[0].shape
        if len(ids) != rows or self._length >= room:
            raise ValueError(f"{len(ids)} tokens do not fit {rows} rows, or these have come to their end")
        with torch.inference_mode():
            states = self._model.read(torch.tensor(ids, device=self._model.device)[:, None], self._caches, self._length)
            logits = F.linear(states[:, 0], self._model.head)
        self._length += 1
        result: NDArray[np.float32] = logits.float().cpu().numpy()
        return result

    def select(self, rows: Sequence[int]) -> None:
        """See `LmBranches.select`."""
        chosen, new = list(rows), slice(self._start, self._length)
        with torch.inference_mode():
            for cache in self._caches:  # what came before the branches is the same in all
                cache[:, :, :, new] = cache[:, chosen, :, new]


def _empty(model: TorchLanguageModel, rows: int, room: int) -> list[Tensor]:
    size = (2, rows, model.shape.kv_heads, room, model.shape.head_size)
    return [torch.zeros(size, dtype=model.dtype, device=model.device) for _ in range(model.shape.layers)]
