"""A corpus is a folder with `manifest.jsonl` and audio beside it. Knows nothing of features or models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.jsonl import read_rows

SAMPLE_RATE = 16_000
SPLICED = "spliced"
"""The speaker of utterances that nobody spoke: their units are put together of words."""


@dataclass(frozen=True)
class Utterance:
    """One spoken sentence; `audio` is an absolute path."""

    corpus: str
    id: str
    audio: Path
    text: str
    language: str
    speaker: str


def load_corpus(folder: Path) -> list[Utterance]:
    """The utterances of `folder/manifest.jsonl`, in file order. TrainingError where it is missing or damaged."""
    rows = read_rows(folder / "manifest.jsonl")
    return [Utterance(folder.name, r["id"], folder / r["audio"], r["text"], r["language"], r["speaker"]) for r in rows]


def read_utterance(utterance: Utterance, rate: int = SAMPLE_RATE) -> NDArray[np.float32]:
    """Mono float32 speech at `rate`."""
    import soundfile
    import soxr

    pcm, original = soundfile.read(utterance.audio, dtype="float32", always_2d=True)
    mono = np.ascontiguousarray(pcm.mean(1))
    return mono if original == rate else np.asarray(soxr.resample(mono, original, rate), np.float32)
