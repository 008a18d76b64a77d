"""Results item by item in a JSONL file, so that a run that was interrupted goes on where it stopped.

The first line says what the results belong to (pack, test set, settings); results of anything else are put aside. A
last line that was cut off is forgotten. Knows nothing of what is measured.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cslm_core.errors import CslmError
from cslm_core.files import atomic_write_text

__all__ = ["Journal"]

Row = dict[str, Any]


class Journal:
    """Open it in a `with` block; `rows` are all results by their key, those of earlier runs first."""

    def __init__(self, path: Path, header: Row) -> None:
        self._path = path
        self.rows: dict[str, Row] = {}
        kept = _read(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if kept and kept[0] == header:
                self.rows = {row["key"]: row for row in kept[1:]}
            elif path.exists():
                path.replace(path.with_suffix(path.suffix + ".old"))
            # Written anew without what was cut off, so that the next line begins at the start of a line.
            whole = "".join(_line(row) for row in [header, *self.rows.values()])
            atomic_write_text(path, whole)
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise CslmError(f"{path} cannot be written ({error.strerror}); name another place with --out.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, key: str, row: Row) -> Row:
        """Keep a result; it is on its way to the disk when this returns."""
        kept = {"key": key, **row}
        self.rows[key] = kept
        self._file.write(_line(kept))
        self._file.flush()
        return kept


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


def _read(path: Path) -> list[Row]:
    """All whole lines; none when the file is missing or something else."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    rows = []
    for number, line in enumerate(lines):
        try:
            row = json.loads(line)
        except ValueError:
            break
        if not isinstance(row, dict) or (number and "key" not in row):
            break
        rows.append(row)
    return rows
