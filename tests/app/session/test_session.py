"""A session with a scripted room and engine: turns, what is no speech, stop and mute, other questions."""

import threading
from pathlib import Path

import pytest

from app.session.book import Book
from app.session.notices import (
    Problem,
    ProblemSolved,
    StateChanged,
    TurnChanged,
    TurnRemoved,
)
from app.settings.model import Conversing, Settings
from app.store.model import Turn
from cslm_core.audio import write_wav
from cslm_core.errors import CslmError
from cslm_core.events import (
    Ask,
    Cancel,
    Finish,
    Listen,
    Load,
    Played,
    Push,
    TextDelta,
    TurnFailed,
)
from tests.app.session.conftest import Stage, finished, reply, wait_until
from tests.app.session.fakes import Watcher
from tests.fakes import speech


def test_a_spoken_turn_from_the_first_sound_to_the_last(stage: Stage) -> None:
    stage.room.say(1.0)
    stage.engine.wait(Finish)
    assert len(stage.engine.of(Listen)) == 1
    pushed = sum(len(push.pcm) for push in stage.engine.of(Push)) // 4
    assert pushed == 16_000
    stage.engine.hear("what is it")
    stage.engine.chunk(0, " It is")
    stage.engine.chunk(1, " a test.")
    stage.seen.state("speaking")
    stage.room.hear(0.2)
    stage.engine.done("It is a test.")
    stage.seen.turn(lambda turn: turn.stats is not None)
    stage.room.finish()
    turn = stage.seen.turn(lambda turn: turn.state == "done")
    stage.seen.state("ready")
    assert turn.question == "what is it"
    assert turn.reply == "It is a test."
    assert [(chunk.start, chunk.seconds) for chunk in turn.chunks] == [(0.0, 0.5), (0.5, 0.5)]
    assert turn.heard_seconds is None
    water = turn.waterfall
    assert water is not None
    assert water.vad_hangover is not None
    assert 0.3 < water.vad_hangover < 0.5
    marks = [water.tokenizer, water.heard, water.first_text, water.first_unit, water.first_sound, water.played]
    assert None not in marks
    stored: Turn = stage.store.turn(turn.id)
    assert stored == turn
    assert stage.store.sound(turn.id, "question")[0].size == 16_000  # type: ignore[index]
    assert stage.store.sound(turn.id, "reply")[0].size == 24_000  # type: ignore[index]


def test_a_typed_turn(stage: Stage) -> None:
    stage.session.ask_text("  hello \ud800 ")
    ask = stage.engine.wait(Ask)
    assert ask.text == "hello \ufffd"
    stage.engine.hear("hello")
    stage.engine.chunk(0, " hi.")
    stage.engine.done("hi.")
    stage.seen.turn(lambda turn: turn.stats is not None)
    stage.room.finish()
    turn = stage.seen.turn(lambda turn: turn.state == "done")
    assert turn.origin == "typed"
    assert turn.question == "hello \ufffd"
    assert turn.question_language == "en"


# --- what is no speech ------------------------------------------------------------------------------------------------


def test_a_cough_leaves_nothing(stage: Stage) -> None:
    stage.room.begin_voice()
    stage.room.voice(0.3, voiced=0.05)
    stage.engine.wait(Push)
    stage.seen.state("listening")
    stage.room.drop_voice()
    stage.engine.wait(Cancel)
    stage.seen.state("ready")
    assert not stage.seen.of(TurnChanged)
    assert not stage.engine.of(Finish)


def test_a_question_without_words_is_taken_away(stage: Stage) -> None:
    stage.room.say(0.5)
    stage.engine.wait(Finish)
    stage.engine.say(TurnFailed(turn=stage.engine.turn, reason="No speech.", kind="no-speech"))
    removed = stage.seen.wait(TurnRemoved)
    stage.seen.state("ready")
    with pytest.raises(CslmError):
        stage.store.turn(removed.turn)
    assert not stage.seen.of(Problem)


# --- stop, mute, the key ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["ready", "listening", "thinking", "speaking", "finishing", "paused", "replaying"])
def test_stop_is_silence_wherever_it_comes(stage: Stage, where: str) -> None:
    match where:
        case "listening":
            stage.room.begin_voice()
            stage.room.voice(0.5)
        case "thinking":
            stage.room.say()
            stage.engine.wait(Finish)
        case "speaking" | "paused":
            reply(stage, done=False)
            stage.room.hear(0.3)
            if where == "paused":
                stage.room.begin_voice()
        case "finishing":
            reply(stage)
            stage.room.hear(0.3)
        case "replaying":
            stage.session.replay(finished(stage).id)
    stage.seen.state({"finishing": "speaking", "replaying": "speaking"}.get(where, where))
    stage.session.stop()
    stage.seen.state("ready")
    assert stage.room.stream is None
    assert not stage.room.paused
    if where in ("speaking", "finishing", "paused"):
        assert stage.engine.wait(Played).seconds == pytest.approx(0.3)
        assert stage.seen.turn(lambda turn: turn.state == "interrupted").heard_seconds == pytest.approx(0.3)
    if where in ("listening", "thinking", "speaking", "paused"):
        assert stage.engine.of(Cancel)
    # and everything works afterwards
    finished(stage, "again")


