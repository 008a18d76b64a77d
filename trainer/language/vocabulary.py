"""Which tokens a new language adds to the joint LM, which rows of the base may change, and where new rows start.

Knows nothing of training.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from cslm_core.chain.grammar import text_ids
from cslm_core.lm.layout import TokenLayout

__all__ = ["NewTokens", "choose_tokens", "start_rows"]

_LEAST: Final = 2
_MOST: Final = 6000
_LARGEST_BYTE_NAME: Final = 0x143
"""Byte-level vocabularies write bytes as characters up to here; such a character cannot become a token of its own."""


@dataclass(frozen=True)
class NewTokens:
    """`characters` become tokens; `changed` are ids of the base whose rows are trained (units and frequent text)."""

    characters: list[str]
    changed: list[int]


def choose_tokens(texts: Iterable[str], language: str, layout: TokenLayout, text_rows: int) -> NewTokens:
    """From all texts of the language: characters that the base writes in several pieces, and its frequent pieces.

    `text_rows` is how many rows of text tokens may change, besides those of all units.
    """
    known = list(texts)
    counts = Counter(c for text in known for c in unicodedata.normalize("NFC", text))
    characters = [
        c
        for c, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if count >= _LEAST and ord(c) > _LARGEST_BYTE_NAME and c.isprintable() and len(layout.encode(c)) > 1
    ][:_MOST]
    own = set(characters)
    pieces: Counter[int] = Counter()
    for text in known:
        pieces.update(text_ids(layout, "".join(c for c in text if c not in own), language))
    units = range(layout.first_unit, layout.first_unit + layout.unit_count)
    frequent = [token for token, _ in sorted(pieces.items(), key=lambda item: (-item[1], item[0]))[:text_rows]]
    return NewTokens(characters, sorted({*units, *frequent}))


def heard_before(layout: TokenLayout, hears: Sequence[int]) -> list[int]:
    """For each class that is heard apart from now on, the id as which the base heard it. `hears` as in an adapter."""
    own = layout.heard_ids(range(len(hears)))
    base = {number: own[unit] for unit, number in enumerate(hears) if number >= 0}
    return [base[number] for number in range(len(base))]


def start_rows(table: Tensor, name: str, characters: list[str], layout: TokenLayout) -> Tensor:
    """Rows (1 + characters, hidden): the marker from its language's name and the other markers, a character from its
    bytes. `table` (vocabulary, hidden) are the base's rows."""
    markers = table[list(layout.languages.values())].mean(0)
    called = layout.encode(f" {name}")
    marker = 0.5 * markers + 0.5 * table[called].mean(0) if called else markers
    return torch.stack([marker, *(table[layout.encode(character)].mean(0) for character in characters)])
