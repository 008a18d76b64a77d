"""Builds the joint LM's start: pruned pretrained model, extended vocabulary, well-started rows.

    python -m trainer.lm.build --base HF_DIR --base-tokenizer tokenizer.json --tokenizer PACKED_TOKENIZER_DIR \
        --cedict FILE.gz --texts assets/dialogues [--corpus DIR ...] --out DIR
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_folder, atomic_write_json
from cslm_core.lm.layout import TokenLayout
from trainer.command import run_command
from trainer.lm.start import character_row, heard_as, mean_row, unit_rows, without_layers
from trainer.lm.vocabulary import CHINESE_PUNCTUATION, HAN, MARKERS, build_vocabulary, characters_of
from trainer.tokenizer.train import PHONEMES_FILE, PointwiseHead

# What each marker's row starts from.
_MARKER_WORDS = {
    "question": "Question",
    "answer": "Answer",
    "text": "Text",
    "say": "Say",
    "translate": "Translate",
    "sosp": "speech",
    "eosp": "end",
}
_LANGUAGE_WORDS = {"en": "English", "zh": "Chinese"}
_PUNCTUATION = dict(zip(CHINESE_PUNCTUATION, [",", ".", "?", "!", ",", ":", ";", '"', '"', '"', '"'], strict=True))


def common_characters() -> str:
    """The 3,755 level-1 characters of GB 2312, in the standard's order."""
    return bytes(b for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for b in (high, low)).decode(
        "gb2312", errors="ignore"
    )


def chinese_texts(dialogues: Path, corpora: list[Path]) -> Iterator[str]:
    """All strings of the dialogue files and all texts of the corpora."""

    def strings(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for part in value.values():
                yield from strings(part)
        elif isinstance(value, list):
            for part in value:
                yield from strings(part)

    for path in [*sorted(dialogues.rglob("*.jsonl")), *(c / "manifest.jsonl" for c in corpora)]:
        for line in path.read_text("utf-8").splitlines():
            yield from strings(json.loads(line))


def glosses(cedict: Path) -> dict[str, str]:
    """A short English gloss per simplified character, from CC-CEDICT."""
    found: dict[str, str] = {}
    with gzip.open(cedict, "rt", encoding="utf-8") as file:
        for line in file:
            match = re.match(r"\S+ (\S) \[[^]]*\] /([^/]+)/", line)
            if match and "surname" not in match[2] and "variant" not in match[2]:
                gloss = re.sub(r"\(.*?\)|\b(to|a|an|the)\b", " ", match[2].split(";")[0])
                words = re.findall(r"[a-z]+", gloss.lower())[:3]
                if words and match[1] not in found:
                    found[match[1]] = " ".join(words)
    return found


def code_phonemes(tokenizer: Path) -> tuple[Tensor, list[str]]:
    """What the pointwise head of a packed tokenizer sees in its codes: probabilities (codes, P), and the P phonemes."""
    config = json.loads((tokenizer / "config.json").read_text("utf-8"))
    codebook = load_file(tokenizer / "quantiser.safetensors")["codebook"].float()
    head = PointwiseHead(codebook.shape[1], len(config["phonemes"]))
    head.load_state_dict({k: v.float() for k, v in load_file(tokenizer / PHONEMES_FILE).items()})
    with torch.inference_mode():
        return head(codebook).softmax(-1), config["phonemes"]


def unit_phonemes(shares: Tensor, phonemes: list[str], least: float = 0.1) -> list[dict[str, float]]:
    """Per unit the phonemes that are not unlikely, with their probabilities."""
    return [
        {phonemes[p]: float(row[p]) for p in (row >= min(least, float(row.max()))).nonzero()[:, 0].tolist()}
        for row in shares
    ]


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="Hugging Face folder of the pretrained Llama model")
    parser.add_argument("--base-tokenizer", type=Path, required=True, help="its tokenizer.json")
    parser.add_argument("--tokenizer", type=Path, required=True, help="packed speech tokenizer")
    parser.add_argument("--cedict", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    parser.add_argument("--kept", type=int, default=16_384, help="text tokens kept of the base vocabulary")
    parser.add_argument("--without", type=int, nargs="+", default=[], help="layers of the base to leave out, from 0")
    parser.add_argument("--out", type=Path, required=True)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. The folder is written whole or not at all.

    TrainingError for a base that lacks weights, or a layer that is to be left out; CslmError where the disk refuses.
    """
    base = json.loads(options.base_tokenizer.read_text("utf-8"))
    characters = characters_of(chinese_texts(options.texts, options.corpus), common_characters())
    vocabulary = build_vocabulary(base, options.kept, characters, list(_LANGUAGE_WORDS))
    heard = [vocabulary.layout["first_unit"] + unit for unit in heard_as(code_phonemes(options.tokenizer)[0])]
    description = {**vocabulary.layout, "heard": heard}
    layout = TokenLayout(vocabulary.tokenizer, description)

    source = LlamaForCausalLM.from_pretrained(options.base, dtype=torch.float32, local_files_only=True)
    old: Tensor = source.model.embed_tokens.weight.detach()[: options.kept]
    rows = _new_rows(old, vocabulary.characters, layout, options.tokenizer, glosses(options.cedict), base, options.kept)
    state, count = without_layers(source.state_dict(), options.without)
    changes = {"vocab_size": vocabulary.size, "num_hidden_layers": count, "quantization_config": None}
    config = LlamaConfig(**{**source.config.to_dict(), **changes})
    config.bos_token_id, config.eos_token_id, config.pad_token_id = 1, layout.end, 0
    model = LlamaForCausalLM(config)
    state["model.embed_tokens.weight"] = torch.cat([old, rows])
    state.pop("lm_head.weight", None)
    missing = model.load_state_dict(state, strict=False).missing_keys
    if set(missing) - {"lm_head.weight"}:
        raise TrainingError(f"The base model lacks {missing}.")
    model.tie_weights()
    with atomic_folder(options.out) as fresh:
        model.save_pretrained(fresh)
        atomic_write_json(fresh / "tokenizer.json", vocabulary.tokenizer)
        atomic_write_json(fresh / "layout.json", description)
    print(f"{vocabulary.size} tokens, {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


def _new_rows(
    old: Tensor,
    characters: list[str],
    layout: TokenLayout,
    tokenizer: Path,
    gloss: dict[str, str],
    base: dict[str, Any],
    kept: int,
) -> Tensor:
    """Rows of characters, markers, languages and units, in the order of their ids."""
    from pypinyin import lazy_pinyin
    from tokenizers import Tokenizer

    plain = Tokenizer.from_str(json.dumps(base))

    def encode(text: str) -> list[int]:
        # Pieces beyond the pruned vocabulary fall apart into their letters.
        ids: list[int] = plain.encode(text, add_special_tokens=False).ids
        return ids if all(i < kept for i in ids) else [i for i in layout.encode(text) if i < kept]

    rows = []
    for character in characters:
        if HAN.match(character):
            rows.append(character_row(old, character, lazy_pinyin(character)[0], gloss.get(character, ""), encode))
        else:
            rows.append(mean_row(old, [(1.0, encode(_PUNCTUATION[character]))]))
    rows += [mean_row(old, [(1.0, encode(" " + _MARKER_WORDS[m]))]) for m in MARKERS]
    rows += [mean_row(old, [(1.0, encode(" " + word))]) for word in _LANGUAGE_WORDS.values()]
    units = unit_rows(old, unit_phonemes(*code_phonemes(tokenizer)), encode, noise=0.3)
    return torch.cat([torch.stack(rows), units])


if __name__ == "__main__":
    main()
