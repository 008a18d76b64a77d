"""The vocabulary: ids, text in and out, and that no text becomes a marker."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.errors import PackError
from cslm_core.lm.layout import LAYOUT_FILE, TOKENIZER_FILE, TokenKind, TokenLayout, heard_table
from tests.tiny import CHARACTERS, MARKERS, UNITS, tiny_tokenizer, write_tiny_lm

TINY = TokenLayout(*tiny_tokenizer())


def test_knows_markers_languages_and_units(layout: TokenLayout) -> None:
    assert layout.kind(layout.sosp) is TokenKind.SOSP
    assert layout.kind(layout.end) is TokenKind.END
    assert layout.kind(layout.text) is TokenKind.TEXT_ANSWER
    assert layout.kind(layout.language_id("zh")) is TokenKind.LANGUAGE
    assert layout.language_of(layout.language_id("zh")) == "zh"
    assert layout.unit_ids([0, UNITS - 1]) == [layout.first_unit, layout.first_unit + UNITS - 1]
    assert layout.kind(layout.first_unit) is TokenKind.UNIT
    assert layout.kind(0) is TokenKind.OTHER  # a special token of the base model
    assert layout.kind(-1) is layout.kind(layout.vocabulary) is TokenKind.OTHER


def test_masks_are_disjoint_and_cover_all(layout: TokenLayout) -> None:
    masks = [layout.mask(kind) for kind in TokenKind if kind is not TokenKind.NONE]
    assert (sum(mask.astype(int) for mask in masks) == 1).all()
    both = layout.mask(TokenKind.UNIT | TokenKind.EOSP)
    assert both.sum() == UNITS + 1


def test_a_character_is_one_token(layout: TokenLayout) -> None:
    assert len(layout.encode(CHARACTERS)) == len(CHARACTERS)


@given(st.text())
def test_text_survives(text: str) -> None:
    assert TINY.decode(TINY.encode(text)) == text.replace("\x00", "")


@given(st.lists(st.sampled_from([*MARKERS.values(), "<en>", "<zh>", "<5>", "<|endoftext|>", " ", "a", "你", "\x000"])))
def test_text_never_becomes_a_marker(parts: list[str]) -> None:
    assert {TINY.kind(token) for token in TINY.encode("".join(parts))} <= {TokenKind.TEXT}


@given(st.text(), st.integers())
def test_the_decoder_never_gives_half_a_character(text: str, seed: int) -> None:
    # One token per byte: the worst case.
    alphabet = [token for token in range(TINY.vocabulary) if TINY.kind(token) is TokenKind.TEXT]
    single = {TINY._pieces[token]: token for token in alphabet if len(TINY._pieces[token]) == 1}
    decoder, given_so_far = TINY.text_decoder(), ""
    for byte in text.encode():
        given_so_far += decoder.push(single[bytes([byte])])
        assert text.startswith(given_so_far)
    assert given_so_far + decoder.finish() == text
    noise = random.Random(seed)
    broken = TINY.decode(noise.choices(alphabet, k=20))
    assert "�" not in broken


def test_units_and_languages_that_do_not_exist_are_refused(layout: TokenLayout) -> None:
    with pytest.raises(ValueError, match="units"):
        layout.unit_ids([UNITS])
    with pytest.raises(PackError, match="'fr'"):
        layout.language_id("fr")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (LAYOUT_FILE, {"schema": 2}),
        (LAYOUT_FILE, {"first_unit": 0}),
        (LAYOUT_FILE, {"markers": {}}),
        (LAYOUT_FILE, {"languages": {"en": 1, "zh": 1}}),
        (LAYOUT_FILE, {"heard": [0]}),
        (LAYOUT_FILE, {"heard": [0.5] * UNITS}),
        (LAYOUT_FILE, {"heard": [TINY.vocabulary] * UNITS}),
        (LAYOUT_FILE, {"heard": [TINY.sosp] * UNITS}),
        (TOKENIZER_FILE, {"model": {}}),
        (TOKENIZER_FILE, {"model": {"type": "nonsense", "vocab": {}}}),
    ],
)
def test_a_damaged_folder_is_refused(tmp_path: Path, name: str, change: dict) -> None:
    folder = write_tiny_lm(tmp_path)
    value = json.loads((folder / name).read_text("utf-8"))
    (folder / name).write_text(json.dumps({**value, **change}), "utf-8")
    with pytest.raises(PackError):
        TokenLayout.load(folder)
    (folder / name).write_bytes(b"\xff\xfe")
    with pytest.raises(PackError):
        TokenLayout.load(folder)
    (folder / name).unlink()
    with pytest.raises(PackError):
        TokenLayout.load(folder)


def test_saving_gives_the_same_layout(layout: TokenLayout, tmp_path: Path) -> None:
    folder = write_tiny_lm(tmp_path)
    (folder / LAYOUT_FILE).unlink()
    layout.save(folder)
    assert (TokenLayout.load(folder).kinds == layout.kinds).all()


def test_units_are_heard_as_others(layout: TokenLayout) -> None:
    tokenizer, description = tiny_tokenizer()
    own = layout.unit_ids(range(UNITS))
    heard = [own[0], own[0], 0, *own[3:]]
    other = TokenLayout(tokenizer, {**description, "heard": heard})
    assert layout.kind(0) is TokenKind.OTHER
    assert other.heard_ids([3, 2, 1, 0]) == [own[3], 0, own[0], own[0]]
    assert heard_table({**description, "heard": heard}) == heard
    assert heard_table(description) == own
    assert other.unit_ids([1]) == layout.unit_ids([1]) == layout.heard_ids([1])
    with pytest.raises(ValueError, match="units"):
        other.heard_ids([UNITS])
