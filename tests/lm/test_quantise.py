"""Weights in blocks: the error is bounded, files come back as they were, damage is noticed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cslm_core.errors import PackError
from cslm_core.lm.quantise import (
    BlockMatrix,
    is_quantised,
    load_weights,
    quantise_matrix,
    quantise_state,
    restore_state,
    save_weights,
)
from tests.tiny import tiny_config, tiny_state


@given(
    arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.floats(-8e6, 8e6, width=32)),
    st.sampled_from([16, 32, 64]),
)
def test_the_error_is_bounded_by_the_scale(matrix: np.ndarray, block: int) -> None:
    packed = quantise_matrix(matrix, block)
    restored = packed.restore()
    assert restored.shape == matrix.shape
    scales = np.repeat(packed.scales.astype(np.float32), block, axis=1)[:, : matrix.shape[1]]
    assert (np.abs(restored - matrix) <= 0.57 * scales + 2.0**-17).all()


def test_real_looking_weights_keep_99_9_percent() -> None:
    matrix = np.random.default_rng(0).standard_normal((300, 576)).astype(np.float32) * 0.02
    restored = quantise_matrix(matrix).restore()
    assert np.linalg.norm(restored - matrix) < 0.008 * np.linalg.norm(matrix)
    assert (quantise_matrix(matrix).restore(np.array([5, 5, 7])) == restored[[5, 5, 7]]).all()


@pytest.mark.parametrize("bad", [np.inf, np.nan, 1e9])
def test_weights_that_cannot_be_kept_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="weights"):
        quantise_matrix(np.full((2, 16), bad, np.float32), 16)


def test_a_file_comes_back(tmp_path: Path) -> None:
    state = tiny_state(tiny_config(100))
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    weights = quantise_state(state)
    assert "lm_head.weight" not in weights  # tied: it would only cost space
    save_weights(weights, tmp_path / "m.safetensors")
    assert is_quantised(tmp_path / "m.safetensors")
    again = load_weights(tmp_path / "m.safetensors")
    assert again.keys() == weights.keys()
    for name, value in restore_state(weights).items():
        assert (restore_state(again)[name] == value).all()
    assert isinstance(again["model.layers.1.mlp.down_proj.weight"], BlockMatrix)


def test_damage_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_weights(quantise_state(tiny_state(tiny_config(100))), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(PackError):
        load_weights(path)
    path.write_bytes(b"no weights")
    with pytest.raises(PackError):
        load_weights(path)
    with pytest.raises(PackError):
        load_weights(tmp_path / "missing.safetensors")
