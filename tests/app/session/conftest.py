"""A session with a scripted room and engine, ready to be talked with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.session.session import Session
from app.settings.model import Settings
from app.store.store import Store
from tests.app.session.fakes import ScriptedEngine, ScriptedRoom, Watcher


@dataclass
class Stage:
    """All that a test of a session works with."""

    session: Session
    room: ScriptedRoom
    engine: ScriptedEngine
    store: Store
    seen: Watcher


@pytest.fixture
def unloaded(tmp_path: Path) -> Iterator[Stage]:
    """No pack is loaded yet."""
    room, engine, seen = ScriptedRoom(), ScriptedEngine(), Watcher()
    store = Store(tmp_path / "conversations.db")
    session = Session(engine=engine, room=room, store=store, settings=Settings(), observer=seen)
    session.start()
    yield Stage(session, room, engine, store, seen)
    session.close()
    store.close()


@pytest.fixture
def stage(unloaded: Stage, tmp_path: Path) -> Stage:
    """A pack is loaded, nothing goes on."""
    from cslm_core.events import Load

    unloaded.session.open_pack(tmp_path / "pack")
    unloaded.engine.wait(Load)
    unloaded.engine.ready()
    unloaded.seen.state("ready")
    return unloaded
