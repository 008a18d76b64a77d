"""What breaks under a session: the engine, a pack, the disk, the loudspeaker."""

import sqlite3
from pathlib import Path

import pytest

from app.audio.events import DeviceChanged, DeviceFailed, Level
from app.session.notices import (
    ConversationOpened,
    DeviceNotice,
    LevelChanged,
    PackLoading,
    PackReady,
    Problem,
    ProblemSolved,
)
from cslm_core.errors import CslmError, EngineError
from cslm_core.events import (
    Ask,
    EngineFailed,
    Load,
    Loading,
    Pong,
    Recall,
)
from tests.app.session.conftest import Stage, finished, reply, wait_until


def test_a_crash_keeps_what_there_is_and_a_restart_remembers_it(stage: Stage, tmp_path: Path) -> None:
    finished(stage, "first")
    turn = reply(stage, "second", done=False)
    stage.room.hear(0.7)
    stage.engine.up = False
    stage.engine.crash("It crashed.")
    failed = stage.seen.turn(lambda value: value.state == "failed")
    assert failed.id == turn.id
    assert failed.problem == "It crashed."
    assert failed.reply == "word0 more word1 more"
    assert stage.store.turn(turn.id) == failed
    problem = stage.seen.problem("engine")
    assert problem.remedy == "restart-engine"
    stage.seen.state("failed")
    stage.session.ask_text("hello?")
    refused = stage.seen.turn(lambda value: value.question == "hello?" and value.state == "failed")
    assert refused.problem
    stage.room.say()  # nobody can answer
    stage.session.replay(turn.id)  # but what is there can be heard
    wait_until(lambda: stage.room.stream is not None)
    stage.session.restart_engine()
    load = stage.engine.wait(Load, 2)
    assert load.folder == str(tmp_path / "pack")
    stage.engine.ready()
    stage.seen.state("ready")
    stage.seen.wait(ProblemSolved, lambda notice: notice.key == "engine")
    recall = stage.engine.wait(Recall, 2)
    assert [past.question for past in recall.turns] == ["first", "second"]
    finished(stage, "third")


def test_a_crash_while_somebody_speaks_keeps_the_question(stage: Stage) -> None:
    stage.room.begin_voice()
    stage.room.voice(1.0)
    stage.seen.turn(lambda turn: turn.state == "listening")
    stage.engine.crash("It crashed.")
    turn = stage.seen.turn(lambda value: value.state == "failed")
    sound = stage.store.sound(turn.id, "question")
    assert sound is not None
    stage.session.restart_engine()
    stage.engine.wait(Load, 2)
    stage.engine.ready()
    stage.seen.state("ready")
    stage.session.again(turn.id)
    assert len(stage.engine.wait(Ask).pcm or b"") // 4 == sound[0].size


def test_a_pack_that_cannot_be_loaded(stage: Stage, tmp_path: Path) -> None:
    reply(stage, done=False)
    stage.session.open_pack(tmp_path / "other")
    load = stage.engine.wait(Load, 2)
    assert stage.seen.turn(lambda turn: turn.state == "interrupted")
    stage.seen.state("starting")
    stage.engine.say(Loading(progress=0.5, what="lm", number=load.number))
    assert stage.seen.wait(PackLoading, lambda notice: notice.what == "lm").progress == 0.5
    stage.engine.say(EngineFailed(reason="It is damaged.", number=load.number))
    stage.seen.state("failed")
    assert stage.seen.problem("pack").remedy == "choose-pack"
    stage.session.open_pack(tmp_path / "pack")
    stage.engine.wait(Load, 3)
    stage.engine.ready()
    stage.seen.state("ready")
    assert stage.seen.of(PackReady)[-1].pack.name == "fake"
    finished(stage)


def test_an_engine_that_hangs_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.session.link._PING_EVERY", 0.05)
    monkeypatch.setattr("app.session.link._PATIENCE", 0.3)
    stage.engine.deaf = True
    assert stage.seen.problem("engine").remedy == "restart-engine"
    stage.engine.deaf = False
    stage.engine.say(Pong(busy=0.0))
    stage.seen.wait(ProblemSolved, lambda notice: notice.key == "engine", since=stage.seen.count - 1)


