"""Languages by name, and which of a pack's languages a typed text is in.

Goes by script alone, which is enough to tell the languages of a pack apart where their scripts differ. Knows nothing of
speech, where the model itself tells the language.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

from cslm_core.errors import CslmError

__all__ = ["check_language", "language_name", "language_of"]

_NAMES: Final = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fi": "Finnish", "fr": "French", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ru": "Russian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "yue": "Cantonese", "zh": "Mandarin",
}  # fmt: skip
_SCRIPTS: Final = {
    "zh": ("CJK",), "yue": ("CJK",), "ja": ("HIRAGANA", "KATAKANA", "CJK"), "ko": ("HANGUL",), "el": ("GREEK",),
    "ru": ("CYRILLIC",), "uk": ("CYRILLIC",), "ar": ("ARABIC",), "hi": ("DEVANAGARI",), "th": ("THAI",),
}  # fmt: skip
_LATIN: Final = ("LATIN", "FULLWIDTH LATIN")


def language_name(code: str) -> str:
    """The English name of a language, or its code."""
    return _NAMES.get(code, code)


def check_language(code: str, languages: Sequence[str]) -> str:
    """`code` itself, if it is one of a pack's `languages`; else a CslmError that says which there are."""
    if code not in languages:
        known = " and ".join(language_name(known) for known in languages)
        raise CslmError(f"This pack does not know {language_name(code)}; it knows {known}.")
    return code


def language_of(text: str, languages: Sequence[str]) -> str:
    """The language of a typed text: the one most of whose letters are written in its script.

    A text without letters ("2 + 2?") is in the first language. Raises CslmError when no language of the pack is written
    like that.
    """
    counts = dict.fromkeys(languages, 0)
    letters = 0
    for character in text:
        if not character.isalpha():
            continue
        letters += 1
        name = unicodedata.name(character, "")
        for code in languages:
            counts[code] += name.startswith(_SCRIPTS.get(code, _LATIN))
    if not letters:
        return languages[0]
    best = max(languages, key=lambda code: counts[code])
    if counts[best] * 3 < letters:
        known = " and ".join(language_name(code) for code in languages)
        raise CslmError(f"The text is in a language this pack does not know; it knows {known}.")
    return best
