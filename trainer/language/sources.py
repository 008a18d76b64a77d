"""What the sources of a job are called: each by its own name, and by its place too where another has that name already.

Rows of the corpus and of the list of rejected ones stand under it: of two sources of one name the second would take the
place of the first. Noted in `sources.json`. Knows nothing of what is in a source.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_text
from trainer.language.corpus import CorpusRows
from trainer.language.job import Job
from trainer.language.records import printable

__all__ = ["DRAFTS", "source_name"]

DRAFTS: Final = "drafts"
"""The source of what was drafted in the job."""
_NOTED: Final = "sources.json"


def source_name(job: Job, path: Path) -> str:
    """The name of a file or folder as a source of the job; a path always has the same. Hold the job's lock."""
    place = _place(job, path)
    names = _noted(job)
    for name, known in names.items():
        if known == place:
            return name
    own = printable(path.resolve().name)
    digest = hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()
    free = not (own in names or own == DRAFTS or _of_another(job, own, path))
    name = own if free else f"{own}-{digest[:6]}"
    name = f"{own}-{digest}" if name in names else name
    # In ASCII, since names of files need not be UTF-8.
    atomic_write_text(job.folder / _NOTED, json.dumps({**names, name: place}, indent=2) + "\n")
    return name


def _place(job: Job, path: Path) -> str:
    """Where it is; relative to the job if it is in there, as a job may be moved."""
    found = path.resolve()
    home = job.folder.resolve()
    return found.relative_to(home).as_posix() if found.is_relative_to(home) else str(found)


def _noted(job: Job) -> dict[str, str]:
    path = job.folder / _NOTED
    try:
        return {str(name): str(place) for name, place in dict(json.loads(path.read_bytes())).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        raise TrainingError(f"{path} is damaged; delete it and try again.") from error


def _of_another(job: Job, name: str, path: Path) -> bool:
    """Whether the name is that of a source elsewhere, taken in by a version of the program that did not note places."""
    root = path.resolve() if path.is_dir() else path.resolve().parent
    rows = CorpusRows.load(job)
    files = (row.get("file") or row["audio"] for row in rows.usable + rows.rejected if row["source"] == name)
    return any(
        Path(file).is_absolute() and not Path(file).is_relative_to(root) and Path(file).exists() for file in files
    )
