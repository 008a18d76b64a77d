"""When a turn begins and ends, frame by frame: the pre-roll, the key, and what is taken back."""

import numpy as np

from app.audio.events import SpeechAudio, SpeechDropped, SpeechEnded, SpeechStarted
from app.audio.listening import PRE_ROLL, Listener, Sounded, SpeechEvent


class Microphone:
    """Frames whose samples are their number; keeps what the listener says."""

    def __init__(self) -> None:
        self.listener = Listener()
        self.count = 0
        self.events: list[SpeechEvent] = []

    @property
    def now(self) -> float:
        return self.count / 100

    def hear(self, seconds: float, voice: bool = False) -> list[str]:
        """What new kinds of events came of it."""
        seen = len(self.events)
        for _ in range(round(seconds * 100)):
            self.count += 1
            pcm = np.full(160, self.count, np.float32)
            level = (1.0, -20.0) if voice else (0.0, -70.0)
            self.events += self.listener.push(Sounded(pcm, *level, self.now))
        return [type(event).__name__ for event in self.events[seen:] if not isinstance(event, SpeechAudio)]

    def take_back(self) -> None:
        self.events += self.listener.take_back(self.now)

    def delivered(self) -> list[int]:
        """The numbers of the frames of the last turn."""
        begin = max(index for index, event in enumerate(self.events) if isinstance(event, SpeechStarted))
        audio = [event.pcm for event in self.events[begin:] if isinstance(event, SpeechAudio)]
        return [int(frame[0]) for frame in np.concatenate(audio).reshape(-1, 160)]


def test_a_question_begins_before_the_voice_that_began_it() -> None:
    microphone = Microphone()
    microphone.hear(2.0)
    assert microphone.hear(1.0, voice=True) == ["SpeechStarted"]
    first = next(event for event in microphone.events if isinstance(event, SpeechAudio))
    assert first.pcm.size >= PRE_ROLL * 16_000
    frames = microphone.delivered()
    assert frames[0] <= 200 - PRE_ROLL * 100 + 1  # the voice began with the frame 201
    assert frames == list(range(frames[0], frames[-1] + 1)), "a gap"


def test_a_question_by_the_key_begins_before_it() -> None:
    microphone = Microphone()
    microphone.hear(2.0)
    microphone.events += microphone.listener.press(True, microphone.now)
    microphone.hear(0.5)
    assert microphone.delivered()[0] == 200 - round(PRE_ROLL * 100) + 1


def test_a_key_that_is_taken_back_leaves_no_turn_behind() -> None:
    microphone = Microphone()
    microphone.hear(1.0)
    microphone.events += microphone.listener.press(True, microphone.now)
    assert microphone.hear(1.0) == []
    microphone.take_back()
    assert isinstance(microphone.events[-1], SpeechDropped)
    assert not microphone.listener.speaking
    assert microphone.listener.press(False, microphone.now) == []  # the key may still be let go
    assert microphone.hear(0.2, voice=True) == ["SpeechStarted"]
    microphone.hear(1.0, voice=True)
    assert microphone.hear(1.0) == ["SpeechEnded"]
    assert isinstance(microphone.events[-1], SpeechEnded)


def test_the_end_of_what_is_taken_back_is_no_question_and_what_follows_is() -> None:
    microphone = Microphone()
    microphone.hear(1.0)
    microphone.hear(1.0, voice=True)
    microphone.take_back()
    assert microphone.hear(0.4, voice=True) == []
    last = microphone.count
    assert microphone.hear(0.25) == []  # a breath
    assert microphone.hear(0.3, voice=True) == ["SpeechStarted"]
    assert microphone.delivered()[0] > last


def test_a_voice_that_does_not_pause_is_heard_again_after_a_second() -> None:
    microphone = Microphone()
    microphone.hear(1.0, voice=True)
    microphone.take_back()
    assert microphone.hear(0.95, voice=True) == []
    assert microphone.hear(0.3, voice=True) == ["SpeechStarted"]


def test_where_nothing_is_on_nothing_is_taken_back() -> None:
    microphone = Microphone()
    microphone.hear(1.0)
    microphone.take_back()
    assert microphone.hear(0.3, voice=True) == ["SpeechStarted"]
    assert microphone.delivered()[0] <= 100 - PRE_ROLL * 100 + 1
