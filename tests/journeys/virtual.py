"""A virtual screen (Xvfb) and a virtual sound card (PulseAudio null sinks) for one process and its children.

The microphone hears what is `spoken` into it and, when there is `bleed`, what the loudspeaker plays. Knows nothing of
the application.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["RATE", "Recording", "Screen", "SoundCard", "missing_programs"]

RATE = 48_000
PROGRAMS = ("Xvfb", "pulseaudio", "pactl", "pacat", "parec")
_PIECE = RATE // 50


def missing_programs() -> list[str]:
    """The programs that a virtual room needs and this machine lacks."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Screen:
    """An X server without a screen; sets DISPLAY for what is started afterwards."""

    def __init__(self, size: str = "1280x860x24") -> None:
        self._size = size
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", self._size, "-nolisten", "tcp"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as file:
            number = file.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        os.environ["DISPLAY"] = f":{number}"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.terminate()
        self._server.wait(5)


class Recording:
    """What was played while it ran: samples (n,) of 48 kHz and the time of the first."""

    def __init__(self) -> None:
        self.began = 0.0
        self._pieces: list[npt.NDArray[np.float32]] = []
        self._lock = threading.Lock()

    def add(self, pcm: npt.NDArray[np.float32]) -> None:
        with self._lock:
            if not self._pieces:
                self.began = time.monotonic() - pcm.size / RATE
            self._pieces.append(pcm)

    @property
    def pcm(self) -> npt.NDArray[np.float32]:
        with self._lock:
            return np.concatenate(self._pieces) if self._pieces else np.zeros(0, np.float32)

    def since(self, moment: float) -> npt.NDArray[np.float32]:
        """What was played from `moment` (monotonic seconds) on."""
        return self.pcm[max(0, round((moment - self.began) * RATE)) :]

    def sounding(self, seconds: float = 0.1, floor: float = 1e-3) -> bool:
        """Whether something was played in the last `seconds`."""
        tail = self.pcm[-round(seconds * RATE) :]
        return bool(tail.size and np.abs(tail).max() > floor)


class SoundCard:
    """A PulseAudio server of its own with a loudspeaker `speaker` and a microphone `mic`."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cslm-sound-"))
        self._server: subprocess.Popen[bytes] | None = None
        self._speaker: str | None = None
        self._bleed: str | None = None
        self._microphones: dict[str, str] = {}
        self._sinks: dict[str, str] = {}

    def __enter__(self) -> Self:
        socket = self._folder / "native"
        os.environ["XDG_RUNTIME_DIR"] = str(self._folder)
        os.environ["PULSE_SERVER"] = f"unix:{socket}"
        self._server = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=null",
             f"--load=module-native-protocol-unix socket={socket} auth-anonymous=1"],
            env={**os.environ, "XDG_CONFIG_HOME": str(self._folder), "HOME": str(self._folder)},
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + 10
        while not self._pactl("info", check=False)[0]:
            if time.monotonic() > end:
                raise RuntimeError("pulseaudio did not start")
            time.sleep(0.05)
        self.plug_speaker()
        self._load("module-null-sink", "sink_name=micfeed", f"rate={RATE}", "channels=1")
        self.plug_microphone()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._server.wait(5)
        self._server.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- the loudspeaker ---

    def plug_speaker(self) -> None:
        self._speaker = self._load("module-null-sink", "sink_name=speaker", f"rate={RATE}", "channels=2")
        self._pactl("set-default-sink", "speaker")

    def unplug_speaker(self) -> None:
        assert self._speaker is not None
        self._pactl("unload-module", self._speaker)

    def plug_sink(self, name: str, title: str) -> None:
        """Another loudspeaker, called `title` by the desktop; it does not become the default."""
        properties = f"sink_properties=\"device.description='{title}'\""
        self._sinks[name] = self._load("module-null-sink", f"sink_name={name}", f"rate={RATE}", properties)

    def unplug_sink(self, name: str) -> None:
        self._pactl("unload-module", self._sinks.pop(name))

    def make_default(self, name: str) -> None:
        """As the desktop's settings do."""
        self._pactl("set-default-sink", name)

    def load(self, *arguments: str) -> None:
        """A module more, for as long as the server runs."""
        self._load(*arguments)

    def bleed(self, decibels: float | None) -> None:
        """Let the microphone hear the loudspeaker this much louder (negative: softer); None: not at all."""
        if self._bleed is not None:
            self._pactl("unload-module", self._bleed)
            self._bleed = None
        if decibels is not None:
            self._bleed = self._load("module-loopback", "source=speaker.monitor", "sink=micfeed", "latency_msec=20")
            _, inputs = self._pactl("list", "short", "sink-inputs")
            number = inputs.strip().splitlines()[-1].split()[0]
            self._pactl("set-sink-input-volume", number, f"{decibels}dB")

    @contextlib.contextmanager
    def recording(self, of: str = "speaker") -> Iterator[Recording]:
        """Record what the loudspeaker plays (or the microphone hears: `of="micfeed"`) while the block runs."""
        recorder = subprocess.Popen(
            ["parec", "-d", f"{of}.monitor", "--format=float32le", f"--rate={RATE}", "--channels=1",
             "--latency-msec=20"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        found = Recording()

        def follow() -> None:
            assert recorder.stdout is not None
            while data := recorder.stdout.read(_PIECE * 4):
                found.add(np.frombuffer(data[: len(data) // 4 * 4], "<f4"))

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            recorder.terminate()
            recorder.wait(5)
            thread.join(5)
            if recorder.stdout is not None:
                recorder.stdout.close()

    # --- the microphone ---

    def plug_microphone(self, name: str = "mic") -> None:
        """A microphone that hears what is said, as the system's default."""
        self._microphones[name] = self._load("module-remap-source", "master=micfeed.monitor", f"source_name={name}")
        self._pactl("set-default-source", name)

    def unplug_microphone(self, name: str = "mic") -> None:
        """Take it away, if it is there."""
        if name in self._microphones:
            self._pactl("unload-module", self._microphones.pop(name))

    def say(self, pcm: npt.NDArray[np.float32]) -> None:
        """Play samples (n,) of 48 kHz into the microphone, in real time; returns when they have been heard."""
        player = subprocess.Popen(
            ["pacat", "-d", "micfeed", "--format=float32le", f"--rate={RATE}", "--channels=1", "--latency-msec=30"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        player.communicate(np.ascontiguousarray(pcm, "<f4").tobytes())

    @contextlib.contextmanager
    def room_noise(self, seconds: float = 60.0, dbfs: float = -65.0) -> Iterator[None]:
        """A room that is quiet, not dead, while the block runs (at most `seconds`): a microphone never gives zeros."""
        noise = np.random.default_rng(0).standard_normal(round(seconds * RATE)) * 10 ** (dbfs / 20)
        file = self._folder / "noise.raw"
        file.write_bytes(noise.astype("<f4").tobytes())
        with file.open("rb") as sound:
            player = subprocess.Popen(
                ["pacat", "-d", "micfeed", "--format=float32le", f"--rate={RATE}", "--channels=1"],
                stdin=sound,
                stderr=subprocess.DEVNULL,
            )
        try:
            yield
        finally:
            player.kill()
            player.wait(5)

    # --- inside ---

    def _load(self, *arguments: str) -> str:
        return self._pactl("load-module", *arguments)[1].strip()

    @staticmethod
    def _pactl(*arguments: str, check: bool = True) -> tuple[bool, str]:
        done = subprocess.run(["pactl", *arguments], capture_output=True, text=True, timeout=20, check=False)
        if check and done.returncode:
            raise RuntimeError(f"pactl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.returncode == 0, done.stdout
