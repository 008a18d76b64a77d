"""JSON lines with a sound file and a text each: our own corpora (`manifest.jsonl`), NeMo's manifests and their like.

Knows nothing of what is in the sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cslm_core.errors import TrainingError
from trainer.language.importers.rows import BrokenText, Candidate, Refusal, json_lines
from trainer.language.importers.tables import AUDIO_NAMES, TEXT_NAMES, candidate, first_of
from trainer.language.records import printable

__all__ = ["TITLE", "read", "recognises"]

TITLE = "JSON lines"


def _file(path: Path) -> Path | None:
    if path.is_file():
        return path if path.suffix in (".jsonl", ".ndjson", ".json") else None
    if (path / "manifest.jsonl").is_file():
        return path / "manifest.jsonl"
    found = sorted(path.glob("*.jsonl"))
    return found[0] if len(found) == 1 else None


def recognises(path: Path) -> bool:
    """Whether the first line is an object that names a sound file and a text."""
    source = _file(path)
    try:
        row = next(json_lines(source))[1] if source else None
    except (TrainingError, StopIteration):
        return False
    return isinstance(row, dict) and bool(first_of(row, AUDIO_NAMES)) and any(n in row for n in TEXT_NAMES)


def read(path: Path) -> Iterator[Candidate | Refusal]:
    """The rows of the file. TrainingError when there is none, or when no line names sound and text."""
    source = _file(path)
    if source is None:
        raise TrainingError(f"{path} has no manifest.jsonl (nor just one other .jsonl file); name the file itself.")
    lines = list(json_lines(source))
    objects = [row for _, row in lines if isinstance(row, dict)]
    if not any(first_of(row, AUDIO_NAMES) for row in objects):
        names = printable(", ".join(objects[0]))[:200] if objects else "no JSON objects"
        raise TrainingError(f"{source} needs `audio` and `text` in its lines, but has {names}; rename them.")
    for number, row in lines:
        place = f"{source.name}, line {number}"
        if isinstance(row, BrokenText):
            yield Refusal(place, "columns", row.detail)
        else:
            yield candidate(source.parent, place, first_of(row, AUDIO_NAMES), row)
