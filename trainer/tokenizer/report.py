"""How good the codes are: phoneme error, purity, code use, units per second; and the choice of the switch cost.

    python -m trainer.tokenizer.report --job DIR --features DIR [...] [--choose 13.5]

Held-out utterances only. With --choose, the smallest switch cost that merges to at most that many units per second is
written into the job's config.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from jiwer import wer
from torch import nn

from cslm_core.files import atomic_write_json
from cslm_core.tokenizer.quantiser import Quantiser, QuantiserConfig, smooth_path
from trainer.checkpoint import load_state
from trainer.tokenizer.align import SILENCE, align_frames, word_states
from trainer.tokenizer.train import Data, PointwiseHead


def load_job(job: Path) -> tuple[Quantiser, PointwiseHead, list[str]]:
    """The trained quantiser, the pointwise phoneme head and the inventory of a job folder."""
    inventory = json.loads((job / "inventory.json").read_text("utf-8"))
    model = Quantiser(QuantiserConfig(**json.loads((job / "config.json").read_text())))
    head = PointwiseHead(model.config.bottleneck, len(inventory))
    load_state(job / "codes.safetensors", {"model": model, "head": head})
    return model.eval(), head.eval(), inventory


@torch.inference_mode()
def measure(model: Quantiser, head: PointwiseHead, data: Data, switch_cost: float) -> dict[str, float]:
    """Figures over the held-out utterances at one switch cost."""
    phoneme_of = head(model.codebook).argmax(-1).numpy()
    said: list[str] = []
    heard: list[str] = []
    codes_seen: list[np.ndarray] = []
    labels_seen: list[np.ndarray] = []
    runs = frames = 0
    for i in data.held_out:
        vectors = model(data.features(i)[None])[0]
        codes = smooth_path(model.distances(vectors).numpy(), switch_cost)
        units = codes[np.r_[True, codes[1:] != codes[:-1]]]
        spoken = phoneme_of[units]
        merged = spoken[np.r_[True, spoken[1:] != spoken[:-1]]]
        heard.append(" ".join(map(str, merged[merged != SILENCE])))
        words = data.items[i][2]
        said.append(" ".join(str(p) for w in words for p in w))
        runs += len(units)
        frames += len(codes)
        labels, optional, _ = word_states(words)
        log_probs = head(vectors).log_softmax(-1).numpy()
        try:
            labels_seen.append(labels[align_frames(log_probs, labels, optional)])
            codes_seen.append(codes)
        except ValueError:
            continue
    codes, labels = np.concatenate(codes_seen), np.concatenate(labels_seen)
    table = np.zeros((model.config.codes, cast(nn.Linear, head.layers[-1]).out_features), np.int64)
    np.add.at(table, (codes, labels), 1)
    used = table.sum(1) > 0
    share = table.sum(1)[used] / table.sum()
    return {
        "switch_cost": switch_cost,
        "phoneme_error": round(float(wer(said, heard)), 4),
        "code_purity": round(float(table.max(1).sum() / table.sum()), 4),
        "frame_accuracy": round(float((phoneme_of[codes] == labels).mean()), 4),
        "codes_used": int(used.sum()),
        "perplexity": round(float(np.exp(-(share * np.log(share)).sum())), 1),
        "units_per_second": round(25 * runs / frames, 2),
    }


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job", type=Path, required=True)
    parser.add_argument("--features", type=Path, action="append", required=True)
    parser.add_argument("--choose", type=float, help="units per second wanted at most")
    return parser


def main() -> None:
    options = parser().parse_args()
    model, head, inventory = load_job(options.job)
    data = Data(options.features, inventory)
    rows = []
    for cost in (0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0):
        rows.append(measure(model, head, data, cost))
        print(json.dumps(rows[-1]), flush=True)
    atomic_write_json(options.job / "report.json", rows)
    if options.choose is not None:
        chosen = next((r for r in rows if r["units_per_second"] <= options.choose), rows[-1])
        config = replace(model.config, switch_cost=chosen["switch_cost"])
        atomic_write_json(options.job / "config.json", asdict(config))
        print(f"switch cost {config.switch_cost}")


if __name__ == "__main__":
    main()
