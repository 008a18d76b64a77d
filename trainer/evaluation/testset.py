"""Test sets in folders: making them (a voice never used in training speaks; human prompts) and reading them.

A folder holds `manifest.jsonl` (a corpus, with `split` for the set an item is of, and the key facts of its answer),
`sentences.jsonl` (texts to be read aloud), `about.json` and the sound. Making one again makes only what is missing.
Knows nothing of packs and metrics.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.audio import LISTEN_RATE, read_audio, resample
from cslm_core.errors import TrainingError
from cslm_core.files import atomic_path, atomic_write_json, atomic_write_text
from trainer.evaluation.draw import Facts, Question, Sentence

__all__ = ["HUMAN", "VOICE", "Item", "TestSet", "add_human", "load_testset", "make_testset", "subset", "write_sound"]

Pcm = NDArray[np.float32]
Speak = Callable[[str, str], tuple[Pcm, int]]
"""Text and language to samples and their rate."""

VOICE: Final = "jf_tebukuro"
"""Kept out of all training."""
HUMAN: Final = "human"


@dataclass(frozen=True)
class Item:
    """One spoken question (or prompt: no facts). `audio` is relative to its folder."""

    id: str
    split: str
    audio: str
    text: str
    language: str
    speaker: str
    seconds: float
    facts: Facts | None = None


@dataclass(frozen=True)
class TestSet:
    """What is in a folder. `digest` changes when any text, fact or sound of it does."""

    __test__ = False  # for pytest: not a class of tests

    folder: Path
    items: list[Item]
    sentences: list[Sentence]
    about: dict[str, Any]
    digest: str

    def of(self, split: str, language: str) -> list[Item]:
        """The items of a set in a language, in their order."""
        return [item for item in self.items if item.split == split and item.language == language]

    def read(self, item: Item) -> Pcm:
        """Its sound: samples (n,) of 16 kHz."""
        return read_audio(self.folder / item.audio)


def load_testset(folder: Path) -> TestSet:
    """Raises TrainingError when the folder is no test set."""
    try:
        rows = _rows(folder / "manifest.jsonl")
        items = [Item(**{**row, "facts": Facts(**row["facts"]) if row.get("facts") else None}) for row in rows]
        sentences = [Sentence(**row) for row in _rows(folder / "sentences.jsonl")]
        about = json.loads((folder / "about.json").read_text("utf-8"))
        digest = hashlib.sha256()
        for name in ("manifest.jsonl", "sentences.jsonl", *(item.audio for item in items)):
            digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TrainingError(f"{folder} is not a whole test set ({error}); make it again.") from error
    return TestSet(folder, items, sentences, about, digest.hexdigest())


def make_testset(
    folder: Path,
    questions: Iterable[Question],
    sentences: Iterable[Sentence],
    speak: Speak,
    about: dict[str, Any],
    progress: Callable[[str], None] = lambda _: None,
) -> list[Item]:
    """Speak the questions into `folder` and write its manifest; sound that is there already is kept."""
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    items = []
    for question in questions:
        audio = f"audio/{question.id}.flac"
        path = folder / audio
        if not path.is_file():
            pcm, rate = speak(question.text, question.language)
            write_sound(path, resample(pcm, rate, LISTEN_RATE))
            progress(question.id)
        seconds = round(_seconds(path), 2)
        items.append(
            Item(question.id, question.set, audio, question.text, question.language, VOICE, seconds, question.facts)
        )
    write_manifest(folder, items, list(sentences), about)
    return items


def add_human(folder: Path, prompts: Iterable[tuple[Path, Pcm, str]], source: str) -> None:
    """Add human prompts (file, samples of 16 kHz, reference) to the test set in `folder`, in place of older ones."""
    testset = load_testset(folder)
    items = [item for item in testset.items if item.split != HUMAN]
    for file, pcm, text in prompts:
        audio = f"audio/{HUMAN}.{file.stem}.flac"
        write_sound(folder / audio, pcm)
        items.append(
            Item(f"{HUMAN}.{file.stem}", HUMAN, audio, text, "en", "Allison Smith", round(len(pcm) / LISTEN_RATE, 2))
        )
    write_manifest(folder, items, testset.sentences, {**testset.about, HUMAN: source})


def subset(testset: TestSet, folder: Path, counts: dict[str, int], sentences: int) -> list[Item]:
    """A small copy, as Ogg Opus: the first `counts` items of each set and the first `sentences`, per language.

    The first are as good as any: sets are drawn in random order.
    """
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    kept = []
    for split, count in counts.items():
        for language in ("en", "zh"):
            for item in testset.of(split, language)[:count]:
                audio = f"audio/{item.id}.opus"
                write_sound(folder / audio, testset.read(item))
                kept.append(replace(item, audio=audio))
    texts = [
        sentence
        for language in ("en", "zh")
        for sentence in [s for s in testset.sentences if s.language == language][:sentences]
    ]
    write_manifest(folder, kept, texts, {**testset.about, "subset": {**counts, "sentences": sentences}})
    return kept


def write_manifest(folder: Path, items: list[Item], sentences: list[Sentence], about: dict[str, Any]) -> None:
    """The texts of a test set, each file all or nothing."""
    rows = [{key: value for key, value in asdict(item).items() if value is not None} for item in items]
    atomic_write_text(folder / "manifest.jsonl", _lines(rows))
    atomic_write_text(folder / "sentences.jsonl", _lines([asdict(sentence) for sentence in sentences]))
    atomic_write_json(folder / "about.json", about)


def write_sound(path: Path, pcm16k: Pcm) -> None:
    """Samples (n,) of 16 kHz as FLAC or, where the name ends in .opus, Ogg Opus; all or nothing."""
    import soundfile

    kind = {"format": "OGG", "subtype": "OPUS"} if path.suffix == ".opus" else {"format": "FLAC", "subtype": "PCM_16"}
    with atomic_path(path) as temporary:
        soundfile.write(temporary, np.clip(pcm16k, -1, 1), LISTEN_RATE, **kind)


def _seconds(path: Path) -> float:
    import soundfile

    return float(soundfile.info(path).duration)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
