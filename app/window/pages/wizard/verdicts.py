"""What was found of a take, in the words of the window. Knows nothing of how it is found."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.window.pages.wizard.takes import LONGEST, Judgement

__all__ = ["sentence_of"]


def sentence_of(judged: Judgement) -> str:
    """A sentence: what was found and what to do."""
    return {
        "fine": QCoreApplication.translate("Takes", "Fine, and kept: {0} dB above the noise."),
        "zeros": QCoreApplication.translate(
            "Takes", "The microphone gives only zeros; allow the program to use it in the system's settings."
        ),
        "silent": QCoreApplication.translate("Takes", "Nothing was heard; check the microphone and read it again."),
        "quiet": QCoreApplication.translate(
            "Takes", "Too quiet; come closer or turn the microphone up, and read it again."
        ),
        "clipped": QCoreApplication.translate(
            "Takes", "Clipped: it was too loud; turn the microphone down or move away from it, and read it again."
        ),
        "noise": QCoreApplication.translate(
            "Takes", "Too much noise: your voice is only {0} dB above it; find a quieter place and read it again."
        ),
        "no_speech": QCoreApplication.translate("Takes", "There is sound, but no voice in it; read it again."),
        "two_speakers": QCoreApplication.translate("Takes", "It sounds as if two people speak; read it again alone."),
        "too_short": QCoreApplication.translate(
            "Takes", "Too short; press the button, read the sentence, then press it again."
        ),
        "too_long": QCoreApplication.translate(
            "Takes", "Longer than {1} seconds, which is not used; read it without pauses, or skip it."
        ),
        "rate": QCoreApplication.translate(
            "Takes", "The sentence does not fit what was recorded; read all of it, and stop when it is read."
        ),
    }[judged.verdict].format(round(judged.speech - judged.noise), round(LONGEST))
