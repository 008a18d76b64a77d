"""Speech units of texts that nobody has spoken yet, spliced from the units of words in aligned corpora.

    python -m trainer.tokenizer.splice --from CORPUS [...] --plan questions|answers|sentences --dialogues DIR \
        --language zh --variants 2 [--noisy] --out CORPUS_DIR

At about one unit per phone, a word's units hardly depend on its neighbours, so a sentence put together from words as
they were really spoken (Chinese: toned syllables) can stand in for a spoken one, and costs nothing. The result is a
corpus without sound: only the LM trains on it, never the tokenizer or the decoder, and no figure is measured on it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_path
from trainer.command import run_command
from trainer.corpora import SPLICED
from trainer.dialogues import load_types, training_wordings
from trainer.tokenizer.phonemes import ENGLISH_WORD, HAN, Word, words_of

INITIAL, MEDIAL, BEFORE_PAUSE = "initial", "medial", "before pause"
Key = tuple[str, ...]


def positions(text: str, language: str) -> list[str]:
    """Per word of `text`: first, followed by punctuation or the end, or neither."""
    pattern = HAN if language == "zh" else ENGLISH_WORD
    found = list(pattern.finditer(text))
    ends = [m.end() for m in found]
    starts = [m.start() for m in found[1:]] + [len(text)]
    last = len(found) - 1
    return [
        BEFORE_PAUSE
        if i == last or any(c in ".,?!;:，。？！、；：" for c in text[e:s])
        else INITIAL
        if i == 0
        else MEDIAL
        for i, (e, s) in enumerate(zip(ends, starts, strict=True))
    ]


@dataclass(frozen=True)
class Piece:
    """A word as somebody said it."""

    speaker: str
    units: tuple[int, ...]


class Bank:
    """All words of aligned corpora by their phonemes and place in the sentence."""

    def __init__(self, language: str, corpora: list[Path], *, aloud: bool = False, noisy: bool = False) -> None:
        self.language = language
        self.aloud, self.noisy = aloud, noisy
        self._pieces: dict[tuple[Key, str], list[Piece]] = defaultdict(list)
        self._phonemes: dict[str, list[Word]] = {}
        for corpus in corpora:
            self._read(corpus)

    def _read(self, corpus: Path) -> None:
        rows = map(json.loads, (corpus / "manifest.jsonl").read_text("utf-8").splitlines())
        manifest = {r["id"]: r for r in rows if r["language"] == self.language}
        for line in (corpus / "units.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            name, _, copy = row["id"].partition("#")
            about = manifest.get(name)
            if self.aloud:
                row |= row.get("aloud", {})
            if (
                about is None
                or (copy and not self.noisy)
                or row["words"] is None
                or sum(about["id"].encode()) % 40 == 0
            ):
                continue
            words = words_of(about["text"], self.language)
            places = positions(about["text"], self.language)
            if not len(words) == len(row["words"]) == len(places):
                continue
            for word, (_, start, end), place in zip(words, row["words"], places, strict=True):
                piece = Piece(about["speaker"] + copy, tuple(row["units"][start:end]))
                self._pieces[word.phonemes, place].append(piece)

    def splice(self, text: str, rng: random.Random, speaker: str | None = None) -> tuple[list[int], list[list[object]]]:
        """Units of `text` and its words as [text, first_run, end_run]; ValueError where a word was never heard.

        Pieces of `speaker` are preferred; else a random speaker is preferred throughout the sentence.
        """
        units: list[int] = []
        spans: list[list[object]] = []
        for word, place in zip(words_of(text, self.language), positions(text, self.language), strict=True):
            pieces = self._heard(word, place)
            wanted = [p for p in pieces if p.speaker == speaker]
            piece = rng.choice(wanted or pieces)
            if speaker is None:
                speaker = piece.speaker
            own = list(piece.units)
            if units and own and units[-1] == own[0]:  # equal neighbours would have been one run
                own = own[1:] or own
            spans.append([word.text, len(units), len(units) + len(own)])
            units += own
        return units, spans

    def _heard(self, word: Word, place: str) -> list[Piece]:
        for at in (place, MEDIAL, BEFORE_PAUSE, INITIAL):
            if pieces := self._pieces.get((word.phonemes, at)):
                return pieces
        raise ValueError(f"{word.text} was never heard.")


def texts(plan: str, dialogues: Path, language: str) -> Iterator[tuple[str, str]]:
    """(id, text) of everything in the plan, training splits only."""
    types = load_types(dialogues / "everyday")
    if plan == "questions":
        for t, number, wording in training_wordings(types, language):
            yield f"{t.id}.q{number}.{language}", wording
    elif plan == "answers":
        for t in types:
            if t.split == "train":
                for number, answer in enumerate(t.answers[language]):
                    yield f"{t.id}.a{number}.{language}", answer
    elif plan == "sentences":
        for number, line in enumerate((dialogues / "sentences.jsonl").read_text("utf-8").splitlines()):
            yield f"sentence-{number:04d}.{language}", json.loads(line)[language]
    else:
        raise TrainingError(f"There is no plan {plan!r}.")


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, action="append", required=True)
    parser.add_argument("--plan", required=True)
    parser.add_argument("--dialogues", type=Path, required=True)
    parser.add_argument("--language", required=True)
    parser.add_argument("--variants", type=int, default=2)
    parser.add_argument("--speaker", help="preferred speaker (the teacher's voice, for answers)")
    parser.add_argument("--aloud", action="store_true", help="of the units to say something with, for answers")
    parser.add_argument("--noisy", action="store_true", help="the words of noisy copies too, for questions")
    parser.add_argument("--out", type=Path, required=True)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for an unknown plan."""
    bank = Bank(options.language, options.source, aloud=options.aloud, noisy=options.noisy)
    options.out.mkdir(parents=True, exist_ok=True)
    done = failed = 0
    with (
        atomic_path(options.out / "manifest.jsonl") as new_manifest,
        atomic_path(options.out / "units.jsonl") as new_units,
        new_manifest.open("w", encoding="utf-8") as manifest,
        new_units.open("w", encoding="utf-8") as units_file,
    ):
        for name, text in texts(options.plan, options.dialogues, options.language):
            about = {"id": name, "audio": "", "text": text, "language": options.language, "speaker": SPLICED}
            manifest.write(json.dumps(about, ensure_ascii=False) + "\n")
            for variant in range(options.variants):
                rng = random.Random(f"{name}/{variant}")
                try:
                    units, words = bank.splice(text, rng, options.speaker)
                except ValueError:
                    failed += 1
                    break
                own = f"{name}#{variant}" if variant else name
                row = {"id": own, "units": units, "durations": None, "words": words}
                units_file.write(json.dumps(row, ensure_ascii=False) + "\n")
                done += 1
    print(f"{done} spliced, {failed} texts have a word that was never heard")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
