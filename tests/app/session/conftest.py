"""A session with a scripted room and engine, ready to be talked with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.session.session import Session
from app.settings.model import Settings
from app.store.model import Turn
from app.store.store import Store
from cslm_core.events import Ask
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
def unloaded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Stage]:
    """No pack is loaded yet. A bug, which the session survives, fails the test."""
    room, engine, seen = ScriptedRoom(), ScriptedEngine(), Watcher()
    store = Store(tmp_path / "conversations.db")
    session = Session(engine=engine, room=room, store=store, settings=Settings(), observer=seen)
    session.start()
    yield Stage(session, room, engine, store, seen)
    session.close()
    store.close()
    assert not [record for record in caplog.get_records("call") if record.exc_info]


@pytest.fixture
def stage(unloaded: Stage, tmp_path: Path) -> Stage:
    """A pack is loaded, nothing goes on."""
    from cslm_core.events import Load

    unloaded.session.open_pack(tmp_path / "pack")
    unloaded.engine.wait(Load)
    unloaded.engine.ready()
    unloaded.seen.state("ready")
    return unloaded


def reply(stage: Stage, question: str = "hello", *, chunks: int = 2, done: bool = True) -> Turn:
    """A typed question with a reply of chunks of 0.5 s, of which nothing has been heard yet."""
    since = stage.seen.count
    asked = len(stage.engine.of(Ask))
    stage.session.ask_text(question)
    stage.engine.wait(Ask, asked + 1)
    stage.engine.hear(question)
    for chunk in range(chunks):
        stage.engine.chunk(chunk, f" word{chunk} more")
    if done:
        stage.engine.done(" ".join(f"word{chunk} more" for chunk in range(chunks)))
        return stage.seen.turn(lambda turn: turn.stats is not None, since=since)
    return stage.seen.turn(lambda turn: len(turn.chunks) == chunks and turn.chunks[-1].seconds > 0, since=since)


def finished(stage: Stage, question: str = "hello", *, chunks: int = 2) -> Turn:
    """The same, heard to its end."""
    turn = reply(stage, question, chunks=chunks)
    since = stage.seen.count
    stage.room.finish()
    return stage.seen.turn(lambda value: value.id == turn.id and value.state == "done", since=since)


def wait_until(condition: Callable[..., bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
