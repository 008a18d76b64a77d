"""The room with real devices: a processing thread between their rings and a listener.

Everything but PortAudio can be simulated: another `Backend`, `own_thread=False`, and `tick` called by the test. Knows
nothing of conversations.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from app.audio.calibration import Calibration, Measurement, Progress
from app.audio.devices import Keeper
from app.audio.events import DeviceFailed, Level, RoomEvent
from app.audio.lines import Backend, Device
from app.audio.player import Player
from app.audio.recording import Recording
from app.audio.room import ListenMode, RoomListener
from app.audio.served import system_backend
from app.settings.model import AudioSettings
from cslm_core.audio import Pcm
from cslm_core.errors import AudioError

if TYPE_CHECKING:
    from app.audio.hearing import Ear

__all__ = ["AudioRoom"]

_TICK: Final = 0.01
_TICK_IDLE: Final = 0.1
_JOIN: Final = 10.0
_RESTS: Final = (1.0, 5.0, 20.0)
"""Seconds for which the room rests after a bug has shown: for the first time within a minute, the second, ..."""
_FAILED: Final = "The sound failed unexpectedly and is opened again; if that goes on, restart the program."
_NO_EAR: Final = "Hearing cannot be loaded; install the program again, and type your questions meanwhile."

_log = logging.getLogger(__name__)


class AudioRoom:
    """`Room` with devices. Methods may be called from any thread and return at once, but for `calibrate`."""

    def __init__(
        self, settings: AudioSettings | None = None, *, backend: Backend | None = None, own_thread: bool = True
    ) -> None:
        self._settings = settings or AudioSettings()
        self._backend: Backend = backend or system_backend()
        self._own_thread = own_thread
        self._keeper = Keeper(self._backend)
        self._player = Player(self._settings.volume)
        self._mode: ListenMode = self._settings.mode
        self._muted = self._settings.muted
        self._pressed = False
        self._listener: RoomListener = lambda event: None
        self._ear: Ear | None = None
        self._deaf = False
        self._failures: list[float] = []
        self._rests_until = float("-inf")
        self._measurement: Measurement | None = None
        self._commands: deque[Callable[[float], None]] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    def start(self, listener: RoomListener) -> None:
        self._listener = listener
        if self._own_thread:
            self._thread = threading.Thread(target=self._run, name="room", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._closing = True
        self._wake.set()
        if self._thread is None:
            self._shut()
        elif self._thread is not threading.current_thread():
            self._thread.join(_JOIN)

    # microphone

    def set_mode(self, mode: ListenMode) -> None:
        def apply(now: float) -> None:
            self._mode = mode
            self._aim(now)

        self._command(apply)

    def set_muted(self, muted: bool) -> None:
        def apply(now: float) -> None:
            self._muted = muted
            self._aim(now)

        self._command(apply)

    def press(self, down: bool) -> None:
        def apply(now: float) -> None:
            if self._ear is not None and self._ear.tap is None and self._hearing():
                self._tell(self._ear.listener.press(down, now))

        self._command(apply)

    def drop(self) -> None:
        def apply(now: float) -> None:
            if self._ear is not None:
                self._tell(self._ear.listener.take_back(now))

        self._command(apply)

    # loudspeaker

    def play(self, stream: int, pcm24k: Pcm) -> None:
        self._player.play(stream, pcm24k, self._backend.now())
        self._wake.set()

    def end(self, stream: int) -> None:
        self._player.end(stream)
        self._wake.set()

    def pause(self) -> None:
        self._player.pause(self._backend.now())

    def resume(self) -> None:
        self._player.resume()
        self._wake.set()

    def silence(self) -> None:
        self._player.silence(self._backend.now())

    def stop(self) -> float:
        return self._player.stop(self._backend.now())

    def position(self) -> float:
        return self._player.position(self._backend.now())

    # beyond `Room`

    def update(self, settings: AudioSettings) -> None:
        """Other settings, at once and without a restart."""

        def apply(now: float) -> None:
            before, self._settings = self._settings, settings
            self._player.set_volume(settings.volume)
            if self._ear is not None:
                self._ear.configure(settings)
            if settings.mode != before.mode and self._mode != "off":
                self._mode = settings.mode
            if settings.muted != before.muted:
                self._muted = settings.muted
            self._aim(now)

        self._command(apply)

    def devices(self) -> list[Device]:
        """What there was at the last look; asks for a new one, which comes when nobody speaks (within a second)."""
        self._command(lambda now: self._keeper.refresh())
        return list(self._keeper.known)

    def calibrate(self, progress: Progress) -> Calibration:
        """Play a short probe and measure its echo; about six seconds, blocking. `progress(fraction)`.

        Stops what is playing. Raises AudioError when there is no microphone or no loudspeaker, or no sound comes.
        """
        measurement = Measurement()

        def begin(now: float) -> None:
            if self._ear is None or self._keeper.line("microphone") is None:
                measurement.fail("There is no microphone to measure with; plug one in and unmute it.")
            elif self._keeper.line("loudspeaker") is None:
                measurement.fail("There is no loudspeaker to measure with; plug one in.")
            else:
                self._tell(self._ear.listener.drop(now))
                self._player.stop(now)
                self._ear.tap = self._measurement = measurement

        def finish(now: float) -> None:
            self._measurement = None
            if self._ear is not None and self._ear.tap is measurement:
                self._ear.tap = None
            self._player.stop(now)

        self._command(begin)
        try:
            return measurement.wait(progress)
        finally:
            self._command(finish)

    def record(self, recording: Recording) -> None:
        """Give `recording` what the microphone hears until `end_recording`; no turn begins meanwhile."""
        self._command(lambda now: self._tell(recording.begin(self._ear, self._keeper.line("microphone"), now)))

    def end_recording(self, recording: Recording) -> None:
        self._command(lambda now: recording.end(self._ear))

    def tick(self) -> None:
        """One round of the processing thread: commands, devices, playing, hearing."""
        now = self._backend.now()
        if self._ear is None and not self._deaf:
            self._wake_up(now)
        while self._commands:
            self._commands.popleft()(now)
        ear = self._ear
        playing = self._player.busy and self._keeper.line("loudspeaker") is not None
        idle = not (playing or (ear is not None and (ear.tap is not None or ear.listener.speaking)))
        changes = self._keeper.tick(now, idle)
        self._connect(now)
        self._tell(changes)
        if self._measurement is not None:
            self._measurement.feed(lambda stream, pcm: self._player.play(stream, pcm, now))
        self._tell(self._player.fill(now))
        if ear is not None:
            self._tell(ear.process(now, self._player.sounding(now)))
            self._player.hush(ear.listener.suspecting, now)

    def work(self) -> None:
        """`tick`, and the thread goes on whatever happens in it: a bug costs a turn and some silence, not the room."""
        now = self._backend.now()
        if now >= self._rests_until and not _survived(self.tick):
            self._start_over(now)

    def _start_over(self, now: float) -> None:
        """Whatever is in a state that nobody thought of is made anew; what cannot be is left to the next tick."""
        self._failures = [at for at in self._failures if now - at < 60.0] + [now]
        again = len(self._failures)
        self._rests_until = now + _RESTS[min(again, len(_RESTS)) - 1]
        ear, self._ear = self._ear, None
        measurement, self._measurement = self._measurement, None
        if measurement is not None:
            measurement.fail(_FAILED)
        if again > 1:  # it may be what is played
            _survived(partial(self._player.stop, now))
        _survived(partial(self._keeper.start_over, "microphone", tell=False))
        _survived(partial(self._keeper.start_over, "loudspeaker", tell=True))
        if ear is not None:
            _survived(lambda: self._tell(ear.listener.drop(now)))
        _survived(partial(self._tell, [DeviceFailed("loudspeaker", _FAILED)]))

    def _run(self) -> None:
        while not self._closing:
            self.work()
            lines = (self._keeper.line("microphone"), self._keeper.line("loudspeaker"))
            self._wake.wait(_TICK if any(lines) else _TICK_IDLE)
            self._wake.clear()
        _survived(self._shut)

    def _shut(self) -> None:
        if self._measurement is not None:
            self._measurement.fail("The measurement was ended.")
        self._keeper.close()
        self._backend.close()

    def _wake_up(self, now: float) -> None:
        """Load what hearing needs: in the processing thread, so that the window need not wait for it."""
        reason = ""
        try:
            from app.audio.hearing import Ear

            self._ear = Ear(self._settings)
        except AudioError as error:
            reason = str(error)
        except Exception:  # noqa: BLE001 - libraries of others, each of which is damaged in its own way
            _log.exception("hearing cannot be loaded")
            reason = _NO_EAR
        if reason:
            self._deaf = True
            self._tell([DeviceFailed("microphone", reason)])
        self._aim(now)

    def _hearing(self) -> bool:
        return self._ear is not None and not self._muted and self._mode != "off"

    def _aim(self, now: float) -> None:
        """Want the devices that are needed now. Muted, the microphone is closed, and the system shows that."""
        self._keeper.want("microphone", self._settings.microphone, self._hearing())
        self._keeper.want("loudspeaker", self._settings.loudspeaker, True)
        if self._ear is not None:
            self._ear.listener.hands_free = self._mode == "hands-free"
            if not self._hearing():
                self._tell(self._ear.listener.drop(now))
                self._tell([Level(-100.0, 0.0)])

    def _connect(self, now: float) -> None:
        microphone, loudspeaker = self._keeper.line("microphone"), self._keeper.line("loudspeaker")
        self._player.attach(loudspeaker, now)
        if self._ear is not None:
            self._ear.attach(microphone, loudspeaker)
            if microphone is None:
                self._tell(self._ear.listener.finish(now))

    def _command(self, command: Callable[[float], None]) -> None:
        self._commands.append(command)
        self._wake.set()

    def _tell(self, events: Sequence[RoomEvent]) -> None:
        for event in events:
            self._listener(event)


def _survived(action: Callable[[], object]) -> bool:
    """Whether it went well."""
    try:
        action()
    except Exception:  # noqa: BLE001 - a bug, which must not end the thread
        _log.exception("a bug in the room")
        return False
    return True
