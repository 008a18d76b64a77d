"""Training of the joint LM: a resumed run is the run that was never stopped, bit for bit."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import LlamaForCausalLM

from cslm_core.errors import CslmError, TrainingError
from cslm_core.lm.layout import TokenLayout
from tests.tiny import write_tiny_lm
from tests.trainer.material import make_corpora, make_dialogues, tiny_builder, tiny_tokenizer
from trainer.lm.data import Corpora, Mixture, Phase
from trainer.lm.examples import Builder
from trainer.lm.packing import pack
from trainer.lm.train import Job, Settings, losses

SETTINGS = Settings(
    seed=3, row=200, step_tokens=300, micro_rows=1, peak=3e-3, new_rows_factor=2.0, warmup=2, weight_decay=0.01
)
PHASES = [Phase(0, 2, 1, {"recognition": 0.6, "reading": 0.4}), Phase(800, 9, 8, {"recognition": 0.5, "turn": 0.5})]


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def mixture(tmp_path_factory: pytest.TempPathFactory) -> Mixture:
    folder = tmp_path_factory.mktemp("world")
    corpora = Corpora(make_corpora(folder), make_dialogues(folder / "dialogues"))
    return Mixture(tiny_builder(), corpora, PHASES, SETTINGS.seed, SETTINGS.row)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_lm(tmp_path_factory.mktemp("start"), quantised=False)


def weights(job: Job) -> dict[str, Tensor]:
    return {n: p.detach().clone() for n, p in job.masters.weights.items()}


@pytest.fixture(params=[False, True], ids=["float32", "bfloat16"])
def arithmetic(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both, whatever this machine would choose."""
    monkeypatch.setattr("trainer.lm.train.bfloat16_pays", lambda: request.param)
    return bool(request.param)


def run(job: Job, steps: int) -> list[float]:
    return [job.train_step(1e-3)["loss"] for _ in range(steps)]


@pytest.mark.usefixtures("arithmetic")
def test_a_resumed_run_is_the_same_to_the_bit(tmp_path: Path, start: Path, mixture: Mixture) -> None:
    whole = Job(start, tmp_path / "whole", SETTINGS, mixture)
    assert whole.model.config.num_hidden_layers == 2
    assert whole.model.config.hidden_size == 32
    expected = run(whole, 6)
    first = Job(start, tmp_path / "parts", SETTINGS, mixture)
    found = run(first, 3)
    first.save(tmp_path / "parts" / "stable")
    second = Job(start, tmp_path / "parts", SETTINGS, mixture)
    assert (second.step, second.tokens) == (3, first.tokens)
    found += run(second, 3)
    assert found == expected
    assert (second.step, second.tokens) == (6, whole.tokens)
    before, after = weights(whole), weights(second)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[n], after[n]) for n in before)
    assert not all(torch.equal(before[n], w) for n, w in weights(first).items())


