"""Commands of the trainer as child processes."""

from __future__ import annotations

import gc
import os
import signal
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.window.pages.wizard.runner import Runner, trainer_command
from tests.app.window.pages.wizard.conftest import ScriptedTrainer


class Heard:
    def __init__(self) -> None:
        self.done: list[Any] = []
        self.failed: list[str] = []


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_what_it_printed_comes_back(trainer: ScriptedTrainer, owner: QObject, heard: Heard, qtbot: QtBot) -> None:
    trainer.answers(out={"added": 3})
    runner = trainer.runner(owner)
    with qtbot.waitSignal(runner.ended, timeout=20_000), qtbot.waitSignal(runner.said, timeout=20_000):
        runner.run(["status", "folder"], heard.done.append, heard.failed.append)
    qtbot.waitUntil(lambda: heard.done == [{"added": 3}])
    assert trainer.asked == [["status", "folder", "--json"]]
    assert not runner.running


def test_an_error_for_the_user_is_its_sentence(
    trainer: ScriptedTrainer, owner: QObject, heard: Heard, qtbot: QtBot
) -> None:
    trainer.answers(code=2, line="There is no such folder.")
    trainer.runner(owner).run(["speech"], heard.done.append, heard.failed.append)
    qtbot.waitUntil(lambda: heard.failed == ["There is no such folder."], timeout=20_000)


def test_a_crash_is_never_success(trainer: ScriptedTrainer, owner: QObject, heard: Heard, qtbot: QtBot) -> None:
    trainer.answers(code=1, line="ZeroDivisionError: division by zero")
    trainer.runner(owner).run(["speech"], heard.done.append, heard.failed.append)
    qtbot.waitUntil(lambda: len(heard.failed) == 1, timeout=20_000)
    assert "ended badly" in heard.failed[0]
    assert not heard.done


def test_stopped_it_ends_in_order(trainer: ScriptedTrainer, owner: QObject, heard: Heard, qtbot: QtBot) -> None:
    trainer.answers(endless=True)
    runner = trainer.runner(owner)
    with qtbot.waitSignal(runner.said, timeout=20_000):
        runner.run(["speech"], heard.done.append, heard.failed.append)
    with qtbot.waitSignal(runner.ended, timeout=20_000):
        runner.stop()
    assert (trainer.place / "interrupted").exists()
    assert (heard.done, heard.failed) == ([], [])


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_stopped_it_ends_in_order_where_a_shell_has_ctrl_c_ignored(
    trainer: ScriptedTrainer, owner: QObject, heard: Heard, qtbot: QtBot
) -> None:
    trainer.answers(endless=True)
    runner = trainer.runner(owner)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with qtbot.waitSignal(runner.said, timeout=20_000):
            runner.run(["speech"], heard.done.append, heard.failed.append)
    finally:
        signal.signal(signal.SIGINT, before)
    with qtbot.waitSignal(runner.ended, timeout=20_000):
        runner.stop()
    assert (trainer.place / "interrupted").exists()


@pytest.mark.parametrize("collected", [False, True])
def test_a_command_ends_in_order_when_its_runner_goes(
    trainer: ScriptedTrainer, heard: Heard, qtbot: QtBot, collected: bool
) -> None:
    trainer.answers(endless=True)
    owner = QObject()
    runner = trainer.runner(owner)
    with qtbot.waitSignal(runner.said, timeout=20_000):
        runner.run(["speech"], heard.done.append, heard.failed.append)
    if not collected:
        owner.deleteLater()
    del owner, runner
    gc.collect()
    qtbot.waitUntil((trainer.place / "interrupted").exists, timeout=20_000)
    qtbot.wait(100)  # what had been told to a runner that is gone would crash here
    assert (heard.done, heard.failed) == ([], [])


def test_a_program_that_is_not_there(owner: QObject, heard: Heard, qtbot: QtBot) -> None:
    runner = Runner(owner, ["/no/such/program"])
    runner.run(["speech"], heard.done.append, heard.failed.append)
    qtbot.waitUntil(lambda: len(heard.failed) == 1)
    assert not runner.running


def test_the_trainer_of_this_installation_is_found() -> None:
    command = trainer_command()
    assert command is not None
    assert command[-1] == "language"
