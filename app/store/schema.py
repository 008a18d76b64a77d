"""The database file of conversations: its tables, their versions, and what happens to a damaged file.

`user_version` counts the migrations that have been applied. Knows nothing of turns as values.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from cslm_core.errors import CslmError
from cslm_core.files import set_aside

__all__ = ["VERSION", "NewerDatabaseError", "open_damaged", "open_database", "open_memory", "set_database_aside"]

_MIGRATIONS: Final[tuple[str, ...]] = (
    # 1: conversations, their turns, the pieces of sound
    """
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        title_folded TEXT NOT NULL,
        created TEXT NOT NULL,
        updated TEXT NOT NULL
    );
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
        asked TEXT NOT NULL,
        origin TEXT NOT NULL,
        state TEXT NOT NULL,
        question TEXT NOT NULL,
        question_language TEXT NOT NULL,
        misheard TEXT NOT NULL,
        reply_language TEXT NOT NULL,
        wanted_language TEXT NOT NULL,
        chunks TEXT NOT NULL,
        heard_seconds REAL,
        problem TEXT NOT NULL,
        stats TEXT,
        waterfall TEXT,
        folded TEXT NOT NULL
    );
    CREATE INDEX turns_of_conversation ON turns (conversation);
    CREATE TABLE sounds (
        id INTEGER PRIMARY KEY,
        turn INTEGER NOT NULL REFERENCES turns(id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        flac BLOB NOT NULL
    );
    CREATE INDEX sounds_of_turn ON sounds (turn, kind);
    """,
)
VERSION: Final = len(_MIGRATIONS)

_BUSY_SECONDS: Final = 5.0


class NewerDatabaseError(CslmError):
    """The file was written by a newer version of the program; it must stay as it is."""


def open_memory() -> sqlite3.Connection:
    """A database that is never on the disk (not even its temporary files)."""
    return _prepare(_connect(":memory:"))


def open_database(path: Path) -> sqlite3.Connection:
    """Open or make the file, brought up to date.

    Raises sqlite3.DatabaseError when it is damaged or cannot be used, NewerDatabaseError when it must not be touched.
    Only the tables of texts are checked: reading through hours of sound would keep the user waiting.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    connection = _connect(str(path))
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise NewerDatabaseError(
                f"The conversations in {path} are of a newer version of the program and stay as they are; "
                "until you update it, new conversations are kept only while it runs."
            )
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # heeded while the file is empty
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _prepare(connection)
        for table in ("conversations", "turns"):
            found = connection.execute(f"PRAGMA quick_check('{table}')").fetchone()
            if found[0] != "ok":
                raise sqlite3.DatabaseError(f"{table}: {found[0]}")
    except UnicodeDecodeError as error:  # a message about damage that quotes what is damaged
        connection.close()
        raise sqlite3.DatabaseError("damaged") from error
    except BaseException:
        connection.close()
        raise
    return connection


def open_damaged(path: Path) -> sqlite3.Connection:
    """Open a file that is set aside to read from it what can be read. Raises sqlite3.Error."""
    return _connect(str(path))


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.text_factory = _text
    return connection


def _text(data: bytes) -> str:
    """A damaged letter costs only itself."""
    return data.decode("utf-8", "replace")


def _prepare(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what the user deletes is gone from the file, too
    connection.execute("PRAGMA temp_store = MEMORY")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
        # In one transaction with its number, so that a crash leaves the step done or not begun.
        connection.executescript(f"BEGIN IMMEDIATE;{script};PRAGMA user_version = {number};COMMIT;")
    return connection


def set_database_aside(path: Path, at: datetime) -> Path:
    """Rename a damaged database, and what belongs to it, so that a new one can be made. Raises OSError."""
    target = set_aside(path, at)
    for ending in ("-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(target.with_name(target.name + ending))
    return target
