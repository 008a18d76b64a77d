"""Two processes on the CPU learn what one does; what cannot be done with several is said, and nobody waits for ever."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from cslm_core.errors import TrainingError
from tests.trainer.language.tiny_job import make_job
from trainer.language.checkpoints import Checkpoints
from trainer.language.records import read_records
from trainer.language.training import begin, train
from trainer.language.workers import Workers

RECIPES = Path(__file__).parents[3] / "trainer" / "recipes" / "accelerate"


SHORT_OF_MEMORY = """
import os, sys
from pathlib import Path
from cslm_core.errors import CslmError
from trainer.language.job import Job
from trainer.language.training import _locked, train

def fault(step):
    if step == 2 and os.environ["RANK"] == "1":
        raise MemoryError

job = Job.open(Path(sys.argv[1]))
try:
    with _locked(job):
        train(job, fault=fault)
except CslmError as error:
    sys.exit(str(error))
"""


def launch(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Two processes of a script or module, on this computer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", str(RECIPES / "ddp-cpu.yaml")]
    command += ["--main_process_port", str(port), *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(RECIPES.parents[2])}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400, check=False)


def test_two_processes_are_one_run(tmp_path: Path) -> None:
    alone = make_job(tmp_path / "alone", samples=0, rehearsal=0)
    torch.set_num_threads(1)
    train(alone)
    job = make_job(tmp_path / "together", samples=0, rehearsal=0)
    done = launch("-m", "trainer.language.training", str(job.folder))
    assert done.returncode == 0, done.stderr[-2000:]
    records = read_records(job.progress)
    assert next(r for r in records if r["kind"] == "start")["workers"] == 2
    losses = [r["loss"] for r in records if r["kind"] == "step"]
    expected = [r["loss"] for r in read_records(alone.progress) if r["kind"] == "step"]
    assert losses == pytest.approx(expected, abs=2e-3)
    one, two = (Checkpoints(j.training / "checkpoints").newest() for j in (alone, job))
    assert one is not None
    assert two is not None
    names = [name for name in one[0] if name.startswith("model.")]
    assert all(torch.allclose(one[0][name], two[0][name], atol=2e-2) for name in names)


def test_one_that_has_too_little_memory_ends_them_all(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job", samples=0, rehearsal=0)
    begin(job)
    (tmp_path / "short.py").write_text(SHORT_OF_MEMORY, "utf-8")
    done = launch(str(tmp_path / "short.py"), str(job.folder))
    assert done.returncode != 0
    sentence = "Process 2 of 2 has not enough memory for 2 rows at once; resume with one process"
    assert sentence in done.stderr
    assert (job.state("training").phase, job.state("training").sentence[: len(sentence)]) == ("failed", sentence)


@pytest.mark.parametrize(
    ("variable", "name"), [("ACCELERATE_USE_FSDP", "FSDP"), ("ACCELERATE_USE_DEEPSPEED", "DeepSpeed")]
)
@pytest.mark.parametrize("count", ["1", "2"])
def test_nothing_is_spread_over_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, name: str, count: str
) -> None:
    monkeypatch.setenv("WORLD_SIZE", count)
    monkeypatch.setenv(variable, "true")
    with pytest.raises(TrainingError, match=f"cannot be taught with {name}: .* launch it with .*ddp-gpu.yaml"):
        Workers("cpu")


def test_every_configuration_that_is_offered_can_be_used() -> None:
    kinds = {
        line.split()[1]
        for path in RECIPES.iterdir()
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("distributed_type:")
    }
    assert kinds <= {"MULTI_GPU", "MULTI_CPU"}
