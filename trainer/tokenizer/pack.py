"""Puts a trained tokenizer into the folder form that packs hold.

    python -m trainer.tokenizer.pack --job DIR --encoder encoder.safetensors --out DIR

The encoder stays as it came (int8 rows); quantiser and phoneme head become float16. Knows nothing of training.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from safetensors.torch import save_file

from cslm_core.files import atomic_folder, atomic_write_json
from cslm_core.tokenizer.whisper import WhisperConfig
from trainer.command import run_command
from trainer.tokenizer.report import load_job
from trainer.tokenizer.train import PHONEMES_FILE


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. CslmError where the folder cannot be written; what was there before stays then."""
    model, head, inventory = load_job(options.job)
    encoder = options.encoder.read_bytes()
    config = {
        "encoder": asdict(WhisperConfig()),
        "quantiser": asdict(model.config),
        "phonemes": inventory,
    }
    with atomic_folder(options.out) as out:
        (out / "encoder.safetensors").write_bytes(encoder)
        save_file({k: v.half().contiguous() for k, v in model.state_dict().items()}, out / "quantiser.safetensors")
        save_file({k: v.half().contiguous() for k, v in head.state_dict().items()}, out / PHONEMES_FILE)
        atomic_write_json(out / "config.json", config)


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
