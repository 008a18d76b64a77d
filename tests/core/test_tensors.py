"""Matrices as int8 rows: the error bound and the file."""

from pathlib import Path

import pytest
import torch

from cslm_core.tensors import (
    NotFiniteError,
    Uninitialised,
    load_int8,
    pack_int8,
    quantise_rows,
    restore_rows,
    save_int8,
    unpack_int8,
)


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shape", [(7, 33), (5, 4, 3), (1, 2)])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e4])
def test_the_error_is_at_most_half_a_step(shape: tuple[int, ...], size: float) -> None:
    weight = noise(*shape) * size
    rows, scale = quantise_rows(weight)
    assert rows.shape == weight.shape
    assert rows.dtype == torch.int8
    error = (restore_rows(rows, scale) - weight).abs().flatten(1).amax(1)
    assert (error <= scale / 2 * (1 + 1e-4)).all()
    assert torch.allclose(scale, weight.abs().flatten(1).amax(1) / 127)


def test_a_row_of_zeros_stays_zero() -> None:
    weight = torch.stack([torch.zeros(4), torch.ones(4)])
    assert torch.equal(restore_rows(*quantise_rows(weight)), weight)


def test_quantising_again_changes_nothing() -> None:
    once = restore_rows(*quantise_rows(noise(6, 40)))
    assert torch.allclose(restore_rows(*quantise_rows(once)), once, rtol=1e-6, atol=0)


def test_only_large_matrices_are_quantised(tmp_path: Path) -> None:
    state = {
        "big": noise(64, 64),
        "small": noise(4, 4),
        "bias": noise(5000),
        "count": torch.tensor([3, 4]),
    }
    packed = pack_int8(state)
    assert {name: value.dtype for name, value in packed.items()} == {
        "big": torch.int8,
        "big.int8_scale": torch.float32,
        "small": torch.float16,
        "bias": torch.float16,
        "count": torch.int64,
    }
    save_int8(state, tmp_path / "x.safetensors")
    loaded = load_int8(tmp_path / "x.safetensors")
    assert loaded.keys() == state.keys()
    for name, value in unpack_int8(packed).items():
        assert torch.equal(loaded[name], value)
    assert torch.equal(loaded["small"], state["small"].half().float())
    assert torch.equal(loaded["count"], state["count"])
    assert (loaded["big"] - state["big"]).abs().max() <= packed["big.int8_scale"].max() / 2 * 1.001


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["big", "bias"])
def test_weights_that_are_no_numbers_are_refused(tmp_path: Path, name: str, wrong: float) -> None:
    state = {"big": noise(64, 64), "bias": noise(64)}
    state[name].view(-1)[5] = wrong
    save_int8(state, tmp_path / "x.safetensors")
    with pytest.raises(NotFiniteError, match=r"x\.safetensors"):
        load_int8(tmp_path / "x.safetensors")


def test_modules_whose_weights_are_read_draw_none() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    with Uninitialised():
        made = torch.nn.Sequential(torch.nn.Conv1d(8, 8, 3), torch.nn.LayerNorm(8), torch.nn.Embedding(9, 8))
    assert torch.equal(torch.get_rng_state(), before)
    again = torch.nn.Sequential(torch.nn.Conv1d(8, 8, 3), torch.nn.LayerNorm(8), torch.nn.Embedding(9, 8))
    assert not torch.equal(torch.get_rng_state(), before)
    made.load_state_dict(again.state_dict())
    for name, value in again.state_dict().items():
        assert torch.equal(made.state_dict()[name], value)
