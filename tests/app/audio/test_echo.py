"""The loudspeaker is heard at -10 dB: the assistant does not interrupt itself, a voice over it does."""

import numpy as np
import pytest

from app.audio.echo import Cleaner, frame_dbfs, likeness
from app.audio.events import PlaybackFinished, PlaybackStarted, SpeechStarted
from app.audio.ring import FRAME
from app.settings.model import AudioSettings
from tests.app.audio.simulated import AIR, Scene, Simulation, question

NAMES = ["en-1-brazil", "en-2-sky", "en-3-museum", "zh-1-minute", "zh-2-rain"]


def speaking(echo_gain: float = 0.0) -> Scene:
    """A long reply that has just begun to sound."""
    world = Simulation(echo_gain=echo_gain)
    world.add("microphone", "Mic", 48_000, 1, default=True, latency=0.02)
    world.add("loudspeaker", "Speaker", 48_000, 2, default=True, latency=0.02)
    scene = Scene(AudioSettings(), world)
    scene.run(0.3)
    scene.room.play(1, np.concatenate([question(name, 24_000) for name in (*NAMES, *NAMES)]))
    scene.until(PlaybackStarted)
    return scene


def test_twenty_replies_do_not_interrupt_themselves_and_a_voice_does() -> None:
    world = Simulation(echo_gain=10 ** (-10 / 20))
    world.add("microphone", "Mic", 44_100, 2, default=True, block=0.02)
    world.add("loudspeaker", "Speaker", 48_000, 2, default=True, block=0.02, latency=0.05)
    scene = Scene(AudioSettings(), world)
    scene.run(0.3)
    for turn in range(20):
        scene.room.play(turn, question(NAMES[turn % 5], 24_000))
        scene.room.end(turn)
        scene.until(PlaybackFinished)
        scene.run(0.7)
    assert not scene.of(SpeechStarted)
    assert scene.hushed == 0.0
    scene.room.play(99, np.concatenate([question(name, 24_000) for name in NAMES]))
    scene.until(PlaybackStarted)
    scene.run(1.0)
    scene.world.say(question("en-2-sky"), gain=0.5)
    scene.until(SpeechStarted, 2.5)
    scene.room.stop()


@pytest.mark.parametrize("echo_db", [None, -20, -10])
@pytest.mark.parametrize("gain", [0.5, 0.15])
@pytest.mark.parametrize("name", ["en-1-brazil", "human-2-thank-you", "zh-1-minute"])
def test_a_voice_silences_a_reply_before_it_is_understood_as_one(echo_db: float | None, gain: float, name: str) -> None:
    scene = speaking(0.0 if echo_db is None else 10 ** (echo_db / 20))
    world = scene.world
    scene.run(8.0)
    assert scene.hushed == 0.0
    voice = question(name)
    began = world.say(voice[np.flatnonzero(np.abs(voice) > 0.02)[0] :], gain)
    while not scene.hushed and world.time < began + 1.0:
        scene.run(0.01)
    silent = world.time - began
    scene.until(SpeechStarted, 1.5)
    started = world.time - began
    assert silent < 0.15
    assert silent < started - 0.1
    scene.run(0.2)
    loud = np.flatnonzero(np.abs(world.recorded) > 1e-3)[-1] / AIR
    assert loud - (began - 1000.0) < 0.2
    scene.room.stop()


def test_a_knock_makes_a_reply_wait_at_most_and_it_comes_back() -> None:
    scene = speaking()
    scene.run(2.0)
    noise = np.random.default_rng(1).standard_normal(1600).astype(np.float32)
    scene.world.say(0.5 * noise * np.exp(-np.linspace(0, 8, noise.size)).astype(np.float32))
    scene.run(2.0)
    assert scene.hushed < 0.6
    assert not scene.of(SpeechStarted)
    assert not scene.room._player._hushed
    scene.room.stop()


def test_noise_that_goes_on_does_not_keep_a_reply_waiting() -> None:
    scene = speaking()
    scene.run(2.0)
    noise = np.random.default_rng(1).standard_normal(6 * AIR).astype(np.float32)
    syllables = 0.5 + 0.5 * np.sin(np.arange(noise.size) * 2 * np.pi * 5 / AIR).astype(np.float32)
    scene.world.say(0.2 * np.convolve(noise, np.ones(48, np.float32) / 48, "same") * syllables)
    scene.run(6.0)
    assert not scene.of(SpeechStarted)
    assert 0.5 < scene.hushed < 2.0
    scene.room.stop()


def test_without_an_echo_the_first_reply_can_be_interrupted() -> None:
    world = Simulation(echo_gain=0.0)
    world.add("microphone", "Headset", 16_000, 1, default=True)
    world.add("loudspeaker", "Headset", 48_000, 2, default=True, latency=0.05)
    scene = Scene(AudioSettings(), world)
    scene.run(0.3)
    scene.room.play(1, np.concatenate([question(name, 24_000) for name in NAMES[:2]]))
    scene.until(PlaybackStarted)
    scene.run(1.2)
    scene.world.say(question("en-2-sky"), gain=0.5)
    scene.until(SpeechStarted, 1.0)
    scene.room.stop()


def test_the_loudness_of_an_echo_is_told_from_that_of_other_speech() -> None:
    rng = np.random.default_rng(0)
    recordings = [question(name) for name in (*NAMES, "zh-3-phone-abroad")]
    curves = [
        np.array([max(frame_dbfs(f), -50.0) for f in r[: r.size // FRAME * FRAME].reshape(-1, FRAME)])
        for r in recordings
    ]
    echoes, others = [], []
    for _ in range(300):
        order = rng.permutation(len(curves))
        reply = np.concatenate([curves[i] for i in order[:3]] * 2)
        voice = np.concatenate([curves[i] for i in order[3:]] * 2)
        start, other, late = rng.integers(50, reply.size - 350), rng.integers(0, voice.size - 350), rng.integers(0, 50)
        played = reply[start : start + 350]
        faint = np.maximum(reply[start - late : start - late + 350] - rng.uniform(5, 20), -50.0)
        echoes.append(likeness(played, faint))
        others.append(likeness(played, voice[other : other + 350]))
    assert min(echoes) > 0.9
    assert max(others) < 0.8
    assert likeness(played, np.full(350, -50.0)) == 0.0


def test_an_echo_that_comes_later_is_noticed_and_cancelled_again() -> None:
    cleaner = Cleaner(echo=True, noise=True, gain=False)
    played = np.concatenate([question(name) for name in NAMES])
    played = played[: played.size // FRAME * FRAME].reshape(-1, FRAME)
    for index, frame in enumerate(played):  # with headphones
        cleaner.render(frame)
        cleaner.capture(np.zeros(FRAME, np.float32), 100.0)
        assert cleaner.adapted or index < 300
    loudest = np.max([frame_dbfs(frame) for frame in played])
    left = []
    for index, frame in enumerate(played):  # they are taken off
        cleaner.render(frame)
        left.append(cleaner.capture(0.3 * played[index - 12] if index >= 12 else 0 * frame, 100.0).dbfs)
    assert max(left[:200]) > loudest - 15
    assert max(left[400:]) < loudest - 30
