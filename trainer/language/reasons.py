"""Why a row is not used: a key for programs, a sentence for people. Knows nothing of how that is found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

__all__ = ["REASONS", "count_reasons", "summary"]

REASONS: Final[dict[str, str]] = {
    "columns": "the row has not the columns of the others",
    "encoding": "the row is not UTF-8 text",
    "name": "the name of the sound file, or of a folder above it, is not UTF-8; rename it",
    "missing": "the sound file does not exist",
    "outside": "the path leads out of the folder",
    "unreadable": "the sound file cannot be read",
    "cut": "the sound is shorter than the row says",
    "empty": "there is no text",
    "long_text": "the text is too long for one utterance",
    "wrong_script": "the text is not in the script of the language",
    "digits": "the text has digits that cannot be read out; write them in words",
    "signs": "the text has signs that nobody reads aloud",
    "other_language": "the row says that it is in another language",
    "no_consent": "the speaker has not agreed to its use",
    "disputed": "listeners found that the text is not what is said",
    "too_short": "the sound is too short",
    "too_long": "the sound is too long",
    "silent": "nothing is to be heard",
    "no_speech": "there is sound, but nobody speaks",
    "clipped": "the sound is distorted: it was recorded too loud",
    "rate": "the text does not fit the sound: nobody speaks so fast or so slowly",
    "alignment": "the text does not fit the sound: its phonemes are not found in it",
    "two_speakers": "two people speak in one file",
    "duplicate_sound": "the same sound is there already",
    "duplicate_text": "the same person says the same text already",
    "untranslated": "both sides are the same",
    "lengths": "one side is far longer than the other",
    "duplicate": "the same pair is there already",
    "unknown_id": "the bundled set has no entry of this name",
    "missing_key": "the answer has none of its key facts",
    "text_in_test": "the same text is kept for the test",
    "voice_in_test": "the voice is kept for the test, this text is trained on",
}
"""By key; a sentence goes after "because"."""


def count_reasons(reasons: Iterable[str]) -> dict[str, int]:
    """How often each reason was given, the most frequent first."""
    return dict(Counter(reasons).most_common())


def summary(counts: dict[str, int]) -> str:
    """The counted reasons in one clause: "7: the sound file does not exist; 2: there is no text"."""
    return "; ".join(f"{count}: {REASONS.get(reason, reason)}" for reason, count in counts.items())
