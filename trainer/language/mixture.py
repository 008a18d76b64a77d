"""The task mixture of a new language: every batch a pure function of (seed, step), so that a resumed run sees the same.

First continual pre-training on the language's ASR, TTS and MT, spans growing from single words to whole sentences; then
spoken turns in the directions new to known, known to new, and within the new language (paper, training). A share of
every batch is replay. Knows nothing of models.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from trainer.dialogues import LANGUAGES, QuestionType, load_types
from trainer.language.dialogue_sheet import load_dialogues, numbered
from trainer.language.job import Job
from trainer.language.records import read_rows
from trainer.language.replay import Replay, rehearsed_spoken
from trainer.language.splicing import Words
from trainer.language.units import load_spoken
from trainer.lm.examples import Builder, Example, Spoken, aligned_chunks

__all__ = ["CPT", "SFT", "LanguageMixture", "Material", "load_material"]

CPT, SFT = "cpt", "sft"
_WEIGHTS: Final = {
    CPT: {"recognition": 0.4, "montage": 0.12, "reading": 0.28, "translation": 0.12, "text_answer": 0.08},
    SFT: {"recognition": 0.2, "montage": 0.05, "reading": 0.15, "translation": 0.08, "text_answer": 0.1, "turn": 0.42},
}
_LONGEST_SPAN: Final = 40.0
_GROWING: Final = 0.6
"""The share of CPT over which spans grow to whole sentences."""
_PATIENCE: Final = 2000
_REAL: Final = 0.7
"""The share of what is heard that somebody spoke; the rest is spliced from words, where all of them are known."""
_MONTAGE, _SPAN = 4, 5
"""Utterances in a montage, and words of each, at most."""


@dataclass(frozen=True)
class Pair:
    """A text in the new language and its translation into a known one."""

    text: str
    other: str
    language: str


@dataclass
class Dialogue:
    """A question type in several languages: wordings and answers, spoken (with units) or only written."""

    questions: dict[str, list[Spoken | str]] = field(default_factory=dict)
    answers: dict[str, list[Spoken | str]] = field(default_factory=dict)


@dataclass
class Material:
    """All that is trained on, by use; `dev` is only watched."""

    language: str
    spoken: list[Spoken] = field(default_factory=list)
    said: list[Spoken] = field(default_factory=list)
    """The same utterances, with the units to say them with."""
    dev: list[Spoken] = field(default_factory=list)
    dev_said: list[Spoken] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    dev_pairs: list[Pair] = field(default_factory=list)
    dialogues: dict[str, Dialogue] = field(default_factory=dict)

    def written(self) -> list[str]:
        """What of the new language may be trained on without being in the corpus, each text once."""
        found = [pair.text for pair in self.pairs]
        for dialogue in self.dialogues.values():
            found += [_text(entry) for entry in dialogue.questions.get(self.language, [])]
        spoken = {s.text for s in self.spoken}
        return [text for text in dict.fromkeys(found) if text not in spoken]

    def texts(self) -> list[str]:
        """Every text of the new language, for its vocabulary."""
        found = [s.text for s in self.spoken] + [p.text for p in self.pairs]
        for dialogue in self.dialogues.values():
            entries = dialogue.questions.get(self.language, []) + dialogue.answers.get(self.language, [])
            found += [_text(entry) for entry in entries]
        return found


def load_material(job: Job, longest_words: int = 60) -> Material:
    """What the steps before training have left, without anything that is kept for the test."""
    code = job.language.code
    material = Material(code)
    train, said = load_spoken(job, "train"), load_spoken(job, "train", aloud=True)
    for heard, all_of_them in ((train, material.spoken), (said, material.said)):
        all_of_them += [spoken for _, spoken in heard if spoken.words is None or len(spoken.words) <= longest_words]
    material.dev = [spoken for _, spoken in load_spoken(job, "dev")]
    material.dev_said = [spoken for _, spoken in load_spoken(job, "dev", aloud=True)]
    for row in read_rows(job.translations):
        pair = Pair(row["text"], row["other"], row["language"])
        if row.get("split", "train") == "train":
            material.pairs.append(pair)
        elif row.get("split") == "dev":
            material.dev_pairs.append(pair)
    by_prompt = [{str(row["prompt"]): spoken for row, spoken in rows if row.get("prompt")} for rows in (train, said)]
    _add_dialogues(material, job, *by_prompt)
    return material


def _add_dialogues(material: Material, job: Job, heard: dict[str, Spoken], said: dict[str, Spoken]) -> None:
    """Question types that are trained, with the speech that there is of them: of the corpus (by prompt, as it was heard
    and as it is to be said), and rehearsed."""
    bundled: dict[str, QuestionType] = {
        t.id: t for t in load_types(Path(job.option("dialogues", assets_folder() / "dialogues")) / "everyday")
    }
    rehearsed = rehearsed_spoken(job)
    code = material.language
    for name, row in load_dialogues(job).types.items():
        known = bundled.get(name)
        if row.get("split") != "train" or known is None or known.split != "train":
            continue
        dialogue = Dialogue()
        for part, table, spoken in (("q", dialogue.questions, heard), ("a", dialogue.answers, said)):
            table[code] = [spoken.get(f"{name}.{part}{n}", text) for n, text in numbered(row, part).items()]
            for other in (c for c in job.base.languages if c in LANGUAGES):
                written = (known.questions if part == "q" else known.answers)[other]
                entries: list[list[Spoken | str]] = [
                    [*rehearsed.get(f"{name}.{part}{n}.{other}", [])] or [text] for n, text in enumerate(written)
                ]
                table[other] = [entry for one in entries for entry in one]
        if row["q"] and row["a"]:  # else it waits for the rest of the sheet
            material.dialogues[name] = dialogue
        for n, answer in numbered(row, "a").items():
            for other in (c for c in job.base.languages if c in LANGUAGES):
                if n < len(known.answers[other]):
                    material.pairs.append(Pair(answer, known.answers[other][n], other))


class LanguageMixture:
    """Draws batches. `cpt_steps` of pre-training come first, then `sft_steps` of turns."""

    def __init__(
        self,
        builder: Builder,
        material: Material,
        replay: Replay,
        *,
        seed: int,
        longest: int,
        cpt_steps: int,
        sft_steps: int,
        replay_share: float,
        grown: bool = False,
    ) -> None:
        """`longest`: tokens of an example; `grown`: whole sentences from the beginning, for a model that knows words.

        TrainingError when there is nothing to train on.
        """
        self.grown = grown
        self.builder, self.material, self.replay = builder, material, replay
        self.seed, self.longest = seed, longest
        self.cpt_steps, self.sft_steps, self.replay_share = cpt_steps, sft_steps, replay_share
        self._words = Words(material.language, material.spoken)
        self._words_to_say = Words(material.language, material.said)
        self._written = material.written()
        self._aligned = [spoken for spoken in material.spoken if spoken.words]
        draws: dict[str, tuple[Callable[[random.Random, float, float], Example | None], bool]] = {
            "recognition": (self._recognition, bool(material.spoken)),
            "montage": (self._montage, bool(self._aligned)),
            "reading": (self._reading, bool(material.said)),
            "translation": (self._translation, bool(material.pairs)),
            "text_answer": (self._text_answer, bool(material.dialogues)),
            "turn": (self._turn, bool(material.dialogues)),
        }
        self._draw = {name: draw for name, (draw, there) in draws.items() if there}
        if not material.spoken:
            raise TrainingError("There is no speech with a text to train on; take some in first.")

    def stage(self, step: int) -> str:
        """ "cpt" or "sft"."""
        return CPT if step < self.cpt_steps else SFT

    def batch(self, step: int, size: int) -> list[Example]:
        """Examples of step `step` with about `size` tokens together."""
        old = self.replay.batch(step, round(size * self.replay_share)) if self.replay else []
        old = [example for example in old if len(example) <= self.longest]
        return self._new(step, size - sum(map(len, old))) + old

    def _new(self, step: int, size: int) -> list[Example]:
        rng = random.Random(f"{self.seed}/{step}/{self.material.language}")
        weights = {n: w for n, w in _WEIGHTS[self.stage(step)].items() if n in self._draw}
        share = 1.0 if self.grown else min(1.0, step / max(1.0, _GROWING * self.cpt_steps))
        words, chunk = 1 + (_LONGEST_SPAN - 1) * share**2, 1 + 7 * share
        # The task that is furthest behind its share of tokens is drawn next.
        spent = {name: weight * rng.random() * 0.2 * size for name, weight in weights.items()}
        batch: list[Example] = []
        total = in_vain = 0
        while total < size:
            name = min(weights, key=lambda n: spent[n] / weights[n])
            example = self._draw[name](rng, words, chunk)
            if example is None or len(example) > self.longest:
                spent[name] += 10
                in_vain += 1
                if in_vain > _PATIENCE:
                    raise TrainingError(f"Hardly any example fits into {self.longest} tokens; train with longer rows.")
                continue
            batch.append(example)
            spent[name] += len(example)
            total += len(example)
        return batch

    def _recognition(self, rng: random.Random, words: float, chunk: float) -> Example:
        spoken = rng.choice(self.material.spoken)
        if self._written and rng.random() >= _REAL:
            spoken = self._words.say(rng.choice(self._written), rng) or spoken
        return self.builder.recognition(spoken, rng, max(1, round(words)))

    def _montage(self, rng: random.Random, words: float, chunk: float) -> Example:
        utterances = [rng.choice(self._aligned) for _ in range(rng.randint(1, _MONTAGE))]
        return self.builder.montage(utterances, rng, min(_SPAN, max(1, round(words))))

    def _reading(self, rng: random.Random, words: float, chunk: float) -> Example:
        spoken = rng.choice(self.material.said)
        if self._written and rng.random() >= _REAL:
            spoken = self._words_to_say.say(rng.choice(self._written), rng) or spoken
        return self.builder.reading(spoken, rng, max(1, round(words)), max(1, round(chunk)))

    def _translation(self, rng: random.Random, words: float, chunk: float) -> Example:
        pair = rng.choice(self.material.pairs)
        if rng.random() < 0.5:
            return self.builder.translation(pair.text, self.material.language, pair.other, pair.language)
        return self.builder.translation(pair.other, pair.language, pair.text, self.material.language)

    def _direction(self, rng: random.Random, dialogue: Dialogue) -> tuple[str, str]:
        """(asked, replied): a third each within the language, into it and out of it."""
        own = self.material.language
        others = [code for code in dialogue.questions if code != own]
        draw = rng.random()
        if not others or draw < 0.34:
            return own, own
        other = rng.choice(others)
        return (own, other) if draw < 0.67 else (other, own)

    def _drawn(self, rng: random.Random) -> tuple[Spoken | str, str, Spoken | str, str]:
        names = sorted(self.material.dialogues)
        dialogue = self.material.dialogues[rng.choice(names)]
        asked, replied = self._direction(rng, dialogue)
        return self._one(rng, dialogue.questions, asked), asked, self._one(rng, dialogue.answers, replied), replied

    def _one(self, rng: random.Random, entries: dict[str, list[Spoken | str]], language: str) -> Spoken | str:
        """Of a known language mostly one that has been spoken, where there is any: only those teach speech."""
        spoken = [entry for entry in entries[language] if isinstance(entry, Spoken)]
        prefer = spoken and language != self.material.language and rng.random() < 0.85
        return rng.choice(spoken if prefer else entries[language])

    def _spoken(
        self, rng: random.Random, entry: Spoken | str, language: str, words: Words, real: float
    ) -> Spoken | str:
        """`entry` spoken, of `words` if it must be; what somebody spoke stays so with the probability `real`."""
        if language != self.material.language or (isinstance(entry, Spoken) and rng.random() < real):
            return entry
        return words.say(_text(entry), rng) or entry

    def _text_answer(self, rng: random.Random, words: float, chunk: float) -> Example:
        question, asked, answer, replied = self._drawn(rng)
        return self.builder.text_answer(_text(question), asked, _text(answer), replied)

    def _turn(self, rng: random.Random, words: float, chunk: float) -> Example:
        question, asked, answer, replied = self._drawn(rng)
        question = self._spoken(rng, question, asked, self._words, _REAL)
        answer = self._spoken(rng, answer, replied, self._words_to_say, 1.0)
        if isinstance(answer, Spoken):
            return self.builder.turn(question, _text(question), asked, replied, aligned_chunks(answer), rng)
        if isinstance(question, Spoken) and rng.random() < 0.5:
            return self.builder.turn_in_text(question, asked, replied, answer, rng)
        return self.builder.opening(question, _text(question), asked, replied, answer, rng)


def _text(entry: Spoken | str) -> str:
    return entry if isinstance(entry, str) else entry.text
