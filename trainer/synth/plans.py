"""What is to be spoken: lists of texts with ids, from the dialogue files, training splits only.

| plan | ids |
|---|---|
| questions | `<type id>.q<k>.<lang>`, without any wording that a test set holds |
| answers | `<type id>.a<k>.<lang>` |
| sentences | `sentence-<n>.<lang>` |
| vocabulary | `vocabulary-<n>.<lang>`: sentences with words that all the others lack |
| multiturn | `<conversation id>.<n>.q.<lang>` and `.a.` |
| clarify | `clarify-<n>.<lang>` |
| texts | the ids of another corpus, or of any JSON lines with `id`, `text`, `language` |

Knows nothing of voices.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cslm_core.errors import TrainingError
from trainer.dialogues import LANGUAGES, load_types, training_wordings

PLANS = ("questions", "answers", "sentences", "vocabulary", "multiturn", "clarify", "texts")


@dataclass(frozen=True)
class Text:
    """One thing to say. `order`: the small are spoken first, so that half a corpus has something of everything."""

    id: str
    text: str
    language: str
    order: int = 0


def plan_texts(plan: str, dialogues: Path, file: Path | None = None) -> list[Text]:
    """All texts of a plan by `order`, languages in turn; TrainingError for an unknown plan."""
    if plan == "texts":
        if file is None:
            raise TrainingError("The plan `texts` needs a file.")
        return [Text(r["id"], r["text"], r["language"], n) for n, r in enumerate(_rows(file))]
    makers = {"questions": _questions, "answers": _answers, "multiturn": _multiturn}
    if plan in makers:
        found = list(makers[plan](dialogues))
    elif plan in ("sentences", "vocabulary", "clarify"):
        name = plan.removesuffix("s")
        found = [
            Text(f"{name}-{n:04d}.{language}", row[language], language, n)
            for n, row in enumerate(_rows(dialogues / f"{plan}.jsonl"))
            for language in LANGUAGES
        ]
    else:
        raise TrainingError(f"There is no plan {plan!r}; there are {', '.join(PLANS)}.")
    return sorted(found, key=lambda t: t.order)


def _questions(dialogues: Path) -> Iterator[Text]:
    types = load_types(dialogues / "everyday")
    for language in LANGUAGES:
        for kind, number, wording in training_wordings(types, language):
            yield Text(f"{kind.id}.q{number}.{language}", wording, language, number)


def _answers(dialogues: Path) -> Iterator[Text]:
    for kind in load_types(dialogues / "everyday"):
        for language in LANGUAGES if kind.split == "train" else ():
            for number, answer in enumerate(kind.answers[language]):
                yield Text(f"{kind.id}.a{number}.{language}", answer, language, number)


def _multiturn(dialogues: Path) -> Iterator[Text]:
    for order, row in enumerate(_rows(dialogues / "multiturn.jsonl")):
        for number, turn in enumerate(row["turns"] if row["split"] == "train" else ()):
            for language in LANGUAGES:
                for part in ("q", "a"):
                    yield Text(f"{row['id']}.{number}.{part}.{language}", turn[part][language], language, order)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
