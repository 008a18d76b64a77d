"""Hugging Face AudioFolder: `metadata.csv` or `metadata.jsonl` with `file_name`, in the folder or in one per split.

Knows nothing of what is in the sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cslm_core.errors import TrainingError
from trainer.language.importers.rows import BrokenText, Candidate, Refusal, json_lines, table
from trainer.language.importers.tables import AUDIO_NAMES, TEXT_NAMES, candidate, first_of

__all__ = ["TITLE", "read", "recognises"]

TITLE = "Hugging Face AudioFolder"
_TABLES = ("metadata.csv", "metadata.jsonl", "metadata.tsv")


def _tables(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.name in _TABLES else []
    found = [path / name for name in _TABLES if (path / name).is_file()]
    if found:
        return found[:1]
    splits = sorted(folder for folder in path.iterdir() if folder.is_dir()) if path.is_dir() else []
    return [table for folder in splits for table in _tables(folder)[:1]] if path.is_dir() else []


def recognises(path: Path) -> bool:
    """Whether there is a table with the column `file_name` (or another that names a sound file) and a text."""
    try:
        return any(_columns(next(_rows(source))[1]) for source in _tables(path))
    except (TrainingError, StopIteration):
        return False


def _rows(source: Path) -> Iterator[tuple[int, dict[str, Any] | BrokenText]]:
    if source.suffix == ".jsonl":
        return json_lines(source)
    return table(source, delimiter="\t" if source.suffix == ".tsv" else ",")


def _columns(row: dict[str, Any] | BrokenText) -> bool:
    return isinstance(row, dict) and any(n in row for n in AUDIO_NAMES) and any(n in row for n in TEXT_NAMES)


def read(path: Path) -> Iterator[Candidate | Refusal]:
    """The rows of all its tables. TrainingError when there is none, or when its columns are others."""
    sources = _tables(path)
    if not sources:
        raise TrainingError(f"{path} has no metadata.csv or metadata.jsonl; an AudioFolder has one beside the sound.")
    for source in sources:
        split = source.parent.name if source.parent != path else ""
        known = False
        for number, row in _rows(source):
            place = f"{source.relative_to(path) if source != path else source.name}, line {number}"
            if isinstance(row, BrokenText):
                yield Refusal(place, "columns", row.detail)
                continue
            if not known and source.suffix != ".jsonl" and not _columns(row):
                raise TrainingError(
                    f"{source} needs the columns file_name and text (or transcription), but has"
                    f" {', '.join(row)[:200]}; rename them."
                )
            known = True
            yield candidate(source.parent, place, first_of(row, AUDIO_NAMES), row, split=split)
