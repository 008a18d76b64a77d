"""The runtimes: they agree with Hugging Face and each other, and a cache that is cut back is as good as a fresh one."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from cslm_core.components import LanguageModel, LmBranches, LmSession
from cslm_core.errors import EngineError, PackError
from cslm_core.lm.config import LlamaShape
from cslm_core.lm.load import load_lm, pick_device, quantise_folder
from cslm_core.lm.ort_runtime import OrtLanguageModel
from cslm_core.lm.quantise import INT8_FILE, WEIGHTS_FILE, load_weights, save_weights, weights_file
from cslm_core.lm.torch_runtime import TorchLanguageModel
from tests.tiny import tiny_config, write_tiny_lm

IDS = [5, 60, 101, 7, 7, 300, 299, 33, 0, 12, 290, 8, 44]


@pytest.fixture(scope="module")
def float_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_lm(tmp_path_factory.mktemp("float"), quantised=False)


@pytest.fixture(scope="module", params=["onnxruntime", "torch", "torch-int8"])
def lm(request: pytest.FixtureRequest, tiny_lm_folder: Path, float_folder: Path) -> LanguageModel:
    if request.param == "torch":
        return load_lm(float_folder, "cpu")
    model = load_lm(tiny_lm_folder, "cpu", 1)
    if request.param == "torch-int8":
        from cslm_core.lm.load import read_state

        return TorchLanguageModel(LlamaShape.load(tiny_lm_folder), read_state(tiny_lm_folder), model.layout)
    assert isinstance(model, OrtLanguageModel)
    return model


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_keeps_the_contract(lm: LanguageModel) -> None:
    assert isinstance(lm, LanguageModel)
    session = lm.session()
    assert isinstance(session, LmSession)
    logits = session.feed(IDS)
    assert logits.dtype == np.float32
    assert logits.shape == (lm.layout.vocabulary,)
    assert session.length == len(IDS)


def test_agrees_with_hugging_face(lm: LanguageModel, float_folder: Path, request: pytest.FixtureRequest) -> None:
    exact = request.node.callspec.params["lm"] == "torch"
    from transformers import LlamaForCausalLM

    with torch.inference_mode():
        expected = LlamaForCausalLM.from_pretrained(float_folder)(torch.tensor([IDS])).logits[0].numpy()
    session = lm.session()
    got = np.stack([session.feed([token]) for token in IDS])
    agreement = min(cosine(a, b) for a, b in zip(got, expected, strict=True))
    assert agreement > (0.99999 if exact else 0.98)  # a tiny random model is the worst case for int8


def test_int8_runtimes_agree(tiny_lm_folder: Path, float_folder: Path) -> None:
    fast, exact = load_lm(tiny_lm_folder, "cpu", 1).session(), load_lm(float_folder, "cpu").session()
    assert cosine(fast.feed(IDS), exact.feed(IDS)) > 0.98


def test_pieces_are_as_good_as_the_whole(lm: LanguageModel) -> None:
    whole = lm.session().feed(IDS)
    session = lm.session()
    session.feed(IDS[:4])
    session.feed(IDS[4:5])
    np.testing.assert_allclose(session.feed(IDS[5:]), whole, rtol=0, atol=1e-3)


def test_a_long_prompt_is_read_in_bounded_pieces(lm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lm.session().feed(IDS)
    for module in ("ort_runtime", "torch_runtime"):
        monkeypatch.setattr(f"cslm_core.lm.{module}._PIECE", 5)
    np.testing.assert_allclose(lm.session().feed(IDS), whole, rtol=0, atol=1e-3)


@pytest.mark.parametrize("length", [0, 1, 6, len(IDS)])
def test_a_cache_cut_back_is_as_good_as_a_fresh_one(lm: LanguageModel, length: int) -> None:
    used, fresh, after = lm.session(), lm.session(), [9, 8, 250]
    used.feed(IDS)
    used.truncate(length)
    assert used.length == length
    if length:
        fresh.feed(IDS[:length])
    np.testing.assert_allclose(used.feed(after), fresh.feed(after), rtol=0, atol=1e-3)


def test_sessions_do_not_mix(lm: LanguageModel) -> None:
    one, other = lm.session(), lm.session()
    one.feed(IDS[:5])
    other.feed(IDS[::-1])
    np.testing.assert_array_equal(one.feed(IDS[5:]), one_after_other(lm, IDS[:5], IDS[5:]))


def one_after_other(lm: LanguageModel, *parts: list[int]) -> np.ndarray:
    session = lm.session()
    return [session.feed(part) for part in parts][-1]


def test_branches_go_on_as_sessions_of_their_own_would(lm: LanguageModel) -> None:
    session = lm.session()
    session.feed(IDS[:6])
    branches = session.branch(3, 4)
    assert isinstance(branches, LmBranches)
    for tokens, came_from in (((9, 8, 250), (0, 1, 2)), ((1, 2, 3), (2, 0, 0)), ((5, 5, 7), (0, 2, 1))):
        branches.select(came_from)
        logits = branches.feed(tokens)
    ways = [[250, 1, 5], [9, 3, 5], [9, 2, 7]]
    for row, way in zip(logits, ways, strict=True):
        np.testing.assert_allclose(row, lm.session().feed(IDS[:6] + way), rtol=0, atol=1e-3)
    np.testing.assert_allclose(session.feed(IDS[6:]), lm.session().feed(IDS), rtol=0, atol=1e-3)  # untouched
    with pytest.raises(ValueError, match="rows"):
        branches.feed([1, 2])
    branches.feed([1, 2, 3])
    with pytest.raises(ValueError, match="end"):
        branches.feed([1, 2, 3])
    with pytest.raises(EngineError, match="too long"):
        session.branch(2, lm.layout.context)


def test_logits_along_sequences_of_any_length(lm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = np.zeros(lm.layout.vocabulary, bool)
    tokens[[3, 50, 51, 299]] = True
    for together in (1024, 20):
        monkeypatch.setattr("cslm_core.lm.ort_runtime._TOGETHER", together)
        sequences = [IDS, IDS[:1], [7, 8, 9, 10], IDS[::-1]]
        for ids, logits in zip(sequences, lm.along(sequences, tokens), strict=True):
            session = lm.session()
            expected = np.stack([session.feed([token])[tokens] for token in ids])
            np.testing.assert_allclose(logits, expected, rtol=0, atol=0.1)  # the head is exact here
            assert min(cosine(a, b) for a, b in zip(logits, expected, strict=True)) > 0.999
    with pytest.raises(ValueError, match="one token"):
        lm.along([[]], tokens)
    with pytest.raises(EngineError, match="too long"):
        lm.along([[1] * (lm.layout.context + 1)], tokens)


def test_logits_stay_when_more_is_fed(lm: LanguageModel) -> None:
    session = lm.session()
    first = session.feed(IDS)
    copy = first.copy()
    session.feed([1, 2])
    np.testing.assert_array_equal(first, copy)


def test_nonsense_is_refused(lm: LanguageModel) -> None:
    session = lm.session()
    with pytest.raises(ValueError, match="one token"):
        session.feed([])
    session.feed(IDS)
    for length in (-1, len(IDS) + 1):
        with pytest.raises(ValueError, match="cut"):
            session.truncate(length)
    with pytest.raises(EngineError, match="too long"):
        session.feed([1] * lm.layout.context)
    assert session.length == len(IDS)
    session.feed([1] * (lm.layout.context - len(IDS)))  # to the last place


def test_quantising_a_folder_gives_what_is_loaded(float_folder: Path, tiny_lm_folder: Path, tmp_path: Path) -> None:
    quantise_folder(float_folder, tmp_path)
    assert weights_file(tmp_path) == tmp_path / INT8_FILE
    assert weights_file(tmp_path).read_bytes() == weights_file(tiny_lm_folder).read_bytes()


def test_a_folder_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    folder = write_tiny_lm(tmp_path)
    weights = load_weights(folder / WEIGHTS_FILE)
    norm = weights.pop("model.norm.weight")
    save_weights(weights, folder / WEIGHTS_FILE)
    with pytest.raises(PackError, match=r"model\.norm"):
        load_lm(folder, "cpu")
    weights["model.norm.weight"] = norm
    weights["model.layers.0.mlp.up_proj.weight"] = weights["model.layers.0.mlp.down_proj.weight"]
    save_weights(weights, folder / WEIGHTS_FILE)
    with pytest.raises(PackError, match="up_proj"):
        load_lm(folder, "cpu")
    (folder / "config.json").write_text(json.dumps(tiny_config(5)))
    with pytest.raises(PackError, match="vocabulary"):
        load_lm(folder, "cpu")
    for change in ({"model_type": "gpt2"}, {"rope_parameters": {"rope_type": "yarn"}}, {"hidden_size": None}):
        (folder / "config.json").write_text(json.dumps({**tiny_config(5), **change}))
        with pytest.raises(PackError):
            load_lm(folder, "cpu")


def test_the_device_is_one_that_is_there() -> None:
    assert pick_device("cpu") == "cpu"
    assert pick_device("auto") in ("cpu", "cuda", "mps")
    with pytest.raises(EngineError, match="no device"):
        pick_device("tpu")
    if not torch.cuda.is_available():
        with pytest.raises(EngineError, match="cuda"):
            pick_device("cuda")


def test_llama_3_positions_are_those_of_transformers() -> None:
    from transformers import LlamaConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    scaling = {
        "rope_type": "llama3",
        "rope_theta": 500000.0,
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    }
    config = {**tiny_config(100), "rope_parameters": scaling, "head_dim": 128, "max_position_embeddings": 131072}
    cosines, _ = LlamaShape.of(config).rotations(3000)
    frequencies, _ = ROPE_INIT_FUNCTIONS["llama3"](LlamaConfig(**config), torch.device("cpu"))
    np.testing.assert_allclose(cosines[2999], torch.cos(2999 * frequencies.double()).numpy(), atol=2e-3)
