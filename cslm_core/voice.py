"""Speaking a reply while it is still being generated: the speech decoder in a thread of its own.

Units go in one by one, sound comes out as soon as it is certain; the queue between is bounded, so that the LM waits
when the decoder falls behind. Knows nothing of the LM, of text or of how sound is played.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Final, NamedTuple

from cslm_core.components import DecoderStream, Pcm, SpeechDecoder

__all__ = ["Sound", "Voice"]

_CAPACITY: Final = 96
"""Units that may wait: about 7 s of speech."""
_BITE: Final = 8
"""Units that are decoded at a time when more are waiting; a stop takes effect in between."""
_POLL_SECONDS: Final = 0.02


class Sound(NamedTuple):
    """Samples (n,) of 24 kHz that follow those before them; `chunk` is the newest chunk whose units went in."""

    chunk: int
    pcm: Pcm
    starts: tuple[tuple[int, int], ...] = ()
    """(chunk, sample) of each chunk whose first unit begins in these samples."""
    first_mel: float | None = None
    """As the decoder's stream has it."""


class Voice:
    """The speech of one reply. Use it in one thread; `close` always."""

    def __init__(self, decoder: Callable[[], SpeechDecoder], seed: int, stop: threading.Event) -> None:
        """`decoder` is asked for when the first unit comes: which language is spoken may not be known before."""
        self.busy = 0.0
        """Seconds the decoder has worked."""
        self._stop = stop
        self._closed = threading.Event()
        self._in: queue.Queue[tuple[int, int] | None] = queue.Queue(_CAPACITY)
        self._out: queue.SimpleQueue[Sound | None] = queue.SimpleQueue()
        self._given = 0
        self._sent = 0
        self._firsts: list[tuple[int, int]] = []
        """(chunk, unit) of each chunk whose sound has not begun: the number of its first unit."""
        self._work: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(decoder, seed), name="voice")
        self._thread.start()

    def say(self, chunk: int, unit: int) -> Iterator[Sound]:
        """Speak one more unit; gives the sound that is ready. Waits for the decoder when too much lies before it."""
        yield from self._give((chunk, unit))

    def finish(self) -> Iterator[Sound]:
        """No unit follows: the rest of the sound, as it gets ready."""
        yield from self._give(None)
        while not self._stop.is_set():
            try:
                sound = self._out.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if sound is None:
                break
            yield sound
        if not self._stop.is_set():
            self._work.result()

    def ready(self) -> Iterator[Sound]:
        """The sound that is there already."""
        while True:
            try:
                sound = self._out.get_nowait()
            except queue.Empty:
                return
            if sound is None:  # the decoder has failed: it was not told to finish yet
                self._work.result()
                return
            yield sound

    def close(self) -> None:
        """Stop, and wait until the decoder has stopped (at most one bite)."""
        self._closed.set()
        # A chat that was dropped in the middle of a turn is collected in whatever thread runs, perhaps this very one.
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _give(self, item: tuple[int, int] | None) -> Iterator[Sound]:
        while not self._stop.is_set():
            try:
                self._in.put(item, timeout=_POLL_SECONDS)
            except queue.Full:
                if self._work.done():
                    self._work.result()
                    return
                yield from self.ready()
            else:
                break
        if item is not None:
            yield from self.ready()

    def _run(self, decoder: Callable[[], SpeechDecoder], seed: int) -> None:
        try:
            self._decode(decoder, seed)
        except BaseException as error:  # noqa: BLE001 - raised again where the sound is asked for
            self._work.set_exception(error)
        else:
            self._work.set_result(None)
        finally:
            self._out.put(None)

    def _decode(self, decoder: Callable[[], SpeechDecoder], seed: int) -> None:
        stream: DecoderStream | None = None
        chunk, more = 0, True
        while more:
            bite = self._bite()
            if bite is None:
                return
            stream = stream or decoder().stream(seed)
            more = bite[-1] is not None
            items = [item for item in bite if item is not None]
            units = [unit for _, unit in items]
            start = time.perf_counter()
            pieces = []
            if units:
                self._note(items, -1 if self._given == 0 else chunk)
                chunk = max(chunk, *(number for number, _ in items))
                pieces.append(stream.push(units))
            if not more:
                pieces.append(stream.finish())
            self.busy += time.perf_counter() - start
            for pcm in pieces:
                if pcm.size:
                    self._out.put(Sound(chunk, pcm, self._starts(stream, pcm.size), stream.first_mel))

    def _note(self, items: list[tuple[int, int]], newest: int) -> None:
        """Remember the first unit of every chunk that is newer than `newest`."""
        for chunk, _ in items:
            if chunk > newest:
                self._firsts.append((chunk, self._given))
                newest = chunk
            self._given += 1

    def _starts(self, stream: DecoderStream, size: int) -> tuple[tuple[int, int], ...]:
        """The chunks that begin in the next `size` samples."""
        starts: list[tuple[int, int]] = []
        while self._firsts:
            chunk, unit = self._firsts[0]
            if unit >= len(stream.begins) or stream.begins[unit] >= self._sent + size:
                break
            starts.append((chunk, stream.begins[unit] - self._sent))
            del self._firsts[0]
        self._sent += size
        return tuple(starts)

    def _bite(self) -> list[tuple[int, int] | None] | None:
        """What is waiting, at most a bite of it; it ends with None when nothing follows. None when to stop."""
        while True:
            # A program that ends in the middle of a reply is not kept from ending.
            if self._stop.is_set() or self._closed.is_set() or not threading.main_thread().is_alive():
                return None
            try:
                bite = [self._in.get(timeout=_POLL_SECONDS)]
                break
            except queue.Empty:
                continue
        while bite[-1] is not None and len(bite) < _BITE:
            try:
                bite.append(self._in.get_nowait())
            except queue.Empty:
                break
        return bite
