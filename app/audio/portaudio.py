"""The system's devices through PortAudio: the thin layer that cannot be tested without them.

Knows nothing of what is heard and played: its callbacks copy into and out of a line's rings.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numpy.typing as npt

from app.audio.events import DeviceKind
from app.audio.hotplug import fingerprint
from app.audio.lines import Device, Line
from cslm_core.errors import AudioError

__all__ = ["PortAudio"]

_LOOK_SECONDS: Final = 1.0
_LATENCY: Final = 0.04
_BAD_RATE: Final = -9997
_BAD_CHANNELS: Final = -9998


class PortAudio:
    """A `Backend`. The library is loaded at the first use, which fails clearly where it is missing."""

    def __init__(self) -> None:
        self._library: ModuleType | None = None
        self._print = ""
        self._looked = float("-inf")

    def now(self) -> float:
        return time.monotonic()

    def devices(self) -> list[Device]:
        library = self._load()
        try:
            apis, everything = library.query_hostapis(), library.query_devices()
        except library.PortAudioError as error:
            raise _unusable(error) from error
        if not apis or not len(everything):
            raise AudioError("The system has no sound devices; plug one in or start the audio server.")
        api = _preferred(library, apis)
        devices: list[Device] = []
        for index in api["devices"]:
            entry = everything[index]
            for kind, channels, default in _sides(entry, api):
                rate = round(entry["default_samplerate"]) or 48_000
                devices.append(Device(kind, str(entry["name"]), rate, channels, index == default, index))
        return devices

    def rescan(self) -> None:
        library = self._load()
        self._print = fingerprint()
        with contextlib.suppress(library.PortAudioError):  # where it could not be initialised the last time
            library._terminate()
        try:
            library._initialize()
        except library.PortAudioError as error:
            # initialised again at the next scan; until then there are no devices
            raise _unusable(error) from error

    def changed(self) -> bool:
        now = self.now()
        if now - self._looked < _LOOK_SECONDS:
            return False
        self._looked = now
        return self._print != "" and fingerprint() != self._print

    def live(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing of it runs without a line."""

    def open(self, device: Device) -> Line:
        library = self._load()
        channels = min(device.channels, 2)
        try:
            return self._open(library, device, device.rate, channels)
        except library.PortAudioError as error:
            code = error.args[1] if len(error.args) > 1 else 0
            if code == _BAD_RATE and device.rate != 48_000:
                rate = 48_000
            elif code == _BAD_CHANNELS and channels == 2:
                rate, channels = device.rate, 1
            else:
                raise _cannot_open(device, error) from error
        try:
            return self._open(library, device, rate, channels)
        except library.PortAudioError as error:
            raise _cannot_open(device, error) from error

    def _open(self, library: ModuleType, device: Device, rate: int, channels: int) -> Line:
        line = Line(device, rate=rate, channels=channels, latency=_LATENCY)

        def finished() -> None:
            line.broken = True

        extra = None
        if sys.platform == "win32" and "WASAPI" in _api_name(library, device.index):
            extra = library.WasapiSettings(auto_convert=True)
        hearing = device.kind == "microphone"
        make = library.InputStream if hearing else library.OutputStream
        stream = make(
            samplerate=rate,
            device=device.index,
            channels=channels,
            dtype="float32",
            latency=_LATENCY,
            callback=_hear(line) if hearing else _give(line),
            finished_callback=finished,
            extra_settings=extra,
        )
        line.latency = float(stream.latency) or _LATENCY

        def close() -> None:
            try:
                stream.abort(ignore_errors=True)
            finally:
                stream.close(ignore_errors=True)

        line.attach(close)
        try:
            stream.start()
        except library.PortAudioError:
            line.close()
            raise
        return line

    def _load(self) -> ModuleType:
        if self._library is None:
            try:
                import sounddevice
            except OSError as error:
                raise AudioError("The PortAudio library is missing; install libportaudio2 and try again.") from error
            except ImportError as error:
                raise AudioError(
                    "The part of the program that opens sound devices is missing; install the program again."
                ) from error
            except Exception as error:  # it starts PortAudio while it is imported; the type of its error is not there
                raise _unusable(error) from error
            self._library = sounddevice
            self._print = fingerprint()
        return self._library


def _hear(line: Line) -> Callable[..., None]:
    def callback(data: npt.NDArray[Any], frames: int, time_info: Any, status: Any) -> None:
        line.hear(data, time.monotonic())

    return callback


def _give(line: Line) -> Callable[..., None]:
    def callback(data: npt.NDArray[Any], frames: int, time_info: Any, status: Any) -> None:
        line.give(data, time.monotonic())

    return callback


def _sides(entry: dict[str, Any], api: dict[str, Any]) -> list[tuple[DeviceKind, int, int]]:
    sides: list[tuple[DeviceKind, int, int]] = []
    if entry["max_input_channels"] > 0:
        sides.append(("microphone", int(entry["max_input_channels"]), int(api["default_input_device"])))
    if entry["max_output_channels"] > 0:
        sides.append(("loudspeaker", int(entry["max_output_channels"]), int(api["default_output_device"])))
    return sides


def _preferred(library: ModuleType, apis: Any) -> dict[str, Any]:
    """One of PortAudio's ways to the devices: the same device by several ways would be listed several times."""
    if sys.platform == "win32":
        for api in apis:
            if "WASAPI" in api["name"]:
                return dict(api)
    best = library.default.hostapi
    return dict(apis[best if 0 <= best < len(apis) else 0])


def _api_name(library: ModuleType, index: int) -> str:
    return str(library.query_hostapis(library.query_devices(index)["hostapi"])["name"])


def _unusable(error: Exception) -> AudioError:
    return AudioError(f"The system's sound cannot be used ({error}); is an audio server running?")


def _cannot_open(device: Device, error: Exception) -> AudioError:
    return AudioError(
        f"The {device.kind} “{device.name}” cannot be opened ({error.args[0] if error.args else error}); "
        "check that no other program keeps it, or choose another one."
    )
