"""Searching for what a question says, and checking it by reading it aloud."""

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

import numpy as np
import pytest

from cslm_core.chain.conversation import Conversation
from cslm_core.chain.generate import TurnOptions, transcribe
from cslm_core.chain.grammar import say_prompt, spoken_question
from cslm_core.chain.hearing import Hypothesis, likelihood_of_units, most_likely, search
from cslm_core.chain.pieces import EndPiece, HeardPiece
from cslm_core.components import LanguageModel
from cslm_core.lm.layout import TokenKind
from tests.chain.scripted import ask_units

T = TypeVar("T")
UNITS = [3, 40, 7, 22, 60, 5]


def never() -> bool:
    return False


def result(steps: Generator[None, None, T]) -> tuple[T, int]:
    count = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value, count
        count += 1


def found(lm: LanguageModel, beam: int, most: int = 6) -> list[Hypothesis]:
    session = lm.session()
    logits = session.feed([*spoken_question(lm.layout, UNITS), lm.layout.language_id("en")])
    return result(search(session, logits, lm.layout, beam=beam, most=most, cancelled=never))[0]


def chosen(
    lm: LanguageModel, texts: list[Hypothesis], language: int = 0, cancelled: Callable[[], bool] = never
) -> Hypothesis:
    return result(most_likely(lm, UNITS, texts, language, cancelled=cancelled))[0]


def log_softmax(logits: np.ndarray) -> np.ndarray:
    return logits - np.logaddexp.reduce(logits.astype(np.float64))


@pytest.mark.parametrize("beam", [1, 2, 5])
def test_scores_are_those_of_the_model(lm: LanguageModel, beam: int) -> None:
    layout, most = lm.layout, 4
    texts = found(lm, beam, most)
    assert len({one.ids for one in texts}) == len(texts) >= beam
    assert [one.score for one in texts] == sorted((one.score for one in texts), reverse=True)
    text, either = layout.mask(TokenKind.TEXT), layout.mask(TokenKind.TEXT | TokenKind.ANSWER)
    for one in texts:
        assert text[list(one.ids)].all()
        session, score = lm.session(), 0.0
        logits = session.feed([*spoken_question(layout, UNITS), layout.language_id("en")])
        for place, token in enumerate([*one.ids, layout.answer]):
            if place == most:
                break  # the end of the longest is not counted
            score += log_softmax(np.where(either if place else text, logits, -np.inf))[token]
            logits = session.feed([token])
        assert one.score == pytest.approx(score, abs=0.02)


def test_more_are_weighed_than_the_first_that_comes(lm: LanguageModel) -> None:
    best = [found(lm, beam)[0].score for beam in (1, 8)]
    assert best[1] >= best[0] - 1e-3


def test_a_search_can_be_stopped(lm: LanguageModel) -> None:
    session = lm.session()
    logits = session.feed(spoken_question(lm.layout, UNITS))
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 2

    assert result(search(session, logits, lm.layout, beam=3, most=50, cancelled=cancelled)) == ([], 2)


def test_what_is_no_number_does_no_harm(lm: LanguageModel) -> None:
    session = lm.session()
    logits = np.full_like(session.feed(spoken_question(lm.layout, UNITS)), np.nan)
    logits[lm.layout.encode("a")[0]] = 1.0
    assert (
        result(search(session, logits, lm.layout, beam=2, most=3, cancelled=never))[0][0].ids[0]
        == (lm.layout.encode("a")[0])
    )


