"""A recording of the microphone, made while nobody else listens."""

from __future__ import annotations

import numpy as np

from app.audio.audioroom import AudioRoom
from app.audio.recording import Recording
from app.settings.model import AudioSettings
from tests.app.audio.simulated import Scene, Simulation, loudness, question

PLAIN = AudioSettings(echo_cancellation=False, noise_suppression=True, gain_control=True)


def test_it_has_the_sound_as_it_is_and_nobody_listens_meanwhile() -> None:
    scene = Scene(PLAIN)
    scene.run(0.5)
    seen = len(scene.kinds())
    spoken = question("en-1-brazil")
    recording = Recording()
    scene.room.record(recording)
    scene.run(0.05)
    scene.world.say(spoken, gain=0.5)
    scene.run(1.0)
    assert recording.level() > -40
    scene.room.press(True)  # the key of the conversation does nothing now
    scene.run(spoken.size / 16_000 - 0.5)
    scene.room.press(False)
    scene.room.end_recording(recording)
    scene.run(1.0)
    assert scene.kinds()[seen:] == []
    assert recording.problem == ""
    assert abs(recording.seconds - (spoken.size / 16_000 + 0.55)) < 0.1
    assert recording.pcm().size == round(recording.seconds * 16_000)
    assert abs(loudness(recording.pcm()) / (loudness(spoken) * 0.5) - 1) < 0.1
    assert recording.level() > -100
    assert recording.level() == -100


def test_afterwards_the_conversation_listens_again() -> None:
    scene = Scene(PLAIN)
    recording = Recording()
    scene.room.record(recording)
    scene.run(0.3)
    scene.room.end_recording(recording)
    length = recording.seconds
    scene.world.say(question("en-1-brazil"), gain=0.5)
    scene.run(3.0)
    assert "SpeechStarted" in scene.kinds()
    assert recording.seconds <= length + 0.02


def test_a_turn_that_had_begun_is_dropped() -> None:
    scene = Scene(PLAIN)
    scene.run(0.3)
    scene.world.say(question("en-1-brazil"), gain=0.5)
    scene.run(1.5)
    scene.room.record(Recording())
    scene.run(2.0)
    assert scene.kinds()[-2:] == ["SpeechStarted", "SpeechDropped"]


def test_without_a_microphone_and_muted_it_says_so() -> None:
    world = Simulation()
    world.add("loudspeaker", "Speaker", channels=2, default=True)
    for scene in (Scene(PLAIN, world), Scene(PLAIN.model_copy(update={"muted": True}))):
        recording = Recording()
        scene.room.record(recording)
        scene.run(0.2)
        assert recording.problem.startswith("There is no microphone to record with")
        assert recording.pcm().dtype == np.float32


def test_one_at_a_time() -> None:
    scene = Scene(PLAIN)
    first, second = Recording(), Recording()
    scene.room.record(first)
    scene.room.record(second)
    scene.run(0.2)
    assert (first.problem, second.problem[:28]) == ("", "The microphone is in use by ")
    scene.room.end_recording(second)
    scene.run(0.2)
    assert first.seconds > 0.3


def test_a_room_without_its_parts_has_no_microphone() -> None:
    room = AudioRoom(own_thread=False, backend=Simulation())
    recording = Recording()
    recording.begin(None, None, 0.0)
    recording.end(None)
    assert recording.problem
    room.close()
