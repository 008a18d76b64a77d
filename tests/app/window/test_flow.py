"""Where words go: none is lost, none leaves the line, and each can be found again by its place."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from app.session.words import words
from app.window.conversation.flow import Metrics, Part, lay_out

_TEXT = st.text(alphabet=st.sampled_from("ab é中文。，！ \n“”(x)שلا"), max_size=40)
_PARTS = st.lists(st.builds(Part, _TEXT, st.sampled_from([0.0, 60.0])), max_size=4)


@pytest.fixture(scope="module")
def metrics(qapp: QApplication) -> Metrics:
    return Metrics(QFontMetricsF(QFont("Noto Sans CJK SC", 11)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=_PARTS, width=st.integers(30, 400))
def test_every_word_has_its_place(metrics: Metrics, parts: list[Part], width: int) -> None:
    flow = lay_out(parts, width, metrics)
    for number, part in enumerate(parts):
        placed = {word.word for word in flow.words if word.chunk == number}
        count = len(words(part.text))
        assert placed == (set(range(count)) if count else ({0} if part.text.strip() else set()))
        shown = "".join(run.text for run in flow.runs if run.chunk == number)
        assert "".join(shown.split()) == "".join(part.text.split())
    assert [mark.chunk for mark in flow.marks] == [number for number, part in enumerate(parts) if part.mark]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=_PARTS, width=st.integers(120, 400))
def test_nothing_leaves_the_lines_or_lies_over_another(metrics: Metrics, parts: list[Part], width: int) -> None:
    flow = lay_out(parts, width, metrics)
    places = [word.rect for word in flow.words] + [mark.rect for mark in flow.marks]
    for number, rect in enumerate(places):
        assert rect.left() >= -0.01
        assert rect.right() <= width + 0.01
        assert rect.bottom() <= flow.height + 0.01
        for other in places[number + 1 :]:
            assert not rect.adjusted(0.1, 0.1, -0.1, -0.1).intersects(other.adjusted(0.1, 0.1, -0.1, -0.1))


def test_a_word_is_found_by_its_place(metrics: Metrics) -> None:
    flow = lay_out([Part("The air scatters", 50.0), Part(" 蓝色的光。", 50.0)], 300, metrics)
    for word in flow.words:
        found = flow.word_at(word.rect.center())
        assert found is not None
        assert (found.chunk, found.word) == (word.chunk, word.word)
    for mark in flow.marks:
        assert flow.mark_at(mark.rect.center()) == mark
    assert flow.word_at(QPointF(-5, -5)) is None


def test_punctuation_begins_no_line(metrics: Metrics) -> None:
    flow = lay_out([Part("云里的小水滴，越聚越大。")], 60, metrics)
    assert len({run.origin.y() for run in flow.runs}) > 2
    assert not any(run.text[0] in "，。" for run in flow.runs)


def test_hebrew_runs_from_the_right(metrics: Metrics) -> None:
    flow = lay_out([Part("שלום לכולם")], 400, metrics)
    first, second = flow.words
    assert first.rect.left() > second.rect.right()
