"""Sound as it is stored: FLAC, 16 bit, one blob for each piece that was appended.

Knows nothing of databases and of what is said.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import soundfile

from cslm_core.audio import Pcm, resample

__all__ = ["Sound", "decode_pieces", "encode_piece"]

Sound = tuple[Pcm, int]
"""Mono samples (n,) and their rate."""


def encode_piece(pcm: Pcm, rate: int) -> bytes:
    """FLAC of mono `pcm` (n,), n > 0; samples beyond full scale are clipped."""
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(pcm, -1.0, 1.0), rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def decode_pieces(pieces: Sequence[bytes]) -> Sound | None:
    """All pieces joined, at the rate of the first. None when there is none or one of them is damaged."""
    joined: list[Pcm] = []
    rate = 0
    for piece in pieces:
        try:
            samples, own_rate = soundfile.read(io.BytesIO(piece), dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            return None
        rate = rate or own_rate
        joined.append(resample(samples[:, 0], own_rate, rate))
    return (np.concatenate(joined), rate) if joined else None
