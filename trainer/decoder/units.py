"""Batches of unit frames with mels and pitch for the flow, and of runs for the durations. Knows nothing of models.

Half of the utterances stay clean; in the others some runs are made unknown or exchanged, because the units that a
language model writes are never as right as those of the tokenizer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cslm_core.decoder.flow import PLACE_FEATURES, place_in_run
from cslm_core.decoder.mel import FRAMES_PER_UNIT, log_mel
from trainer.decoder.data import UnitClip
from trainer.decoder.pitch import track

WARM_UP = 12
"""Unit frames of a piece cut from the middle that carry no loss: what came before them is missing."""


@dataclass(frozen=True)
class FlowBatch:
    """`codes` (B, N), `place` (B, N, 2), `mask` (B, N, 1), `mel` (B, 4N, MELS), `weight` (B, 4N, 1) where loss counts;
    `log_pitch` (B, 4N) of Hz, `voiced` (B, 4N) where that counts;
    `units`, `durations`, `run_mask` (B, R) are the whole utterances' runs; `speakers` (B)."""

    codes: Tensor
    place: Tensor
    mask: Tensor
    mel: Tensor
    weight: Tensor
    log_pitch: Tensor
    voiced: Tensor
    units: Tensor
    durations: Tensor
    run_mask: Tensor
    speakers: tuple[str, ...] = ()


class Corruption:
    """Makes runs wrong. With `neighbours` (codes, k) a run often becomes a code that sounds like it."""

    def __init__(self, codes: int, neighbours: NDArray[np.int64] | None, most: float, seed: int) -> None:
        self._codes = codes
        self._neighbours = neighbours
        self._most = most
        self._random = np.random.default_rng(seed)

    def __call__(self, units: NDArray[np.int64], pool: NDArray[np.int64]) -> NDArray[np.int64]:
        """Units (runs,) -> the same, some made unknown (`codes`), drawn from `pool` or exchanged for neighbours."""
        if self._random.random() < 0.5 or self._most == 0:
            return units
        out = units.copy()
        part = self._random.uniform(0, self._most)
        draw = self._random.random(len(units))
        out[draw < part] = self._codes
        strange = (draw >= part) & (draw < 1.5 * part)
        out[strange] = self._random.choice(pool, int(strange.sum()))
        if self._neighbours is not None:
            near = (draw >= 1.5 * part) & (draw < 4 * part)
            rank = self._random.integers(0, self._neighbours.shape[1], int(near.sum()))
            out[near] = self._neighbours[units[near], rank]
        return out


class FlowSampler:
    """Batches of similar lengths; every utterance once before any twice."""

    def __init__(self, corruption: Corruption, longest: int, seed: int) -> None:
        self._corrupt = corruption
        self._longest = longest
        self._random = random.Random(seed)
        self._queue: list[list[UnitClip]] = []

    def batch(self, clips: Sequence[UnitClip], seconds: float) -> FlowBatch:
        """About `seconds` of speech."""
        if not self._queue:
            self._queue = self._plan(list(clips), seconds)
        return self.join(self._queue.pop())

    def _plan(self, clips: list[UnitClip], seconds: float) -> list[list[UnitClip]]:
        self._random.shuffle(clips)
        batches: list[list[UnitClip]] = []
        for start in range(0, len(clips), 512):
            pool = sorted(clips[start : start + 512], key=lambda clip: clip.unit_frames)
            while pool:
                frames = min(pool[-1].unit_frames, self._longest)
                size = max(1, round(seconds * 25 / frames))
                batches.append(pool[-size:])
                del pool[-size:]
        self._random.shuffle(batches)
        return batches

    def join(self, clips: Sequence[UnitClip]) -> FlowBatch:
        """One batch of these clips, each cut at random to what fits."""
        frames = min(max(clip.unit_frames for clip in clips), self._longest)
        runs = max(len(clip.units) for clip in clips)
        size = len(clips)
        pool = np.concatenate([clip.units for clip in clips])
        codes = torch.zeros(size, frames, dtype=torch.int64)
        place = torch.zeros(size, frames, PLACE_FEATURES)
        mask = torch.zeros(size, frames, 1)
        weight = torch.zeros(size, frames, 1)
        units = torch.zeros(size, runs, dtype=torch.int64)
        durations = torch.ones(size, runs)
        run_mask = torch.zeros(size, runs)
        pieces = []
        for i, clip in enumerate(clips):
            noisy = self._corrupt(clip.units, pool)
            count = len(noisy)
            units[i, :count] = torch.from_numpy(noisy)
            durations[i, :count] = torch.from_numpy(clip.durations)
            run_mask[i, :count] = 1
            first = self._random.randint(0, max(0, clip.unit_frames - frames))
            cut = slice(first, first + frames)
            row = torch.from_numpy(np.repeat(noisy, clip.durations)[cut])
            codes[i, : len(row)] = row
            place[i, : len(row)] = place_in_run(clip.durations.tolist())[cut]
            mask[i, : len(row)] = 1
            weight[i, (WARM_UP if first else 0) : len(row)] = 1
            pieces.append(clip.clip.crop(first * FRAMES_PER_UNIT, frames * FRAMES_PER_UNIT))
        padded = torch.from_numpy(np.stack(pieces))
        mel = log_mel(padded, margins=True)
        log_pitch, voiced = track(padded)
        weight = weight.repeat_interleave(FRAMES_PER_UNIT, dim=1)
        voiced = voiced * weight[:, :, 0]
        speakers = tuple(clip.clip.speaker for clip in clips)
        return FlowBatch(codes, place, mask, mel, weight, log_pitch, voiced, units, durations, run_mask, speakers)


def nearest_codes(codebook: Tensor, count: int = 8) -> NDArray[np.int64]:
    """The `count` nearest other codes, if there are so many, of each row of `codebook` (codes, D): (codes, count)."""
    distances = torch.cdist(codebook.float(), codebook.float())
    distances.fill_diagonal_(float("inf"))
    return distances.topk(min(count, len(codebook) - 1), largest=False).indices.numpy()
