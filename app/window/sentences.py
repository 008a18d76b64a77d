"""The sentences that come from below (engine, devices, store) in the language of the interface.

Below the window a sentence is English and final. Those that a user may meet are listed in `sentencelist.py`; what
differs in one is looked up itself, since it may be a known part of a sentence. A sentence that is not listed is shown
as it is. Knows nothing of when a sentence is said.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication

from app.window.sentencelist import AND, LANGUAGES, SENTENCES

__all__ = ["SENTENCES", "in_words"]

_PLACE: Final = re.compile(r"\\{\d\\}")
_CODE: Final = re.compile(r"[a-z]{2,3}(-\w+)*")
"""A language without a name is called by its code."""


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Those that say most themselves come first: “{0} is damaged: {1}.” fits much of what others fit better."""
    known = sorted((*LANGUAGES, *SENTENCES), key=lambda text: len(re.sub(r"{\d}", "", text)), reverse=True)
    return [(re.compile(_PLACE.sub("(.+?)", re.escape(text)), re.DOTALL), text) for text in known]


def in_words(sentence: str) -> str:
    """The sentence in the language of the interface; as it is if it is none of those that are known."""
    for pattern, text in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return _translated(text, *found.groups())
    first, _, others = sentence.partition(" and ")
    if others and all(name in LANGUAGES or _CODE.fullmatch(name) for name in sentence.split(" and ")):
        return _translated(AND, first, others)
    return sentence


def _translated(text: str, *parts: str) -> str:
    return QCoreApplication.translate("Sentence", text).format(*(in_words(part) for part in parts))
