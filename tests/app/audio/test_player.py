"""Playing on a simulated loudspeaker: gapless, on time, silent at once, and exact about what was heard."""

import numpy as np
import pytest

from app.audio.events import DeviceChanged, DeviceFailed, PlaybackFinished, PlaybackStarted
from app.audio.listening import Listener
from app.settings.model import AudioSettings
from cslm_core.audio import Pcm
from tests.app.audio.simulated import AIR, Scene, Simulation

TONE_HZ = 300


def tone(seconds: float) -> Pcm:
    return (0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(round(seconds * 24_000)) / 24_000)).astype(np.float32)


def playing(rate: int = 48_000, block: float = 0.01, latency: float = 0.03) -> Scene:
    world = Simulation()
    world.add("loudspeaker", "Speaker", rate, 2, default=True, block=block, latency=latency)
    scene = Scene(AudioSettings(muted=True), world)
    scene.run(0.1)
    return scene


def sounding(scene: Scene) -> np.ndarray:
    return np.flatnonzero(np.abs(scene.world.recorded) > 1e-3)


@pytest.mark.parametrize(("rate", "block"), [(48_000, 0.01), (44_100, 0.02), (16_000, 0.005), (24_000, 0.04)])
def test_chunks_are_played_without_a_gap_and_in_full(rate: int, block: float) -> None:
    scene = playing(rate, block)
    sound, at = tone(1.5), 0
    for size in (3000, 100, 9000, 7, 23893):
        scene.room.play(1, sound[at : at + size])
        at += size
    scene.room.end(1)
    finished = scene.until(PlaybackFinished)
    assert isinstance(finished, PlaybackFinished)
    assert finished.seconds == pytest.approx(1.5)
    scene.run(0.2)
    where = sounding(scene)
    assert (where[-1] - where[0]) / AIR == pytest.approx(1.5, abs=0.01)
    assert np.diff(where).max() < AIR // TONE_HZ, "a gap"
    assert finished.at == pytest.approx(1000 + where[-1] / AIR, abs=0.06)
    started = scene.of(PlaybackStarted)[0]
    assert started.at == pytest.approx(1000 + where[0] / AIR, abs=0.02)


@pytest.mark.parametrize(("block", "latency"), [(0.005, 0.01), (0.01, 0.03), (0.02, 0.04)])
def test_a_pause_is_silent_within_100_ms_without_a_click_and_goes_on_where_it_was(block: float, latency: float) -> None:
    scene = playing(block=block, latency=latency)
    scene.room.play(1, tone(2.0))
    scene.room.end(1)
    scene.run(0.7)
    asked = scene.world.air
    scene.room.pause()
    scene.run(0.5)
    silent = sounding(scene)[-1]
    assert 0 < (silent - asked) / AIR <= 0.1
    held = scene.room.position()
    assert held == pytest.approx((silent - sounding(scene)[0]) / AIR, abs=0.015)
    scene.run(0.5)
    assert scene.room.position() == held
    scene.room.resume()
    scene.until(PlaybackFinished)
    scene.run(0.2)
    where = sounding(scene)
    gap = int(np.diff(where).max())
    assert (where[-1] - where[0] - gap) / AIR == pytest.approx(2.0, abs=0.03), "nothing is lost or doubled"
    steps = np.abs(np.diff(scene.world.recorded))[where[0] + 480 : where[-1] - 480]
    assert steps.max() < 1.6 * 2 * np.pi * TONE_HZ / AIR * 0.5, "a click"


@pytest.mark.parametrize(("block", "latency"), [(0.005, 0.01), (0.01, 0.03), (0.02, 0.04)])
def test_a_stop_is_silent_within_100_ms_and_tells_what_was_heard(block: float, latency: float) -> None:
    scene = playing(block=block, latency=latency)
    scene.room.play(1, tone(2.0))
    scene.run(0.8)
    asked = scene.world.air
    heard = scene.room.stop()
    scene.run(0.5)
    where = sounding(scene)
    assert 0 < (where[-1] - asked) / AIR <= 0.1
    assert heard == pytest.approx((where[-1] - where[0]) / AIR, abs=0.015)
    assert scene.room.stop() == 0.0
    assert not scene.of(PlaybackFinished)
    scene.room.play(2, tone(0.3))
    scene.room.end(2)
    assert scene.until(PlaybackFinished).stream == 2


@pytest.mark.parametrize(
    ("rate", "block", "latency"), [(48_000, 0.01, 0.03), (44_100, 0.02, 0.2), (48_000, 0.04, 0.08)]
)
def test_the_position_is_what_is_in_the_air(rate: int, block: float, latency: float) -> None:
    scene = playing(rate, block, latency)
    scene.room.play(1, tone(3.0))
    scene.until(PlaybackStarted)
    first = None
    for _ in range(200):
        scene.run(0.01)
        if first is None:
            first = sounding(scene)[0]
        assert scene.room.position() == pytest.approx((scene.world.air - first) / AIR, abs=0.012)


