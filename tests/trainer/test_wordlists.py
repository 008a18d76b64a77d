"""Lists of words: each character as often as it is lacking, in nothing but known characters."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.wordlists import common_words, lacking, word_lists

CHARACTERS = "天气很好你我他"
WORDS = {"天气": 9, "天": 5, "你好": 7, "好天气": 2, "气候": 50}


def test_what_is_lacking_is_counted_by_text() -> None:
    assert lacking("天气好", ["天天天。", "天气"], 2) == {"好": 2, "气": 1}


@given(st.dictionaries(st.sampled_from(CHARACTERS), st.integers(1, 9)), st.integers(0, 9))
def test_each_character_comes_up_as_often_as_it_is_lacking(lacks: dict[str, int], seed: int) -> None:
    texts = list(word_lists(lacks, WORDS, CHARACTERS, seed))
    found = Counter("".join(texts))
    assert all(found[c] >= times for c, times in lacks.items())
    assert set(found) <= {*CHARACTERS, "，", "。"}
    assert texts == list(word_lists(lacks, WORDS, CHARACTERS, seed))


def test_the_frequent_words_come_first() -> None:
    (text,) = word_lists({"天": 3}, {f"天{c}": n for n, c in enumerate("气很好你我他天")}, CHARACTERS, 0)
    assert sorted(text.strip("。").replace("，", "")) == sorted("天天天他天我")


def test_there_are_words_of_every_common_character() -> None:
    pytest.importorskip("jieba")  # of the extra `train`
    words = common_words()
    assert {"灰尘", "玻璃", "垃圾"} <= words.keys()
    assert all(1 <= len(w) <= 4 for w in words)
