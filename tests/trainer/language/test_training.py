"""The training: killed and resumed to the bit, paused, stopped; out of memory, a full disk, damage, a changed base."""

import dataclasses
import errno
import json
import random
import shutil
import threading
from pathlib import Path

import msgspec
import pytest
import torch

from cslm_core.chain.pieces import UnitPiece
from cslm_core.errors import TrainingError
from cslm_core.lm.adapter import Adapter
from cslm_core.lm.layout import TokenLayout
from cslm_core.lm.load import load_lm
from cslm_core.packs.delta import save_delta
from tests.trainer.language.tiny_job import TRAINING, make_job
from trainer.language import checkpoints as checkpoints_module
from trainer.language import watch as watch_module
from trainer.language.adapt import adapted_folder, base_decoder, base_state
from trainer.language.checkpoints import Checkpoints
from trainer.language.configuration import load_config, settle
from trainer.language.control import write_wish
from trainer.language.hears import BASE
from trainer.language.job import Job
from trainer.language.killtest import kill_and_compare
from trainer.language.records import read_records, read_rows, write_rows
from trainer.language.training import Run, begin, train
from trainer.language.watch import Watch
from trainer.lm.examples import Spoken
from trainer.lm.packing import pack

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A job with units and rehearsal, and nothing trained."""
    job = make_job(tmp_path_factory.mktemp("prepared") / "job", samples=0)
    begin(job)
    return job.folder


@pytest.fixture
def job(prepared: Path, tmp_path: Path) -> Job:
    shutil.copytree(prepared, tmp_path / "job")
    return Job.open(tmp_path / "job")


@pytest.fixture(scope="module")
def whole(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The run that nobody disturbed."""
    shutil.copytree(prepared, tmp_path_factory.mktemp("whole") / "job")
    job = Job.open(tmp_path_factory.getbasetemp() / "whole0" / "job")
    assert train(job) == "done"
    return job


def tensors(job: Job) -> dict[str, torch.Tensor]:
    found = Checkpoints(job.training / "checkpoints").newest()
    assert found is not None
    return found[0]


def same(one: Job, other: Job) -> bool:
    a, b = tensors(one), tensors(other)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def kinds(job: Job, kind: str) -> list[dict]:
    return [record for record in read_records(job.progress) if record["kind"] == kind]


def test_it_learns_and_says_how_it_goes(whole: Job) -> None:
    steps = kinds(whole, "step")
    assert [record["step"] for record in steps] == list(range(1, 13))
    assert {record["stage"] for record in steps} == {"cpt", "sft"}
    assert all(record["tokens_per_second"] > 0 and record["eta"] >= 0 for record in steps)
    evaluations = kinds(whole, "eval")
    assert [record["step"] for record in evaluations] == [0, 6, 12]
    assert evaluations[0]["losses"].keys() == {"recognition", "reading", "translation", "replay"}
    assert evaluations[-1]["losses"]["recognition"] < evaluations[0]["losses"]["recognition"]
    assert kinds(whole, "end")[-1]["how"] == "done"
    state = whole.state("training")
    assert (state.phase, state.counts["done"]) == ("done", 12)


def test_what_was_learnt_is_a_language_of_the_base(whole: Job) -> None:
    adapter = Adapter.load(whole.training / "adapter")
    assert (adapter.language, set(adapter.characters)) == ("tst", set("шармир"))
    lm = load_lm(Path(whole.base.folder) / "lm", "cpu", 1, [whole.training / "adapter"])
    assert list(lm.layout.languages) == ["en", "zh", "tst"]
    assert len(lm.layout.encode("шар")) == 3


def test_it_goes_on_from_what_was_learnt_before(job: Job, whole: Job) -> None:
    (job.training / "config.json").unlink()
    config = begin(job, start=str(whole.training / "adapter"), cpt_steps=1, sft_steps=0, rank=4)
    assert train(job) == "done"
    begun, left = (kinds(j, "eval")[n]["losses"] for j, n in ((job, 0), (whole, -1)))
    assert all(abs(begun[name] - left[name]) < 0.02 for name in left)
    assert kinds(job, "start")[0]["step"] == 0
    assert config.start


def test_it_does_not_go_on_from_another_rank(job: Job, whole: Job) -> None:
    (job.training / "config.json").unlink()
    begin(job, start=str(whole.training / "adapter"), rank=2)
    with pytest.raises(TrainingError, match="another rank"):
        train(job)


def test_stopped_and_resumed_to_the_bit(job: Job, whole: Job) -> None:
    def stop_at(step: int) -> None:
        if step == 5:
            write_wish(job, "stop")

    assert train(job, fault=stop_at) == "stopped"
    state = job.state("training")
    assert "stopped and saved at step 6 of 12" in state.sentence
    assert train(job) == "done"
    starts = kinds(job, "start")
    assert [(record["step"], record["resumed"]) for record in starts] == [(0, False), (6, True)]
    assert same(job, whole)


