"""The tokenizer taught to tell a new language's sounds apart: its quantiser fine-tuned, kept as a delta in the job.

The codes stay where they are and keep their meaning, so that LM and decoder go on from what they know; what is learnt
is which of them a sound falls on. A small net reads the letters behind the codes (CTC), as phonemes were in the
tokenizer's own training (paper, speech tokenizer), without a dictionary. What the pack says in its own languages must
be heard as before. Knows nothing of the LM.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from cslm_core.audio import LISTEN_RATE, resample
from cslm_core.packs.delta import save_delta
from cslm_core.tokenizer.encode import features
from cslm_core.tokenizer.quantiser import Quantiser
from trainer.language.adapt import base_decoder
from trainer.language.align import BLANK, LettersNet, letters
from trainer.language.corpus import CorpusRows
from trainer.language.job import Job
from trainer.language.judge import distance
from trainer.language.units import Features, adapted_tokenizer, base_tokenizer, listen
from trainer.precision import mixed

__all__ = ["Heard", "adapt_hearing", "adapt_quantiser"]

_STEPS = 1000
_ALONE = 250
"""Steps in which only the letters are learnt, behind the codes as they are."""
_RATE = 3e-4
_LETTERS_RATE = 2e-3
_FRAMES = 4000
"""Frames of a batch, 25 a second."""
_POOL = 256
"""Utterances among which those of a batch are of similar length."""
_KEEP, _COMMIT, _STILL = 2.0, 0.25, 0.05
_HELD = 6
"""Utterances of known speech in a batch."""
_WARPS = (0.82, 0.87, 0.92, 1.08, 1.14, 1.2)
"""How much faster a voice is played to make another speaker of it."""


@dataclass(frozen=True)
class Heard:
    """`features` (frames, width) float16 at 50/s of what `text` says."""

    features: NDArray[np.float16]
    text: str


def adapt_hearing(
    job: Job,
    heard: Features,
    kept: Sequence[list[int]],
    steps: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[float, float]:
    """`adapt_quantiser` for a job, from what its base pack is: `heard` are the features of its corpus (`listen`),
    `kept` units that the pack says in its own languages."""
    tokenizer, decoder = base_tokenizer(job), base_decoder(job)
    rows = [row for row in CorpusRows.load(job).usable if row["id"] in heard]
    by_split = {
        split: [Heard(heard[row["id"]], row["text"]) for row in rows if row["split"] == split]
        for split in ("train", "dev")
    }
    # Everybody once more as another speaker: the voices of a corpus are few.
    others = listen(job, split="train", speeds=_WARPS)
    strangers = [Heard(others[row["id"]], row["text"]) for row in rows if row["id"] in others]
    known = []
    rng = random.Random(0)
    for units in kept:
        spoken = decoder.speak(units)
        # The pack's own voice, and another that is made of it: what is known is known by whoever says it.
        for warp in (1.0, rng.choice(_WARPS)):
            pcm = resample(spoken, round(decoder.sample_rate * warp), LISTEN_RATE)
            with torch.inference_mode():
                known.append(features(tokenizer.encoder, pcm).numpy().astype(np.float16))
    return adapt_quantiser(
        tokenizer.quantiser,
        by_split["train"] + strangers,
        by_split["dev"] or by_split["train"][:100],
        known,
        _STEPS if steps is None else steps,
        adapted_tokenizer(job),
        progress=progress,
    )


def adapt_quantiser(
    quantiser: Quantiser,
    train: Sequence[Heard],
    watched: Sequence[Heard],
    known: Sequence[NDArray[np.float16]],
    steps: int,
    folder: Path,
    *,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> tuple[float, float]:
    """Teach `quantiser`, and keep the delta in `folder`; the share of letters that its codes lose of watched speech,
    before and after.

    `known` are features of what the pack says in its own languages. Where it is not better, nothing is kept and
    the quantiser is as it was. ValueError when no text has letters.
    """
    tell = progress or (lambda share: None)
    alphabet = sorted({c for item in train for c in letters(item.text)})
    if not alphabet:
        raise ValueError("there is nothing to learn letters from")
    before_state = copy.deepcopy(quantiser.state_dict())
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        reader = _Reader(quantiser, alphabet)
        items = [item for item in train if reader.fits(item)]
        _fit(reader, items, [], min(_ALONE, steps), seed, lambda share: tell(0.25 * share), alone=True)
        before = reader.lost(watched)
        _fit(reader, items, _Known.of(quantiser, known), steps, seed + 1, lambda share: tell(0.25 + 0.75 * share))
    after = reader.lost(watched)
    if after < before:
        save_delta(folder, before_state, quantiser.state_dict())
    else:
        quantiser.load_state_dict(before_state)
    return before, min(before, after)


class _Known(list[tuple[Tensor, Tensor]]):
    """(features, vectors) of speech that must be heard as it is."""

    @classmethod
    def of(cls, quantiser: Quantiser, sounds: Sequence[NDArray[np.float16]]) -> _Known:
        with torch.no_grad():
            values = [torch.from_numpy(sound.astype(np.float32))[None] for sound in sounds]
            return cls((value, quantiser(value)) for value in values)


class _Reader(nn.Module):
    """A quantiser and the net that reads letters behind its codes."""

    def __init__(self, quantiser: Quantiser, alphabet: list[str]) -> None:
        super().__init__()
        self.quantiser = quantiser
        self.alphabet = alphabet
        self._number = {letter: n for n, letter in enumerate(alphabet, 1)}
        self.net = LettersNet(quantiser.config.bottleneck, len(alphabet) + 1)

    def labels(self, text: str) -> list[int]:
        return [self._number[c] for c in letters(text) if c in self._number]

    def fits(self, item: Heard) -> bool:
        return 0 < 2 * len(self.labels(item.text)) <= 2 * len(item.features)

    def read(self, vectors: Tensor) -> Tensor:
        """Log probabilities (batch, 2T, letters + 1) of vectors (batch, T, D); twice as many, as letters come fast."""
        found: Tensor = self.net(vectors.repeat_interleave(2, dim=1)).log_softmax(-1)
        return found

    def lost(self, items: Sequence[Heard]) -> float:
        """Share of letters that are wrong behind the codes of `items`, as a pack would use them."""
        edits = length = 0
        with torch.inference_mode():
            for item in items:
                vectors = self.quantiser(torch.from_numpy(item.features.astype(np.float32))[None])[0]
                codes = torch.from_numpy(self.quantiser.codes(vectors)).long()
                path = self.read(self.quantiser.codebook[codes][None])[0].argmax(-1).tolist()
                heard = [p for i, p in enumerate(path) if p != BLANK and (i == 0 or p != path[i - 1])]
                wanted = self.labels(item.text)
                edits, length = edits + distance(wanted, heard), length + len(wanted)
        return edits / max(1, length)


def _fit(
    reader: _Reader,
    items: Sequence[Heard],
    known: Sequence[tuple[Tensor, Tensor]],
    steps: int,
    seed: int,
    tell: Callable[[float], None],
    *,
    alone: bool = False,
) -> None:
    """Letters behind the codes; the quantiser moves with them unless they are to be learnt `alone`."""
    quantiser = reader.quantiser
    quantiser.requires_grad_(not alone)
    groups = [{"params": list(reader.net.parameters()), "peak": _LETTERS_RATE}]
    if not alone:
        groups.append({"params": list(quantiser.parameters()), "peak": _RATE})
    optimiser = torch.optim.AdamW(groups, lr=_RATE, weight_decay=0.01, betas=(0.9, 0.98))
    rng = random.Random(seed)
    batches: list[list[Heard]] = []
    for step in range(steps if items else 0):
        batches = batches or _batches(items, rng)
        batch = batches.pop()
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * min(1.0, (step + 1) / 20) * (1 - step / (steps + 1))
        loss = _loss(reader, batch, alone)
        if known:
            loss = loss + _KEEP * _moved(quantiser, rng.sample(known, min(_HELD, len(known))))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for group in groups for p in group["params"]], 1.0)  # type: ignore[attr-defined]
        optimiser.step()
        tell((step + 1) / steps)
    quantiser.requires_grad_(False)


def _batches(items: Sequence[Heard], rng: random.Random) -> list[list[Heard]]:
    """All of them once, those of a batch about as long as each other, so that little is padding."""
    order = rng.sample(items, len(items))
    batches: list[list[Heard]] = []
    for start in range(0, len(order), _POOL):
        pool = sorted(order[start : start + _POOL], key=lambda item: len(item.features))
        while pool:
            size = max(1, 2 * _FRAMES // len(pool[-1].features))
            batches.append(pool[-size:])
            del pool[-size:]
    rng.shuffle(batches)
    return batches


def _loss(reader: _Reader, batch: Sequence[Heard], alone: bool) -> Tensor:
    parts = [torch.from_numpy(item.features[: len(item.features) // 2 * 2].astype(np.float32)) for item in batch]
    lengths = torch.tensor([len(part) for part in parts])
    features = nn.utils.rnn.pad_sequence(parts, batch_first=True)
    quantiser = reader.quantiser
    with mixed():
        vectors = quantiser(features + 0.05 * torch.randn_like(features)).float()
    real = torch.arange(vectors.shape[1])[None] < (lengths // 2)[:, None]
    with torch.no_grad():
        near = quantiser.distances(vectors.flatten(0, 1)).argmin(-1)
        chosen = quantiser.codebook[near].view_as(vectors)
    through = vectors + (chosen - vectors).detach()
    labels = [reader.labels(item.text) for item in batch]
    with mixed():
        read = reader.read(through).float()
    loss = F.ctc_loss(
        read.transpose(0, 1),
        torch.tensor([n for own in labels for n in own]),
        lengths,
        torch.tensor([len(own) for own in labels]),
        blank=BLANK,
        zero_infinity=True,
    )
    if alone:
        return loss
    commit = (chosen - vectors).square().mean(-1)[real].mean()
    still = (vectors[:, 1:] - vectors[:, :-1]).square().mean(-1)[real[:, 1:]].mean()
    return loss + _COMMIT * commit + _STILL * still


def _moved(quantiser: Quantiser, known: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """How far the vectors of known speech have moved."""
    return torch.stack([(quantiser(features) - vectors).square().mean() for features, vectors in known]).mean()