def test_a_new_stream_replaces_the_old_one() -> None:
    scene = playing()
    scene.room.play(1, tone(2.0))
    scene.run(0.5)
    scene.room.play(2, tone(0.5))
    scene.room.end(1)
    scene.room.end(2)
    scene.until(PlaybackFinished)
    scene.run(2.0)
    assert [event.stream for event in scene.of(PlaybackStarted)] == [1, 2]
    assert [event.stream for event in scene.of(PlaybackFinished)] == [2]
    assert scene.room.position() == 0.0


def test_a_late_chunk_is_waited_for() -> None:
    scene = playing()
    scene.room.play(1, tone(0.3))
    scene.run(1.0)
    assert scene.room.position() == pytest.approx(0.3, abs=0.035)
    scene.room.play(1, tone(0.3))
    scene.room.end(1)
    scene.until(PlaybackFinished)
    where = sounding(scene)
    assert where.size / (where[-1] - where[0]) < 0.7


def test_the_volume_changes_while_it_plays() -> None:
    scene = playing()
    scene.room.play(1, tone(2.0))
    scene.run(0.5)
    scene.room.update(AudioSettings(muted=True, volume=0.25))
    scene.run(0.5)
    recorded = scene.world.recorded
    assert np.abs(recorded[-4800:]).max() == pytest.approx(0.125, abs=0.01)
    assert np.abs(np.diff(recorded)).max() < 0.03, "a click"


def test_a_lost_loudspeaker_is_replaced_and_the_reply_goes_on_where_it_was() -> None:
    world = Simulation()
    headset = world.add("loudspeaker", "Headset", 44_100, 2, default=True)
    world.add("loudspeaker", "Screen", 48_000, 2)
    scene = Scene(AudioSettings(muted=True), world)
    scene.run(0.1)
    scene.room.play(1, tone(2.0))
    scene.room.end(1)
    scene.run(0.6)
    world.remove(headset)
    changed = scene.until(DeviceChanged)
    assert changed.name == "Screen"
    assert "Headset" in changed.reason
    scene.until(PlaybackFinished)
    scene.run(0.2)
    assert sounding(scene).size / AIR == pytest.approx(2.0, abs=0.12)


def test_without_any_loudspeaker_a_reply_ends_all_the_same() -> None:
    world = Simulation()
    speaker = world.add("loudspeaker", "Speaker", default=True)
    scene = Scene(AudioSettings(muted=True), world)
    scene.run(0.1)
    scene.room.play(1, tone(1.0))
    scene.room.end(1)
    scene.run(0.4)
    world.remove(speaker)
    failed = scene.until(DeviceFailed)
    assert failed.kind == "loudspeaker"
    finished = scene.until(PlaybackFinished)
    assert finished.seconds == pytest.approx(1.0)
    scene.room.play(2, tone(1.0))
    scene.room.end(2)
    scene.until(PlaybackFinished, 0.1)
    world.bring_back(speaker)
    scene.until(DeviceChanged)
    scene.room.play(3, tone(0.2))
    scene.room.end(3)
    scene.until(PlaybackFinished)
    assert len(scene.of(DeviceFailed)) == 1, "told once"


@pytest.mark.parametrize(("block", "latency"), [(0.005, 0.01), (0.01, 0.03), (0.02, 0.04)])
def test_it_waits_for_a_voice_within_100_ms_and_goes_on_without_a_click(
    block: float, latency: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspecting = False
    monkeypatch.setattr(Listener, "suspecting", property(lambda listener: suspecting))
    scene = playing(block=block, latency=latency)
    scene.room.play(1, tone(2.0))
    scene.room.end(1)
    scene.run(0.7)
    asked = scene.world.air
    suspecting = True
    scene.run(0.3)
    recorded = scene.world.recorded
    loud = np.flatnonzero(np.abs(recorded) > 0.15)[-1]
    assert 0 < (loud - asked) / AIR <= 0.09
    assert not recorded[-4800:].any()
    assert scene.room._player.sounding(scene.world.now()), "it is about to go on: what is heard may be its echo"
    suspecting = False
    finished = scene.until(PlaybackFinished)
    assert isinstance(finished, PlaybackFinished)
    scene.run(0.2)
    where = sounding(scene)
    assert where.size / AIR == pytest.approx(2.0, abs=0.04), "nothing is lost or doubled"
    steps = np.abs(np.diff(scene.world.recorded))[where[0] + 480 : where[-1] - 480]
    assert steps.max() < 1.6 * 2 * np.pi * TONE_HZ / AIR * 0.5, "a click"
