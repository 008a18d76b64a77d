"""The tiny joint LM, written once."""

from pathlib import Path

import pytest

from cslm_core.components import LanguageModel
from cslm_core.lm.layout import TokenLayout
from cslm_core.lm.load import load_lm
from tests.tiny import write_tiny_lm


@pytest.fixture(scope="session")
def tiny_lm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_lm(tmp_path_factory.mktemp("lm"))


@pytest.fixture(scope="session")
def layout(tiny_lm_folder: Path) -> TokenLayout:
    return TokenLayout.load(tiny_lm_folder)


@pytest.fixture(scope="session")
def lm(tiny_lm_folder: Path) -> LanguageModel:
    return load_lm(tiny_lm_folder, "cpu", 1)
