"""Texts of the new language that nobody has spoken, put together from words as they were really spoken.

At about one unit per phone a word's units hardly depend on its neighbours, so the few hours of a language's corpus can
say all its dialogues and translations, anew at every drawing. Only what is heard and said in training is made so;
nothing is measured on it. Knows nothing of tasks or models.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable

from trainer.language.languages import text_key
from trainer.lm.examples import Spoken, words_in

__all__ = ["Words"]


class Words:
    """All words of aligned utterances, by their letters, and by whether they end their utterance."""

    def __init__(self, language: str, spoken: Iterable[Spoken]) -> None:
        self.language = language
        self._heard: dict[tuple[str, bool], list[tuple[int, ...]]] = defaultdict(list)
        for utterance in spoken:
            words = utterance.words or []
            for number, (word, start, end) in enumerate(words):
                last = number == len(words) - 1
                self._heard[text_key(word), last].append(tuple(utterance.units[start:end]))

    def say(self, text: str, rng: random.Random) -> Spoken | None:
        """`text` as spoken, each word by whoever said it; None where one of them was never said."""
        words = words_in(text, self.language)
        units: list[int] = []
        spans: list[tuple[str, int, int]] = []
        for number, word in enumerate(words):
            last = number == len(words) - 1
            key = text_key(word)
            pieces = self._heard.get((key, last)) or self._heard.get((key, not last))
            if not pieces:
                return None
            own = list(rng.choice(pieces))
            if units and units[-1] == own[0]:  # equal neighbours would have been one run
                own = own[1:] or own
            spans.append((word, len(units), len(units) + len(own)))
            units += own
        return Spoken("spliced", self.language, text, units, spans) if units else None
