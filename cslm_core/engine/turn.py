"""A turn as the program sees it: its events as they come, and the end of it.

Knows nothing of pipes; the client puts in what arrives.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cslm_core.errors import EngineError
from cslm_core.events import Finish, Push, TurnDone, TurnEvent, TurnFailed, to_bytes

if TYPE_CHECKING:
    from cslm_core.engine.client import EngineClient

__all__ = ["ListeningTurn", "Turn", "is_last"]


def is_last(event: TurnEvent) -> bool:
    """Whether no event of the turn follows this one."""
    return isinstance(event, TurnDone | TurnFailed)


class Turn:
    """Iterate over it for its events; the last is TurnDone or TurnFailed. A crash of the engine raises EngineError."""

    def __init__(self, client: EngineClient, number: int) -> None:
        self.number = number
        self._client = client
        self._events: queue.SimpleQueue[TurnEvent | EngineError] = queue.SimpleQueue()
        self._over = False

    def __iter__(self) -> Iterator[TurnEvent]:
        return self

    def __next__(self) -> TurnEvent:
        return self.next()

    def next(self, timeout: float | None = None) -> TurnEvent:
        """The next event. Raises StopIteration after the last one, queue.Empty when `timeout` seconds have passed."""
        if self._over:
            raise StopIteration
        event = self._events.get(timeout=timeout)
        if isinstance(event, EngineError):
            self._over = True
            raise event
        self._over = is_last(event)
        return event

    def cancel(self) -> None:
        """Stop it: when this returns, no event of it comes any more but TurnFailed("cancelled")."""
        self._client.cancel(self.number)

    def pause(self) -> None:
        """Let it wait within one token, until `go_on` or `cancel`."""
        self._client.pause(self.number)

    def go_on(self) -> None:
        """Let it go on after `pause`."""
        self._client.go_on(self.number)

    def played(self, seconds: float) -> None:
        """Say how much of the reply was heard; the history keeps only that."""
        self._client.played(self.number, seconds)

    def put(self, event: TurnEvent | EngineError) -> None:
        """For the client."""
        self._events.put(event)


class ListeningTurn(Turn):
    """A question that is still being spoken."""

    def push(self, pcm16k: NDArray[np.float32]) -> None:
        """More of it: samples (n,) of 16 kHz in [-1, 1]."""
        self._client.send(Push(turn=self.number, pcm=to_bytes(pcm16k)))

    def finish(self) -> ListeningTurn:
        """The question is over; iterate for the reply."""
        self._client.send(Finish(turn=self.number))
        return self
