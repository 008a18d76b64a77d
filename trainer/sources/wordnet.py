"""WordNet's example sentences as texts to be spoken: short, everyday and free.

    python -m trainer.sources.wordnet --folder /usr/share/wordnet --tokenizer base/tokenizer.json --out texts.jsonl

Only what reads like a sentence is taken: four to fourteen plain words, no names in the middle (they are read at random
by small voices), no digits, and with --tokenizer only words that are one of its first pieces: the common ones. Lines
are `{"id", "text", "language"}`, as the plan `texts` wants. Knows nothing of voices.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_text
from trainer.command import run_command

FILES: Final = ("data.adj", "data.adv", "data.noun", "data.verb")
SHORTEST, LONGEST = 4, 14
_QUOTED = re.compile(r'"([^"]+)"')
_PLAIN = re.compile(r"[A-Za-z][a-z']*(?:,? (?:[a-z']+|I|I'm|I'll|I've|I'd))+[.!?]?")


def sentence(quoted: str) -> str | None:
    """The example as a written sentence, or None where it is not one."""
    text = " ".join(quoted.split()).rstrip(";,")
    if not _PLAIN.fullmatch(text) or not SHORTEST <= len(text.split()) <= LONGEST:
        return None
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def sentences(folder: Path) -> Iterator[str]:
    """All of them, each once. TrainingError for a folder that is not WordNet's."""
    seen: set[str] = set()
    for name in FILES:
        try:
            lines = (folder / name).read_text("utf-8").splitlines()
        except OSError as error:
            raise TrainingError(
                f"{folder / name} cannot be read; install WordNet (Debian: apt install wordnet-base)."
            ) from error
        for line in lines:
            _, _, gloss = line.partition(" | ")
            for quoted in _QUOTED.findall(gloss):
                text = sentence(quoted)
                if text is not None and text.lower() not in seen:
                    seen.add(text.lower())
                    yield text


def common(texts: Iterator[str], tokenizer: Path, pieces: int) -> Iterator[str]:
    """Those made of words that are one of the first `pieces` of a byte-pair vocabulary, which are the commonest."""
    from tokenizers import Tokenizer

    vocabulary = Tokenizer.from_str(tokenizer.read_text("utf-8"))
    for text in texts:
        words = re.findall(r"[A-Za-z']+", text)
        words[0] = words[0][0].lower() + words[0][1:]
        ids = [vocabulary.encode(f" {word}", add_special_tokens=False).ids for word in words]
        if all(len(i) <= 1 + ("'" in w) and max(i) < pieces for i, w in zip(ids, words, strict=True)):
            yield text


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--tokenizer", type=Path, help="the base model's tokenizer.json: only common words")
    parser.add_argument("--pieces", type=int, default=12_288, help="how many of its pieces are common")
    parser.add_argument("--out", type=Path, required=True)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for a folder that is not WordNet's."""
    found = sentences(options.folder)
    if options.tokenizer:
        found = common(found, options.tokenizer, options.pieces)
    rows = [{"id": f"wordnet-{n:05d}.en", "text": text, "language": "en"} for n, text in enumerate(found)]
    atomic_write_text(options.out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    print(f"{len(rows)} sentences")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
