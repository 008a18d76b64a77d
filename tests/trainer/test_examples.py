"""Examples follow the grammar, and only the response is learnt."""

import random
import re

import pytest

from cslm_core.lm.layout import TokenKind, TokenLayout
from tests.trainer.material import an_utterance, tiny_builder
from trainer.lm.examples import Builder, Example, Spoken, aligned_chunks, read_spoken

SHORT = {
    TokenKind.TEXT: "t", TokenKind.UNIT: "u", TokenKind.LANGUAGE: "l", TokenKind.QUESTION: "Q", TokenKind.ANSWER: "A",
    TokenKind.SAY: "S", TokenKind.TRANSLATE: "M", TokenKind.TEXT_ANSWER: "T", TokenKind.SOSP: "<",
    TokenKind.EOSP: ">", TokenKind.END: ".",
}  # fmt: skip


@pytest.fixture(scope="module")
def builder() -> Builder:
    return tiny_builder()


def shape(layout: TokenLayout, ids: list[int]) -> str:
    """The kinds of tokens, a letter each, repeats once."""
    return re.sub(r"(.)\1+", r"\1", "".join(SHORT[layout.kind(i)] for i in ids))


def learnt(layout: TokenLayout, example: Example) -> str:
    """The kinds that are learnt, in order; a bar where something between is not."""
    letters = "".join(SHORT[layout.kind(i)] if on else "|" for i, on in zip(example.ids, example.learnt, strict=True))
    return re.sub(r"(.)\1+", r"\1", letters).strip("|")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_recognition(builder: Builder, language: str) -> None:
    example = builder.recognition(an_utterance(language), random.Random(0), 100)
    assert shape(builder.layout, example.ids) == "Q<u>ltA"
    assert learnt(builder.layout, example) == "ltA"
    text = builder.layout.decode(example.ids)
    assert text == (" " if language == "en" else "") + an_utterance(language).text


def test_spans_are_words_with_their_own_units(builder: Builder) -> None:
    spoken = an_utterance()
    for seed in range(30):
        units, text = builder._span(spoken, random.Random(seed), 2)
        words = text.split()
        assert 1 <= len(words) <= 2
        start = next(s for w, s, _ in spoken.words or [] if w == words[0])
        assert units == spoken.units[start : start + 3 * len(words)]


@pytest.mark.parametrize(("longest", "chunk"), [(1, 1), (3, 1), (4, 3), (100, 8)])
def test_reading_gives_every_chunk_its_units(builder: Builder, longest: int, chunk: int) -> None:
    for seed in range(10):
        example = builder.reading(an_utterance(), random.Random(seed), longest, chunk)
        assert re.fullmatch(r"Sl(t<u>)+\.", shape(builder.layout, example.ids))
        assert re.fullmatch(r"(<u>\|)*<u>\.", learnt(builder.layout, example))
        units = [builder.layout.unit_of(i) for i in example.ids if builder.layout.kind(i) is TokenKind.UNIT]
        spoken = an_utterance().units
        at = next(i for i in range(len(spoken)) if spoken[i : i + len(units)] == units)
        assert at % 3 == 0
        assert len(builder.layout.decode(example.ids).split()) == len(units) / 3


def test_text_tasks(builder: Builder) -> None:
    translation = builder.translation("Hello", "en", "你好", "zh")
    assert shape(builder.layout, translation.ids) == "Mltlt."
    assert learnt(builder.layout, translation) == "t."
    answer = builder.text_answer("Hello?", "en", "你好。", "zh")
    assert shape(builder.layout, answer.ids) == "QltTlt."
    assert learnt(builder.layout, answer) == "tT|t."


def test_turns(builder: Builder) -> None:
    rng = random.Random(0)
    answer = aligned_chunks(an_utterance("zh"))
    assert len(answer) > 1
    heard = builder.turn(an_utterance(), an_utterance().text, "en", "zh", answer, rng)
    assert re.fullmatch(r"Q<u>ltAl(t<u>){2,}\.", shape(builder.layout, heard.ids))
    assert re.fullmatch(r"ltA\|(t<u>){2,}\.", learnt(builder.layout, heard))
    typed = builder.turn("Hello?", "Hello?", "en", "zh", answer, rng)
    assert re.fullmatch(r"QltAl(t<u>){2,}\.", shape(builder.layout, typed.ids))
    assert re.fullmatch(r"A\|(t<u>){2,}\.", learnt(builder.layout, typed))


def test_turns_without_spoken_answers(builder: Builder) -> None:
    rng = random.Random(0)
    opening = builder.opening("Hello?", "Hello?", "en", "en", "The capital of France is Paris, and that is that.", rng)
    assert shape(builder.layout, opening.ids) == "QltAlt<"
    assert learnt(builder.layout, opening) == "A|t<"
    assert " capital" in builder.layout.decode(opening.ids)
    assert "that is that" not in builder.layout.decode(opening.ids)
    plain = builder.turn_in_text(an_utterance("zh"), "zh", "en", "Yes.", rng)
    assert shape(builder.layout, plain.ids) == "Q<u>ltTlt."
    assert learnt(builder.layout, plain) == "lt|t."


@pytest.mark.parametrize("language", ["en", "zh"])
def test_aligned_chunks_are_the_utterance(language: str) -> None:
    spoken = an_utterance(language)
    chunks = aligned_chunks(spoken)
    assert "".join(text for text, _ in chunks) == spoken.text
    assert [u for _, units in chunks for u in units] == spoken.units
    assert all(units for _, units in chunks)


def test_without_alignment_there_is_one_chunk() -> None:
    spoken = Spoken("x", "en", "Yes, of course, that is the one that I wanted to have.", [1, 2, 3], None)
    assert aligned_chunks(spoken) == [(spoken.text, [1, 2, 3])]


def test_a_montage_is_words_of_several_with_their_own_units(builder: Builder) -> None:
    utterances = [an_utterance(), an_utterance()]
    for seed in range(30):
        example = builder.montage(utterances, random.Random(seed), 3)
        assert shape(builder.layout, example.ids) == "Q<u>ltA"
        assert learnt(builder.layout, example) == "ltA"
        words = builder.layout.decode(example.ids).split()
        units = [i for i in example.ids if builder.layout.kind(i) is TokenKind.UNIT]
        assert 2 <= len(words) <= 6
        assert abs(len(units) - 3 * len(words)) <= 3  # a few are dropped
        assert set(words) <= {w for w, _, _ in utterances[0].words or []}


def test_manifest_and_units_are_joined() -> None:
    about = {"id": "a", "language": "zh", "text": "你好", "speaker": "x"}
    assert read_spoken(about, {"id": "a#aug", "units": [1], "words": [["你", 0, 1]]}) == Spoken(
        "a#aug", "zh", "你好", [1], [("你", 0, 1)]
    )
    assert read_spoken(about, {"id": "a", "units": [1], "words": None}).words is None
