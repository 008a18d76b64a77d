"""Speaking over a reply: what stops it, what lets it go on."""

import time

import numpy as np
import pytest

from app.session.notices import (
    TurnRemoved,
)
from cslm_core.events import (
    Ask,
    Cancel,
    Continue,
    Finish,
    Listen,
    Pause,
    Played,
    Push,
    Recall,
    TurnFailed,
)
from tests.app.session.conftest import Stage, reply, wait_until


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
    wait_until(lambda: stage.room.ended)
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
