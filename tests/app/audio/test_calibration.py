"""Measuring a room, end to end in the simulation: which duplex an echo permits, and that it is the right one."""

import numpy as np
import pytest

from app.audio.calibration import Calibration, Measurement, analyse
from app.audio.echo import Cleaner
from app.audio.events import PlaybackFinished, SpeechStarted
from app.audio.ring import FRAME
from app.settings.model import AudioSettings
from tests.app.audio.simulated import Scene, Simulation, question


def room(echo_db: float | None, settings: AudioSettings | None = None) -> Scene:
    world = Simulation(echo_gain=0.0 if echo_db is None else 10 ** (echo_db / 20))
    world.add("microphone", "Mic", default=True, latency=0.02)
    world.add("loudspeaker", "Speaker", channels=2, default=True, latency=0.02)
    scene = Scene(settings, world)
    scene.run(0.3)
    return scene


def measured(scene: Scene) -> Calibration:
    """What `AudioRoom.calibrate` does, on the virtual clock."""
    ear = scene.room._ear
    assert ear is not None
    news: list[float] = []
    measurement = Measurement()
    ear.tap = scene.room._measurement = measurement
    while len(measurement._raw) < measurement._total:
        scene.run(0.1)
    return measurement.wait(news.append)


@pytest.mark.parametrize(
    ("echo_db", "why"),
    [
        (None, "does not hear the loudspeaker"),
        (-10.0, "is taken out well"),
        (-34.0, "is taken out well"),
        (-40.0, "too faint to be taken for a voice"),
    ],
)
def test_an_echo_that_can_be_taken_out_or_is_faint_lets_anybody_interrupt(echo_db: float | None, why: str) -> None:
    found = measured(room(echo_db))
    assert found.duplex == "full"
    assert why in found.why
    if echo_db is not None:
        assert found.delay_ms == pytest.approx(80, abs=15)
        assert found.erl_db == pytest.approx(-echo_db, abs=1.5)


@pytest.mark.parametrize(("echo_db", "sensitivity"), [(-34.0, 0.5), (-32.0, 0.5), (-42.0, 1.0)])
def test_a_faint_echo_interrupts_nobody(echo_db: float, sensitivity: float) -> None:
    scene = room(echo_db, AudioSettings(duplex="full", sensitivity=sensitivity))
    for turn, name in enumerate(("en-1-brazil", "en-2-sky")):
        scene.room.play(turn, question(name, 24_000))
        scene.room.end(turn)
        scene.until(PlaybackFinished)
        scene.run(0.3)
    assert not scene.of(SpeechStarted)
    assert scene.hushed == 0.0


def test_a_canceller_that_cannot_do_it_means_half() -> None:
    rng = np.random.default_rng(1)
    render = np.zeros(16_000 * 6, np.float32)
    render[16_000:80_000] = 0.2 * rng.standard_normal(64_000).astype(np.float32)
    raw = 0.3 * np.roll(render, 1000) + 1e-4 * rng.standard_normal(render.size).astype(np.float32)
    assert analyse(raw, raw, render).duplex == "half"
    assert analyse(raw, 0.2 * raw, render).duplex == "cautious"
    assert analyse(raw, 0.05 * raw, render).duplex == "full"
    assert analyse(raw, raw, render, harmless=True).duplex == "full"
    assert analyse(np.clip(20 * raw, -1, 1), raw, render, harmless=True).duplex == "half"  # it is overloaded


def test_what_the_loudest_comes_back_as_says_whether_an_echo_matters() -> None:
    """A quiet passage of which nothing is heard is no proof that a loud one is not."""
    cleaner = Cleaner(echo=True, noise=False, gain=False)
    noise = np.random.default_rng(1).standard_normal(FRAME).astype(np.float32)

    def played(gain: float, frames: int) -> list[bool]:
        bare = []
        for _ in range(frames):
            cleaner.render(gain * noise)
            bare.append(cleaner.capture(0.025 * gain * noise, 0.0).bare)
        return bare

    assert played(0.05, 100)[-1]  # -26 dBFS comes back with -58
    assert not any(played(0.3, 100))  # -10 dBFS with -42
    assert not any(played(0.05, 100))
