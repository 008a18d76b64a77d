"""Parametric questions: right results, speakable texts, keys that hold."""

import re
from random import Random

import pytest

from trainer.templates import (
    CONVERSIONS,
    KINDS,
    LANGUAGES,
    SPLITS,
    UNITS,
    amount,
    chinese,
    draw,
    english,
    forms,
    generate,
    lexicon,
    says,
)

SPEAKABLE = {"en": re.compile(r"[A-Za-z' .,?!-]+"), "zh": re.compile(r"[一-鿿。，？！]+")}
ENGLISH = {english(n): n for n in range(10_000)}
CHINESE = {chinese(n): n for n in range(10_000)}


@pytest.mark.parametrize(
    ("number", "en", "zh"),
    [
        (0, "zero", "零"),
        (2, "two", "二"),
        (10, "ten", "十"),
        (12, "twelve", "十二"),
        (20, "twenty", "二十"),
        (47, "forty-seven", "四十七"),
        (100, "one hundred", "一百"),
        (105, "one hundred and five", "一百零五"),
        (115, "one hundred and fifteen", "一百一十五"),
        (200, "two hundred", "两百"),
        (212, "two hundred and twelve", "两百一十二"),
        (1000, "one thousand", "一千"),
        (2005, "two thousand and five", "两千零五"),
        (3600, "three thousand six hundred", "三千六百"),
        (4050, "four thousand and fifty", "四千零五十"),
    ],
)
def test_numbers(number: int, en: str, zh: str) -> None:
    assert english(number) == en
    assert chinese(number) == zh


def test_numbers_are_distinct_and_counted_with_liang() -> None:
    assert len(ENGLISH) == len(CHINESE) == 10_000
    assert amount(2, "hour", "zh") == "两小时"
    assert amount(12, "day", "zh") == "十二天"
    assert amount(1, "metre", "en") == "one metre"


@pytest.mark.parametrize("form", forms().values(), ids=lambda form: form.name)
def test_every_form_has_enough_wordings_and_keeps_the_test_ones_apart(form) -> None:
    assert form.kind in KINDS
    for language in LANGUAGES:
        train, test = form.questions["train"][language], form.questions["test"][language]
        assert len(train) >= 6
        assert len(test) >= 2
        assert len({*train, *test}) == len(train) + len(test)


@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_speakable_and_hold_their_keys(kind: str) -> None:
    rng = Random(7)
    for _ in range(300):
        case = draw(rng, kind)
        assert case.form.kind == kind
        for language in LANGUAGES:
            answer = case.answer(language)
            assert SPEAKABLE[language].fullmatch(answer), answer
            assert says(answer, case.keys(language)), answer
            assert all(any(key in answer.lower() for key in group) for group in case.keys(language))
            for split in SPLITS:
                for wording in range(case.wordings(language, split)):
                    question = case.question(language, wording, split)
                    assert SPEAKABLE[language].fullmatch(question), question


def test_arithmetic_is_right() -> None:
    rng = Random(1)
    for _ in range(500):
        case = draw(rng, "arithmetic")
        results = []
        for language, table in (("en", ENGLISH), ("zh", CHINESE)):
            slots = {name: table[words] for name, words in case.slots[language].items()}
            a, b, c = slots["a"], slots.get("b", 0), slots["c"]
            right = {"add": a + b, "subtract": a - b, "multiply": a * b, "half": a / 2, "double": 2 * a}
            assert right[case.form.name] == c
            assert 0 <= c <= 144
            results.append(slots)
        assert results[0] == results[1]


def test_neighbours_and_comparisons_are_right() -> None:
    rng = Random(2)
    for _ in range(300):
        case = draw(rng, "neighbour")
        a, c = (ENGLISH[case.slots["en"][slot]] for slot in "ac")
        assert c - a == (1 if case.form.name == "after" else -1)
        case = draw(rng, "comparison")
        a, b, c = (ENGLISH[case.slots["en"][slot]] for slot in "abc")
        assert c == (max if case.form.name == "bigger" else min)(a, b)


def test_conversions_are_right() -> None:
    rng = Random(3)
    singular = {names[0]: unit for unit, names in UNITS.items()} | {names[1]: unit for unit, names in UNITS.items()}
    factors = {(large, small): factor for large, small, factor in CONVERSIONS}
    for _ in range(200):
        slots = draw(rng, "conversion").slots
        number, large = slots["en"]["a"].rsplit(" ", 1)
        result, small = slots["en"]["c"].rsplit(" ", 1)
        pair = singular[large], singular[small]
        assert ENGLISH[result] == ENGLISH[number] * factors[pair]
        assert slots["zh"]["c"] == amount(ENGLISH[result], pair[1], "zh")


def test_weekdays_count_on() -> None:
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    rng = Random(4)
    for _ in range(200):
        slots = draw(rng, "weekday").slots["en"]
        passed = ENGLISH[slots["n"].removesuffix(" days")]
        assert days[(days.index(slots["a"]) + passed) % 7] == slots["c"]


def test_translating_answers_in_the_other_language_and_repeating_in_the_same() -> None:
    for reply in LANGUAGES:
        asked = generate("say", "en", Random(5), reply=reply)
        assert SPEAKABLE["zh"].fullmatch(asked.answer)
        asked = generate("say", "zh", Random(5), reply=reply)
        assert SPEAKABLE["en"].fullmatch(asked.answer)
        repeated = generate("repeat", "en", Random(5), reply=reply)
        assert repeated.question.endswith(repeated.answer)


def test_the_same_seed_makes_the_same_turn_and_languages_agree() -> None:
    for kind in KINDS:
        assert generate(kind, "en", Random(6)) == generate(kind, "en", Random(6))
        assert generate(kind, "en", Random(6), reply="zh") != generate(kind, "en", Random(6), split="test")
    assert generate("comparison", "en", Random(6), reply="zh").answer == generate("comparison", "zh", Random(6)).answer


def test_says_wants_whole_numbers() -> None:
    assert says("It's seven.", [["seven"]])
    assert not says("It's seventy.", [["seven"]])
    assert not says("It's twenty-seven.", [["seven"]])
    assert not says("It's one hundred and seven.", [["seven"]])
    assert says("等于七。", [["等于七"]])
    assert not says("等于七十。", [["等于七"]])
    assert not says("是十七。", [["七"]])


def test_the_lexicon_is_large_and_speakable() -> None:
    assert len(lexicon("word")) >= 220
    assert len(lexicon("phrase")) + len(lexicon("question")) >= 60
    for kind in ("word", "phrase", "question", "opposite", "colour"):
        for entry in lexicon(kind):
            for language in LANGUAGES:
                assert SPEAKABLE[language].fullmatch(entry[language]), entry
