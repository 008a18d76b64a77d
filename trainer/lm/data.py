"""The task mixture: endless examples from corpora and dialogues, a pure function of (seed, step).

Because step s always draws from `Random(f"{seed}/{s}")`, a resumed run sees the same batches in the same order. A task
without a weight, or without material, takes no part and no random numbers. Knows nothing of models.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cslm_core.errors import TrainingError
from trainer import templates
from trainer.corpora import SPLICED
from trainer.dialogues import QuestionType, load_types, wording_key
from trainer.jsonl import read_rows
from trainer.lm.examples import Builder, Example, Spoken, aligned_chunks, read_spoken

LANGUAGES = ("en", "zh")
TASKS = (
    "recognition", "montage", "reading", "vocabulary", "translation", "text_answer", "turn", "turn_in_text",
    "conversation", "template", "multiturn", "clarify",
)  # fmt: skip
NOISE = "noise"
"""The folder name of a corpus in which nobody says anything; only its units are used."""
WORDS = "words"
"""The folder name of a corpus of words that make no sentence: for the task `vocabulary` alone."""
VOCABULARY = "vocabulary-"
"""How the ids of sentences begin that have words which all the others lack."""
UNHEARD = "..."
"""What is "heard" where nothing was said: the grammar wants some text."""
_PATIENCE = 1000
_REAL = 0.6
"""Share of recognition that is drawn from what somebody spoke, leaving out what is spliced."""
_MONTAGE, _SPAN = 4, 5
"""Utterances in a montage, and words of each, at most."""
_WIDE_HEARD = 0.4
"""Share of `vocabulary` that is recognised, not read aloud."""


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
    """All material by use: any utterance, questions and answers of the everyday set, conversations, parallel text.

    What is to be read aloud is learnt from the speakers `aloud` (or from all), without noise: units carry some of the
    voice, and the decoder knows few.
    """

    def __init__(self, folders: list[Path], dialogues: Path, aloud: Sequence[str] = ()) -> None:
        self.types: dict[str, QuestionType] = {t.id: t for t in load_types(dialogues / "everyday")}
        tested = {
            wording_key(w)
            for t in self.types.values()
            for language in LANGUAGES
            for w in t.test_questions[language] + (t.questions[language] if t.split == "unseen" else [])
        }
        conversations = _rows(dialogues / "multiturn.jsonl")
        self.conversations = [r for r in conversations if r["split"] == "train"]
        self._tested_conversations = tuple(f"{r['id']}." for r in conversations if r["split"] != "train")
        self.clarifying = _rows(dialogues / "clarify.jsonl")
        self.has_templates = (dialogues / "templates.jsonl").exists()
        self.spoken: dict[str, list[Spoken]] = {"en": [], "zh": []}
        self.real: dict[str, list[Spoken]] = {"en": [], "zh": []}
        self.aligned: dict[str, list[Spoken]] = {"en": [], "zh": []}
        self.aloud: dict[str, list[Spoken]] = {"en": [], "zh": []}
        self._speakers = frozenset(aloud)
        self.questions: dict[tuple[str, str], list[Spoken]] = {}
        self.answers: dict[tuple[str, str], list[Spoken]] = {}
        self.pairs: list[tuple[str, str]] = []
        self.wide: dict[str, list[Spoken]] = {"en": [], "zh": []}
        self.noise: list[list[int]] = []
        self._by_id: dict[str, list[Spoken]] = {}
        self._by_text: dict[tuple[str, str], list[Spoken]] = {}
        self._said: dict[str, list[Spoken]] = {}
        self._said_text: dict[tuple[str, str], list[Spoken]] = {}
        for folder in folders:
            if folder.name == NOISE:
                self.noise += [r["units"] for r in _rows(folder / "units.jsonl") if r["units"]]
            elif folder.name == WORDS:
                self._read_words(folder)
            else:
                self._read(folder, tested)
        for name in ("sentences", "vocabulary", "clarify"):
            self.pairs += [(r["en"], r["zh"]) for r in _rows(dialogues / f"{name}.jsonl")]
        for t in self.types.values():
            if t.split == "train":
                self.pairs += list(zip(t.answers["en"], t.answers["zh"], strict=False))
        self.asked = sorted(self.questions)
        self.answerable = sorted({i for i, _ in self.questions} & {i for i, _ in self.answers})

    def _read(self, folder: Path, tested: set[str]) -> None:
        manifest = {r["id"]: r for r in _rows(folder / "manifest.jsonl")}
        for row in _rows(folder / "units.jsonl"):
            about = manifest[row["id"].split("#")[0]]
            if wording_key(about["text"]) in tested or sum(about["id"].encode()) % 40 == 0:
                continue  # held out
            if about["id"].startswith(self._tested_conversations):
                continue
            spoken = read_spoken(about, row)
            language = about["language"]
            name: str = about["id"]
            kind, _, part = name.removesuffix(f".{language}").rpartition(".")
            if kind in self.types and part.startswith("q"):
                self.questions.setdefault((kind, language), []).append(spoken)
            self.spoken[language].append(spoken)
            if about["speaker"] != SPLICED:
                self.real[language].append(spoken)
                if spoken.words:
                    self.aligned[language].append(spoken)
            self._by_id.setdefault(about["id"], []).append(spoken)
            if "#" not in row["id"]:
                self._by_text.setdefault((language, about["text"]), []).append(spoken)
                if "translation" in about:
                    self.pairs.append((about["translation"], about["text"]))
                if not self._speakers or about["speaker"] in self._speakers:
                    said = read_spoken(about, row, aloud=True)
                    self.aloud[language].append(said)
                    self._said.setdefault(about["id"], []).append(said)
                    self._said_text.setdefault((language, about["text"]), []).append(said)
                    if name.startswith(VOCABULARY):
                        self.wide[language].append(said)
                    if kind in self.types and not part.startswith("q"):
                        self.answers.setdefault((kind, language), []).append(said)

    def _read_words(self, folder: Path) -> None:
        manifest = {r["id"]: r for r in _rows(folder / "manifest.jsonl")}
        for row in _rows(folder / "units.jsonl"):
            about = manifest[row["id"].split("#")[0]]
            self.wide[about["language"]].append(read_spoken(about, row, aloud=True))

    def heard(self, name: str) -> list[Spoken]:
        """All copies of the utterance with this id, as they are heard."""
        return self._by_id.get(name, [])

    def said(self, name: str) -> list[Spoken]:
        """The utterance with this id as it is to be said."""
        return self._said.get(name, [])

    def hearing(self, text: str, language: str) -> list[Spoken]:
        """Utterances of just this text, without noise, as they are heard."""
        return self._by_text.get((language, text), [])

    def saying(self, text: str, language: str) -> list[Spoken]:
        """Utterances of just this text as they are to be said."""
        return self._said_text.get((language, text), [])


def _rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSON lines file; none of a file that is not there."""
    return read_rows(path) if path.exists() else []


