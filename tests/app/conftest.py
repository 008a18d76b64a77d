"""Windows of tests are drawn in memory, and their garbage is collected in the main thread, as the program does it."""

import gc
import os
from collections.abc import Iterator

import pytest

from app.window.garbage import collect_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def garbage_of_the_main_thread() -> Iterator[None]:
    gc.disable()
    yield
    collect_due()
    gc.enable()
