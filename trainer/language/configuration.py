"""What a training run is: settled when it begins, written down, and the same at every resume.

`training/config.json` holds it. Knows nothing of how it is carried out.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_bytes
from trainer.language.job import Job

__all__ = ["Config", "job_threads", "load_config", "save_config", "settle"]


_WITHIN = 0.2


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`row` is the length of packed rows and of the longest example, `step_tokens` those of one optimiser step,
    `micro_rows` how many rows are computed at once. `scale` multiplies the low-rank deltas, `within` weighs which of a
    sound's units is said (`trainer/lm/loss.py`)."""

    method: str = "adapter"
    rank: int = 32
    scale: float = 2.0
    text_rows: int = 2000
    seed: int = 1
    row: int = 320
    step_tokens: int = 1840
    micro_rows: int = 6
    cpt_steps: int = 2000
    sft_steps: int = 800
    peak: float = 6e-4
    rows_factor: float = 1.5
    warmup: int = 40
    weight_decay: float = 0.01
    within: float = 1.0
    replay_share: float = 0.25
    rehearsal: int = 400
    evaluate_every: int = 200
    save_every: int = 50
    samples: int = 2
    align_steps: int | None = None
    threads: int = 1
    precision: str = "float32"
    device: str = "cpu"
    start: str = ""
    """An adapter's folder to go on from, as of a run before this one; where it is relative, in the job's folder."""
    base: str = ""
    """Digest of the base pack."""
    lm: str = ""
    """Digest of its language model, which is all of it that an adapter fits; "" for runs begun before it was noted."""
    corpus: str = ""
    """Digest of what is learnt from (`digest.py`), of a run that has begun; "" for those begun before it was noted."""

    @property
    def steps(self) -> int:
        return self.cpt_steps + self.sft_steps


def config_path(job: Job) -> Path:
    return job.training / "config.json"


def load_config(job: Job) -> Config | None:
    """That of the run that was begun, or None. TrainingError when it is damaged."""
    try:
        return msgspec.json.decode(config_path(job).read_bytes(), type=Config)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingError(f"{config_path(job)} is damaged; plan the training again (`plan --again`).") from error


def save_config(job: Job, config: Config) -> None:
    """Write it, all or nothing."""
    job.training.mkdir(parents=True, exist_ok=True)
    atomic_write_bytes(config_path(job), msgspec.json.format(msgspec.json.encode(config), indent=1) + b"\n")


def settle(job: Job, **wishes: Any) -> Config:
    """The configuration of a run that begins: defaults, the job's options under `training`, then `wishes`.

    Arithmetic and threads are settled too, since another choice would change every last bit. TrainingError names what
    is not valid.
    """
    chosen: dict[str, Any] = {
        "threads": _threads(),
        "device": _device(),
        "within": _WITHIN,  # not a default of `Config`: runs that were begun without it go on as they were
        **job.option("training", {}),
    }
    chosen |= {name: value for name, value in wishes.items() if value is not None}
    if "precision" not in chosen:
        chosen["precision"] = _precision(str(chosen["device"]))
    try:
        of = {"base": job.base.sha256, "lm": job.check_base().part_digest("lm")}
        config = msgspec.convert({**chosen, **of}, Config)
    except msgspec.ValidationError as error:
        raise TrainingError(f"The training cannot be set up: {str(error).replace('`', chr(39))}.") from error
    positive = ("rank", "row", "step_tokens", "micro_rows", "cpt_steps", "evaluate_every", "save_every", "threads")
    bad = next((name for name in positive if getattr(config, name) < 1), None)
    shares = 0 <= config.replay_share < 0.9 and 0 <= config.within <= 1
    if bad or config.method not in ("adapter", "full") or not shares or config.sft_steps < 0:
        raise TrainingError(
            f"The training cannot be set up: {bad or 'method, replay_share, within or sft_steps'} is not valid."
        )
    return config


def job_threads(job: Job) -> int:
    """Of the run that was begun, else as it will be settled: half the cores, since the rest of them is at work too."""
    begun = load_config(job)
    return begun.threads if begun is not None else int(job.option("training", {}).get("threads", _threads()))


def _threads() -> int:
    return max(1, (os.cpu_count() or 2) // 2)


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _precision(device: str) -> str:
    from trainer.precision import bfloat16_pays

    return "bfloat16" if device != "cpu" or bfloat16_pays() else "float32"