class Mixture:
    """Draws examples of the tasks in the shares of the phase."""

    def __init__(
        self, builder: Builder, corpora: Corpora, phases: list[Phase], seed: int, longest_example: int
    ) -> None:
        self.builder, self.corpora, self.phases, self.seed = builder, corpora, phases, seed
        self.longest_example = longest_example
        unknown = {n for p in phases for n in p.weights} - set(TASKS)
        if unknown:
            raise TrainingError(f"The mixture weighs {sorted(unknown)}; the tasks are {', '.join(TASKS)}.")
        spoken = any(corpora.spoken.values())
        tasks: dict[str, tuple[Callable[[random.Random, Phase], Example | None], bool]] = {
            "recognition": (self._recognition, spoken),
            "montage": (self._montage, any(corpora.aligned.values())),
            "reading": (self._reading, any(corpora.aloud.values())),
            "vocabulary": (self._vocabulary, any(corpora.wide.values())),
            "translation": (self._translation, bool(corpora.pairs)),
            "text_answer": (self._text_answer, any(t.split == "train" for t in corpora.types.values())),
            "turn": (self._turn, bool(corpora.answerable)),
            "turn_in_text": (self._turn_in_text, bool(corpora.questions)),
            "conversation": (self._conversation, bool(corpora.answerable)),
            "template": (self._template, corpora.has_templates),
            "multiturn": (self._multiturn, bool(corpora.conversations)),
            "clarify": (self._clarify, bool(corpora.noise and corpora.clarifying)),
        }
        self._draw = {name: draw for name, (draw, has_material) in tasks.items() if has_material}

    def batch(self, step: int, tokens_seen: int, size: int) -> list[Example]:
        """Examples of step `step` with about `size` tokens together, none longer than the row length."""
        rng = random.Random(f"{self.seed}/{step}")
        phase = phase_at(self.phases, tokens_seen)
        names = [n for n in self._draw if phase.weights.get(n, 0) > 0]
        if not names:
            raise TrainingError("The mixture has no task for which there is material; name more corpora.")
        # Weights are shares of tokens, not of examples: the task that is furthest behind its share is drawn next.
        spent = {n: phase.weights[n] * rng.random() * 0.2 * size for n in names}
        batch: list[Example] = []
        total = in_vain = 0
        while total < size:
            name = min(names, key=lambda n: spent[n] / phase.weights[n])
            example = self._draw[name](rng, phase)
            if example is None or len(example) > self.longest_example:
                spent[name] += 10
                in_vain += 1
                if in_vain > _PATIENCE:
                    raise TrainingError(f"Hardly any example fits a row of {self.longest_example} tokens; take longer.")
                continue
            batch.append(example)
            spent[name] += len(example)
            total += len(example)
        return batch

    @staticmethod
    def _any(rng: random.Random, spoken: dict[str, list[Spoken]]) -> Spoken:
        return rng.choice(spoken[rng.choice([c for c in LANGUAGES if spoken[c]])])

    def _recognition(self, rng: random.Random, phase: Phase) -> Example:
        """Mostly of what somebody spoke: spliced speech is what many questions are heard from anyway."""
        real = any(self.corpora.real.values()) and rng.random() < _REAL
        spoken = self._any(rng, self.corpora.real if real else self.corpora.spoken)
        return self.builder.recognition(spoken, rng, max(1, round(phase.longest)))

    def _montage(self, rng: random.Random, phase: Phase) -> Example:
        language = rng.choice([c for c in LANGUAGES if self.corpora.aligned[c]])
        utterances = [rng.choice(self.corpora.aligned[language]) for _ in range(rng.randint(1, _MONTAGE))]
        return self.builder.montage(utterances, rng, min(_SPAN, max(1, round(phase.longest))))

    def _reading(self, rng: random.Random, phase: Phase) -> Example:
        return self._read_aloud(self._any(rng, self.corpora.aloud), rng, phase)

    def _vocabulary(self, rng: random.Random, phase: Phase) -> Example:
        """What is written in the other sentences is a small part of what there is to be read and to be heard."""
        spoken = self._any(rng, self.corpora.wide)
        if rng.random() < _WIDE_HEARD:
            return self.builder.recognition(spoken, rng, max(1, round(phase.longest)))
        return self._read_aloud(spoken, rng, phase)

    def _read_aloud(self, spoken: Spoken, rng: random.Random, phase: Phase) -> Example:
        return self.builder.reading(spoken, rng, max(1, round(phase.longest)), max(1, round(phase.chunk)))

    def _translation(self, rng: random.Random, phase: Phase) -> Example:
        english, chinese = rng.choice(self.corpora.pairs)
        if rng.random() < 0.5:
            return self.builder.translation(english, "en", chinese, "zh")
        return self.builder.translation(chinese, "zh", english, "en")

    def _text_answer(self, rng: random.Random, phase: Phase) -> Example:
        trained = [t for t in self.corpora.types.values() if t.split == "train"]
        kind = rng.choice(trained)
        asked, replied = rng.choice(LANGUAGES), rng.choice(LANGUAGES)
        question, answer = rng.choice(kind.questions[asked]), rng.choice(kind.answers[replied])
        return self.builder.text_answer(question, asked, answer, replied)

    def _one_turn(self, rng: random.Random, reply_language: str | None = None) -> Example:
        kind = self.corpora.types[rng.choice(self.corpora.answerable)]
        asked = [c for c in LANGUAGES if (kind.id, c) in self.corpora.questions]
        replied = [c for c in LANGUAGES if (kind.id, c) in self.corpora.answers]
        language = rng.choice(asked)
        if reply_language not in replied:
            reply_language = rng.choice(replied)
        question = rng.choice(self.corpora.questions[kind.id, language])
        answer = aligned_chunks(rng.choice(self.corpora.answers[kind.id, reply_language]))
        if rng.random() < 0.15:
            text = rng.choice(kind.questions[language])
            return self.builder.turn(text, text, language, reply_language, answer, rng)
        return self.builder.turn(question, question.text, language, reply_language, answer, rng)

    def _turn(self, rng: random.Random, phase: Phase) -> Example:
        return self._one_turn(rng)

    def _turn_in_text(self, rng: random.Random, phase: Phase) -> Example:
        """A spoken question whose answer need not be spoken: the cheapest way to learn what to answer to speech."""
        name, language = rng.choice(self.corpora.asked)
        question = rng.choice(self.corpora.questions[name, language])
        replied = rng.choice(LANGUAGES)
        answer = rng.choice(self.corpora.types[name].answers[replied])
        if rng.random() < 0.7:
            return self.builder.turn_in_text(question, language, replied, answer, rng)
        return self.builder.opening(question, question.text, language, replied, answer, rng)

    def _conversation(self, rng: random.Random, phase: Phase) -> Example:
        """Two or three unrelated turns in a row: the model must answer the last question, not the first again."""
        return self._join(self._one_turn(rng) for _ in range(rng.randint(2, 3)))

    def _join(self, turns: Iterable[Example]) -> Example:
        """The turns that fit, one behind the other; after one that does not, none is drawn."""
        joined = Example()
        for turn in turns:
            if joined.ids and len(joined) + len(turn) > self.longest_example:
                break
            joined.ids += turn.ids
            joined.learnt += turn.learnt
        return joined

    def _template(self, rng: random.Random, phase: Phase) -> Example:
        """A question with endless variants, half of them in text; the others with what speech a corpus has of them."""
        case = templates.draw(rng)
        asked = rng.choice(LANGUAGES)
        replied = case.reply_language(asked, rng.choice(LANGUAGES))
        question = case.question(asked, rng.randrange(case.wordings(asked)))
        answer = case.answer(replied)
        if rng.random() < 0.5:
            return self.builder.text_answer(question, asked, answer, replied)
        heard = self.corpora.hearing(question, asked)
        said = self.corpora.saying(answer, replied)
        put = rng.choice(heard) if heard else question
        if said:
            return self.builder.turn(put, question, asked, replied, aligned_chunks(rng.choice(said)), rng)
        return self.builder.opening(put, question, asked, replied, answer, rng)

    def _multiturn(self, rng: random.Random, phase: Phase) -> Example:
        """A conversation whose later questions need the earlier ones; earlier turns often as text, as a history is."""
        row = rng.choice(self.corpora.conversations)
        asked, replied = rng.choice(LANGUAGES), rng.choice(LANGUAGES)
        turns = row["turns"][: rng.randint(2, len(row["turns"]))]
        draw = rng.random()  # all as it is spoken, or only the last turn, or none
        first_spoken = 0 if draw < 0.4 else len(turns) - 1 if draw < 0.75 else len(turns)
        examples = []
        for number, turn in enumerate(turns):
            question, answer = turn["q"][asked], turn["a"][replied]
            heard = self.corpora.heard(f"{row['id']}.{number}.q.{asked}")
            said = self.corpora.said(f"{row['id']}.{number}.a.{replied}")
            if number < first_spoken or not (heard or said):
                examples.append(self.builder.text_answer(question, asked, answer, replied))
            elif said:
                put = rng.choice(heard) if heard else question
                chunks = aligned_chunks(rng.choice(said))
                examples.append(self.builder.turn(put, question, asked, replied, chunks, rng))
            else:
                examples.append(self.builder.turn_in_text(rng.choice(heard), asked, replied, answer, rng))
        return self._join(examples)

    def _clarify(self, rng: random.Random, phase: Phase) -> Example:
        """Nothing was said: ask again, mostly in the language that was "heard"."""
        heard, other = rng.sample(LANGUAGES, 2)
        replied = heard if rng.random() < 0.7 else other
        noise = Spoken(NOISE, heard, UNHEARD, rng.choice(self.corpora.noise), None)
        answer = rng.choice(self.corpora.clarifying)[replied]
        said = self.corpora.saying(answer, replied)
        if said:
            return self.builder.turn(noise, UNHEARD, heard, replied, aligned_chunks(rng.choice(said)), rng)
        return self.builder.opening(noise, UNHEARD, heard, replied, answer, rng)
