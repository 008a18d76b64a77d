"""Judges of speech: Whisper for what is understood, DNSMOS for how it sounds. Knows nothing of decoders."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WHISPER_RATE = 16_000
HANZI_PROMPT = "以下是普通话的句子。"
"""Makes Whisper write simplified characters."""


def plain(text: str) -> str:
    """Lower case, no punctuation, single spaces."""
    kept = (c if unicodedata.category(c)[0] in "LNM" or c == "'" else " " for c in unicodedata.normalize("NFKC", text))
    return " ".join("".join(kept).lower().split())


def error_rate(pairs: list[tuple[str, str]], language: str) -> float | None:
    """Errors per reference word (characters for Chinese) over (reference, heard) pairs; None without any."""
    import jiwer

    references = [plain(reference) for reference, _ in pairs]
    heard = [plain(text) for _, text in pairs]
    if not any(references):
        return None
    if language == "zh":
        return float(jiwer.cer([r.replace(" ", "") for r in references], [h.replace(" ", "") for h in heard]))
    return float(jiwer.wer(references, heard))


class Judges:
    """Whisper from a faster-whisper folder, which follows `beam` texts at once, and DNSMOS."""

    def __init__(self, whisper: Path, threads: int = 1, *, beam: int = 1) -> None:
        from faster_whisper import WhisperModel

        self._beam = beam
        self._whisper: Any = WhisperModel(str(whisper), device="cpu", compute_type="int8", cpu_threads=threads)

    def hear(self, pcm16k: NDArray[np.float32], language: str) -> str:
        """The text of 16 kHz speech (n,)."""
        prompt = HANZI_PROMPT if language == "zh" else None
        segments, _ = self._whisper.transcribe(
            pcm16k, language=language, beam_size=self._beam, initial_prompt=prompt, condition_on_previous_text=False
        )
        return "".join(segment.text for segment in segments)

    def quality(self, pcm16k: NDArray[np.float32]) -> float:
        """DNSMOS overall, 1 to 5."""
        from speechmos import dnsmos

        return float(dnsmos.run(np.clip(pcm16k, -1, 1), WHISPER_RATE)["ovrl_mos"])
