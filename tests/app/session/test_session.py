"""A session with a scripted engine: what is told to whom when somebody speaks, types, interrupts."""

from app.store.model import Turn
from cslm_core.events import Ask, Finish, Listen, Push
from tests.app.session.conftest import Stage


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
