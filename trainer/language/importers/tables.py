"""From a row of a table to a candidate: the path checked, the text decoded, each fault named. Knows no one format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from trainer.language.importers.rows import Candidate, Refusal, inside, is_broken, is_there

__all__ = ["SPEAKER_NAMES", "TEXT_NAMES", "candidate", "first_of"]

TEXT_NAMES: Final = ("text", "transcription", "transcript", "sentence", "normalized_text", "raw_transcription")
AUDIO_NAMES: Final = ("file_name", "audio", "audio_filepath", "audio_file", "path", "file", "wav")
SPEAKER_NAMES: Final = ("speaker", "speaker_id", "speaker_name", "client_id", "spk")
_RECORDING_NAMES: Final = ("recording", "recording_id", "session", "chapter", "chapter_id", "book")
_SPLITS: Final = {"train": "train", "training": "train", "dev": "dev", "validation": "dev", "valid": "dev",
                  "eval": "dev", "test": "test"}  # fmt: skip


def first_of(row: Mapping[str, Any], names: Sequence[str]) -> str:
    """The first filled one of several columns, as text; "" when none is."""
    for name in names:
        value = row.get(name)
        if isinstance(value, Mapping):  # HF writes {"path": ..., "bytes": ...}
            value = value.get("path")
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""


def candidate(
    folder: Path, place: str, audio: str, row: Mapping[str, Any], *, text: str | None = None, split: str = ""
) -> Candidate | Refusal:
    """A candidate for the sound file `audio` (as it is written in the row), or why there is none."""
    words = first_of(row, TEXT_NAMES) if text is None else text.strip()
    if is_broken(audio, words):
        return Refusal(place, "encoding")
    if not audio:
        return Refusal(place, "columns", "no sound file is named", text=words)
    path = inside(folder, audio)
    if path is None:
        return Refusal(place, "outside", audio[:200], text=words)
    if not is_there(path):
        return Refusal(place, "missing", audio[:200], text=words)
    try:
        start, end = _seconds(row)
    except (ValueError, TypeError, OverflowError):
        return Refusal(place, "columns", "start and end are no times in order", path, words)
    return Candidate(
        place=place,
        audio=path,
        text=words,
        speaker=first_of(row, SPEAKER_NAMES),
        recording=first_of(row, _RECORDING_NAMES),
        language=first_of(row, ("language", "locale", "lang")),
        split=_SPLITS.get((split or first_of(row, ("split",))).casefold(), ""),
        id=first_of(row, ("id", "utterance_id", "utt_id")),
        start=start,
        end=end,
    )


def _seconds(row: Mapping[str, Any]) -> tuple[float, float | None]:
    """ValueError, TypeError or OverflowError where they are no numbers."""
    start = float(row.get("start") or row.get("offset") or 0.0)
    if row.get("end") not in (None, ""):
        end = float(row["end"])
    elif row.get("offset") not in (None, "") and row.get("duration") not in (None, ""):
        end = start + float(row["duration"])  # NeMo's manifests
    else:
        end = None
    if not 0 <= start < 10**6 or (end is not None and not start < end < 10**6):
        raise ValueError("start and end are not in order")
    return start, end
