"""Turns and conversations that are there already: corrected, asked again, heard again, opened, deleted."""

from pathlib import Path

import numpy as np

from app.session.notices import (
    ConversationOpened,
    TurnRemoved,
    WordSpoken,
)
from app.settings.model import Conversing, Settings
from cslm_core.events import (
    Ask,
    Cancel,
    Exchange,
    Finish,
    Listen,
    Played,
    Recall,
)
from tests.app.session.conftest import Stage, finished, reply, wait_until


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
        wait_until(lambda: "end" in stage.room.calls[calls:])
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
    wait_until(lambda: unloaded.room.ended)
    unloaded.room.begin_voice()
    wait_until(lambda: unloaded.room.calls[-1] == "resume")
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
        wait_until(lambda told=told: len(stage.seen.of(WordSpoken)) > told)
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
