"""A session with a scripted engine: what is told to whom when somebody speaks, types, interrupts."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
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
    StateChanged,
    TurnChanged,
    TurnRemoved,
    WordSpoken,
)
from app.settings.model import Conversing, Settings
from app.store.model import Turn
from cslm_core.audio import write_wav
from cslm_core.errors import CslmError
from cslm_core.events import (
    Ask,
    Cancel,
    Continue,
    EngineFailed,
    Exchange,
    Finish,
    Listen,
    Load,
    Loading,
    Pause,
    Played,
    Pong,
    Push,
    Recall,
    TextDelta,
    TurnFailed,
)
from tests.app.session.conftest import Stage
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


# --- speaking over the reply ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("done", [False, True])
def test_a_false_interruption_goes_on_where_it_stopped(stage: Stage, done: bool) -> None:
    turn = reply(stage, done=done)
    stage.room.hear(0.3)
    stage.room.begin_voice()
    stage.seen.state("paused")
    assert stage.room.paused
    assert len(stage.engine.of(Pause)) == (not done)
    stage.room.voice(0.2, voiced=0.05)
    stage.room.drop_voice()
    stage.seen.state("speaking")
    assert not stage.room.paused
    assert len(stage.engine.of(Continue)) == (not done)
    assert not stage.engine.of(Cancel)
    if not done:
        stage.engine.done("word0 more word1 more")
    stage.seen.turn(lambda value: value.stats is not None)
    stage.room.finish()
    assert stage.seen.turn(lambda value: value.state == "done").id == turn.id


def test_a_reply_that_begins_while_somebody_may_be_speaking_waits(stage: Stage) -> None:
    stage.session.ask_text("hello")
    stage.engine.wait(Ask)
    stage.engine.hear("hello")
    stage.room.begin_voice()
    stage.engine.wait(Pause)
    stage.engine.chunk(0, " one")  # was on its way
    stage.engine.done("one")
    stage.seen.turn(lambda turn: turn.stats is not None)
    assert stage.room.stream is None
    stage.room.drop_voice()
    stage.seen.state("speaking")
    _wait(lambda: stage.room.ended)
    assert stage.room.seconds == 0.5
    stage.room.finish()
    stage.seen.turn(lambda turn: turn.state == "done")


def test_no_words_within_a_second_is_a_false_interruption_too(stage: Stage) -> None:
    reply(stage, done=False)
    stage.room.hear(0.3)
    begin = time.monotonic()
    stage.room.begin_voice()
    stage.seen.state("paused")
    stage.room.voice(0.2, voiced=0.05)
    stage.seen.state("speaking")
    assert 0.9 < time.monotonic() - begin < 4.0
    # Who then does speak is heard all the same, from the beginning.
    stage.room.voice(0.8, voiced=0.6)
    stage.engine.wait(Listen)
    stage.seen.state("listening")
    stage.room.end_voice(0.6)
    stage.engine.wait(Finish)
    assert sum(len(push.pcm) for push in stage.engine.of(Push)) // 4 == 16_000


def test_a_real_interruption_becomes_the_next_question(stage: Stage) -> None:
    first = reply(stage, chunks=3, done=False)
    stage.room.hear(0.6)
    stage.room.begin_voice()
    stage.room.voice(1.0)
    stage.engine.wait(Listen)
    cut = stage.seen.turn(lambda turn: turn.state == "interrupted")
    assert cut.id == first.id
    assert cut.heard_seconds == pytest.approx(0.6)
    stage.seen.state("listening")
    assert stage.room.stream is None
    assert not stage.room.paused
    stage.room.end_voice()
    stage.engine.wait(Finish)
    kinds = [type(command) for command in stage.engine.sent if not isinstance(command, Push)]
    assert kinds[-6:] == [Ask, Pause, Cancel, Played, Listen, Finish]
    assert stage.engine.of(Played)[0].seconds == pytest.approx(0.6)
    assert sum(len(push.pcm) for push in stage.engine.of(Push)) // 4 == 16_000
    stage.engine.chunk(3, " late", turn=stage.engine.of(Ask)[0].turn)
    stage.engine.hear("stop that")
    second = stage.seen.turn(lambda turn: turn.question == "stop that")
    assert second.id != first.id
    assert stage.store.turn(first.id) == cut


def test_a_short_word_interrupts_when_it_is_over(stage: Stage) -> None:
    reply(stage, done=False)
    stage.room.hear(0.2)
    stage.room.begin_voice()
    stage.room.voice(0.5, voiced=0.32)
    stage.seen.state("paused")
    stage.room.end_voice(0.32)
    stage.engine.wait(Finish)
    stage.seen.state("thinking")


def test_an_interruption_without_words_lets_the_rest_be_heard(stage: Stage) -> None:
    first = reply(stage)
    stage.room.hear(0.4)
    stage.room.begin_voice()
    stage.room.voice(0.6)
    stage.room.end_voice(0.6)
    stage.engine.wait(Finish)
    cut = stage.seen.turn(lambda turn: turn.id == first.id and turn.heard_seconds is not None)
    assert cut.heard_seconds == pytest.approx(0.4)
    stage.engine.say(TurnFailed(turn=stage.engine.turn, reason="No speech.", kind="no-speech"))
    stage.seen.wait(TurnRemoved)
    stage.seen.state("speaking")
    rest = np.concatenate(stage.room.played[stage.room.stream])  # type: ignore[index]
    assert rest.size == pytest.approx(0.6 * 24_000, abs=2)
    since = stage.seen.count
    stage.room.finish()
    assert stage.seen.turn(lambda turn: turn.id == first.id, since=since).heard_seconds is None
    recalled = stage.engine.wait(Recall, 2)
    assert [past.reply for past in recalled.turns] == ["word0 more word1 more"]


def test_who_goes_on_before_the_reply_has_not_finished_the_question(stage: Stage) -> None:
    stage.room.say(1.0)
    stage.engine.wait(Finish)
    first = stage.seen.turn(lambda turn: turn.state == "thinking")
    stage.room.begin_voice()
    stage.seen.state("paused")
    stage.room.voice(1.0)
    stage.engine.wait(Listen, 2)
    stage.room.end_voice()
    stage.engine.wait(Finish, 2)
    second = stage.engine.turn
    pushed = sum(len(push.pcm) for push in stage.engine.of(Push) if push.turn == second) // 4
    assert pushed == 32_000
    stage.engine.hear("what is the capital of France")
    turn = stage.seen.turn(lambda turn: turn.question != "")
    assert turn.id == first.id
    stage.engine.chunk(0, " Paris.")
    stage.engine.done("Paris.")
    stage.seen.turn(lambda value: value.stats is not None)
    stage.room.finish()
    stage.seen.turn(lambda value: value.state == "done")
    assert len(stage.store.turns(turn.conversation)) == 1
    assert stage.store.sound(turn.id, "question")[0].size == 32_000  # type: ignore[index]


@pytest.mark.parametrize("stopped", [False, True])
def test_who_does_not_go_on_after_all_is_answered_or_can_ask_again(stage: Stage, stopped: bool) -> None:
    stage.room.say(1.0)
    stage.engine.wait(Finish)
    stage.room.begin_voice()
    stage.room.voice(0.5)
    stage.engine.wait(Listen, 2)
    turn = stage.seen.turn(lambda turn: turn.state == "thinking")
    if stopped:
        stage.session.stop()
        stage.seen.turn(lambda turn: turn.state == "interrupted")
    else:
        stage.room.drop_voice()
        assert len(stage.engine.wait(Ask).pcm or b"") // 4 == 16_000
        stage.seen.state("thinking")
    assert stage.store.sound(turn.id, "question")[0].size == 16_000  # type: ignore[index]


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


# --- turns that are there ---------------------------------------------------------------------------------------------


def test_a_misheard_question_is_corrected_and_answered_again(stage: Stage) -> None:
    finished(stage, "before")
    stage.room.say()
    stage.engine.wait(Finish)
    stage.engine.hear("what is the capital of Frans")
    stage.engine.chunk(0, " Who?")
    stage.engine.done("Who?")
    turn = stage.seen.turn(lambda value: value.reply == "Who?" and value.stats is not None)
    stage.room.finish()
    stage.seen.state("ready")
    later = finished(stage, "later")
    since, asked, recalls = stage.seen.count, len(stage.engine.of(Ask)), len(stage.engine.of(Recall))
    stage.session.correct(turn.id, "what is the capital of France")
    ask = stage.engine.wait(Ask, asked + 1)
    assert ask.text == "what is the capital of France"
    recall = stage.engine.wait(Recall, recalls + 1)
    assert [past.question for past in recall.turns] == ["before"]
    stage.engine.hear("what is the capital of France")
    stage.engine.chunk(0, " Paris.")
    stage.engine.done("Paris.")
    stage.seen.turn(lambda value: value.stats is not None, since=since)
    stage.room.finish()
    mended = stage.seen.turn(lambda value: value.state == "done" and value.id == turn.id, since=since)
    assert mended.question == "what is the capital of France"
    assert mended.misheard == "what is the capital of Frans"
    assert mended.reply == "Paris."
    recall = stage.engine.wait(Recall, recalls + 2)  # now with the turn that came later
    assert [past.question for past in recall.turns] == ["before", "what is the capital of France", "later"]
    (correction,) = stage.store.corrections()
    assert correction[0].id == turn.id
    assert stage.store.sound(turn.id, "reply")[0].size == 12_000  # type: ignore[index]
    assert [value.id for value in stage.store.turns(turn.conversation)][-1] == later.id


def test_again_in_another_language(stage: Stage) -> None:
    turn = finished(stage)
    since = stage.seen.count
    stage.session.again(turn.id, "zh")
    ask = stage.engine.wait(Ask, 2)
    assert (ask.text, ask.reply_language) == ("hello", "zh")
    assert ask.seed != 0
    stage.engine.hear("hello")
    stage.engine.chunk(0, "你好。")
    stage.engine.done("你好。", "zh")
    again = stage.seen.turn(lambda value: value.stats is not None and value.reply == "你好。", since=since)
    assert again.id == turn.id
    assert (again.wanted_language, again.reply_language, again.off_target) == ("zh", "zh", False)


def test_a_deleted_turn_is_forgotten_by_the_engine(stage: Stage) -> None:
    finished(stage, "first")
    second = finished(stage, "second")
    stage.session.delete_turn(second.id)
    stage.seen.wait(TurnRemoved, lambda notice: notice.turn == second.id)
    recall = stage.engine.wait(Recall, 2)
    assert [past.question for past in recall.turns] == ["first"]


def test_deleting_the_turn_that_is_spoken_stops_it(stage: Stage) -> None:
    turn = reply(stage, done=False)
    stage.session.delete_turn(turn.id)
    stage.seen.wait(TurnRemoved)
    stage.seen.state("ready")
    assert stage.room.stream is None
    stage.engine.wait(Cancel)


def test_replaying_a_reply_a_chunk_a_word_and_a_question(stage: Stage) -> None:
    turn = finished(stage)
    asked = len(stage.engine.sent)

    def played(*arguments: int) -> int:
        calls = len(stage.room.calls)
        stage.session.replay(turn.id, *arguments)
        stage.seen.state("speaking")
        _wait(lambda: "end" in stage.room.calls[calls:])
        size = sum(pcm.size for pcm in stage.room.played[stage.room.stream])  # type: ignore[index]
        stage.room.finish()
        stage.seen.state("ready")
        return size

    assert played() == 24_000
    assert played(1) == 12_000
    assert 3_000 < played(1, 0) < 9_000
    assert played(1, 1) < 9_000
    stage.session.replay(turn.id, 1, 9)
    assert "not kept" in stage.seen.problem("command").sentence
    stage.session.replay_question(turn.id)  # it was typed
    stage.room.say()
    stage.engine.wait(Finish)
    stage.session.stop()
    spoken = stage.seen.turn(lambda value: value.state == "interrupted")
    stage.session.replay_question(spoken.id)
    stage.seen.state("speaking")
    assert sum(pcm.size for pcm in stage.room.played[stage.room.stream]) == 24_000  # type: ignore[index]
    assert stage.store.turn(turn.id).state == "done"
    assert not [command for command in stage.engine.sent[asked:] if isinstance(command, Ask)]


def test_a_replay_without_an_engine_is_not_stopped_by_a_voice(unloaded: Stage, tmp_path: Path) -> None:
    turn = unloaded.store.new_turn(unloaded.store.create().id, "typed", question="hello")
    unloaded.store.add_sound(turn.id, "reply", np.full(24_000, 0.1, np.float32), 24_000)
    unloaded.session.replay(turn.id)
    _wait(lambda: unloaded.room.ended)
    unloaded.room.begin_voice()
    _wait(lambda: unloaded.room.calls[-1] == "resume")
    assert not unloaded.room.silent


def test_a_replay_is_interrupted_like_a_reply_but_keeps_the_history(stage: Stage) -> None:
    turn = finished(stage)
    stage.session.replay(turn.id)
    stage.seen.state("speaking")
    stage.room.hear(0.2)
    stage.room.begin_voice()
    stage.room.voice(0.6)
    stage.engine.wait(Listen)
    assert stage.store.turn(turn.id).heard_seconds is None
    assert not stage.engine.of(Played)


def test_the_words_that_are_heard_are_told(stage: Stage) -> None:
    turn = reply(stage)
    for position in (0.01, 0.3, 0.55, 0.9):
        told = len(stage.seen.of(WordSpoken))
        stage.room.hear(position)
        _wait(lambda told=told: len(stage.seen.of(WordSpoken)) > told)
    stage.room.finish()
    stage.seen.wait(WordSpoken, lambda word: word.word is None)
    assert [(word.chunk, word.word) for word in stage.seen.of(WordSpoken)] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
        (1, None),
    ]
    assert {word.turn for word in stage.seen.of(WordSpoken)} == {turn.id}


# --- conversations ----------------------------------------------------------------------------------------------------


def test_an_old_conversation_is_opened_and_remembered(stage: Stage) -> None:
    turn = finished(stage, "old")
    first = turn.conversation
    stage.session.new_conversation()
    opened = stage.seen.wait(ConversationOpened, lambda notice: notice.conversation.id != first)
    assert opened.turns == ()
    assert stage.engine.wait(Recall, 2).turns == []
    finished(stage, "new")
    since = stage.seen.count
    stage.session.open_conversation(first)
    opened = stage.seen.wait(ConversationOpened, since=since)
    assert [value.question for value in opened.turns] == ["old"]
    assert stage.engine.wait(Recall, 3).turns == [
        Exchange(question="old", language="en", reply="word0 more word1 more", reply_language="en")
    ]
    stage.session.open_conversation(9_999)
    assert "does not exist" in stage.seen.problem("command").sentence
    assert {conversation.turns for conversation in stage.store.conversations()} == {1}


def test_empty_conversations_are_not_kept(stage: Stage) -> None:
    stage.session.new_conversation()
    stage.session.new_conversation()
    stage.session.new_conversation(private=True)
    stage.seen.wait(ConversationOpened, lambda notice: notice.conversation.private)
    assert [conversation.private for conversation in stage.store.conversations()] == [True]
    stage.session.close()
    assert stage.store.conversations() == []


def test_a_private_conversation_is_not_on_the_disk(stage: Stage, tmp_path: Path) -> None:
    stage.session.new_conversation(private=True)
    stage.seen.wait(ConversationOpened, lambda notice: notice.conversation.private)
    turn = finished(stage, "a secret")
    assert turn.id < 0
    assert stage.store.sound(turn.id, "reply") is not None
    stage.session.close()
    stage.store.close()
    for path in tmp_path.rglob("conversations.db*"):
        assert b"a secret" not in path.read_bytes()


def test_without_keeping_sound_the_newest_turns_can_still_be_heard(stage: Stage) -> None:
    stage.session.apply(Settings(conversing=Conversing(keep_sound=False)))
    turn = finished(stage)
    assert stage.store.sound(turn.id, "reply") is None
    stage.session.replay(turn.id)
    stage.seen.state("speaking")


# --- what breaks ------------------------------------------------------------------------------------------------------


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
    _wait(lambda: stage.room.stream is not None)
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


def _wait(condition: Callable[..., bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
