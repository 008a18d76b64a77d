"""One database of conversations and the SQL that is spoken with it; ids of the one in memory are negative.

Not thread-safe by itself (`store.py` has the lock). Knows nothing of files and of who asks.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeAlias

from app.store.model import Conversation, Turn
from app.store.rows import COLUMNS, clean, fold, stamp_of, time_of, turn_of, values_of

__all__ = ["Shelf", "StoredPiece", "title_of"]

_TITLE_LETTERS: Final = 60
_PREVIEW_LETTERS: Final = 80


def title_of(question: str) -> str:
    """A question as a title: one line, cut at a word if it is long."""
    line = " ".join(question.split())
    if len(line) <= _TITLE_LETTERS:
        return line
    cut = line[:_TITLE_LETTERS]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > _TITLE_LETTERS // 2 else cut).rstrip() + "…"


StoredPiece: TypeAlias = tuple[int, int, str, bytes]
"""Its number, its turn, its kind, FLAC."""


class Shelf:
    """Conversations in one database."""

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime], *, private: bool) -> None:
        self._db = connection
        self._now = now
        self._private = private
        self._numbers = itertools.count(-1, -1)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _new_id(self) -> int | None:
        return next(self._numbers) if self._private else None

    # conversations

    def create(self, title: str) -> int:
        now = stamp_of(self._now())
        title = clean(title)
        with self._writing():
            cursor = self._db.execute(
                "INSERT INTO conversations (id, title, title_folded, created, updated) VALUES (?, ?, ?, ?, ?)",
                (self._new_id(), title, fold(title), now, now),
            )
        return _last(cursor)

    def conversations(self, search: str = "") -> list[Conversation]:
        """Those in which every word of `search` occurs, the last changed first."""
        terms = fold(clean(search)).split()
        return [
            self._conversation(row, terms)
            for row in self._db.execute("SELECT * FROM conversations ORDER BY updated DESC, abs(id) DESC").fetchall()
            if all(self._holds(row, term) for term in terms)
        ]

    def _holds(self, row: sqlite3.Row, term: str) -> bool:
        if term in str(row["title_folded"]):
            return True
        query = "SELECT 1 FROM turns WHERE conversation = ? AND instr(folded, ?) LIMIT 1"
        return self._db.execute(query, (row["id"], term)).fetchone() is not None

    def conversation(self, conversation: int) -> Conversation | None:
        row = self._db.execute("SELECT * FROM conversations WHERE id = ?", (conversation,)).fetchone()
        return None if row is None else self._conversation(row, [])

    def _conversation(self, row: sqlite3.Row, terms: list[str]) -> Conversation:
        number = row["id"]
        count = self._db.execute("SELECT count(*) FROM turns WHERE conversation = ?", (number,)).fetchone()[0]
        return Conversation(
            id=number,
            title=str(row["title"]) or self._made_title(number),
            created=time_of(row["created"]),
            updated=time_of(row["updated"]),
            turns=count,
            private=self._private,
            preview=self._preview(number, terms) if count else "",
        )

    def _made_title(self, conversation: int) -> str:
        query = "SELECT question FROM turns WHERE conversation = ? AND question != '' ORDER BY abs(id)"
        titles = (title_of(str(row["question"])) for row in self._db.execute(query, (conversation,)))
        return next((title for title in titles if title), "")

    def _preview(self, conversation: int, terms: list[str]) -> str:
        """A line of the last turn, or what is around the first word that is searched."""
        rows = self._db.execute(
            "SELECT * FROM turns WHERE conversation = ? ORDER BY abs(id) DESC" + ("" if terms else " LIMIT 1"),
            (conversation,),
        )
        last = ""
        for row in rows:
            turn = turn_of(row)
            texts = [" ".join(text.split()) for text in (turn.reply, turn.question) if text.strip()]
            last = last or (texts[0] if texts else "")
            for text in texts:
                for term in terms:
                    place = fold(text).find(term)
                    if place >= 0:
                        begin = max(0, place - _PREVIEW_LETTERS // 3)
                        return ("…" if begin else "") + text[begin : begin + _PREVIEW_LETTERS]
        return last[:_PREVIEW_LETTERS]

    def rename(self, conversation: int, title: str) -> bool:
        title = clean(title)
        with self._writing():
            cursor = self._db.execute(
                "UPDATE conversations SET title = ?, title_folded = ? WHERE id = ?", (title, fold(title), conversation)
            )
        return cursor.rowcount > 0

    def delete(self, conversation: int) -> None:
        with self._writing():
            self._db.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
        self._shrink()

    def _shrink(self) -> None:
        self._db.execute("PRAGMA incremental_vacuum").fetchall()

    # turns

    def add_turn(self, turn: Turn) -> int | None:
        """The id of a new turn; None when there is no such conversation."""
        with self._writing():
            if not self._touch(turn.conversation):
                return None
            marks = ", ".join("?" * (len(COLUMNS) + 1))
            cursor = self._db.execute(
                f"INSERT INTO turns (id, {', '.join(COLUMNS)}) VALUES ({marks})", (self._new_id(), *values_of(turn))
            )
        return _last(cursor)

    def save(self, turn: Turn) -> bool:
        with self._writing():
            setters = ", ".join(f"{name} = ?" for name in COLUMNS[1:])
            cursor = self._db.execute(f"UPDATE turns SET {setters} WHERE id = ?", (*values_of(turn)[1:], turn.id))
            if cursor.rowcount:
                self._touch(turn.conversation)
        return cursor.rowcount > 0

    def _touch(self, conversation: int) -> bool:
        cursor = self._db.execute(
            "UPDATE conversations SET updated = max(updated, ?) WHERE id = ?", (stamp_of(self._now()), conversation)
        )
        return cursor.rowcount > 0

    def turns(self, conversation: int) -> list[Turn]:
        query = "SELECT * FROM turns WHERE conversation = ? ORDER BY abs(id)"
        return [turn_of(row) for row in self._db.execute(query, (conversation,))]

    def turn(self, turn: int) -> Turn | None:
        row = self._db.execute("SELECT * FROM turns WHERE id = ?", (turn,)).fetchone()
        return None if row is None else turn_of(row)

    def delete_turn(self, turn: int) -> None:
        with self._writing():
            self._db.execute("DELETE FROM turns WHERE id = ?", (turn,))
        self._shrink()

    def end_unfinished(self) -> None:
        """Turns that were going on when the program ended are interrupted ones."""
        with self._writing():
            self._db.execute(
                "UPDATE turns SET state = 'interrupted' WHERE state IN ('listening', 'thinking', 'speaking')"
            )

    def corrected(self) -> list[Turn]:
        """Those of which the sound of the question is there."""
        query = (
            "SELECT * FROM turns WHERE misheard != '' AND question != misheard AND EXISTS "
            "(SELECT 1 FROM sounds WHERE turn = turns.id AND kind = 'question') ORDER BY id"
        )
        return [turn_of(row) for row in self._db.execute(query)]

    # sounds

    def add_sound(self, turn: int, kind: str, flac: bytes) -> bool:
        """False when there is no such turn (it was deleted meanwhile)."""
        with self._writing():
            cursor = self._db.execute(
                "INSERT INTO sounds (turn, kind, flac) SELECT id, ?, ? FROM turns WHERE id = ?", (kind, flac, turn)
            )
        return cursor.rowcount > 0

    def clear_sound(self, turn: int, kind: str) -> None:
        with self._writing():
            self._db.execute("DELETE FROM sounds WHERE turn = ? AND kind = ?", (turn, kind))

    def pieces(self, turn: int, kind: str) -> list[bytes]:
        query = "SELECT flac FROM sounds WHERE turn = ? AND kind = ? ORDER BY id"
        return [row["flac"] for row in self._db.execute(query, (turn, kind))]

    def take(
        self,
        conversations: Iterable[Conversation],
        turns: Iterable[Turn],
        sounds: Iterable[tuple[int, int, str, bytes]],
    ) -> None:
        """Take in what was rescued from another database, with its numbers."""
        heads = [
            (head.id, clean(head.title), fold(clean(head.title)), stamp_of(head.created), stamp_of(head.updated))
            for head in conversations
        ]
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        with self._writing():
            self._db.executemany(
                "INSERT INTO conversations (id, title, title_folded, created, updated) VALUES (?, ?, ?, ?, ?)", heads
            )
            self._db.executemany(
                f"INSERT INTO turns (id, {', '.join(COLUMNS)}) VALUES ({marks})",
                [(turn.id, *values_of(turn)) for turn in turns],
            )
            self._db.executemany("INSERT INTO sounds (id, turn, kind, flac) VALUES (?, ?, ?, ?)", sounds)


def _last(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid
