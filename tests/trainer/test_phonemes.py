"""Words and their phonemes: as many words as are written, tones kept, and refusals."""

import importlib.util

import pytest

from trainer.tokenizer.phonemes import Word, mandarin_words, words_of

needs_espeak = pytest.mark.skipif(
    importlib.util.find_spec("phonemizer") is None or importlib.util.find_spec("espeakng_loader") is None,
    reason="espeak is not installed (the extra `train`)",
)


def test_mandarin_characters_have_initial_and_toned_final() -> None:
    assert mandarin_words("你好，世界！") == [
        Word("你", ("zh:n", "zh:i2")),  # the third tone before another one
        Word("好", ("zh:h", "zh:ao3")),
        Word("世", ("zh:sh", "zh:i4")),
        Word("界", ("zh:j", "zh:ie4")),
    ]


def test_mandarin_neutral_tones_and_bare_finals() -> None:
    assert mandarin_words("爱吗") == [Word("爱", ("zh:ai4",)), Word("吗", ("zh:m", "zh:a5"))]
    assert [w.phonemes for w in mandarin_words("女……鱼")] == [("zh:n", "zh:v3"), ("zh:y", "zh:u2")]


@pytest.mark.parametrize("text", ["我有3个", "用WiFi吧", "。。。", ""])
def test_mandarin_that_cannot_be_labelled(text: str) -> None:
    with pytest.raises(ValueError, match=r"written out|No phonemes"):
        words_of(text, "zh")


def test_other_languages_are_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        words_of("bonjour", "fr")


@needs_espeak
def test_english_words_have_phonemes() -> None:
    assert words_of("The cat sat.", "en") == [
        Word("The", ("ð", "ə")),
        Word("cat", ("k", "æ", "t")),
        Word("sat", ("s", "æ", "t")),
    ]


@needs_espeak
@pytest.mark.parametrize(
    "text", ["In the middle of the night, I don't sleep.", "She's my mother-in-law!", "Of the two, I'd take it"]
)
def test_english_words_are_those_that_are_written(text: str) -> None:
    words = words_of(text, "en")
    assert [w.text for w in words] == text.replace(",", "").rstrip(".!").split()
    assert all(w.phonemes for w in words)
    assert not any(mark in p for w in words for p in w.phonemes for mark in "ˈˌ")


@needs_espeak
@pytest.mark.parametrize("text", ["I am 5.", "...", ""])
def test_english_that_cannot_be_labelled(text: str) -> None:
    with pytest.raises(ValueError, match=r"written out|No phonemes"):
        words_of(text, "en")