def test_what_is_stopped_has_its_adapter(job: Job) -> None:
    def stop_at(step: int) -> None:
        if step == 2:
            write_wish(job, "stop")

    assert train(job, fault=stop_at) == "stopped"
    saved, expected = Adapter.load(job.training / "adapter"), tensors(job)
    rows = expected["model.new_rows"].half().float()
    assert torch.equal(torch.from_numpy(saved.embedding.new), rows)


@pytest.mark.parametrize("changed", ["dialogues", "translations", "manifest"])
def test_another_corpus_is_refused_when_it_is_resumed(job: Job, changed: str) -> None:
    def stop_at(step: int) -> None:
        if step == 5:
            write_wish(job, "stop")

    assert train(job, fault=stop_at) == "stopped"
    units = (job.training / "units.jsonl").read_bytes()
    path = getattr(job, changed)
    rows = read_rows(path)
    if changed == "dialogues":
        rows[0]["a"].append(rows[0]["a"][0])
    elif changed == "translations":
        rows[0]["other"] = "The capital is Rome."
    else:
        rows[2]["speaker"] = rows[3]["speaker"]
    write_rows(path, rows)
    with pytest.raises(TrainingError, match=r"have changed since the training was begun.*plan --again"):
        train(job)
    assert "have changed" in job.state("training").sentence
    assert (job.training / "units.jsonl").read_bytes() == units
    config = json.loads((job.training / "config.json").read_text())
    (job.training / "config.json").write_text(json.dumps({n: v for n, v in config.items() if n != "corpus"}))
    assert train(job) == "done", "one that was begun before this was noted goes on"


def test_what_changes_before_the_first_checkpoint_is_taken_as_it_is(job: Job) -> None:
    config = load_config(job)
    assert config is not None
    rows = read_rows(job.translations)
    rows[0]["other"] = "The capital is Rome."
    write_rows(job.translations, rows)
    assert config.corpus != begin(job).corpus != ""


