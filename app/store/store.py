"""The conversations of a user, kept as they grow: on the disk (SQLite), private ones in memory only.

Every call is its own transaction: what was saved stays whatever happens next. Methods may be called from any thread.
Ids of private conversations and of their turns are negative. Knows nothing of windows, devices and the engine.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from app.store.export import ExportFormat, export_conversation
from app.store.model import Conversation, Origin, Turn, TurnState
from app.store.rescue import rescue
from app.store.schema import NewerDatabaseError, open_database, open_memory, set_database_aside
from app.store.shelf import Shelf
from app.store.sounds import Sound, decode_pieces, encode_piece
from cslm_core.audio import Pcm
from cslm_core.errors import CslmError

__all__ = ["ExportFormat", "Sound", "SoundKind", "Store"]

SoundKind = Literal["question", "reply"]


def _local_now() -> datetime:
    return datetime.now().astimezone()


class Store:
    """Opened by `__init__`, which never fails: `problem` says in a sentence what is wrong with the file, if anything.

    Methods that write raise CslmError when the system refuses (full disk); what was asked for by an id that does not
    exist (any more) is None, empty or left out where that is said, and a CslmError elsewhere.
    """

    def __init__(self, path: Path | None, *, now: Callable[[], datetime] = _local_now) -> None:
        """`path` is the database, made if it does not exist; None keeps everything in memory, as private."""
        self.problem = ""
        self._path = path
        self._now = now
        self._lock = threading.RLock()
        self._memory = Shelf(open_memory(), now, private=True)
        self._disk: Shelf | None = None
        if path is not None:
            with self._lock:
                self._disk = self._open(path)

    def _open(self, path: Path) -> Shelf | None:
        marker = _marker(path)
        try:
            if not (marker.exists() and path.exists()):
                return self._shelf(path)
        except NewerDatabaseError as error:
            self.problem = str(error)
            return None
        except OSError as error:
            self.problem = _unusable(path, error.strerror or "the system refused it")
            return None
        except sqlite3.OperationalError as error:  # locked, read-only, no space: nothing is wrong with what is in it
            self.problem = _unusable(path, str(error))
            return None
        except sqlite3.DatabaseError:
            pass
        try:
            aside = set_database_aside(path, self._now())
            marker.unlink(missing_ok=True)
            shelf = self._shelf(path)
        except (OSError, sqlite3.Error) as error:
            self.problem = _unusable(path, str(error))
            return None
        found = rescue(aside, shelf)
        self.problem = (
            f"The file of the conversations was damaged and has been set aside as {aside}; "
            f"{found.turns} questions in {found.conversations} conversations could be read and are kept."
        )
        return shelf

    def _shelf(self, path: Path) -> Shelf:
        shelf = Shelf(open_database(path), self._now, private=False)
        try:
            shelf.end_unfinished()
        except BaseException:
            shelf.close()
            raise
        return shelf

    def close(self) -> None:
        """Nothing may be asked afterwards; private conversations are gone."""
        with self._lock:
            self._memory.close()
            if self._disk is not None:
                self._disk.close()
                self._disk = None

    # conversations

    def create(self, title: str = "", private: bool = False) -> Conversation:
        """A new conversation. Without a title it is called by its first question, as soon as there is one."""
        with self._using() as (disk, memory):
            shelf = memory if private or disk is None else disk
            made = shelf.conversation(shelf.create(title.strip()))
        assert made is not None
        return made

    def conversations(self, search: str = "") -> list[Conversation]:
        """Those in whose title, questions or replies every word of `search` occurs; the last changed first."""
        with self._using() as (disk, memory):
            found = memory.conversations(search) + (disk.conversations(search) if disk is not None else [])
        return sorted(found, key=lambda conversation: conversation.updated, reverse=True)

    def conversation(self, conversation: int) -> Conversation:
        with self._of(conversation) as shelf:
            found = None if shelf is None else shelf.conversation(conversation)
        if found is None:
            raise CslmError("This conversation does not exist any more; choose another one.")
        return found

    def rename(self, conversation: int, title: str) -> Conversation:
        """An empty title lets the first question be the title again."""
        with self._of(conversation) as shelf:
            if shelf is not None:
                shelf.rename(conversation, " ".join(title.split()))
            return self.conversation(conversation)

    def delete(self, conversation: int) -> None:
        """With its turns and sounds; none of that name is fine."""
        with self._of(conversation) as shelf:
            if shelf is not None:
                shelf.delete(conversation)

    # turns

    def new_turn(
        self,
        conversation: int,
        origin: Origin,
        *,
        state: TurnState | None = None,
        question: str = "",
        question_language: str = "",
        wanted_language: str = "",
    ) -> Turn:
        """A new last turn; without `state` a spoken one is being listened to, another one is being thought about."""
        turn = Turn(
            id=0,
            conversation=conversation,
            asked=self._now(),
            origin=origin,
            state=state or ("listening" if origin == "spoken" else "thinking"),
            question=question,
            question_language=question_language,
            wanted_language=wanted_language,
        )
        with self._of(conversation) as shelf:
            number = None if shelf is None else shelf.add_turn(turn)
        if number is None:
            raise CslmError("This conversation does not exist any more; begin a new one.")
        return dataclasses.replace(turn, id=number)

    def save(self, turn: Turn) -> bool:
        """Keep this value of the turn; False (and nothing kept) when the turn has been deleted meanwhile."""
        with self._of(turn.id) as shelf:
            return shelf is not None and shelf.save(turn)

    def turns(self, conversation: int) -> list[Turn]:
        """In the order in which they were asked; none when there is no such conversation."""
        with self._of(conversation) as shelf:
            return [] if shelf is None else shelf.turns(conversation)

    def turn(self, turn: int) -> Turn:
        with self._of(turn) as shelf:
            found = None if shelf is None else shelf.turn(turn)
        if found is None:
            raise CslmError("This turn does not exist any more; choose another one.")
        return found

    def delete_turn(self, turn: int) -> None:
        """With its sounds; none of that number is fine."""
        with self._of(turn) as shelf:
            if shelf is not None:
                shelf.delete_turn(turn)

    # sounds

    def add_sound(self, turn: int, kind: SoundKind, pcm: Pcm, rate: int) -> None:
        """Append mono float32 `pcm` (n,) to the sound of the question or reply. A deleted turn takes none."""
        if pcm.shape[0] == 0:
            return
        flac = encode_piece(pcm, rate)  # outside the lock: it takes the longest
        with self._of(turn) as shelf:
            if shelf is not None:
                shelf.add_sound(turn, kind, flac)

    def clear_sound(self, turn: int, kind: SoundKind) -> None:
        """Drop the sound of the question or reply (before it is generated anew)."""
        with self._of(turn) as shelf:
            if shelf is not None:
                shelf.clear_sound(turn, kind)

    def sound(self, turn: int, kind: SoundKind) -> Sound | None:
        """All of it, mono float32 (n,), and its rate; None when there is none or it cannot be read."""
        with self._of(turn) as shelf:
            pieces = [] if shelf is None else shelf.pieces(turn, kind)
        return decode_pieces(pieces)

    def corrected(self, languages: Collection[str] | None = None) -> list[Turn]:
        """Stored turns whose question was misheard and put right by the user, if its sound was kept.

        Only questions in one of `languages`, as the turn names them ("" is unknown); None: in any. Private ones never.
        """
        with self._using() as (disk, _):
            turns = [] if disk is None else disk.corrected()
        return [turn for turn in turns if languages is None or turn.question_language in languages]

    def corrections(self) -> list[tuple[Turn, Sound]]:
        """What `corrected` gives, each with the sound of its question."""
        sounds = ((turn, self.sound(turn.id, "question")) for turn in self.corrected())
        return [(turn, sound) for turn, sound in sounds if sound is not None]

    def export(self, conversation: int, folder_or_file: Path, format: ExportFormat) -> Path:
        """Write a conversation as a file; in a folder its name is made of the title. The path of what was written.

        Raises CslmError when there is nothing to write or the system refuses.
        """
        return export_conversation(
            self.conversation(conversation), self.turns(conversation), self.sound, folder_or_file, format
        )

    @contextlib.contextmanager
    def _using(self) -> Iterator[tuple[Shelf | None, Shelf]]:
        with self._lock:
            try:
                yield self._disk, self._memory
            except (sqlite3.Error, UnicodeDecodeError) as error:
                self._remember(error)
                raise CslmError(_refused(error)) from error

    def _remember(self, error: Exception) -> None:
        """Damage that opening does not see (in sounds, in an index): the next start sets the file aside."""
        name = getattr(error, "sqlite_errorname", "")
        if self._path is not None and (name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))):
            with contextlib.suppress(OSError):
                _marker(self._path).touch()

    @contextlib.contextmanager
    def _of(self, number: int) -> Iterator[Shelf | None]:
        """The shelf of a conversation or turn."""
        with self._using() as (disk, memory):
            yield memory if number < 0 else disk


def _marker(path: Path) -> Path:
    return path.with_name(path.name + "-damaged")


def _unusable(path: Path, reason: str) -> str:
    return f"The conversations in {path} cannot be used ({reason}); new ones are kept only while the program runs."


def _refused(error: Exception) -> str:
    reasons = {
        "SQLITE_FULL": "the disk is full; free some space",
        "SQLITE_READONLY": "the file may not be written to; check its permissions",
        "SQLITE_BUSY": "another program uses the file; close that",
        "SQLITE_CORRUPT": "the file is damaged; start the program again, it will set the file aside",
        "SQLITE_NOTADB": "the file is damaged; start the program again, it will set the file aside",
        "SQLITE_IOERR": "the disk does not answer; check it",
    }
    name = getattr(error, "sqlite_errorname", "")
    reason = next((text for key, text in reasons.items() if name.startswith(key)), f"{error}; start the program again")
    return f"The conversation could not be stored or read: {reason}."
