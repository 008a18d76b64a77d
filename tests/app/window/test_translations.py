"""The Chinese translation is complete, compiled, and its placeholders are those of the English text."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

_TOOL = Path(__file__).resolve().parents[3] / "packaging" / "translations.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations_tool", _TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_string_of_the_sources_is_translated_and_compiled(tool: ModuleType) -> None:
    for language in tool.LANGUAGES:
        assert tool.problems(language) == []  # python packaging/translations.py says what to do


def test_placeholders_stay(tool: ModuleType) -> None:
    for language in tool.LANGUAGES:
        for (_, source, _), translation in tool.messages(tool.ts_file(language)).items():
            assert sorted(re.findall(r"{\d}", translation or "")) == sorted(re.findall(r"{\d}", source)), source


def test_the_compiled_file_speaks_chinese(tool: ModuleType, qapp: QApplication) -> None:
    translator = QTranslator()
    assert translator.load("cslm_zh_CN", str(tool.FOLDER))
    qapp.installTranslator(translator)
    try:
        assert QCoreApplication.translate("Pages", "Settings") == "设置"
    finally:
        qapp.removeTranslator(translator)
