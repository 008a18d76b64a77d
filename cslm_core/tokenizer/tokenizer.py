"""The speech tokenizer of kind "whisper-vq": 16 kHz speech to merged units, whole or while it is still arriving.

Knows nothing of language models or of where speech comes from.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError

from cslm_core.errors import PackError
from cslm_core.tensors import Uninitialised, load_int8
from cslm_core.tokenizer.quantiser import Quantiser, QuantiserConfig
from cslm_core.tokenizer.whisper import FRAME_SAMPLES, SAMPLE_RATE, WhisperConfig, WhisperEncoder
from cslm_core.tokenizer.windows import next_window
from cslm_core.units import UnitRuns

_RATE = SAMPLE_RATE // FRAME_SAMPLES


class WhisperVqTokenizer:
    """Frozen Whisper encoder and our quantiser. Thread-safe: holds no state between calls."""

    def __init__(self, encoder: WhisperEncoder, quantiser: Quantiser) -> None:
        self.encoder = encoder.eval()
        self.quantiser = quantiser.eval()

    def encode(self, pcm: NDArray[np.float32]) -> UnitRuns:
        """Merged units of `pcm` (samples,), 16 kHz float32, any length; memory is bounded by the window."""
        stream = self.stream()
        return stream.push(pcm) + stream.finish()

    def stream(self) -> WhisperVqStream:
        """A new incremental encoder."""
        return WhisperVqStream(self)

    @torch.inference_mode()
    def codes(self, pcm: NDArray[np.float32], keep: slice) -> NDArray[np.int32]:
        """Codes at 25/s of one window of speech; `keep` is the part of it, in feature frames (50/s), that is wanted."""
        features = self.encoder(torch.from_numpy(np.ascontiguousarray(pcm, np.float32)))
        vectors = self.quantiser(features[None])[0]
        return self.quantiser.codes(vectors[keep.start // 2 : keep.stop // 2])


class WhisperVqStream:
    """Encodes each window as soon as its context is there, so that little is left to do when the user stops."""

    def __init__(self, tokenizer: WhisperVqTokenizer) -> None:
        self._tokenizer = tokenizer
        self._buffer = np.zeros(0, np.float32)
        self._dropped = 0  # feature frames cut off from the front of the buffer
        self._position = 0  # feature frames done, from the start of the speech

    def push(self, pcm: NDArray[np.float32]) -> UnitRuns:
        """Take more speech (samples,); return the runs that have become certain (often none)."""
        self._buffer = np.concatenate([self._buffer, np.asarray(pcm, np.float32)])
        return self._advance(last=False)

    def finish(self) -> UnitRuns:
        """The runs of all that was left; the stream is empty afterwards."""
        return self._advance(last=True)

    def fork(self) -> WhisperVqStream:
        """See `TokenizerStream.fork`."""
        return copy.copy(self)  # arrays are replaced, never written to

    def _advance(self, *, last: bool) -> UnitRuns:
        runs = UnitRuns.empty()
        while True:
            available = self._dropped + len(self._buffer) // FRAME_SAMPLES // 2 * 2
            window = next_window(self._position, available, _RATE, last=last)
            if window is None:
                return runs
            at = [(edge - self._dropped) * FRAME_SAMPLES for edge in (window.start, window.end)]
            keep = slice(window.keep_start - window.start, window.keep_end - window.start)
            codes = self._tokenizer.codes(self._buffer[at[0] : at[1]], keep)
            runs = runs + UnitRuns.of_codes(codes)
            self._position = window.keep_end
            keep_from = max(0, self._position - _RATE)  # the next window's left context
            self._buffer = self._buffer[(keep_from - self._dropped) * FRAME_SAMPLES :]
            self._dropped = keep_from


def load_tokenizer(folder: Path) -> WhisperVqTokenizer:
    """Load `config.json`, `encoder.safetensors`, `quantiser.safetensors`; PackError if they do not fit together."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        with Uninitialised():
            encoder = WhisperEncoder(WhisperConfig(**config["encoder"]))
            quantiser = Quantiser(QuantiserConfig(**config["quantiser"]))
        encoder.load_state_dict(load_int8(folder / "encoder.safetensors"))
        quantiser.load_state_dict(load_int8(folder / "quantiser.safetensors"))
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise PackError(f"The speech tokenizer in {folder.name} cannot be loaded; import the pack again.") from error
    return WhisperVqTokenizer(encoder, quantiser)
