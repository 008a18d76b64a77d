"""Turns and tasks with a scripted model (what is fed, what comes) and with the tiny one (that it always ends well)."""

import dataclasses

import pytest

from cslm_core.chain.conversation import Conversation, PastTurn
from cslm_core.chain.generate import TurnOptions, full_chain, read_aloud, transcribe, translate
from cslm_core.chain.grammar import Limits, history_turn, say_prompt
from cslm_core.chain.pieces import ChunkPiece, EndPiece, HeardPiece, Tick, UnitPiece
from cslm_core.components import LanguageModel
from cslm_core.errors import EngineError, PackError
from cslm_core.lm.layout import TokenKind, TokenLayout
from cslm_core.lm.sampling import SamplingOptions
from tests.chain.scripted import ScriptedLm, ask_units
from tests.tiny import UNITS, tiny_tokenizer


@pytest.fixture
def scripted(layout: TokenLayout) -> ScriptedLm:
    return ScriptedLm(layout)


def speech(layout: TokenLayout, *units: int) -> list[int]:
    return [layout.sosp, *layout.unit_ids(units), layout.eosp]


def turn(layout: TokenLayout, heard: str, *chunks: tuple[str, tuple[int, ...]]) -> list[int]:
    """What a model says of a spoken question in English and its answer."""
    ids = [layout.language_id("en"), *layout.encode(heard), layout.answer]
    for text, units in chunks:
        ids += [*layout.encode(text), *speech(layout, *units)]
    return [*ids, layout.end]


ANSWER = ((" yes", (1, 2)), (" no", (3,)), (" hello", (4, 5)))


def end_of(pieces: list[Tick]) -> EndPiece:
    assert isinstance(pieces[-1], EndPiece)
    assert sum(isinstance(piece, EndPiece) for piece in pieces) == 1
    return pieces[-1]


def chunks_of(pieces: list[Tick]) -> list[ChunkPiece]:
    return [piece for piece in pieces if isinstance(piece, ChunkPiece)]


