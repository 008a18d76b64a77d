"""What importers give, and what they share: tables in files of unsure encoding, paths that must stay in their folder.

Knows nothing of any one format, or of what is in a sound file.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from cslm_core.errors import TrainingError
from trainer.language.records import printable

__all__ = [
    "AUDIO_SUFFIXES", "BrokenText", "Candidate", "Refusal", "inside", "is_broken", "is_there", "json_lines",
    "read_text", "table",
]  # fmt: skip

AUDIO_SUFFIXES: Final = frozenset(
    {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".webm", ".amr", ".aif", ".aiff", ".g722", ".wma"}
)
_LONGEST_FILE: Final = 2 * 2**30
_LONGEST_FIELD: Final = 2**20


@dataclass(frozen=True)
class Candidate:
    """A row that may become an utterance. `place` is where it stands ("validated.tsv, line 7"), for messages.

    `recording` names what was recorded in one go, so that its pieces stay together; `speaker` is "" where nobody says.
    `start` and `end` (seconds) cut a piece out of a longer file.
    """

    place: str
    audio: Path
    text: str
    speaker: str = ""
    recording: str = ""
    language: str = ""
    split: str = ""
    id: str = ""
    start: float = 0.0
    end: float | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """A row that cannot be used whatever is in its sound; `reason` is a key of `reasons.REASONS`."""

    place: str
    reason: str
    detail: str = ""
    audio: Path | None = None
    text: str = ""


class BrokenText(NamedTuple):
    """A line of a table that does not have the columns it should."""

    detail: str


def read_text(path: Path) -> str:
    """The text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one.

    Bytes that are not UTF-8 (a file glued together from others) come as lone surrogates, so that only their rows are
    lost: ask `is_broken`. TrainingError when the file cannot be read at all.
    """
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise TrainingError(f"{path} is larger than {_LONGEST_FILE >> 30} GB; split it.")
        data = path.read_bytes()
    except OSError as error:
        raise TrainingError(f"{path} cannot be read; check that it exists and that you may read it.") from error
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise TrainingError(f"{path} is damaged UTF-16 text; save it as UTF-8 and try again.") from error
    if b"\0" in data:
        raise TrainingError(f"{path} is not a text file; name the file with the texts.")
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")


def is_broken(*texts: str) -> bool:
    """Whether one of the texts was not UTF-8."""
    return any(0xDC80 <= ord(c) <= 0xDCFF for text in texts for c in text)


def table(
    path: Path, *, delimiter: str, columns: Sequence[str] | None = None, quoted: bool = True
) -> Iterator[tuple[int, dict[str, str] | BrokenText]]:
    """(line, row by column) of a CSV or TSV file; the first line names the columns, unless `columns` do.

    TrainingError when the file has no lines.
    """
    text = read_text(path)
    if not text.strip():
        raise TrainingError(f"{path} is empty; name a file with rows.")
    if quoted:
        rows = _quoted(text, delimiter)
    else:
        lines = text.split("\n")
        rows = ((n, line.rstrip("\r").split(delimiter)) for n, line in enumerate(lines, 1) if line.strip())
    header = (0, columns) if columns is not None else next(rows, None)
    if header is None:  # commas alone are no row
        raise TrainingError(f"{path} is empty; name a file with rows.")
    names = [printable(name.strip()) for name in header[1]]
    for number, cells in rows:
        if len(cells) == len(names):
            yield number, dict(zip(names, cells, strict=True))
        else:
            yield number, BrokenText(f"{len(cells)} columns instead of {len(names)}")


def _quoted(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field without an end: the reader goes on with the next line
            yield reader.line_num, []
            continue
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | BrokenText]]:
    """(line, object) of a JSON lines file."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield number, BrokenText("no JSON")
            continue
        yield number, row if isinstance(row, dict) else BrokenText("no JSON object")


def is_there(path: Path) -> bool:
    """Whether there is a file of that name; a name that is too long for any file (a text in the wrong column) has
    none."""
    try:
        return path.is_file()
    except OSError:
        return False


def inside(folder: Path, name: str) -> Path | None:
    """The path of a file that a row names, or None when it leads out of `folder` (absolute, `..`, a link)."""
    written = name.strip().replace("\\", "/")
    if not written or written.startswith("/") or "\0" in written or written[1:2] == ":" or is_broken(written):
        return None
    try:
        path = (folder / written).resolve()
        return path if path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):
        return None
