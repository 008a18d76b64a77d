"""Units and word alignment of a corpus by a packed tokenizer, written beside its manifest as `units.jsonl`.

    python -m trainer.tokenizer.label --tokenizer DIR --corpus DIR [--features DIR ...] [--augment 0.4]

Lines are appended as the corpus grows. With --augment a second line `<id>#aug` holds the units of a noisy copy, so that
the LM sees what the tokenizer makes of noise.

With --aloud a line also holds, under `aloud`, the units to say the text with: of each frame the nearest code among
those of the phoneme that the alignment puts there. What the tokenizer mishears is not learnt as pronunciation then,
neither by the LM nor by the decoder.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from cslm_core.tokenizer.encode import features
from cslm_core.tokenizer.quantiser import smooth_path
from cslm_core.tokenizer.tokenizer import WhisperVqTokenizer, load_tokenizer
from cslm_core.units import UnitRuns
from trainer.augment import WARPED, Augmenter
from trainer.command import run_command
from trainer.corpora import Utterance, load_corpus, read_utterance
from trainer.jsonl import mend, read_rows
from trainer.tokenizer.align import align_frames, word_states
from trainer.tokenizer.extract import FeatureStore
from trainer.tokenizer.phonemes import Word, words_of
from trainer.tokenizer.train import PHONEMES_FILE, PointwiseHead

_WRONG = np.float32(1e4)
"""What a code of another phoneme costs more: far beyond any distance."""


class Labeller:
    """A packed tokenizer with its phoneme head."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer: WhisperVqTokenizer = load_tokenizer(folder)
        inventory = json.loads((folder / "config.json").read_text("utf-8"))["phonemes"]
        self.number = {p: i for i, p in enumerate(inventory)}
        self.head = PointwiseHead(self.tokenizer.quantiser.config.bottleneck, len(inventory))
        self.head.load_state_dict({k: v.float() for k, v in load_file(folder / PHONEMES_FILE).items()})
        with torch.inference_mode():
            self.phoneme_of = self.head(self.tokenizer.quantiser.codebook).argmax(-1).numpy()

    @torch.inference_mode()
    def label(self, whisper: torch.Tensor, words: list[Word], *, aloud: bool = False) -> dict[str, Any]:
        """`units`, `durations`, and `words` as [text, first_run, end_run] (None where alignment failed).

        `whisper` are the encoder's features (frames, 512) at 50/s. With `aloud`, the same three once more under that
        name, as far as they can be aligned.
        """
        quantiser = self.tokenizer.quantiser
        vectors = quantiser(whisper[None])[0]
        try:
            phonemes, owners = self._aligned(vectors, words)
        except (KeyError, ValueError):  # a phoneme the inventory lacks, or speech too short for its text
            return _row(UnitRuns.of_codes(quantiser.codes(vectors)), None)
        costs = quantiser.distances(vectors).numpy()
        row = self._runs(costs, words, owners)
        if aloud:
            possible = np.isin(phonemes, self.phoneme_of)
            wrong = (self.phoneme_of[None] != phonemes[:, None]) & possible[:, None]
            said = self._runs(np.where(wrong, costs + _WRONG, costs), words, owners)
            if said["words"] is not None:
                row["aloud"] = said
        return row

    def _runs(self, costs: NDArray[np.float32], words: list[Word], owners: NDArray[np.int64]) -> dict[str, Any]:
        runs = UnitRuns.of_codes(smooth_path(costs, self.tokenizer.quantiser.config.switch_cost))
        try:
            return _row(runs, _spans(words, owners, runs))
        except ValueError:
            return _row(runs, None)

    def _aligned(self, vectors: torch.Tensor, words: list[Word]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The phoneme of each frame and the number of its word (-1: silence), both (T,)."""
        if not words:
            raise ValueError("No words to align.")
        labels, optional, owner = word_states([[self.number[p] for p in w.phonemes] for w in words])
        states = align_frames(self.head(vectors).log_softmax(-1).numpy(), labels, optional)
        return labels[states], owner[states]


def _row(runs: UnitRuns, words: list[list[Any]] | None) -> dict[str, Any]:
    return {"units": runs.units.tolist(), "durations": runs.durations.tolist(), "words": words}


def _spans(words: list[Word], owners: NDArray[np.int64], runs: UnitRuns) -> list[list[Any]]:
    """The words as [text, first_run, end_run]; ValueError where one has no run of its own."""
    begins = np.r_[0, np.cumsum(runs.durations)]
    starts = [int(np.abs(begins[:-1] - np.flatnonzero(owners == w)[0]).argmin()) for w in range(len(words))]
    starts[0] = 0
    ends = [*starts[1:], len(runs)]
    if any(e <= s for s, e in zip(starts, ends, strict=True)):
        raise ValueError("A word has no units.")
    return [[w.text, s, e] for w, s, e in zip(words, starts, ends, strict=True)]


class Features:
    """Whisper features by utterance: from stores where they were extracted already, else from the sound."""

    def __init__(self, labeller: Labeller, stores: list[Path]) -> None:
        self._labeller = labeller
        self._augmenter = Augmenter(warp=WARPED)
        self._stored: dict[str, NDArray[np.float16]] = {}
        for store in map(FeatureStore, stores):
            matrix = store.matrix()
            for row in store.rows:
                self._stored[row["id"]] = matrix[row["offset"] : row["offset"] + row["frames"]]

    def __call__(self, utterance: Utterance, name: str) -> torch.Tensor:
        stored = self._stored.get(f"{utterance.corpus}/{name}")
        if stored is not None:
            return torch.from_numpy(stored.astype(np.float32))
        pcm = read_utterance(utterance)
        if name.endswith("#aug"):
            pcm = self._augmenter(pcm, random.Random(name))
        return features(self._labeller.tokenizer.encoder, pcm)


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, action="append", required=True)
    parser.add_argument(
        "--features", type=Path, action="append", default=[], help="stores of trainer.tokenizer.extract"
    )
    parser.add_argument(
        "--augment", type=float, default=0.0, help="share of utterances labelled a second time with noise"
    )
    parser.add_argument("--aloud", action="store_true", help="also the units to say it with (not of noisy copies)")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command."""
    torch.set_num_threads(options.threads)
    labeller = Labeller(options.tokenizer)
    source = Features(labeller, options.features)
    for corpus in options.corpus:
        path = corpus / "units.jsonl"
        mend(path)
        done = {row["id"] for row in read_rows(path)} if path.exists() else set()
        with path.open("a", encoding="utf-8") as out:
            for utterance in load_corpus(corpus):
                noisy = random.Random(f"{corpus.name}/{utterance.id}").random() < options.augment
                for name in (utterance.id, f"{utterance.id}#aug") if noisy else (utterance.id,):
                    if name in done:
                        continue
                    try:
                        words = words_of(utterance.text, utterance.language)
                    except ValueError:
                        words = []
                    aloud = options.aloud and name == utterance.id
                    row = {"id": name, **labeller.label(source(utterance, name), words, aloud=aloud)}
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
