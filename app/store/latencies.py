"""The times of the last turns, read beside a running program: figures only, no text and no sound.

Knows nothing of what they mean.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Any, Final

__all__ = ["last_latencies"]

_BUSY_SECONDS: Final = 1.0


def last_latencies(path: Path, count: int = 50) -> list[dict[str, Any]]:
    """Waterfall and stats of the last stored turns of the database, the newest first; empty when it cannot be read."""
    if not path.is_file():
        return []
    query = "SELECT origin, state, stats, waterfall FROM turns ORDER BY id DESC LIMIT ?"
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)) as connection:
            rows = connection.execute(query, (count,)).fetchall()
    except sqlite3.Error:
        return []
    return [
        {"origin": origin, "state": state, "stats": _figures(stats), "waterfall": _figures(waterfall)}
        for origin, state, stats, waterfall in rows
    ]


def _figures(text: str | None) -> dict[str, float | None]:
    """The numbers of a JSON object."""
    try:
        values = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(values, dict):
        return {}
    return {key: value for key, value in values.items() if value is None or isinstance(value, int | float)}
