"""Questions as they might have been written down wrongly: words put in the place of others that sound alike.

An answer follows from what was heard and from what was written of it. If the writing is always right in training, a
model trusts it, and answers its own slip. Drawing slips anew each time a question is learnt from costs nothing, where
recognising every question would cost a pass of the model. Knows nothing of tasks or models.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from trainer.tokenizer.phonemes import ENGLISH_WORD, HAN, phonemes_of_each

NEIGHBOURS = 12
"""How many words can stand in for one."""
FURTHEST = 0.67
"""The largest distance to them, in phonemes to change over phonemes of the longer word."""
CHANGED = 0.5
"""The largest share of the words of a question that are changed; how much is drawn once for the question."""
DROPPED = 0.15
"""How many of the changed words are left out, nothing in their place."""
_ROWS = 512


class Misheard:
    """For each word the words that sound most like it, nearest first, by language."""

    def __init__(self, alike: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._alike = alike

    @classmethod
    def of_texts(cls, texts: Mapping[str, Iterable[str]]) -> Misheard:
        """From the words of all `texts` by language: English words, Chinese characters."""
        alike = {}
        for language, lines in texts.items():
            pattern = HAN if language == "zh" else ENGLISH_WORD
            words = sorted({word.lower() for line in lines for word in pattern.findall(line)})
            alike[language] = _neighbours(words, phonemes_of_each(words, language)) if words else {}
        return cls(alike)

    def changed(self, text: str, language: str, rng: random.Random) -> str:
        """`text` with some of its words in the place of others, or without them; the signs between them stay."""
        alike = self._alike.get(language, {})
        rate = CHANGED * rng.random()

        def slip(word: str) -> str:
            near = alike.get(word.lower())
            if not near or rng.random() >= rate:
                return word
            if rng.random() < DROPPED:
                return ""
            other = near[int(len(near) * rng.random() ** 2)]
            return other.capitalize() if word[0].isupper() and len(word) > 1 else other

        written = (HAN if language == "zh" else ENGLISH_WORD).sub(lambda match: slip(match[0]), text)
        return " ".join(written.split()) if any(map(str.isalnum, written)) else text


def _neighbours(words: Sequence[str], phonemes: Sequence[tuple[str, ...]]) -> dict[str, list[str]]:
    """The nearest of `words` to each of them by the phonemes that have to change."""
    signs = {p: chr(0x100 + i) for i, p in enumerate(sorted({p for of in phonemes for p in of}))}
    sounds = ["".join(signs[p] for p in of) for of in phonemes]
    found = {}
    for start in range(0, len(words), _ROWS):
        rows = cdist(sounds[start : start + _ROWS], sounds, scorer=Levenshtein.normalized_distance, dtype=np.float32)
        for at, row in enumerate(rows, start):
            row[at] = np.inf
            nearest = row.argsort(kind="stable")[:NEIGHBOURS]
            found[words[at]] = [words[i] for i in nearest if row[i] <= FURTHEST]
    return found
