"""Cutting text into chunks that are spoken one by one: about 7 words or 10 Chinese characters, best at punctuation.

The first chunk is shorter, because it decides when the first sound comes. Joined, the chunks are the text again. Paper:
chunks of about 7 words, cut at punctuation where possible. Knows nothing of tokens or speech.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

__all__ = ["ChunkSizes", "cut_chunks"]

_STRONG: Final = frozenset(".!?。！？…;；")
_WEAK: Final = frozenset(",，、:：—–")
_CLOSING: Final = frozenset("\"'”’)）]】」』》")
_CHARACTER: Final = 0.7
"""A Chinese character in words: 10 characters take as long to say as 7 words."""
_LONG_WORD: Final = 9
_LONGEST_ATOM: Final = 24
_NO_CHUNK_BEGINS_WITH: Final = frozenset("的了吗呢吧么们着过")
"""Characters that lean on the one before."""
_CHUNK_MAY_BEGIN_WITH: Final = frozenset("和与或但而也就把被")
"""Characters that begin a phrase: a cut before them seldom tears a word."""
_LEANING_ENGLISH: Final = """a an the of to in on at by for from with and or but if as is are was were be my your his
her its our their this that these those i you he she we they it not very no what why how who when where"""
_LEANING: Final = {"en": frozenset(_LEANING_ENGLISH.split())}
"""By language, words that lean on the one after: no chunk should end with them."""
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class ChunkSizes:
    """In words: the least, the wanted and the largest size of the first chunk and of those after it."""

    first: tuple[float, float, float] = (2.5, 4.0, 5.0)
    later: tuple[float, float, float] = (4.0, 7.0, 10.0)


@dataclass(frozen=True)
class _Atom:
    """What is never cut: a word or a character, with the punctuation behind it."""

    text: str
    words: float
    cost: float
    """Of a cut behind it, in words away from the wanted size."""


def cut_chunks(text: str, language: str = "", sizes: ChunkSizes | None = None) -> list[str]:
    """The chunks of a text in `language`, whose spaces have been made single; [] for a text without anything to say.

    A chunk begins with the space that stands before it in the text, so that `"".join(chunks)` is the text.
    """
    text = _SPACES.sub(" ", text).strip()
    if not any(character.isalnum() for character in text):
        return []
    sizes = sizes or ChunkSizes()
    atoms = _atoms(text, _LEANING.get(language, frozenset()))
    chunks: list[str] = []
    start = 0
    while start < len(atoms):
        end = _cut(atoms, start, sizes.later if chunks else sizes.first, sizes.later[0])
        chunks.append("".join(atom.text for atom in atoms[start:end]))
        start = end
    return chunks


def _cut(atoms: list[_Atom], start: int, size: tuple[float, float, float], least_rest: float) -> int:
    """The end of the chunk that begins at `start`."""
    least, wanted, most = size
    rest = sum(atom.words for atom in atoms[start:])
    if rest <= most:
        # One sentence is not torn from the next within a rest that is short enough to be one chunk.
        return len(atoms)
    best, best_cost = start + 1, float("inf")
    words = 0.0
    for end in range(start + 1, len(atoms)):
        words += atoms[end - 1].words
        if words > most and best_cost < float("inf"):
            break
        cost = abs(words - wanted) + atoms[end - 1].cost
        if words < least:
            # A short sentence may be a chunk ("Yes."), a short clause hardly ever.
            cost += 0.5 if atoms[end - 1].cost <= 0 else 4.0
        if rest - words < least_rest:
            cost += 2.0  # a stump would be left for the next
        following = atoms[end].text[:1]
        if following in _NO_CHUNK_BEGINS_WITH:
            cost += 2.0
        elif following in _CHUNK_MAY_BEGIN_WITH:
            cost -= 1.5
        if cost < best_cost:
            best, best_cost = end, cost
    return best


def _atoms(text: str, leaning: frozenset[str]) -> list[_Atom]:
    atoms: list[_Atom] = []
    for run in re.findall(r" ?[^ ]+", text):
        for part in _parts(run):
            if atoms and not any(character.isalnum() for character in part):
                last = atoms.pop()  # punctuation stays with what it closes
                part, words = last.text + part, last.words
            else:
                words = _words(part)
            atoms.append(_Atom(part, words, _cost(part, leaning)))
    return atoms


def _parts(run: str) -> list[str]:
    """A run without inner spaces, cut between characters of scripts that write none, and where it is far too long."""
    parts: list[str] = []
    current = ""
    for character in run:
        whole = _is_character(character)
        boundary = whole or (current and _is_character(current.lstrip()[:1])) or len(current) >= _LONGEST_ATOM
        if boundary and current.strip() and (character.isalnum() or whole):
            parts.append(current)
            current = ""
        current += character
    return [*parts, current]


def _is_character(character: str) -> bool:
    """Whether it is a character of a script that writes no spaces (Han and the Japanese syllabaries)."""
    return unicodedata.name(character or " ", "").startswith(
        ("CJK UNIFIED", "CJK COMPAT", "HIRAGANA", "KATAKANA LETTER")
    )


def _words(part: str) -> float:
    letters = sum(character.isalnum() for character in part)
    if _is_character(part.lstrip()[:1]):
        return _CHARACTER
    return max(1.0, letters / _LONG_WORD)


def _cost(part: str, leaning: frozenset[str]) -> float:
    """How unwelcome a cut behind this atom is: a full stop invites one, the middle of a clause does not."""
    bare = part.rstrip("".join(_CLOSING))
    if bare[-1:] in _STRONG:
        return -2.0
    if bare[-1:] in _WEAK:
        return 0.0
    leans = bare[-1:].isdecimal() or bare.strip().lower() in leaning
    return 3.5 if leans else 2.0
