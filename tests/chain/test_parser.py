"""The parser and its machine: pieces of well-formed streams, and that no stream at all does harm."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.chain.grammar import Limits, Machine, Phase, spoken_question, typed_question
from cslm_core.chain.parser import Parser
from cslm_core.chain.pieces import ChunkPiece, EndPiece, HeardPiece, Piece, TextPiece, UnitPiece
from cslm_core.lm.layout import TokenKind, TokenLayout
from tests.tiny import MARKERS, UNITS, tiny_tokenizer

L = TokenLayout(*tiny_tokenizer())
EN, ZH = L.language_id("en"), L.language_id("zh")
LIMITS = Limits(heard=6, chunk_text=5, plain_text=8, chunks=3, units_base=2, units_per_text=2, chunk_units=9)
TOKENS = st.one_of(
    st.sampled_from([L.question, L.answer, L.say, L.translate, L.text, L.sosp, L.eosp, L.end, EN, ZH, 0]),
    st.integers(0, L.first_unit - 1),
    st.integers(L.first_unit, L.vocabulary - 1),
    st.integers(-5, L.vocabulary + 5),
)


def parse(ids: list[int], phase: Phase = Phase.LANGUAGE, limits: Limits | None = None, **options: str) -> list[Piece]:
    parser = Parser(L, Machine(phase, limits), **options)
    return [piece for token in ids for piece in parser.push(token)]


def speech(*units: int) -> list[int]:
    return [L.sosp, *L.unit_ids(units), L.eosp]


def test_a_spoken_turn() -> None:
    ids = [
        EN,
        *L.encode(" the capital"),
        L.answer,
        ZH,
        *L.encode("巴黎"),
        *speech(1, 2),
        *L.encode("你好"),
        *speech(3),
        L.end,
    ]
    pieces = parse(ids)
    heard = [piece for piece in pieces if isinstance(piece, HeardPiece)]
    assert heard[0] == HeardPiece("the", "en")
    assert heard[-1] == HeardPiece("the capital", "en", final=True)
    assert pieces[len(heard) :] == [
        TextPiece(0, "巴"),
        TextPiece(0, "黎"),
        UnitPiece(0, 1),
        UnitPiece(0, 2),
        ChunkPiece(0, "巴黎", (1, 2)),
        TextPiece(1, "你"),
        TextPiece(1, "好"),
        UnitPiece(1, 3),
        ChunkPiece(1, "你好", (3,)),
        pieces[-1],
    ]
    end = pieces[-1]
    assert isinstance(end, EndPiece)
    assert (end.text, end.language, end.reason) == ("巴黎你好", "zh", "")
    assert end.counts.unit_tokens == 3


def test_a_character_in_pieces_is_shown_whole() -> None:
    rare = L.encode("嗯")
    assert len(rare) == 3
    pieces = parse([*rare, *speech(1), L.end], Phase.CHUNK, language="zh")
    assert pieces[0] == TextPiece(0, "嗯")


def test_an_answer_without_speech() -> None:
    pieces = parse([*L.encode(" yes no"), L.end], Phase.PLAIN, language="en")
    assert pieces[-2:-1] == [ChunkPiece(0, "yes no", ())]
    assert isinstance(pieces[-1], EndPiece)
    assert pieces[-1].text == "yes no"


def test_recognition_ends_with_the_question() -> None:
    parser = Parser(L, Machine(Phase.LANGUAGE, only_heard=True))
    pieces = [piece for token in [EN, *L.encode(" hello"), L.answer, ZH] for piece in parser.push(token)]
    assert pieces[-2] == HeardPiece("hello", "en", final=True)
    assert isinstance(pieces[-1], EndPiece)
    assert pieces[-1].language == "en"


def test_a_chunk_that_is_not_closed_is_closed_by_what_follows() -> None:
    pieces = parse([*L.encode("你"), *L.unit_ids([4]), *L.encode("好"), *L.unit_ids([5]), L.end], Phase.CHUNK)
    assert [piece for piece in pieces if isinstance(piece, ChunkPiece)] == [
        ChunkPiece(0, "你", (4,)),
        ChunkPiece(1, "好", (5,)),
    ]


@pytest.mark.parametrize("token", [L.question, L.say, L.translate])
def test_a_new_turn_in_the_middle_ends_it(token: int) -> None:
    pieces = parse([*L.encode("你"), *speech(1), token, *L.encode("好")], Phase.CHUNK)
    assert isinstance(pieces[-1], EndPiece)
    assert (pieces[-1].reason, pieces[-1].text) == ("malformed", "你")


def test_ending_by_force() -> None:
    parser = Parser(L, Machine(Phase.CHUNK), language="en")
    for token in L.encode(" yes"):
        parser.push(token)
    assert parser.finish("cancelled") == [EndPiece("yes", "en", "cancelled", parser.counts)]
    assert parser.finish("cancelled") == []
    assert parser.push(L.end) == []


@given(st.lists(TOKENS, max_size=120), st.sampled_from(Phase), st.booleans())
def test_no_stream_does_harm(ids: list[int], phase: Phase, only_heard: bool) -> None:
    parser = Parser(L, Machine(phase, LIMITS, only_heard=only_heard))
    accepted: list[int] = []
    heard_tokens: list[int] = []
    pieces: list[Piece] = []
    for token in ids:
        before = parser.machine.phase
        came = parser.push(token)
        pieces += came
        if L.kind(token) is TokenKind.TEXT and not parser.machine.done:
            (heard_tokens if before in (Phase.LANGUAGE, Phase.HEARD) else accepted).append(token)
    pieces += parser.finish("length")
    texts = [piece for piece in pieces if isinstance(piece, TextPiece)]
    joined = "".join(piece.text for piece in texts)

    # Of the reply no text is lost, none is invented, none is a marker. (In a text-only reply what is too long is cut.)
    if phase not in (Phase.PLAIN, Phase.LANGUAGE, Phase.HEARD) and not only_heard:
        assert joined == L.decode(accepted).lstrip()
    assert "�" not in joined
    for piece in pieces:
        if isinstance(piece, (TextPiece, ChunkPiece, HeardPiece, EndPiece)):
            assert not any(marker in piece.text for marker in [*MARKERS.values(), "<en>", "<zh>"])
    # Bounds hold.
    chunks = [piece for piece in pieces if isinstance(piece, ChunkPiece)]
    units = [piece for piece in pieces if isinstance(piece, UnitPiece)]
    assert all(len(piece.units) <= LIMITS.chunk_units for piece in chunks)
    assert all(0 <= piece.unit < UNITS for piece in units)
    assert max((piece.chunk for piece in [*texts, *units, *chunks]), default=0) < LIMITS.chunks
    assert [piece.chunk for piece in chunks] == list(range(len(chunks)))
    # A chunk is the sum of its parts, and the end comes once, last.
    for piece in chunks:
        assert piece.text == "".join(part.text for part in texts if part.chunk == piece.chunk)
        assert piece.units == tuple(part.unit for part in units if part.chunk == piece.chunk)
    ends = [index for index, piece in enumerate(pieces) if isinstance(piece, EndPiece)]
    assert ends == ([len(pieces) - 1] if phase is not Phase.DONE else [])
    if ends:
        assert pieces[-1].text == joined
    # What was heard only grows, within its bound.
    heard = [piece.text for piece in pieces if isinstance(piece, HeardPiece)]
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(heard))
    assert len(heard) <= LIMITS.heard + 1


@given(st.data(), st.sampled_from([Phase.LANGUAGE, Phase.CHUNK, Phase.PLAIN, Phase.SPEECH]))
def test_what_the_mask_allows_is_well_formed_and_ends(data: st.DataObject, phase: Phase) -> None:
    machine = Machine(phase, LIMITS, text_tokens=2 if phase is Phase.SPEECH else 0)
    parser = Parser(L, machine, language="en")
    bound = LIMITS.heard + (LIMITS.chunks + 1) * (LIMITS.chunk_text + LIMITS.chunk_units + 3) + LIMITS.plain_text
    pieces: list[Piece] = []
    for _ in range(bound):
        if machine.done:
            break
        mask = L.mask(machine.allowed())
        pieces += parser.push(int(data.draw(st.sampled_from(mask.nonzero()[0].tolist()))))
    assert machine.done
    assert isinstance(pieces[-1], EndPiece)
    assert pieces[-1].reason in ("", "length")
    if phase is not Phase.PLAIN:
        assert all(piece.units for piece in pieces if isinstance(piece, ChunkPiece))


def test_closing_keeps_to_the_grammar() -> None:
    machine = Machine(Phase.CHUNK)
    assert machine.allowed() is TokenKind.TEXT
    machine.step(TokenKind.TEXT)
    machine.close("length")
    assert machine.allowed() is TokenKind.SOSP
    machine.step(TokenKind.SOSP)
    assert machine.allowed() is TokenKind.UNIT
    machine.step(TokenKind.UNIT)
    machine.end_speech()
    assert machine.allowed() is TokenKind.EOSP
    machine.step(TokenKind.EOSP)
    assert machine.allowed() is TokenKind.END
    machine.step(TokenKind.END)
    assert machine.allowed() is TokenKind.NONE
    assert machine.reason == "length"


def test_prompts() -> None:
    assert spoken_question(L, [3]) == [L.question, L.sosp, L.first_unit + 3, L.eosp]
    ids = typed_question(L, " hello", "en", "zh")
    assert ids == [L.question, EN, *L.encode(" hello"), L.answer, ZH]
    assert typed_question(L, "你好", "zh", "zh", speak=False) == [L.question, ZH, *L.encode("你好"), L.text, ZH]
