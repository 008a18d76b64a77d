"""JSON lines: rows that are replaced as a whole, and records that are appended while somebody else reads along.

`progress.jsonl` of a job is such a growing file: its writer may be killed in the middle of a line and its reader may
look at any moment. Knows nothing of what a record says, save that it has a `kind` and mostly a `step`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_text

__all__ = ["RecordWriter", "Row", "Tail", "newest_by_step", "read_records", "read_rows", "write_rows"]

Row: TypeAlias = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    """The rows of a whole JSON lines file, none of one that is not there. TrainingError names a bad line."""
    if not path.exists():
        return []
    rows = []
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise TrainingError(f"{path} is not UTF-8 text; save it as UTF-8 and try again.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            rows.append(_parsed(path, number, line))
    return rows


def _parsed(path: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise TrainingError(f"Line {number} of {path} is not JSON; correct or delete that line.") from error
    if not isinstance(row, dict):
        raise TrainingError(f"Line {number} of {path} is no JSON object; correct or delete that line.")
    return row


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Replace the file by `rows`, all or nothing. CslmError when the system refuses."""
    atomic_write_text(path, "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows))


class RecordWriter:
    """Appends records to a growing file; half a line that a killed writer left is cut off first."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab+")
        self._cut_half_a_line()

    def _cut_half_a_line(self) -> None:
        size = self._file.seek(0, os.SEEK_END)
        end = size
        while end:
            start = max(0, end - 4096)
            self._file.seek(start)
            found = self._file.read(end - start).rfind(b"\n")
            if found >= 0:
                end = start + found + 1
                break
            end = start
        if end != size:
            self._file.truncate(end)

    def write(self, kind: str, **values: Any) -> Row:
        """Append {"kind", "time" (Unix seconds), **values} and hand it to the system at once; gives the record back."""
        record = {"kind": kind, "time": round(time.time(), 3), **values}
        self._file.write((json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n").encode())
        self._file.flush()
        return record

    def sync(self) -> None:
        """Bring what was written to the disk (together with a checkpoint)."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Tail:
    """Follows a growing file: each `read()` gives the records that have become whole since the last one.

    The file may not be there yet. When it became shorter (a writer cut off half a line, or it was begun anew), reading
    starts again from the beginning and `restarted` is True after that `read()`: what was shown is to be forgotten.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self.restarted = False

    def read(self) -> list[Row]:
        self.restarted = False
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                if size < self._position:
                    self._position, self.restarted = 0, True
                file.seek(self._position)
                data = file.read()
        except FileNotFoundError:
            self.restarted, self._position = self._position > 0, 0
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._position += len(whole)
        return [record for line in whole.split(b"\n") if (record := _record(line)) is not None]


def read_records(path: Path) -> list[Row]:
    """All whole records of a growing file; a truncated last line, or one that is no record, is passed over."""
    return Tail(path).read()


def _record(line: bytes) -> Row | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):  # half a line in the middle: a writer was killed, the next went on
        return None
    return record if isinstance(record, dict) and isinstance(record.get("kind"), str) else None


def newest_by_step(records: Iterable[Row], kind: str) -> list[Row]:
    """The records of a kind in order of their `step`; of those of one step the newest.

    After a resume the steps since the last checkpoint are run, and recorded, once more.
    """
    by_step = {r["step"]: r for r in records if r["kind"] == kind and isinstance(r.get("step"), int)}
    return [by_step[step] for step in sorted(by_step)]
