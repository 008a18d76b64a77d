"""The job folder: made, opened, its steps, its lock, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cslm_core.errors import TrainingError
from cslm_core.packs.build import refresh_pack
from tests.trainer.language.conftest import SPANISH
from trainer.language.job import JOB_NAME, SCHEMA, STEPS, Job, JobLanguage, jobs_in

HOLDER = """
import sys
from pathlib import Path
from trainer.language.job import Job
job = Job.open(Path(sys.argv[1]))
with job.lock("train"):
    job.begin("training")
    print("locked", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_job_is_what_it_was_made_as(job: Job, base_pack: Path) -> None:
    again = Job.open(job.folder)
    assert again.language == SPANISH
    assert again.base == job.base
    assert again.base.identity == "tiny 1.0.0"
    assert again.check_base().digest == job.base.sha256
    assert [state.phase for state in again.states()] == ["done"] + ["pending"] * (len(STEPS) - 1)
    assert [found.folder for found in jobs_in(job.folder.parent)] == [job.folder]
    assert jobs_in(base_pack / "nothing") == []


def test_options_are_kept_changed_and_taken_away(job: Job) -> None:
    job.set_options(seed=3, plan={"steps": 10, "full": False}, gone="x")
    job.set_options(seed=4, gone=None)
    again = Job.open(job.folder)
    assert again.options == {"seed": 4, "plan": {"steps": 10, "full": False}}
    assert again.option("gone", 7) == 7


def test_steps_run_end_and_become_outdated(job: Job) -> None:
    with job.lock("import speech"):
        job.begin("speech", "Reading.")
        assert job.state("speech").phase == "running"
        job.advance("speech", "Half.", read=5)
        assert (job.state("speech").sentence, job.state("speech").counts) == ("Half.", {"read": 5})
        job.finish("speech", "Done.", {"usable": 9}, {"seconds": 3.5})
    assert job.state("speech").details == {"seconds": 3.5}
    job.finish("texts", "Done.")
    job.finish("gate", "It can.")
    assert not job.outdated("gate")
    job.fail("speech", "The disk is full.")
    assert job.outdated("gate")
    assert not job.outdated("texts")
    assert not job.outdated("training")
    with pytest.raises(ValueError, match="steps are"):
        job.state("dance")


def test_what_is_not_utf8_can_be_noted(job: Job) -> None:
    with job.lock("import speech"):
        job.begin("speech", "Reading ma\udcf1ana.")
        assert job.state("speech").sentence == "Reading ma?ana."
    job.finish("speech", "Done.", details={"last": "1 of ma\udcf1ana", "share": float("nan")})
    assert job.state("speech").details == {"last": "1 of ma?ana", "share": None}


def test_a_damaged_step_record_is_said(job: Job) -> None:
    (job.folder / "steps" / "gate.json").write_text('{"step": "ga', "utf-8")
    assert job.state("gate").phase == "failed"
    assert "again" in job.state("gate").sentence


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_one_process_at_a_time_and_a_killed_one_leaves_no_lock(job: Job) -> None:
    process = hold(job.folder)
    try:
        assert job.busy() == f"process {process.pid}: train"
        assert job.state("training").phase == "running"
        with pytest.raises(TrainingError, match=f"in use by process {process.pid}: train"), job.lock("check"):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert job.busy() is None
        assert job.state("training").phase == "interrupted"
        with job.lock("check"):
            pass
    finally:
        end(process)


def test_a_folder_in_use_is_not_taken(job: Job, base_pack: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="not an empty folder"):
        Job.create(job.folder, SPANISH, base_pack)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(TrainingError, match="not an empty folder"):
        Job.create(tmp_path / "file", SPANISH, base_pack)
    with pytest.raises(TrainingError, match="could not be made"):
        Job.create(tmp_path / "file" / "below", SPANISH, base_pack)


def test_the_base_must_not_know_the_language_and_must_know_the_bridge(base_pack: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="knows English already"):
        Job.create(tmp_path / "a", JobLanguage(name="English", code="en", script="Latn", bridge="zh"), base_pack)
    british = JobLanguage(name="English", code="en-GB", script="Latn", bridge="zh")
    with pytest.raises(TrainingError, match=r"knows English already \(en, of which en-GB is a form\)"):
        Job.create(tmp_path / "a", british, base_pack)
    with pytest.raises(TrainingError, match="does not know fr"):
        Job.create(tmp_path / "b", JobLanguage(name="Spanish", code="es", script="Latn", bridge="fr"), base_pack)
    assert not (tmp_path / "a").exists()


def test_a_base_that_changed_under_the_job_is_refused_and_the_job_intact(job: Job, base_pack: Path) -> None:
    before = (job.folder / JOB_NAME).read_bytes()
    (base_pack / "lm" / "config.json").write_text('{"other": 1}', "utf-8")
    refresh_pack(base_pack)
    with pytest.raises(TrainingError, match="has changed since the job was begun"):
        job.check_base()
    base_pack.rename(base_pack.with_name("elsewhere"))
    with pytest.raises(TrainingError, match="any more"):
        job.check_base()
    assert (job.folder / JOB_NAME).read_bytes() == before


def test_a_base_that_was_moved_is_found_and_noted(job: Job, base_pack: Path) -> None:
    moved = base_pack.rename(base_pack.with_name("moved"))
    job.check_base(moved)
    Job.open(job.folder).check_base()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("schema = 1", f"schema = {SCHEMA + 1}"), "newer version of the program"),
        (("schema = 1", "schema = true"), "does not say its version"),
        (("schema = 1\n", ""), "does not say its version"),
        (('code = "es"\n', ""), "damaged: .*code"),
        (("[language]", "[language"), "not TOML"),
    ],
)
def test_a_job_file_that_cannot_be_used_is_refused(job: Job, change: tuple[str, str], sentence: str) -> None:
    path = job.folder / JOB_NAME
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")
    with pytest.raises(TrainingError, match=sentence):
        Job.open(job.folder)
    assert jobs_in(job.folder.parent) == []


def test_what_is_no_job_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="not a job folder"):
        Job.open(tmp_path)
    (tmp_path / JOB_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TrainingError, match="not TOML"):
        Job.open(tmp_path)


def test_the_job_module_is_light() -> None:
    script = (
        "import sys, json; import trainer.language.job, trainer.language.records;"
        "print(json.dumps([m for m in ('torch', 'numpy', 'transformers', 'soundfile') if m in sys.modules]))"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert json.loads(output) == []
