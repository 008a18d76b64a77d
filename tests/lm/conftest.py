"""The tiny joint LM, written once."""

from pathlib import Path

import pytest

from cslm_core.lm.layout import TokenLayout
from tests.tiny import write_tiny_lm


@pytest.fixture(scope="session")
def tiny_lm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_lm(tmp_path_factory.mktemp("lm"))


@pytest.fixture(scope="session")
def layout(tiny_lm_folder: Path) -> TokenLayout:
    return TokenLayout.load(tiny_lm_folder)
