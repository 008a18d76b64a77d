"""What the room (microphone, loudspeaker, voice activity) tells its listener, in the order in which it happened.

Delivered in the room's processing thread; a listener must be quick. Times are `time.monotonic()` seconds. Knows nothing
of conversations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cslm_core.audio import Pcm

__all__ = [
    "DeviceChanged",
    "DeviceFailed",
    "DeviceKind",
    "Level",
    "PlaybackFinished",
    "PlaybackStarted",
    "RoomEvent",
    "SpeechAudio",
    "SpeechDropped",
    "SpeechEnded",
    "SpeechStarted",
]

DeviceKind = Literal["microphone", "loudspeaker"]


@dataclass(frozen=True, slots=True)
class Level:
    """About 20 times a second while the microphone is open. `dbfs` is of the cleaned signal, -100 to 0."""

    dbfs: float
    speech: float
    """Probability of speech, 0 to 1."""
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody may be speaking (or the push-to-talk key went down). The sound follows as SpeechAudio."""

    at: float
    manual: bool = False
    """By push-to-talk: not the voice activity but the key says when it ends."""


@dataclass(frozen=True, slots=True)
class SpeechAudio:
    """Sound of the question, 16 kHz mono float32 (n,), without gaps; the first piece holds the pre-roll."""

    pcm: Pcm
    voiced: float
    """Seconds of certain speech since SpeechStarted, so far."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The speaker has stopped. `last_voice` is when; `at` is now, so `at - last_voice` is the hangover of the VAD."""

    at: float
    last_voice: float
    voiced: float


@dataclass(frozen=True, slots=True)
class SpeechDropped:
    """What began was no speech (a cough, a door): forget the sound since SpeechStarted."""

    at: float
    voiced: float


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    """The first sample of a stream has left the loudspeaker (device latency counted in)."""

    stream: int
    at: float


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """A stream was ended by `end` and has been heard to its end."""

    stream: int
    at: float
    seconds: float
    """How long it was."""


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """Another device is used from now on; `reason` is a sentence for the user, empty at the start."""

    kind: DeviceKind
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeviceFailed:
    """No device of this kind can be used; `reason` is a sentence for the user. The room keeps looking for one."""

    kind: DeviceKind
    reason: str


RoomEvent: TypeAlias = (
    Level
    | SpeechStarted
    | SpeechAudio
    | SpeechEnded
    | SpeechDropped
    | PlaybackStarted
    | PlaybackFinished
    | DeviceChanged
    | DeviceFailed
)
