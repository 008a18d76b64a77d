"""Speech of the one voice, held in memory, and random pieces of it. Knows nothing of models.

A corpus may grow while it is used: `Speech.refresh` reads what has been added to its manifest since.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cslm_core.decoder.mel import FRAMES_PER_UNIT, HOP, MARGIN, SAMPLE_RATE
from cslm_core.errors import TrainingError
from trainer.jsonl import read_rows

HELD_OUT_PART = 50


def is_held_out(utterance: str) -> bool:
    """One utterance in 50 is never trained on; which ones follows from their ids alone."""
    return int(hashlib.sha1(utterance.encode()).hexdigest()[:8], 16) % HELD_OUT_PART == 0


@dataclass(frozen=True)
class Clip:
    """One utterance: 24 kHz samples (n,) int16 and what its manifest says."""

    id: str
    text: str
    language: str
    pcm: NDArray[np.int16]
    speaker: str = ""

    @property
    def frames(self) -> int:
        """Mel frames that the clip fills."""
        return -(-len(self.pcm) // HOP)

    def crop(self, first: int, frames: int) -> NDArray[np.float32]:
        """Samples of `frames` mel frames from frame `first` (may be negative) with MARGIN more on both sides.

        Zeros stand beyond the ends; the shape is (frames * HOP + 2 * MARGIN,).
        """
        start, stop = first * HOP - MARGIN, (first + frames) * HOP + MARGIN
        out = np.zeros(stop - start, np.float32)
        low, high = max(start, 0), min(stop, len(self.pcm))
        if low < high:
            out[low - start : high - start] = self.pcm[low:high].astype(np.float32) / 32768.0
        return out


class Speech:
    """All clips of the given corpora, the held-out ones apart."""

    def __init__(self, folders: Sequence[Path], speaker: str | None = None) -> None:
        self._folders = list(folders)
        self._speaker = speaker
        self._known: set[str] = set()
        self.training: list[Clip] = []
        self.held_out: list[Clip] = []
        self.refresh()
        if not self.training:
            raise TrainingError(
                f"No speech to train on in {', '.join(map(str, folders))}; synthesise the corpus first."
            )

    def refresh(self) -> int:
        """Reads utterances that were added since; returns how many."""
        import soundfile

        added = 0
        for folder in self._folders:
            for row in read_rows(folder / "manifest.jsonl"):
                name = str(row["id"])
                if name in self._known or (self._speaker is not None and row.get("speaker") != self._speaker):
                    continue
                try:
                    pcm, rate = soundfile.read(folder / str(row["audio"]), dtype="int16", always_2d=True)
                except soundfile.LibsndfileError as error:
                    raise TrainingError(f"{folder / str(row['audio'])} cannot be read; synthesise it again.") from error
                if rate != SAMPLE_RATE:
                    raise TrainingError(f"{folder / str(row['audio'])} is not at {SAMPLE_RATE} Hz; resample it.")
                self._known.add(name)
                clip = Clip(
                    name,
                    str(row.get("text", "")),
                    str(row.get("language", "")),
                    np.ascontiguousarray(pcm[:, 0]),
                    str(row.get("speaker", "")),
                )
                (self.held_out if is_held_out(name) else self.training).append(clip)
                added += 1
        return added

    @property
    def hours(self) -> float:
        """Hours of training speech."""
        return sum(len(clip.pcm) for clip in self.training) / SAMPLE_RATE / 3600


class CropSampler:
    """Random pieces of clips, every clip once before any twice, longer clips giving more pieces."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._queue: list[tuple[Clip, int]] = []

    def batch(self, clips: Sequence[Clip], size: int, frames: int, before: int, after: int) -> Tensor:
        """`size` pieces with `before` and `after` frames of context, (size, samples with margins), float32."""
        pieces = []
        for _ in range(size):
            if not self._queue:
                self._queue = [(clip, i) for clip in clips for i in range(max(1, round(clip.frames / frames)))]
                self._random.shuffle(self._queue)
            clip, _ = self._queue.pop()
            first = self._random.randint(-frames // 8, max(0, clip.frames - frames + frames // 8))
            pieces.append(clip.crop(first - before, before + frames + after))
        return torch.from_numpy(np.stack(pieces))


@dataclass(frozen=True)
class UnitClip:
    """A clip and its merged units: `units` and `durations` (runs,), frames of 40 ms; they sum to the clip's length."""

    clip: Clip
    units: NDArray[np.int64]
    durations: NDArray[np.int64]

    @property
    def unit_frames(self) -> int:
        return int(self.durations.sum())


def unit_clips(clips: Iterable[Clip], rows: Iterable[dict[str, object]], codes: int) -> list[UnitClip]:
    """Joins clips with the rows of a `units.jsonl`; clips without units are left out.

    Where a row holds units to say the text with (`trainer.tokenizer.label --aloud`), it is those.

    Raises TrainingError where units and audio disagree by more than two frames or a code is out of range.
    """
    by_id = {str(row["id"]): row for row in rows}
    joined = []
    for clip in clips:
        row = by_id.get(clip.id)
        if row is None:
            continue
        row = cast(dict[str, object], row.get("aloud", row))
        units, durations = np.asarray(row["units"], np.int64), np.asarray(row["durations"], np.int64)
        if units.shape != durations.shape or units.ndim != 1 or len(units) == 0:
            raise TrainingError(f"The units of {clip.id} are malformed; make units.jsonl again.")
        if units.min() < 0 or units.max() >= codes or durations.min() < 1:
            raise TrainingError(f"The units of {clip.id} are out of range; make units.jsonl again.")
        if abs(int(durations.sum()) - clip.frames / FRAMES_PER_UNIT) > 2:
            raise TrainingError(f"The units of {clip.id} do not fit its sound; make units.jsonl again.")
        joined.append(UnitClip(clip, units, durations))
    return joined