def test_units_are_as_likely_as_all_that_sound_like_them(lm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = lm.layout
    alike = layout.alike.copy()
    alike[layout.first_unit : layout.first_unit + layout.unit_count] = layout.first_unit + np.arange(64) // 4
    monkeypatch.setattr(layout, "alike", alike)
    texts = ["what is it", "no"]
    mask = layout.mask(TokenKind.UNIT | TokenKind.EOSP)
    expected = []
    for text in texts:
        session, total = lm.session(), 0.0
        logits = session.feed(say_prompt(layout, text, "en"))
        for token in [*layout.unit_ids(UNITS), layout.eosp]:
            scores = log_softmax(np.where(mask, logits, -np.inf))
            total += np.logaddexp.reduce(scores[mask & (alike == alike[token])])
            logits = session.feed([token])
        expected.append(total)
    ids = [layout.encode(" " + text) for text in texts]
    got = likelihood_of_units(lm, UNITS, ids, layout.language_id("en"))
    np.testing.assert_allclose(got, expected, atol=0.2)
    assert np.argmax(got) == np.argmax(expected)


def test_both_directions_decide(lm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[Sequence[int]]] = []

    def likelihoods(
        lm: LanguageModel, units: Sequence[int], texts: Sequence[Sequence[int]], language: int
    ) -> np.ndarray:
        asked.append(texts)
        return np.array([{0: -40.0, 1: -30.0, 2: -39.0}[ids[0]] for ids in texts])

    monkeypatch.setattr("cslm_core.chain.hearing.likelihood_of_units", likelihoods)
    first, second, third, fourth = (Hypothesis((n,), score) for n, score in enumerate((-1.0, -2.0, -3.5, -4.5)))
    assert chosen(lm, [first, second, third, fourth]) is second
    assert asked == [[(0,), (1,)], [(2,)]]  # the fourth is too unlikely to be asked about
    assert chosen(lm, [first, fourth]) is first
    assert len(asked) == 2  # alone it need not be checked
    assert chosen(lm, [first, second], cancelled=lambda: True) is first


def test_a_turn_goes_on_from_what_was_found(lm: LanguageModel) -> None:
    options = TurnOptions(beam=4, question_language="en", reply_language="zh", max_tokens=30)
    heard = [piece for piece in transcribe(lm, UNITS, options) if isinstance(piece, HeardPiece)]
    assert heard[-1].final
    best = chosen(lm, found(lm, 4, len(UNITS) + 8)[:4], lm.layout.language_id("en"))
    assert heard[-1].text == lm.layout.decode(best.ids).strip()
    conversation = Conversation(lm)
    pieces = [piece for piece in ask_units(conversation, UNITS, options) if piece is not None]
    finals = [piece for piece in pieces if isinstance(piece, HeardPiece) and piece.final]
    assert [piece.text for piece in finals] == [heard[-1].text]
    assert isinstance(pieces[-1], EndPiece)
    assert pieces[-1].language == "zh"
    again = [piece for piece in ask_units(conversation, UNITS, options) if isinstance(piece, HeardPiece)]
    assert again[-1].final


def test_a_turn_is_cancelled_within_the_search(lm: LanguageModel) -> None:
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 3

    pieces = [piece for piece in ask_units(Conversation(lm), UNITS, TurnOptions(beam=4), cancelled) if piece]
    assert [type(piece) for piece in pieces] == [EndPiece]
    assert pieces[0].reason == "cancelled"


def test_what_was_expected_is_not_searched_for_again(lm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    searches = []

    def counted(*args: object, **options: object) -> Generator[None, None, list[Hypothesis]]:
        searches.append(1)
        return search(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("cslm_core.chain.generate.search", counted)
    options = TurnOptions(beam=3, reply_language="en", max_tokens=30)
    asked = [piece for piece in ask_units(Conversation(lm), UNITS, options) if isinstance(piece, HeardPiece)]
    for expected, count, steps in (
        (UNITS[4:], 1, 0),
        (UNITS[4:], 1, 2),
        (UNITS[4:], 1, 99),
        (UNITS[3:5], 2, 3),
        ([], 2, 1),
    ):
        searches.clear()
        conversation = Conversation(lm)
        conversation.listen()
        conversation.push(UNITS[:4])
        before = conversation.length
        work = conversation.expect(expected, options)
        assert conversation.length == before
        for _, _ in zip(range(steps), work, strict=False):
            pass
        conversation.push(UNITS[4:])
        pieces = list(conversation.answer(options))
        assert [piece for piece in pieces if isinstance(piece, HeardPiece)] == asked
        assert isinstance(pieces[-1], EndPiece)
        assert len(searches) == count
    conversation.listen()
    conversation.push(UNITS)
    list(conversation.expect([], options))
    in_chinese = TurnOptions(beam=3, question_language="zh", reply_language="en", max_tokens=30)
    heard = [piece for piece in conversation.answer(in_chinese) if isinstance(piece, HeardPiece)]
    assert {piece.language for piece in heard} == {"zh"}  # another question than was expected
    conversation.listen()
    conversation.push(UNITS)
    assert (
        list(conversation.expect([], TurnOptions(beam=3, question_language="xx"))) == []
    )  # `answer` is there to refuse it
    conversation.drop()
    with pytest.raises(ValueError, match="begun"):
        conversation.expect([1], options)


def test_a_long_question_is_not_waited_for(lm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*args: object, **options: object) -> None:
        raise AssertionError("searched")

    monkeypatch.setattr("cslm_core.chain.generate.search", none)
    for count in (197, lm.layout.context - 25):
        units = [3, 4] * (count // 2)
        assert [piece for piece in transcribe(lm, units, TurnOptions(beam=4)) if isinstance(piece, EndPiece)]
