"""What is being played of which turn: one stream of the room at a time, and the word that is heard of it.

For the session's thread. Knows nothing of where the sound comes from and of what follows it.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.audio.room import Room
from app.session.notices import Notice, WordSpoken
from app.session.words import speaking_seconds, word_at
from app.store.model import Chunk
from cslm_core.audio import SPEAK_RATE, Pcm

__all__ = ["Player"]

_STUCK_SECONDS: Final = 8.0
"""A room without a loudspeaker gives up a stream itself; this is for one that does not."""


@dataclass
class _Stream:
    number: int
    turn: int
    base: float
    """Where in the turn's sound the stream begins, in seconds."""
    chunks: Sequence[Chunk]
    seconds: float = 0.0
    ended: bool = False
    at: float = 0.0
    """The position that was seen last, and when it was another one."""
    moved: float = 0.0


class Player:
    """The loudspeaker, as a session uses it."""

    def __init__(self, room: Room, observer: Callable[[Notice], None], clock: Callable[[], float] = time.monotonic):
        self._room = room
        self._observer = observer
        self._clock = clock
        self._numbers = itertools.count(1)
        self._stream: _Stream | None = None
        self._held = False
        self._waiting: list[Pcm] = []
        """Sound that came while it was held: a stream that begins meanwhile must not be heard."""
        self._word: tuple[int, int, int] | None = None

    @property
    def playing(self) -> bool:
        """Whether there is a stream: it was begun, and neither stopped nor heard to its end."""
        return self._stream is not None

    def begin(self, turn: int, chunks: Sequence[Chunk] = (), base: float = 0.0) -> None:
        """A new stream: sound of `turn` from `base` seconds on; words are shown by `chunks` (none: no words)."""
        self._forget()
        self._stream = _Stream(next(self._numbers), turn, base, chunks, moved=self._clock())

    def add(self, pcm24k: Pcm) -> None:
        """More sound (n,)."""
        if self._stream is not None and pcm24k.size:
            self._stream.seconds += pcm24k.size / SPEAK_RATE
            if self._held:
                self._waiting.append(pcm24k)
            else:
                self._room.play(self._stream.number, pcm24k)

    def end(self) -> None:
        """No more sound follows."""
        if self._stream is not None:
            self._stream.ended = True
            if not self._held:
                self._room.end(self._stream.number)

    def show(self, chunks: Sequence[Chunk]) -> None:
        """The chunks have grown."""
        if self._stream is not None:
            self._stream.chunks = chunks

    def hold(self) -> None:
        """Silence at once; what is queued stays."""
        self._held = True
        self._room.pause()

    def release(self) -> None:
        """Go on where it was held."""
        if not self._held:
            return
        self._held = False
        self._room.resume()
        waiting, self._waiting = self._waiting, []
        if self._stream is None:
            return
        self._stream.moved = self._clock()
        for pcm in waiting:
            self._room.play(self._stream.number, pcm)
        if self._stream.ended:
            self._room.end(self._stream.number)

    def stop(self) -> float | None:
        """Silence at once. How much of the turn's sound was heard, in seconds; None if nothing was playing."""
        stream = self._stream
        heard = self._room.stop()
        self._forget()
        self.release()
        if stream is None:
            return None
        # the room forgets a stream that was heard to its end, of which nobody has been told here yet
        return stream.base + min(max(heard, stream.at), stream.seconds)

    def owns(self, number: int) -> bool:
        """Whether this stream is the one that is played."""
        return self._stream is not None and self._stream.number == number

    def finished(self) -> None:
        """It has been heard to its end."""
        self._forget()

    def stuck(self) -> bool:
        """Whether an ended stream has not moved for long, so that nobody will hear its end (no loudspeaker)."""
        stream = self._stream
        if stream is None or self._held or not stream.ended:
            return False
        return self._clock() - stream.moved > _STUCK_SECONDS

    def look(self) -> None:
        """Tell the word that is being heard, if it is another one than before."""
        stream = self._stream
        if stream is None or self._held:
            return
        position = self._room.position()
        if position != stream.at:
            stream.at, stream.moved = position, self._clock()
        if position > 0 or stream.base > 0:
            self._tell(stream, stream.base + position)

    def _tell(self, stream: _Stream, position: float) -> None:
        for number, chunk in enumerate(stream.chunks):
            growing = not stream.ended and number + 1 == sum(other.seconds > 0 for other in stream.chunks)
            if chunk.seconds <= 0 or not chunk.start <= position < chunk.start + chunk.seconds:
                continue
            seconds = max(chunk.seconds, speaking_seconds(chunk.text)) if growing else chunk.seconds
            word = word_at(chunk.text, seconds, position - chunk.start)
            spoken = None if word is None else (stream.turn, number, word)
            if spoken is not None and spoken != self._word:
                self._word = spoken
                self._observer(WordSpoken(*spoken))
            return

    def _forget(self) -> None:
        if self._word is not None:
            self._observer(WordSpoken(self._word[0], self._word[1], None))
        self._word = None
        self._stream = None
        self._waiting.clear()
