"""Kill a small training again and again at random moments, and see whether every resume leads to the same end.

    python -m trainer.language.killtest --times 50 [--job JOB]

The run is a process of its own that gets SIGKILL (on Windows TerminateProcess); it is compared with a run that nobody
disturbed: every step's loss, and every last bit of weights and moments. Knows nothing of how a resume works.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cslm_core.errors import CslmError, TrainingError
from trainer.language.checkpoints import Checkpoints
from trainer.language.job import Job
from trainer.language.records import Tail, read_records
from trainer.language.training import STEP, train

__all__ = ["Verdict", "kill_and_compare", "main"]

_LONGEST_LIFE: Final = 4.0
"""Seconds; some lives end at any moment up to here, most soon after a few steps."""
_MOST_STEPS: Final = 9


@dataclass(frozen=True)
class Verdict:
    """`kills` in `rounds` runs to the end; `differences` are sentences, none of them is what is wanted."""

    kills: int
    rounds: int
    resumed_at: list[int]
    differences: list[str]


def kill_and_compare(
    job: Path, work: Path, times: int, seed: int = 0, tell: Callable[[str], None] = lambda line: None
) -> Verdict:
    """Run copies of the prepared job in the folder `job` (nothing trained yet) in the folder `work`.

    TrainingError when the undisturbed run fails.
    """
    context: Any = multiprocessing.get_context("forkserver" if sys.platform != "win32" else "spawn")
    if sys.platform != "win32":
        context.set_forkserver_preload(["trainer.language.training", "transformers.models.llama.modeling_llama"])
    whole = _copy(job, work / "whole")
    process = context.Process(target=_life, args=(whole,))
    begin = time.monotonic()
    process.start()
    process.join()
    if process.exitcode != 0:
        raise TrainingError(f"The undisturbed run failed: {Job.open(whole).state(STEP).sentence}")
    expected, losses = _state(whole), _losses(whole)
    tell(f"undisturbed: {len(losses)} steps in {time.monotonic() - begin:.0f} s")
    rng = random.Random(seed)
    kills = rounds = 0
    resumed: list[int] = []
    differences: list[str] = []
    while kills < times:
        folder = _copy(job, work / f"round-{rounds}")
        rounds += 1
        while True:
            process = context.Process(target=_life, args=(folder,))
            process.start()
            _wait(process, folder, rng if kills < times else None)
            if process.exitcode is None:
                process.kill()
                process.join()
                kills += 1
                resumed.append((Checkpoints(folder / "training" / "checkpoints").steps() or [0])[-1])
                tell(f"kill {kills}: it will go on from step {resumed[-1]}")
            elif process.exitcode == 0:
                break
            else:
                differences.append(f"Round {rounds} failed: {Job.open(folder).state(STEP).sentence}")
                break
        differences += _compare(folder, rounds, expected, losses)
        shutil.rmtree(folder)
    return Verdict(kills, rounds, resumed, differences)


def _wait(process: Any, folder: Path, rng: random.Random | None) -> None:
    """Until it ends, or until the moment it is to be killed: any time after its start, or soon after some steps."""
    if rng is None:
        process.join()
        return
    if rng.random() < 0.3:
        process.join(rng.uniform(0.05, _LONGEST_LIFE))
        return
    tail = Tail(folder / "progress.jsonl")
    tail.read()
    wanted, seen = rng.randint(1, _MOST_STEPS), 0
    while process.is_alive() and seen < wanted:
        seen += sum(record["kind"] in ("step", "eval") for record in tail.read())
        process.join(0.01)
    process.join(rng.uniform(0, 0.25))


def _life(folder: Path) -> None:
    job = Job.open(folder)
    with job.lock("train"):
        train(job)


def _copy(job: Path, target: Path) -> Path:
    shutil.copytree(job, target)
    return target


def _state(folder: Path) -> str:
    """A digest of all tensors of the last checkpoint."""
    found = Checkpoints(folder / "training" / "checkpoints").newest()
    if found is None:
        return ""
    digest = hashlib.sha256()
    for name in sorted(found[0]):
        digest.update(name.encode() + found[0][name].numpy().tobytes())
    return digest.hexdigest()


def _losses(folder: Path) -> dict[int, set[tuple[float, int]]]:
    """By step everything that was recorded of it: what was run twice must be twice the same."""
    found: dict[int, set[tuple[float, int]]] = {}
    for record in read_records(folder / "progress.jsonl"):
        if record["kind"] == "step":
            found.setdefault(record["step"], set()).add((record["loss"], record["tokens"]))
    return found


def _compare(folder: Path, number: int, expected: str, losses: dict[int, set[tuple[float, int]]]) -> list[str]:
    said = []
    own = _losses(folder)
    other = [step for step in sorted(losses.keys() | own.keys()) if own.get(step) != losses.get(step)]
    if other:
        said.append(f"Round {number}: the loss of step {other[0]} (and {len(other) - 1} more) is another or missing.")
    if _state(folder) != expected:
        said.append(f"Round {number}: the weights or moments at the end are others.")
    return said


def prepared_job(folder: Path, steps: int = 60) -> Path:
    """A job on the tiny pack that is ready to be trained."""
    from trainer.language.demo import small_job
    from trainer.language.training import begin

    settings: dict[str, Any] = {"cpt_steps": steps * 2 // 3, "sft_steps": steps - steps * 2 // 3, "save_every": 3}
    job = small_job(folder, **settings, evaluate_every=20, samples=0)
    with job.lock("prepare"):
        begin(job)
    return job.folder


def main(arguments: list[str] | None = None) -> int:
    """0 when every resume was identical."""
    parser = argparse.ArgumentParser(prog="python -m trainer.language.killtest", description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--steps", type=int, default=60, help="of the small job")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="cslm-killtest-") as work:
            job = prepared_job(Path(work) / "job", options.steps)
            quiet = (lambda line: None) if options.json else (lambda line: print(line, flush=True))
            verdict = kill_and_compare(job, Path(work), options.times, options.seed, quiet)
    except CslmError as error:
        print(error, file=sys.stderr)
        return 2
    same = not verdict.differences
    if options.json:
        print(json.dumps({"kills": verdict.kills, "rounds": verdict.rounds, "identical": same}))
    else:
        for difference in verdict.differences:
            print(difference)
        print(f"{verdict.kills} kills in {verdict.rounds} runs: {'all identical' if same else 'NOT identical'}.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
