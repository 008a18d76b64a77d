"""Mels as the flow says them, beside the sound that they are of: what a vocoder has to make speech of in the end.

Durations are the recording's, lest mel and sound part; some units are exchanged for others that are near, since the
flow says what it has learnt by heart better than what a language model writes. Knows nothing of the vocoder.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.flow import place_in_run
from cslm_core.decoder.mel import FRAMES_PER_UNIT
from trainer.decoder.data import Clip, UnitClip
from trainer.decoder.units import Corruption

__all__ = ["SaidMels"]


class SaidMels:
    """Of each clip the mel that `decoder` says of its units, made when it is first asked for and kept."""

    def __init__(self, decoder: FlowDecoder, clips: Sequence[UnitClip], corruption: Corruption, seed: int) -> None:
        self._decoder = decoder
        self._clips = {clip.clip.id: clip for clip in clips}
        self._corrupt = corruption
        self._noise = torch.Generator().manual_seed(seed)
        self._said: dict[str, NDArray[np.float16]] = {}

    def __contains__(self, clip: Clip) -> bool:
        return clip.id in self._clips

    def put(self, mel: Tensor, places: Sequence[tuple[Clip, int]]) -> Tensor:
        """`mel` (batch, frames, MELS), its rows those of clips from a frame on, with what the flow says in their place;
        beyond the ends of a clip, and of clips without units, it stays."""
        out = mel.clone()
        for row, (clip, first) in zip(out, places, strict=True):
            if clip in self:
                said = self._of(clip)
                low, high = max(0, first), min(first + len(row), len(said))
                if low < high:
                    row[low - first : high - first] = torch.from_numpy(said[low:high].astype(np.float32))
        return out

    def _of(self, clip: Clip) -> NDArray[np.float16]:
        if clip.id not in self._said:
            self._said[clip.id] = self._say(self._clips[clip.id])
        return self._said[clip.id]

    @torch.inference_mode()
    def _say(self, clip: UnitClip) -> NDArray[np.float16]:
        units = self._corrupt(clip.units, clip.units)
        codes = torch.from_numpy(np.repeat(units, clip.durations))[None]
        place = place_in_run(clip.durations.tolist())[None]
        flow, steps = self._decoder.flow, self._decoder.steps
        shape = (1, codes.shape[1] * FRAMES_PER_UNIT, flow.prior.mean.out_features)
        noise = self._decoder.temperature * torch.randn(shape, generator=self._noise)
        said: NDArray[np.float16] = flow.sample(codes, place, noise, steps)[0].half().numpy()
        return said[: clip.clip.frames]
