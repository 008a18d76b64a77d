"""Turns, heard through the whole room with simulated devices on a virtual clock: real recordings, noise, the key."""

import numpy as np
import pytest

from app.audio.events import SpeechEnded, SpeechStarted
from app.settings.model import AudioSettings
from tests.app.audio.simulated import Scene, question

QUESTIONS = ["en-1-brazil", "en-2-sky", "en-3-museum", "human-2-thank-you", "zh-1-minute", "zh-2-rain"]
PLAIN = AudioSettings(echo_cancellation=False, noise_suppression=False, gain_control=False)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_one_turn(name: str) -> None:
    scene = Scene()
    scene.run(0.5)
    start = scene.world.say(question(name), gain=0.5)
    ended = scene.until(SpeechEnded)
    assert isinstance(ended, SpeechEnded)
    assert scene.kinds()[2:] == ["SpeechStarted", "SpeechEnded"]
    assert ended.voiced > 0.4
    assert 0.55 < ended.at - ended.last_voice < 0.75
    began = scene.of(SpeechStarted)[0]
    loud = np.flatnonzero(np.abs(question(name)) > 0.05)[0] / 16_000
    assert began.at - (start + loud) < 0.35
    scene.run(1.0)
    assert len(scene.of(SpeechStarted)) == 1
