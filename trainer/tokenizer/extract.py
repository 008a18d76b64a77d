"""Whisper features of corpora, once, into one float16 file: input of tokenizer training.

    python -m trainer.tokenizer.extract --corpus DIR [--corpus DIR ...] --encoder encoder.safetensors --out DIR

Appends what is not there yet, so it may be run again as corpora grow. A share of the utterances is extracted a second
time with noise, room and level changes (trainer.augment), under the id `<id>#aug`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cslm_core.tensors import load_int8
from cslm_core.tokenizer.encode import features
from cslm_core.tokenizer.whisper import WhisperEncoder
from trainer.augment import WARPED, Augmenter
from trainer.command import run_command
from trainer.corpora import Utterance, load_corpus, read_utterance
from trainer.jsonl import mend, read_rows
from trainer.tokenizer.phonemes import words_of

WIDTH = 512


class FeatureStore:
    """`features.f16` (frames, 512) and `index.jsonl` (id, offset, frames, language, speaker, words) of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        index = folder / "index.jsonl"
        self.rows = read_rows(index) if index.exists() else []

    def append(self, row: Mapping[str, Any], features: NDArray[np.float16]) -> None:
        """Write features first and the index line last: a line always points at whole features."""
        end = self._end()
        mode = "r+b" if (self.folder / "features.f16").exists() else "wb"
        with (self.folder / "features.f16").open(mode) as file:
            file.seek(end * WIDTH * 2)
            file.write(features.tobytes())
        line = {**row, "offset": end, "frames": len(features)}
        mend(self.folder / "index.jsonl")
        with (self.folder / "index.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.rows.append(line)

    def matrix(self) -> NDArray[np.float16]:
        """All features (frames, 512), in memory: batches gather small random pieces."""
        count = self._end() * WIDTH  # behind it may be the rest of an append that was interrupted
        return np.fromfile(self.folder / "features.f16", np.float16, count).reshape(-1, WIDTH)

    def _end(self) -> int:
        return self.rows[-1]["offset"] + self.rows[-1]["frames"] if self.rows else 0


def _labelled(corpora: list[Path], limit: int | None) -> Iterator[tuple[Utterance, list[tuple[str, list[str]]]]]:
    for corpus in corpora:
        for utterance in load_corpus(corpus)[:limit]:
            try:
                words = words_of(utterance.text, utterance.language)
            except ValueError:
                continue
            yield utterance, [(w.text, list(w.phonemes)) for w in words]


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, action="append", required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--augment", type=float, default=0.4, help="share of utterances extracted a second time")
    parser.add_argument("--limit", type=int, help="utterances per corpus")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command."""
    torch.set_num_threads(options.threads)
    encoder = WhisperEncoder()
    encoder.load_state_dict(load_int8(options.encoder))
    encoder.eval()
    store = FeatureStore(options.out)
    done = {row["id"] for row in store.rows}
    augmenter = Augmenter(warp=WARPED)
    for utterance, words in _labelled(options.corpus, options.limit):
        name = f"{utterance.corpus}/{utterance.id}"
        rng = random.Random(name)
        versions = [name, f"{name}#aug"] if rng.random() < options.augment else [name]
        for version in versions:
            if version in done:
                continue
            pcm = read_utterance(utterance)
            if version.endswith("#aug"):
                pcm = augmenter(pcm, rng)
            row = {"id": version, "language": utterance.language, "speaker": utterance.speaker, "words": words}
            store.append(row, features(encoder, pcm).numpy().astype(np.float16))


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