def test_a_spoken_turn(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = turn(layout, " the capital", *ANSWER)
    conversation = Conversation(scripted)
    pieces = list(ask_units(conversation, [7, 8, 9]))
    assert HeardPiece("the capital", "en", final=True) in pieces
    assert chunks_of(pieces) == [
        ChunkPiece(0, "yes", (1, 2)),
        ChunkPiece(1, " no", (3,)),
        ChunkPiece(2, " hello", (4, 5)),
    ]
    end = end_of(pieces)
    assert (end.text, end.language, end.reason) == ("yes no hello", "en", "")
    # What was fed is the grammar's spoken turn; the reply language was put in behind [answer].
    answer = scripted.script.index(layout.answer) + 1
    expected = [layout.question, *speech(layout, 7, 8, 9), *scripted.script]
    expected.insert(6 + answer, layout.language_id("en"))
    assert [*scripted.sessions[0].ids, *conversation._feeder.pending] == expected
    assert end.counts.unit_tokens == 5
    assert end.counts.prompt_tokens == 1  # the units were read while they came


def test_the_reply_language_can_be_forced(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = turn(layout, " yes", ("好", (1,)))
    pieces = list(ask_units(Conversation(scripted), [7], TurnOptions(reply_language="zh")))
    assert end_of(pieces).language == "zh"
    assert layout.language_id("zh") in scripted.sessions[0].ids
    with pytest.raises(PackError, match="'fr'"):
        list(ask_units(Conversation(scripted), [7], TurnOptions(reply_language="fr")))


def test_text_only_replies_to_speech(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = [
        layout.language_id("en"),
        *layout.encode(" yes"),
        layout.answer,
        *layout.encode(" no"),
        layout.end,
    ]
    pieces = list(ask_units(Conversation(scripted), [7], TurnOptions(speak=False)))
    assert end_of(pieces).text == "no"
    assert layout.text in scripted.sessions[0].ids
    assert layout.answer not in scripted.sessions[0].ids
    assert not any(isinstance(piece, UnitPiece) for piece in pieces)


def test_units_are_read_while_they_come(scripted: ScriptedLm) -> None:
    conversation = Conversation(scripted)
    conversation.listen()
    conversation.push([1, 2])
    conversation.push([])
    conversation.push([3])
    layout = scripted.layout
    assert scripted.feeds == [[layout.question, layout.sosp, *layout.unit_ids([1, 2])], layout.unit_ids([3])]
    conversation.drop()
    assert conversation.length == 0
    conversation.drop()
    with pytest.raises(ValueError, match="begun"):
        conversation.push([1])


def test_what_is_heard_is_not_told_apart_further_than_it_should_be() -> None:
    tokenizer, description = tiny_tokenizer()
    first = description["first_unit"]
    layout = TokenLayout(tokenizer, {**description, "heard": [first, first, *range(first + 2, first + UNITS)]})
    lm = ScriptedLm(layout)
    conversation = Conversation(lm)
    conversation.listen()
    conversation.push([1, 2])
    assert lm.feeds == [[layout.question, layout.sosp, *layout.unit_ids([0, 2])]]
    lm.script = turn(layout, "hello", (" yes", (1, 2)))
    pieces = list(conversation.answer())
    assert list(chunks_of(pieces)[0].units) == [1, 2]  # what is said is


def test_cancelling_takes_one_token(scripted: ScriptedLm) -> None:
    scripted.script = turn(scripted.layout, " yes", *ANSWER)
    conversation = Conversation(scripted)
    flag: list[bool] = []
    pieces: list[Tick] = []
    fed = 0
    for piece in ask_units(conversation, [7], cancelled=lambda: bool(flag)):
        pieces.append(piece)
        if isinstance(piece, UnitPiece) and piece.unit == 3:
            flag.append(True)
            fed = len(scripted.feeds)
    assert end_of(pieces).reason == "cancelled"
    assert len(scripted.feeds) == fed
    assert [past.answer for past in conversation.history] == ["yes"]
    assert [*scripted.sessions[0].ids, *conversation._feeder.pending][-2:] == [
        scripted.layout.eosp,
        scripted.layout.end,
    ]


def test_closing_the_iterator_cancels(scripted: ScriptedLm) -> None:
    scripted.script = turn(scripted.layout, " yes", *ANSWER)
    conversation = Conversation(scripted)
    steps = ask_units(conversation, [7])
    for piece in steps:
        if isinstance(piece, ChunkPiece) and piece.chunk == 1:
            break
    steps.close()  # type: ignore[attr-defined]
    assert [past.answer for past in conversation.history] == ["yes no"]
    steps = ask_units(conversation, [7])
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert len(conversation.history) == 1  # nothing of it was heard


@pytest.mark.parametrize("kept", [0, 1, 2, 3, 9])
def test_only_what_was_heard_stays(scripted: ScriptedLm, kept: int) -> None:
    layout = scripted.layout
    conversation = Conversation(scripted)
    scripted.script = turn(layout, " yes", *ANSWER)
    list(ask_units(conversation, [1]))
    before = [*scripted.sessions[0].ids, *conversation._feeder.pending]
    list(ask_units(conversation, [2]))
    conversation.keep(kept)
    now = [*scripted.sessions[0].ids, *conversation._feeder.pending]
    assert now[: len(before)] == before
    text = "".join(part for part, _ in ANSWER[:kept]).strip()
    assert [past.answer for past in conversation.history] == ["yes no hello", *([text] if kept else [])]
    if kept:
        assert now[-2:] == [layout.eosp, layout.end]
        assert now[len(before) :].count(layout.eosp) == 1 + min(kept, 3)
    else:
        assert now == before
    list(ask_units(conversation, [3]))  # and it goes on


def test_what_was_heard_can_be_told_after_the_next_question_has_begun(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    conversation = Conversation(scripted)
    scripted.script = turn(layout, " yes", *ANSWER)
    list(ask_units(conversation, [1]))
    conversation.listen()
    conversation.push([4, 5])
    conversation.keep(1)
    pending = [*scripted.sessions[0].ids, *conversation._feeder.pending]
    assert pending[-5:] == [layout.end, layout.question, layout.sosp, *layout.unit_ids([4, 5])]
    list(conversation.answer())
    assert len(conversation.history) == 2
    assert conversation.history[0].answer == "yes"


def test_a_typed_turn(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = [*layout.encode(" no"), *speech(layout, 3), layout.end]
    pieces = list(Conversation(scripted).ask_text("hello", "en"))
    assert pieces[0] == HeardPiece("hello", "en", final=True)
    assert end_of(pieces).text == "no"
    en = layout.language_id("en")
    assert scripted.feeds[0] == [layout.question, en, *layout.encode(" hello"), layout.answer, en]


def test_a_full_context_is_begun_anew_with_the_last_turns_as_text(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = turn(layout, " yes", *ANSWER)
    conversation = Conversation(scripted)
    longest = 0
    for number in range(30):
        end = end_of(list(ask_units(conversation, [number])))
        assert end.reason == ""
        longest = max(longest, conversation.length)
    assert longest <= layout.context
    assert 1 < len(conversation.history) < 30
    text = history_turn(layout, ("yes", "en"), ("yes no hello", "en"))
    assert scripted.sessions[0].ids[: len(text)] == text
    # A turn that is there as text alone can be cut back too.
    conversation._reread(200)
    conversation.keep(1)
    assert conversation.history[-1].answer == "yes"
    end_of(list(ask_units(conversation, [1])))


def test_a_conversation_is_recalled_as_text_without_generating(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = turn(layout, " yes", *ANSWER)
    conversation = Conversation(scripted)
    end_of(list(ask_units(conversation, [1])))
    past = [PastTurn("yes", "en", "en", ["no"]), PastTurn("hello", "en", "zh", ["你好"])]
    assert conversation.recall(past) == 2
    text = [*history_turn(layout, ("yes", "en"), ("no", "en")), *history_turn(layout, ("hello", "en"), ("你好", "zh"))]
    assert scripted.sessions[0].ids == text
    end_of(list(ask_units(conversation, [7])))
    assert [turn.answer for turn in conversation.history][:2] == ["no", "你好"]
    assert scripted.sessions[0].ids[: len(text)] == text
    many = [PastTurn("hello", "en", "en", [f"yes {number}"]) for number in range(100)]
    kept = conversation.recall(many)
    assert 0 < kept < 100
    assert conversation.history[-1].answer == "yes 99"
    assert conversation.length <= layout.context // 4
    assert conversation.recall([]) == 0
    assert conversation.length == 0


def test_a_question_that_fills_the_context_is_refused(scripted: ScriptedLm) -> None:
    scripted.script = turn(scripted.layout, " yes", *ANSWER)
    conversation = Conversation(scripted)
    for question in range(2):
        with pytest.raises(EngineError, match="too long"):
            list(ask_units(conversation, [question] * 300))
        with pytest.raises(EngineError, match="too long"):
            list(conversation.ask_text(" hello" * 300, "en"))
        end_of(list(ask_units(conversation, [1])))
    with pytest.raises(ValueError, match="units"):
        list(ask_units(conversation, [99999]))
    end_of(list(ask_units(conversation, [1])))


def test_the_answer_is_closed_when_it_may_grow_no_longer(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = [*layout.encode(" yes"), *speech(layout, *range(10))] * 20
    pieces = list(Conversation(scripted).ask_text("hello", "en", TurnOptions(max_tokens=14)))
    assert end_of(pieces).reason == "length"
    assert len(chunks_of(pieces)) == 2
    assert chunks_of(pieces)[1].units == tuple(range(10))  # what was begun is finished


def test_chunks_that_repeat_end_the_answer(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = [*layout.encode(" yes"), *speech(layout, 1, 2)] * 20
    pieces = list(Conversation(scripted).ask_text("hello", "en"))
    assert end_of(pieces).reason == "repetition"
    assert len(chunks_of(pieces)) == 3


def test_units_that_go_in_circles_end_the_answer(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = [*layout.encode(" yes no hello yes"), *speech(layout, *[1, 2, 3, 4, 5] * 9)]
    pieces = list(Conversation(scripted).ask_text("hello", "en"))
    assert end_of(pieces).reason == "repetition"
    assert len(chunks_of(pieces)[0].units) == 20


def test_recognition(scripted: ScriptedLm) -> None:
    scripted.script = turn(scripted.layout, " the capital")
    pieces = list(transcribe(scripted, [7, 8]))
    assert pieces[-2] == HeardPiece("the capital", "en", final=True)
    assert end_of(pieces).language == "en"
    forced = list(transcribe(scripted, [7, 8], TurnOptions(question_language="zh")))
    assert end_of(forced).language == "zh"


def test_translation(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    en, zh = layout.language_id("en"), layout.language_id("zh")
    pieces = list(translate(scripted, "hello", "en", "zh"))
    assert scripted.feeds[0] == [layout.translate, en, *layout.encode(" hello"), zh]
    assert end_of(pieces).language == "zh"
    with pytest.raises(EngineError, match="too long"):
        list(translate(scripted, "yes " * 500, "en", "zh"))


def test_reading_aloud_feeds_text_and_takes_units(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    text = "the capital of Paris is the hello of the capital."
    pieces = list(read_aloud(scripted, text, "en"))
    chunks = chunks_of(pieces)
    assert len(chunks) > 1
    assert "".join(chunk.text for chunk in chunks) == text
    assert scripted.feeds[0] == say_prompt(layout, chunks[0].text, "en")
    assert [layout.eosp, *say_prompt(layout, chunks[1].text, "en", first=False)] in scripted.feeds
    assert end_of(pieces).text == text
    assert end_of(list(read_aloud(scripted, "...", "en"))).text == ""


def test_reading_a_long_text_begins_anew_when_the_context_is_full(lm: LanguageModel) -> None:
    text = " ".join(f"the capital of Paris {number} is hello." for number in range(40))
    pieces = list(read_aloud(lm, text, "en"))
    assert "".join(chunk.text for chunk in chunks_of(pieces)) == text
    assert all(chunk.units for chunk in chunks_of(pieces))


def test_the_full_chain_says_all_and_then_speaks(scripted: ScriptedLm) -> None:
    layout = scripted.layout
    scripted.script = [
        layout.language_id("en"),
        *layout.encode(" yes"),
        layout.answer,
        *layout.encode(" no the"),
        layout.end,
    ]
    pieces = list(full_chain(scripted, [7]))
    kinds = [type(piece).__name__ for piece in pieces if piece is not None]
    assert kinds.index("UnitPiece") > len(kinds) - 1 - kinds[::-1].index("TextPiece")
    assert len(chunks_of(pieces)) == 1
    assert end_of(pieces).text == "no the"
    ids = scripted.sessions[0].ids
    say = say_prompt(layout, "no the", "en")
    assert any(ids[at : at + len(say)] == say for at in range(len(ids)))


@pytest.mark.parametrize("seed", range(8))
def test_a_random_model_is_held_to_the_grammar(lm: LanguageModel, seed: int) -> None:
    sampling = SamplingOptions(1.5, 1.0, seed=seed)
    options = TurnOptions(sampling=sampling, max_tokens=60, limits=dataclasses.replace(Limits(), heard=20))
    conversation = Conversation(lm)
    for question in ([1, 2, 3], [4] * 30):
        pieces = list(ask_units(conversation, question, options))
        end_of(pieces)
        assert all(piece.units for piece in chunks_of(pieces))
        assert conversation.length <= lm.layout.context
        end_of(list(conversation.ask_text("hello the capital", "en", options)))
    again = Conversation(lm)
    assert list(ask_units(again, [1, 2, 3], options))[:-1] == list(ask_units(Conversation(lm), [1, 2, 3], options))[:-1]


def test_a_conversation_that_goes_on_is_one_that_was_read_at_once(lm: LanguageModel) -> None:
    """The KV cache after cuts and pieces is that of the same tokens in one go."""
    options = TurnOptions(max_tokens=40, limits=dataclasses.replace(Limits(), heard=10))
    conversation = Conversation(lm)
    list(ask_units(conversation, [1, 2, 3], options))
    conversation.keep(1)
    before = conversation.length
    list(conversation.ask_text("hello", "en", options))
    conversation.keep(0)
    assert conversation.length == before
    layout = lm.layout
    assert layout.kind(layout.end) is TokenKind.END
    pieces = list(conversation.ask_text("yes", "en", options))
    assert end_of(pieces).counts.prompt_tokens < 12
