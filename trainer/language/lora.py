"""The base model while it is taught: frozen weights, low-rank deltas beside them, changed and new embedding rows.

`Taught` gives the loss of packed rows and, at any moment, the `Adapter` that a language pack holds (paper, last
section). Full weights can be trained instead; what was learnt is then their whole difference. Knows nothing of data,
optimisers or files beyond the LM folder it starts from.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cslm_core.errors import TrainingError
from cslm_core.lm.adapter import EMBEDDING, Adapter, Rows
from cslm_core.lm.config import CONFIG_FILE, LlamaShape
from cslm_core.lm.load import read_state
from trainer.language.hears import majorities
from trainer.lm.loss import SoundLoss
from trainer.lm.packing import NO_TARGET, Packed

__all__ = ["METHODS", "LowRank", "Method", "Taught", "base_state"]

Method = Literal["adapter", "full"]
Attention = Literal["sdpa", "eager"]
METHODS: Final = ("adapter", "full")


def base_state(folder: Path) -> dict[str, Tensor]:
    """The float32 weights of an LM folder. Raises PackError."""
    return {name: value.float() for name, value in read_state(folder).items()}


class LowRank(nn.Module):
    """A frozen linear layer W with a learnt delta: x -> W x + scale * B (A x). B starts at zero, so nothing changes."""

    def __init__(self, linear: nn.Linear, rank: int, scale: float, generator: torch.Generator) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.scale = scale
        self.active = True
        a = torch.empty(rank, linear.in_features)
        a.uniform_(-1, 1, generator=generator).mul_(linear.in_features**-0.5)
        self.a = nn.Parameter(a)
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        frozen: Tensor
        if self.linear.weight.dtype == x.dtype or torch.is_autocast_enabled(x.device.type):
            frozen = self.linear(x)
        else:  # halved (`Taught.halve`), and computed in full
            frozen = F.linear(x, self.linear.weight.to(x.dtype))
        if not self.active:
            return frozen
        return frozen + self.scale * F.linear(F.linear(x, self.a), self.b)


class Taught(nn.Module):
    """A Llama with one language added. `changed` (n,) are the ids of base rows that may change; the last rows are new.

    `forward` gives the summed loss of the learnt positions of packed rows (the cross-entropy, or what `weigh` makes of
    it), or of held rows how far the model has moved from what the base says there.
    """

    before: Tensor
    changed: Tensor
    slots: Tensor
    table: Tensor

    def __init__(
        self,
        folder: Path,
        *,
        language: str,
        characters: list[str],
        changed: list[int],
        new_rows: Tensor,
        method: Method = "adapter",
        rank: int = 16,
        scale: float = 2.0,
        seed: int = 0,
        hears: Sequence[int] = (),
        before: Sequence[int] = (),
        attention: Attention = "sdpa",
    ) -> None:
        """`folder` is the base pack's LM folder; `new_rows` (1 + characters, hidden): where the new rows start;
        `hears` as an `Adapter` has it, and `before` (classes,) the ids as which the base hears those: they start so;
        `attention` as transformers names it: "eager" is the faster one on a CPU where attention is masked."""
        super().__init__()
        from transformers import LlamaConfig, LlamaForCausalLM

        self.language, self.characters, self.method, self.scale = language, tuple(characters), method, scale
        self.hears = tuple(hears)
        self.said = 1 + len(characters)  # new rows behind those are heard alone
        shape = LlamaShape.load(folder)
        if not shape.tied:
            raise TrainingError("Only base packs whose head is their embedding can be taught here; take another one.")
        state = base_state(folder)
        self.base_size = len(state[EMBEDDING])
        config = LlamaConfig.from_dict(json.loads((folder / CONFIG_FILE).read_text("utf-8")))
        config._attn_implementation = self.attention = attention
        full = LlamaForCausalLM(config)
        full.load_state_dict({**state, "lm_head.weight": state[EMBEDDING]})
        self.body: Any = full.model
        self.register_buffer("table", state[EMBEDDING].clone(), persistent=False)
        self.body.embed_tokens = None  # rows are looked up here
        new_rows = torch.cat([new_rows, self.table[torch.tensor(before, dtype=torch.long)]])
        known = [*range(self.base_size), *[0] * (1 + len(characters)), *before]
        self.register_buffer("before", torch.tensor(known, dtype=torch.long), persistent=False)
        self.register_buffer("changed", torch.tensor(changed, dtype=torch.long), persistent=False)
        slots = torch.zeros(self.base_size + len(new_rows), dtype=torch.long)
        slots[self.changed] = torch.arange(1, len(changed) + 1)
        slots[self.base_size :] = torch.arange(len(changed) + 1, len(changed) + 1 + len(new_rows))
        self.register_buffer("slots", slots, persistent=False)
        self.row_delta = nn.Parameter(torch.zeros(len(changed), shape.hidden))
        self.new_rows = nn.Parameter(new_rows.detach().clone())
        self._sound: SoundLoss | None = None
        self._before: dict[str, Tensor] = {}
        if method == "adapter":
            self.body.requires_grad_(False)
            generator = torch.Generator().manual_seed(seed)
            for layer in self.body.layers:
                for block in (layer.self_attn, layer.mlp):
                    for name, child in list(block.named_children()):
                        if isinstance(child, nn.Linear):
                            setattr(block, name, LowRank(child, rank, scale, generator))
        else:
            self._before = {n: p.detach().clone() for n, p in self.body.named_parameters()}
        self.train()

    def weigh(self, alike: Tensor, within: float) -> None:
        """Which of a sound's units is to be said counts `within` from now on, the sound 1. `alike` (extended
        vocabulary,) as a layout has it."""
        self._sound = SoundLoss(alike[: self.base_size + self.said], within)

    def halve(self) -> None:
        """Keep the frozen matrices in bfloat16: what autocast would make of them anew in every step, to the bit."""
        for module in self.body.modules():
            if isinstance(module, LowRank):
                module.linear.to(torch.bfloat16)

    # --- computing ---

    def embed(self, ids: Tensor) -> Tensor:
        """Rows (..., hidden) of ids of the extended vocabulary."""
        base = F.embedding(ids.clamp(max=self.base_size - 1), self.table)
        base = base * (ids < self.base_size).unsqueeze(-1)
        nothing = torch.zeros_like(self.new_rows[:1])
        return base + F.embedding(self.slots[ids], torch.cat([nothing, self.row_delta, self.new_rows]))

    def logits(self, hidden: Tensor) -> Tensor:
        """(positions, hidden) -> (positions, extended vocabulary without what can only be heard)."""
        old = F.linear(hidden, self.table)
        old = old.index_add(1, self.changed, F.linear(hidden, self.row_delta.to(hidden.dtype)).to(old.dtype))
        return torch.cat([old, F.linear(hidden, self.new_rows[: self.said])], 1)

    def forward(self, ids: Tensor, positions: Tensor, mask: Tensor, targets: Tensor, held: bool = False) -> Tensor:
        """Sum over learnt positions; ids, positions, targets (rows, length), mask (rows, 1, length, length).

        Of rows that are `held` it is the divergence KL(base || model) of the next token, in nats: nothing new is learnt
        from them, whatever is written there (as in learning without forgetting, Li and Hoiem 2016).
        """
        wanted = targets != NO_TARGET
        said = self.logits(self._hidden(self.embed(ids), positions, mask)[wanted]).float()
        if not held:
            if self._sound is not None:
                return self._sound(said, targets[wanted]).sum()
            return F.cross_entropy(said, targets[wanted], reduction="sum")
        with torch.no_grad(), self._untaught():
            rows = F.embedding(self.before[ids], self.table)
            before = F.linear(self._hidden(rows, positions, mask)[wanted], self.table).float()
        now = said.log_softmax(-1)[:, : self.base_size]
        return F.kl_div(now, before.log_softmax(-1), reduction="sum", log_target=True)

    def _hidden(self, rows: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
        """The last hidden states (rows, length, hidden) of embedded tokens."""
        if self.attention == "eager":  # which adds the mask
            kind = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else rows.dtype
            mask = torch.zeros(mask.shape, dtype=kind, device=mask.device).masked_fill(~mask, torch.finfo(kind).min)
        states: Tensor = self.body(
            inputs_embeds=rows, position_ids=positions, attention_mask=mask, use_cache=False
        ).last_hidden_state
        return states

    @contextlib.contextmanager
    def _untaught(self) -> Iterator[None]:
        """The body as the base pack has it. Hold no gradients."""
        low_rank = [module for module in self.body.modules() if isinstance(module, LowRank)]
        taught = {name: p.detach().clone() for name, p in self.body.named_parameters()} if self._before else {}
        self._put(self._before)
        for module in low_rank:
            module.active = False
        try:
            yield
        finally:
            self._put(taught)
            for module in low_rank:
                module.active = True

    def _put(self, weights: dict[str, Tensor]) -> None:
        for name, parameter in self.body.named_parameters() if weights else ():
            parameter.data.copy_(weights[name])

    def loss(self, packed: Packed) -> Tensor:
        """`forward` of packed rows."""
        total: Tensor = self(packed.ids, packed.positions, packed.mask, packed.targets, packed.held)
        return total

    # --- what is learnt ---

    @torch.no_grad()
    def begin_with(self, adapter: Adapter) -> None:
        """Go on from what was learnt of this language before. TrainingError where that was another kind of training."""
        factors = {f"model.{n}.weight": m for n, m in self.body.named_modules() if isinstance(m, LowRank)}
        fits = adapter.factors.keys() == factors.keys() and all(
            a.shape == tuple(factors[name].a.shape) for name, (a, _) in adapter.factors.items()
        )
        if adapter.language != self.language or adapter.scale != self.scale or adapter.deltas or not fits:
            raise TrainingError(
                "What the training is to go on from is of another language, or has another rank or scale; choose those,"
                " or begin without it."
            )
        for name, (a, b) in adapter.factors.items():
            factors[name].a.copy_(torch.from_numpy(a))
            factors[name].b.copy_(torch.from_numpy(b))
        number = {character: n for n, character in enumerate(adapter.characters, 1)}
        for place, character in enumerate(("", *self.characters)):
            if place == 0 or character in number:
                self.new_rows[place] = torch.from_numpy(adapter.embedding.new[number.get(character, 0)])
        apart = torch.from_numpy(adapter.embedding.new[1 + len(adapter.characters) :])
        for own, before in majorities(self.hears, adapter.hears).items():
            self.new_rows[self.said + own] = apart[before]
        delta = {int(token): row for token, row in zip(adapter.embedding.changed, adapter.embedding.delta, strict=True)}
        for place, token in enumerate(self.changed.tolist()):
            if token in delta:
                self.row_delta[place] = torch.from_numpy(delta[token])

    def learnt(self) -> dict[str, nn.Parameter]:
        """The parameters that are trained, by name, in a fixed order."""
        return {name: p for name, p in self.named_parameters() if p.requires_grad}

    @torch.no_grad()
    def adapter(self) -> Adapter:
        """What has been learnt so far."""

        def array(value: Tensor) -> np.ndarray:
            return np.array(value.detach().float().cpu().numpy())  # a copy: training goes on

        factors, deltas = {}, {}
        for name, module in self.body.named_modules():
            if isinstance(module, LowRank):
                factors[f"model.{name}.weight"] = (array(module.a), array(module.b))
        if self._before:
            deltas = {f"model.{n}": array(p - self._before[n].to(p.device)) for n, p in self.body.named_parameters()}
        rows = Rows(array(self.new_rows), self.changed.cpu().numpy(), array(self.row_delta))
        return Adapter(
            self.language, self.base_size, self.characters, self.scale, rows, factors, deltas, hears=self.hears
        )
