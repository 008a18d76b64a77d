"""Work in the background: results, failures, giving up, and an owner that goes away."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.window.context import Context
from app.window.pages.operation import Operation, Report
from cslm_core.errors import CslmError


@pytest.fixture
def owner(qapp: object) -> QObject:
    return QObject()


def test_the_result_and_the_progress_come_back(context: Context, owner: QObject, qtbot: QtBot) -> None:
    operation = Operation(context.background, owner)
    seen: list[object] = []
    go_on = threading.Event()

    def work(report: Report) -> int:
        report("half", 0.5)
        assert go_on.wait(10)
        return 3

    with qtbot.waitSignal(operation.progressed, check_params_cb=lambda what, done: (what, done) == ("half", 0.5)):
        operation.run(work, seen.append)
    assert operation.running
    with qtbot.waitSignal(operation.ended):
        go_on.set()
    qtbot.waitUntil(lambda: seen == [3])
    assert not operation.running


def test_a_sentence_for_the_user(context: Context, owner: QObject, qtbot: QtBot) -> None:
    seen: list[str] = []

    def work(report: Report) -> None:
        raise CslmError("The disk is full.")

    Operation(context.background, owner).run(work, failed=seen.append)
    qtbot.waitUntil(lambda: seen == ["The disk is full."])


def test_given_up_it_ends_at_its_next_report(context: Context, owner: QObject, qtbot: QtBot) -> None:
    operation = Operation(context.background, owner)
    started, given_up, ended = threading.Event(), threading.Event(), threading.Event()
    seen: list[object] = []

    def work(report: Report) -> None:
        started.set()
        assert given_up.wait(10)
        try:
            report("more", 0.9)
        finally:
            ended.set()

    operation.run(work, seen.append, seen.append)
    assert started.wait(10)
    operation.cancel()
    assert not operation.running
    given_up.set()
    assert ended.wait(10)
    context.background.run(lambda: None, lambda _: seen.append("later"))
    qtbot.waitUntil(lambda: seen == ["later"])


def test_an_owner_that_goes_away_hears_nothing(context: Context, qtbot: QtBot) -> None:
    owner = QObject()
    operation = Operation(context.background, owner)
    started, go_on = threading.Event(), threading.Event()
    seen: list[object] = []

    def work(report: Report) -> str:
        started.set()
        assert go_on.wait(10)
        return "result"

    operation.run(work, seen.append, seen.append)
    assert started.wait(10)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    go_on.set()
    context.background.run(lambda: None, lambda _: seen.append("later"))
    qtbot.waitUntil(lambda: seen == ["later"])


def test_a_bug_goes_to_the_exception_hook_and_the_operation_ends(
    context: Context, owner: QObject, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: bugs.append(kind))
    operation = Operation(context.background, owner)

    def work(report: Report) -> None:
        raise ZeroDivisionError

    with qtbot.waitSignal(operation.ended):
        operation.run(work)
    qtbot.waitUntil(lambda: bugs == [ZeroDivisionError])
