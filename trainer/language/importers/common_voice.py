"""Mozilla Common Voice: `validated.tsv` and a folder `clips`. Knows nothing of what is in the clips."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cslm_core.errors import TrainingError
from trainer.language.importers.rows import BrokenText, Candidate, Refusal, table
from trainer.language.importers.tables import candidate

__all__ = ["TITLE", "read", "recognises"]

TITLE = "Mozilla Common Voice"
_TABLE = "validated.tsv"


def _table(path: Path) -> Path:
    return path if path.suffix == ".tsv" else path / _TABLE


def recognises(path: Path) -> bool:
    """Whether there is a `validated.tsv` with `clips` beside it (or `path` is a .tsv beside one)."""
    return _table(path).is_file() and (_table(path).parent / "clips").is_dir()


def read(path: Path) -> Iterator[Candidate | Refusal]:
    """The rows of the table. Votes are heeded: more listeners against a clip than for it, and it is refused."""
    source = _table(path)
    rows = table(source, delimiter="\t", quoted=False)
    known = False
    for number, row in rows:
        place = f"{source.name}, line {number}"
        if isinstance(row, BrokenText):
            yield Refusal(place, "columns", row.detail)
            continue
        if not known and not {"path", "sentence"} <= set(row):
            raise TrainingError(
                f"{source} has not the columns of Common Voice (client_id, path, sentence), but"
                f" {', '.join(row)[:200]}; take the {_TABLE} of the download."
            )
        known = True
        if _votes(row, "down_votes") > _votes(row, "up_votes"):
            yield Refusal(place, "disputed", text=row["sentence"])
            continue
        name = row["path"].strip()
        if name and "." not in name.rsplit("/", 1)[-1]:
            name += ".mp3"  # early releases left it out
        found = candidate(source.parent / "clips", place, name, row, text=row["sentence"])
        yield found


def _votes(row: dict[str, str], name: str) -> int:
    value = row.get(name, "").strip()
    return int(value) if value.isdecimal() else 0
