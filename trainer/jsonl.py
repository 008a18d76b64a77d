"""JSON lines of a file that grows: what is whole is read, what a kill has left of a line is forgotten.

Knows nothing of what the rows are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cslm_core.errors import TrainingError

__all__ = ["mend", "read_rows"]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, but for a last line that was cut off or is still being written.

    TrainingError where the file is missing, or another line is damaged.
    """
    try:
        *lines, last = path.read_bytes().split(b"\n")  # not splitlines: texts may hold other ends of lines
    except FileNotFoundError:
        raise TrainingError(f"{path} is missing; give a folder that has it.") from None
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except ValueError as error:
            raise TrainingError(f"Line {number} of {path} is damaged; delete it and start again.") from error
    return [*rows, json.loads(last)] if _whole(last) else rows


def mend(path: Path) -> None:
    """Let the next line that is appended begin at the start of a line; what was cut off goes. OSError."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - 1))
        if not end or file.read(1) == b"\n":
            return
        file.seek(0)
        last = file.read(end).rpartition(b"\n")[2]
        if _whole(last):
            file.write(b"\n")
        else:
            file.truncate(end - len(last))


def _whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
