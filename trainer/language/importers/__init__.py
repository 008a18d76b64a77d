"""Readers of speech corpora in the shapes they come in. Each is one module with the same two functions.

`recognises(path) -> bool` says whether the path looks like it; `read(path) -> Iterator[Candidate | Refusal]` gives its
rows in order, or raises TrainingError when nothing of it can be read. None of them opens a sound file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

from cslm_core.errors import TrainingError
from trainer.language.importers import (
    audiofolder,
    common_voice,
    corrections,
    jsonl,
    ljspeech,
    pairs,
    recordings,
)
from trainer.language.importers.rows import Candidate, Refusal

__all__ = ["FORMATS", "Candidate", "Refusal", "find_format", "read_source"]

FORMATS: Final[dict[str, ModuleType]] = {
    "recordings": recordings,
    "corrections": corrections,
    "common-voice": common_voice,
    "ljspeech": ljspeech,
    "audiofolder": audiofolder,
    "jsonl": jsonl,
    "pairs": pairs,
}
"""By name, in the order in which they are asked whether they know a folder: the particular before the general."""


def find_format(path: Path) -> str:
    """The name of the format that `path` is in. TrainingError when none knows it."""
    if not path.exists():
        raise TrainingError(f"{path} does not exist; check the name.")
    for name, module in FORMATS.items():
        if module.recognises(path):
            return name
    raise TrainingError(
        f"{path} is no speech corpus in a known shape; it needs a validated.tsv with clips, a metadata.csv or .jsonl, a"
        " manifest.jsonl, or sound files with texts of the same name."
    )


def read_source(path: Path, name: str | None = None) -> Iterator[Candidate | Refusal]:
    """The rows of a corpus, in the format called `name` or in the one that is found."""
    chosen = name or find_format(path)
    if chosen not in FORMATS:
        raise TrainingError(f"There is no format {chosen!r}; there are {', '.join(FORMATS)}.")
    if not path.exists():
        raise TrainingError(f"{path} does not exist; check the name.")
    return FORMATS[chosen].read(path)
