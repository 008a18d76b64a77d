"""The sentences that come from below (engine, devices, store) in the language of the interface.

Below the window a sentence is English and final. Those that a user may meet are listed here as they are written there;
{0}, {1}, ... stand for what differs, which is looked up itself where it is one of the small words. A sentence that is
not listed is shown as it is. Knows nothing of when a sentence is said.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

__all__ = ["SENTENCES", "in_words"]

SENTENCES: Final = tuple(
    str(text)
    for text in (
        # small words within others
        QT_TRANSLATE_NOOP("Sentence", "microphone"),
        QT_TRANSLATE_NOOP("Sentence", "loudspeaker"),
        QT_TRANSLATE_NOOP("Sentence", "start it again"),
        QT_TRANSLATE_NOOP("Sentence", "start it again (its log is {0})"),
        # engine
        QT_TRANSLATE_NOOP("Sentence", "The engine is not running; start it again, then ask once more."),
        QT_TRANSLATE_NOOP("Sentence", "The engine is not running; start it first."),
        QT_TRANSLATE_NOOP("Sentence", "The engine could not be started ({0}); restart the program."),
        QT_TRANSLATE_NOOP("Sentence", "The engine does not answer any more; {0}."),
        QT_TRANSLATE_NOOP("Sentence", "The engine was ended from outside, perhaps because memory ran out; {0}."),
        QT_TRANSLATE_NOOP("Sentence", "The engine crashed ({0}); {1}."),
        QT_TRANSLATE_NOOP("Sentence", "The engine stopped unexpectedly (exit code {0}); {1}."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The engine ran out of memory; close other programs or take a smaller pack, then start it again.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "The engine failed ({0}); start it again. Its log says more."),
        # questions
        QT_TRANSLATE_NOOP("Sentence", "Nothing was heard: the sound is silent. Check the microphone and ask again."),
        QT_TRANSLATE_NOOP("Sentence", "No speech was heard in the sound. Ask again, closer to the microphone."),
        QT_TRANSLATE_NOOP("Sentence", "No reply came; ask in other words."),
        QT_TRANSLATE_NOOP("Sentence", "The question is too long; at most {0} s can be heard at once."),
        QT_TRANSLATE_NOOP("Sentence", "The text is empty; type something."),
        QT_TRANSLATE_NOOP("Sentence", "The text is empty; type what was asked."),
        QT_TRANSLATE_NOOP("Sentence", "Neither the words nor the sound of this question are there; ask it again."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The sound of this turn was not kept, so it cannot be played; ask for the reply again to hear it.",
        ),
        # packs
        QT_TRANSLATE_NOOP("Sentence", "No pack has been chosen yet; choose one."),
        QT_TRANSLATE_NOOP("Sentence", "No pack was found in {0} or {1}; import one first."),
        QT_TRANSLATE_NOOP("Sentence", "There is no pack '{0}'; there is: {1}."),
        # devices
        QT_TRANSLATE_NOOP("Sentence", "No microphone was found; plug one in, or type your question."),
        QT_TRANSLATE_NOOP("Sentence", "No loudspeaker was found; plug one in. Replies are shown as text meanwhile."),
        QT_TRANSLATE_NOOP("Sentence", "The {0} “{1}” is not there. Using the {2} “{3}” until it returns."),
        QT_TRANSLATE_NOOP("Sentence", "The {0} “{1}” is there again."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The {0} “{1}” cannot be opened ({2}); check that no other program keeps it, or choose another one.",
        ),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The {0} “{1}” cannot be opened ({2}); check that no other program keeps it, or choose another one. "
            "Using the {3} “{4}” until it returns.",
        ),
        QT_TRANSLATE_NOOP("Sentence", "“{0}” went away; using the {1} “{2}” from now on."),
        QT_TRANSLATE_NOOP("Sentence", "The system's {0} is “{1}” now."),
        QT_TRANSLATE_NOOP("Sentence", "The system has no sound devices; plug one in or start the audio server."),
        QT_TRANSLATE_NOOP("Sentence", "The system's sound cannot be used ({0}); is an audio server running?"),
        QT_TRANSLATE_NOOP("Sentence", "The PortAudio library is missing; install libportaudio2 and try again."),
        QT_TRANSLATE_NOOP("Sentence", "There is no microphone to measure with; plug one in and unmute it."),
        QT_TRANSLATE_NOOP("Sentence", "There is no loudspeaker to measure with; plug one in."),
        QT_TRANSLATE_NOOP("Sentence", "There is no microphone to record with; plug one in and unmute it."),
        QT_TRANSLATE_NOOP("Sentence", "The microphone is in use by a measurement; wait a few seconds and try again."),
        QT_TRANSLATE_NOOP("Sentence", "No sound comes from the microphone; choose another one and try again."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The microphone gives only zeros; allow the program to use it in the system's settings."
        ),
        QT_TRANSLATE_NOOP("Sentence", "Nothing was played; choose another loudspeaker and try again."),
        # conversations and settings
        QT_TRANSLATE_NOOP("Sentence", "This conversation does not exist any more; choose another one."),
        QT_TRANSLATE_NOOP("Sentence", "This conversation does not exist any more; begin a new one."),
        QT_TRANSLATE_NOOP("Sentence", "This turn does not exist any more; choose another one."),
        QT_TRANSLATE_NOOP("Sentence", "The conversation could not be stored or read: {0}."),
        QT_TRANSLATE_NOOP(
            "Sentence", "The conversations in {0} cannot be used ({1}); new ones are kept only while the program runs."
        ),
        QT_TRANSLATE_NOOP("Sentence", "There is nothing in this conversation yet; ask something first."),
        QT_TRANSLATE_NOOP("Sentence", "No sound is stored of this conversation; export it as text."),
        QT_TRANSLATE_NOOP("Sentence", "The settings could not be saved in {0}: {1}."),
        QT_TRANSLATE_NOOP("Sentence", "The settings in {0} cannot be read ({1}); the defaults are used."),
        QT_TRANSLATE_NOOP(
            "Sentence",
            "The settings in {0} could not be read ({1}); "
            "the file has been set aside as {2} and the defaults are used.",
        ),
    )
)

_PLACE: Final = re.compile(r"\\{\d\\}")


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(_PLACE.sub("(.+?)", re.escape(text)), re.DOTALL), text) for text in SENTENCES]


def in_words(sentence: str) -> str:
    """The sentence in the language of the interface; as it is if it is none of those that are known."""
    for pattern, text in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return QCoreApplication.translate("Sentence", text).format(*(in_words(part) for part in found.groups()))
    return sentence
