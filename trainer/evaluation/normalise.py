"""Texts made comparable before errors are counted: case, punctuation, spelling, numbers, script.

English: lower case, no punctuation, numbers as words without "and", British spelling as American (Whisper writes that).
Chinese: simplified characters, no punctuation or spaces, numbers as numerals, 两 as 二. Knows nothing of error rates.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, Final

from trainer.templates import chinese

__all__ = ["knows_traditional", "normalise", "normalise_chinese", "normalise_english", "tokens"]

_SPELLINGS: Final = (
    (r"(centi|milli|kilo|)metre(s?)", r"\1meter\2"),
    (r"(milli|)litre(s?)", r"\1liter\2"),
    (r"(col|fav|flav|neighb|hon|hum|lab)our(s|ed|ing|ite|ites|ful|hood|s?)", r"\1or\2"),
    (r"theatre(s?)", r"theater\1"),
    (r"centre(s?)", r"center\1"),
    (r"grey", "gray"),
    (r"okay", "ok"),
    (r"(\w+)isation(s?)", r"\1ization\2"),
    (r"(organ|real|recogn|apolog|memor|relax)is(e|es|ed|ing)", r"\1iz\2"),
    (r"travell(er|ers|ing|ed)", r"travel\1"),
)
_NUMBER_WORDS: Final = (
    r"zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety"
)
_LARGE: Final = ((10**8, "亿"), (10**4, "万"))


def normalise(text: str, language: str) -> str:
    """`text` as it is compared."""
    return normalise_chinese(text) if language == "zh" else normalise_english(text)


def tokens(text: str, language: str) -> list[str]:
    """What errors are counted in: words, or characters for Chinese (a Latin word counts as one)."""
    plain = normalise(text, language)
    return re.findall(r"[a-z0-9]+|.", plain) if language == "zh" else plain.split()


def normalise_english(text: str) -> str:
    """Words of lower-case letters, one space between two."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    plain = plain.replace("%", " percent ").replace("&", " and ").replace("+", " plus ").replace("°", " degrees ")
    plain = re.sub(r"\b(\d{1,2}):00\b", r"\1 o'clock", plain)
    plain = re.sub(r"\b(\d{1,2}):(\d{2})\b", r"\1 \2", plain)
    plain = re.sub(r"\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+)?", _english_number, plain)
    plain = plain.replace("'", "")
    plain = " ".join(re.sub(r"[^a-z\u00c0-\u024f]+", " ", plain).split())
    for pattern, replacement in _SPELLINGS:
        plain = re.sub(rf"\b{pattern}\b", replacement, plain)
    return re.sub(rf"\b(hundred|thousand) and (?={_NUMBER_WORDS}\b)", r"\1 ", plain)


def normalise_chinese(text: str) -> str:
    """Simplified characters without spaces; Latin letters in lower case."""
    plain = unicodedata.normalize("NFKC", text).lower()
    converter = _converter()
    if converter is not None:
        plain = converter.convert(plain)
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    plain = re.sub(r"(\d+(?:\.\d+)?)%", r"百分之\1", plain)
    plain = re.sub(r"\d{4}(?=年)", lambda match: "".join(chinese(int(digit)) for digit in match[0]), plain)
    plain = re.sub(r"\d+(?:\.\d+)?", _chinese_number, plain)
    plain = plain.replace("两", "二").replace("〇", "零")
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LN")


def knows_traditional() -> bool:
    """Whether traditional characters are turned into simplified ones (the package opencc-python-reimplemented)."""
    return _converter() is not None


@cache
def _converter() -> Any:
    try:
        from opencc import OpenCC
    except ImportError:
        return None
    return OpenCC("t2s")


def _english_number(match: re.Match[str]) -> str:
    from num2words import num2words

    text = match[0]
    if text[-1].isalpha():
        words = num2words(int(text[:-2]), to="ordinal")
    elif re.fullmatch(r"1[1-9]\d\d|20[1-9]\d", text):  # nineteen sixty-nine
        words = num2words(int(text), to="year")
    else:
        words = num2words(float(text) if "." in text else int(text))
    return f" {words} "


def _chinese_number(match: re.Match[str]) -> str:
    whole, _, fraction = match[0].partition(".")
    if len(whole) > 12 or (len(whole) > 1 and whole[0] == "0"):
        spoken = "".join(chinese(int(digit)) for digit in whole)
    else:
        spoken = _chinese_whole(int(whole))
    return spoken + ("点" + "".join(chinese(int(digit)) for digit in fraction) if fraction else "")


def _chinese_whole(number: int) -> str:
    for size, name in _LARGE:
        if number >= size:
            rest = number % size
            gap = "零" if 0 < rest < size // 10 else ""
            return _chinese_whole(number // size) + name + gap + (_chinese_whole(rest) if rest else "")
    return chinese(number)
