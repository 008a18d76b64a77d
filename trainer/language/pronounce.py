"""The decoder taught how a new language sounds: its prior fine-tuned on the corpus, kept as a delta in the job.

What a unit sounds like beside units that the known languages never put there can only be learnt from speech of the
language; whose voice that is must not be learnt. So the prior is told the voice of each recording (how its mean
spectrum differs from the pack's own voice), and is without that again when it speaks: what the voice explains stays
with the voice. Of pitch it learns the melody, not the height. A few voices are made many by warping their spectra, and
units are exchanged for others that are near, or the prior learns so little speech by heart. Of the known languages'
units it must say what it said before. Knows nothing of durations, which `adapt.py` teaches; field and vocoder stay the
base pack's.
"""

from __future__ import annotations

import contextlib
import copy
import random
import shutil
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from cslm_core.audio import read_audio
from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.flow import Flow, PriorEncoder, place_in_run
from cslm_core.decoder.mel import MELS, SAMPLE_RATE
from cslm_core.errors import CslmError, TrainingError
from cslm_core.packs.delta import save_delta
from trainer.decoder.data import Clip, UnitClip, unit_clips
from trainer.decoder.job import Job as Run
from trainer.decoder.units import Corruption, FlowBatch, FlowSampler, nearest_codes
from trainer.language.adapt import adapted_folder, base_decoder, base_state
from trainer.language.job import Job
from trainer.language.records import read_rows
from trainer.language.units import corpus_key, load_spoken, load_tokenizer_of, units_path

__all__ = ["adapt_prior", "clips_of", "warped"]

_RATE = 5e-4
_LONGEST = 125
"""Unit frames of a piece: five seconds."""
_SECONDS = 16.0
"""Speech of a batch."""
_KNOWN = 4
"""Rehearsed sentences of a batch."""
_SILENT = -0.8
"""Normalised mel that a band reaches somewhere, if the recording has it at all: speech comes to 0 in all of its bands,
the noise of 16 bits to -1.5."""
_CORRUPT = 0.12
_WARP = 0.12
"""How far a spectrum is stretched or squeezed at most."""
_UNTOLD = 0.3
"""Share of the recordings whose voice is not told: a prior that is always told one may lean on what else the mean of a
single recording's spectrum gives away, and lack it when it speaks (not measured apart, LAB.md)."""
_STEPS_PER_HOUR, _MOST_STEPS = 2000, 5000
_MINUTES = 3.0
"""Between checkpoints."""
_UNIT_FRAMES_PER_HOUR = 25 * 3600


class _Voice(nn.Module):
    """How a recording's mean spectrum (batch, MELS) differs from the pack's voice, as the prior takes it."""

    own: Tensor

    def __init__(self, own: Tensor, width: int) -> None:
        super().__init__()
        self.register_buffer("own", own)
        self.project = nn.Linear(MELS, width, bias=False)
        nn.init.zeros_(self.project.weight)

    def forward(self, mel: Tensor, weight: Tensor, bands: Tensor) -> Tensor:
        """(batch, 4N, MELS), (batch, 4N, 1), (batch, 1, MELS) -> (batch, 1, width)."""
        mean = (mel * weight).sum(1, keepdim=True) / weight.sum(1, keepdim=True).clamp_min(1)
        projected: Tensor = self.project((mean - self.own) * bands)
        if self.training:
            projected = projected * (torch.rand(len(mel), 1, 1) >= _UNTOLD)
        return projected


def clips_of(job: Job, split: str, codes: int) -> list[UnitClip]:
    """Recordings of a split with the units to say them with, of whoever speaks there: only among many voices is what is
    the voice's told from what is the language's. Those that cannot be read are left out."""
    found = []
    for row, spoken in load_spoken(job, split, aloud=True, readers_only=False):
        try:
            pcm = read_audio(job.corpus / row["audio"], rate=SAMPLE_RATE)
        except CslmError:
            continue
        whole = (pcm.clip(-1, 1) * 32767).astype(np.int16)
        found.append(Clip(spoken.id, spoken.text, spoken.language, whole))
    return unit_clips(found, read_rows(units_path(job)), codes)


