"""Two processes on the CPU learn what one does."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.trainer.language.tiny_job import make_job
from trainer.language.checkpoints import Checkpoints
from trainer.language.records import read_records
from trainer.language.training import train

RECIPES = Path(__file__).parents[3] / "trainer" / "recipes" / "accelerate"


def test_two_processes_are_one_run(tmp_path: Path) -> None:
    alone = make_job(tmp_path / "alone", samples=0, rehearsal=0)
    torch.set_num_threads(1)
    train(alone)
    job = make_job(tmp_path / "together", samples=0, rehearsal=0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", str(RECIPES / "ddp-cpu.yaml")]
    command += ["--main_process_port", str(port), "-m", "trainer.language.training", str(job.folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(RECIPES.parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400, check=False)
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
