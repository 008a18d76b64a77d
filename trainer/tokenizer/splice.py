"""Speech units of texts that nobody has spoken yet, spliced from the units of words in aligned corpora.

    python -m trainer.tokenizer.splice --from CORPUS [...] --plan questions|answers|sentences|vocabulary \
        --dialogues DIR --language zh --variants 2 [--noisy] --out CORPUS_DIR
    python -m trainer.tokenizer.splice --from CORPUS --plan words --lm LM_DIR [--known CORPUS ...] [--times 16] \
        --language zh --aloud --out CORPUS_DIR

At about one unit per phone, a word's units hardly depend on its neighbours, so a sentence put together from words as
they were really spoken (Chinese: toned syllables) can stand in for a spoken one, and costs nothing. The result is a
corpus without sound: only the LM trains on it, never the tokenizer or the decoder, and no figure is measured on it.
A Mandarin syllable that nobody said is put together of the first unit of one with its initial and the rest of one with
its toned final.

The plan `words` has lists of words with the characters of an LM's vocabulary that hardly occur in the corpora it knows.
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
from cslm_core.lm.layout import read_layout
from trainer.command import run_command
from trainer.corpora import SPLICED, load_corpus
from trainer.dialogues import load_types, training_wordings
from trainer.jsonl import read_rows
from trainer.tokenizer.phonemes import ENGLISH_WORD, HAN, Word, words_of
from trainer.wordlists import common_words, lacking, word_lists

INITIAL, MEDIAL, BEFORE_PAUSE = "initial", "medial", "before pause"
_SYLLABLE = 2
"""Phonemes of most Mandarin syllables, the initial and the final with its tone, and units as well."""
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
        self._initials: dict[str, list[Piece]] = defaultdict(list)
        self._finals: dict[str, list[Piece]] = defaultdict(list)
        for corpus in corpora:
            self._read(corpus)

    def _read(self, corpus: Path) -> None:
        rows = read_rows(corpus / "manifest.jsonl")
        manifest = {r["id"]: r for r in rows if r["language"] == self.language}
        for row in read_rows(corpus / "units.jsonl"):
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
                if self.language == "zh" and len(word.phonemes) == len(piece.units) == _SYLLABLE:
                    self._initials[word.phonemes[0]].append(Piece(piece.speaker, piece.units[:1]))
                    self._finals[word.phonemes[1]].append(Piece(piece.speaker, piece.units[1:]))

    def splice(self, text: str, rng: random.Random, speaker: str | None = None) -> tuple[list[int], list[list[object]]]:
        """Units of `text` and its words as [text, first_run, end_run]; ValueError where a word was never heard.

        Pieces of `speaker` are preferred; else a random speaker is preferred throughout the sentence.
        """
        units: list[int] = []
        spans: list[list[object]] = []
        for word, place in zip(words_of(text, self.language), positions(text, self.language), strict=True):
            piece = self._said(word, place, rng, speaker)
            if speaker is None:
                speaker = piece.speaker
            own = list(piece.units)
            if units and own and units[-1] == own[0]:  # equal neighbours would have been one run
                own = own[1:] or own
            spans.append([word.text, len(units), len(units) + len(own)])
            units += own
        return units, spans

    def _said(self, word: Word, place: str, rng: random.Random, speaker: str | None) -> Piece:
        for at in (place, MEDIAL, BEFORE_PAUSE, INITIAL):
            if pieces := self._pieces.get((word.phonemes, at)):
                return _one(pieces, rng, speaker)
        *initial, final = word.phonemes
        sounds = [*([self._initials.get(initial[0], [])] if initial else []), self._finals.get(final, [])]
        if len(word.phonemes) > _SYLLABLE or not all(sounds):
            raise ValueError(f"{word.text} was never heard.")
        parts = [_one(pieces, rng, speaker) for pieces in sounds]
        return Piece(parts[0].speaker, tuple(u for part in parts for u in part.units))


def _one(pieces: list[Piece], rng: random.Random, speaker: str | None) -> Piece:
    """Any of the pieces, of this speaker if he has one."""
    return rng.choice([p for p in pieces if p.speaker == speaker] or pieces)


def texts(plan: str, dialogues: Path, language: str) -> Iterator[tuple[str, str]]:
    """(id, text) of everything in the plan that the dialogues have, training splits only."""
    types = load_types(dialogues / "everyday")
    if plan == "questions":
        for t, number, wording in training_wordings(types, language):
            yield f"{t.id}.q{number}.{language}", wording
    elif plan == "answers":
        for t in types:
            if t.split == "train":
                for number, answer in enumerate(t.answers[language]):
                    yield f"{t.id}.a{number}.{language}", answer
    elif plan in ("sentences", "vocabulary"):
        for number, line in enumerate((dialogues / f"{plan}.jsonl").read_text("utf-8").splitlines()):
            yield f"{plan.removesuffix('s')}-{number:04d}.{language}", json.loads(line)[language]
    else:
        raise TrainingError(f"There is no plan {plan!r}.")


def listed(lm: Path, known: list[Path], times: int) -> Iterator[tuple[str, str]]:
    """(id, text) of lists of words with the Chinese characters of the LM that hardly occur in `known`."""
    characters = [t["content"] for t in read_layout(lm)[0]["added_tokens"] if HAN.fullmatch(t["content"])]
    heard = (u.text for corpus in known for u in load_corpus(corpus) if u.language == "zh")
    lacks = lacking(characters, heard, times)
    for number, text in enumerate(word_lists(lacks, common_words(), characters, seed=0)):
        yield f"words-{number:05d}.zh", text


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, action="append", required=True)
    parser.add_argument("--plan", required=True)
    parser.add_argument("--dialogues", type=Path, help="for all plans but words")
    parser.add_argument("--lm", type=Path, help="whose characters the plan words is about")
    parser.add_argument("--known", type=Path, action="append", default=[], help="corpora that are read aloud anyway")
    parser.add_argument("--times", type=int, default=16, help="how many texts a character is to be in")
    parser.add_argument("--language", required=True)
    parser.add_argument("--variants", type=int, default=2)
    parser.add_argument("--speaker", help="preferred speaker (the teacher's voice, for answers)")
    parser.add_argument("--aloud", action="store_true", help="of the units to say something with, for answers")
    parser.add_argument("--noisy", action="store_true", help="the words of noisy copies too, for questions")
    parser.add_argument("--out", type=Path, required=True)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for an unknown plan."""
    if options.plan == "words":
        if options.lm is None or options.language != "zh":
            raise TrainingError("The plan words is for --language zh and needs --lm, whose characters are to be read.")
        planned = listed(options.lm, options.known, options.times)
    elif options.dialogues is None:
        raise TrainingError(f"The plan {options.plan} needs --dialogues, the folder with what is said.")
    else:
        planned = texts(options.plan, options.dialogues, options.language)
    bank = Bank(options.language, options.source, aloud=options.aloud, noisy=options.noisy)
    options.out.mkdir(parents=True, exist_ok=True)
    done = failed = 0
    with (
        atomic_path(options.out / "manifest.jsonl") as new_manifest,
        atomic_path(options.out / "units.jsonl") as new_units,
        new_manifest.open("w", encoding="utf-8") as manifest,
        new_units.open("w", encoding="utf-8") as units_file,
    ):
        for name, text in planned:
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
