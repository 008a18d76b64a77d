"""Packing examples into rows without padding waste: block-diagonal causal attention, positions from zero per example.

Knows nothing of tasks or models.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.lm.examples import Example

NO_TARGET = -100


@dataclass(frozen=True)
class Packed:
    """`ids`, `positions`, `targets` (rows, length) and `mask` (rows, 1, length, length), True where attended.

    All of its examples are `held`, or none.
    """

    ids: Tensor
    positions: Tensor
    targets: Tensor
    mask: Tensor
    tokens: int
    held: bool = False

    def split(self, rows: int) -> list[Packed]:
        """Pieces of at most `rows` rows; their tokens are not counted."""
        fields = zip(*(x.split(rows) for x in (self.ids, self.positions, self.targets, self.mask)), strict=True)
        return [Packed(ids, positions, targets, mask, 0, self.held) for ids, positions, targets, mask in fields]


def pack(examples: list[Example], length: int, *, whole: bool = False) -> Packed:
    """First-fit decreasing into rows of at most `length`; ValueError for an example that is longer, or for some that
    are held among others.

    Rows are as few as they can be, and as short as so few can be, unless they are to be `whole` (so that all batches
    are of one length).
    """
    if len({example.held for example in examples}) > 1:
        raise ValueError("Examples that are held are packed apart from others.")
    ordered = sorted(examples, key=len, reverse=True)
    if ordered and len(ordered[0]) > length:
        raise ValueError(f"An example of {len(ordered[0])} tokens does not fit a row of {length}.")
    rows = _fitted(ordered, length)
    if not whole:
        least = max(len(ordered[0]), -(-sum(map(len, ordered)) // len(rows)))
        shorter = (_fitted(ordered, limit) for limit in range(least, length))
        rows = next((found for found in shorter if len(found) <= len(rows)), rows)
        length = max(sum(map(len, row)) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    positions = torch.zeros_like(ids)
    targets = torch.full_like(ids, NO_TARGET)
    owner = torch.full_like(ids, -1)
    for r, row in enumerate(rows):
        at = 0
        for number, example in enumerate(row):
            end = at + len(example)
            ids[r, at:end] = torch.tensor(example.ids)
            positions[r, at:end] = torch.arange(len(example))
            owner[r, at:end] = number
            wanted = torch.where(torch.tensor(example.learnt), torch.tensor(example.ids), NO_TARGET)
            targets[r, at : end - 1] = wanted[1:]
            at = end
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    mask = (owner[:, :, None] == owner[:, None, :]) & causal
    return Packed(ids, positions, targets, mask[:, None], sum(map(len, examples)), examples[0].held)


def _fitted(ordered: list[Example], length: int) -> list[list[Example]]:
    """Each example in the first row that has room for it."""
    rows: list[list[Example]] = []
    room: list[int] = []
    for example in ordered:
        place = next((i for i, free in enumerate(room) if free >= len(example)), None)
        if place is None:
            rows.append([])
            room.append(length)
            place = len(rows) - 1
        rows[place].append(example)
        room[place] -= len(example)
    return rows
