"""A pack's language model becomes the start of training: the same numbers, its vocabulary, its count of tokens."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from transformers import LlamaForCausalLM

from cslm_core.chain.grammar import text_ids
from cslm_core.errors import CslmError, PackError, TrainingError
from cslm_core.lm.layout import TokenLayout, read_layout
from cslm_core.lm.load import read_state
from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Component, UnitVocabulary
from tests.tiny import UNITS, write_tiny_lm
from tests.trainer.material import lines
from trainer.lm import from_pack
from trainer.lm.from_pack import restore_lm, trained_tokens


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    write_tiny_lm(folder / "lm")
    (folder / "lm" / "trained.json").write_text(json.dumps({"step": 3, "tokens": 640, "seconds": 1.0}))
    build_pack(
        folder,
        name="tiny",
        version="1.0.0",
        title="Tiny",
        languages=["en", "zh"],
        units=UnitVocabulary(size=4096, rate=25.0),
        components={"lm": Component(kind="llama-int8", folder="lm", licence="CC0-1.0", source="tests")},
    )
    return folder


def test_weights_vocabulary_and_count_are_carried_over(pack: Path, tmp_path: Path) -> None:
    assert restore_lm(pack, tmp_path / "start") == 640
    model = LlamaForCausalLM.from_pretrained(tmp_path / "start", dtype=torch.float32)
    for name, value in read_state(pack / "lm").items():
        assert torch.equal(model.state_dict()[name], value), name
    for name in ("tokenizer.json", "layout.json", "trained.json"):
        assert (tmp_path / "start" / name).read_bytes() == (pack / "lm" / name).read_bytes()
    assert trained_tokens(tmp_path / "start") == 640


def test_layers_can_be_left_out(pack: Path, tmp_path: Path) -> None:
    restore_lm(pack, tmp_path / "start", [0])
    model = LlamaForCausalLM.from_pretrained(tmp_path / "start", dtype=torch.float32)
    before, after = read_state(pack / "lm"), model.state_dict()
    assert model.config.num_hidden_layers == 1
    name = "model.layers.{}.mlp.up_proj.weight"
    assert torch.equal(after[name.format(0)], before[name.format(1)])
    with pytest.raises(TrainingError, match="There is no layer 2; there are 2"):
        restore_lm(pack, tmp_path / "other", [2])


def test_what_is_there_is_not_overwritten(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "start").mkdir()
    with pytest.raises(TrainingError, match="exists already"):
        restore_lm(pack, tmp_path / "start")


def test_a_damaged_pack_is_refused(pack: Path, tmp_path: Path) -> None:
    weights = pack / "lm" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    with pytest.raises(PackError):
        restore_lm(pack, tmp_path / "start")
    assert not (tmp_path / "start").exists()


def test_codes_of_a_phoneme_become_one_to_who_listens(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = torch.full((UNITS, 3), 0.1)
    shares[:, 0] = 0.5
    shares[1, 0] = 0.8  # the surest of the first phoneme
    shares[2:4, 1] = 0.9
    monkeypatch.setattr(from_pack, "code_phonemes", lambda folder: (shares, ["sil", "a", "b"]))
    restore_lm(pack, tmp_path / "start", hear=tmp_path)
    layout = TokenLayout.load(tmp_path / "start")
    assert layout.heard_ids([0, 1, 2, 3, 4]) == layout.unit_ids([1, 1, 2, 2, 1])
    name = "model.embed_tokens.weight"
    before = read_state(pack / "lm")[name][layout.first_unit :][:UNITS]
    after = LlamaForCausalLM.from_pretrained(tmp_path / "start").state_dict()[name][layout.first_unit :][:UNITS]
    assert torch.allclose(after[1], torch.cat([before[:2], before[4:]]).mean(0), atol=1e-6)
    assert torch.allclose(after[2], before[2:4].mean(0), atol=1e-6)
    assert torch.equal(after[[0, 3, 4]], before[[0, 3, 4]])


def test_rows_that_training_has_hardly_met_are_put_right(pack: Path, tmp_path: Path) -> None:
    tokenizer, layout = read_layout(pack / "lm")
    base = LlamaForCausalLM.from_pretrained(restored(pack, tmp_path / "plain"), dtype=torch.float32)
    with torch.no_grad():
        base.model.embed_tokens.weight.add_(1.0)
    base.save_pretrained(tmp_path / "base")
    corpus = tmp_path / "corpus"
    said = [("a.en", "Paris " * 5, "en"), *((f"b{n}.zh", "天", "zh") for n in range(10))]
    lines(
        corpus / "manifest.jsonl",
        [{"id": i, "audio": "", "text": t, "language": c, "speaker": "x"} for i, t, c in said],
    )
    before = read_state(pack / "lm")["model.embed_tokens.weight"]
    restore_lm(pack, tmp_path / "start", read=[corpus], base=tmp_path / "base", met=[corpus])
    after = LlamaForCausalLM.from_pretrained(tmp_path / "start", dtype=torch.float32).model.embed_tokens.weight.detach()
    pieces = len(tokenizer["model"]["vocab"])
    met = sorted(set(text_ids(TokenLayout(tokenizer, layout), "Paris " * 5, "en")))
    moved = (after - before)[:pieces].mean(1)
    assert torch.allclose(moved[met], torch.zeros(len(met)), atol=1e-5)
    assert float(moved.median()) == pytest.approx(0.5, abs=1e-5)
    ids = {t["content"]: t["id"] for t in tokenizer["added_tokens"]}
    assert torch.equal(after[ids["天"]], before[ids["天"]])  # the only one that was read: all others sound like it
    assert not torch.equal(after[ids["你"]], before[ids["你"]])
    assert torch.equal(after[ids["<3>"]], before[ids["<3>"]])


def restored(pack: Path, out: Path) -> Path:
    restore_lm(pack, out)
    return out


def test_a_full_disk_leaves_nothing(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(self: LlamaForCausalLM, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    out = tmp_path / "made" / "start"
    with monkeypatch.context() as patch, pytest.raises(CslmError, match="the disk is full"):
        patch.setattr(LlamaForCausalLM, "save_pretrained", half)
        restore_lm(pack, out)
    assert list(out.parent.iterdir()) == []
    restore_lm(pack, out)
    assert (out / "model.safetensors").is_file()
