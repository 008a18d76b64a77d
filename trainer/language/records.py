"""JSON lines: rows that are replaced as a whole, and records that are appended while somebody else reads along.

`progress.jsonl` of a job is such a growing file: its writer may be killed in the middle of a line and its reader may
look at any moment. Knows nothing of what a record says, save that it has a `kind` and mostly a `step`.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_bytes

__all__ = ["RecordWriter", "Row", "Tail", "newest_by_step", "printable", "read_records", "read_rows", "write_rows"]

Row: TypeAlias = dict[str, Any]


def printable(text: str) -> str:
    """`text` with question marks for what was not UTF-8 in a table or in the name of a file.

    It comes as lone surrogates, which can be neither written nor shown: whatever goes into a job or to a user, goes
    through here.
    """
    return text.encode("utf-8", "replace").decode("utf-8")


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
    """Replace the file by `rows`, all or nothing and `printable`. CslmError when the system refuses."""
    text = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
    atomic_write_bytes(path, text.encode("utf-8", "replace"))


class RecordWriter:
    """Appends records to a growing file; half a line that a killed writer left is cut off first.

    TrainingError when the system refuses: what was written before is then as it was.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Without a buffer: what the disk has refused must not be tried again when the file is closed.
            self._file = path.open("ab+", buffering=0)
        except OSError as error:
            raise self._refused(error) from error
        try:
            self._cut_half_a_line()
        except OSError as error:
            self._file.close()
            raise self._refused(error) from error

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
        line = json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
        rest = memoryview(line.encode("utf-8", "replace"))
        begin = self._file.seek(0, os.SEEK_END)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            with contextlib.suppress(OSError):
                self._file.truncate(begin)  # half a line would take the next one with it
            raise self._refused(error) from error
        return record

    def sync(self) -> None:
        """Bring what was written to the disk (together with a checkpoint)."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> TrainingError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return TrainingError(f"The disk is full, so {self._path} cannot grow; free some space and resume.")
        return TrainingError(f"{self._path} cannot be written ({error.strerror or error}); put that right and resume.")

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Tail:
    """Follows a growing file: each `read()` gives the records that have become whole since the last one.

    The file may not be there yet. When it became shorter (a writer cut off half a line), or another one is there in its
    place, reading starts again from the beginning and `restarted` is True after that `read()`: what was shown is to be
    forgotten.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self._number: int | None = None
        """Of the file itself, whatever its name."""
        self.restarted = False

    def read(self) -> list[Row]:
        self.restarted = False
        try:
            with self._path.open("rb") as file:
                number, size = os.fstat(file.fileno()).st_ino, file.seek(0, os.SEEK_END)
                if size < self._position or (self._position and number != self._number):
                    self._position, self.restarted = 0, True
                self._number = number
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
