"""Conversations, turns and sounds as they are kept, searched and found again."""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.store.latencies import last_latencies
from app.store.model import Chunk, Waterfall
from app.store.shelf import title_of
from app.store.store import Store
from cslm_core.audio import Pcm
from cslm_core.errors import CslmError
from cslm_core.events import TurnStats


class Clock:
    """A second passes at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "conversations.db"


def tone(seconds: float, rate: int = 16_000) -> Pcm:
    time = np.arange(round(seconds * rate)) / rate
    return (0.4 * np.sin(2 * np.pi * 330 * time)).astype(np.float32)


def test_everything_of_a_turn_is_found_again(path: Path) -> None:
    store = Store(path, now=Clock())
    conversation = store.create()
    turn = store.new_turn(conversation.id, "spoken", question_language="en", wanted_language="zh")
    assert turn.state == "listening"
    turn = dataclasses.replace(
        turn,
        state="interrupted",
        question="What is rain?",
        misheard="What is Spain?",
        reply_language="zh",
        chunks=(Chunk("雨是", 0.0, 0.5), Chunk("水。", 0.5, 0.75)),
        heard_seconds=0.8,
        problem="It was interrupted.",
        stats=TurnStats(question_seconds=1.5, first_sound=0.4),
        waterfall=Waterfall(vad_hangover=0.6, played=0.9),
    )
    assert store.save(turn)
    store.close()
    again = Store(path)
    assert again.problem == ""
    assert again.turns(conversation.id) == [turn] == [again.turn(turn.id)]
    assert again.conversation(conversation.id).preview == "雨是水。"
    again.close()
    assert last_latencies(path)[0]["waterfall"]["played"] == 0.9
    assert last_latencies(path)[0]["stats"]["first_sound"] == 0.4
    assert "cut" not in last_latencies(path)[0]["stats"]


def test_the_first_question_is_the_title_until_there_is_one(path: Path) -> None:
    store = Store(path, now=Clock())
    conversation = store.create()
    assert conversation.title == ""
    store.new_turn(conversation.id, "spoken")
    turn = store.new_turn(conversation.id, "typed", question="Why is\nthe sky blue?")
    assert store.conversation(conversation.id).title == "Why is the sky blue?"
    store.save(dataclasses.replace(turn, question="Why is the sea blue?"))
    assert store.conversations()[0].title == "Why is the sea blue?"
    assert store.rename(conversation.id, " Colours \n of water ").title == "Colours of water"
    assert store.rename(conversation.id, "").title == "Why is the sea blue?"
    store.close()


def test_long_titles_are_cut_at_a_word() -> None:
    assert title_of("a " * 100) == "a " * 29 + "a…"
    assert title_of("天" * 100) == "天" * 60 + "…"
    assert title_of("  short\tone ") == "short one"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["weather", "", "SKY"]),
        ("RAIN", ["weather"]),
        ("rain  tomorrow", ["weather"]),
        ("rain sky", []),
        ("sky", ["SKY"]),
        ("天空", ["SKY"]),
        ("空是", ["SKY"]),
        ("straße", ["SKY"]),
        ("STRASSE", ["SKY"]),
        ("ＲＡＩＮ", ["weather"]),
        ("%", []),
        ("_", []),
        ("never said", []),
        ("\ud800", []),
    ],
)
def test_search(path: Path, search: str, found: list[str]) -> None:
    store = Store(path, now=Clock())
    sky = store.create("SKY")
    turn = store.new_turn(sky.id, "typed", question="In welcher Straße?")
    store.save(dataclasses.replace(turn, chunks=(Chunk("天空"), Chunk("是蓝色的。"))))
    store.create(private=True)
    weather = store.create("weather")
    store.new_turn(weather.id, "typed", question="Will it rain?")
    store.new_turn(weather.id, "typed", question="And tomorrow?")
    assert [conversation.title for conversation in store.conversations(search)] == found
    store.close()


def test_the_preview_shows_what_was_searched(path: Path) -> None:
    store = Store(path)
    conversation = store.create("all")
    store.new_turn(conversation.id, "typed", question="before " * 20 + "the Needle is here " + "after " * 20)
    store.new_turn(conversation.id, "typed", question="the last one")
    assert store.conversations("needle")[0].preview.startswith("…")
    assert "Needle is here" in store.conversations("needle")[0].preview
    assert store.conversations()[0].preview == "the last one"
    store.close()


def test_private_conversations_leave_no_trace(path: Path) -> None:
    store = Store(path, now=Clock())
    private = store.create(private=True)
    assert private.private
    assert private.id < 0
    turn = store.new_turn(private.id, "typed", question="my secret question")
    assert turn.id < 0
    store.add_sound(turn.id, "question", tone(0.2), 16_000)
    assert store.sound(turn.id, "question") is not None
    public = store.create("open")
    assert [conversation.id for conversation in store.conversations()] == [public.id, private.id]
    store.close()
    assert [conversation.id for conversation in Store(path).conversations()] == [public.id]
    for file in path.parent.iterdir():
        assert b"secret" not in file.read_bytes()


def test_a_store_without_a_file_is_private() -> None:
    store = Store(None)
    conversation = store.create("here")
    assert conversation.private
    assert store.conversation(conversation.id).title == "here"
    assert store.corrections() == []
    store.close()


def test_what_is_deleted_is_gone_from_the_file(path: Path) -> None:
    store = Store(path)
    keep, drop = store.create("kept"), store.create("dropped-title")
    turn = store.new_turn(drop.id, "typed", question="dropped-question")
    store.add_sound(turn.id, "reply", tone(5.0, 24_000), 24_000)
    store.delete(drop.id)
    store.delete(drop.id)
    assert store.turns(drop.id) == []
    assert store.sound(turn.id, "reply") is None
    assert [conversation.id for conversation in store.conversations()] == [keep.id]
    for ask in (lambda: store.conversation(drop.id), lambda: store.turn(turn.id), lambda: store.rename(drop.id, "x")):
        with pytest.raises(CslmError, match="does not exist any more"):
            ask()
    with pytest.raises(CslmError, match="begin a new one"):
        store.new_turn(drop.id, "typed")
    assert not store.save(turn)
    store.add_sound(turn.id, "reply", tone(0.1), 16_000)
    assert store.sound(turn.id, "reply") is None
    store.close()
    data = path.read_bytes()
    assert b"dropped" not in data
    assert len(data) < 100_000


def test_sound_grows_by_pieces(path: Path) -> None:
    store = Store(path)
    turn = store.new_turn(store.create().id, "spoken")
    whole = tone(1.0)
    assert store.sound(turn.id, "question") is None
    for begin in range(0, len(whole), 1600):
        store.add_sound(turn.id, "question", whole[begin : begin + 1600], 16_000)
    store.add_sound(turn.id, "question", whole[:0], 16_000)
    store.add_sound(turn.id, "reply", np.full(240, 3.0, np.float32), 24_000)
    question, reply = store.sound(turn.id, "question"), store.sound(turn.id, "reply")
    assert question is not None
    assert question[1] == 16_000
    np.testing.assert_allclose(question[0], whole, atol=1e-4)
    assert reply is not None
    assert reply[0].shape == (240,)
    assert reply[0].max() == pytest.approx(1.0, abs=1e-3)
    store.add_sound(turn.id, "question", tone(0.5, 24_000), 24_000)
    question = store.sound(turn.id, "question")
    assert question is not None
    assert question[0].shape[0] == pytest.approx(24_000, abs=20)
    store.clear_sound(turn.id, "question")
    assert store.sound(turn.id, "question") is None
    assert store.sound(turn.id, "reply") is not None
    store.close()


def test_corrections_are_listed_with_their_sound(path: Path) -> None:
    store = Store(path)
    conversation = store.create()
    heard = store.new_turn(conversation.id, "spoken", question="right")
    silent = store.new_turn(conversation.id, "spoken")
    corrected = store.new_turn(conversation.id, "spoken")
    for turn in (heard, corrected):
        store.add_sound(turn.id, "question", tone(0.3), 16_000)
    for turn in (silent, corrected):
        store.save(dataclasses.replace(turn, misheard="wrong", question="write"))
    assert [(turn.id, sound[0].shape) for turn, sound in store.corrections()] == [(corrected.id, (4800,))]
    store.close()


def test_corrected_turns_by_language_without_private_and_deleted_ones(path: Path) -> None:
    store = Store(path)
    kept, private = store.create(), store.create(private=True)

    def corrected(conversation: int, language: str, sound: bool = True) -> int:
        turn = store.new_turn(conversation, "spoken", question_language=language)
        if sound:
            store.add_sound(turn.id, "question", tone(0.3), 16_000)
        store.save(dataclasses.replace(turn, misheard="wrong", question="write"))
        return turn.id

    spanish, unknown, english = (corrected(kept.id, language) for language in ("es", "", "en"))
    corrected(kept.id, "es", sound=False)
    corrected(private.id, "es")
    deleted = corrected(kept.id, "es")
    assert [turn.id for turn in store.corrected()] == [spanish, unknown, english, deleted]
    store.delete_turn(deleted)
    assert [turn.id for turn in store.corrected()] == [spanish, unknown, english]
    assert [turn.id for turn in store.corrected({"es", "", "auto"})] == [spanish, unknown]
    store.close()


def test_halves_of_letters_are_kept_out(path: Path) -> None:
    store = Store(path)
    conversation = store.create("a\ud800")
    turn = store.new_turn(conversation.id, "typed", question="x\udfffy")
    store.save(dataclasses.replace(turn, question="z\ud83d", chunks=(Chunk("\ud83d\ude00"),)))
    assert store.turn(turn.id).question == "z\N{REPLACEMENT CHARACTER}"
    assert store.turn(turn.id).reply == "\U0001f600"
    store.close()


def test_threads_share_a_store(path: Path) -> None:
    store = Store(path)
    conversation = store.create()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(15):
                turn = store.new_turn(conversation.id, "typed", question=str(number))
                store.add_sound(turn.id, "reply", tone(0.05), 16_000)
                store.conversations(str(number))
        except (CslmError, AssertionError) as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.conversation(conversation.id).turns == 60
    store.close()
