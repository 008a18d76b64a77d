"""Trains the quantiser: CTC -> alignment -> pointwise phonemes -> codebook -> pointwise phonemes behind the codes.

    python -m trainer.tokenizer.train --features DIR [--features DIR ...] --out DIR

    python -m trainer.tokenizer.train --start PACKED_TOKENIZER --features DIR [...] --out DIR --minutes 4,4

With --start a tokenizer is taught more voices: its codes keep what they stand for, so a joint LM and a decoder that
know them go on with the result.

Each stage writes its result atomically into the job folder and is skipped when that is there, so an interrupted job
goes on with the stage it was in. The classifier behind the codes sees one code at a time (pointwise): trained with
context, one code would spread over many phonemes.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from cslm_core.files import atomic_write_text
from cslm_core.tokenizer.quantiser import Quantiser, QuantiserConfig
from trainer.checkpoint import load_state, save_state
from trainer.command import run_command, settings_of
from trainer.precision import mixed
from trainer.tokenizer.align import SILENCE, align_frames, ctc_spikes, frames_from_spikes, word_states
from trainer.tokenizer.codebook import kmeans
from trainer.tokenizer.extract import FeatureStore

IGNORED = -100


class Data:
    """Features of several stores with phoneme ids; `held_out` are whole utterances whose id hashes to the hold-out."""

    def __init__(self, folders: list[Path], inventory: list[str] | None = None) -> None:
        self.stores = [FeatureStore(f) for f in folders]
        self.matrices = [s.matrix() for s in self.stores]
        rows = [(k, r) for k, s in enumerate(self.stores) for r in s.rows]
        names = sorted({p for _, r in rows for _, phonemes in r["words"] for p in phonemes})
        self.inventory = inventory or ["sil", *names]
        number = {p: i for i, p in enumerate(self.inventory)}
        self.items: list[tuple[int, dict[str, Any], list[list[int]]]] = []
        for k, r in rows:
            words = [[number[p] for p in phonemes if p in number] for _, phonemes in r["words"]]
            frames = r["frames"] // 2
            if all(words) and 2 * sum(map(len, words)) + 1 <= 2 * frames and frames <= 400:
                self.items.append((k, r, words))
        self.train = [i for i, (_, r, _) in enumerate(self.items) if not self.is_held_out(r["id"])]
        self.held_out = [i for i, (_, r, _) in enumerate(self.items) if self.is_held_out(r["id"])]
        self.frame_labels: dict[int, np.ndarray] = {}

    @staticmethod
    def is_held_out(name: str) -> bool:
        """The same sentence with and without augmentation falls on the same side."""
        return sum(name.split("#")[0].encode()) % 40 == 0

    def features(self, item: int) -> Tensor:
        k, r, _ = self.items[item]
        return torch.from_numpy(self.matrices[k][r["offset"] : r["offset"] + r["frames"]].astype(np.float32))

    def batches(self, which: list[int], size: int, rng: np.random.Generator) -> Iterator[list[int]]:
        """Endless batches of similar length of about `size` frames (25/s) each, in random order."""
        lengths = {i: self.items[i][1]["frames"] // 2 for i in which}
        while True:
            order = sorted(which, key=lambda i: lengths[i] * rng.uniform(0.9, 1.1))
            groups: list[list[int]] = []
            group: list[int] = []
            for i in order:
                if group and (len(group) + 1) * lengths[i] > size:
                    groups.append(group)
                    group = []
                group.append(i)
            groups.append(group)
            for g in rng.permutation(len(groups)):
                yield groups[g]

    def collate(self, batch: list[int]) -> tuple[Tensor, Tensor]:
        """Padded features (B, 2T, 512) and lengths at 25/s (B,)."""
        parts = [self.features(i)[: self.items[i][1]["frames"] // 2 * 2] for i in batch]
        return nn.utils.rnn.pad_sequence(parts, batch_first=True), torch.tensor([len(p) // 2 for p in parts])

    def labels(self, batch: list[int], width: int) -> Tensor:
        out = torch.full((len(batch), width), IGNORED)
        for row, i in enumerate(batch):
            if i in self.frame_labels:
                own = self.frame_labels[i]
                out[row, : len(own)] = torch.from_numpy(own)
        return out


class Log:
    """JSONL lines with seconds since the start."""

    def __init__(self, path: Path) -> None:
        self.path, self.start = path, time.monotonic()

    def __call__(self, **values: object) -> None:
        line = json.dumps({"seconds": round(time.monotonic() - self.start, 1), **values})
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(line + "\n")


def _fit(
    parameters: list[nn.Parameter], data: Data, loss_of: Any, minutes: float, peak: float, log: Log, stage: str
) -> None:
    """Optimises `loss_of(batch)` for `minutes`; the learning rate follows the share of time used."""
    optimiser = torch.optim.AdamW(parameters, lr=peak, weight_decay=0.01, betas=(0.9, 0.98))
    rng = np.random.default_rng(0)
    start, sums = time.monotonic(), []
    for step, batch in enumerate(data.batches(data.train, 2500, rng), start=1):
        used = (time.monotonic() - start) / (60 * minutes)
        if used >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = peak * min(1, step / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * used)))
        with mixed():
            loss = loss_of(batch)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        sums.append(loss.item())
        if step % 25 == 0:
            log(stage=stage, step=step, loss=round(float(np.mean(sums[-25:])), 4))


class Trainer:
    """The stages over one job folder."""

    def __init__(self, data: Data, out: Path, minutes: dict[str, float], config: QuantiserConfig | None = None) -> None:
        self.data, self.out, self.minutes = data, out, minutes
        self.model = Quantiser(config or QuantiserConfig())
        phonemes = len(data.inventory)
        config = self.model.config
        self.ctc_head = nn.Linear(config.width, phonemes)
        self.frame_head = PointwiseHead(config.bottleneck, phonemes)
        self.log = Log(out / "log.jsonl")

    def start_from(self, folder: Path) -> None:
        """Take quantiser and phoneme head of a packed tokenizer, and its alignment of the data."""
        for module, name in ((self.model, "quantiser"), (self.frame_head, "phonemes")):
            module.load_state_dict({k: v.float() for k, v in load_file(folder / f"{name}.safetensors").items()})
        self._align_by_frames()

    def run(self, stages: tuple[str, ...]) -> None:
        """The stages that the job folder does not hold yet."""
        for stage in stages:
            path = self.out / f"{stage}.safetensors"
            modules = {"model": self.model, "ctc": self.ctc_head, "head": self.frame_head}
            if path.exists():
                load_state(path, modules)
            else:
                getattr(self, f"_{stage}")()
                save_state(path, modules)
            self.log(stage=stage, done=True)
            if stage == "ctc":
                self._align_by_ctc()
            if stage in ("frames", "frames2", "voices"):
                self._align_by_frames()

    def _ctc(self) -> None:
        def loss(batch: list[int]) -> Tensor:
            features, lengths = self.data.collate(batch)
            features = features + 0.05 * torch.randn_like(features)
            log_probs = self.ctc_head(self.model.wide(features)).float().log_softmax(-1).transpose(0, 1)
            targets = [p for i in batch for w in self.data.items[i][2] for p in w]
            counts = torch.tensor([sum(map(len, self.data.items[i][2])) for i in batch])
            return F.ctc_loss(log_probs, torch.tensor(targets), lengths, counts, blank=SILENCE, zero_infinity=True)

        parameters = [*self.model.parameters(), *self.ctc_head.parameters()]
        _fit(parameters, self.data, loss, self.minutes["ctc"], 2e-3, self.log, "ctc")
        self.log(stage="ctc", held_out_phoneme_error=round(self._ctc_error(), 4))

    @torch.inference_mode()
    def _ctc_error(self) -> float:
        from jiwer import wer

        said, heard = [], []
        for i in self.data.held_out:
            path = self.ctc_head(self.model.wide(self.data.features(i)[None]))[0].argmax(-1).tolist()
            merged = [p for k, p in enumerate(path) if p != SILENCE and (k == 0 or path[k - 1] != p)]
            said.append(" ".join(str(p) for w in self.data.items[i][2] for p in w))
            heard.append(" ".join(map(str, merged)))
        return float(wer(said, heard))

    @torch.inference_mode()
    def _align_by_ctc(self) -> None:
        for i, (_, _, words) in enumerate(self.data.items):
            labels = [p for w in words for p in w]
            log_probs = self.ctc_head(self.model.wide(self.data.features(i)[None]))[0].log_softmax(-1).numpy()
            try:
                spikes = ctc_spikes(log_probs, labels)
            except ValueError:
                continue
            self.data.frame_labels[i] = frames_from_spikes(spikes, labels, len(log_probs))
        self.log(stage="align", aligned=len(self.data.frame_labels), of=len(self.data.items))

    @torch.inference_mode()
    def _align_by_frames(self) -> None:
        changed = total = 0
        for i, (_, _, words) in enumerate(self.data.items):
            log_probs = self.frame_head(self.model(self.data.features(i)[None]))[0].log_softmax(-1).numpy()
            labels, optional, _ = word_states(words)
            try:
                states = align_frames(log_probs, labels, optional)
            except ValueError:
                continue
            new = labels[states]
            if i in self.data.frame_labels:
                changed += int((new != self.data.frame_labels[i]).sum())
                total += len(new)
            self.data.frame_labels[i] = new
        self.log(stage="realign", changed=round(changed / max(1, total), 4))

    def _frames(self) -> None:
        self._fit_frames(self.minutes["frames"], 1.5e-3, "frames")

    def _frames2(self) -> None:
        self._fit_frames(self.minutes["frames2"], 1e-3, "frames2")

    def _fit_frames(self, minutes: float, peak: float, stage: str) -> None:
        """Bottleneck with noise, pointwise phonemes, and a pull of neighbours in one phoneme towards each other."""

        def loss(batch: list[int]) -> Tensor:
            features, _ = self.data.collate(batch)
            features = features + 0.05 * torch.randn_like(features)
            vectors = self.model(features).float()
            labels = self.data.labels(batch, vectors.shape[1])
            logits = self.frame_head(vectors + 0.3 * torch.randn_like(vectors))
            cross = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, label_smoothing=0.05)
            same = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] != IGNORED)
            steps = (vectors[:, 1:] - vectors[:, :-1]).square().mean(-1)
            spread = F.relu(1 - vectors[labels != IGNORED].std(0)).mean()
            return cross + 0.15 * steps[same].mean() + 0.1 * spread

        parameters = [*self.model.parameters(), *self.frame_head.parameters()]
        _fit(parameters, self.data, loss, minutes, peak, self.log, stage)
        self.log(stage=stage, held_out_frame_accuracy=round(self._frame_accuracy(), 4))

    @torch.inference_mode()
    def _frame_accuracy(self) -> float:
        right = total = 0
        for i in self.data.held_out:
            if i in self.data.frame_labels:
                guess = self.frame_head(self.model(self.data.features(i)[None]))[0].argmax(-1).numpy()
                right += int((guess == self.data.frame_labels[i]).sum())
                total += len(guess)
        return right / max(1, total)

    def _voices(self) -> None:
        self._fit_codes("voices")

    def _codes(self) -> None:
        """k-means of the bottleneck unless there are codes already, then all is tuned behind the quantised vectors."""
        if not self.model.codebook.any():
            self._choose_codes()
        self._fit_codes("codes")

    def _choose_codes(self) -> None:
        with torch.inference_mode():
            chosen = self.data.train[:: max(1, len(self.data.train) // 6000)]
            vectors = torch.cat([self.model(self.data.features(i)[None])[0] for i in chosen])
        self.model.codebook.copy_(kmeans(vectors, self.model.config.codes, iterations=15))

    def _fit_codes(self, stage: str) -> None:
        """Encoder, codes and head, each code judged by its phoneme alone."""
        codebook = nn.Parameter(self.model.codebook.clone())

        def loss(batch: list[int]) -> Tensor:
            features, _ = self.data.collate(batch)
            vectors = self.model(features).float()
            flat = vectors.flatten(0, 1)
            with torch.no_grad():
                near = (codebook.square().sum(-1) - 2 * flat @ codebook.T).argmin(-1)
            chosen = codebook[near].view_as(vectors)
            through = vectors + (chosen - vectors).detach()
            labels = self.data.labels(batch, vectors.shape[1])
            known = labels != IGNORED
            logits = self.frame_head(through)
            cross = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, label_smoothing=0.05)
            pull = (chosen - vectors.detach()).square().mean(-1)[known].mean()
            commit = (chosen.detach() - vectors).square().mean(-1)[known].mean()
            return cross + pull + 0.25 * commit

        parameters = [*self.model.parameters(), *self.frame_head.parameters(), codebook]
        _fit(parameters, self.data, loss, self.minutes[stage], 5e-4, self.log, stage)
        self.model.codebook.copy_(codebook.detach())


PHONEMES_FILE = "phonemes.safetensors"
"""A packed tokenizer's head: what its codes stand for."""


