"""A PulseAudio server, or PipeWire in its place: what it has, where it plays our streams, and how to move one.

The thin layer above libpulse: whatever that says or lacks is one error, `UnreachableError`. Knows nothing of PortAudio,
of threads, and of which device anybody wants.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final, Protocol

from app.audio.events import DeviceKind

__all__ = ["Connect", "Endpoint", "Picture", "Server", "Stream", "UnreachableError", "connect"]

_NOWHERE: Final = 0xFFFFFFFF
"""What the server says for "none"."""

_DUMMY: Final = "auto_null"
"""The sink that a server makes when there is no other: nobody hears it."""


class UnreachableError(Exception):
    """There is no server, none that answers, or no library to ask it with; for the log."""

    def __init__(self, reason: object, *, ever: bool = True) -> None:
        super().__init__(str(reason))
        self.ever = ever
        """Whether it is worth asking again."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A sink or a source; no monitor, and nothing that stands for none."""

    kind: DeviceKind
    index: int
    name: str
    """The server's own name of it; of a Bluetooth headset it may be another one after a switch of its profile."""
    title: str
    """For people."""
    rate: int
    channels: int
    hardware: str = ""
    """What PortAudio calls its sound card; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One of this process."""

    kind: DeviceKind
    index: int
    at: int
    """The index of its sink or source, which may be a monitor or nothing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A server at one moment."""

    endpoints: tuple[Endpoint, ...] = ()
    defaults: dict[DeviceKind, str] = field(default_factory=dict)
    """The names of the default sink and of the default source, which may be a monitor."""
    streams: tuple[Stream, ...] = ()


class Server(Protocol):
    """A connection. For one thread, but for `wake`. Whatever fails raises UnreachableError."""

    def look(self) -> Picture: ...

    def move(self, stream: Stream, endpoint: Endpoint) -> None:
        """Let it go on there. One that has ended, or must not be moved, stays where it is."""

    def wait(self, seconds: float) -> bool:
        """Sleep until something has changed since the last look (True), `wake` is called, or for so long."""

    def wake(self) -> None:
        """End `wait`; one that is only about to begin may miss it."""

    def close(self) -> None: ...


Connect = Callable[[], Server]
"""Raises UnreachableError."""


def connect() -> Server:
    """The server that libpulse finds; none is started. One that does not answer is waited for: half a minute."""
    try:
        import pulsectl
    except Exception as error:  # libpulse is loaded meanwhile, which fails in ways of its own
        raise UnreachableError(error, ever=False) from error
    try:
        connection = pulsectl.Pulse("CSLM", connect=False)
        try:
            connection.connect()  # its own time-out is always waited for to the end; libpulse gives up after a while
            return _LibPulse(pulsectl, connection)
        except Exception:
            connection.close()
            raise
    except Exception as error:
        raise UnreachableError(error) from error


class _LibPulse:
    def __init__(self, library: ModuleType, connection: Any) -> None:
        self._library = library
        self._connection = connection
        self._changed = False
        connection.event_mask_set("sink", "source", "sink_input", "source_output", "server")
        connection.event_callback_set(self._noticed)

    def _noticed(self, event: object) -> None:
        self._changed = True
        raise self._library.PulseLoopStop

    def look(self) -> Picture:
        self._changed = False
        ask = self._connection
        try:
            info = ask.server_info()
            endpoints = [_endpoint("loudspeaker", entry) for entry in ask.sink_list() if entry.name != _DUMMY]
            endpoints += [_endpoint("microphone", entry) for entry in ask.source_list() if not _monitor(entry)]
            streams = [_stream("loudspeaker", entry, entry.sink) for entry in _ours(ask.sink_input_list())]
            streams += [_stream("microphone", entry, entry.source) for entry in _ours(ask.source_output_list())]
        except Exception as error:  # its own, those of ctypes, and texts that are not UTF-8
            raise UnreachableError(error) from error
        defaults: dict[DeviceKind, str] = {
            "loudspeaker": str(info.default_sink_name),
            "microphone": str(info.default_source_name),
        }
        return Picture(tuple(endpoints), defaults, tuple(streams))

    def move(self, stream: Stream, endpoint: Endpoint) -> None:
        connection = self._connection
        move = connection.sink_input_move if stream.kind == "loudspeaker" else connection.source_output_move
        try:
            move(stream.index, endpoint.index)
        except self._library.PulseOperationFailed:
            return
        except Exception as error:
            raise UnreachableError(error) from error

    def wait(self, seconds: float) -> bool:
        if not self._changed:
            try:
                self._connection.event_listen(seconds)
            except Exception as error:
                raise UnreachableError(error) from error
        return self._changed

    def wake(self) -> None:
        self._connection.event_listen_stop()

    def close(self) -> None:
        self._connection.close()


def _monitor(source: Any) -> bool:
    """Whether it hears what a sink plays."""
    return bool(source.monitor_of_sink != _NOWHERE) or source.proplist.get("device.class") == "monitor"


def _endpoint(kind: DeviceKind, entry: Any) -> Endpoint:
    title = str(entry.description or entry.name)
    rate, channels = int(entry.sample_spec.rate), int(entry.sample_spec.channels)
    return Endpoint(kind, int(entry.index), str(entry.name), title, rate, channels, _hardware(entry.proplist))


def _hardware(properties: dict[str, str]) -> str:
    values = [properties.get(f"alsa.{key}") for key in ("card_name", "name", "card", "device")]
    return "" if None in values else "{}: {} (hw:{},{})".format(*values)


def _ours(entries: Iterable[Any]) -> list[Any]:
    process = str(os.getpid())
    return [entry for entry in entries if entry.proplist.get("application.process.id") == process]


def _stream(kind: DeviceKind, entry: Any, at: int) -> Stream:
    return Stream(kind, int(entry.index), int(at))
