"""In which of a few languages a text is written, also where they share a script: by their letters in threes.

Learnt from texts of each, which a job has. Knows nothing of where texts come from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from trainer.language.languages import text_key

__all__ = ["WhichLanguage"]


class WhichLanguage:
    """Takes texts by language code; needs a few dozen sentences of each to be of use."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._counts = {code: Counter(g for text in own for g in _grams(text)) for code, own in texts.items()}
        self._totals = {code: sum(counts.values()) for code, counts in self._counts.items()}
        self._kinds = len({gram for counts in self._counts.values() for gram in counts}) + 1

    def of(self, text: str) -> str | None:
        """The likeliest language; None for a text without letters or without any texts to compare with."""
        grams = list(_grams(text))
        if not grams or not self._counts:
            return None

        def score(code: str) -> float:
            counts, total = self._counts[code], self._totals[code]
            return sum(math.log((counts[gram] + 0.1) / (total + 0.1 * self._kinds)) for gram in grams)

        return max(sorted(self._counts), key=score)


def _grams(text: str) -> list[str]:
    words = "".join(c.casefold() if c.isalpha() else " " for c in text).split()
    padded = " ".join(["", *words, ""])
    if not text_key(text):
        return []
    return [padded[i : i + n] for n in (1, 2, 3) for i in range(len(padded) - n + 1) if padded[i : i + n].strip()]
