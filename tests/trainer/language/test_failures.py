"""What a user can mend is told and noted, wherever it happens: a full disk, memory that runs out."""

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from cslm_core.errors import CslmError, TrainingError
from tests.trainer.language.tiny_job import make_job
from trainer import cli
from trainer.language import gate, gate_report, noting, scorecard, training
from trainer.language.job import Job
from trainer.language.killtest import _compare
from trainer.language.lora import Taught
from trainer.language.records import RecordWriter, Tail, read_records
from trainer.language.training import begin, train

FULL = OSError(errno.ENOSPC, "No space left on device")
NO_MEMORY = RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")


def refuse(error: BaseException) -> Any:
    def refused(*arguments: Any, **named: Any) -> Any:
        raise error

    return refused


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    job = make_job(tmp_path_factory.mktemp("prepared") / "job", samples=0, rehearsal=0, cpt_steps=3, sft_steps=0)
    begin(job)
    return job.folder


@pytest.fixture
def ready(prepared: Path, tmp_path: Path) -> Job:
    """A job that can be trained."""
    shutil.copytree(prepared, tmp_path / "ready")
    return Job.open(tmp_path / "ready")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (TrainingError("No."), "No."),
        (FULL, "The disk is full; free some space and try again."),
        (PermissionError(13, "Permission denied", "x"), "Permission denied: 'x'; put that right and try again."),
        (MemoryError(), "There is not enough memory for this; close other programs and try again."),
        (NO_MEMORY, "There is not enough memory for this; close other programs and try again."),
    ],
)
def test_a_step_that_fails_says_why(job: Job, error: BaseException, sentence: str) -> None:
    with pytest.raises(CslmError) as caught, noting.noted(job, "gate", "At it."):
        raise error
    assert str(caught.value) == sentence
    assert (job.state("gate").phase, job.state("gate").sentence) == ("failed", sentence)


def test_a_bug_is_no_sentence(job: Job) -> None:
    with pytest.raises(RuntimeError, match="shapes"), noting.noted(job, "gate", "At it."):
        raise RuntimeError("shapes do not fit")
    assert job.state("gate").phase == "interrupted"


def test_a_disk_that_refuses_even_the_reason(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrainingError, match="disk is full"), noting.noted(job, "gate", "At it."):
        monkeypatch.setattr(Job, "_write", refuse(CslmError("It could not be written.")))
        raise FULL


def test_reports_that_cannot_be_written_are_noted(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("prepare_units", "listen", "units_ready", "job_threads"):
        monkeypatch.setattr(gate, name, lambda *a, **k: 1)
    report = gate.GateReport(1, "", 0, 0, 0, None, None, 0, 1, True, [], ["Fine."], [])
    monkeypatch.setattr(gate, "_judge", lambda *a, **k: report)
    monkeypatch.setattr(gate_report, "atomic_write_json", refuse(CslmError("gate.json could not be written.")))
    with pytest.raises(CslmError, match=r"gate\.json"):
        gate.run_gate(job)
    assert (job.state("gate").phase, job.state("gate").sentence) == ("failed", "gate.json could not be written.")


def test_a_scorecard_that_cannot_be_written_is_noted(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"task": "asr", "id": "a", "language": "es", "reference": "hola", "heard": "hola", "failed": None}
    for name, value in (
        ("next_version", "0.1.0"), ("build_language_pack", None), ("_before", []), ("measure_new", [row]),
        ("measure_old", []), ("_which", None), ("job_threads", 1), ("learnt_digest", ""), ("_previous", None),
    ):  # fmt: skip
        monkeypatch.setattr(scorecard, name, lambda *a, value=value, **k: value)
    monkeypatch.setattr(scorecard, "subject", lambda *a: noting.contextlib.nullcontext())
    monkeypatch.setattr(scorecard, "atomic_write_text", refuse(FULL))
    with pytest.raises(TrainingError, match="disk is full"):
        scorecard.make_scorecard(job, similarity=False)
    assert (job.state("scorecard").phase, job.state("scorecard").sentence[:16]) == ("failed", "The disk is full")


@pytest.mark.parametrize(
    ("owner", "name"), [(torch.optim.AdamW, "step"), (Taught, "to"), (training, "Watch")], ids=lambda part: str(part)
)
def test_memory_that_runs_out_anywhere_in_training(
    ready: Job, owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, refuse(NO_MEMORY))
    with pytest.raises(TrainingError, match="not enough memory for this training; close other programs and resume"):
        train(ready)
    state = ready.state("training")
    assert (state.phase, "not enough memory" in state.sentence) == ("failed", True)
    assert [r["how"] for r in read_records(ready.progress) if r["kind"] == "end"] == ["failed"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_records_that_the_disk_refuses_end_the_training(ready: Job) -> None:
    ready.progress.unlink(missing_ok=True)
    ready.progress.symlink_to("/dev/full")
    with pytest.raises(
        TrainingError, match=r"disk is full, so .*progress\.jsonl cannot grow; free some space and resume"
    ):
        train(ready)
    assert ready.state("training").phase == "failed"
    assert "The disk is full" in ready.state("training").sentence


def test_a_record_that_was_refused_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "progress.jsonl"

    class Small:
        """A disk with room for ten bytes more."""

        def __init__(self, file: Any) -> None:
            self.file, self.room = file, 10

        def write(self, data: bytes) -> int:
            if not self.room:
                raise FULL
            written = self.file.write(data[: self.room])
            self.room -= written
            return int(written)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

    with RecordWriter(path) as writer:
        writer.write("step", step=1)
        real = writer._file
        monkeypatch.setattr(writer, "_file", Small(real))
        with pytest.raises(TrainingError, match="disk is full"):
            writer.write("step", step=2)
        monkeypatch.setattr(writer, "_file", real)
        writer.write("end", step=1)
    assert [json.loads(line)["kind"] for line in path.read_text().splitlines()] == ["step", "end"]


def test_another_file_in_its_place_is_read_from_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    with RecordWriter(path) as writer:
        writer.write("step", step=1)
    tail = Tail(path)
    assert [record["step"] for record in tail.read()] == [1]
    path.rename(tmp_path / "old.jsonl")
    with RecordWriter(path) as writer:
        for step in (7, 8, 9):
            writer.write("step", step=step)
    assert [record["step"] for record in tail.read()] == [7, 8, 9]
    assert tail.restarted


def test_a_lock_that_the_disk_refuses(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as disk:
        disk.setattr("trainer.language.lock.os.write", refuse(FULL))
        with pytest.raises(TrainingError, match="cannot be written to: the disk is full; free some space"):
            job.lock("train").__enter__()
    assert job.busy() is None
    with job.lock("train"):
        pass


def test_what_the_system_refuses_a_command_is_one_line(
    job: Job, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Job, "states", refuse(FULL))
    with pytest.raises(SystemExit) as ended:
        cli.main(["language", "status", str(job.folder)])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "No space left on device.\n"


def test_steps_that_are_missing_are_not_equal(tmp_path: Path) -> None:
    with RecordWriter(tmp_path / "progress.jsonl") as writer:
        writer.write("step", step=1, loss=2.0, tokens=10)
    losses = {1: {(2.0, 10)}, 2: {(1.5, 20)}}
    assert _compare(tmp_path, 1, "", {1: {(2.0, 10)}}) == []
    assert _compare(tmp_path, 1, "", losses) == ["Round 1: the loss of step 2 (and 0 more) is another or missing."]
