"""From what the room hears to what it means for the conversation: a question, an interruption, or nothing.

For the session's thread; is handed every time. Knows nothing of the engine and of how a turn goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.audio.events import SpeechAudio, SpeechDropped, SpeechEnded, SpeechStarted
from app.session.conductor import Conductor
from app.session.live import Utterance
from app.session.machine import HELD, Happening, Phase
from cslm_core.audio import MAX_SECONDS

__all__ = ["Ears"]

_BELIEVED: Final = 0.2
"""Seconds of certain speech from which on a question is shown."""
_CERTAIN: Final = 0.4
"""Seconds of certain speech that interrupt a reply."""
_SHORT: Final = 0.3
"""The same of an utterance that is over ("No!", "Stop!")."""
_HOLD_SECONDS: Final = 1.0
"""So long a reply waits for words."""
_LONGEST: Final = MAX_SECONDS - 1.0


class Ears:
    """Follows one utterance at a time. `drop` tells the room that what it hears does not count."""

    def __init__(self, conductor: Conductor, drop: Callable[[], None]) -> None:
        self._conductor = conductor
        self._drop = drop
        self._heard = False
        """Whether the room hears somebody."""

    def started(self, event: SpeechStarted) -> None:
        conductor = self._conductor
        if conductor.muted:
            return
        self._heard = True
        conductor.utterance = Utterance(event.at, manual=event.manual, held_at=event.at)
        conductor.feed(Happening.KEY_VOICE if event.manual else Happening.VOICE)

    def sound(self, event: SpeechAudio) -> None:
        conductor, utterance = self._conductor, self._conductor.utterance
        if utterance is None:
            return
        utterance.add(event.pcm)
        utterance.voiced = event.voiced
        if utterance.open:
            conductor.push(event.pcm)
            if utterance.voiced >= _BELIEVED:
                conductor.believe()
            if utterance.seconds >= _LONGEST:
                self._end(utterance)
        elif utterance.voiced >= _CERTAIN:
            self._insist()
        elif utterance.seconds >= _LONGEST:
            conductor.utterance = None

    def ended(self, event: SpeechEnded) -> None:
        self._heard = False
        utterance = self._conductor.utterance
        if utterance is None:
            return
        utterance.voiced = event.voiced
        utterance.last_voice, utterance.hangover = event.last_voice, max(0.0, event.at - event.last_voice)
        if not utterance.open and event.voiced >= _SHORT:
            self._insist()
        self._end(utterance)

    def dropped(self, event: SpeechDropped) -> None:
        self._heard = False
        self.forget()

    def let_go(self) -> None:
        """The room has been told already to drop what is being said."""
        self._heard = False

    def forget(self) -> None:
        """What was being said does not count."""
        if self._conductor.utterance is not None:
            self._conductor.feed(Happening.VOICE_DROPPED)
            self._conductor.utterance = None

    def look(self, now: float) -> None:
        """A reply does not wait for words for ever, and the room does not listen to what nobody wants to hear."""
        utterance = self._conductor.utterance
        if self._heard and utterance is None:
            self._heard = False
            self._drop()
        if not self._conductor.machine.held or utterance is None or utterance.held_at is None:
            return
        if now - utterance.held_at >= _HOLD_SECONDS:
            utterance.held_at = None
            self._conductor.feed(Happening.VOICE_DROPPED)  # it may still turn out to be somebody who speaks

    def _insist(self) -> None:
        """Somebody really speaks."""
        phase = self._conductor.machine.phase
        if phase in HELD or phase is Phase.READY:
            self._conductor.feed(Happening.VOICE)
        if self._conductor.machine.held:
            self._conductor.feed(Happening.CERTAIN)

    def _end(self, utterance: Utterance) -> None:
        if utterance.last_voice is None:
            utterance.last_voice = utterance.started + utterance.seconds
        self._conductor.feed(Happening.VOICE_ENDED)
        self._conductor.utterance = None
