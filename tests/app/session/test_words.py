"""Words of English, of Chinese and of anything: their numbers and their times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.words import word_at, word_times, words

TEXTS = st.one_of(st.text(), st.text("ab c.,?你好。，！ "))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" The capital is Paris.", ["The", "capital", "is", "Paris."]),
        ("你好，世界。", ["你", "好，", "世", "界。"]),
        ("用 Python3 写程序", ["用", "Python3", "写", "程", "序"]),
        ("it's well-known", ["it's", "well-known"]),
        ("... — !", []),
        ("“Hello” he said", ["“Hello”", "he", "said"]),
        ("abc你好", ["abc", "你", "好"]),
        ("读《红楼》吗", ["读", "《红", "楼》", "吗"]),
    ],
)
def test_words_are_what_people_take_for_words(text: str, expected: list[str]) -> None:
    assert [text[span.start : span.end] for span in words(text)] == expected


@given(TEXTS)
def test_words_are_in_order_apart_and_without_spaces(text: str) -> None:
    end = 0
    for span in words(text):
        assert end <= span.start < span.end <= len(text)
        piece = text[span.start : span.end]
        assert not any(character.isspace() for character in piece)
        assert any(character.isalnum() for character in piece)
        end = span.end


@given(TEXTS)
def test_every_letter_is_in_a_word(text: str) -> None:
    inside = {place for span in words(text) for place in range(span.start, span.end)}
    assert all(place in inside for place, character in enumerate(text) if character.isalnum())


@given(TEXTS, st.floats(0.05, 60))
def test_times_never_fall_and_begin_at_nought(text: str, seconds: float) -> None:
    times = word_times(text, seconds)
    assert len(times) == len(words(text))
    assert times == sorted(times)
    if times:
        assert times[0] == 0.0
        assert times[-1] < seconds


@given(TEXTS, st.floats(0.05, 60))
def test_the_word_at_the_time_of_a_word_is_that_word(text: str, seconds: float) -> None:
    times = word_times(text, seconds)
    for number, time in enumerate(times):
        assert word_at(text, seconds, time) == number
    assert word_at(text, seconds, seconds * 2) == (len(times) - 1 if times else None)
