"""A decoder as a folder: what is saved is what is loaded; what is damaged is refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from cslm_core.decoder.decoder import CONFIG_FILE, TEMPERATURE, WEIGHTS_FILE, FlowDecoder
from cslm_core.errors import PackError


@pytest.fixture
def folder(decoder: FlowDecoder, tmp_path: Path) -> Path:
    decoder.save(tmp_path / "decoder")
    return tmp_path / "decoder"


def test_saved_and_loaded(decoder: FlowDecoder, folder: Path) -> None:
    loaded = FlowDecoder.load(folder)
    assert sorted(path.name for path in folder.iterdir()) == [CONFIG_FILE, WEIGHTS_FILE]
    stored = load_file(folder / WEIGHTS_FILE)
    scales = {name for name in stored if name.endswith(".int8_scale")}
    rows = {name.removesuffix(".int8_scale") for name in scales}
    assert all(stored[name].dtype == torch.int8 for name in rows)
    assert all(value.dtype == torch.float16 for name, value in stored.items() if name not in rows | scales)
    assert loaded.flow.config == decoder.flow.config
    np.testing.assert_allclose(loaded.speak([1, 2, 3, 4]), decoder.speak([1, 2, 3, 4]), atol=0.05)


def test_how_much_noise_is_kept_and_old_folders_have_what_was_measured(decoder: FlowDecoder, folder: Path) -> None:
    assert FlowDecoder.load(folder).temperature == decoder.temperature == 1.0
    config = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
    del config["temperature"]
    (folder / CONFIG_FILE).write_text(json.dumps(config), "utf-8")
    assert FlowDecoder.load(folder).temperature == TEMPERATURE


def test_the_pace_is_kept_and_makes_it_speak_slower(decoder: FlowDecoder, folder: Path) -> None:
    assert FlowDecoder.load(folder).pace == 1.0
    change(folder, pace=0.5)
    slow = FlowDecoder.load(folder)
    assert slow.pace == 0.5
    units = [1, 2, 3, 4, 5, 6]
    assert len(slow.speak(units)) > 1.5 * len(decoder.speak(units))


def change(folder: Path, **values: object) -> None:
    config = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
    (folder / CONFIG_FILE).write_text(json.dumps({**config, **values}), "utf-8")


def test_foreign_kind(folder: Path) -> None:
    change(folder, kind="other")
    with pytest.raises(PackError, match=r"config\.json is not of a cslm-flow"):
        FlowDecoder.load(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"flow": {"what": 1}},
        {"steps": None},
        {"duration": 3},
        {"vocoder": {"kernel": 0}},
        {"pace": 0},
        {"temperature": -1},
    ],
)
def test_damaged_config(folder: Path, values: dict[str, object]) -> None:
    change(folder, **values)
    with pytest.raises(PackError, match=r"config\.json is damaged"):
        FlowDecoder.load(folder)


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_config_is_no_config(folder: Path, text: str) -> None:
    (folder / CONFIG_FILE).write_text(text, "utf-8")
    with pytest.raises(PackError, match=r"config\.json is damaged"):
        FlowDecoder.load(folder)


def test_missing_files(folder: Path) -> None:
    (folder / WEIGHTS_FILE).unlink()
    with pytest.raises(PackError, match="safetensors is missing"):
        FlowDecoder.load(folder)
    (folder / CONFIG_FILE).unlink()
    with pytest.raises(PackError, match=r"config\.json cannot be read"):
        FlowDecoder.load(folder)


def test_truncated_or_wrong_weights(folder: Path) -> None:
    path = folder / WEIGHTS_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PackError, match="safetensors is missing or damaged"):
        FlowDecoder.load(folder)
    save_file({"a": torch.zeros(3)}, path)
    with pytest.raises(PackError, match="safetensors is missing or damaged"):
        FlowDecoder.load(folder)


def test_weights_that_are_not_numbers(folder: Path) -> None:
    path = folder / WEIGHTS_FILE
    state = load_file(path)
    state["flow.prior.mean.bias"][0] = float("nan")
    save_file(state, path)
    with pytest.raises(PackError, match="not finite"):
        FlowDecoder.load(folder)