def test_muting_forgets_what_is_being_said_and_lets_a_reply_go_on(stage: Stage) -> None:
    stage.room.begin_voice()
    stage.room.voice(0.5)
    stage.seen.state("listening")
    stage.session.set_muted(True)
    stage.engine.wait(Cancel)
    stage.seen.wait(StateChanged, lambda state: state.muted and state.state == "ready")
    assert stage.room.muted
    stage.room.say()  # what the room still says of before
    reply(stage)
    assert len(stage.engine.of(Listen)) == 1
    stage.session.toggle_muted()
    stage.seen.wait(StateChanged, lambda state: not state.muted and state.state == "speaking")
    stage.room.hear(0.1)
    stage.room.begin_voice()
    stage.seen.state("paused")
    stage.session.toggle_muted()
    stage.seen.state("speaking")
    assert not stage.room.paused


def test_the_key_interrupts_at_once(stage: Stage) -> None:
    reply(stage, done=False)
    stage.room.hear(0.2)
    stage.session.press(True)
    stage.seen.state("listening")
    stage.room.voice(0.5)
    stage.session.press(False)
    stage.engine.wait(Finish)
    assert stage.seen.turn(lambda turn: turn.state == "interrupted").heard_seconds == pytest.approx(0.2)


def busy(stage: Stage) -> threading.Event:
    """The session's thread waits for a disk until this is set."""
    go_on = threading.Event()
    stage.session._do(lambda: go_on.wait(10) and None)
    return go_on


def test_stop_is_silence_at_once_however_busy_the_thread_is(stage: Stage) -> None:
    turn = reply(stage, done=False)
    stage.room.hear(0.3)
    go_on = busy(stage)
    stage.session.replay(turn.id)  # what was wanted before the stop is stopped as well
    assert not stage.room.silent
    stage.session.stop()
    assert stage.room.silent
    go_on.set()
    stage.seen.state("ready")
    wait_until(lambda: not stage.room.silenced)
    assert stage.room.stream is None
    assert stage.store.turn(turn.id).heard_seconds == pytest.approx(0.3)
    finished(stage, "again")


def test_what_was_heard_to_its_end_is_not_lost_by_a_stop_that_overtakes_the_news(stage: Stage) -> None:
    turn = reply(stage)
    stage.room.hear(1.0)
    wait_until(lambda: stage.session._player._stream is not None and stage.session._player._stream.at == 1.0)
    go_on = busy(stage)
    stage.session.stop()
    stage.room.finish()
    go_on.set()
    assert stage.seen.turn(lambda value: value.id == turn.id and value.state == "done").heard_seconds is None


@pytest.mark.parametrize("how", ["stop", "type", "replay"])
def test_a_latched_key_does_not_outlive_its_question(stage: Stage, how: str) -> None:
    before = finished(stage)
    stage.session.press(True)
    stage.seen.state("listening")
    if how == "stop":
        stage.session.stop()
    elif how == "type":
        stage.session.ask_text("typed")
    else:
        stage.session.replay(before.id)
    wait_until(lambda: not stage.room.speaking)
    assert "drop" in stage.room.calls
    stage.session.stop()
    stage.seen.state("ready")
    listened = len(stage.engine.of(Listen))
    stage.room.say()
    stage.engine.wait(Listen, listened + 1)


def test_a_question_that_goes_on_is_not_dropped(stage: Stage) -> None:
    stage.room.say()
    stage.engine.wait(Finish)
    stage.session.press(True)
    stage.seen.state("listening")
    stage.room.voice(0.5)
    stage.session.press(False)
    stage.engine.wait(Finish, 2)
    assert "drop" not in stage.room.calls


def test_the_key_while_muted_says_why_nothing_is_heard(stage: Stage) -> None:
    stage.session.set_muted(True)
    stage.session.press(True)
    assert stage.seen.problem("command").sentence == "The microphone is muted; unmute it to talk."
    stage.session.press(False)
    stage.session.toggle_muted()
    stage.seen.wait(ProblemSolved, lambda solved: solved.key == "command")
    since = stage.seen.count
    stage.session.press(True)
    stage.seen.state("listening")
    assert not [notice for notice in stage.seen.notices[since:] if isinstance(notice, Problem)]


# --- other questions --------------------------------------------------------------------------------------------------


