"""A pack's language model as the Hugging Face folder that training starts from.

    python -m trainer.lm.from_pack --pack PACK_DIR --out START_DIR [--without 12 13 14 15] [--hear TOKENIZER] \
        [--read CORPUS ...] [--base HF_DIR --met CORPUS ...]

Int8 weights are restored to floats; what int8 has rounded away, training finds again. The optimiser's moments are
not in a pack, so a run that starts here warms up anew. `--without` leaves layers out: a smaller and faster model,
which training heals. With `--hear` units are heard as what they stand for in that tokenizer, from now on: the codes of
a phoneme become one to who listens (`cslm_core/lm/layout.py`). With `--read` Chinese characters that hardly occur in
those corpora, from which reading aloud was learnt, begin with the sound of others that are read alike; until training
has made them unlikely again, they also come up where those were said. With `--base`, the model that the first pack
began with, text pieces that hardly occur in the corpora `--met` go half way back to what they were there.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from cslm_core.chain.grammar import text_ids
from cslm_core.errors import TrainingError
from cslm_core.files import atomic_folder, atomic_write_json
from cslm_core.lm.layout import LAYOUT_FILE, TokenLayout, read_layout
from cslm_core.lm.load import read_state
from cslm_core.packs.verify import verify_pack
from trainer.command import run_command
from trainer.corpora import load_corpus
from trainer.lm.build import code_phonemes
from trainer.lm.start import half_remembered, heard_as, heard_rows, read_alike, without_layers
from trainer.tokenizer.phonemes import HAN, words_of
from trainer.wordlists import lacking

CARRIED_FILES = ("tokenizer.json", "layout.json", "trained.json")


_READ = 10
"""Texts that a character must be in to be known to who reads aloud."""


def restore_lm(
    pack: Path,
    out: Path,
    without: Sequence[int] = (),
    hear: Path | None = None,
    read: Sequence[Path] = (),
    base: Path | None = None,
    met: Sequence[Path] = (),
) -> int:
    """Write the LM of a verified pack to `out`, but for some layers; the tokens that it was trained on so far.

    `hear` is the packed tokenizer by whose phonemes units are heard, `read` the corpora from which reading was learnt;
    `base` the pretrained model and `met` the corpora that it learnt from since.

    PackError for a pack that does not verify, TrainingError for one whose LM lacks weights or a layer that is to be
    left out, or where `out` exists, CslmError where it cannot be written.
    """
    if out.exists():
        raise TrainingError(f"{out} exists already; name another folder or delete it.")
    verify_pack(pack)
    folder = pack / "lm"
    state, layers = without_layers(read_state(folder), without)
    model = LlamaForCausalLM(LlamaConfig.from_pretrained(folder, num_hidden_layers=layers))
    missing = set(model.load_state_dict(state, strict=False).missing_keys) - {"lm_head.weight"}
    if missing:
        raise TrainingError(f"The language model of {pack} lacks {', '.join(sorted(missing))}.")
    model.tie_weights()
    tokenizer, layout = read_layout(folder)
    if hear is not None:
        heard, first = heard_as(code_phonemes(hear)[0]), TokenLayout(tokenizer, layout).first_unit
        layout["heard"] = [first + unit for unit in heard]
        with torch.no_grad():
            units = dict(model.named_parameters())["model.embed_tokens.weight"][first : first + len(heard)]
            units.copy_(heard_rows(units, heard))
    if read:
        _sound_alike(model, tokenizer, read)
    if base is not None:
        _remember(model, TokenLayout(tokenizer, layout), len(tokenizer["model"]["vocab"]), base, met)
    with atomic_folder(out) as fresh:
        model.save_pretrained(fresh)
        for name in CARRIED_FILES:
            if (folder / name).exists():
                shutil.copyfile(folder / name, fresh / name)
        if hear is not None:
            atomic_write_json(fresh / LAYOUT_FILE, layout)
    return trained_tokens(folder)


@torch.no_grad()
def _sound_alike(model: LlamaForCausalLM, tokenizer: Mapping[str, Any], read: Sequence[Path]) -> None:
    characters = {t["content"]: int(t["id"]) for t in tokenizer["added_tokens"] if HAN.fullmatch(t["content"])}
    texts = (u.text for corpus in read for u in load_corpus(corpus) if u.language == "zh")
    unknown = lacking(characters, texts, _READ)
    syllables = [words_of(c, "zh")[0].phonemes for c in characters]
    ids = torch.tensor(list(characters.values()))
    embedding = dict(model.named_parameters())["model.embed_tokens.weight"]
    embedding[ids] = read_alike(embedding[ids], syllables, [c not in unknown for c in characters])


@torch.no_grad()
def _remember(model: LlamaForCausalLM, layout: TokenLayout, pieces: int, base: Path, met: Sequence[Path]) -> None:
    counts = Counter(
        token
        for c in met
        for u in load_corpus(c)
        if u.language != "zh"
        for token in text_ids(layout, u.text, u.language)
    )
    pretrained = LlamaForCausalLM.from_pretrained(base, dtype=torch.float32, local_files_only=True)
    rows: Tensor = dict(model.named_parameters())["model.embed_tokens.weight"][:pieces]
    first: Tensor = dict(pretrained.named_parameters())["model.embed_tokens.weight"][:pieces]
    rows.copy_(half_remembered(rows, first, [counts[i] for i in range(pieces)]))


def trained_tokens(folder: Path) -> int:
    """What `trained.json` of an LM folder says; 0 without one."""
    path = folder / "trained.json"
    return int(json.loads(path.read_text("utf-8"))["tokens"]) if path.exists() else 0


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", type=int, nargs="+", default=[], help="layers to leave out, from 0")
    parser.add_argument("--hear", type=Path, help="the packed tokenizer by whose phonemes units are heard")
    parser.add_argument("--read", type=Path, nargs="+", default=[], help="corpora from which reading was learnt")
    parser.add_argument("--base", type=Path, help="Hugging Face folder of the pretrained Llama model")
    parser.add_argument("--met", type=Path, nargs="+", default=[], help="corpora that were learnt from since")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. PackError, TrainingError as of `restore_lm`."""
    o = options
    print(f"{restore_lm(o.pack, o.out, o.without, o.hear, o.read, o.base, o.met)} tokens so far")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
