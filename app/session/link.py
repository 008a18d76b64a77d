"""The engine as a session uses it: one turn at a time, the history it should have, and whether it still lives.

For the session's thread. Knows nothing of devices, the store and the window.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.session.live import Question
from app.settings.model import Conversing
from cslm_core.audio import Pcm
from cslm_core.engine.client import EngineClient
from cslm_core.engine.turn import ListeningTurn, Turn
from cslm_core.errors import EngineError
from cslm_core.events import AUTO, Exchange, Pong

__all__ = ["EngineLink"]

_PING_EVERY: Final = 5.0
_PATIENCE: Final = 20.0
"""Seconds without an answer to a ping until the engine counts as hung; a loaded machine may take some."""
_BUSY_PATIENCE: Final = 60.0
"""Seconds of work without a sign of life."""


class EngineLink:
    """What goes wrong with the process comes as an event (EngineFailed), whoever notices it first."""

    def __init__(self, client: EngineClient) -> None:
        self.stale = True
        """Whether the engine remembers something else than it should; `recall` mends it."""
        self._client = client
        self._turn: Turn | None = None
        self._folder: Path | None = None
        self._pinged: float | None = None
        self._answered = 0.0
        self._busy = 0.0

    # packs

    @property
    def folder(self) -> Path | None:
        """The pack that was loaded last."""
        return self._folder

    def start(self) -> None:
        """Start the process, so that it is there when a pack is to be loaded. Raises EngineError."""
        self._client.start()

    def load(self, folder: Path, threads: int) -> None:
        """Begin to load a pack, in a new process if there is none. Raises EngineError."""
        self._folder = folder
        self._turn = None
        self.stale = True
        self._pinged = None
        self._client.start()
        self._client.begin_load(folder, threads=threads or None)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._turn = None
        self._client.close(patience=0.2)

    def close(self) -> None:
        """End the process in good order."""
        self._client.close()

    # turns

    def is_current(self, number: int) -> bool:
        """Whether an event with this number is of the turn that is open."""
        return self._turn is not None and self._turn.number == number

    def listen(self, settings: Conversing) -> None:
        """A spoken question begins. Raises EngineError."""
        self._turn = self._client.listen(
            language=settings.input_language,
            reply_language=settings.reply_language,
            temperature=settings.temperature,
            speak=settings.speak_replies,
        )

    def push(self, pcm16k: Pcm) -> None:
        """More of it."""
        if isinstance(self._turn, ListeningTurn):
            with contextlib.suppress(EngineError):
                self._turn.push(pcm16k)

    def finish(self) -> None:
        """It is over."""
        if isinstance(self._turn, ListeningTurn):
            with contextlib.suppress(EngineError):
                self._turn.finish()

    def ask(self, question: Question, settings: Conversing) -> None:
        """A whole question. Raises EngineError."""
        self._turn = self._client.ask(
            question.content,
            language=question.language or AUTO,
            reply_language=question.reply_language or AUTO,
            temperature=settings.temperature,
            seed=question.seed,
            speak=settings.speak_replies,
        )

    def pause(self) -> None:
        if self._turn is not None:
            self._turn.pause()

    def go_on(self) -> None:
        if self._turn is not None:
            self._turn.go_on()

    def cancel(self, played: float | None = None) -> None:
        """End the turn; `played` seconds of its reply were heard, and only that is remembered (None: leave it)."""
        turn, self._turn = self._turn, None
        if turn is None:
            return
        turn.cancel()
        if played is not None:
            with contextlib.suppress(EngineError):
                turn.played(played)

    def forget_turn(self) -> None:
        """The turn is over and all of it was heard."""
        self._turn = None

    def recall(self, past: Sequence[Exchange]) -> None:
        """Make this the engine's history. Raises EngineError."""
        self._turn = None
        self._client.recall(past)
        self.stale = False

    # signs of life

    def look(self, now: float) -> bool:
        """Ask for a sign of life now and then; whether the engine seems to hang."""
        if not self._client.running:
            self._pinged = None
            return False
        if self._pinged is None or (self._answered >= self._pinged and now - self._pinged > _PING_EVERY):
            self._pinged = now
            with contextlib.suppress(EngineError):
                self._client.ping()
        silent = self._answered < self._pinged and now - self._pinged > _PATIENCE
        return silent or self._busy > _BUSY_PATIENCE

    def answered(self, pong: Pong, now: float) -> None:
        """A sign of life."""
        self._answered = now
        self._busy = pong.busy
