"""Train durations, prior with its pitch, and flow: `python -m trainer.decoder.train_flow --corpus DIR --out DIR`.

A corpus needs its `units.jsonl`. The three parts are trained together, from one optimiser; the run can be stopped and
started again at any moment, and corpora that grow are read again every few minutes.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from cslm_core.decoder.decoder import FlowDecoder, config_from
from cslm_core.decoder.duration import DurationConfig, DurationPredictor
from cslm_core.decoder.flow import Flow, FlowConfig
from cslm_core.errors import TrainingError
from cslm_core.tensors import load_int8
from trainer.command import run_command, settings_of
from trainer.decoder.data import Speech, UnitClip, unit_clips
from trainer.decoder.job import Average, Job, Means, one_thread
from trainer.decoder.units import Corruption, FlowBatch, FlowSampler, nearest_codes
from trainer.jsonl import read_rows
from trainer.precision import mixed


class SharedRows(nn.Module):
    """Adds to each code's row what its place in the tokenizer's codebook says: rare codes learn from their neighbours.

    Training only; `parts_of` folds it into one table.
    """

    vectors: Tensor

    def __init__(self, codebook: Tensor, width: int) -> None:
        super().__init__()
        vectors = (codebook - codebook.mean(0)) / codebook.std().clamp_min(1e-6)
        self.register_buffer("vectors", torch.cat((vectors, vectors.new_zeros(1, vectors.shape[1]))))
        self.project = nn.Linear(vectors.shape[1], width, bias=False)

    def forward(self, table: Tensor) -> Tensor:
        return table + self.project(self.vectors)


class Parts(nn.Module):
    """The duration predictor and the flow under training, and a row for each of `speakers` that is added to both.

    A speaker that is not among them gets the first one's rows.
    """

    def __init__(
        self, duration: DurationConfig, flow: FlowConfig, codebook: Tensor | None, speakers: tuple[str, ...] = ("",)
    ) -> None:
        super().__init__()
        self.speakers = speakers
        self.duration = DurationPredictor(duration)
        self.flow = Flow(flow)
        self.duration_speakers = nn.Embedding(len(speakers), duration.width)
        self.prior_speakers = nn.Embedding(len(speakers), flow.width)
        for rows in (self.duration_speakers, self.prior_speakers):
            nn.init.zeros_(rows.weight)
        for embedding in (self.duration.embedding, self.flow.prior.embedding):
            nn.init.normal_(embedding.weight, std=0.5)
            if codebook is not None:
                nn.init.normal_(embedding.weight, std=0.1)
                shared = SharedRows(codebook, embedding.embedding_dim)
                parametrize.register_parametrization(embedding, "weight", shared)

    def rows(self, speakers: tuple[str, ...], table: nn.Embedding) -> Tensor:
        """The rows (batch, 1, width) of `table` for these speakers."""
        numbers = [self.speakers.index(name) if name in self.speakers else 0 for name in speakers]
        rows: Tensor = table(torch.tensor(numbers)[:, None])
        return rows

    @torch.no_grad()
    def begin_with(self, decoder: FlowDecoder) -> None:
        """Start from a shipped decoder of the same sizes instead of random weights. TrainingError where they differ."""
        for part, source in ((self.duration, decoder.duration), (self.flow, decoder.flow)):
            state = part.state_dict()
            for name, value in source.state_dict().items():
                shared = name.removesuffix("weight") + "parametrizations.weight.original"
                state[shared if shared in state else name] = value
            for name in state:
                if name.endswith("project.weight"):
                    state[name] = torch.zeros_like(state[name])
            try:
                part.load_state_dict(state)
            except RuntimeError as error:
                raise TrainingError("The decoder to start from has other sizes; start without it.") from error


def losses(parts: Parts, batch: FlowBatch, field: bool = True) -> dict[str, Tensor]:
    """The losses of a batch; the flow's is 0 without the `field`.

    The prior is told the pitch of the recording, lest it blur what it cannot know, and learns to say it as well.
    """
    sigma = parts.flow.config.sigma
    total = batch.weight.sum() * batch.mel.shape[2]
    with mixed():
        voice = parts.rows(batch.speakers, parts.prior_speakers)
        hidden, mean = parts.flow.prior(batch.codes, batch.place, batch.mask, voice, batch.log_pitch)
        # The path starts at the mean, so the field only carries what the mean leaves unsaid: short, nearly straight.
        start = mean.detach() + sigma * torch.randn_like(batch.mel)
        velocity = batch.mel - start
        if field:
            t = torch.rand(batch.mel.shape[0])
            x = start + t[:, None, None] * (batch.mel - start)
            velocity = parts.flow.field(x, mean.detach(), hidden, t)
        pace = parts.rows(batch.speakers, parts.duration_speakers)
        logs = parts.duration(batch.units, batch.run_mask[:, :, None], pace)
        pitch = parts.flow.prior.log_pitch(hidden)
    # The likelihood of a Poisson count: its minimum is the mean itself, not the mean of the logarithm, so that a
    # sentence of predicted durations is as long as it should be.
    poisson = logs.exp() - batch.durations * logs
    return {
        "prior": ((mean - batch.mel).square() * batch.weight).sum() / total,
        "prior_l1": ((mean - batch.mel).abs() * batch.weight).sum() / total,
        "flow": ((velocity - (batch.mel - start)).square() * batch.weight).sum() / total,
        "pitch": ((pitch - batch.log_pitch).square() * batch.voiced).sum() / batch.voiced.sum().clamp_min(1),
        "duration": (poisson * batch.run_mask).sum() / batch.run_mask.sum(),
        "frames_off": ((logs.exp() - batch.durations).abs() * batch.run_mask).sum() / batch.run_mask.sum(),
    }


class FlowTrainer:
    """The models, the optimiser and one step of training."""

    def __init__(self, parts: Parts, rate: float) -> None:
        self.parts = parts
        self.average = Average(parts)
        self.step = 0
        self.seconds = 0.0
        self._optimiser = torch.optim.AdamW(parts.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.01)

    def train_step(self, batch: FlowBatch, rate: float, field: bool = True) -> dict[str, Tensor]:
        """One update, of all parts but the `field` where that is not wanted yet; what it was worth."""
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        values = losses(self.parts, batch, field)
        self._optimiser.zero_grad(set_to_none=True)
        (values["prior"] + values["flow"] + values["pitch"] + 0.1 * values["duration"]).backward()
        values["gradient"] = torch.nn.utils.clip_grad_norm_(self.parts.parameters(), 1.0)
        if torch.isfinite(values["gradient"]):
            self._optimiser.step()
            self.average.update(self.parts)
        self.step += 1
        return {name: value.detach() for name, value in values.items()}

    def state(self) -> dict[str, Any]:
        shared = self.parts.state_dict().get("flow.prior.embedding.parametrizations.weight.0.vectors")
        return {
            "duration_config": dataclasses.asdict(self.parts.duration.config),
            "flow_config": dataclasses.asdict(self.parts.flow.config),
            "codebook": None if shared is None else shared[:-1],
            "speakers": list(self.parts.speakers),
            "step": self.step,
            "seconds": self.seconds,
            "parts": self.parts.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "average": self.average.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.step, self.seconds = state["step"], state["seconds"]
        self.parts.load_state_dict(state["parts"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.average.load_state_dict(state["average"])


def averaged(state: dict[str, Any]) -> Parts:
    """The averaged parts of a checkpoint with all their speakers."""
    parts = Parts(
        config_from(DurationConfig, state["duration_config"]),
        config_from(FlowConfig, state["flow_config"]),
        state["codebook"],
        tuple(state["speakers"]),
    )
    parts.load_state_dict(state["average"]["state"])
    for embedding in (parts.duration.embedding, parts.flow.prior.embedding):
        if parametrize.is_parametrized(embedding):
            parametrize.remove_parametrizations(embedding, "weight", leave_parametrized=True)
    return parts.eval().requires_grad_(False)


def parts_of(state: dict[str, Any], speaker: str | None = None) -> tuple[DurationPredictor, Flow]:
    """The averaged duration predictor and flow of a checkpoint in one voice (or the first), ready to use.

    The speaker's rows become part of the tables. TrainingError for a voice that was not trained.
    """
    parts = averaged(state)
    name = parts.speakers[0] if speaker is None else speaker
    if name not in parts.speakers:
        raise TrainingError(f"There is no voice {name!r}; there are {', '.join(parts.speakers)}.")
    number = parts.speakers.index(name)
    parts.duration.embedding.weight.add_(parts.duration_speakers.weight[number])
    parts.flow.prior.place.bias.add_(parts.prior_speakers.weight[number])
    return parts.duration, parts.flow


class UnitSpeech:
    """Clips with units, the held-out ones apart, of corpora that may grow."""

    def __init__(self, folders: list[Path], units: list[Path] | None, speaker: str | None, codes: int) -> None:
        self._files = units or [folder / "units.jsonl" for folder in folders]
        self._codes = codes
        self._speech = Speech(folders, speaker)
        self.training: list[UnitClip] = []
        self.held_out: list[UnitClip] = []
        self.refresh()
        if not self.training:
            raise TrainingError("No utterance has units; run the tokenizer over the corpus first.")

    def refresh(self) -> int:
        """Reads what was added since; returns how many utterances there are more."""
        before = len(self.training)
        self._speech.refresh()
        rows = [row for file in self._files for row in read_rows(file)]
        self.training = unit_clips(self._speech.training, rows, self._codes)
        self.held_out = unit_clips(self._speech.held_out, rows, self._codes)
        return len(self.training) - before


def judge(trainer: FlowTrainer, clips: list[UnitClip]) -> dict[str, float]:
    """The averaged model on held-out clips, with the same noise every time: losses and the mel error of 4 steps."""
    judged = averaged(trainer.state())
    flow = judged.flow
    sampler = FlowSampler(Corruption(flow.config.codes, None, 0.0, 0), 250, 0)
    means = Means()
    # A generator of its own would not reach randn_like; the fork puts the training's own sequence back afterwards.
    with torch.inference_mode(), torch.random.fork_rng():
        torch.manual_seed(0)
        for clip in clips[:32]:
            batch = sampler.join([clip])
            values = losses(judged, batch)
            voice = judged.rows(batch.speakers, judged.prior_speakers)
            mel = flow.sample(batch.codes, batch.place, torch.randn_like(batch.mel), 4, voice)
            means.add(mel_l1=(mel - batch.mel).abs().mean(), **values)
    return {f"held_out_{name}": value for name, value in means.take().items()}


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="corpus folders")
    parser.add_argument("--units", type=Path, nargs="+", help="units.jsonl files, where they are not in the corpora")
    parser.add_argument("--out", type=Path, required=True, help="job folder")
    parser.add_argument("--speaker", help="only this speaker of the corpora")
    parser.add_argument(
        "--speakers", nargs="+", default=[""], help="voices that get rows of their own; all others sound like the first"
    )
    parser.add_argument("--start", type=Path, help="decoder folder to begin with, instead of random weights")
    parser.add_argument(
        "--field-after",
        type=int,
        default=0,
        help="steps before the field joins: prior and durations learn fast alone",
    )
    parser.add_argument("--codebook", type=Path, help="safetensors of the tokenizer with a tensor `codebook`")
    parser.add_argument("--codes", type=int, default=4096)
    parser.add_argument("--seconds", type=float, default=24, help="speech in a batch")
    parser.add_argument("--longest", type=int, default=125, help="unit frames of a piece at most")
    parser.add_argument(
        "--corrupt", type=float, default=0.08, help="part of runs made unknown at most; more are exchanged"
    )
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--half-life", type=float, default=15_000, help="steps after which the rate is half")
    parser.add_argument("--minutes", type=float, default=5, help="minutes between checkpoints")
    parser.add_argument("--hours", type=float, help="stop after so many hours")
    parser.add_argument("--steps", type=int, help="stop after so many steps of all runs")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def read_codebook(path: Path | None) -> Tensor | None:
    """The tensor `codebook` (codes, D) of a safetensors file. TrainingError where there is none."""
    if path is None:
        return None
    tensors = load_int8(path) if path.is_file() else {}
    found = next((value for name, value in tensors.items() if name.endswith("codebook")), None)
    if found is None:
        raise TrainingError(f"{path} has no tensor `codebook`; give the tokenizer's weights.")
    return found.float()


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for a corpus or a checkpoint that cannot be used; 130 where it was told to end."""
    one_thread(options.threads)
    job = Job(options.out, options.minutes, options.hours)
    job.catch_signals()
    saved = job.load()
    codebook = read_codebook(options.codebook) if saved is None else saved["codebook"]
    torch.manual_seed(options.seed)
    codes = options.codes
    speakers = tuple(options.speakers) if saved is None else tuple(saved["speakers"])
    parts = Parts(DurationConfig(codes=codes), FlowConfig(codes=codes, pitched=True), codebook, speakers)
    if saved is None and options.start is not None:
        parts.begin_with(FlowDecoder.load(options.start))
    trainer = FlowTrainer(parts, options.rate)
    if saved is not None:
        trainer.restore(saved)
    speech = UnitSpeech(options.corpus, options.units, options.speaker, codes)
    seed = options.seed + trainer.step
    torch.manual_seed(seed)
    near = None if codebook is None else nearest_codes(codebook)
    sampler = FlowSampler(Corruption(codes, near, options.corrupt, seed), options.longest, seed)
    counts = {"utterances": len(speech.training), "held_out": len(speech.held_out)}
    job.log(step=trainer.step, event="start", **counts, settings=settings_of(options))
    means = Means()
    refreshed = time.monotonic()
    while not job.over and (options.steps is None or trainer.step < options.steps):
        began = time.monotonic()
        rise = min(1.0, (trainer.step + 1) / 300)
        rate = options.rate * rise * 0.5 ** (trainer.step / options.half_life)
        batch = sampler.batch(speech.training, options.seconds)
        means.add(**trainer.train_step(batch, rate, trainer.step >= options.field_after))
        trainer.seconds += time.monotonic() - began
        if trainer.step % 50 == 0:
            job.log(step=trainer.step, hours=trainer.seconds / 3600, rate=rate, **means.take())
        if time.monotonic() - refreshed > 300:
            refreshed = time.monotonic()
            if added := speech.refresh():
                job.log(step=trainer.step, event="corpus", added=added, utterances=len(speech.training))
        if job.checkpoint_due:
            job.save(trainer.state())
            job.log(step=trainer.step, event="checkpoint", **judge(trainer, speech.held_out))
    job.save(trainer.state())
    job.log(step=trainer.step, event="stop", **judge(trainer, speech.held_out))
    if job.stopped:
        sys.exit(130)


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
