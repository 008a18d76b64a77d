"""The room: what a session may ask of microphone and loudspeaker; `AudioRoom` has it with real devices.

Knows nothing of conversations.
"""

from __future__ import annotations

from typing import Literal, Protocol

from app.audio.events import RoomEvent
from app.settings.model import AudioSettings
from cslm_core.audio import Pcm

__all__ = ["ListenMode", "Room", "RoomListener"]

ListenMode = Literal["hands-free", "push-to-talk", "off"]


class RoomListener(Protocol):
    def __call__(self, event: RoomEvent) -> None: ...


class Room(Protocol):
    """Methods may be called from any thread; they return at once."""

    def start(self, listener: RoomListener) -> None:
        """Open the devices (in the background) and tell `listener` what happens from now on."""

    def close(self) -> None: ...

    def update(self, settings: AudioSettings) -> None:
        """Other settings, at once and without a restart."""

    # microphone
    def set_mode(self, mode: ListenMode) -> None: ...

    def set_muted(self, muted: bool) -> None:
        """Muted: nothing is heard and Level is silent; the operating system may show the microphone as unused."""

    def press(self, down: bool) -> None:
        """The push-to-talk key or button."""

    def drop(self) -> None:
        """What is being said, if anything, does not count (SpeechDropped), and the key is taken to be let go."""

    # loudspeaker: one stream of sound at a time; a stream is a number that the caller chooses
    def play(self, stream: int, pcm24k: Pcm) -> None:
        """Append sound to a stream. A new number replaces whatever is playing, and is not paused."""

    def end(self, stream: int) -> None:
        """No more sound of this stream follows."""

    def pause(self) -> None:
        """Silence within 100 ms; what is queued stays."""

    def resume(self) -> None: ...

    def silence(self) -> None:
        """Silence within 100 ms, also of all that is played or resumed from now on, until `stop`; nothing is lost."""

    def stop(self) -> float:
        """Silence within 100 ms, the queue is dropped. Seconds of the stream that were really heard."""

    def position(self) -> float:
        """Seconds of the current stream that have really been heard (device latency counted off)."""
