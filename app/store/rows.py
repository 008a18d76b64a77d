"""Turns as rows of the database and back.

What cannot be understood in a row costs only itself: a damaged time or figure must not take the texts along. Knows
nothing of queries.
"""

from __future__ import annotations

import dataclasses
import sqlite3
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, get_args

import msgspec

from app.store.model import Chunk, Origin, Turn, TurnState, Waterfall
from cslm_core.events import TurnStats

__all__ = ["COLUMNS", "clean", "fold", "stamp_of", "time_of", "turn_of", "values_of"]

_Decoded = TypeVar("_Decoded")

COLUMNS: Final = (
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


def clean(text: str) -> str:
    """Without halves of surrogate pairs, which a window may hand over and no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def stamp_of(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def time_of(stamp: object) -> datetime:
    """The beginning of 1970 if it is no time."""
    try:
        return datetime.fromisoformat(str(stamp)).astimezone()
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC).astimezone()


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def values_of(turn: Turn) -> tuple[object, ...]:
    """In the order of COLUMNS."""
    chunks = tuple(dataclasses.replace(chunk, text=clean(chunk.text)) for chunk in turn.chunks)
    question = clean(turn.question)
    return (
        turn.conversation,
        stamp_of(turn.asked),
        turn.origin,
        turn.state,
        question,
        turn.question_language,
        clean(turn.misheard),
        turn.reply_language,
        turn.wanted_language,
        _json(chunks),
        turn.heard_seconds,
        clean(turn.problem),
        _json(turn.stats),
        _json(turn.waterfall),
        fold(f"{question}\n{clean(turn.reply)}"),
    )


def turn_of(row: sqlite3.Row) -> Turn:
    heard = row["heard_seconds"]
    return Turn(
        id=row["id"],
        conversation=row["conversation"],
        asked=time_of(row["asked"]),
        origin=_one_of(row["origin"], get_args(Origin), "typed"),
        state=_one_of(row["state"], get_args(TurnState), "done"),
        question=str(row["question"]),
        question_language=str(row["question_language"]),
        misheard=str(row["misheard"]),
        reply_language=str(row["reply_language"]),
        wanted_language=str(row["wanted_language"]),
        chunks=_decoded(row["chunks"], tuple[Chunk, ...]) or (),
        heard_seconds=heard if isinstance(heard, float) else None,
        problem=str(row["problem"]),
        stats=_decoded(row["stats"], TurnStats),
        waterfall=_decoded(row["waterfall"], Waterfall),
    )


def _one_of(value: object, choices: tuple[Any, ...], otherwise: Any) -> Any:
    return value if value in choices else otherwise


def _decoded(text: object, kind: type[_Decoded]) -> _Decoded | None:
    """None also for what cannot be understood: a turn without its figures is better than none."""
    if not isinstance(text, str):
        return None
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeError):
        return None
