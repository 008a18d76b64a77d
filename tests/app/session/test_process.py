"""A session with a real engine process: stand-ins that answer at once, and the tiny seeded LM in the real grammar."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.session.notices import PackReady, ProblemSolved, TurnRemoved
from app.session.session import Session
from app.settings.model import Conversing, Settings
from app.store.model import Turn
from app.store.store import Store
from cslm_core.engine.client import EngineClient
from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Component, UnitVocabulary
from tests.app.session.fakes import ScriptedRoom, Watcher
from tests.fakes import make_pack
from tests.tiny import UNITS, write_tiny_lm


@dataclass
class Real:
    session: Session
    room: ScriptedRoom
    client: EngineClient
    store: Store
    seen: Watcher
    pack: Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "fake"
    make_pack(folder)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack whose LM is real, though it knows nothing."""
    folder = tmp_path_factory.mktemp("packs") / "tiny"
    kinds = {"tokenizer": "fake", "lm": "llama-int8", "decoder": "fake"}
    write_tiny_lm(folder / "lm")
    for role in ("tokenizer", "decoder"):
        (folder / role).mkdir()
        (folder / role / "config.json").write_text("{}")
    build_pack(
        folder,
        name="tiny",
        version="1.0.0",
        title="A tiny pack",
        languages=["en", "zh"],
        units=UnitVocabulary(size=UNITS, rate=25),
        components={
            role: Component(kind=kind, folder=role, licence="Apache-2.0", source="made up")
            for role, kind in kinds.items()
        },
    )
    return folder


@pytest.fixture
def real(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Real]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    room, seen = ScriptedRoom(), Watcher()
    store = Store(tmp_path / "conversations.db")
    client = EngineClient(imports=("tests.fake_engine",), log_folder=tmp_path / "logs")
    settings = Settings(conversing=Conversing(threads=1))
    session = Session(engine=client, room=room, store=store, settings=settings, observer=seen)
    session.start()
    session.open_pack(folder)
    seen.wait(PackReady)
    seen.state("ready")
    yield Real(session, room, client, store, seen, folder)
    session.close()
    store.close()


def heard_to_the_end(real: Real, wanted: Callable[[Turn], bool] = lambda _: True) -> Turn:
    turn = real.seen.turn(lambda turn: turn.stats is not None and wanted(turn))
    deadline = time.monotonic() + 10
    while real.seen.last_state != "ready":  # a reply of the tiny LM may have no sound
        assert time.monotonic() < deadline
        if real.room.ended:
            real.room.hear(real.room.seconds)
            real.room.finish()
        time.sleep(0.01)
    return real.seen.turn(lambda value: value.id == turn.id and value.state == "done")


def test_spoken_typed_and_interrupted(real: Real) -> None:
    real.room.say(1.0)
    spoken = heard_to_the_end(real)
    assert spoken.question.endswith("units")
    assert spoken.reply == f"reply to {spoken.question}"
    assert [chunk.start for chunk in spoken.chunks] == pytest.approx([0.8 * n for n in range(len(spoken.chunks))])
    assert spoken.chunks[-1].seconds == pytest.approx(0.8)
    water = spoken.waterfall
    assert water is not None
    marks = [water.vad_hangover, water.tokenizer, water.heard, water.first_text, water.first_unit, water.first_sound]
    assert None not in marks
    assert marks[1:] == sorted(marks[1:])  # type: ignore[type-var]

    real.session.ask_text("endless")
    real.seen.turn(lambda turn: turn.question == "endless" and len(turn.chunks) > 3)
    real.room.hear(1.7)  # two chunks and a bit
    real.room.begin_voice()
    real.seen.state("paused")
    time.sleep(0.3)  # what was on its way
    before = len(real.seen.notices)
    time.sleep(0.3)
    assert len(real.seen.notices) == before  # the engine waits
    real.room.voice(1.2)
    real.room.end_voice()
    cut = real.seen.turn(lambda turn: turn.state == "interrupted")
    assert cut.heard_seconds == pytest.approx(1.7)
    answered = heard_to_the_end(real, lambda turn: turn.id > cut.id)
    assert answered.reply.startswith("reply to")


def test_a_false_interruption_goes_on(real: Real) -> None:
    real.session.ask_text("a b c d e f g h i j k l m n o p")
    real.seen.turn(lambda turn: len(turn.chunks) > 2)
    real.room.hear(0.5)
    real.room.begin_voice()
    real.seen.state("paused")
    real.room.drop_voice()
    real.seen.state("speaking")
    turn = heard_to_the_end(real)
    assert turn.reply == "reply to a b c d e f g h i j k l m n o p"
    assert turn.heard_seconds is None


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_the_engine_is_killed_in_the_middle_of_a_reply(real: Real) -> None:
    real.session.ask_text("first")
    heard_to_the_end(real)
    real.session.ask_text("endless")
    real.seen.turn(lambda turn: turn.question == "endless" and len(turn.chunks) > 2)
    real.room.hear(1.0)
    assert real.client.pid is not None
    os.kill(real.client.pid, signal.SIGKILL)
    failed = real.seen.turn(lambda turn: turn.state == "failed")
    assert failed.heard_seconds == pytest.approx(1.0)
    assert "ended from outside" in failed.problem
    assert real.seen.problem("engine").remedy == "restart-engine"
    sound = real.store.sound(failed.id, "reply")
    assert sound is not None
    assert sound[0].size >= 24_000
    real.session.restart_engine()
    real.seen.wait(ProblemSolved, lambda notice: notice.key == "engine")
    real.session.ask_text("third")
    heard_to_the_end(real, lambda turn: turn.question == "third")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_stop_and_restart_work_when_the_engine_hangs(real: Real) -> None:
    real.session.ask_text("endless")
    real.seen.turn(lambda turn: len(turn.chunks) > 1)
    real.room.hear(0.2)
    assert real.client.pid is not None
    os.kill(real.client.pid, signal.SIGSTOP)
    real.session.stop()
    real.seen.state("ready")
    assert real.room.stream is None
    real.room.say(20.0)
    real.seen.state("thinking")
    real.session.restart_engine()
    real.seen.state("ready")
    real.session.ask_text("hi")
    assert heard_to_the_end(real, lambda turn: turn.question == "hi").reply == "reply to hi"


def test_another_pack_while_it_speaks_and_the_real_grammar(real: Real, tiny: Path) -> None:
    real.session.ask_text("endless")
    real.seen.turn(lambda turn: len(turn.chunks) > 1)
    real.session.open_pack(tiny)
    real.seen.wait(PackReady, lambda notice: notice.pack.name == "tiny")
    real.seen.state("ready")
    for question in ("hello", "the capital of Paris is"):
        real.session.ask_text(question)
        turn = heard_to_the_end(real, lambda turn, question=question: turn.question == question)
        assert turn.chunks
        assert turn.stats is not None
    real.session.delete_turn(turn.id)
    real.seen.wait(TurnRemoved)
    since = real.seen.count
    real.session.again(real.store.turns(turn.conversation)[-1].id, "zh")
    again = real.seen.turn(lambda turn: turn.question == "hello" and turn.stats is not None, since=since)
    assert again.wanted_language == "zh"
