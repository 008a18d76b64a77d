"""The page of the latencies, and the figures behind it."""

from __future__ import annotations

import csv
import itertools
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.session.notices import TurnChanged
from app.store.model import Turn, Waterfall
from app.window.context import Context
from app.window.pages.latency import LatencyPage
from app.window.pages.waterfalls import MARKS, percentile, steps, timed, to_csv, to_json, total

FULL = Waterfall(0.6, 0.65, 0.9, 1.0, 1.05, 1.35, 1.4, 1.5)


def turn(number: int, waterfall: Waterfall | None, question: str = "secret", ago: float = 0.0) -> Turn:
    asked = datetime.now().astimezone() - timedelta(seconds=ago)
    return Turn(number, 1, asked, "spoken", "done", question=question, waterfall=waterfall)


def test_steps_follow_one_another() -> None:
    found = steps(FULL)
    assert [step.mark for step in found] == list(MARKS)
    assert [round(step.seconds, 2) for step in found] == [0.6, 0.05, 0.25, 0.1, 0.05, 0.3, 0.05, 0.1]
    assert total(FULL) == 1.5


@given(st.lists(st.none() | st.floats(0, 60), min_size=len(MARKS), max_size=len(MARKS)))
def test_steps_never_overlap_and_end_with_the_last_mark(marks: list[float | None]) -> None:
    found = steps(Waterfall(*marks))
    assert all(step.seconds >= 0 for step in found)
    assert all(before.end == after.start for before, after in itertools.pairwise(found))
    assert total(Waterfall(*marks)) == max((mark for mark in marks if mark is not None), default=0.0)


def test_percentiles_are_over_the_turns_that_have_the_mark() -> None:
    turns = [turn(1, FULL), turn(2, Waterfall(played=2.5)), turn(3, None), turn(4, Waterfall())]
    assert percentile(turns, "played", 50) == pytest.approx(2.0)
    assert percentile(turns, "heard", 50) == pytest.approx(0.9)
    assert percentile([], "heard", 50) is None
    assert [known.id for known in timed(turns)] == [2, 1] or [known.id for known in timed(turns)] == [1, 2]


def test_files_hold_times_and_no_texts() -> None:
    turns = [turn(1, FULL)]
    rows = list(csv.DictReader(to_csv(turns).splitlines()))
    assert rows[0]["played"] == "1.5"
    written = json.loads(to_json(turns, 0.05))
    assert written["summary"]["played"]["p50"] == 1.5
    assert written["turns"][0]["heard"] == 0.9
    assert "secret" not in to_csv(turns) + to_json(turns, 0.05)


def test_turns_of_the_session_are_shown(context: Context, qtbot: QtBot, tmp_path: Path) -> None:
    conversation = context.store.create("one")
    kept = context.store.new_turn(conversation.id, "spoken", question="before the page was opened")
    context.store.save(Turn(kept.id, conversation.id, kept.asked, "spoken", "done", waterfall=FULL))
    page = LatencyPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: len(page.turns) == 1)
    context.bridge.post(TurnChanged(turn(77, Waterfall(played=3.0))))
    qtbot.waitUntil(lambda: [shown.id for shown in page.turns] == [77, kept.id])
    assert page._cells["played", 50].text() == "2.25 s"
    assert "flow 0.30 s, Vocoder 0.05 s" in page.chart.accessibleDescription()
    assert not page.grab().isNull()
    for form in ("csv", "json"):
        page.write(tmp_path / f"times.{form}", form)
        qtbot.waitUntil((tmp_path / f"times.{form}").exists)
    page.write(tmp_path / "no folder" / "times.csv", "csv")
    qtbot.waitUntil(lambda: "does not exist" in page.outcome.sentence.text())


def test_without_turns_it_says_so(context: Context, qtbot: QtBot) -> None:
    page = LatencyPage(context)
    qtbot.addWidget(page)
    page.show()
    assert page.nothing.isVisible()
    assert not page.csv.isEnabled()
