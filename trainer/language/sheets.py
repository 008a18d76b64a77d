"""Sheets to fill in: CSV files (TSV and JSON lines are read too) for any office program or editor.

A sheet has the columns `id`, a text to go by, and one to fill in. Knows nothing of what the rows are about.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_bytes
from trainer.language.importers.rows import BrokenText, is_broken, json_lines, read_text, table

__all__ = ["read_sheet", "write_sheet"]


def write_sheet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a CSV (or, named `.tsv`, a TSV) with a byte order mark, which office programs need to see UTF-8.

    How many rows there are. CslmError when the system refuses.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter="\t" if path.suffix == ".tsv" else ",")
    writer.writerow(columns)
    count = 0
    for row in rows:
        # A spreadsheet would take such a cell for a formula.
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "@") else cell for cell in row])
        count += 1
    atomic_write_bytes(path, buffer.getvalue().encode("utf-8-sig"))
    return count


def read_sheet(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str] | None]]:
    """(line, row by column) of a filled sheet, None for a row that is broken or not UTF-8.

    Comma, semicolon (what office programs write in many countries) and tab are told apart by the first line.
    TrainingError when a needed column is missing.
    """
    if path.suffix in (".jsonl", ".ndjson"):
        rows = [
            (n, None if isinstance(row, BrokenText) else {k: str(v) for k, v in row.items() if v is not None})
            for n, row in json_lines(path)
        ]
        missing = [name for name in needed if not any(row and name in row for _, row in rows)]
    else:
        first = read_text(path).split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        rows = [
            (n, None if isinstance(row, BrokenText) or is_broken(*row.values()) else _plain(row))
            for n, row in table(path, delimiter=delimiter)
        ]
        names = [name.strip().strip('"') for name in first.split(delimiter)]
        missing = [name for name in needed if name not in names]
    if missing:
        raise TrainingError(
            f"{path} has no column {missing[0]!r}; fill in the sheet that the program wrote, and keep its first line."
        )
    return rows


def _plain(row: dict[str, str]) -> dict[str, str]:
    return {
        name: cell.strip().removeprefix("'") if cell.strip()[:2] in ("'=", "'+", "'@") else cell.strip()
        for name, cell in row.items()
    }