def test_a_typed_question_interrupts_a_reply(stage: Stage) -> None:
    first = reply(stage, done=False)
    stage.room.hear(0.1)
    second = finished(stage, "something else")
    assert stage.store.turn(first.id).state == "interrupted"
    assert second.question == "something else"


def test_a_file_is_asked(stage: Stage, tmp_path: Path) -> None:
    write_wav(tmp_path / "question.wav", speech(1.0), 16_000)
    stage.session.ask_file(tmp_path / "question.wav")
    ask = stage.engine.wait(Ask)
    assert len(ask.pcm or b"") // 4 == 16_000
    stage.engine.hear("what was said")
    turn = stage.seen.turn(lambda turn: turn.question == "what was said")
    assert turn.origin == "file"
    stage.engine.say(TurnFailed(turn=stage.engine.turn, reason="No speech.", kind="no-speech"))
    assert stage.seen.turn(lambda turn: turn.state == "failed").problem == "No speech."
    stage.session.ask_file(tmp_path / "nothing.wav")
    assert "does not exist" in stage.seen.problem("file").sentence


def test_a_question_that_comes_while_the_pack_is_loaded_is_asked_then(unloaded: Stage, tmp_path: Path) -> None:
    unloaded.session.open_pack(tmp_path)
    unloaded.engine.wait(Load)
    unloaded.room.say()  # nobody can hear it yet
    unloaded.session.ask_text("first")
    unloaded.session.ask_text("second")
    first = unloaded.seen.turn(lambda turn: turn.state == "interrupted")
    assert first.question == "first"
    unloaded.engine.ready()
    assert unloaded.engine.wait(Ask).text == "second"
    assert not unloaded.engine.of(Listen)


def test_a_question_that_is_deleted_while_it_waits_for_the_pack_is_not_asked(unloaded: Stage, tmp_path: Path) -> None:
    unloaded.session.open_pack(tmp_path)
    unloaded.engine.wait(Load)
    unloaded.session.ask_text("never mind")
    turn = unloaded.seen.turn()
    unloaded.session.delete_turn(turn.id)
    unloaded.seen.wait(TurnRemoved)
    since = unloaded.seen.count
    unloaded.engine.ready()
    finished(unloaded, "another one")
    assert [ask.text for ask in unloaded.engine.of(Ask)] == ["another one"]
    later = [notice.turn.id for notice in unloaded.seen.notices[since:] if isinstance(notice, TurnChanged)]
    assert turn.id not in later


def test_a_deleted_turn_is_not_shown_again(stage: Stage) -> None:
    seen = Watcher()
    book = Book(stage.store, seen)
    book.new(private=False)
    turn = book.begin("typed", state="thinking", question="gone")
    stage.store.delete_turn(turn.id)
    since = seen.count
    book.save(turn)
    assert not [notice for notice in seen.notices[since:] if isinstance(notice, TurnChanged)]


def test_an_empty_text_is_a_sentence(stage: Stage) -> None:
    stage.session.ask_text(" \n ")
    assert "empty" in stage.seen.problem("command").sentence


def test_a_language_the_pack_does_not_have_fails_the_turn(stage: Stage) -> None:
    stage.session.ask_text("Привет")
    stage.engine.wait(Ask)
    stage.engine.say(TurnFailed(turn=stage.engine.turn, reason="Only English.", kind="language"))
    turn = stage.seen.turn(lambda turn: turn.state == "failed")
    assert turn.problem == "Only English."
    stage.seen.state("ready")


def test_a_choice_that_the_pack_lacks_counts_as_auto_and_is_kept(stage: Stage) -> None:
    stage.session.apply(Settings(conversing=Conversing(input_language="es", reply_language="sr-Latn")))
    stage.session.ask_text("hello")
    ask = stage.engine.wait(Ask)
    assert (ask.language, ask.reply_language) == ("auto", "auto")
    stage.engine.hear("hello")
    stage.engine.done("Hi.", "en")
    assert stage.seen.turn(lambda turn: turn.state == "done").wanted_language == ""


def test_text_alone_when_replies_are_not_spoken(stage: Stage) -> None:
    stage.session.apply(Settings(conversing=Conversing(speak_replies=False, reply_language="zh", temperature=0.3)))
    stage.session.ask_text("hello")
    ask = stage.engine.wait(Ask)
    assert (ask.speak, ask.reply_language, ask.temperature) == (False, "zh", 0.3)
    stage.engine.hear("hello")
    stage.engine.say(TextDelta(turn=ask.turn, chunk=0, text="hi there"))
    stage.engine.done("hi there", "zh")
    turn = stage.seen.turn(lambda turn: turn.state == "done")
    assert turn.reply_language == "en"  # its script says so, whatever was asked for
    assert turn.off_target
