"""The program that the user sees never loads the model's libraries, whichever of its modules are imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app

HEAVY = ("torch", "transformers", "ctranslate2", "faster_whisper")

_CODE = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(name for name in %r if name in sys.modules)))
"""


def modules(*, window: bool) -> list[str]:
    root = Path(app.__file__).parent
    names = []
    for path in sorted(root.rglob("*.py")):
        parts = list(path.relative_to(root.parent).with_suffix("").parts)
        if parts[-1] in ("__init__", "__main__"):
            parts.pop()
        if (parts[:2] == ["app", "window"]) == window:
            names.append(".".join(parts))
    return names


def loaded(names: list[str], *forbidden: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _CODE % (forbidden,), *names],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_all_modules_are_looked_at() -> None:
    assert {"app.cli", "app.store.store", "app.commands.doctor"} <= set(modules(window=False))
    assert "app.window" in modules(window=True)


def test_without_the_window_neither_the_model_nor_qt_is_loaded() -> None:
    assert loaded(modules(window=False), *HEAVY, "PySide6", "pyqtgraph") == "[]"


def test_the_window_loads_nothing_of_the_model() -> None:
    pytest.importorskip("PySide6")
    assert loaded(modules(window=True), *HEAVY) == "[]"
