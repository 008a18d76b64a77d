"""Recordings made with the prompt reader, and the folder it makes: `prompts.jsonl` (what is to be read), one wav per
prompt, `recordings.jsonl` (what was read, the last take of each counts).

A light module, for the window too: no numpy. Knows nothing of microphones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cslm_core.errors import TrainingError
from trainer.language.importers.rows import BrokenText, Candidate, Refusal, json_lines
from trainer.language.importers.tables import candidate
from trainer.language.records import RecordWriter, read_records, write_rows

__all__ = ["TITLE", "Prompt", "RecordingFolder", "read", "recognises"]

TITLE = "Recordings made here"
PROMPTS: Final = "prompts.jsonl"
TAKES: Final = "recordings.jsonl"


@dataclass(frozen=True)
class Prompt:
    """A sentence to read aloud; `id` is its name in the dialogue set or in the sentences."""

    id: str
    text: str


class RecordingFolder:
    """The folder of one person's session. Takes are appended, so that nothing is lost when the program ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path, speaker: str, prompts: list[Prompt], *, consent: bool) -> RecordingFolder:
        """Begin a session. TrainingError without prompts or without the speaker's consent."""
        if not consent:
            raise TrainingError("Nothing is recorded without the speaker's consent; ask for it and tick the box.")
        if not prompts:
            raise TrainingError("There is nothing to read; add sentences or dialogues first.")
        folder.mkdir(parents=True, exist_ok=True)
        rows = [{"id": p.id, "text": p.text, "speaker": speaker.strip() or "speaker"} for p in prompts]
        write_rows(folder / PROMPTS, rows)
        return cls(folder)

    @property
    def prompts_file(self) -> Path:
        """What is to be read; it is there once the folder was made."""
        return self.folder / PROMPTS

    def prompts(self) -> list[Prompt]:
        return [Prompt(row["id"], row["text"]) for _, row in json_lines(self.prompts_file) if isinstance(row, dict)]

    @property
    def speaker(self) -> str:
        row = next(json_lines(self.prompts_file))[1]
        return str(row["speaker"]) if isinstance(row, dict) else ""

    def sound(self, prompt: Prompt) -> Path:
        """Where the wav of a prompt belongs."""
        return self.folder / "audio" / f"{prompt.id}.wav"

    def recorded(self) -> dict[str, float]:
        """Peak level (dBFS) of the last take by prompt id; what was thrown away is not there."""
        takes: dict[str, float] = {}
        for row in read_records(self.folder / TAKES):
            if row["kind"] == "take":
                takes[row["id"]] = float(row["level"])
            elif row["kind"] == "retake":
                takes.pop(row["id"], None)
        return takes

    def skipped(self) -> set[str]:
        """Ids of the prompts that were passed over and not read since."""
        skipped: set[str] = set()
        for row in read_records(self.folder / TAKES):
            if row["kind"] == "skip":
                skipped.add(row["id"])
            else:
                skipped.discard(row["id"])
        return skipped

    def note_take(self, prompt: Prompt, level: float) -> None:
        """Note that the wav of a prompt is there; `level` is its peak in dBFS."""
        self._note("take", prompt, level)

    def note_retake(self, prompt: Prompt) -> None:
        """Note that the wav of a prompt is not wanted."""
        self._note("retake", prompt, 0.0)

    def note_skip(self, prompt: Prompt) -> None:
        """Note that a prompt need not be offered again."""
        self._note("skip", prompt, 0.0)

    def _note(self, kind: str, prompt: Prompt, level: float) -> None:
        with RecordWriter(self.folder / TAKES) as writer:
            writer.write(kind, id=prompt.id, level=round(level, 1))
            writer.sync()


def recognises(path: Path) -> bool:
    """Whether the prompt reader made this folder."""
    return (path / PROMPTS).is_file() and (path / TAKES).is_file()


def read(path: Path) -> Iterator[Candidate | Refusal]:
    """A row per prompt that was read. TrainingError when the folder is another's."""
    if not recognises(path):
        raise TrainingError(f"{path} has no {PROMPTS} and {TAKES}; it was not made by the prompt reader.")
    taken = RecordingFolder(path).recorded()
    for number, row in json_lines(path / PROMPTS):
        place = f"{PROMPTS}, line {number}"
        if isinstance(row, BrokenText) or not isinstance(row.get("id"), str):
            yield Refusal(place, "columns")
        elif row["id"] in taken:
            yield candidate(path, place, f"audio/{row['id']}.wav", row)
