"""The loudspeaker is heard at -10 dB: the assistant does not interrupt itself, a voice over it does."""

import numpy as np

from app.audio.events import PlaybackFinished, PlaybackStarted, SpeechStarted
from app.settings.model import AudioSettings
from tests.app.audio.simulated import Scene, Simulation, question

NAMES = ["en-1-brazil", "en-2-sky", "en-3-museum", "zh-1-minute", "zh-2-rain"]


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
    scene.room.play(99, np.concatenate([question(name, 24_000) for name in NAMES]))
    scene.until(PlaybackStarted)
    scene.run(1.0)
    scene.world.say(question("en-2-sky"), gain=0.5)
    scene.until(SpeechStarted, 2.5)
    scene.room.stop()
