"""The everyday set as it ships: wordings to learn from are other wordings than those of the tests."""

from pathlib import Path

import pytest
from rapidfuzz import fuzz

from trainer.dialogues import LANGUAGES, QuestionType, load_types, wording_key

EVERYDAY = Path(__file__).parents[2] / "assets" / "dialogues" / "everyday"
FIRST_CHECKED = 8
"""Earlier wordings were written before they were held against the tests; their numbers are parts of ids."""
NEAR = 80


@pytest.fixture(scope="module")
def types() -> list[QuestionType]:
    return load_types(EVERYDAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_later_wording_is_near_a_tested_one(types: list[QuestionType], language: str) -> None:
    near = [
        (kind.id, wording)
        for kind in types
        for wording in kind.questions[language][FIRST_CHECKED:]
        for tested in kind.test_questions[language]
        if fuzz.ratio(wording_key(wording), wording_key(tested)) >= NEAR
    ]
    assert near == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wording_is_one_of_its_own(types: list[QuestionType], language: str) -> None:
    later = [wording_key(w) for t in types for w in t.questions[language][FIRST_CHECKED:]]
    earlier = {wording_key(w) for t in types for w in t.questions[language][:FIRST_CHECKED]}
    assert len(later) > 4000
    assert len(set(later)) == len(later)
    assert not earlier & set(later)
