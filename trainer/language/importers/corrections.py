"""What users corrected: questions that were misheard, with the sound and the text as it should have been.

A folder with `corrections.jsonl` (`id, audio, text, heard, language, consent`) and wav files. Only rows whose speaker
agreed (`consent` is true) are taken. A light module: the application writes such folders with `CorrectionWriter`. Knows
nothing of conversations.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cslm_core.errors import TrainingError
from trainer.language.importers.rows import BrokenText, Candidate, Refusal, json_lines
from trainer.language.importers.tables import candidate
from trainer.language.records import Row, read_rows, write_rows

__all__ = ["TITLE", "CorrectionWriter", "read", "recognises"]

TITLE = "Corrections of misheard questions"
TABLE: Final = "corrections.jsonl"


class CorrectionWriter:
    """Makes such a folder, or adds to it: `add()` says where to put each wav, `close()` writes the table last.

    A correction of the same name as one that is there takes its place. TrainingError without consent.
    """

    def __init__(self, folder: Path, *, consent: bool) -> None:
        if not consent:
            raise TrainingError("Corrections are given away only with consent; tick the box, or leave them out.")
        self._folder = folder
        self._rows: dict[str, Row] = {str(row.get("id")): row for row in read_rows(folder / TABLE)}
        (folder / "audio").mkdir(parents=True, exist_ok=True)

    def add(self, name: str, *, text: str, heard: str, language: str, speaker: str = "user") -> Path:
        """Note a correction; the wav of the question belongs at the path that is given back."""
        audio = f"audio/{name}.wav"
        self._rows[name] = {
            "id": name, "audio": audio, "text": text, "heard": heard, "language": language, "speaker": speaker,
            "consent": True,
        }  # fmt: skip
        return self._folder / audio

    def close(self) -> int:
        """Write the table; how many corrections are in it."""
        write_rows(self._folder / TABLE, self._rows.values())
        return len(self._rows)


def recognises(path: Path) -> bool:
    return (path / TABLE).is_file()


def read(path: Path) -> Iterator[Candidate | Refusal]:
    """A row per correction. TrainingError when there is no table."""
    if not recognises(path):
        raise TrainingError(f"{path} has no {TABLE}; export the corrections from the application first.")
    for number, row in json_lines(path / TABLE):
        place = f"{TABLE}, line {number}"
        if isinstance(row, BrokenText):
            yield Refusal(place, "columns", row.detail)
        elif row.get("consent") is not True:
            yield Refusal(place, "no_consent", text=str(row.get("text", "")))
        else:
            yield candidate(path, place, str(row.get("audio", "")), row)
