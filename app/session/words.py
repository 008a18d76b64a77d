"""The words of a text, and when each of them is spoken: what is highlighted, and what a click plays.

A word is what stands between spaces; in scripts without spaces, each character, with the punctuation behind it. The
window and the session number words by this module alone. Knows nothing of sound: times are shares of the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

__all__ = ["Span", "speaking_seconds", "word_at", "word_times", "words"]

_WORD_COST: Final = 1.0
_LETTER_COST: Final = 0.35
_CHARACTER_COST: Final = 2.4
"""A Chinese character takes about as long to say as four letters and a word's beginning."""
_PAUSE_COST: Final = 1.5
_COST_SECONDS: Final = 0.12
_OPENING: Final = ("Ps", "Pi")
"""Categories of brackets and quotes that belong to the word behind them."""
_PAUSES: Final = frozenset(".,;:!?。，、；：！？…")


class Span(NamedTuple):
    """A word is `text[start:end]`."""

    start: int
    end: int


@lru_cache(maxsize=64)
def words(text: str) -> Sequence[Span]:
    """The words of a text, in order; they neither overlap nor hold spaces, and every one has something to say."""
    spans: list[Span] = []
    start: int | None = None
    last = ""
    """The last letter of the word that is open; empty while it has none."""

    def close(end: int) -> None:
        nonlocal start, last
        if start is not None and last:
            spans.append(Span(start, end))
        start, last = None, ""

    for place, character in enumerate(text):
        if character.isspace():
            close(place)
            continue
        own = _is_own_word(character)
        after_own = bool(last) and _is_own_word(last)
        if (own and last) or (after_own and (character.isalnum() or unicodedata.category(character) in _OPENING)):
            close(place)
        if start is None:
            start = place
        if own or character.isalnum():
            last = character
    close(len(text))
    return tuple(spans)


def word_times(text: str, seconds: float) -> list[float]:
    """When each word of `words(text)` begins, if all of the text is spoken in `seconds`: by the length of the words.

    The first begins at 0; times never fall and stay below `seconds`.
    """
    costs = [_cost(text[span.start : span.end]) for span in words(text)]
    total = sum(costs)
    return [seconds * min(1.0, done / total) for done in list(accumulate(costs, initial=0.0))[:-1]] if costs else []


def word_at(text: str, seconds: float, position: float) -> int | None:
    """The number of the word that is spoken `position` seconds into the text; None for a text without words."""
    times = word_times(text, seconds)
    if not times:
        return None
    for number, (_, after) in enumerate(pairwise(times)):
        if position < after:
            return number
    return len(times) - 1


def speaking_seconds(text: str) -> float:
    """About how long it takes to say a text, before its sound is there."""
    return _COST_SECONDS * sum(_cost(text[span.start : span.end]) for span in words(text))


def _is_own_word(character: str) -> bool:
    """Whether the script is written without spaces and a character is about a syllable."""
    name = unicodedata.name(character, "")
    return name.startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA LETTER", "KATAKANA LETTER"))


def _cost(word: str) -> float:
    cost = 0.0 if _is_own_word(word[0]) else _WORD_COST
    for character in word:
        if _is_own_word(character):
            cost += _CHARACTER_COST
        elif character.isalnum():
            cost += _LETTER_COST
        elif character in _PAUSES:
            cost += _PAUSE_COST
    return cost
