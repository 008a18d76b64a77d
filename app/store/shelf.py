"""One database of conversations and the SQL that is spoken with it; ids of the one in memory are negative.

Not thread-safe by itself (`store.py` has the lock). Knows nothing of files and of who asks.
"""

from __future__ import annotations

import dataclasses
import itertools
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

from app.store.model import Chunk, Conversation, Turn, Waterfall
from cslm_core.events import TurnStats

__all__ = ["Shelf", "fold", "title_of"]

_Decoded = TypeVar("_Decoded")

_TITLE_LETTERS: Final = 60
_PREVIEW_LETTERS: Final = 80

_COLUMNS: Final = (
    "conversation",
    "asked",
    "origin",
    "state",
    "question",
    "question_language",
    "misheard",
    "reply_language",
    "wanted_language",
    "chunks",
    "heard_seconds",
    "problem",
    "stats",
    "waterfall",
    "folded",
)


def fold(text: str) -> str:
    """As texts are compared when searching: without case, full width as half width."""
    return unicodedata.normalize("NFKC", text).casefold()


def title_of(question: str) -> str:
    """A question as a title: one line, cut at a word if it is long."""
    line = " ".join(question.split())
    if len(line) <= _TITLE_LETTERS:
        return line
    cut = line[:_TITLE_LETTERS]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > _TITLE_LETTERS // 2 else cut).rstrip() + "…"


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
        now = _stamp(self._now())
        title = _clean(title)
        with self._writing():
            cursor = self._db.execute(
                "INSERT INTO conversations (id, title, title_folded, created, updated) VALUES (?, ?, ?, ?, ?)",
                (self._new_id(), title, fold(title), now, now),
            )
        return _last(cursor)

    def conversations(self, search: str = "") -> list[Conversation]:
        """Those in which every word of `search` occurs, the last changed first."""
        terms = fold(_clean(search)).split()
        return [
            self._conversation(row, terms)
            for row in self._db.execute("SELECT * FROM conversations ORDER BY updated DESC, abs(id) DESC").fetchall()
            if all(self._holds(row, term) for term in terms)
        ]

    def _holds(self, row: sqlite3.Row, term: str) -> bool:
        if term in row["title_folded"]:
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
            title=row["title"] or self._made_title(number),
            created=_time(row["created"]),
            updated=_time(row["updated"]),
            turns=count,
            private=self._private,
            preview=self._preview(number, terms) if count else "",
        )

    def _made_title(self, conversation: int) -> str:
        query = "SELECT question FROM turns WHERE conversation = ? AND question != '' ORDER BY abs(id)"
        titles = (title_of(row["question"]) for row in self._db.execute(query, (conversation,)))
        return next((title for title in titles if title), "")

    def _preview(self, conversation: int, terms: list[str]) -> str:
        """A line of the last turn, or what is around the first word that is searched."""
        rows = self._db.execute(
            "SELECT * FROM turns WHERE conversation = ? ORDER BY abs(id) DESC" + ("" if terms else " LIMIT 1"),
            (conversation,),
        )
        last = ""
        for row in rows:
            turn = _turn(row)
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
        title = _clean(title)
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
            marks = ", ".join("?" * (len(_COLUMNS) + 1))
            cursor = self._db.execute(
                f"INSERT INTO turns (id, {', '.join(_COLUMNS)}) VALUES ({marks})", (self._new_id(), *_values(turn))
            )
        return _last(cursor)

    def save(self, turn: Turn) -> bool:
        with self._writing():
            setters = ", ".join(f"{name} = ?" for name in _COLUMNS[1:])
            cursor = self._db.execute(f"UPDATE turns SET {setters} WHERE id = ?", (*_values(turn)[1:], turn.id))
            if cursor.rowcount:
                self._touch(turn.conversation)
        return cursor.rowcount > 0

    def _touch(self, conversation: int) -> bool:
        cursor = self._db.execute(
            "UPDATE conversations SET updated = max(updated, ?) WHERE id = ?", (_stamp(self._now()), conversation)
        )
        return cursor.rowcount > 0

    def turns(self, conversation: int) -> list[Turn]:
        query = "SELECT * FROM turns WHERE conversation = ? ORDER BY abs(id)"
        return [_turn(row) for row in self._db.execute(query, (conversation,))]

    def turn(self, turn: int) -> Turn | None:
        row = self._db.execute("SELECT * FROM turns WHERE id = ?", (turn,)).fetchone()
        return None if row is None else _turn(row)

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
        query = "SELECT * FROM turns WHERE misheard != '' AND question != misheard ORDER BY id"
        return [_turn(row) for row in self._db.execute(query)]

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


def _last(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _clean(text: str) -> str:
    """Without halves of surrogate pairs, which a window may hand over and no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone()


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _values(turn: Turn) -> tuple[object, ...]:
    """In the order of _COLUMNS."""
    chunks = tuple(dataclasses.replace(chunk, text=_clean(chunk.text)) for chunk in turn.chunks)
    question = _clean(turn.question)
    return (
        turn.conversation,
        _stamp(turn.asked),
        turn.origin,
        turn.state,
        question,
        turn.question_language,
        _clean(turn.misheard),
        turn.reply_language,
        turn.wanted_language,
        _json(chunks),
        turn.heard_seconds,
        _clean(turn.problem),
        _json(turn.stats),
        _json(turn.waterfall),
        fold(f"{question}\n{_clean(turn.reply)}"),
    )


def _turn(row: sqlite3.Row) -> Turn:
    return Turn(
        id=row["id"],
        conversation=row["conversation"],
        asked=_time(row["asked"]),
        origin=row["origin"],
        state=row["state"],
        question=row["question"],
        question_language=row["question_language"],
        misheard=row["misheard"],
        reply_language=row["reply_language"],
        wanted_language=row["wanted_language"],
        chunks=_decoded(row["chunks"], tuple[Chunk, ...]) or (),
        heard_seconds=row["heard_seconds"],
        problem=row["problem"],
        stats=_decoded(row["stats"], TurnStats),
        waterfall=_decoded(row["waterfall"], Waterfall),
    )


def _decoded(text: str | None, kind: type[_Decoded]) -> _Decoded | None:
    """None also for what cannot be understood: a turn without its figures is better than none."""
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError:
        return None
