"""Continual pre-training and supervised fine-tuning of the joint LM on a mixture that changes with the tokens seen.

    python -m trainer.lm.train --model START_DIR --out JOB_DIR --mixture recipes/mixture.toml --corpus DIR [...] \
        --dialogues assets/dialogues --minutes 60 | --tokens 2000000 [--decay-minutes 8]

The learning rate is warm-up, stable, decay: the stable state is checkpointed every few minutes and can be trained on
for ever; `--decay-minutes` lets a copy of it cool down into `JOB_DIR/final`, the model to ship, without touching the
stable state. `--tokens` counts those of all runs, so a run that is interrupted and started again ends where it should
have. A resumed run continues with the same batches, optimiser state and step (a batch is a function of seed
and step).

Where bfloat16 is the faster arithmetic, the model computes in it and the optimiser keeps the weights in float32.
`--compile` has torch compile the layers, which takes two minutes, a C++ compiler, and then a third less time per step.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import time
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import LlamaForCausalLM

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_folder, atomic_write_json
from cslm_core.lm.layout import TokenLayout
from trainer.command import run_command, settings_of
from trainer.lm.confusions import Confusions
from trainer.lm.data import Corpora, Mixture, Phase
from trainer.lm.examples import Builder
from trainer.lm.from_pack import trained_tokens
from trainer.lm.loss import SoundLoss
from trainer.lm.misheard import Misheard
from trainer.lm.packing import NO_TARGET, Packed, pack
from trainer.optimiser import row_group
from trainer.precision import bfloat16_pays


@dataclass
class Settings:
    """What the mixture file says beside its phases."""

    seed: int
    row: int
    step_tokens: int
    micro_rows: int
    peak: float
    new_rows_factor: float
    warmup: int
    weight_decay: float
    second_moment: float = 0.95
    """How much of the optimiser's second moments is kept in a step: near 1 for steps of few tokens."""
    within: float = 1.0
    """Weight of which of a sound's units is said, against 1 for the sound; 1: the cross-entropy of the unit. Losses of
    runs with different weights do not compare."""
    aloud: tuple[str, ...] = ()
    """The speakers from whom reading aloud is learnt; all where none is named."""


def read_mixture(path: Path) -> tuple[Settings, list[Phase]]:
    """Settings and phases of a mixture file."""
    data = tomllib.loads(path.read_text("utf-8"))
    phases = [Phase(p["tokens"], p["longest"], p["chunk"], p["weights"]) for p in data["phase"]]
    settings = data["settings"] | {"aloud": tuple(data["settings"].get("aloud", ()))}
    return Settings(**settings), phases


def losses(model: LlamaForCausalLM, packed: Packed, of: SoundLoss) -> Tensor:
    """`of` the logits (targets,) at the learnt positions; the head runs on those alone."""
    hidden = model.model(
        input_ids=packed.ids, position_ids=packed.positions, attention_mask=packed.mask, use_cache=False
    ).last_hidden_state
    wanted = packed.targets != NO_TARGET
    logits = F.linear(hidden[wanted], model.lm_head.weight)
    return of(logits.float(), packed.targets[wanted])


class Masters:
    """The float32 weights that the optimiser moves, behind a model that computes in `dtype`."""

    def __init__(self, model: LlamaForCausalLM, dtype: torch.dtype) -> None:
        self.model = model
        self.weights = {n: nn.Parameter(p.detach().float().clone()) for n, p in model.named_parameters()}
        self.own = dtype != torch.float32
        if self.own:
            nn.Module.to(model, dtype)
        else:
            self.weights = dict(model.named_parameters())

    def take_gradients(self) -> None:
        """Add the model's gradients to the masters' and forget them there."""
        if self.own:
            for name, parameter in self.model.named_parameters():
                if parameter.grad is not None:
                    master, new = self.weights[name], parameter.grad.float()
                    master.grad = new if master.grad is None else master.grad.add_(new)
                    parameter.grad = None

    @torch.no_grad()
    def give_weights(self) -> None:
        """The model computes with the masters' values, rounded."""
        if self.own:
            for name, parameter in self.model.named_parameters():
                parameter.copy_(self.weights[name])