class PointwiseHead(nn.Module):
    """Phoneme logits (..., P) of single bottleneck vectors (..., D)."""

    def __init__(self, bottleneck: int, phonemes: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(bottleneck, 256), nn.GELU(), nn.Linear(256, phonemes))

    def forward(self, vectors: Tensor) -> Tensor:
        return self.layers(vectors)


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="a packed tokenizer that is taught more voices")
    parser.add_argument("--minutes", help="of the stages ctc, frames, frames2, codes; with --start: voices, codes")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    options.out.mkdir(parents=True, exist_ok=True)
    stages: tuple[str, ...] = ("ctc", "frames", "frames2", "codes")
    config, inventory = QuantiserConfig(), None
    if options.start:
        stages = ("voices", "codes")
        packed = json.loads((options.start / "config.json").read_text("utf-8"))
        config, inventory = QuantiserConfig(**packed["quantiser"]), packed["phonemes"]
    data = Data(options.features, inventory)
    atomic_write_text(options.out / "inventory.json", json.dumps(data.inventory, ensure_ascii=False))
    atomic_write_text(options.out / "config.json", json.dumps(asdict(config), indent=1))
    given = map(float, options.minutes.split(",")) if options.minutes else [4.0] * len(stages)
    trainer = Trainer(data, options.out, dict(zip(stages, given, strict=True)), config)
    counts = {"utterances": len(data.items), "held_out": len(data.held_out), "phonemes": len(data.inventory)}
    trainer.log(**counts, settings=settings_of(options))
    if options.start:
        trainer.start_from(options.start)
    trainer.run(stages)


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