def test_samples_are_spoken_as_the_pack_will_speak(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    before = base_state(job)
    save_delta(adapted_folder(job), before, {**before, "duration.head.bias": before["duration.head.bias"] + 1})
    config = load_config(job)
    assert config is not None
    units = [3, 9, 20, 7, 5] * 4
    monkeypatch.setattr(watch_module, "read_aloud", lambda *a: [UnitPiece(0, unit) for unit in units])
    spoken = []
    monkeypatch.setattr(watch_module, "write_wav", lambda path, pcm, rate: spoken.append(pcm))
    Watch(Run(job, msgspec.structs.replace(config, samples=1)))(lambda kind, **values: None)
    assert len(spoken[0]) == len(base_decoder(job).speak(units))
    shutil.rmtree(adapted_folder(job))
    assert len(spoken[0]) > 1.5 * len(base_decoder(job).speak(units))


def test_a_crash_is_resumed_to_the_bit(job: Job, whole: Job) -> None:
    def crash_at(step: int) -> None:
        if step == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(job, fault=crash_at)
    assert train(job) == "done"
    losses: dict[int, set[float]] = {}
    for record in kinds(job, "step"):
        losses.setdefault(record["step"], set()).add(record["loss"])
    assert all(len(found) == 1 for found in losses.values())
    assert same(job, whole)


def test_paused_and_gone_on(job: Job, whole: Job) -> None:
    def pause_at(step: int) -> None:
        if step == 3:
            write_wish(job, "pause")
            threading.Thread(target=go_on).start()

    def go_on() -> None:
        while not kinds(job, "paused"):
            threading.Event().wait(0.02)
        write_wish(job, "run")

    assert train(job, fault=pause_at) == "done"
    assert kinds(job, "paused")[0]["step"] == 4
    assert len(kinds(job, "resumed")) == 1
    assert same(job, whole)


def test_less_memory_is_fewer_rows_at_once(job: Job, whole: Job) -> None:
    failed = []

    def too_much_once(step: int) -> None:
        if step == 2 and not failed:
            failed.append(step)
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes")

    assert train(job, fault=too_much_once) == "done"
    assert "from step 2 on 1 rows" in kinds(job, "note")[0]["sentence"]
    expected, found = tensors(whole), tensors(job)
    assert all(torch.allclose(expected[n], found[n], atol=1e-2) for n in found if n.startswith("model."))


def test_too_little_memory_is_a_failure_and_never_completed(job: Job) -> None:
    def always(step: int) -> None:
        if step == 4:
            raise MemoryError

    with pytest.raises(TrainingError, match="not enough memory even for one row"):
        train(job, fault=always)
    assert job.state("training").phase == "failed"
    assert kinds(job, "end")[-1]["how"] == "failed"
    assert Checkpoints(job.training / "checkpoints").steps() == [2, 4]


def test_other_errors_are_not_taken_for_memory(job: Job) -> None:
    def bug(step: int) -> None:
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes"):
        train(job, fault=bug)


def test_a_full_disk_keeps_the_last_checkpoint(job: Job, whole: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    real = checkpoints_module.save_file

    def full(state: dict, path: Path) -> None:
        if "00000006" in str(path):
            Path(path).write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        real(state, path)

    monkeypatch.setattr(checkpoints_module, "save_file", full)
    with pytest.raises(TrainingError, match="disk is full, so the training stopped; the checkpoint of step 4 is kept"):
        train(job)
    assert "disk is full" in job.state("training").sentence
    monkeypatch.setattr(checkpoints_module, "save_file", real)
    assert train(job) == "done"
    assert same(job, whole)


def test_a_damaged_checkpoint_is_passed_over(job: Job, whole: Job) -> None:
    def stop_at(step: int) -> None:
        if step == 5:
            write_wish(job, "stop")

    train(job, fault=stop_at)
    newest = job.training / "checkpoints" / "step-00000006" / "state.safetensors"
    newest.write_bytes(newest.read_bytes()[:-100])
    assert train(job) == "done"
    assert "step 6 was damaged; the training goes on from step 4" in kinds(job, "note")[0]["sentence"]
    assert same(job, whole)
    for folder in (job.training / "checkpoints").iterdir():
        (folder / "state.json").write_text("{}")
    with pytest.raises(TrainingError, match="All checkpoints"):
        Checkpoints(job.training / "checkpoints").newest()


def test_a_changed_base_is_noticed(job: Job, tmp_path: Path) -> None:
    shutil.copytree(job.base.folder, tmp_path / "moved")
    job.check_base(tmp_path / "moved")
    manifest = tmp_path / "moved" / "pack.toml"
    manifest.write_text(manifest.read_text().replace("A tiny pack", "Another pack"))
    with pytest.raises(TrainingError, match="base pack has changed"):
        train(job)


def test_settings_are_checked_and_kept(job: Job) -> None:
    config = load_config(job)
    assert config is not None
    assert config.rank == TRAINING["rank"]
    for wrong in ({"rank": 0}, {"method": "magic"}, {"row": "long"}, {"replay_share": 0.95}, {"within": 2}):
        with pytest.raises(TrainingError, match="cannot be set up"):
            settle(job, **wrong)
    (job.training / "config.json").write_text(json.dumps({"rank": "four"}))
    with pytest.raises(TrainingError, match="damaged"):
        load_config(job)


def test_full_weights(prepared: Path, tmp_path: Path) -> None:
    shutil.copytree(prepared, tmp_path / "job")
    job = Job.open(tmp_path / "job")
    (job.training / "config.json").unlink()
    assert train(job, method="full", cpt_steps=3, sft_steps=0) == "done"
    adapter = Adapter.load(job.training / "adapter")
    assert not adapter.factors
    assert "model.layers.0.self_attn.q_proj.weight" in adapter.deltas
    load_lm(Path(job.base.folder) / "lm", "cpu", 1, [job.training / "adapter"])


def test_what_the_language_tells_apart_is_heard_apart(job: Job) -> None:
    base = TokenLayout.load(Path(job.base.folder) / "lm")
    hears = [BASE] * base.unit_count
    hears[3], hears[9] = 1, 0  # the base hears 3 as 2 and 9 as 8
    (job.training / "hears.json").write_text(json.dumps(hears))
    config = load_config(job)
    assert config is not None
    run = Run(job, config)
    own = run.layout.heard_ids([2, 3, 8, 9])
    assert own[::2] == base.heard_ids([2, 8])
    assert min(own[1::2]) >= base.vocabulary
    rows = run.model.embed(torch.tensor(own))
    assert torch.equal(rows[0], rows[1])  # it begins as what it was
    assert torch.equal(rows[2], rows[3])
    heard = Spoken("en", "en", "hello", [2, 3, 8, 9] * 5, None)
    held = dataclasses.replace(run.mixture.builder.recognition(heard, random.Random(0), 9), held=True)
    for step in range(3):
        run.train_step([*run.mixture.batch(step, 400), held])
    assert not torch.equal(*run.model.embed(torch.tensor(own[:2])))
    run.model.adapter().save(job.training / "adapter")
    adapter = Adapter.load(job.training / "adapter")
    assert list(adapter.hears) == hears
    lm = load_lm(Path(job.base.folder) / "lm", "cpu", 1, [job.training / "adapter"])
    assert lm.layout.heard_ids([2, 3, 8, 9]) == own
    again = Run(job, config)
    again.model.begin_with(adapter)
    assert torch.allclose(again.model.new_rows, run.model.new_rows, atol=1e-2)
    hears[3], hears[9], hears[10] = 0, 1, 1  # another tokenizer tells them apart in another order
    (job.training / "hears.json").write_text(json.dumps(hears))
    again = Run(job, config)
    again.model.begin_with(adapter)
    learnt, said = run.model.new_rows, run.model.said
    assert torch.allclose(again.model.new_rows[said:], learnt[[said + 1, said]], atol=1e-2)


@pytest.mark.parametrize("method", ["adapter", "full"])
def test_what_the_base_says_is_held(job: Job, method: str) -> None:
    (job.training / "config.json").unlink()
    run = Run(job, settle(job, method=method, peak=3e-3))
    held = run.mixture.replay.batch(0, 200)
    assert all(example.held for example in held)

    def away() -> float:
        with torch.no_grad():
            return float(run.model.loss(pack(held, run.config.row)))

    # Only what the new rows take from the others.
    begun = away()
    assert 0 <= begun < 0.2 * sum(len(e) for e in held)
    with torch.no_grad():
        torch.manual_seed(0)
        for parameter in run.model.learnt().values():
            parameter.add_(0.05 * torch.randn_like(parameter))
    moved = {name: p.detach().clone() for name, p in run.model.learnt().items()}
    disturbed = away()
    assert disturbed > begun + 1
    assert all(torch.equal(p, moved[name]) for name, p in run.model.learnt().items())
    for _ in range(12):
        run.train_step(held)
    assert away() < 0.8 * disturbed


def test_which_unit_of_a_sound_is_said_counts_less(job: Job) -> None:
    base = TokenLayout.load(Path(job.base.folder) / "lm")
    spoken = Spoken("tst", "tst", "шар", [2, 3, 8, 9] * 5, [("шар", 0, 20)])

    def loss(within: float, apart: int) -> float:
        hears = [BASE] * base.unit_count
        if apart:
            hears[3] = 0  # the base hears 3 as 2
        (job.training / "hears.json").write_text(json.dumps(hears))
        (job.training / "config.json").unlink(missing_ok=True)
        run = Run(job, settle(job, within=within))
        reading = run.mixture.builder.reading(spoken, random.Random(0), 9, 9)
        with torch.no_grad():
            return float(run.model.loss(pack([reading], run.config.row)))

    none, some, all_of_it = (loss(within, 0) for within in (0.0, 0.2, 1.0))
    assert none < some < all_of_it
    assert some == pytest.approx(none + 0.2 * (all_of_it - none), rel=1e-4)
    assert none < loss(0.0, 1) < all_of_it, "what the language tells apart does not sound alike"


def test_attention_is_the_same_either_way(job: Job) -> None:
    config = load_config(job)
    assert config is not None
    run = Run(job, config)
    assert run.model.attention == "eager"  # on a CPU
    packed = pack(run.mixture.batch(0, 300)[:3], config.row)
    with torch.no_grad():
        eager = float(run.model.loss(packed))
        run.model.attention = run.model.body.config._attn_implementation = "sdpa"
        assert float(run.model.loss(packed)) == pytest.approx(eager, rel=1e-4)


def test_halves_of_what_is_frozen_change_nothing(job: Job) -> None:
    config = load_config(job)
    assert config is not None
    run = Run(job, msgspec.structs.replace(config, precision="float32"))
    packed = pack(run.mixture.batch(0, 300)[:3], config.row)
    with torch.no_grad():
        full = float(run.model.loss(packed))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        before = float(run.model.loss(packed))
        run.model.halve()
        assert float(run.model.loss(packed)) == before
    with torch.no_grad():  # and it can be computed in full
        assert float(run.model.loss(packed)) == pytest.approx(full, rel=0.01)
    kinds = {name: p.dtype for name, p in run.model.named_parameters()}
    assert {kind for name, kind in kinds.items() if name.endswith("linear.weight")} == {torch.bfloat16}
    assert {p.dtype for p in run.model.learnt().values()} == {torch.float32}


def test_the_run_is_the_same_however_it_is_split(job: Job) -> None:
    config = load_config(job)
    assert config is not None
    one, two = Run(job, config), Run(job, config)
    two.micro_rows = 1
    assert one.train_step()["loss"] == pytest.approx(two.train_step()["loss"], rel=1e-5)


def test_killed_at_random_moments(prepared: Path, tmp_path: Path) -> None:
    verdict = kill_and_compare(prepared, tmp_path, times=2)
    assert verdict.kills >= 2
    assert verdict.differences == []
