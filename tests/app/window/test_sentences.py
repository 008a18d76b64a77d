"""Sentences from below in the language of the interface; the list follows what is written there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from app.window.sentences import SENTENCES, in_words
from app.window.translate import FOLDER

_ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def literals() -> list[str]:
    """All text in the sources below the window."""
    found: list[str] = []
    for folder in ("app", "cslm_core"):
        for path in (_ROOT / folder).rglob("*.py"):
            if "window" not in path.parts:
                tree = ast.parse(path.read_text("utf-8"))
                found += [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return found


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_listed_sentence_is_still_said(sentence: str, literals: list[str]) -> None:
    pieces = [piece.strip(" “”.()").removesuffix(" the") for piece in re.split(r"{\d}", sentence)]
    longest = max(pieces, key=len).split(". ")[0]
    assert any(longest in literal for literal in literals), longest


def test_what_differs_is_kept_and_small_words_are_translated(qapp: QApplication) -> None:
    translator = QTranslator()
    assert translator.load("cslm_zh_CN", str(FOLDER))
    told = "“Jabra 75” went away; using the microphone “Built-in” from now on."
    assert in_words(told) == told
    qapp.installTranslator(translator)
    try:
        assert in_words(told) == "“Jabra 75”已断开；现在使用麦克风“Built-in”。"
        assert in_words("The engine crashed (SIGSEGV); start it again.") == "引擎崩溃了（SIGSEGV）；请重新启动它。"
        assert in_words("Something that nobody has listed.") == "Something that nobody has listed."
    finally:
        qapp.removeTranslator(translator)
