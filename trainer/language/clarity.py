"""How well the one is understood after whom a language will be read aloud.

A decoder says at best what it was given to learn from: where Whisper mishears a third of the words of the recordings
themselves, no training makes speech of them that is understood (LAB.md, "Whom Spanish is read aloud after"). Knows
nothing of tokenizers and decoders.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from cslm_core.audio import read_audio
from cslm_core.errors import CslmError
from trainer.language.corpus import CorpusRows
from trainer.language.job import Job
from trainer.language.judge import WhisperEar, error_rate
from trainer.language.readers import readers_of

__all__ = ["Clarity", "clarity_of"]

_ITEMS: Final = 24
_UNCLEAR: Final = 0.20
"""Whisper base mishears a tenth of the words of clear speech in a language that it knows well."""


@dataclass(frozen=True)
class Clarity:
    """`error`: the share of words that Whisper mishears in the recordings of `names`."""

    names: tuple[str, ...]
    error: float

    @property
    def sentence(self) -> str:
        """What is to be done about it; "" if it is fine."""
        if self.error <= _UNCLEAR:
            return ""
        return (
            f"Whisper mishears {self.error:.0%} of the words in the recordings of {', '.join(self.names)}, after whom"
            " the language will be read aloud; speech that is better understood helps more than any training."
        )


def clarity_of(job: Job, ear: WhisperEar | None, items: int = _ITEMS) -> Clarity | None:
    """Of whom the language will be read aloud after (`readers.py`); None without a judge, or where no one is."""
    if ear is None:
        return None
    rows = [row for row in CorpusRows.load(job).usable if row.get("split") == "train"]
    readers = readers_of(rows, job.option("aloud", []))
    own = sorted((row for row in rows if row["speaker"] in readers), key=lambda row: str(row["id"]))
    judged = []
    for row in random.Random(0).sample(own, min(items, len(own))):
        try:
            judged.append((row["text"], ear.hear(read_audio(job.corpus / row["audio"]), job.language.code)))
        except CslmError:  # a recording that is damaged is told where the speech is checked
            continue
    error = error_rate(judged, job.language)
    return None if error is None else Clarity(tuple(sorted(readers)), error)
