"""Another version of the base pack under a job: what fits it stays, what does not is taken away or refused."""

import shutil
from pathlib import Path

import msgspec
import pytest

from cslm_core.errors import TrainingError
from cslm_core.packs.build import build_pack
from cslm_core.packs.delta import save_delta
from cslm_core.packs.manifest import read_manifest
from cslm_core.tensors import load_int8, save_int8
from tests.trainer.language.tiny_job import make_job
from trainer.language.adapt import adapted_folder, base_state
from trainer.language.again import learnt_before
from trainer.language.configuration import load_config, save_config, settle
from trainer.language.control import write_wish
from trainer.language.digest import learnt_digest
from trainer.language.job import Job
from trainer.language.rebase import rebase
from trainer.language.replay import rehearsed_folder
from trainer.language.tinypack import write_tiny_pack
from trainer.language.training import train
from trainer.language.units import prepare_units, units_path, units_ready


@pytest.fixture
def job(tmp_path: Path) -> Job:
    made = make_job(tmp_path / "job")
    prepare_units(made)
    return made


def another(folder: Path, *, tokenizer: bool = False, part: str = "lm") -> Path:
    """The tiny pack with other weights of its language model (or another `part`), or with a tokenizer that hears
    otherwise."""
    manifest = write_tiny_pack(folder)
    if tokenizer:
        path = folder / "tokenizer" / "quantiser.safetensors"
        state = {name: value.clone() for name, value in load_int8(path).items()}
        book = next(name for name in state if name.endswith("codebook"))
        state[book] = state[book].flip(0)
        save_int8(state, path)
    else:
        write_tiny_pack(folder.parent / "other-weights", seed=5)
        shutil.copytree(folder.parent / "other-weights" / part, folder / part, dirs_exist_ok=True)
    (folder / "pack.toml").unlink()
    build_pack(
        folder, name="tiny", version="1.1.0", title=manifest.title, languages=list(manifest.languages),
        units=manifest.units, components=dict(manifest.components),
    )  # fmt: skip
    return folder


def test_a_job_goes_on_with_a_pack_that_hears_alike(job: Job, tmp_path: Path) -> None:
    train(job)
    units = units_path(job).read_bytes()
    state = base_state(job)
    save_delta(adapted_folder(job), state, {n: v + 0.01 if n == "duration.head.bias" else v for n, v in state.items()})
    job.finish("gate", "It can.")
    newer = another(tmp_path / "newer", tokenizer=False)
    with pytest.raises(TrainingError, match="has changed since the job was begun"):
        job.check_base(newer)
    said = rebase(job, newer)
    assert "the next training goes on from it" in said[1]
    job = Job.open(job.folder)
    assert job.base.sha256 == read_manifest(newer).digest
    assert job.check_base().digest == job.base.sha256
    assert units_ready(job)
    assert units_path(job).read_bytes() == units
    assert adapted_folder(job).is_dir()
    assert "what that has been taught stays" in said[2]
    assert not rehearsed_folder(job).exists()
    assert job.state("gate").phase == "done"
    assert learnt_before(job, settle(job)) == "training-1/adapter"
    train(job)
    assert job.state("training").phase == "done"
    assert "nothing was changed" in rebase(job, newer)[0]


@pytest.mark.parametrize("noted", [True, False])
def test_what_was_trained_stays_where_the_language_model_does(job: Job, tmp_path: Path, noted: bool) -> None:
    train(job)
    adapter = learnt_digest(job)
    if not noted:  # as runs that were begun before it was: the pack they began with tells
        config = load_config(job)
        assert config is not None
        assert config.lm
        save_config(job, msgspec.structs.replace(config, lm=""))
    rehearsed_folder(job).mkdir(exist_ok=True)
    adapted_folder(job).mkdir(parents=True)
    job.finish("gate", "It can.")
    said = rebase(job, another(tmp_path / "newer", part="decoder"))
    assert "what was trained stays as it is" in said[1]
    job = Job.open(job.folder)
    assert not adapted_folder(job).exists()
    assert rehearsed_folder(job).is_dir()
    assert job.state("gate").phase == "pending"
    assert job.state("training").phase == "done"
    assert learnt_digest(job) == adapter
    assert train(job) == "done"
    assert learnt_digest(job) == adapter


@pytest.mark.usefixtures("one_thread")
def test_a_run_goes_on_with_another_decoder_below_it(job: Job, tmp_path: Path) -> None:
    shutil.copytree(job.folder, tmp_path / "whole")
    whole = Job.open(tmp_path / "whole")
    train(whole)

    def stop_at(step: int) -> None:
        if step == 5:
            write_wish(job, "stop")

    assert train(job, fault=stop_at) == "stopped"
    rebase(job, another(tmp_path / "newer", part="decoder"))
    assert train(Job.open(job.folder)) == "done"
    assert learnt_digest(job) == learnt_digest(whole)


def test_a_decoder_is_taught_again_where_the_old_pack_is_gone(job: Job, tmp_path: Path) -> None:
    adapted_folder(job).mkdir(parents=True)
    job.finish("gate", "It can.")
    shutil.move(job.base.folder, tmp_path / "elsewhere")
    said = rebase(job, another(tmp_path / "newer"))
    assert "must be taught the language again" in said[-1]
    assert not any("trained" in sentence for sentence in said)
    assert not adapted_folder(job).exists()
    assert job.state("gate").phase == "pending"


def test_a_decoder_that_cannot_be_taken_away(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (adapted_folder(job) / "kept").mkdir(parents=True)
    newer, before = another(tmp_path / "newer", part="decoder"), (job.folder / "job.toml").read_bytes()
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path == adapted_folder(job):
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(TrainingError, match=r"decoder could not be taken away: Permission denied; put that right"):
        rebase(job, newer)
    assert (adapted_folder(job) / "kept").is_dir()
    assert (job.folder / "job.toml").read_bytes() == before


def test_a_pack_that_hears_otherwise_is_refused(job: Job, tmp_path: Path) -> None:
    before = (job.folder / "job.toml").read_bytes()
    with pytest.raises(TrainingError, match="hears this speech in other units"):
        rebase(job, another(tmp_path / "newer", tokenizer=True))
    assert (job.folder / "job.toml").read_bytes() == before
    assert units_ready(job)
