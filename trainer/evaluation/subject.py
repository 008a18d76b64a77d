"""The pack under test, in an engine process of its own, as a user's program meets it.

Times are taken here, on the asking side of the process: from the end of the question to the first text and sound that
arrive. Knows nothing of test sets and metrics.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import psutil
from numpy.typing import NDArray

from cslm_core.audio import LISTEN_RATE, SPEAK_RATE
from cslm_core.engine.client import EngineClient
from cslm_core.events import AUTO, Audio, Heard, Ready, TextDelta, TurnDone, TurnEvent, TurnFailed, TurnStats

__all__ = ["EngineSubject", "Reply", "Subject", "open_subject", "peak_memory"]

Pcm = NDArray[np.float32]

_BLOCK: Final = LISTEN_RATE // 10


@dataclass
class Reply:
    """What came back. Times are seconds after the end of the question; `failed` is the reason when nothing came."""

    heard: str = ""
    heard_language: str = ""
    text: str = ""
    pcm: Pcm = field(default_factory=lambda: np.zeros(0, np.float32))
    rate: int = SPEAK_RATE
    first_text: float | None = None
    first_sound: float | None = None
    done: float = 0.0
    stats: TurnStats | None = None
    failed: str | None = None

    @property
    def seconds(self) -> float:
        """How long the sound is."""
        return len(self.pcm) / self.rate

    @property
    def real_time_factor(self) -> float | None:
        """Seconds to the last event per second of sound."""
        return self.done / self.seconds if self.seconds else None


class Subject(Protocol):
    """What can be judged. Each question is a conversation of its own."""

    def transcribe(self, pcm16k: Pcm, /) -> Reply: ...

    def speak(self, text: str, language: str, /) -> Reply: ...

    def ask(self, pcm16k: Pcm, reply_language: str, /, *, paced: bool) -> Reply:
        """`paced`: the sound is given as fast as it would be spoken, so that times are those of a live question."""
        ...

    def memory(self) -> int | None:
        """The most memory in bytes that it has taken so far."""
        ...


class EngineSubject:
    """A pack that an engine process has loaded."""

    def __init__(self, client: EngineClient, ready: Ready, seed: int = 0, temperature: float | None = None) -> None:
        self.ready = ready
        self._client = client
        self._seed = seed
        self._temperature = temperature

    def transcribe(self, pcm16k: Pcm) -> Reply:
        """See `Subject`."""
        begin = time.perf_counter()
        return collect(self._client.transcribe(pcm16k), begin)

    def speak(self, text: str, language: str) -> Reply:
        """See `Subject`."""
        begin = time.perf_counter()
        return collect(self._client.speak(text, language, seed=self._seed), begin)

    def ask(self, pcm16k: Pcm, reply_language: str, *, paced: bool) -> Reply:
        """See `Subject`."""
        self._client.forget()
        if not paced:
            begin = time.perf_counter()
            turn = self._client.ask(
                pcm16k, reply_language=reply_language, temperature=self._temperature, seed=self._seed
            )
            return collect(turn, begin)
        listening = self._client.listen(reply_language=reply_language, temperature=self._temperature, seed=self._seed)
        for block in in_real_time(pcm16k):
            listening.push(block)
        begin = time.perf_counter()
        return collect(listening.finish(), begin)

    def memory(self) -> int | None:
        """See `Subject`."""
        return None if self._client.pid is None else peak_memory(self._client.pid)


@contextmanager
def open_subject(
    pack: Path, *, device: str = AUTO, threads: int | None = None, seed: int = 0, temperature: float | None = None
) -> Iterator[EngineSubject]:
    """An engine with the pack in it for the length of the block. Raises CslmError when the pack cannot be loaded."""
    with EngineClient() as client:
        ready = client.load(pack, device=device, threads=threads)
        yield EngineSubject(client, ready, seed, temperature)


def in_real_time(pcm16k: Pcm) -> Iterator[Pcm]:
    """Pieces of a tenth of a second, each given when it would have been spoken; ends when the question ends."""
    begin = time.perf_counter()
    for start in range(0, len(pcm16k), _BLOCK):
        block = pcm16k[start : start + _BLOCK]
        wait = begin + (start + len(block)) / LISTEN_RATE - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        yield block


def collect(events: Iterable[TurnEvent], begin: float) -> Reply:
    """Follow a turn to its end; `begin` is when (perf_counter) the question was over."""
    reply = Reply()
    sound: list[Pcm] = []
    for event in events:
        now = time.perf_counter() - begin
        match event:
            case Heard():
                reply.heard, reply.heard_language = event.text, event.language
            case TextDelta():
                reply.first_text = now if reply.first_text is None else reply.first_text
            case Audio():
                reply.first_sound = now if reply.first_sound is None else reply.first_sound
                reply.rate = event.rate
                sound.append(event.samples)
                reply.done = now
            case TurnDone():
                reply.text, reply.stats = event.text, event.stats
                reply.done = reply.done or now
            case TurnFailed():
                reply.failed = event.reason
            case _:
                pass
    if sound:
        reply.pcm = np.concatenate(sound)
    return reply


def peak_memory(pid: int) -> int | None:
    """The most resident memory in bytes that a process has had (not on Linux or Windows: that it has now)."""
    if sys.platform == "linux":
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return None
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        info = psutil.Process(pid).memory_info()
    except psutil.Error:
        return None
    return int(getattr(info, "peak_wset", info.rss))
