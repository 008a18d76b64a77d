"""How good the codes are: phoneme error, purity, code use, units per second; and the choice of the switch cost.

    python -m trainer.tokenizer.report --job DIR --features DIR [...] [--choose 13.5]
    python -m trainer.tokenizer.report --tokenizer PACKED_DIR --features DIR --all --by speaker

Held-out utterances only, or `--all`: for material that was never trained on, such as a test set. With --choose, the
smallest switch cost that merges to at most that many units per second is written into the job's config. `--by` gives
the figures of each speaker, language or corpus at the tokenizer's own switch cost.
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
from safetensors.torch import load_file
from torch import nn

from cslm_core.files import atomic_write_json
from cslm_core.tokenizer.quantiser import Quantiser, QuantiserConfig, smooth_path
from trainer.checkpoint import load_state
from trainer.command import run_command
from trainer.tokenizer.align import SILENCE, align_frames, word_states
from trainer.tokenizer.train import Data, PointwiseHead


def load_packed(folder: Path) -> tuple[Quantiser, PointwiseHead, list[str]]:
    """The same of a tokenizer as packs hold it."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    model = Quantiser(QuantiserConfig(**config["quantiser"]))
    head = PointwiseHead(model.config.bottleneck, len(config["phonemes"]))
    for module, name in ((model, "quantiser"), (head, "phonemes")):
        module.load_state_dict({k: v.float() for k, v in load_file(folder / f"{name}.safetensors").items()})
    return model.eval(), head.eval(), config["phonemes"]


def load_job(job: Path) -> tuple[Quantiser, PointwiseHead, list[str]]:
    """The trained quantiser, the pointwise phoneme head and the inventory of a job folder."""
    inventory = json.loads((job / "inventory.json").read_text("utf-8"))
    model = Quantiser(QuantiserConfig(**json.loads((job / "config.json").read_text())))
    head = PointwiseHead(model.config.bottleneck, len(inventory))
    load_state(job / "codes.safetensors", {"model": model, "head": head})
    return model.eval(), head.eval(), inventory


@torch.inference_mode()
def measure(
    model: Quantiser, head: PointwiseHead, data: Data, items: list[int], switch_cost: float
) -> dict[str, float]:
    """Figures over some utterances at one switch cost."""
    phoneme_of = head(model.codebook).argmax(-1).numpy()
    said: list[str] = []
    heard: list[str] = []
    codes_seen: list[np.ndarray] = []
    labels_seen: list[np.ndarray] = []
    runs = frames = 0
    for i in items:
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
        "utterances": len(items),
        "switch_cost": switch_cost,
        "phoneme_error": round(float(wer(said, heard)), 4),
        "code_purity": round(float(table.max(1).sum() / table.sum()), 4),
        "frame_accuracy": round(float((phoneme_of[codes] == labels).mean()), 4),
        "codes_used": int(used.sum()),
        "perplexity": round(float(np.exp(-(share * np.log(share)).sum())), 1),
        "units_per_second": round(25 * runs / frames, 2),
    }


def grouped(data: Data, items: list[int], by: str) -> dict[str, list[int]]:
    """Items by language and speaker (without how it was warped), by language alone, or by language and corpus."""
    groups: dict[str, list[int]] = {}
    for i in items:
        row = data.items[i][1]
        more = {"speaker": row["speaker"].split("*")[0], "corpus": row["id"].split("/")[0], "language": ""}[by]
        noisy = " with noise" if row["id"].endswith("#aug") else ""
        groups.setdefault(f"{row['language']} {more}{noisy}".strip(), []).append(i)
    return groups


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--job", type=Path)
    which.add_argument("--tokenizer", type=Path, help="as packs hold it")
    parser.add_argument("--features", type=Path, action="append", required=True)
    parser.add_argument("--all", action="store_true", help="not only held-out utterances")
    parser.add_argument("--by", choices=("speaker", "language", "corpus"))
    parser.add_argument("--choose", type=float, help="units per second wanted at most")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command."""
    model, head, inventory = load_job(options.job) if options.job else load_packed(options.tokenizer)
    data = Data(options.features, inventory)
    items = [*data.train, *data.held_out] if options.all else data.held_out
    if options.by:
        for name, some in sorted(grouped(data, items, options.by).items()):
            print(json.dumps({options.by: name, **measure(model, head, data, some, model.config.switch_cost)}))
        return
    rows = []
    for cost in (0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0):
        rows.append(measure(model, head, data, items, cost))
        print(json.dumps(rows[-1]), flush=True)
    if not options.job:
        return
    atomic_write_json(options.job / "report.json", rows)
    if options.choose is not None:
        chosen = next((r for r in rows if r["units_per_second"] <= options.choose), rows[-1])
        config = replace(model.config, switch_cost=chosen["switch_cost"])
        atomic_write_json(options.job / "config.json", asdict(config))
        print(f"switch cost {config.switch_cost}")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
