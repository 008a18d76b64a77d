"""Numbers of a text written out in words, by num2words where it knows the language. Knows nothing else of a text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

__all__ = ["has_digits", "read_numbers", "reads_numbers"]

_OTHER_NAMES: Final = {"kk": "kz", "nb": "no", "nn": "no", "pt-BR": "pt_BR"}
"""num2words' own names."""
_NUMBER: Final = re.compile(
    r"(?<![\w.,-])(?P<minus>-)?(?:(?P<groups>\d{1,3}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*)(?!\d)|(?P<whole>\d+))"
    r"(?:[.,](?P<fraction>\d+))?(?!\d)"
)
_LONGEST: Final = 15


@cache
def _converter_name(code: str) -> str | None:
    from num2words import CONVERTER_CLASSES

    for wanted in (code, code.split("-")[0]):
        name = _OTHER_NAMES.get(wanted, wanted.replace("-", "_"))
        if name in CONVERTER_CLASSES:
            return name
    return None


def reads_numbers(code: str) -> bool:
    """Whether numbers can be read out in the language of the BCP-47 `code`."""
    return _converter_name(code) is not None


def has_digits(text: str) -> bool:
    return any(unicodedata.category(c) == "Nd" for c in text)


def read_numbers(text: str, code: str) -> str:
    """`text` with its numbers in words: "12,5" and "12.5" are decimals, "1.234", "1,234" and "1 234" thousands.

    What cannot be read (no such language, digits inside a word) stays as it is: ask `has_digits`.
    """
    name = _converter_name(code)
    if not has_digits(text):
        return text
    plain = "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text)
    if name is None:
        return plain
    plain = re.sub(r"\b([01]?\d|2[0-3]):00\b", r"\1", plain)
    plain = re.sub(r"\b([01]?\d|2[0-3]):0?(\d{1,2})\b", r"\1 \2", plain)

    def spoken(match: re.Match[str]) -> str:
        before, after = plain[: match.start()][-1:], plain[match.end() :][:1]
        if before.isalpha() or after.isalpha() or after == "º":
            return match[0]  # "B12", "3D", "2nd": nobody knows how that is said
        whole = match["whole"] or match["groups"].replace(match["mark"], "")
        return _read(match[0], ("-" if match["minus"] else "") + whole, match["fraction"] or "", name)

    return _NUMBER.sub(spoken, plain)


def _read(written: str, whole: str, fraction: str, name: str) -> str:
    from num2words import num2words

    try:
        if len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0" and not fraction):
            words = " ".join(num2words(int(digit), lang=name) for digit in whole + fraction if digit != "-")
        else:
            words = num2words(float(f"{whole}.{fraction}") if fraction else int(whole), lang=name)
    except (NotImplementedError, OverflowError, ValueError, TypeError, KeyError, IndexError):
        return written  # a converter that does not go so far
    return unicodedata.normalize("NFC", str(words)).strip()
