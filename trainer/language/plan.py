"""Before a training begins: what will be trained, and what it takes on this machine, measured by a short probe.

The probe runs real steps of the real model on the real corpus and throws them away. Knows nothing of how long a
language needs: the user says how many hours there are, or how many steps.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec
import psutil

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_json
from trainer.language.again import is_begun, learnt_before, set_aside
from trainer.language.configuration import save_config, settle
from trainer.language.job import Job
from trainer.language.known import known_of
from trainer.language.noting import noted
from trainer.language.training import Run, begin

__all__ = ["Plan", "devices", "make_plan"]

STEP: Final = "plan"
_CPT_SHARE: Final = 0.7
_SPARE: Final = 0.9
"""The share of the hours that steps may take; evaluations take the rest."""


@dataclass(frozen=True)
class Plan:
    """Sizes in bytes, times in seconds, all measured or counted on this machine."""

    method: str
    learnt: int
    """Parameters that are trained."""
    frozen: int
    characters: int
    changed_rows: int
    utterances: int
    pairs: int
    dialogues: int
    replay: str
    cpt_steps: int
    sft_steps: int
    seconds_per_step: float
    tokens_per_second: float
    seconds: float
    memory: int
    memory_free: int
    disk: int
    disk_free: int
    device: str
    precision: str
    threads: int
    sentences: list[str]


def devices() -> list[str]:
    """What can be trained on here: "cpu", "cuda", "cuda:1", ..."""
    import torch

    return ["cpu", *(["cuda"] if torch.cuda.is_available() else []),
            *(f"cuda:{n}" for n in range(1, torch.cuda.device_count()))]  # fmt: skip


def make_plan(
    job: Job,
    *,
    hours: float | None = None,
    again: bool = False,
    anew: bool = False,
    probe_steps: int = 4,
    progress: Callable[[float, str], None] | None = None,
    **wishes: Any,
) -> Plan:
    """Probe, settle the configuration and note the step. Hold the job's lock.

    `hours` settles the number of steps. With `again` a training that was begun is set aside (`again.py`). What was
    learnt before is gone on from where that fits, unless the wishes name another `start`, or it is to be begun `anew`.
    TrainingError when a training was begun and is not to be set aside, or cannot be planned.
    """
    if is_begun(job) and not again:
        raise TrainingError(
            "The training was begun already, and its plan stands; to train again, on from what was learnt, say `plan"
            " --again` (in the window: “Train again”)."
        )
    if hours is not None and not 0 < hours < 10_000:
        raise TrainingError(f"{hours} hours are no time to train in; give a number above zero.")
    with noted(job, STEP, "A few steps are being tried."):
        wished = settle(job, **wishes)  # what cannot be set up is said before anything is moved
        set_aside(job)
        (job.training / "config.json").unlink(missing_ok=True)
        if not anew and not wished.start:
            wishes["start"] = learnt_before(job, wished)
        config = begin(job, progress, **wishes)
        run = Run(job, config)
        seconds, tokens = _probe(run, probe_steps)
        if hours is not None:
            steps = max(10, int(hours * 3600 * _SPARE / seconds))
            config = msgspec.structs.replace(
                config,
                cpt_steps=max(1, round(steps * _CPT_SHARE)),
                sft_steps=steps - max(1, round(steps * _CPT_SHARE)),
                warmup=min(config.warmup, max(1, steps // 10)),
                evaluate_every=max(1, min(config.evaluate_every, steps // 5)),
            )
        save_config(job, settle(job, **{n: v for n, v in msgspec.structs.asdict(config).items() if n != "base"}))
        plan = _plan(job, run, config, seconds, tokens)
        job.report.mkdir(exist_ok=True)
        atomic_write_json(job.report / "plan.json", asdict(plan))
        counts = {"steps": plan.cpt_steps + plan.sft_steps, "seconds": round(plan.seconds)}
        job.finish(STEP, plan.sentences[0], counts, asdict(plan))
    return plan


def _probe(run: Run, steps: int) -> tuple[float, float]:
    """(seconds of a step, tokens a second): the first step warms up, the others count."""
    run.train_step()
    begin_tokens, begin_time = run.tokens, time.perf_counter()
    for _ in range(max(1, steps)):
        run.train_step()
    took = time.perf_counter() - begin_time
    return took / max(1, steps), (run.tokens - begin_tokens) / took


def _plan(job: Job, run: Run, config: Any, seconds: float, tokens: float) -> Plan:
    learnt = sum(p.numel() for p in run.model.learnt().values())
    frozen = sum(p.numel() for p in run.model.parameters()) + run.model.table.numel() - learnt
    checkpoint = learnt * 4 * 3
    # Two are kept and one is being written; adapter, pack, samples and sounds of the report come on top.
    disk = 3 * checkpoint + learnt * 4 + 64 * 2**20
    memory = _peak()
    free_memory = psutil.virtual_memory().available + psutil.Process().memory_info().rss
    free_disk = shutil.disk_usage(job.folder).free
    total = seconds * config.steps / _SPARE
    replay = f"{config.rehearsal} sentences that it reads itself"
    if known_of(job).folders:
        replay = f"what it was taught with and of {config.rehearsal} sentences that it reads itself"
    elif job.option("replay", []):
        replay = "its own corpora"
    what = "an adapter and new rows" if config.method == "adapter" else "all weights"
    sentences = [
        f"{config.steps} steps on {config.device}, about {_duration(total)}: {what} ({learnt / 1e6:.1f} M parameters)"
        f" are trained, with {memory / 1e9:.1f} GB of memory and {disk / 1e9:.1f} GB of disk.",
        f"The base pack's languages are kept by replay of {replay}.",
    ]
    if config.start:
        sentences.append(f"It goes on from what was learnt before ({config.start}).")
    if memory > 0.9 * free_memory:
        sentences.append("That is nearly all the memory there is: close other programs, or train with a smaller 'row'.")
    if disk > free_disk:
        sentences.append(f"The disk has only {free_disk / 1e9:.1f} GB free: make room before you begin.")
    return Plan(
        method=config.method,
        learnt=learnt,
        frozen=frozen,
        characters=len(run.model.characters),
        changed_rows=len(run.model.changed),
        utterances=len(run.material.spoken),
        pairs=len(run.material.pairs),
        dialogues=len(run.material.dialogues),
        replay=replay,
        cpt_steps=config.cpt_steps,
        sft_steps=config.sft_steps,
        seconds_per_step=seconds,
        tokens_per_second=tokens,
        seconds=total,
        memory=memory,
        memory_free=free_memory,
        disk=disk,
        disk_free=free_disk,
        device=config.device,
        precision=config.precision,
        threads=config.threads,
        sentences=sentences,
    )


def _peak() -> int:
    """The most memory in bytes that this process has had."""
    if sys.platform == "win32":
        return int(psutil.Process(os.getpid()).memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
