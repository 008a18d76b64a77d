"""Train the vocoder on real mels: `python -m trainer.decoder.train_vocoder --corpus DIR --out DIR`.

First mel and STFT distances alone (many times faster), then small STFT discriminators with feature matching. The run
can be stopped and started again at any moment; a corpus that grows is read again every few minutes.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cslm_core.decoder.decoder import FlowDecoder, config_from
from cslm_core.decoder.mel import FFT, HOP, log_mel
from cslm_core.decoder.vocoder import Vocoder, VocoderConfig
from cslm_core.errors import TrainingError
from trainer.command import run_command, settings_of
from trainer.decoder.data import Clip, CropSampler, Speech
from trainer.decoder.discriminator import Discriminators
from trainer.decoder.job import Average, Job, Means, one_thread
from trainer.decoder.losses import (
    adversarial_loss,
    discriminator_loss,
    feature_distance,
    mel_distance,
    stft_distance,
)
from trainer.precision import mixed

BEFORE, AFTER = 32, 6
"""Mel frames of context around a piece; the loss sees only the piece."""


class VocoderTrainer:
    """The models, optimisers and one step of training."""

    def __init__(self, config: VocoderConfig, rate: float, warm_up: int) -> None:
        self.generator = Vocoder(config)
        self.discriminators = Discriminators()
        self.average = Average(self.generator)
        self.rate = rate
        self.warm_up = warm_up
        self.step = 0
        self.seconds = 0.0
        self._optimiser_g = torch.optim.AdamW(self.generator.parameters(), rate, betas=(0.8, 0.99), weight_decay=0.01)
        self._optimiser_d = torch.optim.AdamW(
            self.discriminators.parameters(), rate, betas=(0.8, 0.99), weight_decay=0.01
        )

    def begin_with(self, vocoder: Vocoder) -> None:
        """Start from a shipped vocoder instead of random weights. TrainingError where its sizes are others."""
        try:
            self.generator.load_state_dict(vocoder.state_dict())
        except RuntimeError as error:
            raise TrainingError("The vocoder to start from has other sizes; start without it.") from error
        self.average = Average(self.generator)

    def train_step(self, padded: Tensor, before: int, after: int, rate: float, noise: float = 0.0) -> dict[str, Tensor]:
        """One update on pieces (batch, samples with margins); the context frames carry no loss."""
        for group in (*self._optimiser_g.param_groups, *self._optimiser_d.param_groups):
            group["lr"] = rate
        mel = log_mel(padded, margins=True)
        if noise:
            # The flow's mels are never quite clean; a vocoder that has only seen clean ones turns the rest into noise.
            mel = mel + noise * torch.rand(mel.shape[0], 1, 1) * torch.randn_like(mel)
        margin = (padded.shape[-1] - mel.shape[1] * HOP) // 2
        inner = slice(before * HOP, (mel.shape[1] - after) * HOP)
        real = padded[:, margin : margin + mel.shape[1] * HOP][:, inner]
        with mixed():
            fake = self.generator(mel)[:, inner]
        losses = {"mel": mel_distance(fake, real), "stft": stft_distance(fake, real)}
        loss = 15 * losses["mel"] + 2 * losses["stft"]
        if self.step >= self.warm_up:
            # One pass over the fake serves both sides: its gradients reach the generator through `fake` and the
            # discriminators through their own weights, each from its own loss.
            leaf = fake.detach().requires_grad_()
            with mixed():
                real_scores, real_features = self.discriminators(real)
                fake_scores, fake_features = self.discriminators(leaf)
            losses["adversarial"] = adversarial_loss(fake_scores)
            losses["feature"] = feature_distance(real_features, fake_features)
            losses["discriminator"] = discriminator_loss(real_scores, fake_scores)
            (push,) = torch.autograd.grad(losses["adversarial"] + 4 * losses["feature"], leaf, retain_graph=True)
            weights = list(self.discriminators.parameters())
            for weight, gradient in zip(weights, torch.autograd.grad(losses["discriminator"], weights), strict=True):
                weight.grad = gradient
            torch.nn.utils.clip_grad_norm_(weights, 10.0)
            loss = loss + (fake * push).sum()
        self._optimiser_g.zero_grad(set_to_none=True)
        loss.backward()
        losses["gradient"] = torch.nn.utils.clip_grad_norm_(self.generator.parameters(), 10.0)
        if torch.isfinite(losses["gradient"]):
            self._optimiser_g.step()
            if self.step >= self.warm_up:
                self._optimiser_d.step()
            self.average.update(self.generator)
        self.step += 1
        return {name: value.detach() for name, value in losses.items()}

    def state(self) -> dict[str, Any]:
        return {
            "config": dataclasses.asdict(self.generator.config),
            "step": self.step,
            "seconds": self.seconds,
            "generator": self.generator.state_dict(),
            "discriminators": self.discriminators.state_dict(),
            "optimiser_g": self._optimiser_g.state_dict(),
            "optimiser_d": self._optimiser_d.state_dict(),
            "average": self.average.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.step, self.seconds = state["step"], state["seconds"]
        self.generator.load_state_dict(state["generator"])
        self.discriminators.load_state_dict(state["discriminators"])
        self._optimiser_g.load_state_dict(state["optimiser_g"])
        self._optimiser_d.load_state_dict(state["optimiser_d"])
        self.average.load_state_dict(state["average"])


def vocoder_of(state: dict[str, Any]) -> Vocoder:
    """The averaged vocoder of a checkpoint, ready to use."""
    vocoder = Vocoder(config_from(VocoderConfig, state["config"]))
    vocoder.load_state_dict(state["average"]["state"])
    return vocoder.eval().requires_grad_(False)


def judge(trainer: VocoderTrainer, clips: list[Clip]) -> float:
    """Mean mel distance of the averaged vocoder on held-out clips."""
    vocoder = vocoder_of(trainer.state())
    with torch.inference_mode():
        distances = []
        for clip in clips[:24]:
            padded = torch.from_numpy(clip.crop(0, clip.frames))[None]
            margin = (padded.shape[-1] - clip.frames * HOP) // 2
            distances.append(mel_distance(vocoder(log_mel(padded, margins=True)), padded[:, margin:-margin]))
        return float(torch.stack(distances).mean()) if distances else float("nan")


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="corpus folders")
    parser.add_argument("--out", type=Path, required=True, help="job folder")
    parser.add_argument("--speaker", help="only this speaker of the corpora")
    parser.add_argument("--start", type=Path, help="decoder folder to begin with, instead of random weights")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--frames", type=int, default=100, help="mel frames of a piece")
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument(
        "--half-life", type=float, default=60_000, help="adversarial steps after which the rate is half"
    )
    parser.add_argument("--warm-up", type=int, default=4000, help="steps before the discriminators join")
    parser.add_argument("--noise", type=float, default=0.08, help="noise on the mels, for robustness")
    parser.add_argument("--minutes", type=float, default=5, help="minutes between checkpoints")
    parser.add_argument("--hours", type=float, help="stop after so many hours")
    parser.add_argument("--steps", type=int, help="stop after so many steps of all runs")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for a corpus or a checkpoint that cannot be used; 130 where it was told to end."""
    one_thread(options.threads)
    job = Job(options.out, options.minutes, options.hours)
    job.catch_signals()
    torch.manual_seed(options.seed)
    trainer = VocoderTrainer(VocoderConfig(), options.rate, options.warm_up)
    if (saved := job.load()) is not None:
        trainer.restore(saved)
    elif options.start is not None:
        trainer.begin_with(FlowDecoder.load(options.start).vocoder)
    speech = Speech(options.corpus, options.speaker)
    sampler = CropSampler(options.seed + trainer.step)
    torch.manual_seed(options.seed + trainer.step)
    job.log(step=trainer.step, event="start", fft=FFT, hours=speech.hours, settings=settings_of(options))
    means = Means()
    refreshed = time.monotonic()
    while not job.over and (options.steps is None or trainer.step < options.steps):
        began = time.monotonic()
        # Now and then no context at all: a stream too begins with zeros in every cache.
        before = 0 if trainer.step % 7 == 0 else BEFORE
        padded = sampler.batch(speech.training, options.batch, options.frames, before, AFTER)
        rise = min(1.0, (trainer.step + 1) / 300)
        rate = options.rate * rise * 0.5 ** (max(0, trainer.step - options.warm_up) / options.half_life)
        means.add(**trainer.train_step(padded, before, AFTER, rate, options.noise))
        trainer.seconds += time.monotonic() - began
        if trainer.step % 100 == 0:
            job.log(step=trainer.step, hours=trainer.seconds / 3600, rate=rate, **means.take())
        if time.monotonic() - refreshed > 300:
            refreshed = time.monotonic()
            if added := speech.refresh():
                job.log(step=trainer.step, event="corpus", added=added, corpus_hours=speech.hours)
        if job.checkpoint_due:
            job.save(trainer.state())
            job.log(step=trainer.step, event="checkpoint", held_out_mel=judge(trainer, speech.held_out))
    job.save(trainer.state())
    job.log(step=trainer.step, event="stop")
    if job.stopped:
        sys.exit(130)


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
