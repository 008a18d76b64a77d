"""Questions as they might have been written down wrongly: words put in the place of others that sound alike.

An answer follows from what was heard and from what was written of it. If the writing is always right in training, a
model trusts it, and answers its own slip. Drawing slips anew each time a question is learnt from costs nothing, where
recognising every question would cost a pass of the model. Knows nothing of tasks or models.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from cslm_core.errors import TrainingError
from trainer.tokenizer.phonemes import ENGLISH_WORD, HAN, phonemes_of_each

NEIGHBOURS = 12
"""How many words can stand in for one."""
SAME_SOUND = 6
"""How many of them at most sound just like it, so that near sounds come up as well."""
FURTHEST = 0.67
"""The largest distance to them, in phonemes to change over phonemes of the longer word."""
CHANGED = 0.5
"""The largest chance of a word to be changed; how much it is is drawn once for a question."""
DROPPED = 0.15
"""How many of the changed words are left out, nothing in their place."""
_DRAWS = 8
_ROWS = 512


class Misheard:
    """For each word the words that sound most like it, nearest first, by language."""

    def __init__(self, alike: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._alike = alike

    @classmethod
    def of_texts(cls, texts: Mapping[str, Iterable[str]]) -> Misheard:
        """From the words of all `texts` by language: English words, Chinese characters.

        TrainingError without the libraries that know how English is pronounced.
        """
        alike = {}
        for language, lines in texts.items():
            pattern = HAN if language == "zh" else ENGLISH_WORD
            written = Counter(word for line in lines for word in pattern.findall(line))
            usual = {word.lower(): word for word, _ in reversed(written.most_common())}
            words = sorted(usual, key=lambda word: (-written[usual[word]], word))
            if words:
                found = _neighbours(words, _sounds(words, language))
                alike[language] = {word: [usual[other] for other in others] for word, others in found.items()}
        return cls(alike)

    def near(self, word: str, language: str) -> Sequence[str]:
        """The words that can stand in for `word`, nearest first; none for one that was in no text."""
        return self._alike.get(language, {}).get(word.lower(), ())

    def changed(self, text: str, language: str, rng: random.Random) -> str:
        """`text` with some of its words in the place of others, or without them; as it is if there are none for it."""
        rate = CHANGED * rng.random()

        def slip(match: re.Match[str]) -> str:
            near = self.near(match[0], language)
            if not near or rng.random() >= rate:
                return match[0]
            return "" if rng.random() < DROPPED else near[int(len(near) * rng.random() ** 2)]

        for _ in range(_DRAWS):
            slipped = (HAN if language == "zh" else ENGLISH_WORD).sub(slip, text)
            if slipped != text and any(map(str.isalnum, slipped)):
                written = _tidy(slipped)
                return written[0].upper() + written[1:] if text[0].isupper() else written
        return text


def _tidy(text: str) -> str:
    """No sign at the beginning, no comma before another sign, no space before any, single spaces: as it is written."""
    return " ".join(re.sub(r"^[\s,.?!，。？！]+|[,，]\s*(?=[,.?!，。？！])|\s+(?=[,.?!])", "", text).split())


def _sounds(words: Sequence[str], language: str) -> list[tuple[str, ...]]:
    try:
        return phonemes_of_each(words, language)
    except ImportError as error:
        raise TrainingError(
            f"How words are pronounced cannot be looked up ({error}); install the program with its extra `train`."
        ) from error
    except ValueError as error:
        raise TrainingError(
            f"How the words of the corpora are pronounced cannot be told: {error} Leave out the corpus with such words."
        ) from error


def _neighbours(words: Sequence[str], phonemes: Sequence[tuple[str, ...]]) -> dict[str, list[str]]:
    """The nearest of `words` (frequent ones first) to each of them by the phonemes that have to change."""
    import numpy as np
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    signs = {p: chr(0x100 + i) for i, p in enumerate(sorted({p for of in phonemes for p in of}))}
    sounds = ["".join(signs[p] for p in of) for of in phonemes]
    found = {}
    for start in range(0, len(words), _ROWS):
        rows = cdist(sounds[start : start + _ROWS], sounds, scorer=Levenshtein.normalized_distance, dtype=np.float32)
        for at, row in enumerate(rows, start):
            row[at] = np.inf
            order = row.argsort(kind="stable")
            same = int((row == 0).sum())
            nearest = [*order[: min(same, SAME_SOUND)], *order[same:]][:NEIGHBOURS]
            found[words[at]] = [words[i] for i in nearest if row[i] <= FURTHEST]
    return found
