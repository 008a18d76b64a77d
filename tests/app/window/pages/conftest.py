"""A context for pages: real settings, store and background, and somebody who writes down the commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.settings.model import Settings
from app.store.store import Store
from app.window.context import Context
from app.window.theme import Theme
from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Base, Component, UnitVocabulary, read_manifest
from cslm_core.packs.store import PackStore


class Recorder:
    """A session that only writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args: self.asked.append((name, args))

    def named(self, name: str) -> list[tuple[Any, ...]]:
        return [args for asked, args in self.asked if asked == name]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def saved() -> list[Settings]:
    return []


@pytest.fixture
def context(
    qapp: QApplication, tmp_path: Path, recorder: Recorder, saved: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Context]:
    monkeypatch.setenv("CSLM_HOME", str(tmp_path / "home"))
    store = Store(None)
    made = Context(
        settings=Settings(),
        save=saved.append,
        store=store,
        theme=Theme(qapp, "light"),
        log_folder=tmp_path / "log",
        packs=PackStore(tmp_path / "user-packs", tmp_path / "builtin-packs"),
    )
    made.commands.attach(recorder)
    yield made
    made.background.close()
    store.close()


def _as_base(folder: Path) -> Base:
    manifest = read_manifest(folder)
    return Base(name=manifest.name, version=manifest.version, sha256=manifest.digest)


@pytest.fixture
def make_pack() -> Any:
    """Writes a pack folder without weights."""

    def make(
        folder: Path, name: str = "small", version: str = "1.0.0", scorecard: str = "", base: Path | None = None
    ) -> Path:
        for role in ("tokenizer", "lm", "decoder"):
            (folder / role).mkdir(parents=True)
            (folder / role / "config.json").write_text("{}")
        if scorecard:
            (folder / "scorecard.json").write_text(scorecard, "utf-8")
        build_pack(
            folder,
            name=name,
            version=version,
            title=f"The {name} pack",
            languages=["en", "zh"] if base is None else ["es"],
            units=UnitVocabulary(size=4096, rate=25),
            components={
                role: Component(kind="none", folder=role, licence="Apache-2.0", source="made up")
                for role in ("tokenizer", "lm", "decoder")
            },
            base=None if base is None else _as_base(base),
        )
        return folder

    return make
