"""Text to the phoneme symbols that the Kokoro teacher reads.

Knows nothing of audio. espeak-ng (through phonemizer) serves all languages but Mandarin, misaki's front end that; both
come with the extra `train`.
"""

from __future__ import annotations

import functools
import re
import warnings
from typing import Any

from cslm_core.errors import TrainingError

# Kokoro's symbols for what espeak writes as two.
_ENGLISH = {
    "eɪ": "A",
    "aɪ": "I",
    "oʊ": "O",
    "aʊ": "W",
    "ɔɪ": "Y",
    "tʃ": "ʧ",
    "dʒ": "ʤ",
    "ɚ": "əɹ",
    "ɜː": "ɜɹ",
    "ː": "",
}

# The languages it was trained on besides, by espeak's codes; they keep the length marks.
_ESPEAK = {"es": "es", "fr": "fr-fr", "hi": "hi", "it": "it", "pt": "pt-br"}
_AFFRICATES = {"tʃ": "ʧ", "dʒ": "ʤ", "ts": "ʦ", "dz": "ʣ"}
KOKORO_LANGUAGES = ("en", "zh", *_ESPEAK)


@functools.cache
def espeak(language: str) -> Any:
    """The espeak backend for `language` (espeak's own code, "en-us", "es" ...), punctuation and stress kept."""
    import espeakng_loader
    from phonemizer.backend import EspeakBackend
    from phonemizer.backend.espeak.wrapper import EspeakWrapper

    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    return EspeakBackend(language, preserve_punctuation=True, with_stress=True, language_switch="remove-flags")


@functools.cache
def _mandarin() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from misaki.zh import ZHG2P
        except ImportError as error:
            raise TrainingError(
                f"How Mandarin is pronounced cannot be told ({error}); install the program with its extra `train`."
            ) from error
        return ZHG2P()


def english_phonemes(text: str) -> str:
    """Kokoro symbols of an English sentence, stress marks and punctuation kept."""
    phonemes: str = espeak("en-us").phonemize([text], strip=True)[0]
    for theirs, ours in _ENGLISH.items():
        phonemes = phonemes.replace(theirs, ours)
    return re.sub(r"\s+", " ", phonemes).strip()


def mandarin_phonemes(text: str) -> str:
    """Kokoro symbols of a Mandarin sentence; tones are the arrows."""
    result = _mandarin()(text)
    phonemes: str = result[0] if isinstance(result, tuple) else result
    return phonemes.strip()


def espeak_phonemes(text: str, code: str) -> str:
    """Kokoro symbols of a sentence in the language of espeak's `code`, stress marks and punctuation kept."""
    phonemes: str = espeak(code).phonemize([text], strip=True)[0]
    for theirs, ours in _AFFRICATES.items():
        phonemes = phonemes.replace(theirs, ours)
    return re.sub(r"\s+", " ", phonemes).strip()


def kokoro_phonemes(text: str, language: str) -> str:
    """Dispatch on `language`, one of `KOKORO_LANGUAGES`; ValueError for any other."""
    if language == "en":
        return english_phonemes(text)
    if language == "zh":
        return mandarin_phonemes(text)
    if language in _ESPEAK:
        return espeak_phonemes(text, _ESPEAK[language])
    raise ValueError(f"Kokoro phonemes are known for {', '.join(KOKORO_LANGUAGES)}, not for {language!r}.")
