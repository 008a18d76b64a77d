"""What the window may ask of a session: its commands as a protocol, and a gate that keeps them until it is there.

The window stands before the session has been made; what the user asks for meanwhile is not lost. Main thread only.
Knows nothing of how a session does what it is told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.settings.model import Settings

__all__ = ["Commands", "SessionCommands"]


class SessionCommands(Protocol):
    """See `app/session/session.py`. Every method returns at once."""

    def open_pack(self, folder: Path) -> None: ...
    def no_pack(self, reason: str) -> None: ...
    def restart_engine(self) -> None: ...
    def new_conversation(self, private: bool = False) -> None: ...
    def open_conversation(self, conversation: int) -> None: ...
    def ask_text(self, text: str) -> None: ...
    def ask_file(self, path: Path) -> None: ...
    def stop(self) -> None: ...
    def set_muted(self, muted: bool) -> None: ...
    def toggle_muted(self) -> None: ...
    def press(self, down: bool) -> None: ...
    def correct(self, turn: int, text: str) -> None: ...
    def again(self, turn: int, reply_language: str = "auto") -> None: ...
    def replay(self, turn: int, chunk: int | None = None, word: int | None = None) -> None: ...
    def replay_question(self, turn: int) -> None: ...
    def delete_turn(self, turn: int) -> None: ...
    def apply(self, settings: Settings) -> None: ...


class Commands:
    """A SessionCommands that stands in for the session until `attach`, then hands everything through."""

    def __init__(self) -> None:
        self._session: SessionCommands | None = None
        self._waiting: deque[Callable[[SessionCommands], None]] = deque()

    def attach(self, session: SessionCommands) -> None:
        """From now on `session` gets the commands; first those that have waited, in order."""
        self._session = session
        while self._waiting:
            self._waiting.popleft()(session)

    def detach(self) -> None:
        """The session has been closed; what is asked from now on is lost."""
        self._session = None
        self._waiting.clear()

    def _do(self, command: Callable[[SessionCommands], None]) -> None:
        if self._session is None:
            self._waiting.append(command)
        else:
            command(self._session)

    def open_pack(self, folder: Path) -> None:
        self._do(lambda session: session.open_pack(folder))

    def no_pack(self, reason: str) -> None:
        self._do(lambda session: session.no_pack(reason))

    def restart_engine(self) -> None:
        self._do(lambda session: session.restart_engine())

    def new_conversation(self, private: bool = False) -> None:
        self._do(lambda session: session.new_conversation(private))

    def open_conversation(self, conversation: int) -> None:
        self._do(lambda session: session.open_conversation(conversation))

    def ask_text(self, text: str) -> None:
        self._do(lambda session: session.ask_text(text))

    def ask_file(self, path: Path) -> None:
        self._do(lambda session: session.ask_file(path))

    def stop(self) -> None:
        self._do(lambda session: session.stop())

    def set_muted(self, muted: bool) -> None:
        self._do(lambda session: session.set_muted(muted))

    def toggle_muted(self) -> None:
        self._do(lambda session: session.toggle_muted())

    def press(self, down: bool) -> None:
        self._do(lambda session: session.press(down))

    def correct(self, turn: int, text: str) -> None:
        self._do(lambda session: session.correct(turn, text))

    def again(self, turn: int, reply_language: str = "auto") -> None:
        self._do(lambda session: session.again(turn, reply_language))

    def replay(self, turn: int, chunk: int | None = None, word: int | None = None) -> None:
        self._do(lambda session: session.replay(turn, chunk, word))

    def replay_question(self, turn: int) -> None:
        self._do(lambda session: session.replay_question(turn))

    def delete_turn(self, turn: int) -> None:
        self._do(lambda session: session.delete_turn(turn))

    def apply(self, settings: Settings) -> None:
        self._do(lambda session: session.apply(settings))
