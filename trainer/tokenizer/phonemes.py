"""Words and their phonemes, both languages in one inventory (tones kept): labels for the tokenizer's supervision.

English comes from espeak-ng, Mandarin from pypinyin (initial, final with tone). Knows nothing of audio.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

ENGLISH_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*", re.IGNORECASE)
HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Word:
    """A written word (or Chinese character) and its phonemes."""

    text: str
    phonemes: tuple[str, ...]


def english_words(text: str) -> list[Word]:
    """Words of an English sentence; ValueError if it has anything espeak reads differently from how it is written."""
    from phonemizer.separator import Separator

    from trainer.synth.g2p import espeak

    if re.search(r"[0-9]", text):
        raise ValueError(f"Digits must be written out: {text!r}.")
    written = ENGLISH_WORD.findall(text)
    if not written:
        raise ValueError(f"No phonemes for {text!r}.")
    separator = Separator(phone="|", word=" ", syllable="")
    backend = espeak("en-us")

    def read(pieces: list[str]) -> list[list[tuple[str, ...]]]:
        lines = backend.phonemize(pieces, separator=separator, strip=True)
        return [[_phones(word) for word in line.split(" ") if word.strip("|,.?!;: ")] for line in lines]

    spoken = read([" ".join(written)])[0]
    if len(spoken) != len(written):  # espeak joins some small words ("of the"): read word by word then
        spoken = [sum(parts, ()) for parts in read(written)]
    if len(spoken) != len(written) or not all(spoken):
        raise ValueError(f"No phonemes for {text!r}.")
    return [Word(w, p) for w, p in zip(written, spoken, strict=True)]


def _phones(word: str) -> tuple[str, ...]:
    cleaned = re.sub(r"[ˈˌː.,?!;:]", "", word)
    return tuple(p for p in cleaned.split("|") if p)


def mandarin_words(text: str) -> list[Word]:
    """Characters of a Mandarin sentence with initial and toned final; ValueError if it has Latin letters or digits."""
    from pypinyin import Style, lazy_pinyin
    from pypinyin.contrib.tone_convert import to_finals_tone3, to_initials

    if re.search(r"[A-Za-z0-9]", text):
        raise ValueError(f"Letters and digits must be written out: {text!r}.")
    kept = "".join(c if HAN.match(c) else "，" for c in text)
    syllables = lazy_pinyin(kept, style=Style.TONE3, strict=False, neutral_tone_with_five=True, tone_sandhi=True)
    characters = re.findall(r"[\u4e00-\u9fff]|，+", kept)
    words = []
    for character, syllable in zip(characters, syllables, strict=True):
        if HAN.match(character):
            final = to_finals_tone3(syllable, strict=False, neutral_tone_with_five=True)
            parts = [p for p in (to_initials(syllable, strict=False), final) if p]
            words.append(Word(character, tuple(f"zh:{p}" for p in parts)))
    if not words:
        raise ValueError(f"No phonemes for {text!r}.")
    return words


def words_of(text: str, language: str) -> list[Word]:
    """Dispatch on `language` ("en", "zh"); ValueError for any other or for a text that cannot be labelled."""
    if language == "en":
        return english_words(text)
    if language == "zh":
        return mandarin_words(text)
    raise ValueError(f"No phonemes are known for {language!r}.")


def phonemes_of_each(words: Sequence[str], language: str) -> list[tuple[str, ...]]:
    """The sounds of single words or characters, each read by itself.

    Mandarin initials and finals come letter by letter, so that near ones share most of them. ValueError for a language
    other than "en" and "zh".
    """
    if language == "zh":
        return [tuple("".join(p.removeprefix("zh:") for p in mandarin_words(word)[0].phonemes)) for word in words]
    if language != "en":
        raise ValueError(f"No phonemes are known for {language!r}.")
    from phonemizer.separator import Separator

    from trainer.synth.g2p import espeak

    read = espeak("en-us").phonemize(list(words), separator=Separator(phone="|", word=" ", syllable=""), strip=True)
    if len(read) != len(words):
        raise ValueError("espeak does not read one line for each word.")
    return [_phones(line.replace(" ", "|")) for line in read]
