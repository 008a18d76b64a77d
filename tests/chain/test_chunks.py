"""Chunks: their sizes, where they are cut, and that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.chain.chunks import cut_chunks


@pytest.mark.parametrize(
    ("language", "text", "chunks"),
    [
        ("en", "Hello!", ["Hello!"]),
        (
            "en",
            "The capital of France is Paris, a city on the Seine. It has about two million people and many museums.",
            [
                "The capital of France",
                " is Paris, a city on the Seine.",
                " It has about two million people and many museums.",
            ],
        ),
        (
            "en",
            "Sure, here is a short joke: Why did the scarecrow win an award? Because he was outstanding in his field.",
            [
                "Sure, here is a short",
                " joke: Why did the scarecrow win an award?",
                " Because he was outstanding in his field.",
            ],
        ),
        ("zh", "今天的天气很好。", ["今天的天气很好。"]),
        ("zh", "你好！我是你的语音助手，很高兴认识你。", ["你好！", "我是你的语音助手，很高兴认识你。"]),
        ("zh", "我喜欢喝茶和咖啡，因为它们很香。", ["我喜欢喝茶", "和咖啡，因为它们很香。"]),
    ],
)
def test_chunks_are_cut_where_one_would_breathe(language: str, text: str, chunks: list[str]) -> None:
    assert cut_chunks(text, language) == chunks


@given(st.text(), st.sampled_from(["en", "zh", ""]))
def test_nothing_is_lost(text: str, language: str) -> None:
    chunks = cut_chunks(text, language)
    assert "".join(chunks) == (" ".join(text.split()) if chunks else "")
    assert bool(chunks) == any(character.isalnum() for character in text)
    assert all(any(character.isalnum() for character in chunk) for chunk in chunks)


@given(
    st.lists(
        st.sampled_from(["the", "cat", "sat", "on", "a", "big", "mat", "and,", "it.", "happy;", "because"]),
        min_size=1,
        max_size=60,
    )
)
def test_english_chunks_are_of_a_size_to_say(words: list[str]) -> None:
    counts = [len(chunk.split()) for chunk in cut_chunks(" ".join(words), "en")]
    assert counts[0] <= 5
    assert max(counts) <= 10


@given(st.text("你我他是的了在很好天气法国，。", min_size=1, max_size=80))
def test_chinese_chunks_are_of_a_size_to_say(text: str) -> None:
    counts = [sum(character.isalnum() for character in chunk) for chunk in cut_chunks(text, "zh")]
    assert max(counts, default=0) <= 15


def test_words_are_never_torn_and_monsters_are() -> None:
    assert cut_chunks("supercalifragilistic words", "en") == ["supercalifragilistic words"]
    assert len(cut_chunks("x" * 500, "en")) > 3
    assert cut_chunks("...", "en") == []
