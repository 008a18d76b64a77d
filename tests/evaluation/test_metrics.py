"""Texts are made comparable, errors counted, key facts found."""

import math

import numpy as np
import pytest

from trainer.evaluation.draw import Facts
from trainer.evaluation.metrics import error_rate, errors, mean, off_target, percentile, similarity_scores, wilson
from trainer.evaluation.normalise import knows_traditional, normalise, tokens


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It's 24 hours, isn't it?", "its twenty four hours isnt it"),
        ("One hundred and five centimetres", "one hundred five centimeters"),
        ("1,000 metres", "one thousand meters"),
        ("In 1969 — the 3rd time!", "in nineteen sixty nine the third time"),
        ("50% at 12:30", "fifty percent at twelve thirty"),
        ("3.5 litres of colour", "three point five liters of color"),
        ("three thousand six hundred", "three thousand six hundred"),
        ("3600", "three thousand six hundred"),
    ],
)
def test_english(text: str, plain: str) -> None:
    assert normalise(text, "en") == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("一年有365天。", "一年有三百六十五天"),
        ("两个 小时", "二个小时"),
        ("1969年，50%！", "一九六九年百分之五十"),
        ("12345", "一万二千三百四十五"),
        ("10005", "一万零五"),
        ("3.14", "三点一四"),
    ],
)
def test_chinese(text: str, plain: str) -> None:
    assert normalise(text, "zh") == plain


@pytest.mark.skipif(not knows_traditional(), reason="opencc is not installed")
def test_traditional_characters_count_as_simplified() -> None:
    assert error_rate([("法国的首都是哪里", "法國的首都是哪裡")], "zh") == 0


def test_errors() -> None:
    assert errors("What is the capital?", "what is a capital city", "en") == (2, 4)
    assert errors("你好吗", "你号", "zh") == (2, 3)
    assert errors("hello there", "", "en") == (2, 2)
    assert tokens("我用iPhone", "zh") == ["我", "用", "iphone"]
    assert error_rate([("one two", "one"), ("three four", "three four")], "en") == 0.25
    assert error_rate([], "en") is None


def test_sensible_answers() -> None:
    facts = Facts(
        {"en": [["paris"], ["seven"]], "zh": [["巴黎"], ["七"]]},
        {"en": [False, True], "zh": [False, True]},
    )
    assert facts.sensible("Parisians say it's seven.", "en")
    assert not facts.sensible("Paris, seventy of them.", "en")
    assert not facts.sensible("Seven.", "en")
    assert facts.sensible("巴黎 有 七 个", "zh")
    assert not facts.sensible("巴黎有十七个", "zh")


def test_off_target() -> None:
    assert not off_target("It's Paris.", "en")
    assert off_target("是巴黎。", "en")
    assert off_target("It's Paris.", "zh")
    assert off_target("Это Париж", "en")
    assert not off_target("", "en")
    assert not off_target("24!", "zh")


def test_summaries() -> None:
    assert mean([1, None, 3]) == 2
    assert mean([None]) is None
    assert percentile([1, 2, 3, None], 50) == 2
    assert percentile([], 95) is None
    low, high = wilson(0.5, 100)
    assert 0.40 < low < 0.41 < 0.59 < high < 0.60


def test_similarity() -> None:
    text = np.eye(3) + 1  # a common part, as LM states have
    same = similarity_scores(text, text)
    assert same[0] == pytest.approx(1)
    assert same[2] == pytest.approx(1)
    shuffled = similarity_scores(np.roll(text, 1, axis=0), text)
    assert shuffled[2] < 0
    assert math.isnan(similarity_scores(text[:1], text[:1])[2])