def adapt_prior(job: Job, kept: list[list[int]], steps: int | None = None, seed: int = 0) -> tuple[float, float]:
    """Train, and keep the delta; the error on watched speech (mean distance of normalised mel) before and after.

    `kept` are units of the known languages, which shall sound as they did. `steps` is by default what the corpus
    deserves. One that was cut off goes on from its last checkpoint. The delta is kept only if it is better.
    TrainingError where there is no speech to learn from.
    """
    decoder = base_decoder(job)
    codes = decoder.flow.config.codes
    train, watched = clips_of(job, "train", codes), clips_of(job, "dev", codes)
    if not train:
        raise TrainingError("No recording of the corpus can be read; take its speech in again.")
    if steps is None:
        hours = sum(clip.unit_frames for clip in train) / _UNIT_FRAMES_PER_HOUR
        steps = min(_MOST_STEPS, 200 + round(_STEPS_PER_HOUR * hours))
    prior = decoder.flow.prior
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        known = _Known(decoder, kept, seed)
        voice = _Voice(known.own_mean(), decoder.flow.config.width)
        before = _watch(prior, voice.eval(), watched or train)
        voice.train()
        prior.requires_grad_(True).train()
        near = nearest_codes(load_tokenizer_of(job).quantiser.codebook)
        lesson = _Lesson(job, prior, voice, steps, seed)
        torch.manual_seed(seed + lesson.step)
        sampler = FlowSampler(Corruption(codes, near, _CORRUPT, seed + lesson.step), _LONGEST, seed + lesson.step)
        lesson.teach(train, known, sampler)
        prior.requires_grad_(False).eval()
    after = _watch(prior, voice.eval(), watched or train)
    if after < before:
        save_delta(adapted_folder(job), base_state(job), decoder.state_dict())
    lesson.forget()
    return before, min(before, after)


class _Lesson:
    """Prior and voice under training, kept in `training/prior` every few minutes: one that was cut off goes on."""

    def __init__(self, job: Job, prior: PriorEncoder, voice: _Voice, steps: int, seed: int) -> None:
        self.step = 0
        self._steps = steps
        self._prior, self._voice = prior, voice
        self._parameters = [*prior.parameters(), *voice.parameters()]
        self._optimiser = torch.optim.AdamW(self._parameters, lr=_RATE, betas=(0.9, 0.98), weight_decay=0.01)
        self._run = Run(job.training / "prior", _MINUTES)
        self._of = [corpus_key(job), job.base.sha256, steps, seed]
        # Whatever cannot be gone on from can be learnt again.
        with contextlib.suppress(TrainingError):
            state = self._run.load()
            if state is not None and state["of"] == self._of:
                prior.load_state_dict(state["prior"])
                voice.load_state_dict(state["voice"])
                self._optimiser.load_state_dict(state["optimiser"])
                self.step = state["step"]

    def teach(self, train: list[UnitClip], known: _Known, sampler: FlowSampler) -> None:
        """The steps that are left."""
        while self.step < self._steps:
            for group in self._optimiser.param_groups:
                group["lr"] = _RATE * min(1.0, (self.step + 1) / 30) * (1 - self.step / self._steps)
            batch = sampler.batch(train, _SECONDS)
            factors = 1 + _WARP * (2 * torch.rand(len(batch.mel)) - 1)
            pitch = batch.log_pitch - factors.log()[:, None]
            batch = replace(batch, mel=warped(batch.mel, factors), log_pitch=pitch)
            loss, _, melody = _errors(self._prior, self._voice, batch)
            loss = loss + melody + known.drift(self._prior)
            self._optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(self._parameters, 1.0)
            self._optimiser.step()
            self.step += 1
            if self._run.checkpoint_due:
                self._keep()

    def _keep(self) -> None:
        state = {"prior": self._prior.state_dict(), "voice": self._voice.state_dict()}
        self._run.save({"of": self._of, "step": self.step, "optimiser": self._optimiser.state_dict(), **state})

    def forget(self) -> None:
        """It has ended: the next one begins anew."""
        shutil.rmtree(self._run.folder, ignore_errors=True)


