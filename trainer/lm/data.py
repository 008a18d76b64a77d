"""The task mixture: endless examples from corpora and dialogues, a pure function of (seed, step).

Because step s always draws from `Random(f"{seed}/{s}")`, a resumed run sees the same batches in the same order.
Knows nothing of models.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trainer.dialogues import QuestionType, load_types, wording_key
from trainer.lm.examples import Builder, Example, Spoken, aligned_chunks, read_spoken

TASKS = ("recognition", "reading", "translation", "text_answer", "turn", "conversation", "clarify")


@dataclass(frozen=True)
class Phase:
    """Mixture and span lengths from `tokens` seen on; between two phases the values are interpolated."""

    tokens: int
    longest: float
    chunk: float
    weights: dict[str, float]


def phase_at(phases: list[Phase], tokens: int) -> Phase:
    """The phase in force after `tokens`, linear between the given ones."""
    before = [p for p in phases if p.tokens <= tokens] or phases[:1]
    after = [p for p in phases if p.tokens > tokens]
    first, second = before[-1], (after or before[-1:])[0]
    if first is second:
        return first
    share = (tokens - first.tokens) / (second.tokens - first.tokens)
    names = set(first.weights) | set(second.weights)
    return Phase(
        tokens,
        first.longest + share * (second.longest - first.longest),
        first.chunk + share * (second.chunk - first.chunk),
        {n: first.weights.get(n, 0) + share * (second.weights.get(n, 0) - first.weights.get(n, 0)) for n in names},
    )


class Corpora:
    """All spoken material by use: any utterance, questions and answers of the everyday set, parallel sentences."""

    def __init__(self, folders: list[Path], dialogues: Path) -> None:
        self.types: dict[str, QuestionType] = {t.id: t for t in load_types(dialogues / "everyday")}
        tested = {
            wording_key(w)
            for t in self.types.values()
            for language in ("en", "zh")
            for w in t.test_questions[language] + (t.questions[language] if t.split == "unseen" else [])
        }
        self.spoken: dict[str, list[Spoken]] = {"en": [], "zh": []}
        self.questions: dict[tuple[str, str], list[Spoken]] = {}
        self.answers: dict[tuple[str, str], list[Spoken]] = {}
        self.pairs: list[tuple[str, str]] = []
        for folder in folders:
            self._read(folder, tested)
        for name in ("sentences", "clarify"):
            path = dialogues / f"{name}.jsonl"
            if path.exists():
                rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
                self.pairs += [(r["en"], r["zh"]) for r in rows]
        for t in self.types.values():
            if t.split == "train":
                self.pairs += list(zip(t.answers["en"], t.answers["zh"], strict=False))
        self.answerable = sorted({i for i, _ in self.questions} & {i for i, _ in self.answers})

    def _read(self, folder: Path, tested: set[str]) -> None:
        manifest = {r["id"]: r for r in map(json.loads, (folder / "manifest.jsonl").read_text("utf-8").splitlines())}
        for line in (folder / "units.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            about = manifest[row["id"].split("#")[0]]
            if wording_key(about["text"]) in tested or sum(about["id"].encode()) % 40 == 0:
                continue  # held out
            spoken = read_spoken(about, row)
            parts = about["id"].rsplit(".", 2)
            if parts[0] in self.types:
                table = self.questions if parts[1].startswith("q") else self.answers
                if not ("#" in row["id"] and table is self.answers):
                    table.setdefault((parts[0], about["language"]), []).append(spoken)
            self.spoken[about["language"]].append(spoken)
            if "translation" in about and "#" not in row["id"]:
                self.pairs.append((about["translation"], about["text"]))


class Mixture:
    """Draws examples of the tasks in the shares of the phase."""

    def __init__(
        self, builder: Builder, corpora: Corpora, phases: list[Phase], seed: int, longest_example: int
    ) -> None:
        self.builder, self.corpora, self.phases, self.seed = builder, corpora, phases, seed
        self.longest_example = longest_example
        self._draw: dict[str, Callable[[random.Random, Phase], Example | None]] = {
            "recognition": self._recognition,
            "reading": self._reading,
            "translation": self._translation,
            "text_answer": self._text_answer,
            "turn": self._turn,
            "conversation": self._conversation,
        }

    def batch(self, step: int, tokens_seen: int, size: int) -> list[Example]:
        """Examples of step `step` with about `size` tokens together, none longer than the row length."""
        rng = random.Random(f"{self.seed}/{step}")
        phase = phase_at(self.phases, tokens_seen)
        names = [n for n in self._draw if phase.weights.get(n, 0) > 0]
        # Weights are shares of tokens, not of examples: the task that is furthest behind its share is drawn next.
        spent = {n: phase.weights[n] * rng.random() * 0.2 * size for n in names}
        batch: list[Example] = []
        total = 0
        while total < size:
            name = min(names, key=lambda n: spent[n] / phase.weights[n])
            example = self._draw[name](rng, phase)
            if example is None or len(example) > self.longest_example:
                spent[name] += 10
                continue
            batch.append(example)
            spent[name] += len(example)
            total += len(example)
        return batch

    def _any(self, rng: random.Random) -> Spoken:
        return rng.choice(self.corpora.spoken[rng.choice(("en", "zh"))])

    def _recognition(self, rng: random.Random, phase: Phase) -> Example:
        return self.builder.recognition(self._any(rng), rng, max(1, round(phase.longest)))

    def _reading(self, rng: random.Random, phase: Phase) -> Example:
        return self.builder.reading(self._any(rng), rng, max(1, round(phase.longest)), max(1, round(phase.chunk)))

    def _translation(self, rng: random.Random, phase: Phase) -> Example:
        english, chinese = rng.choice(self.corpora.pairs)
        if rng.random() < 0.5:
            return self.builder.translation(english, "en", chinese, "zh")
        return self.builder.translation(chinese, "zh", english, "en")

    def _text_answer(self, rng: random.Random, phase: Phase) -> Example:
        trained = [t for t in self.corpora.types.values() if t.split == "train"]
        kind = rng.choice(trained)
        asked, replied = rng.choice(("en", "zh")), rng.choice(("en", "zh"))
        return self.builder.text_answer(
            rng.choice(kind.questions[asked]), asked, rng.choice(kind.answers[replied]), replied
        )

    def _one_turn(self, rng: random.Random, reply_language: str | None = None) -> Example | None:
        if not self.corpora.answerable:
            return None
        kind = self.corpora.types[rng.choice(self.corpora.answerable)]
        asked = [c for c in ("en", "zh") if (kind.id, c) in self.corpora.questions]
        replied = [c for c in ("en", "zh") if (kind.id, c) in self.corpora.answers]
        language = rng.choice(asked)
        if reply_language not in replied:
            reply_language = rng.choice(replied)
        question = rng.choice(self.corpora.questions[kind.id, language])
        answer = aligned_chunks(rng.choice(self.corpora.answers[kind.id, reply_language]))
        if rng.random() < 0.15:
            text = rng.choice(kind.questions[language])
            return self.builder.turn(text, text, language, reply_language, answer, rng)
        return self.builder.turn(question, question.text, language, reply_language, answer, rng)

    def _turn(self, rng: random.Random, phase: Phase) -> Example | None:
        return self._one_turn(rng)

    def _conversation(self, rng: random.Random, phase: Phase) -> Example | None:
        """Two or three unrelated turns in a row: the model must answer the last question, not the first again."""
        joined = Example()
        for _ in range(rng.randint(2, 3)):
            turn = self._one_turn(rng)
            if turn is None:
                return None
            if joined.ids and len(joined) + len(turn) > self.longest_example:
                break
            joined.ids += turn.ids
            joined.learnt += turn.learnt
        return joined
