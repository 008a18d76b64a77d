"""Where the words of a new language are in its speech, and how well a text fits its sound.

A small net hears letters in the features of the base pack's speech encoder (CTC); it is trained on the corpus itself,
in minutes. Its best path gives each word its frames, and so its units; its certainty along that path is the alignment
score. Letters, not phonemes: any language with a script can be aligned, without a dictionary. Knows nothing of the LM.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from cslm_core.files import atomic_path, atomic_write_json
from trainer.lm.examples import words_in
from trainer.tokenizer.align import ctc_spikes

__all__ = ["Aligner", "Found", "LettersNet", "Span", "Utterance", "letters", "train_aligner"]

BLANK: Final = 0
_WIDTH: Final = 192
_MOST_LETTERS: Final = 3000
_FRAMES: Final = 6000
"""Feature frames of a batch."""

Span = tuple[str, int, int]
"""A word and its feature frames (50 a second), from and to."""


class Utterance(NamedTuple):
    """`features` (frames, width) float16 at 50/s of what `text` says."""

    features: NDArray[np.float16]
    text: str


@dataclass(frozen=True)
class Found:
    """`words` as spans of frames; `score` from 0 to 1: how certain the letters are where they are."""

    words: list[Span]
    score: float
    letters: list[tuple[int, int]]
    """(number of the letter, its frame)."""


def letters(text: str) -> list[str]:
    """The letters of a text that can be heard: small, composed, without signs and spaces."""
    folded = unicodedata.normalize("NFC", text.casefold())
    return [c for c in folded if unicodedata.category(c)[0] in "LMN"]


class LettersNet(nn.Module):
    """(batch, frames, width) -> (batch, frames, letters)."""

    def __init__(self, width: int, count: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.enter = nn.Linear(width, _WIDTH)
        self.blocks = nn.ModuleList(nn.Conv1d(_WIDTH, _WIDTH, 5, padding=2) for _ in range(3))
        self.head = nn.Linear(_WIDTH, count)

    def forward(self, features: Tensor) -> Tensor:
        x = self.enter(self.norm(features)).transpose(1, 2)
        for block in self.blocks:
            x = x + F.gelu(block(x))
        logits: Tensor = self.head(x.transpose(1, 2))
        return logits


class Aligner:
    """The trained net and its letters (the first is the blank)."""

    def __init__(self, net: nn.Module, alphabet: Sequence[str], width: int) -> None:
        self.net, self.alphabet, self.width = net.eval(), list(alphabet), width
        self._number = {letter: number for number, letter in enumerate(alphabet, 1)}

    def labels(self, text: str) -> list[int]:
        """Numbers of the letters of a text; those that were never trained are left out."""
        return [self._number[c] for c in letters(text) if c in self._number]

    @torch.inference_mode()
    def log_probs(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """(frames, letters + 1)."""
        values = torch.from_numpy(np.ascontiguousarray(features, np.float32))[None]
        found: NDArray[np.float32] = self.net(values)[0].log_softmax(-1).numpy()
        return found

    def align(self, features: NDArray[np.floating], text: str, language: str) -> Found | None:
        """Words and score; None for a text without known letters, or more of them than the sound has room for."""
        log_probs = self.log_probs(features) if len(features) else np.zeros((0, 1), np.float32)
        words = [(word, self.labels(word)) for word in words_in(text, language)]
        flat = [label for _, own in words for label in own]
        if not flat or not all(own for _, own in words) or 2 * len(flat) > 2 * len(log_probs):
            return None
        try:
            spikes = ctc_spikes(log_probs, flat)
        except ValueError:
            return None
        score = float(np.exp(log_probs[spikes, flat]).mean())
        edges, at = [], 0
        for _, own in words:
            edges.append((spikes[at], spikes[at + len(own) - 1]))
            at += len(own)
        starts = [0] + [(edges[i - 1][1] + edges[i][0] + 1) // 2 for i in range(1, len(edges))]
        ends = [*starts[1:], len(log_probs)]
        return Found(
            [(word, s, e) for (word, _), s, e in zip(words, starts, ends, strict=True)],
            score,
            list(zip(flat, spikes, strict=True)),
        )

    def hear(self, features: NDArray[np.floating]) -> str:
        """The letters that are heard, without spaces."""
        path = self.log_probs(features).argmax(1)
        kept = [int(n) for i, n in enumerate(path) if n != BLANK and (i == 0 or n != path[i - 1])]
        return "".join(self.alphabet[n - 1] for n in kept)

    def save(self, folder: Path) -> None:
        """Write both files, each all or nothing."""
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_path(folder / "aligner.safetensors") as temporary:
            save_file({n: v.contiguous() for n, v in self.net.state_dict().items()}, temporary)
        atomic_write_json(folder / "aligner.json", {"alphabet": self.alphabet, "width": self.width})

    @classmethod
    def load(cls, folder: Path) -> Aligner:
        """What `save` wrote."""
        import json

        about = json.loads((folder / "aligner.json").read_text("utf-8"))
        net = LettersNet(about["width"], len(about["alphabet"]) + 1)
        net.load_state_dict(load_file(folder / "aligner.safetensors"))
        return cls(net, about["alphabet"], about["width"])


def train_aligner(
    utterances: Iterable[Utterance],
    *,
    steps: int,
    seed: int = 0,
    progress: Callable[[int, float], None] | None = None,
) -> Aligner:
    """Learn the letters of a corpus. `progress` is called with a step and its loss. The same input gives the same net.

    ValueError when no utterance has letters.
    """
    known = list(utterances)
    counts = Counter(c for u in known for c in letters(u.text))
    alphabet = sorted(c for c, _ in counts.most_common(_MOST_LETTERS))
    if not alphabet:
        raise ValueError("there is nothing to learn letters from")
    number = {letter: n for n, letter in enumerate(alphabet, 1)}
    items = [(u.features, [number[c] for c in letters(u.text) if c in number]) for u in known]
    items = [(f, own) for f, own in items if own and 2 * len(own) <= 2 * len(f)]
    generator = torch.Generator().manual_seed(seed)
    width = known[0].features.shape[1]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = LettersNet(width, len(alphabet) + 1)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.01, betas=(0.9, 0.98))
    order: list[int] = []
    for step in range(1, steps + 1 if items else 0):
        batch: list[int] = []
        total = 0
        while total < _FRAMES and len(batch) < len(items):
            if not order:
                order = torch.randperm(len(items), generator=generator).tolist()
            batch.append(order.pop())
            total += len(items[batch[-1]][0])
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, step / 20) * (0.05 + 0.95 * (1 - step / (steps + 1)))
        loss = _loss(net, [items[i] for i in batch], generator)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if progress is not None:
            progress(step, loss.item())
    return Aligner(net, alphabet, width)


def _loss(net: nn.Module, batch: list[tuple[NDArray[np.float16], list[int]]], generator: torch.Generator) -> Tensor:
    parts = [torch.from_numpy(features.astype(np.float32)) for features, _ in batch]
    padded = nn.utils.rnn.pad_sequence(parts, batch_first=True)
    padded = padded + 0.05 * torch.randn(padded.shape, generator=generator)
    log_probs = net(padded).log_softmax(-1).transpose(0, 1)
    labels = torch.tensor([label for _, own in batch for label in own])
    lengths = torch.tensor([len(part) for part in parts])
    counts = torch.tensor([len(own) for _, own in batch])
    return F.ctc_loss(log_probs, labels, lengths, counts, blank=BLANK, zero_infinity=True)
