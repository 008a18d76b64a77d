"""Puts trained parts together into a pack folder.

    python -m trainer.pack --tokenizer DIR --lm HF_DIR --decoder DIR --out DIR --version 0.1.0

The new folder is built beside the old one and verified before it takes its place. Knows nothing of how the parts were
trained.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_folder
from cslm_core.lm.load import quantise_folder
from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Component, UnitVocabulary
from cslm_core.packs.verify import verify_pack
from cslm_core.units import CODE_COUNT, CODE_RATE
from trainer.command import run_command

LARGEST_STARTER = 170_000_000

COMPONENTS = {
    "tokenizer": Component(
        kind="whisper-vq",
        folder="tokenizer",
        licence="MIT (Whisper encoder); Apache-2.0 (quantiser, trained on CC-BY-SA-4.0 and synthetic speech)",
        source="openai/whisper-base encoder, frozen, int8; quantiser by trainer/recipes/starter.toml",
    ),
    "lm": Component(
        kind="llama-int8",
        folder="lm",
        licence="Apache-2.0",
        source="HuggingFaceTB/SmolLM2-135M-Instruct, continued by trainer/recipes/starter.toml",
    ),
    "decoder": Component(
        kind="cslm-flow",
        folder="decoder",
        licence="Apache-2.0 (trained on CC-BY-SA-4.0 and synthetic speech)",
        source="trained by trainer.decoder on speech of no7z/hsk-sentences-audio, Hibari, Piper (joe) and Kokoro-82M",
    ),
}

_NOTICE = """# Notices of the starter pack

- Speech tokenizer: encoder of OpenAI Whisper base, MIT licence, Copyright (c) 2022 OpenAI.
- Joint language model: continued from SmolLM2-135M-Instruct by Hugging Face, Apache-2.0.
- Speech decoder: trained on synthetic speech of CosyVoice2-0.5B (the HSK sentences below, CC-BY-SA-4.0; its voice is
  theirs), of Hibari's voice heart by Maureese Williams (Apache-2.0, distilled from Kokoro-82M), of the Piper voice
  en_US-joe and of Kokoro-82M by hexgrad, Apache-2.0. **The voice is synthetic.**
- Training speech and sentences: HSK sentences of the public project `no7z/hsk-sentences-audio`, CC-BY-SA-4.0 (sentences
  and translations by that project, word glosses from CC-CEDICT CC-BY-SA-4.0, speech by CosyVoice2-0.5B Apache-2.0:
  synthetic voice); Hibari's heart; Piper voice en_US-joe (data set in the public domain, CC0); four voices of
  Kokoro-82M and blends of them; the voices slt, rms and awb of CMU Flite; example sentences of WordNet 3.0 (Princeton
  University); glosses of CC-CEDICT, CC-BY-SA-4.0; words of jieba's dictionary by Sun Junyi, MIT licence.
- Everyday dialogues: this project, Apache-2.0.
"""


def assemble(tokenizer: Path, lm: Path, decoder: Path, out: Path, version: str) -> Path:
    """Build, verify and put in place the pack.

    TrainingError where a part is missing, or it is over the size that a starter pack may have.
    """
    for part in (tokenizer, lm, decoder):
        if not part.is_dir():
            raise TrainingError(f"{part} is no folder; name that of a part which was trained.")
    with atomic_folder(out) as fresh:
        shutil.copytree(tokenizer, fresh / "tokenizer")
        shutil.copytree(decoder, fresh / "decoder")
        (fresh / "lm").mkdir()
        for name in ("config.json", "tokenizer.json", "layout.json", "trained.json"):
            if (lm / name).exists():
                shutil.copyfile(lm / name, fresh / "lm" / name)
        quantise_folder(lm, fresh / "lm")
        (fresh / "NOTICE.md").write_text(_NOTICE, "utf-8")
        build_pack(
            fresh,
            name="starter",
            version=version,
            title="Starter pack: English and Mandarin",
            languages=["en", "zh"],
            units=UnitVocabulary(size=CODE_COUNT, rate=CODE_RATE),
            components=COMPONENTS,
        )
        verify_pack(fresh)
        size = sum(f.stat().st_size for f in fresh.rglob("*") if f.is_file())
        if size > LARGEST_STARTER:
            raise TrainingError(
                f"The pack has {size / 1e6:.0f} MB; a starter pack may have {LARGEST_STARTER // 1_000_000} MB."
            )
    return out


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    for part in ("tokenizer", "lm", "decoder"):
        parser.add_argument(f"--{part}", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. PackError, TrainingError for parts that do not make a pack."""
    folder = assemble(options.tokenizer, options.lm, options.decoder, options.out, options.version)
    print(f"{folder}: {sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()) / 1e6:.1f} MB")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
