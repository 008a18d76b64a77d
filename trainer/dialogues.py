"""The bilingual everyday set: question types with wordings, answers and key facts, and its splits.

A line of `assets/dialogues/everyday/*.jsonl` is one question type. `q` wordings of types with split "train" are trained
on; their `test` wordings are the test set "unseen wordings"; types with split "unseen" are the test set "unseen types".
Knows nothing of audio.
"""

from __future__ import annotations

import json
import string
from dataclasses import dataclass
from pathlib import Path

from cslm_core.errors import TrainingError

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class QuestionType:
    """One intent with its wordings and answers per language."""

    id: str
    split: str
    questions: dict[str, list[str]]
    test_questions: dict[str, list[str]]
    answers: dict[str, list[str]]
    keys: dict[str, list[list[str]]]


def load_types(folder: Path) -> list[QuestionType]:
    """All question types below `folder`, in file and line order; TrainingError for a repeated id."""
    types: dict[str, QuestionType] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["id"] in types:
                raise TrainingError(f"The question type {row['id']} stands twice.")
            types[row["id"]] = QuestionType(row["id"], row["split"], row["q"], row["test"], row["a"], row["keys"])
    return list(types.values())


def wording_key(text: str) -> str:
    """What two wordings must differ in to be different: no case, no punctuation, no spaces."""
    return "".join(c for c in text.lower() if c not in string.punctuation + "。，？！ ")


def training_wordings(types: list[QuestionType], language: str) -> list[tuple[QuestionType, int, str]]:
    """(type, number, wording) of all trained types, without any wording that a test set holds."""
    tested = {
        wording_key(w)
        for t in types
        for w in t.test_questions[language] + (t.questions[language] if t.split == "unseen" else [])
    }
    return [
        (t, i, w)
        for t in types
        if t.split == "train"
        for i, w in enumerate(t.questions[language])
        if wording_key(w) not in tested
    ]
