"""Who says whether speech can be understood: Whisper where it knows the language, else the job's own aligner.

Knows nothing of what is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cslm_core.audio import Pcm
from cslm_core.errors import TrainingError
from trainer.language.job import JobLanguage
from trainer.language.languages import text_tokens

__all__ = ["WhisperEar", "distance", "error_rate", "errors", "open_ear"]


def errors(reference: str, heard: str, language: JobLanguage) -> tuple[int, int]:
    """(edits, length of the reference) in words, or in signs where words are not set apart."""
    import jiwer

    wanted, found = text_tokens(reference, language), text_tokens(heard, language)
    if not wanted or not found:
        return max(len(wanted), len(found)), len(wanted)
    counts = jiwer.process_words(" ".join(wanted), " ".join(found))
    return counts.substitutions + counts.deletions + counts.insertions, len(wanted)


def error_rate(pairs: list[tuple[str, str]], language: JobLanguage) -> float | None:
    """All edits over all reference tokens of (reference, heard); None without any."""
    edits = length = 0
    for reference, heard in pairs:
        more = errors(reference, heard, language)
        edits, length = edits + more[0], length + more[1]
    return edits / length if length else None


def distance(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many insertions, deletions and replacements lie between two sequences."""
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(one, other))


class WhisperEar:
    """faster-whisper."""

    def __init__(self, model: str, threads: int = 1) -> None:
        from faster_whisper import WhisperModel

        try:
            self._model: Any = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=threads)
        except (RuntimeError, ValueError, OSError) as error:
            raise TrainingError(f"Whisper could not be opened from {model}; name a faster-whisper folder.") from error

    def knows(self, code: str) -> bool:
        """Whether it has the language of a BCP-47 code."""
        return code.split("-")[0] in self._model.supported_languages

    def hear(self, pcm16k: Pcm, code: str) -> str:
        """The text of the samples (n,)."""
        segments, _ = self._model.transcribe(
            np.asarray(pcm16k, np.float32),
            language=code.split("-")[0],
            beam_size=1,
            condition_on_previous_text=False,
        )
        return "".join(segment.text for segment in segments)


def open_ear(model: str | None, code: str | None = None) -> WhisperEar | None:
    """Whisper from a folder or by name, None when none is wanted or it does not know the language `code`, if one is
    named."""
    if not model:
        return None
    if len(Path(model).parts) > 1 and not Path(model).is_dir():
        raise TrainingError(f"{model} is not a folder; name a faster-whisper folder.")
    ear = WhisperEar(model)
    return ear if code is None or ear.knows(code) else None
