"""The corpus of a job: its manifest and the list of what was rejected, read and written as wholes.

A row of the manifest is CONTRIBUTING's (`id, audio, text, language, speaker, seconds, split`) and has besides
`recording`, `source`, `file` and `place` (where it comes from), `active` (seconds of speech), `level` (dBFS), `sound`
(hash), `stamp` (the same while the file is), `reasons` (why it is in no split) and, where that is known, `prompt` (the
dialogue entry that is said) and `draft` (the text is a machine's). Knows nothing of importing or checking.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from trainer.language.job import Job
from trainer.language.reasons import REASONS, count_reasons
from trainer.language.records import Row, printable, read_rows, write_rows
from trainer.language.splits import speaker_key

__all__ = ["RATE", "CorpusRows", "rejection"]

RATE: Final = 24_000
"""What sound is kept at: that of the decoder; the tokenizer's is made from it."""


@dataclass
class CorpusRows:
    """Usable and rejected rows, in order."""

    usable: list[Row] = field(default_factory=list)
    rejected: list[Row] = field(default_factory=list)

    @classmethod
    def load(cls, job: Job) -> CorpusRows:
        """TrainingError names a damaged file."""
        return cls(read_rows(job.manifest), read_rows(job.rejected))

    def save(self, job: Job) -> None:
        """CslmError when the system refuses; each file is then whole, old or new."""
        write_rows(job.rejected, self.rejected)
        write_rows(job.manifest, self.usable)

    @property
    def seconds(self) -> float:
        return sum(float(row["seconds"]) for row in self.usable)

    def counts(self) -> dict[str, int]:
        """Numbers for a step's record."""
        splits = [row.get("split", "") for row in self.usable]
        return {
            "usable": len(self.usable),
            "rejected": len(self.rejected),
            "seconds": round(self.seconds),
            "speakers": len({speaker_key(row["speaker"]) or f"\0{row['recording']}" for row in self.usable}),
            **{split: splits.count(split) for split in ("train", "dev", "test", "left-out")},
        }

    def reasons(self) -> dict[str, int]:
        """How often each reason was given for a rejection."""
        return count_reasons(row["reason"] for row in self.rejected)


def rejection(
    source: str,
    place: str,
    reason: str,
    detail: str = "",
    *,
    audio: Path | None = None,
    text: str = "",
    start: float = 0.0,
    end: float | None = None,
) -> Row:
    """A row of `rejected.jsonl`: `audio` (absolute, or "" where nothing can be heard), `start`, `end`, the sentence."""
    written = REASONS[reason] + (f" ({detail})" if detail else "")
    return {
        "source": printable(source),
        "place": printable(place),
        "reason": reason,
        "sentence": printable(written[0].upper() + written[1:] + "."),
        "text": printable(text)[:500],
        "audio": printable(str(audio)) if audio is not None else "",
        "start": start,
        "end": end,
    }
