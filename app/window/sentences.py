"""The sentences that come from below (engine, devices, store, trainer) in the language of the interface.

Below the window a sentence is English and final. Those that a user may meet are listed in `sentencelist.py` and
`trainersentences.py`; what differs in one is looked up itself, since it may be a known part of a sentence. A sentence
that is not listed is shown as it is. Knows nothing of when a sentence is said.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication

from app.window import sentencelist
from app.window.sentencelist import AND, LANGUAGES
from app.window.trainersentences import AFTER, CLAUSE, COUNTED, DETAILED, LISTED, SYSTEM, TRAINER_SENTENCES

__all__ = ["SENTENCES", "in_words"]

SENTENCES: Final = sentencelist.SENTENCES + TRAINER_SENTENCES
_PLACE: Final = re.compile(r"\\{\d\\}")
_CODE: Final = re.compile(r"[a-z]{2,3}(-\w+)*")
"""A language without a name is called by its code."""
_COUNTED: Final = re.compile(r"(\d+): (.+)", re.DOTALL)
_NEXT_COUNTED: Final = re.compile(r"; (?=\d+: )")
_THING: Final = re.compile(r"([^(]+) \(.+\)")
_NEXT_THING: Final = re.compile(r"(?<=\)), ")


class _Pattern(NamedTuple):
    """A listed text with places; nothing fits it that lacks its longest piece (a regular expression costs more)."""

    piece: str
    text: str


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    """Those in which nothing differs."""
    return frozenset(text for text in (*LANGUAGES, *SYSTEM, *SENTENCES) if "{0}" not in text)


@lru_cache(maxsize=1)
def _patterns() -> list[_Pattern]:
    """Those that say most themselves come first: “{0} is damaged: {1}.” fits much of what others fit better."""
    pieces = {text: re.split(r"{\d}", text) for text in SENTENCES if "{0}" in text}
    known = sorted(pieces, key=lambda text: len("".join(pieces[text])), reverse=True)
    return [_Pattern(max(pieces[text], key=len), text) for text in known]


@cache
def _expression(text: str) -> re.Pattern[str]:
    """Made when it is first needed: all at once would keep the window waiting."""
    return re.compile(_PLACE.sub("(.+?)", re.escape(text)), re.DOTALL)


def in_words(sentence: str) -> str:
    """The sentence in the language of the interface; as it is if it is none of those that are known."""
    found = _known(sentence)
    return sentence if found is None else found


def _known(sentence: str) -> str | None:
    """None for what is not listed, nor put together from what is."""
    if sentence in _plain():
        return _translated(sentence)
    found = _in_a_row(sentence) or _reason(sentence)
    if found is not None:
        return found
    text, parts = _fitting(sentence)
    return _translated(text, *parts) if text else _languages(sentence) or _refusal(sentence)


def _fitting(sentence: str) -> tuple[str, tuple[str, ...]]:
    """The listed text with places that fits, and what is in its places; "" when none does."""
    for piece, text in _patterns():
        if piece in sentence and (match := _expression(text).fullmatch(sentence)) is not None:
            return text, match.groups()
    return "", ()


def _in_a_row(sentence: str) -> str | None:
    """Several known things.

    "7: there is no text; 2: the sound is too long", or "misheard words (9% then, 8% now), sensible answers (...)".
    """
    if (counted := _COUNTED.fullmatch(sentence)) is not None:
        things = _NEXT_COUNTED.split(sentence)
        if len(things) > 1:
            return _joined(AFTER, things)
        what = _known(counted[2])
        return None if what is None else _put(COUNTED, counted[1], what)
    things = _NEXT_THING.split(sentence)
    of_known = (match is not None and match[1] in _plain() for match in map(_THING.fullmatch, things))
    return _joined(LISTED, things) if len(things) > 1 and all(of_known) else None


def _joined(by: str, things: list[str]) -> str | None:
    """All of them, if all are known."""
    known = [_known(thing) for thing in things]
    said = known[0]
    for what in known[1:]:
        if said is None or what is None:
            return None
        said = _put(by, said, what)
    return said


def _reason(sentence: str) -> str | None:
    """A known reason as a sentence, with or without more about it: "The sound is too short (0.2 s, at least 0.4)."."""
    said = _clause(sentence[:1].lower() + sentence[1:-1]) if sentence.endswith(".") else None
    return said[:1].upper() + said[1:] if said and sentence[:1].isupper() else said


def _clause(clause: str) -> str | None:
    """A known reason, and a stop behind it."""
    if clause in _plain():
        return _put(CLAUSE, _translated(clause))
    reason, bracket, detail = clause.partition(" (")
    if not bracket or reason not in _plain() or not detail.endswith(")"):
        return None
    text, parts = _fitting(clause)
    if text.startswith(f"{reason} ("):
        return _put(CLAUSE, _translated(text, *parts))
    return _put(CLAUSE, _put(DETAILED, _translated(reason), _without_stop(detail[:-1])))


def _without_stop(detail: str) -> str:
    """A part of a sentence; it may have been a sentence of its own."""
    found = _known(detail)
    if found is None and (sentence := _known(f"{detail}.")) is not None:
        return sentence.rstrip("。.")
    return detail if found is None else found


def _languages(sentence: str) -> str | None:
    first, _, others = sentence.partition(" and ")
    if others and all(name in LANGUAGES or _CODE.fullmatch(name) for name in sentence.split(" and ")):
        return _translated(AND, first, others)
    return None


def _refusal(sentence: str) -> str | None:
    """What the system says, with the file that it is about."""
    clause = sentence.removesuffix(".")
    what, colon, which = clause.partition(": ")
    if what not in SYSTEM:
        return None
    said = _put(COUNTED, _translated(what), which) if colon else _translated(what)
    return said if clause == sentence else _put(CLAUSE, said)


def _translated(text: str, *parts: str) -> str:
    return _put(text, *(in_words(part) for part in parts))


def _put(text: str, *parts: str) -> str:
    """A listed text with parts that are translated already."""
    return QCoreApplication.translate("Sentence", text).format(*parts)
