"""What can still be read of a damaged database, row by row, for a new one.

Knows nothing of what damaged it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from app.store.model import Conversation, Turn
from app.store.rows import time_of, turn_of
from app.store.schema import open_damaged
from app.store.shelf import Shelf, StoredPiece

__all__ = ["Rescued", "rescue"]

_SECONDS: Final = 5.0
"""The user waits for the window meanwhile."""
_UNKNOWN_MAX: Final = 10_000
_BROKEN: Final = (sqlite3.Error, UnicodeDecodeError, MemoryError)  # a damaged length asks for more than there is


class Rescued(NamedTuple):
    conversations: int
    turns: int


def rescue(damaged: Path, shelf: Shelf) -> Rescued:
    """Take what can be read into an empty `shelf`, the newest first, for some seconds at most."""
    until = time.monotonic() + _SECONDS
    conversations: dict[int, Conversation] = {}
    turns: dict[int, Turn] = {}
    sounds: list[StoredPiece] = []
    with contextlib.suppress(*_BROKEN), contextlib.closing(open_damaged(damaged)) as source:
        source.execute("SELECT count(*) FROM sqlite_schema")  # raises when it is no database at all
        for row in _rows(source, "conversations", until):
            number = row["id"]
            conversations[number] = Conversation(
                number, str(row["title"]), time_of(row["created"]), time_of(row["updated"])
            )
        for row in _rows(source, "turns", until):
            turn = turn_of(row)
            if not isinstance(turn.conversation, int) or not (turn.question or turn.chunks):
                continue
            turns[turn.id] = turn
            if turn.conversation not in conversations:
                conversations[turn.conversation] = Conversation(turn.conversation, "", turn.asked, turn.asked)
        sounds.extend(
            (row["id"], row["turn"], row["kind"], row["flac"])
            for row in _rows(source, "sounds", until)
            if row["turn"] in turns and row["kind"] in ("question", "reply") and isinstance(row["flac"], bytes)
        )
    shelf.take(conversations.values(), turns.values(), sounds)
    return Rescued(len(conversations), len(turns))


def _rows(source: sqlite3.Connection, table: str, until: float) -> Iterator[sqlite3.Row]:
    """Each row is looked for by its own number, so that a hole in the file costs only what was in it."""
    for number in range(_highest(source, table), 0, -1):
        if time.monotonic() > until:
            return
        try:
            row = source.execute(f"SELECT * FROM {table} WHERE id = ?", (number,)).fetchone()
        except _BROKEN:
            continue
        if row is not None:
            yield row


def _highest(source: sqlite3.Connection, table: str) -> int:
    queries = (f"SELECT max(id) FROM {table}", f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'")
    highest = 0
    for query in queries:
        with contextlib.suppress(*_BROKEN):
            row = source.execute(query).fetchone()
            if row is not None and isinstance(row[0], int):
                highest = max(highest, row[0])
    return highest or _UNKNOWN_MAX
