"""What becomes a question that can be asked: a text, a sound, a turn that is asked once more.

Raises CslmError with a sentence for what is no question. Knows nothing of the engine and of devices.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.session.book import Book
from app.session.live import Question
from app.settings.model import Conversing
from cslm_core.audio import LISTEN_RATE, Pcm
from cslm_core.errors import CslmError
from cslm_core.events import AUTO

__all__ = ["corrected", "once_more", "possible", "sounded", "typed", "wanted"]


def typed(book: Book, settings: Conversing, text: str) -> Question:
    """A typed text, as a new turn."""
    text = _whole(text)
    if not text:
        raise CslmError("The text is empty; type something.")
    turn = book.begin("typed", state="thinking", question=text, wanted=wanted(settings.reply_language))
    return Question(turn, text, settings.input_language, settings.reply_language)


def sounded(book: Book, settings: Conversing, pcm16k: Pcm) -> Question:
    """The sound of a file, as a new turn."""
    turn = book.begin("file", state="thinking", wanted=wanted(settings.reply_language))
    book.add_sound(turn.id, "question", pcm16k, LISTEN_RATE)
    book.store_sounds(turn.id)
    return Question(turn, pcm16k, settings.input_language, settings.reply_language)


def corrected(book: Book, number: int, text: str, seed: int) -> Question:
    """A turn whose question was misheard: `text` is what was asked."""
    text = _whole(text)
    if not text:
        raise CslmError("The text is empty; type what was asked.")
    turn = book.turn(number)
    misheard = turn.misheard or (turn.question if turn.origin != "typed" else "")
    emptied = book.begin_again(replace(turn, question=text, misheard=misheard))
    return Question(emptied, text, AUTO, turn.wanted_language, seed, again=True)


def once_more(book: Book, number: int, reply_language: str, seed: int) -> Question:
    """A turn as it was, to be answered in a language; another seed, since the same reply would be no help."""
    turn = book.turn(number)
    content: str | Pcm | None = turn.question or book.sound(number, "question", LISTEN_RATE)
    if content is None:
        raise CslmError("Neither the words nor the sound of this question are there; ask it again.")
    language = turn.question_language if turn.question else AUTO
    emptied = book.begin_again(replace(turn, wanted_language=wanted(reply_language)))
    return Question(emptied, content, language, reply_language, seed, again=True)


def possible(settings: Conversing, languages: Collection[str]) -> Conversing:
    """The settings with "auto" in place of a language that is not one of the pack's: the choice outlives the pack."""
    if not languages:
        return settings
    chosen = {"input_language": settings.input_language, "reply_language": settings.reply_language}
    missing = {name: AUTO for name, language in chosen.items() if language not in (AUTO, *languages)}
    return settings.model_copy(update=missing) if missing else settings


def wanted(language: str) -> str:
    """A reply language as a turn has it: empty for that of the question."""
    return "" if language == AUTO else language


def _whole(text: str) -> str:
    """What was typed, without halves of characters (which no file takes) and without space around it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
