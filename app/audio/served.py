"""The devices of a sound server by their names, where one answers; PortAudio's own list where none does.

PortAudio knows one door to a server (`pulse`, `pipewire` or `default`). A line is opened through it, and the server is
asked to move the stream that has come of it to the device that is meant. What follows the default is left to the
server. Knows nothing of libpulse.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from typing import Final

from app.audio.events import DeviceKind
from app.audio.lines import Backend, Device, Line
from app.audio.portaudio import PortAudio
from app.audio.pulse import Endpoint, Picture, Stream
from app.audio.watch import Watch

__all__ = ["DOORS", "Served", "system_backend"]

DOORS: Final = ("pulse", "pipewire", "default")
"""What PortAudio calls the way to a server, the best one first."""
_PLACE_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 0.02
_GOING_SECONDS: Final = 1.0
"""After so long a stream that was to be moved is where the server says that it is."""


def system_backend() -> Backend:
    """What suits this system."""
    if sys.platform != "linux":
        return PortAudio()
    # where our streams were is not where those of every program that is written in Python are to be
    os.environ.setdefault("PULSE_PROP_application.id", "cslm")
    return Served(PortAudio(), Watch())


class Served:
    """A `Backend` above that of PortAudio."""

    def __init__(self, portaudio: Backend, watch: Watch) -> None:
        self._portaudio = portaudio
        self._watch = watch
        self._own: list[Device] | None = None
        """PortAudio's list, which is the same until the next scan; None: it has to be asked for."""
        self._listed = False
        self._seen: Picture | None = None
        """The picture that the last list was made of."""
        self._layout: tuple[Picture, dict[tuple[DeviceKind, int], Device]] = (Picture(), {})
        self._asked: set[DeviceKind] = set()
        """Of which kinds a stream was moved: the server remembers it for the next ones."""

    def now(self) -> float:
        return self._portaudio.now()

    def devices(self) -> list[Device]:
        self._listed = True
        self._seen = picture = self._watch.picture()
        own = self._own = self._own or self._portaudio.devices()
        if picture is None or not self._open_to(picture):
            return own
        devices = list(self._at(picture).values())
        names = {name for device in devices for name in (device.name, *device.also)}
        hidden = [device for device in own if device.name not in names and device.name not in DOORS]
        return devices + [_hidden(device) for device in hidden]

    def rescan(self) -> None:
        self._own = None
        self._layout = (Picture(), {})
        self._portaudio.rescan()

    def changed(self) -> bool:
        if not self._listed:
            return False
        other = self._watch.picture() is not self._seen
        return other or (not self.live() and self._portaudio.changed())

    def live(self) -> bool:
        picture = self._watch.picture()
        return picture is not None and self._open_to(picture)

    def open(self, device: Device) -> Line:
        picture = self._watch.picture()
        endpoint = None if picture is None else self._endpoint(picture, device)
        if picture is None or endpoint is None:
            return self._portaudio.open(device)
        before = {stream.index for stream in picture.streams}
        line = self._portaudio.open(device)
        line.place = place = _Place(self, line, before)
        place.settle(None if device.default else endpoint)
        return line

    def close(self) -> None:
        self._watch.close()
        self._portaudio.close()

    # --- what a line asks for its place ---

    def picture(self) -> Picture | None:
        """Never waits: a line is open."""
        return self._watch.picture()

    def at(self, picture: Picture, stream: Stream) -> Device | None:
        """The device by which a stream is heard."""
        return self._at(picture).get((stream.kind, stream.at))

    def default(self, kind: DeviceKind) -> Device | None:
        picture = self._watch.picture()
        devices = [] if picture is None else self._at(picture).values()
        return next((device for device in devices if device.kind == kind and device.default), None)

    def move(self, stream: Stream, device: Device, seconds: float = 0.0) -> bool:
        """Whether it was moved within so many seconds."""
        picture = self._watch.picture()
        endpoint = None if picture is None else self._endpoint(picture, device)
        if endpoint is None:
            return False
        self._asked.add(stream.kind)
        return self._watch.move(stream, endpoint, seconds)

    def look(self, seconds: float) -> bool:
        """Wait for a new picture."""
        return self._watch.look(seconds)

    def forget(self, kind: DeviceKind) -> bool:
        """Whether there was a wish of ours for that kind."""
        asked = kind in self._asked
        self._asked.discard(kind)
        return asked

    # --- names ---

    def _doors(self) -> dict[DeviceKind, Device]:
        found: dict[DeviceKind, Device] = {}
        for name in reversed(DOORS):
            found |= {device.kind: device for device in self._own or () if device.name == name}
        return found

    def _open_to(self, picture: Picture) -> bool:
        """Whether PortAudio has a door to everything that the server has; one that it has not may need a scan."""
        return {endpoint.kind for endpoint in picture.endpoints} <= self._doors().keys()

    def _at(self, picture: Picture) -> dict[tuple[DeviceKind, int], Device]:
        """The devices of a picture, by kind and the server's index."""
        if self._layout[0] is not picture:
            doors = self._doors()
            titles = Counter((endpoint.kind, endpoint.title) for endpoint in picture.endpoints)
            devices = {
                (endpoint.kind, endpoint.index): _device(
                    endpoint, picture, doors.get(endpoint.kind), titles[endpoint.kind, endpoint.title] > 1
                )
                for endpoint in picture.endpoints
            }
            self._layout = (picture, devices)
        return self._layout[1]

    def _endpoint(self, picture: Picture, device: Device) -> Endpoint | None:
        for endpoint in picture.endpoints:
            at = self._at(picture)[endpoint.kind, endpoint.index]
            if (at.kind, at.name) == (device.kind, device.name):
                return endpoint
        return None


