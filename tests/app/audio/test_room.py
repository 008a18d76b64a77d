"""The room as the session commands it: what is taken back, silence that holds, and bugs that do not end it."""

import logging
import sys
from collections.abc import Callable

import numpy as np
import pytest

from app.audio.audioroom import AudioRoom
from app.audio.calibration import Measurement
from app.audio.events import DeviceChanged, DeviceFailed, SpeechAudio, SpeechDropped, SpeechStarted
from app.settings.model import AudioSettings
from cslm_core.audio import Pcm
from cslm_core.errors import AudioError
from tests.app.audio.simulated import AIR, Scene, Simulation, question

PLAIN = AudioSettings(echo_cancellation=False, noise_suppression=False, gain_control=False)


def tone(seconds: float) -> Pcm:
    return (0.5 * np.sin(2 * np.pi * 300 * np.arange(round(seconds * 24_000)) / 24_000)).astype(np.float32)


def loud(scene: Scene, seconds: float) -> bool:
    """Whether the loudspeaker sounded in the last `seconds`."""
    return bool(np.abs(scene.world.recorded[-round(seconds * AIR) :]).max() > 1e-3)


# --- hearing ----------------------------------------------------------------------------------------------------------


def test_what_is_heard_first_is_from_before_the_voice() -> None:
    scene = Scene(PLAIN)
    scene.run(1.0)
    voice = question("en-1-brazil")
    onset = scene.world.say(voice[np.flatnonzero(np.abs(voice) > 0.05)[0] :], gain=0.5)
    scene.until(SpeechStarted, 1.0)
    scene.run(0.2)
    heard = np.concatenate([event.pcm for event in scene.of(SpeechAudio)])
    loud_at = np.flatnonzero(np.abs(heard) > 0.01)[0] / 16_000
    assert 0.28 < loud_at < 0.6  # the pre-roll, and what the detector needs to be sure
    assert onset > 1000.9


def test_a_key_that_is_latched_and_dropped_leaves_the_ear_open() -> None:
    scene = Scene(PLAIN)
    scene.run(0.5)
    scene.room.press(True)
    scene.run(0.3)
    scene.room.drop()
    scene.run(0.3)
    assert scene.kinds()[-2:] == ["SpeechStarted", "SpeechDropped"]
    scene.world.say(question("human-2-thank-you"), gain=0.5)
    scene.run(4.0)
    assert scene.kinds()[-2:] == ["SpeechStarted", "SpeechEnded"]
    assert not scene.of(SpeechStarted)[-1].manual


# --- silence ----------------------------------------------------------------------------------------------------------


def test_silence_holds_until_stop_whatever_is_played_meanwhile() -> None:
    scene = Scene(AudioSettings(muted=True))
    scene.run(0.1)
    scene.room.play(1, tone(2.0))
    scene.run(0.5)
    scene.room.silence()
    scene.run(0.2)
    scene.room.pause()
    scene.room.resume()
    scene.room.play(2, tone(2.0))
    scene.room.end(2)
    scene.run(0.5)
    assert not loud(scene, 0.5)
    assert scene.room.stop() == 0.0
    scene.room.play(3, tone(1.0))
    scene.run(0.5)
    assert loud(scene, 0.2)


def test_what_was_heard_before_a_silence_is_known() -> None:
    scene = Scene(AudioSettings(muted=True))
    scene.run(0.1)
    scene.room.play(1, tone(2.0))
    scene.run(0.7)
    scene.room.silence()
    scene.run(0.5)
    heard = np.flatnonzero(np.abs(scene.world.recorded) > 1e-3)
    assert scene.room.stop() == pytest.approx((heard[-1] - heard[0]) / AIR, abs=0.02)


# --- bugs -------------------------------------------------------------------------------------------------------------


def worked(scene: Scene, seconds: float) -> None:
    """Time passes as in the room's own thread."""
    for _ in range(round(seconds * 100)):
        scene.world.advance()
        scene.room.work()


def failing(times: int, before: Callable[[], object]) -> Callable[..., object]:
    left = times

    def fails(*arguments: object, **named: object) -> object:
        nonlocal left
        left -= 1
        if left >= 0:
            raise ZeroDivisionError
        return before(*arguments, **named)

    return fails


def test_a_bug_costs_a_moment_and_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene(PLAIN)
    scene.run(0.5)
    scene.world.say(question("en-1-brazil"), gain=0.5)
    scene.until(SpeechStarted)
    ear = scene.room._ear
    assert ear is not None
    monkeypatch.setattr(ear, "process", failing(1, ear.process))
    seen = len(scene.events)
    worked(scene, 0.1)
    assert [type(event) for event in scene.events[seen:]] == [SpeechDropped, DeviceFailed]
    assert "restart the program" in scene.of(DeviceFailed)[0].reason
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert caplog.records[0].exc_info
    worked(scene, 4.0)
    assert scene.of(DeviceChanged)[-1].reason == "The loudspeaker “Speaker” is there again."
    scene.world.say(question("en-1-brazil"), gain=0.5)
    worked(scene, 1.5)
    assert scene.kinds()[-1] == "SpeechStarted"


def test_a_bug_that_stays_does_not_spin(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene(PLAIN)
    scene.run(0.2)
    monkeypatch.setattr(scene.room._player, "fill", failing(10**9, scene.room._player.fill))  # type: ignore[arg-type]
    worked(scene, 61.0)
    first = len(caplog.records)
    assert 3 <= first <= 6
    worked(scene, 60.0)
    assert len(caplog.records) - first <= 4


def test_a_bug_ends_a_measurement_and_a_stream_that_brings_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(PLAIN)
    scene.run(0.2)
    measurement = scene.room._measurement = Measurement()
    scene.room.play(1, tone(3.0))
    fill = scene.room._player.fill
    monkeypatch.setattr(scene.room._player, "fill", failing(2, fill))  # type: ignore[arg-type]
    worked(scene, 8.0)
    with pytest.raises(AudioError, match="failed unexpectedly"):
        measurement.wait(lambda fraction: None)
    assert not scene.room._player.busy
    scene.room.play(2, tone(3.0))
    worked(scene, 1.0)
    assert loud(scene, 0.2)


def test_ears_that_cannot_be_loaded_are_told_and_the_rest_works(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "app.audio.hearing", None)  # importing it fails
    world = Simulation()
    world.add("microphone", "Mic", default=True)
    world.add("loudspeaker", "Speaker", channels=2, default=True)
    scene = Scene(PLAIN, world)
    scene.run(0.3)
    assert [event.kind for event in scene.of(DeviceFailed)] == ["microphone"]
    assert scene.of(DeviceFailed)[0].reason.startswith("Hearing cannot be loaded; install the program again")
    assert len(caplog.records) == 1
    scene.room.play(1, tone(1.0))
    scene.run(0.5)
    assert loud(scene, 0.2)


def test_the_thread_of_a_room_outlives_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    failed = threading.Event()
    world = Simulation()
    world.add("loudspeaker", "Speaker", channels=2, default=True)
    room = AudioRoom(AudioSettings(muted=True), backend=world)
    monkeypatch.setattr(room, "tick", failing(1, room.tick))
    room.start(lambda event: failed.set() if isinstance(event, DeviceFailed) else None)
    assert failed.wait(10)
    assert room._thread is not None
    assert room._thread.is_alive()
    room.close()
    assert not room._thread.is_alive()
