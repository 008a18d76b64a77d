"""Lists of Mandarin words in which every character comes up often: what a small corpus lacks to be read aloud from.

The words are those of jieba's dictionary (MIT), the frequent first. Knows nothing of speech.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from trainer.tokenizer.phonemes import HAN

__all__ = ["common_words", "lacking", "word_lists"]

_LONGEST: Final = 4
_WORDS_OF_ONE: Final = 12
"""How many different words a character is met in, at most."""
_IN_A_LIST: Final = (3, 5)
_PAUSED: Final = 0.5
"""How many words have a pause after them within a list."""


def common_words() -> dict[str, int]:
    """Words of at most four characters, and how often jieba's authors found each in running text."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return {
        word: count
        for word, count in jieba.dt.FREQ.items()
        if count > 0 and len(word) <= _LONGEST and all(map(HAN.fullmatch, word))
    }


def lacking(characters: Iterable[str], texts: Iterable[str], wanted: int) -> dict[str, int]:
    """How many of `texts` each of the characters lacks to be in `wanted`; those that lack none are left out."""
    found = Counter(c for text in texts for c in set(HAN.findall(text)))
    return {c: wanted - found[c] for c in sorted(set(characters)) if found[c] < wanted}


def word_lists(
    lacks: Mapping[str, int], words: Mapping[str, int], characters: Iterable[str], seed: int
) -> Iterator[str]:
    """Lists of three to five words that together say each character of `lacks` so many times more.

    All is written in `characters`. A character that is in no word is said alone.
    """
    rng, known = random.Random(seed), set(characters)
    of: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, count in words.items():
        if known.issuperset(word):
            for character in lacks.keys() & set(word):
                of[character].append((count, word))
    picked: list[str] = []
    for character, times in lacks.items():
        frequent = [word for _, word in heapq.nlargest(_WORDS_OF_ONE, of[character])] or [character]
        picked += [frequent[i % len(frequent)] for i in range(times)]
    rng.shuffle(picked)
    while picked:
        some = [picked.pop() for _ in range(min(rng.randint(*_IN_A_LIST), len(picked)))]
        paused = [word + ("，" if rng.random() < _PAUSED else "") for word in some[:-1]]
        yield "".join([*paused, some[-1], "。"])