class _Place:
    """The stream of one line. The plug-in makes a new one after a dropout, so it is looked for again and again."""

    def __init__(self, served: Served, line: Line, before: set[int]) -> None:
        self._served = served
        self._line = line
        self._before = before
        """Streams that were there before it was opened: not this one, as far as numbers are not given again."""
        self._stream = -1
        self._going: tuple[Device, float] | None = None

    def settle(self, endpoint: Endpoint | None) -> None:
        """Find it, and go to where it is to be before anything is heard; waits for the server, but not for long."""
        served = self._served
        end = served.now() + _PLACE_SECONDS
        while served.look(end - served.now()):
            self._stream = -1
            picture = served.picture()
            stream = None if picture is None else self._found(picture)
            if stream is not None and (stream.index not in self._before or served.now() > end - _PLACE_SECONDS / 2):
                if endpoint is not None and stream.at != endpoint.index:
                    served.move(stream, self._line.device, end - served.now())
                return
            time.sleep(_AGAIN_SECONDS)

    def where(self) -> Device | None:
        picture = self._served.picture()
        stream = None if picture is None else self._found(picture)
        if picture is None or stream is None:
            return self._line.device
        device = self._served.at(picture, stream)
        if self._going is not None:
            to, until = self._going
            if self._served.now() < until and (device is None or device.name != to.name):
                return to
            self._going = None
        return device

    def go(self, device: Device) -> None:
        picture = self._served.picture()
        stream = None if picture is None else self._found(picture)
        if stream is not None:
            self._going = (device, self._served.now() + _GOING_SECONDS)
            self._served.move(stream, device)

    def leave(self) -> None:
        """A move to the default is what makes a server forget where such a stream was wanted."""
        kind = self._line.device.kind
        if self._served.forget(kind) and (device := self._served.default(kind)) is not None:
            self.go(device)
            self._served.forget(kind)

    def _found(self, picture: Picture) -> Stream | None:
        ours = [stream for stream in picture.streams if stream.kind == self._line.device.kind]
        chosen = max(
            ours,
            key=lambda stream: (stream.index == self._stream, stream.index not in self._before, stream.index),
            default=None,
        )
        self._stream = -1 if chosen is None else chosen.index
        return chosen


def _device(endpoint: Endpoint, picture: Picture, door: Device | None, twin: bool) -> Device:
    """A `twin` has the name of the server behind its own, by which settings find it when the other one is gone, too."""
    full = f"{endpoint.title} ({endpoint.name})"
    also = tuple(name for name in (endpoint.title if twin else full, endpoint.name, endpoint.hardware) if name)
    return Device(
        endpoint.kind,
        full if twin else endpoint.title,
        endpoint.rate,
        endpoint.channels,
        endpoint.name == picture.defaults[endpoint.kind],
        -1 if door is None else door.index,
        also=also,
    )


def _hidden(device: Device) -> Device:
    return Device(device.kind, device.name, device.rate, device.channels, False, device.index, offered=False)
