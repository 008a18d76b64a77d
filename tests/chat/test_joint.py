"""A chat with the real grammar, runtime and conversation over a tiny seeded LM: nonsense, but well-formed nonsense."""

from collections.abc import Sequence

import numpy as np
import pytest

from cslm_core.chat import Chat
from cslm_core.events import Audio, Event, Heard, TextDelta, TurnDone, TurnFailed, UnitsChunk
from cslm_core.lm.load import load_lm
from cslm_core.pack import Pack
from tests.fakes import FakeDecoder, FakeTokenizer, LevelGate, make_pack, speech
from tests.tiny import write_tiny_lm


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("joint")
    lm = load_lm(write_tiny_lm(folder / "lm"), "cpu", 1)
    return Pack(make_pack(folder / "pack"), FakeTokenizer(), lm, FakeDecoder(), gate=LevelGate())


def check_spoken(events: Sequence[Event]) -> None:
    """A spoken turn; what a random LM "hears" may be so long that no room for a reply is left."""
    if isinstance(events[-1], TurnDone):
        check(events)
    else:
        assert isinstance(events[-1], TurnFailed)
        assert events[-1].reason.startswith("No reply came")
        assert all(isinstance(event, Heard) for event in events[:-1])


def check(events: Sequence[Event]) -> TurnDone:
    """A well-formed turn: what was heard, then chunks of text and units in order, then the end."""
    assert isinstance(events[0], Heard)
    done = events[-1]
    assert isinstance(done, TurnDone), done
    chunks = [event for event in events if isinstance(event, UnitsChunk)]
    assert [chunk.chunk for chunk in chunks] == list(range(len(chunks)))
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert done.text == text.strip()
    assert done.stats.unit_tokens >= sum(len(chunk.units) for chunk in chunks)
    seconds = sum(event.seconds for event in events if isinstance(event, Audio))
    assert seconds == pytest.approx(done.stats.reply_seconds)
    return done


def test_several_turns_of_a_conversation(pack: Pack) -> None:
    chat = pack.chat()
    for seed in range(3):
        check_spoken(list(chat.ask(speech(1.0), seed=seed, temperature=1.0)))
        check(list(chat.ask("hello the capital", reply_language="zh", seed=seed, temperature=1.0)))


def test_the_reply_language_is_the_one_that_was_asked_for(pack: Pack) -> None:
    for language in ("en", "zh"):
        check_spoken(list(pack.chat().ask(speech(), reply_language=language)))
        assert check(list(pack.chat().ask("hello", reply_language=language))).language == language


def test_the_question_language_can_be_said(pack: Pack) -> None:
    for language in ("en", "zh"):
        heard = next(iter(pack.chat().ask(speech(), language=language)))
        assert isinstance(heard, Heard)
        assert heard.language == language


def test_the_same_seed_gives_the_same_turn_in_pieces_or_whole(pack: Pack) -> None:
    def units(events: Sequence[Event]) -> list[list[int]]:
        return [event.units for event in events if isinstance(event, UnitsChunk)]

    pcm = speech(2.0)
    whole = units(list(pack.chat().ask(pcm, seed=5, temperature=1.0)))
    listening = pack.chat().listen(seed=5, temperature=1.0)
    for piece in np.array_split(pcm, 30):
        listening.push(piece)
    assert units(list(listening.finish())) == whole


def test_a_turn_that_is_cancelled_or_dropped_leaves_a_chat_that_works(pack: Pack) -> None:
    chat = pack.chat()
    for stop_at in range(1, 12, 3):
        events = []
        for event in chat.ask(speech(), turn=stop_at, seed=stop_at, temperature=1.0):
            events.append(event)
            if len(events) == stop_at:
                chat.cancel(stop_at)
        assert isinstance(events[-1], TurnFailed | TurnDone)
        chat.heard(stop_at, 0.1 * stop_at)
        listening = chat.listen()
        listening.push(speech(1.0))
        check(list(chat.ask("hello")))


def test_long_conversations_do_not_run_out_of_context(pack: Pack) -> None:
    chat = Chat(pack)
    for turn in range(12):
        check(list(chat.ask("hello the capital of Paris is", seed=turn, temperature=1.0)))


def test_text_only_and_the_other_uses(pack: Pack) -> None:
    events = list(pack.chat().ask("hello", speak=False))
    check(events)
    assert not any(isinstance(event, Audio | UnitsChunk) and getattr(event, "units", [1]) for event in events)
    assert pack.translate("hello", "zh")
    assert np.concatenate(list(pack.speak("hello the capital of Paris"))).size > 0
    assert pack.transcribe(speech()).language in ("en", "zh")


def test_a_question_too_long_for_the_model_is_a_sentence(pack: Pack) -> None:
    chat = pack.chat()
    (event,) = chat.ask("hello " * 600)
    assert isinstance(event, TurnFailed)
    assert "long" in event.reason
    check(list(chat.ask("hello")))
