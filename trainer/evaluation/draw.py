"""Which questions and sentences a test set holds: drawn with a seed, evenly over the categories of the everyday set.

The same question types are drawn for both languages, so that languages can be compared. Knows nothing of audio.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from trainer.dialogues import LANGUAGES, QuestionType, wording_key
from trainer.templates import NUMERAL, ONES, TENS, says

__all__ = ["UNSEEN_TYPES", "UNSEEN_WORDINGS", "Facts", "Question", "Sentence", "draw_answers", "draw_questions"]

UNSEEN_WORDINGS: Final = "unseen_wordings"
UNSEEN_TYPES: Final = "unseen_types"

_NUMBERS: Final = frozenset([*ONES, *TENS[2:], "hundred", "thousand"])


@dataclass(frozen=True)
class Facts:
    """What a sensible answer says, per language: of every group one alternative, lower case.

    `whole` tells for every group whether an alternative must stand as a whole number ("seven" is not in "seventy").
    """

    keys: dict[str, list[list[str]]]
    whole: dict[str, list[bool]]

    def sensible(self, answer: str, language: str) -> bool:
        """True if `answer`, in `language`, holds all of it."""
        lowered = answer.lower().replace("’", "'")
        if language == "zh":
            lowered = re.sub(r"\s+", "", lowered)
        return all(
            says(lowered, [group]) if whole else any(key in lowered for key in group)
            for group, whole in zip(self.keys[language], self.whole[language], strict=True)
        )


@dataclass(frozen=True)
class Question:
    """One wording of one question type, to be spoken."""

    id: str
    set: str
    type: str
    text: str
    language: str
    facts: Facts


@dataclass(frozen=True)
class Sentence:
    """One sentence to be read aloud."""

    id: str
    text: str
    language: str


def facts_of(kind: QuestionType) -> Facts:
    """The key facts of a type. A group of numbers must stand whole if the type's own answers bear that."""
    whole = {
        language: [
            any(_is_number(key) for key in group) and all(says(answer, [group]) for answer in kind.answers[language])
            for group in kind.keys[language]
        ]
        for language in LANGUAGES
    }
    return Facts(kind.keys, whole)


def draw_questions(types: Sequence[QuestionType], wordings: int, unseen: int, seed: int) -> list[Question]:
    """`wordings` questions per language in words never trained, `unseen` per language of types never trained."""
    rng = Random(seed)
    trained = [kind for kind in types if kind.split == "train"]
    others = [kind for kind in types if kind.split == "unseen"]
    seen = {language: _trained_keys(trained, language) for language in LANGUAGES}
    drawn = _draw(trained, UNSEEN_WORDINGS, wordings, seen, rng)
    return drawn + _draw(others, UNSEEN_TYPES, unseen, seen, rng)


def draw_answers(types: Sequence[QuestionType], count: int, seed: int) -> list[Sentence]:
    """`count` answer sentences per language of types that were never trained, to be read aloud."""
    rng = Random(seed)
    drawn = []
    for language in LANGUAGES:
        pool = [
            Sentence(f"answer.{kind.id}.{number}.{place}.{language}", sentence, language)
            for kind in types
            if kind.split == "unseen"
            for number, answer in enumerate(kind.answers[language])
            for place, sentence in enumerate(_sentences(answer))
        ]
        pool = list({wording_key(sentence.text): sentence for sentence in pool}.values())
        rng.shuffle(pool)
        drawn += pool[:count]
    return drawn


def _draw(
    types: Sequence[QuestionType], name: str, count: int, seen: dict[str, set[str]], rng: Random
) -> list[Question]:
    drawn: list[Question] = []
    turns: dict[str, int] = {}
    order = _by_category(types, rng)
    # Types in turn; a type comes a second time, with another wording, only when all have been there.
    for kind in (kind for _ in range(max(1, count)) for kind in order):
        turn = turns[kind.id] = turns.get(kind.id, -1) + 1
        wordings = {language: _wordings(kind, language, seen[language]) for language in LANGUAGES}
        for language in LANGUAGES:
            have = sum(question.language == language for question in drawn)
            if have < count and turn < len(wordings[language]):
                number, text = wordings[language][turn]
                drawn.append(
                    Question(f"{name}.{kind.id}.{number}.{language}", name, kind.id, text, language, facts_of(kind))
                )
        if len(drawn) >= count * len(LANGUAGES):
            break
    return drawn


def _wordings(kind: QuestionType, language: str, seen: set[str]) -> list[tuple[int, str]]:
    """(number, wording) of the test wordings of a type, for a type never trained of all; none that was trained."""
    texts = kind.test_questions[language] + (kind.questions[language] if kind.split == "unseen" else [])
    return [(number, text) for number, text in enumerate(texts) if wording_key(text) not in seen]


def _trained_keys(trained: Sequence[QuestionType], language: str) -> set[str]:
    return {wording_key(text) for kind in trained for text in kind.questions[language]}


def _by_category(types: Sequence[QuestionType], rng: Random) -> list[QuestionType]:
    """All types in random order, the categories taking turns."""
    categories: dict[str, list[QuestionType]] = {}
    for kind in types:
        categories.setdefault(kind.id.split(".")[0], []).append(kind)
    for members in categories.values():
        rng.shuffle(members)
    names = sorted(categories)
    rng.shuffle(names)
    longest = max((len(members) for members in categories.values()), default=0)
    return [categories[name][place] for place in range(longest) for name in names if place < len(categories[name])]


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.?!])\s+|(?<=[。？！])", text) if len(part.strip()) >= 8]


def _is_number(key: str) -> bool:
    if key.isascii():
        return bool(set(re.split(r"[\s-]+", key.strip())) & _NUMBERS)
    return re.search(NUMERAL, key) is not None
