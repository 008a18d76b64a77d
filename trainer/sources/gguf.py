"""A pretrained Llama model from a GGUF file as the Hugging Face folder that `trainer.lm.build` reads.

    python -m trainer.sources.gguf --model SmolLM2-135M-Instruct.Q4_1.gguf --out HF_DIR

The weights are restored to floats; the folder has `tokenizer.json` too. Knows nothing of speech.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_folder
from trainer.command import run_command


def convert(model: Path, out: Path) -> int:
    """Write the folder, whole or not at all; how many parameters the model has.

    TrainingError where there is no such file, CslmError where the folder cannot be written.
    """
    if not model.is_file():  # else it would be taken for a name on the hub
        raise TrainingError(f"{model} is missing; name a GGUF file that is there.")
    loaded = LlamaForCausalLM.from_pretrained(model.parent, gguf_file=model.name, dtype=torch.float32)
    config = loaded.config
    config.quantization_config = None
    plain = LlamaForCausalLM(config)  # what was read from GGUF cannot be saved as it is
    plain.load_state_dict(loaded.state_dict())
    plain.tie_weights()
    tokenizer = AutoTokenizer.from_pretrained(model.parent, gguf_file=model.name)
    with atomic_folder(out) as fresh:
        plain.save_pretrained(fresh)
        tokenizer.save_pretrained(fresh)
    return sum(p.numel() for p in plain.parameters())


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="GGUF file")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command."""
    print(f"{convert(options.model, options.out) / 1e6:.1f} M parameters")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
