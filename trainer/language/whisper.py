"""Whisper as a first listener: drafts of what is said, where it knows the language. Loads faster-whisper when asked.

Knows nothing of jobs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from cslm_core.audio import Pcm
from cslm_core.errors import TrainingError
from trainer.language.languages import parse_tag

__all__ = ["WhisperDrafts", "whisper_code"]

_OTHER_NAMES: Final = {"jv": "jw", "nb": "no", "cmn": "zh", "fil": "tl"}
"""Whisper's own codes."""


def whisper_code(code: str) -> str | None:
    """Whisper's name of a language, or None when it does not know it."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    primary = parse_tag(code).code.split("-")[0]
    name = _OTHER_NAMES.get(primary, primary)
    return name if name in _LANGUAGE_CODES else None


class WhisperDrafts:
    """Transcribes one language. `model` is a folder in CTranslate2's format, or a size ("base") to be downloaded."""

    def __init__(self, model: str, code: str, *, threads: int = 2) -> None:
        """TrainingError when Whisper does not know the language, or the model cannot be had."""
        from faster_whisper import WhisperModel

        language = whisper_code(code)
        if language is None:
            raise TrainingError(
                f"Whisper does not know {parse_tag(code).name}; cut the recordings without it (--transcribe none) and"
                " write the texts into the sheet."
            )
        if "/" in model and not Path(model).is_dir():
            raise TrainingError(f"{model} is no folder with a Whisper model; check the name.")
        try:
            self._model: Any = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=threads)
        except (RuntimeError, ValueError, OSError) as error:
            raise TrainingError(
                f"The Whisper model {model} could not be loaded; name a folder with one, or go online to download it."
            ) from error
        self._language = language

    def __call__(self, pcm16k: Pcm) -> str:
        """What is said in samples (n,) of 16 kHz."""
        segments, _ = self._model.transcribe(
            pcm16k, language=self._language, beam_size=5, condition_on_previous_text=False, without_timestamps=True
        )
        return " ".join(segment.text.strip() for segment in segments).strip()
