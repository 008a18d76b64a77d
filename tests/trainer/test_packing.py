"""Packed rows: targets one step ahead, no attention across examples, loss on the response alone."""

from dataclasses import replace

import pytest
import torch

from trainer.lm.examples import Example
from trainer.lm.packing import NO_TARGET, pack


def example(first: int, length: int, prompt: int) -> Example:
    return Example(list(range(first, first + length)), [i >= prompt for i in range(length)])


def test_targets_are_the_next_ids_of_the_response() -> None:
    packed = pack([example(10, 5, 2)], 8)
    assert packed.ids.tolist() == [[10, 11, 12, 13, 14]]  # no longer than what is in it
    assert packed.targets.tolist() == [[NO_TARGET, 12, 13, 14, NO_TARGET]]
    assert packed.positions.tolist() == [[0, 1, 2, 3, 4]]
    assert packed.tokens == 5


def test_whole_rows_are_of_one_length() -> None:
    packed = pack([example(10, 5, 2)], 8, whole=True)
    assert packed.ids.tolist() == [[10, 11, 12, 13, 14, 0, 0, 0]]
    assert packed.targets.tolist() == [[NO_TARGET, 12, 13, 14, *[NO_TARGET] * 4]]
    assert packed.tokens == 5


def test_no_target_crosses_to_the_next_example() -> None:
    packed = pack([example(10, 4, 0), example(20, 3, 0)], 8)
    assert packed.ids.tolist() == [[10, 11, 12, 13, 20, 21, 22]]
    assert packed.targets.tolist() == [[11, 12, 13, NO_TARGET, 21, 22, NO_TARGET]]
    assert packed.positions.tolist() == [[0, 1, 2, 3, 0, 1, 2]]


def test_attention_is_causal_and_within_an_example() -> None:
    packed = pack([example(10, 3, 0), example(20, 2, 0), example(30, 4, 0)], 6, whole=True)
    assert packed.ids.tolist() == [[30, 31, 32, 33, 20, 21], [10, 11, 12, 0, 0, 0]]
    assert packed.mask.shape == (2, 1, 6, 6)
    for row, owners in enumerate([[1, 1, 1, 1, 2, 2], [3, 3, 3, 0, 0, 0]]):
        for i, j in torch.cartesian_prod(torch.arange(6), torch.arange(6)).tolist():
            assert bool(packed.mask[row, 0, i, j]) == (owners[i] == owners[j] and j <= i)
    assert packed.mask.any(-1).all()  # a row of nothing would make NaN


def test_rows_are_filled_well() -> None:
    packed = pack([example(100 * n, n, 1) for n in range(1, 40)], 64)
    assert sorted(packed.ids[packed.mask.diagonal(dim1=2, dim2=3)[:, 0] & (packed.ids > 0)].tolist()) == sorted(
        i for n in range(1, 40) for i in range(100 * n, 101 * n)
    )
    assert packed.tokens == sum(range(1, 40))
    assert packed.tokens / packed.ids.numel() > 0.9


def test_rows_are_as_few_and_then_as_short_as_they_can_be() -> None:
    packed = pack([example(10, 3, 0), example(20, 2, 0), example(30, 4, 0)], 6)
    assert packed.ids.tolist() == [[30, 31, 32, 33, 0], [10, 11, 12, 20, 21]]
    lengths = [7, 6, 5, 5, 3]
    loose, tight = (pack([example(0, n, 0) for n in lengths], 16, whole=whole) for whole in (True, False))
    assert loose.ids.shape == (2, 16)
    assert tight.ids.shape == (2, 13)
    assert tight.tokens == loose.tokens == 26


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="9 tokens does not fit a row of 8"):
        pack([example(0, 9, 0)], 8)


def test_what_is_held_is_packed_apart() -> None:
    packed = pack([replace(example(10, 5, 2), held=True), replace(example(20, 8, 2), held=True)], 8)
    assert packed.held
    assert [piece.held for piece in packed.split(1)] == [True, True]
    assert not pack([example(10, 5, 2)], 8).held
    with pytest.raises(ValueError, match="apart"):
        pack([example(10, 5, 2), replace(example(20, 3, 2), held=True)], 8)
