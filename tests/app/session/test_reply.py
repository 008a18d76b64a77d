"""Chunks of a reply and their places, what is remembered of turns, where the time went, and parts that are replayed."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.replay import reply_playback
from app.session.reply import Reply, exchanges, heard_chunks, with_question, with_stats
from app.session.times import Times
from app.store.model import Chunk, Turn
from cslm_core.events import Audio, Exchange, Heard, TurnDone, TurnStats

TURN = Turn(
    id=1,
    conversation=1,
    asked=datetime(2026, 1, 1, tzinfo=UTC),
    origin="spoken",
    state="done",
    question="hello",
    question_language="en",
    reply_language="zh",
    chunks=(Chunk(" a b", 0.0, 1.0), Chunk(" c", 1.0, 0.5)),
)


def sound(chunk: int, samples: int, *starts: tuple[int, int]) -> Audio:
    return Audio(turn=1, chunk=chunk, pcm=b"\0" * 4 * samples, rate=24_000, starts=list(starts))


def test_a_chunk_is_where_its_sound_begins_even_within_a_piece() -> None:
    reply = Reply()
    reply.add_text(0, " one")
    reply.add_text(0, " two")
    assert reply.chunks() == (Chunk(" one two"),)
    reply.add_sound(sound(1, 24_000, (0, 0)))
    reply.complete(0, " one two.")
    reply.add_text(1, " three")
    reply.add_sound(sound(1, 24_000, (1, 12_000)))
    assert reply.chunks() == (Chunk(" one two.", 0.0, 1.5), Chunk(" three", 1.5, 0.5))


@given(st.lists(st.tuples(st.integers(1, 5_000), st.booleans()), max_size=30))
def test_chunks_follow_each_other_without_a_gap(pieces: list[tuple[int, bool]]) -> None:
    reply, chunk, total = Reply(), -1, 0
    for samples, new in pieces:
        starts = ()
        if new or chunk < 0:
            chunk += 1
            reply.add_text(chunk, f" {chunk}")
            starts = ((chunk, samples // 2 if chunk else 0),)
        reply.add_sound(sound(chunk, samples, *starts))
        total += samples
    chunks = reply.chunks()
    assert len(chunks) == chunk + 1
    assert sum(part.seconds for part in chunks) == pytest.approx(total / 24_000)
    assert all(a.start + a.seconds == pytest.approx(b.start) for a, b in pairwise(chunks))


@pytest.mark.parametrize(("heard", "kept"), [(None, 2), (0.0, 0), (0.4, 0), (0.5, 1), (1.2, 1), (1.25, 2), (9.0, 2)])
def test_only_what_was_heard_is_remembered(heard: float | None, kept: int) -> None:
    turn = replace(TURN, heard_seconds=heard)
    assert heard_chunks(turn) == TURN.chunks[:kept]
    past = exchanges([turn])
    reply = ["", "a b", "a b c"][kept]
    assert past == ([Exchange(question="hello", language="en", reply=reply, reply_language="zh")] if kept else [])


def test_turns_without_words_are_not_remembered() -> None:
    assert exchanges([replace(TURN, question=" "), replace(TURN, chunks=()), replace(TURN, question_language="")]) == []


def test_what_was_typed_or_corrected_is_not_overwritten() -> None:
    heard = Heard(turn=1, text=" what ", language="zh")
    assert with_question(TURN, heard).question == "what"
    assert with_question(replace(TURN, origin="typed"), heard).question == "hello"
    assert with_question(replace(TURN, misheard="halo"), heard).question == "hello"
    assert with_question(TURN, heard).reply_language == "zh"
    assert with_question(replace(TURN, wanted_language="en"), heard).reply_language == "en"


@pytest.mark.parametrize(
    ("text", "said", "language"),
    [
        ("Hello.", "en", "en"),
        ("你好。", "en", "zh"),
        ("12!", "zh", "zh"),
        ("Hola.", "es", "es"),
        ("Привет", "en", "en"),
    ],
)
def test_a_script_tells_a_reply_in_another_language(text: str, said: str, language: str) -> None:
    done = TurnDone(turn=1, text=text, language=said, stats=TurnStats())
    assert with_stats(TURN, done, ["en", "es", "zh"]).reply_language == language


def test_what_only_the_engine_sees_is_placed_by_what_both_see() -> None:
    times = Times(end=10.0, hangover=0.4)
    assert Times().waterfall(None) is None
    for name, at in (("heard", 11.0), ("heard", 99.0), ("first_text", 11.2), ("first_sound", 11.5), ("played", 11.6)):
        times.mark(name, at)
    stats = TurnStats(tokenizer_done=0.1, heard=0.5, first_text=0.65, first_unit=0.7, first_mel=0.85, first_sound=0.9)
    water = times.waterfall(stats)
    assert water is not None
    assert water.vad_hangover == 0.4
    assert water.tokenizer == pytest.approx(0.6)
    assert water.first_unit == pytest.approx(1.2)
    assert water.first_mel == pytest.approx(1.35)
    assert (water.heard, water.played) == (pytest.approx(1.0), pytest.approx(1.6))
    bare = times.waterfall(None)
    assert bare is not None
    assert (bare.tokenizer, bare.first_unit) == (None, None)


@pytest.mark.parametrize(
    ("chunk", "word", "begin", "samples"),
    [(None, None, 0.0, 36_000), (0, None, 0.0, 24_000), (1, None, 1.0, 12_000), (0, 1, 0.46, 13_920)],
)
def test_parts_of_a_reply(chunk: int | None, word: int | None, begin: float, samples: int) -> None:
    playback = reply_playback(TURN, lambda *_: np.zeros(36_000, np.float32), chunk, word)
    assert playback is not None
    assert playback.base == pytest.approx(begin)
    assert playback.pcm.size == samples


@pytest.mark.parametrize(("chunk", "word"), [(2, None), (-1, None), (0, 2), (0, -1)])
def test_parts_that_are_not_there(chunk: int, word: int | None) -> None:
    assert reply_playback(TURN, lambda *_: np.zeros(36_000, np.float32), chunk, word) is None
    assert reply_playback(TURN, lambda *_: None) is None
