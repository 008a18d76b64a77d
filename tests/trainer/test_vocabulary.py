"""The joint LM's vocabulary: text stays what it was, new tokens come behind, and the layout agrees."""

import json
from typing import Any

import pytest
from tokenizers import Tokenizer

from cslm_core.lm.layout import MARKERS, TokenKind, TokenLayout
from tests.trainer.material import base_vocabulary
from trainer.lm.vocabulary import CHINESE_PUNCTUATION, UNIT_COUNT, Vocabulary, build_vocabulary, characters_of

KEPT = 330
TEXTS = ["你好，世界！", "世界很大。"]
ENGLISH = [" The capital of France is Paris.", " don't PANIC: 42 %", "\ttabs\n"]


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    return base_vocabulary()


@pytest.fixture(scope="module")
def built(base: dict[str, Any]) -> Vocabulary:
    return build_vocabulary(base, KEPT, characters_of(TEXTS, "天"), ["en", "zh"])


@pytest.fixture(scope="module")
def layout(built: Vocabulary) -> TokenLayout:
    return TokenLayout(built.tokenizer, built.layout)


def test_characters_come_by_frequency() -> None:
    assert characters_of(TEXTS, "天a") == [*CHINESE_PUNCTUATION, "世", "界", "你", "好", "很", "大", "天"]


def test_the_layout_counts_everything(built: Vocabulary, layout: TokenLayout) -> None:
    new = len(built.characters) + len(MARKERS) - 1 + 2 + UNIT_COUNT  # the end marker was there before
    assert built.size == layout.vocabulary == KEPT + new
    assert layout.first_unit + UNIT_COUNT == built.size  # units last: language packs add behind
    assert layout.end == 2
    assert set(layout.languages) == {"en", "zh"}
    kinds = [layout.kind(i) for i in range(built.size)]
    assert kinds.count(TokenKind.UNIT) == UNIT_COUNT
    assert kinds.count(TokenKind.LANGUAGE) == 2
    assert kinds.count(TokenKind.TEXT) == KEPT - 3 + len(built.characters)
    assert [layout.kind(i) for i in (0, 1, 2)] == [TokenKind.OTHER, TokenKind.OTHER, TokenKind.END]


def test_kept_pieces_keep_their_ids(base: dict[str, Any], layout: TokenLayout) -> None:
    whole = Tokenizer.from_str(json.dumps(base))
    assert max(i for text in ENGLISH for i in whole.encode(text).ids) >= KEPT  # else pruning would not be tested
    for text in ENGLISH:
        before, after = whole.encode(text).ids, layout.encode(text)
        assert max(after) < KEPT
        assert len(after) >= len(before)
        if max(before) < KEPT:
            assert after == before


@pytest.mark.parametrize("text", [*ENGLISH, *TEXTS, "天气", "混合 text。", "🙂 ok", "[question] <en> <7>"])
def test_text_makes_the_round_trip(layout: TokenLayout, text: str) -> None:
    ids = layout.encode(text)
    assert layout.decode(ids) == text
    assert all(layout.kind(i) is TokenKind.TEXT for i in ids)


def test_a_known_character_is_one_token(built: Vocabulary, layout: TokenLayout) -> None:
    assert [len(layout.encode(c)) for c in built.characters] == [1] * len(built.characters)
    assert len(layout.encode("气")) == 3  # its bytes
    assert layout.encode("你好")[0] >= KEPT


def test_ids_are_stable(base: dict[str, Any], built: Vocabulary) -> None:
    again = build_vocabulary(base, KEPT, characters_of(TEXTS, "天"), ["en", "zh"])
    assert again == built
    assert base == base_vocabulary()  # what was given is not changed
