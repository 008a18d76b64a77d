"""Adapters of language packs: what is merged is what was learnt, in float and in int8, one or several."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from cslm_core.errors import PackError
from cslm_core.lm.adapter import EMBEDDING, TENSORS_FILE, Adapter, Rows, extend_layout, merge
from cslm_core.lm.config import LlamaShape
from cslm_core.lm.layout import TokenKind, TokenLayout, read_layout
from cslm_core.lm.load import load_lm
from cslm_core.lm.quantise import WEIGHTS_FILE, BlockMatrix, load_weights, quantise_matrix, restore_state
from tests.tiny import UNITS, write_tiny_lm


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_lm(tmp_path_factory.mktemp("lm"))


def an_adapter(folder: Path, language: str = "es", characters: tuple[str, ...] = ("ш", "я"), seed: int = 1) -> Adapter:
    random = np.random.default_rng(seed)
    shape = LlamaShape.load(folder)
    normal = lambda *size: random.standard_normal(size).astype(np.float32) * 0.1  # noqa: E731
    factors = {}
    for layer in range(shape.layers):
        factors[f"model.layers.{layer}.mlp.down_proj.weight"] = (normal(4, shape.inner), normal(shape.hidden, 4))
    changed = np.array([3, 290, 7], np.int64)
    rows = Rows(normal(1 + len(characters), shape.hidden), changed, normal(3, shape.hidden))
    norm = {"model.norm.weight": normal(shape.hidden)}
    return Adapter(language, shape.vocabulary, characters, 2.0, rows, factors, norm)


def test_is_read_as_it_was_written(folder: Path, tmp_path: Path) -> None:
    adapter = an_adapter(folder)
    adapter.save(tmp_path)
    found = Adapter.load(tmp_path)
    assert (found.language, found.characters, found.scale) == ("es", ("ш", "я"), 2.0)
    for name, (a, b) in adapter.factors.items():
        assert np.allclose(found.factors[name][0], a, atol=1e-3)
        assert np.allclose(found.factors[name][1], b, atol=1e-3)
    assert np.allclose(found.embedding.delta, adapter.embedding.delta, atol=2e-3)
    assert np.array_equal(found.embedding.changed, adapter.embedding.changed)


def test_merged_floats_are_the_sum(folder: Path) -> None:
    shape = LlamaShape.load(folder)
    weights = restore_state(load_weights(folder / WEIGHTS_FILE))
    before = {name: value.copy() for name, value in weights.items()}
    first, second = an_adapter(folder), an_adapter(folder, "fr", ("ж", "ш"), seed=2)
    new_shape, layout = merge(shape, weights, *read_layout(folder), [first, second])
    name = "model.layers.1.mlp.down_proj.weight"
    expected = before[name] + sum(2 * (b @ a) for a, b in (first.factors[name], second.factors[name]))
    assert np.allclose(weights[name], expected, atol=1e-5)
    size = shape.vocabulary
    assert new_shape.vocabulary == layout.vocabulary == size + 5  # two markers, ш я ж
    assert layout.languages["es"] == size
    assert layout.encode("ш") == [size + 1]
    assert layout.encode("яж") == [size + 2, size + 4]
    assert layout.decode([size + 1, size + 4]) == "шж"
    assert layout.kind(size) is TokenKind.LANGUAGE
    rows = weights[EMBEDDING]
    assert np.allclose(rows[:size][5], before[EMBEDDING][5])
    shared = first.embedding.delta[1] + second.embedding.delta[1]
    assert np.allclose(rows[290], before[EMBEDDING][290] + shared, atol=1e-6)
    assert np.allclose(rows[size + 1], (first.embedding.new[1] + second.embedding.new[2]) / 2, atol=1e-6)


def test_a_unit_is_heard_as_the_first_language_that_hears_it_apart_does(folder: Path) -> None:
    tokenizer, description = read_layout(folder)
    first, size = description["first_unit"], description["vocabulary"]

    def hearing(language: str, classes: dict[int, int], units: int = UNITS) -> Adapter:
        hears = tuple(classes.get(unit, -1) for unit in range(units))
        rows = Rows(np.zeros((2 + max(hears), 64), np.float32), np.zeros(0, np.int64), np.zeros((0, 64), np.float32))
        return Adapter(language, size, (), 1.0, rows, hears=hears)

    one, other = hearing("es", {3: 0, 4: 0}), hearing("fr", {4: 1, 5: 0, 6: 1})
    _, extended, ids = extend_layout(tokenizer, description, [one, other])
    assert ids == [[size, size + 1], [size + 2, size + 3, size + 4]]
    layout = TokenLayout(*extend_layout(tokenizer, description, [one, other])[:2])
    assert layout.heard_ids([2, 3, 4, 5, 6]) == [first + 2, size + 1, size + 1, size + 3, size + 4]
    assert layout.kind(size + 3) is TokenKind.OTHER  # nobody can say it
    assert extended["vocabulary"] == size + 5
    assert "heard" not in description
    with pytest.raises(PackError, match="made for other units"):
        extend_layout(tokenizer, description, [hearing("es", {3: 0}, UNITS + 1)])


def test_small_deltas_survive_in_int8() -> None:
    """A delta of a fifth of a step would round to nothing; on average it must be there, and nothing else move."""
    random = np.random.default_rng(0)
    weight = quantise_matrix(random.standard_normal((64, 256)).astype(np.float32))
    a = np.full((1, 256), 1.0, np.float32)
    step = float(weight.scales.astype(np.float32).mean())
    b = np.full((64, 1), step / 5, np.float32)
    b[32:] = 0
    weights: dict = {"w": weight, EMBEDDING: quantise_matrix(np.ones((300, 64), np.float32))}
    rows = Rows(np.zeros((1, 64), np.float32), np.zeros(0, np.int64), np.zeros((0, 64), np.float32))
    from tests.tiny import tiny_tokenizer

    tokenizer, layout = tiny_tokenizer()
    weights[EMBEDDING] = quantise_matrix(np.ones((layout["vocabulary"], 64), np.float32))
    shape = LlamaShape(layout["vocabulary"], 64, 0, 4, 2, 16, 80, 1e-5, 1e4, True, 512)
    merge(shape, weights, tokenizer, layout, [Adapter("es", layout["vocabulary"], (), 1.0, rows, {"w": (a, b)})])
    change = weights["w"].restore() - weight.restore()
    assert isinstance(weights["w"], BlockMatrix)
    assert change[:32].mean() == pytest.approx(step / 5, rel=0.1)
    assert np.all(change[32:] == 0)


@pytest.mark.parametrize("quantised", [True, False])
def test_the_loaded_model_is_the_merged_one(tmp_path: Path, quantised: bool) -> None:
    base = write_tiny_lm(tmp_path / "lm", quantised=quantised)
    an_adapter(base).save(tmp_path / "es")
    plain, taught = load_lm(base, "cpu", 1), load_lm(base, "cpu", 1, [tmp_path / "es"])
    assert taught.layout.vocabulary == plain.layout.vocabulary + 3
    ids = [5, 60, 101, 7, 7]
    before, after = plain.session().feed(ids), taught.session().feed([*ids, taught.layout.language_id("es")])
    assert after.shape == (taught.layout.vocabulary,)
    shape = LlamaShape.load(base)
    state = restore_state(load_weights(base / WEIGHTS_FILE)) if quantised else None
    if state is not None:
        from torch import from_numpy

        from cslm_core.lm.torch_runtime import TorchLanguageModel

        new_shape, layout = merge(shape, state, *read_layout(base), [Adapter.load(tmp_path / "es")])
        exact = TorchLanguageModel(new_shape, {n: from_numpy(v) for n, v in state.items()}, layout)
        expected = exact.session().feed([*ids, layout.language_id("es")])
        cosine = after @ expected / np.linalg.norm(after) / np.linalg.norm(expected)
        assert cosine > 0.995
    assert not np.allclose(before, taught.session().feed(ids)[: len(before)])


def test_what_does_not_fit_is_refused(folder: Path, tmp_path: Path) -> None:
    good = an_adapter(folder)
    shape = LlamaShape.load(folder)

    def refused(adapter: Adapter, *more: Adapter) -> str:
        weights = load_weights(folder / WEIGHTS_FILE)
        with pytest.raises(PackError) as error:
            merge(shape, weights, *read_layout(folder), [adapter, *more])
        return str(error.value)

    assert "another vocabulary" in refused(dataclasses.replace(good, vocabulary=7))
    assert "there already" in refused(dataclasses.replace(good, characters=("ñ", "я")))  # a byte is written so
    assert "'en' is there already" in refused(dataclasses.replace(good, language="en"))
    assert "'es' is there already" in refused(good, good)
    assert "does not fit" in refused(dataclasses.replace(good, factors={"model.nothing": (np.zeros((1, 2)),) * 2}))
    wide = Rows(good.embedding.new, np.array([10**6]), good.embedding.delta[:1])
    assert "does not fit" in refused(dataclasses.replace(good, embedding=wide))


@pytest.mark.parametrize("fault", ["nan", "json", "version", "characters", "cut", "missing"])
def test_damage_is_refused(folder: Path, tmp_path: Path, fault: str) -> None:
    adapter = an_adapter(folder)
    if fault == "nan":
        adapter.embedding.new[0, 0] = np.nan
    if fault == "characters":
        adapter = dataclasses.replace(adapter, characters=("ш", "ш"))
    adapter.save(tmp_path)
    config = tmp_path / "adapter.json"
    if fault == "json":
        config.write_text("[1]")
    if fault == "version":
        config.write_text(json.dumps({**json.loads(config.read_text()), "schema": 2}))
    if fault == "cut":
        (tmp_path / TENSORS_FILE).write_bytes((tmp_path / TENSORS_FILE).read_bytes()[:-5])
    if fault == "missing":
        (tmp_path / TENSORS_FILE).unlink()
    with pytest.raises(PackError):
        Adapter.load(tmp_path)