class Job:
    """A training run over its folder."""

    def __init__(self, start: Path, out: Path, settings: Settings, mixture: Mixture, *, compiled: bool = False) -> None:
        self.out, self.settings, self.mixture, self.compiled = out, settings, mixture, compiled
        out.mkdir(parents=True, exist_ok=True)
        self.model = LlamaForCausalLM.from_pretrained(
            start, dtype=torch.float32, attn_implementation="sdpa", local_files_only=True
        )
        self.model.train()
        self.loss = SoundLoss(torch.from_numpy(mixture.builder.layout.alike), settings.within)
        self.masters = Masters(self.model, torch.bfloat16 if bfloat16_pays() else torch.float32)
        if compiled:
            for layer in self.model.model.layers:
                layer.compile()
        embedding = self.masters.weights["model.embed_tokens.weight"]
        decayed = [p for p in self.masters.weights.values() if p.dim() >= 2 and p is not embedding]
        plain = [p for p in self.masters.weights.values() if p.dim() < 2]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": settings.weight_decay, "factor": 1.0},
                {"params": plain, "weight_decay": 0.0, "factor": 1.0},
                row_group([embedding], settings.new_rows_factor),
            ],
            lr=settings.peak,
            betas=(0.9, settings.second_moment),
            fused=True,
        )
        self.step = 0
        self.tokens = trained_tokens(start)
        self.seconds = 0.0
        self.start_folder = start
        if (
            not (out / "stable").exists() and (out / "stable.old").exists()
        ):  # a save was interrupted between its renames
            (out / "stable.old").rename(out / "stable")
        if (out / "stable" / "state.json").exists():
            self._load(out / "stable")

    # --- checkpoints ---

    def save(self, folder: Path) -> None:
        """Weights, optimiser moments and counters into a new folder, which then replaces `folder`.

        TrainingError where they cannot be written; what was saved before is still there then.
        """
        fresh, old = folder.with_suffix(".new"), folder.with_suffix(".old")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            self._write(fresh)
        except (OSError, SafetensorError) as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise TrainingError(
                f"The state after step {self.step} could not be written to {folder.parent} ({error}); make room and "
                "start again: training goes on from the last state that was."
            ) from error
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)

    def _write(self, fresh: Path) -> None:
        fresh.mkdir(parents=True)
        weights = self.masters.weights
        state: dict[str, Tensor] = {f"model.{n}": p.detach() for n, p in weights.items()}
        by_parameter = {id(p): n for n, p in weights.items()}
        for group in self.optimiser.param_groups:
            for p in group["params"]:
                for key, value in self.optimiser.state.get(p, {}).items():
                    state[f"{key}.{by_parameter[id(p)]}"] = value
        save_file({k: v.contiguous() for k, v in state.items()}, fresh / "state.safetensors")
        atomic_write_json(
            fresh / "state.json",
            {"step": self.step, "tokens": self.tokens, "seconds": round(self.seconds), "parameters": len(weights)},
        )
        with (fresh / "state.safetensors").open("rb") as file:
            os.fsync(file.fileno())

    def _load(self, folder: Path) -> None:
        state = load_file(folder / "state.safetensors")
        for n, p in self.masters.weights.items():
            with torch.no_grad():
                p.copy_(state[f"model.{n}"])
            if f"exp_avg.{n}" in state:
                self.optimiser.state[p] = {k: state[f"{k}.{n}"] for k in ("step", "exp_avg", "exp_avg_sq")}
        about = json.loads((folder / "state.json").read_text())
        self.step, self.tokens, self.seconds = about["step"], about["tokens"], about["seconds"]
        self.masters.give_weights()

    def export(self, folder: Path) -> None:
        """The model as a Hugging Face folder with its vocabulary, whole or not at all (CslmError)."""
        whole = LlamaForCausalLM(self.model.config)
        whole.load_state_dict(self.masters.weights, strict=False)  # the head is the embedding
        whole.tie_weights()
        trained = {"step": self.step, "tokens": self.tokens, "seconds": self.seconds}
        with atomic_folder(folder) as fresh:
            whole.save_pretrained(fresh)
            for name in ("tokenizer.json", "tokenizer_config.json", "layout.json"):
                if (self.start_folder / name).exists():
                    shutil.copyfile(self.start_folder / name, fresh / name)
            atomic_write_json(fresh / "trained.json", trained)

    # --- steps ---

    def train_step(self, rate: float) -> dict[str, Any]:
        """One optimiser step; gradients are averaged over the learnt tokens of the whole batch."""
        began = time.monotonic()
        examples = self.mixture.batch(self.step, self.tokens, self.settings.step_tokens)
        packed = pack(examples, self.settings.row, whole=self.compiled)
        learnt = int((packed.targets != NO_TARGET).sum())
        total = 0.0
        for part in packed.split(self.settings.micro_rows):
            loss = losses(self.model, part, self.loss).sum() / learnt
            loss.backward()
            self.masters.take_gradients()
            total += loss.item()
        norm = nn.utils.clip_grad_norm_(self.masters.weights.values(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.masters.give_weights()
        self.step += 1
        self.tokens += packed.tokens
        took = time.monotonic() - began
        self.seconds += took
        return {
            "step": self.step,
            "tokens": self.tokens,
            "loss": round(total, 4),
            "norm": round(float(norm), 3),
            "rate": rate,
            "tokens_per_second": round(packed.tokens / took, 1),
            "filled": round(packed.tokens / packed.ids.numel(), 3),
        }

    def run(self, minutes: float, decay_minutes: float, save_minutes: float = 6, tokens: float = math.inf) -> None:
        """Train on at the stable rate for `minutes` or until `tokens` were seen in all runs, whichever comes first;
        then cool a copy down for `decay_minutes` and export it."""
        end = time.monotonic() + 60 * minutes
        saved = time.monotonic()
        while time.monotonic() < end and self.tokens < tokens:
            warm = min(1.0, (self.step + 1) / self.settings.warmup)
            self._log(self.train_step(self.settings.peak * warm), "stable")
            if time.monotonic() - saved > 60 * save_minutes:
                self.save(self.out / "stable")
                saved = time.monotonic()
        self.save(self.out / "stable")
        if decay_minutes:
            start = time.monotonic()
            while (used := (time.monotonic() - start) / (60 * decay_minutes)) < 1:
                rate = self.settings.peak * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * used)))
                self._log(self.train_step(rate), "decay")
            self.export(self.out / "final")

    def begin(self, material: dict[str, Any], options: dict[str, Any]) -> None:
        """Log what this run learns from and with which settings, those of the mixture among them."""
        given = {**asdict(self.settings), "phases": [asdict(phase) for phase in self.mixture.phases]}
        about = {"stage": "start", "step": self.step, "tokens": self.tokens, **material}
        line = json.dumps({**about, "settings": options, "mixture": given})
        with (self.out / "log.jsonl").open("a") as file:
            file.write(line + "\n")
        print(line, flush=True)

    def _log(self, values: dict[str, Any], stage: str) -> None:
        line = json.dumps({"stage": stage, "seconds": round(self.seconds), **values})
        with (self.out / "log.jsonl").open("a") as file:
            file.write(line + "\n")
        if self.step % 10 == 0:
            print(line, flush=True)


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mixture", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, action="append", required=True)
    parser.add_argument("--dialogues", type=Path, required=True)
    parser.add_argument(
        "--tokenizer", type=Path, help="a packed tokenizer: units are confused as it would in other voices and rooms"
    )
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, default=math.inf, help="of this run at the stable rate")
    length.add_argument("--tokens", type=int, default=math.inf, help="of all runs at the stable rate")
    parser.add_argument("--decay-minutes", type=float, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="have torch compile the layers")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for a mixture or material that cannot be, or where a state cannot be written."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    settings, phases = read_mixture(options.mixture)
    corpora = Corpora(options.corpus, options.dialogues, settings.aloud)
    confusions = Confusions.of_tokenizer(options.tokenizer) if options.tokenizer else None
    misheard = Misheard.of_texts({c: [s.text for s in spoken] for c, spoken in corpora.spoken.items()})
    builder = Builder(TokenLayout.load(options.model), confusions, misheard)
    mixture = Mixture(builder, corpora, phases, settings.seed, settings.row)
    job = Job(options.model, options.out, settings, mixture, compiled=options.compile)
    counts = {k: len(v) for k, v in corpora.spoken.items()}
    job.begin({"utterances": counts, "answerable": len(corpora.answerable)}, settings_of(options))
    job.run(options.minutes, options.decay_minutes, tokens=options.tokens)


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
