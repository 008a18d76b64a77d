"""Training examples of the joint LM: token ids and which of them are learnt, by task of the grammar.

A builder turns utterances (text, units, word alignment) and dialogues into examples of one task; the curriculum sets
how long spans may be. Knows nothing of batches or models.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cslm_core.chain.chunks import cut_chunks
from cslm_core.chain.grammar import starts_with_space, text_ids
from cslm_core.lm.layout import TokenLayout
from trainer.lm.confusions import Confusions, disturb

if TYPE_CHECKING:
    from trainer.lm.misheard import Misheard

SLIPS = 0.4
"""Share of the spoken questions of turns that are written down wrongly, where there are words to mishear."""
OTHER_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’-][^\W_]+)*")
"""A word of a language that is neither English nor Mandarin."""
OTHER_SIGN = re.compile(r"[^\W_]")
"""What stands for a word where words are not set apart."""


@dataclass
class Example:
    """`ids` and, of the same length, `learnt` (loss is taken where True: the response only, as in the paper).

    Where it is `held`, what comes there is not learnt from the ids: it is to stay what a model said before.
    """

    ids: list[int] = field(default_factory=list)
    learnt: list[bool] = field(default_factory=list)
    held: bool = False

    def add(self, ids: list[int], *, learn: bool) -> Example:
        self.ids += ids
        self.learnt += [learn] * len(ids)
        return self

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Spoken:
    """An utterance as the LM sees it; `words` is [(text, first_run, end_run)] or None where alignment failed."""

    id: str
    language: str
    text: str
    units: list[int]
    words: list[tuple[str, int, int]] | None


def span_text(words: list[tuple[str, int, int]], language: str) -> str:
    """Written form of some consecutive words, as text of a chunk (English chunks start with a space)."""
    return "".join(f" {w[0]}" if starts_with_space(language) else w[0] for w in words)


class Builder:
    """Makes examples for one token layout; what is heard is disturbed, by `confusions` where there are any, and what
    is written of it by `misheard`."""

    def __init__(
        self, layout: TokenLayout, confusions: Confusions | None = None, misheard: Misheard | None = None
    ) -> None:
        self.layout = layout
        self.confusions = confusions
        self.misheard = misheard

    def text(self, text: str, language: str) -> list[int]:
        return text_ids(self.layout, text, language)

    def speech(self, units: list[int]) -> list[int]:
        return [self.layout.sosp, *self.layout.unit_ids(units), self.layout.eosp]

    def heard(self, units: list[int], rng: random.Random) -> list[int]:
        """Speech as it might have been heard in another voice or room."""
        heard = self.layout.heard_ids(disturb(units, rng, self.confusions))
        return [self.layout.sosp, *heard, self.layout.eosp]

    def recognition(self, spoken: Spoken, rng: random.Random, longest: int) -> Example:
        """ASR of a random span of at most `longest` words, or of the whole if it is no longer."""
        units, text = self._span(spoken, rng, longest)
        example = Example().add([self.layout.question, *self.heard(units, rng)], learn=False)
        example.add([self.layout.language_id(spoken.language), *self.text(text, spoken.language)], learn=True)
        return example.add([self.layout.answer], learn=True)

    def montage(self, utterances: list[Spoken], rng: random.Random, longest: int) -> Example:
        """ASR of spans of at most `longest` words of several utterances of one language, one behind the other: what
        is written cannot be guessed, it has to be heard."""
        language = utterances[0].language
        units: list[int] = []
        words: list[tuple[str, int, int]] = []
        for spoken in utterances:
            for part in self._some_words(spoken, rng, longest):
                words.append(part)
                units += spoken.units[part[1] : part[2]]
        example = Example().add([self.layout.question, *self.heard(units, rng)], learn=False)
        example.add([self.layout.language_id(language), *self.text(span_text(words, language), language)], learn=True)
        return example.add([self.layout.answer], learn=True)

    def reading(self, spoken: Spoken, rng: random.Random, longest: int, chunk: int) -> Example:
        """TTS of a random span, interleaved in chunks of about `chunk` words (1: word by word)."""
        example = Example().add([self.layout.say, self.layout.language_id(spoken.language)], learn=False)
        for text, units in self._chunks(spoken, rng, longest, chunk):
            example.add(self.text(text, spoken.language), learn=False)
            example.add(self.speech(units), learn=True)
        return example.add([self.layout.end], learn=True)

    def translation(self, source: str, source_language: str, target: str, target_language: str) -> Example:
        example = Example().add([self.layout.translate, self.layout.language_id(source_language)], learn=False)
        example.add([*self.text(source, source_language), self.layout.language_id(target_language)], learn=False)
        return example.add([*self.text(target, target_language), self.layout.end], learn=True)

    def text_answer(self, question: str, language: str, answer: str, reply_language: str) -> Example:
        """Text instruction: the question is learnt too, since there is little text in all."""
        example = Example().add([self.layout.question, self.layout.language_id(language)], learn=False)
        example.add([*self.text(question, language), self.layout.text], learn=True)
        example.add([self.layout.language_id(reply_language)], learn=False)
        return example.add([*self.text(answer, reply_language), self.layout.end], learn=True)

    def turn(
        self,
        question: Spoken | str,
        question_text: str,
        language: str,
        reply_language: str,
        answer: list[tuple[str, list[int]]],
        rng: random.Random,
    ) -> Example:
        """A spoken (or typed) turn with its interleaved answer of (chunk text, units)."""
        example = self._asked(question, question_text, language, rng)
        example.add([self.layout.answer], learn=True)
        example.add([self.layout.language_id(reply_language)], learn=False)
        for text, units in answer:
            example.add(self.text(text, reply_language), learn=True)
            example.add(self.speech(units), learn=True)
        return example.add([self.layout.end], learn=True)

    def opening(
        self,
        question: Spoken | str,
        question_text: str,
        language: str,
        reply_language: str,
        answer: str,
        rng: random.Random,
    ) -> Example:
        """A turn whose answer nobody has spoken yet: it ends where the speech of the first chunk would begin."""
        example = self._asked(question, question_text, language, rng)
        example.add([self.layout.answer], learn=True)
        example.add([self.layout.language_id(reply_language)], learn=False)
        first = cut_chunks(answer, reply_language)[0]
        return example.add([*self.text(first, reply_language), self.layout.sosp], learn=True)

    def turn_in_text(
        self, question: Spoken, language: str, reply_language: str, answer: str, rng: random.Random
    ) -> Example:
        """A spoken question that is answered without speech."""
        example = self._asked(question, question.text, language, rng)
        example.add([self.layout.text, self.layout.language_id(reply_language)], learn=False)
        return example.add([*self.text(answer, reply_language), self.layout.end], learn=True)

    def _asked(self, question: Spoken | str, text: str, language: str, rng: random.Random) -> Example:
        """`[question] <sosp> u* <eosp> <en> TQ`, or without the units for a typed question.

        TQ is learnt if it was heard and has no slips; with them it is answered all the same, by what the units say.
        """
        example = Example().add([self.layout.question], learn=False)
        if not isinstance(question, Spoken):
            return example.add([self.layout.language_id(language), *self.text(text, language)], learn=False)
        example.add(self.heard(question.units, rng), learn=False)
        written = text
        if self.misheard is not None and rng.random() < SLIPS:
            written = self.misheard.changed(text, language, rng)
        heard = [self.layout.language_id(language), *self.text(written, language)]
        return example.add(heard, learn=written == text)

    def _span(self, spoken: Spoken, rng: random.Random, longest: int) -> tuple[list[int], str]:
        if spoken.words is None or len(spoken.words) <= longest:
            return spoken.units, spoken.text
        words = self._some_words(spoken, rng, longest)
        return spoken.units[words[0][1] : words[-1][2]], span_text(words, spoken.language)

    @staticmethod
    def _some_words(spoken: Spoken, rng: random.Random, longest: int) -> list[tuple[str, int, int]]:
        """At most `longest` consecutive words of an aligned utterance."""
        words = spoken.words or []
        count = rng.randint(1, min(longest, len(words)))
        start = rng.randrange(len(words) - count + 1)
        return words[start : start + count]

    def _chunks(self, spoken: Spoken, rng: random.Random, longest: int, chunk: int) -> list[tuple[str, list[int]]]:
        if spoken.words is None:
            return [(spoken.text, spoken.units)]
        if len(spoken.words) <= longest and chunk >= 7:
            return aligned_chunks(spoken) if rng.random() < 0.7 else [(spoken.text, spoken.units)]
        words = self._some_words(spoken, rng, longest)
        pieces, at = [], 0
        while at < len(words):
            piece = words[at : at + rng.randint(1, chunk)]
            pieces.append((span_text(piece, spoken.language), spoken.units[piece[0][1] : piece[-1][2]]))
            at += len(piece)
        return pieces


def aligned_chunks(spoken: Spoken) -> list[tuple[str, list[int]]]:
    """The utterance in the chunks of the chain (cut at punctuation), each with its units by forced alignment."""
    if spoken.words is None:
        return [(spoken.text, spoken.units)]
    chunks = cut_chunks(spoken.text, spoken.language)
    pieces, at = [], 0
    for number, chunk in enumerate(chunks):
        count = sum(1 for _ in words_in(chunk, spoken.language))
        last = number == len(chunks) - 1
        words = spoken.words[at:] if last else spoken.words[at : at + count]
        if not words:
            return [(spoken.text, spoken.units)]
        pieces.append((chunk, spoken.units[words[0][1] : words[-1][2]]))
        at += count
    return pieces


def words_in(text: str, language: str) -> list[str]:
    """Words as the alignment counts them."""
    from trainer.tokenizer.phonemes import ENGLISH_WORD, HAN

    if language in ("en", "zh"):
        return (HAN if language == "zh" else ENGLISH_WORD).findall(text)
    return (OTHER_WORD if starts_with_space(language) else OTHER_SIGN).findall(text)


def read_spoken(manifest_row: dict[str, Any], units_row: dict[str, Any], *, aloud: bool = False) -> Spoken:
    """Join a corpus' manifest line with its units line: as it was heard, or with `aloud` as it is to be said."""
    units = units_row.get("aloud", units_row) if aloud else units_row
    words = units["words"]
    return Spoken(
        units_row["id"],
        manifest_row["language"],
        manifest_row["text"],
        units["units"],
        None if words is None else [(w, s, e) for w, s, e in words],
    )