def test_without_a_loudspeaker_a_turn_ends_all_the_same(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.session.player._STUCK_SECONDS", 0.3)
    stage.room.emit(DeviceFailed("loudspeaker", "There is none."))
    assert stage.seen.problem("loudspeaker").remedy == "choose-device"
    reply(stage)
    stage.seen.turn(lambda turn: turn.state == "done")
    stage.seen.state("ready")
    stage.room.emit(DeviceChanged("loudspeaker", "Headphones", "They were found."))
    assert stage.seen.wait(DeviceNotice).sentence == "They were found."


def test_a_full_disk_is_told_and_the_conversation_goes_on(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise CslmError("The disk is full; free some space.")

    monkeypatch.setattr(stage.store, "save", refuse)
    monkeypatch.setattr(stage.store, "add_sound", refuse)
    turn = finished(stage)
    assert stage.seen.problem("store").sentence.startswith("The disk is full")
    assert turn.reply == "word0 more word1 more"


def test_a_database_that_takes_nothing_any_more(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = stage.store._disk
    assert disk is not None

    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(disk, "add_turn", refuse)
    monkeypatch.setattr(disk, "create", refuse)
    turn = finished(stage)
    assert turn.id < 0
    assert "could not be stored" in stage.seen.problem("store").sentence
    assert stage.seen.of(ConversationOpened)[-1].conversation.private


def test_the_open_conversation_was_deleted_elsewhere(stage: Stage) -> None:
    turn = finished(stage)
    stage.store.delete(turn.conversation)
    other = finished(stage, "next")
    assert other.conversation != turn.conversation
    assert other.id > 0


def test_a_bug_is_told_and_the_conversation_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(stage.room, "set_muted", fail)
        patched.setattr(stage.session._player, "look", fail)  # and this one comes again and again
        stage.session.set_muted(False)
        problem = stage.seen.problem("command")
        assert problem.remedy == "open-log"
        assert "restart the program" in problem.sentence
        for _ in range(20):
            stage.room.emit(Level(-20.0, 0.9))
        wait_until(lambda: len(stage.seen.of(LevelChanged)) == 20)
    told = [record for record in caplog.records if record.exc_info]
    assert len(told) == len(stage.seen.of(Problem)) == 5
    caplog.clear()
    finished(stage)
    stage.seen.wait(ProblemSolved, lambda solved: solved.key == "command")


def test_a_crash_that_cannot_be_stored_is_survived(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise CslmError("The disk is full; free some space.")

    def lose() -> None:
        raise EngineError("It crashed.")

    reply(stage, done=False)
    with monkeypatch.context() as patched:
        patched.setattr(stage.session._book, "save", refuse)
        stage.session._do(lose)
        assert stage.seen.problem("command").sentence.startswith("The disk is full")
    stage.session.restart_engine()
    stage.engine.wait(Load, 2)
    stage.engine.ready()
    stage.seen.state("ready")
    finished(stage)


def test_levels_and_closing(stage: Stage) -> None:
    stage.room.emit(Level(-20.0, 0.9))
    assert stage.seen.wait(LevelChanged).speech == 0.9
    turn = reply(stage, done=False)
    stage.room.hear(0.2)
    stage.session.close()
    assert stage.store.turn(turn.id).state == "interrupted"
    assert stage.room.closed
    assert not stage.engine.up
    stage.session.close()


def test_a_question_after_a_pack_that_could_not_be_loaded_is_refused(stage: Stage, tmp_path: Path) -> None:
    stage.session.open_pack(tmp_path / "other")
    load = stage.engine.wait(Load, 2)
    stage.engine.say(EngineFailed(reason="It is damaged.", number=load.number))
    stage.seen.problem("pack")
    since = stage.seen.count
    stage.session.ask_text("hello?")
    assert stage.seen.turn(lambda turn: turn.state == "failed", since=since).problem == "It is damaged."
    refusal = stage.seen.wait(Problem, since=since)
    assert (refusal.key, refusal.remedy) == ("pack", "choose-pack")  # the engine is well


def test_without_any_pack_no_question_waits(unloaded: Stage, tmp_path: Path) -> None:
    unloaded.session.ask_text("too early?")
    unloaded.session.no_pack("No pack was found; import one first.")
    early = unloaded.seen.turn(lambda turn: turn.state == "failed")
    assert (early.question, early.problem) == ("too early?", "No pack was found; import one first.")
    unloaded.seen.state("failed")
    assert unloaded.seen.problem("pack").remedy == "choose-pack"
    unloaded.session.ask_text("and now?")
    late = unloaded.seen.turn(lambda turn: turn.state == "failed" and turn.question == "and now?")
    assert late.problem == "No pack was found; import one first."
    unloaded.session.open_pack(tmp_path)
    unloaded.engine.wait(Load)
    unloaded.engine.ready()
    unloaded.seen.state("ready")
    unloaded.seen.wait(ProblemSolved, lambda notice: notice.key == "pack")


def test_a_missing_pack_leaves_the_one_that_is_loaded(stage: Stage) -> None:
    stage.session.no_pack("There is no pack 'gone'.")
    stage.seen.problem("pack")
    finished(stage)