def warped(mel: Tensor, factors: Tensor) -> Tensor:
    """Mels (batch, frames, MELS) whose band m is what band m * factor (batch,) was, as a longer or shorter vocal tract
    would have it."""
    last = mel.shape[2] - 1
    place = (torch.arange(last + 1) * factors[:, None]).clamp(max=last)
    low = place.floor().long()
    share = (place - low)[:, None]
    below, above = (mel.gather(2, i[:, None].expand_as(mel)) for i in (low, (low + 1).clamp(max=last)))
    return below * (1 - share) + above * share


def _errors(prior: PriorEncoder, voice: _Voice, batch: FlowBatch) -> tuple[Tensor, Tensor, Tensor]:
    """(mean square, mean distance) over the bands that each recording has, and the mean square of the melody."""
    bands = (batch.mel.masked_fill(batch.weight == 0, -9).amax(1, keepdim=True) > _SILENT).float()
    # Of a telephone only what lies below its highest band counts, and all of that.
    bands = bands.flip(2).cummax(2).values.flip(2)
    weight = batch.weight * bands
    hidden, mean = prior(batch.codes, batch.place, batch.mask, voice(batch.mel, batch.weight, bands), batch.log_pitch)
    total, off = weight.sum().clamp_min(1), (mean - batch.mel) * weight
    return off.square().sum() / total, off.abs().sum() / total, _melody(prior, hidden, batch)


def _melody(prior: PriorEncoder, hidden: Tensor, batch: FlowBatch) -> Tensor:
    """How far the pitch that is said is from the recording's, each less its mean: how high somebody speaks is not
    learnt. Zero where the base pack says no pitch."""
    if not prior.config.pitched:
        return torch.zeros(())
    off, voiced = prior.log_pitch(hidden) - batch.log_pitch, batch.voiced
    off = off - (off * voiced).sum(1, keepdim=True) / voiced.sum(1, keepdim=True).clamp_min(1)
    return (off.square() * voiced).sum() / voiced.sum().clamp_min(1)


@torch.no_grad()
def _watch(prior: PriorEncoder, voice: _Voice, clips: list[UnitClip]) -> float:
    sampler = FlowSampler(Corruption(prior.config.codes, None, 0.0, 0), _LONGEST, 0)
    return float(np.mean([float(_errors(prior, voice, sampler.join([clip]))[1]) for clip in clips[:32]]))


class _Known:
    """What the base pack says of units of the languages it knows."""

    def __init__(self, decoder: FlowDecoder, kept: list[list[int]], seed: int) -> None:
        self._rng = random.Random(seed)
        self._flow: Flow = copy.deepcopy(decoder.flow)
        self._said: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        with torch.no_grad():
            for units in kept:
                logs = decoder.duration(torch.tensor([units]))[0] - np.log(decoder.pace)
                durations = logs.exp().round().clamp_min(1).long()
                codes = torch.tensor([units]).repeat_interleave(durations, dim=1)
                place = place_in_run(durations.tolist())[None]
                self._said.append((codes, place, *self._flow.prior(codes, place)))

    def own_mean(self) -> Tensor:
        """The mean spectrum (1, 1, MELS) of the pack's voice; zero where nothing was rehearsed."""
        if not self._said:
            return torch.zeros(1, 1, MELS)
        return torch.cat([mean for *_, mean in self._said], dim=1).mean(1, keepdim=True)

    def drift(self, prior: PriorEncoder) -> Tensor:
        """How far some of it has moved: what is heard, and what the field is given."""
        total = torch.zeros(())
        if self._said:
            for codes, place, hidden, mean in self._rng.sample(self._said, min(_KNOWN, len(self._said))):
                now_hidden, now_mean = prior(codes, place)
                total = total + ((now_mean - mean).square().mean() + (now_hidden - hidden).square().mean()) / _KNOWN
        return total
