"""Sentences as they come, made into sentences as they are kept: Unicode, spaces, quotes, numbers, and what is refused.

Knows nothing of speech, of files, or of any one language.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from trainer.language.job import JobLanguage
from trainer.language.languages import script_share
from trainer.language.numbers import has_digits, read_numbers

__all__ = ["MAX_CHARACTERS", "Cleaned", "clean_text", "tidy"]

MAX_CHARACTERS: Final = 600
_LEAST_SHARE: Final = 0.8
"""A foreign name in a sentence is no wrong script; a sentence that is half foreign is."""
_SAME: Final = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "″": '"',
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "´": "'", "`": "'", "ʼ": "'", "′": "'",
        "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "...", "\u00ad": None,
    }
)  # fmt: skip
_NFC_ONLY: Final = ("Thai", "Laoo", "Tibt", "Arab")
"""Where compatibility forms take letters apart that belong together (Thai sara am), or join what is written so."""
_JOINERS: Final = "\u200c\u200d"
"""They are spelling in Persian and in Indian scripts."""
_UNREADABLE: Final = frozenset("@#_~^|\\<>{}[]=*/%&+$€£¥°©®")
_ORDINAL: Final = re.compile(r"\d\.?[ºª]")
"""Normalisation would make letters of the signs."""
_ELSEWHERE: Final = re.compile(r"https?:|www\.|\w@\w", re.IGNORECASE)


class Cleaned(NamedTuple):
    """A usable `text`, or a `reason` (a key of `reasons.REASONS`) why it is not."""

    text: str
    reason: str = ""


def tidy(text: str, script: str) -> str:
    """One form for what looks alike: Unicode, plain quotes and hyphens, single spaces, no invisible signs."""
    text = unicodedata.normalize("NFC", text.translate(_SAME))
    if script not in _NFC_ONLY:
        text = unicodedata.normalize("NFKC", text)
    kept = (c if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn") else " " for c in text)
    return " ".join("".join(kept).split())


def clean_text(text: str, language: JobLanguage) -> Cleaned:
    """The sentence as it is kept, or why it cannot be used. A number is written out, where that can be done."""
    plain = tidy(text, language.script)
    if len(plain) > 1 and plain[0] == plain[-1] == '"' and plain.count('"') == 2:
        plain = plain[1:-1].strip()
    if not any(c.isalnum() for c in plain):
        return Cleaned(plain, "empty")
    if _ORDINAL.search(text):
        return Cleaned(plain, "digits")
    if len(plain) > MAX_CHARACTERS:
        return Cleaned(plain, "long_text")
    if _ELSEWHERE.search(plain):
        return Cleaned(plain, "signs")
    if script_share(plain, language.script) < _LEAST_SHARE:
        return Cleaned(plain, "wrong_script")
    plain = read_numbers(plain, language.code)
    if has_digits(plain):
        return Cleaned(plain, "digits")
    if any(c in _UNREADABLE or unicodedata.category(c) == "So" for c in plain):
        return Cleaned(plain, "signs")
    return Cleaned(plain)
