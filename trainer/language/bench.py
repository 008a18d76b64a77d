"""Training throughput against a padded loop of Hugging Face's Trainer, on the same model and the same examples.

    python -m trainer.language.bench JOB [--steps 12]

The other side is what people write: the base model with the same low-rank layers and rows, one example a line of the
batch, padded to the longest, `transformers.Trainer`. Both compute in the job's arithmetic and thread number, and take
turns, so that whatever else the machine does hits both. Knows nothing of what is learnt.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from trainer.command import run_command
from trainer.language.configuration import load_config
from trainer.language.job import Job
from trainer.language.training import Run, begin
from trainer.lm.examples import Example
from trainer.lm.packing import NO_TARGET

__all__ = ["Result", "compare", "main"]


@dataclass(frozen=True)
class Result:
    """Tokens of examples (padding not counted) a second, of packed rows and of padded batches."""

    packed: float
    padded: float
    filled: float
    """The share of the padded batches that is not padding."""

    @property
    def ratio(self) -> float:
        return self.packed / self.padded


class _Padded(nn.Module):
    """The same model as a Trainer wants it: a loss from padded `input_ids`, `attention_mask`, `labels`."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.taught = run.model

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> dict[str, Tensor]:
        hidden = self.taught.body(
            inputs_embeds=self.taught.embed(input_ids), attention_mask=attention_mask, use_cache=False
        ).last_hidden_state
        # As a causal LM of the library does it: logits of all positions, shifted labels.
        logits = self.taught.logits(hidden[:, :-1].flatten(0, 1)).float()
        return {"loss": F.cross_entropy(logits, labels[:, 1:].flatten(), ignore_index=NO_TARGET)}


def compare(job: Job, steps: int = 12, rounds: int = 3) -> Result:
    """Measure in turns. Hold the job's lock; nothing is saved. TrainingError as a training."""
    config = load_config(job) or begin(job)
    run = Run(job, config)
    batches = [run.mixture.batch(run.config.cpt_steps + n, config.step_tokens) for n in range(steps)]
    lines = [example for batch in batches for example in batch]
    per_batch = max(1, round(len(lines) / steps))  # as many optimiser steps on both sides
    tokens = sum(map(len, lines))
    padded_cells = sum(
        len(group) * max(map(len, group))
        for group in (lines[i : i + per_batch] for i in range(0, len(lines), per_batch))
    )
    times = {"packed": 0.0, "padded": 0.0}
    run.train_step(batches[0])
    _trainer(run, lines[: 2 * per_batch], per_batch).train()
    for number in range(rounds):
        part = range(number * steps // rounds, (number + 1) * steps // rounds)
        examples = [example for n in part for example in batches[n]]
        start = time.perf_counter()
        for n in part:
            run.train_step(batches[n])
        times["packed"] += time.perf_counter() - start
        trainer = _trainer(run, examples, per_batch)
        start = time.perf_counter()
        trainer.train()
        times["padded"] += time.perf_counter() - start
    return Result(tokens / times["packed"], tokens / times["padded"], tokens / padded_cells)


def _trainer(run: Run, examples: list[Example], per_batch: int) -> Any:
    from transformers import Trainer, TrainingArguments
    from transformers.trainer_callback import PrinterCallback, ProgressCallback

    arguments = TrainingArguments(
        output_dir=tempfile.gettempdir(),
        per_device_train_batch_size=per_batch,
        num_train_epochs=1,
        learning_rate=run.config.peak,
        bf16=run.config.precision == "bfloat16",
        use_cpu=run.config.device == "cpu",
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        max_grad_norm=1.0,
    )
    rows = [{"ids": example.ids, "learnt": example.learnt} for example in examples]
    trainer = Trainer(model=_Padded(run), args=arguments, train_dataset=rows, data_collator=_collate)
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    return trainer


def _collate(rows: list[dict[str, Any]]) -> dict[str, Tensor]:
    ids = [torch.tensor(row["ids"]) for row in rows]
    labels = [torch.where(torch.tensor(row["learnt"]), own, NO_TARGET) for row, own in zip(rows, ids, strict=True)]
    pad = nn.utils.rnn.pad_sequence
    return {
        "input_ids": pad(ids, batch_first=True),
        "attention_mask": pad([torch.ones_like(own) for own in ids], batch_first=True),
        "labels": pad(labels, batch_first=True, padding_value=NO_TARGET),
    }


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(prog="python -m trainer.language.bench", description=__doc__)
    parser.add_argument("job", type=Path, nargs="?", help="a job folder; without one a tiny one is made")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for a folder that is no job, or one at which another process works."""
    with tempfile.TemporaryDirectory(prefix="cslm-bench-") as place:
        if options.job is None:
            from trainer.language.demo import small_job

            job = small_job(Path(place) / "job", samples=0)
        else:
            job = Job.open(options.job)
        with job.lock("bench"):
            found = compare(job, options.steps)
    if options.json:
        print(
            json.dumps({"packed": found.packed, "padded": found.padded, "ratio": found.ratio, "filled": found.filled})
        )
    else:
        print(
            f"packed {found.packed:.0f} tokens/s, padded Trainer {found.padded:.0f} tokens/s"
            f" ({found.filled:.0%} of its batches is not padding): x{found.ratio:.2f}"
        )


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