def test_a_save_that_was_interrupted_loses_nothing(tmp_path: Path, start: Path, mixture: Mixture) -> None:
    job = Job(start, tmp_path, SETTINGS, mixture)
    run(job, 1)
    job.save(tmp_path / "stable")
    (tmp_path / "stable").rename(tmp_path / "stable.old")  # the state between the two renames
    (tmp_path / "stable.new").mkdir()
    assert Job(start, tmp_path, SETTINGS, mixture).step == 1


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), SafetensorError("I/O error: No space left on device")]
)
def test_a_full_disk_keeps_the_last_state(
    tmp_path: Path, start: Path, mixture: Mixture, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    job = Job(start, tmp_path, SETTINGS, mixture)
    run(job, 1)
    job.save(tmp_path / "stable")
    run(job, 1)

    def half(tensors: dict[str, Tensor], path: Path) -> None:
        path.write_bytes(b"half")
        raise error

    with monkeypatch.context() as patch, pytest.raises(TrainingError, match="after step 2 could not be written"):
        patch.setattr("trainer.lm.train.save_file", half)
        job.save(tmp_path / "stable")
    assert [p.name for p in tmp_path.iterdir()] == ["stable"]
    assert Job(start, tmp_path, SETTINGS, mixture).step == 1
    job.save(tmp_path / "stable")  # there is room again
    assert Job(start, tmp_path, SETTINGS, mixture).step == 2


def test_the_optimiser_moves_float32_weights(tmp_path: Path, start: Path, mixture: Mixture, arithmetic: bool) -> None:
    job = Job(start, tmp_path, SETTINGS, mixture)
    before = weights(job)
    job.train_step(1e-6)  # far less than bfloat16 can tell from nothing
    assert {p.dtype for p in job.masters.weights.values()} == {torch.float32}
    assert {p.dtype for p in job.model.parameters()} == {torch.bfloat16 if arithmetic else torch.float32}
    assert all(not torch.equal(before[n], w) for n, w in weights(job).items())
    job.export(tmp_path / "final")
    exported = load_file(tmp_path / "final" / "model.safetensors")
    assert all(torch.equal(exported[n], w) for n, w in weights(job).items())


def test_training_learns_and_the_decay_leaves_the_stable_state(
    tmp_path: Path, start: Path, mixture: Mixture, arithmetic: bool
) -> None:
    job = Job(start, tmp_path, SETTINGS, mixture)
    early = run(job, 40)
    assert sum(early[-5:]) < 0.8 * sum(early[:5])
    job.run(minutes=0, decay_minutes=0.002)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert {line["stage"] for line in log} == {"decay"}
    assert json.loads((tmp_path / "stable" / "state.json").read_text())["step"] == 40
    final = tmp_path / "final"
    assert json.loads((final / "trained.json").read_text())["step"] == 40 + len(log)
    assert {f.name for f in final.iterdir()} >= {"model.safetensors", "config.json", "tokenizer.json", "layout.json"}
    assert Job(final, tmp_path / "next", SETTINGS, mixture).step == 0


def test_a_number_of_tokens_is_that_of_all_runs(tmp_path: Path, start: Path, mixture: Mixture) -> None:
    job = Job(start, tmp_path, SETTINGS, mixture)
    job.run(minutes=math.inf, decay_minutes=0, tokens=700)
    assert 700 <= job.tokens < 1400
    again = Job(start, tmp_path, SETTINGS, mixture)
    again.run(minutes=math.inf, decay_minutes=0, tokens=700)
    assert (again.step, again.tokens) == (job.step, job.tokens)


def test_the_loss_of_packed_rows_is_that_of_each_alone(tmp_path: Path, start: Path, mixture: Mixture) -> None:
    job = Job(start, tmp_path, SETTINGS, mixture)
    examples = mixture.batch(0, 10**6, 400)
    with torch.no_grad():
        together = losses(job.model, pack(examples, 150), job.loss).sum()
        alone = sum(losses(job.model, pack([e], 150), job.loss).sum() for e in examples)
        pieces = sum(losses(job.model, part, job.loss).sum() for part in pack(examples, 150).split(1))
    assert together.item() == pytest.approx(float(alone), rel=1e-4)
    assert together.item() == pytest.approx(float(pieces), rel=1e-4)


def test_units_that_sound_alike_are_learnt_as_one(tmp_path: Path, start: Path, mixture: Mixture) -> None:
    tokenizer, description = tiny_tokenizer()
    plain = tiny_builder().layout
    units = plain.unit_ids(range(plain.unit_count))
    pairs = [units[n - n % 2] for n in range(len(units))]
    builder = Builder(TokenLayout(tokenizer, {**description, "heard": pairs}))
    alike = Mixture(builder, mixture.corpora, PHASES, SETTINGS.seed, SETTINGS.row)
    settings = replace(SETTINGS, within=0.2)
    by_unit = Job(start, tmp_path / "unit", SETTINGS, alike).train_step(1e-3)["loss"]
    whole = Job(start, tmp_path / "whole", settings, alike)
    expected = run(whole, 4)
    assert expected[0] < by_unit - 0.1
    first = Job(start, tmp_path / "parts", settings, alike)
    found = run(first, 2)
    first.save(tmp_path / "parts" / "stable")
    assert found + run(Job(start, tmp_path / "parts", settings, alike), 2) == expected


def test_the_log_says_with_which_settings_a_run_began(tmp_path: Path, start: Path, mixture: Mixture) -> None:
    Job(start, tmp_path, SETTINGS, mixture).begin({"answerable": 3}, {"minutes": 5.0, "corpus": ["a"]})
    (line,) = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert (line["stage"], line["step"], line["answerable"]) == ("start", 0, 3)
    assert line["settings"] == {"minutes": 5.0, "corpus": ["a"]}
    assert line["mixture"]["peak"] == SETTINGS.peak
    assert [phase["tokens"] for phase in line["mixture"]["phases"]] == [0, 800]


def test_an_export_that_fails_leaves_the_one_before(
    tmp_path: Path, start: Path, mixture: Mixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(start, tmp_path / "job", SETTINGS, mixture)
    final = tmp_path / "job" / "final"
    job.export(final)
    before = {file.name: file.read_bytes() for file in final.iterdir()}
    run(job, 1)

    def half(self: LlamaForCausalLM, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    with monkeypatch.context() as patch, pytest.raises(CslmError, match="the disk is full"):
        patch.setattr(LlamaForCausalLM, "save_pretrained", half)
        job.export(final)
    assert {file.name: file.read_bytes() for file in final.iterdir()} == before
    assert [path.name for path in final.parent.iterdir()] == ["final"]
    job.export(final)
    assert (final / "model.safetensors").read_bytes() != before["model.safetensors"]
