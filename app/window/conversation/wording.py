"""What is written beside a turn: names of languages, captions, what a screen reader says. Knows nothing of widgets."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from app.session.words import word_times
from app.store.model import Turn
from app.window.sentences import in_words

__all__ = ["language_name", "question_caption", "reply_caption", "spoken_description", "unheard_from"]


_NAMES: Final = {"en": "English", "es": "Español", "zh": "中文"}
"""Where Qt names what is spoken in one country."""


def language_name(code: str) -> str:
    """A language by the name it has itself: "English", "中文"."""
    if not code:
        return ""
    if code in _NAMES:
        return _NAMES[code]
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name and QLocale(code).language() != QLocale.Language.C else code


def question_caption(turn: Turn) -> str:
    """How it was asked and in which language; what had been heard if the user has corrected it."""
    how = {
        "spoken": QCoreApplication.translate("Turn", "spoken"),
        "typed": QCoreApplication.translate("Turn", "typed"),
        "file": QCoreApplication.translate("Turn", "from a file"),
    }[turn.origin]
    if turn.state == "listening":
        return QCoreApplication.translate("Turn", "listening…")
    parts = [language_name(turn.question_language), how, f"{turn.asked:%H:%M}"]
    if turn.misheard:
        parts.append(QCoreApplication.translate("Turn", "corrected; heard was “{0}”").format(turn.misheard))
    return "  ·  ".join(part for part in parts if part)


def reply_caption(turn: Turn, *, latency: bool) -> str:
    """Language, length and state of the reply."""
    parts = []
    if turn.chunks:
        parts.append(language_name(turn.reply_language))
        seconds = sum(chunk.seconds for chunk in turn.chunks)
        if seconds:
            parts.append(QCoreApplication.translate("Turn", "{0} s of speech").format(f"{seconds:.1f}"))
    if turn.state == "thinking":
        parts.append(QCoreApplication.translate("Turn", "thinking…"))
    elif turn.state == "interrupted":
        parts.append(QCoreApplication.translate("Turn", "interrupted; the pale part was not heard"))
    first = turn.waterfall.played if turn.waterfall is not None else None
    if latency and first is not None:
        parts.append(QCoreApplication.translate("Turn", "first sound after {0} s").format(f"{first:.2f}"))
    return "  ·  ".join(part for part in parts if part)


def spoken_description(turn: Turn) -> str:
    """The turn for a screen reader."""
    parts = [QCoreApplication.translate("Turn", "You asked: {0}").format(turn.question or "…")]
    if turn.reply:
        parts.append(QCoreApplication.translate("Turn", "Answer: {0}").format(turn.reply))
    caption = reply_caption(turn, latency=False)
    if caption:
        parts.append(caption)
    if turn.problem:
        parts.append(in_words(turn.problem))
    return ". ".join(parts)


def unheard_from(turn: Turn) -> tuple[int, int] | None:
    """Chunk and number of the first word that was not heard; None if all of the reply was."""
    heard = turn.heard_seconds
    if heard is None:
        return None
    for number, chunk in enumerate(turn.chunks):
        if not chunk.seconds:
            if chunk.start >= heard and number:
                return (number, 0)
            continue
        if chunk.start + chunk.seconds <= heard:
            continue
        for word, at in enumerate(word_times(chunk.text, chunk.seconds)):
            if chunk.start + at >= heard:
                return (number, word)
    return None
