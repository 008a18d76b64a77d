"""A page of a new language over a pack without weights, and a trainer that only writes down what it is asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.window.context import Context
from app.window.pages.language import LanguagePage
from app.window.pages.wizard.runner import Runner

_TRAINER = """
import json, sys, time
from pathlib import Path
place = Path(sys.argv[1])
arguments = sys.argv[2:]
with (place / "asked.jsonl").open("a") as file:
    file.write(json.dumps(arguments) + "\\n")
answer = json.loads((place / "answer.json").read_text())
try:
    print(answer.get("line", "at work"), file=sys.stderr, flush=True)
    while answer.get("endless"):
        time.sleep(0.05)
except KeyboardInterrupt:
    (place / "interrupted").touch()
    sys.exit(130)
if answer.get("code"):
    sys.exit(answer["code"])
print(answer.get("out", "null"))
"""


class ScriptedTrainer:
    """What it is to answer, and what it was asked."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir()
        (place / "trainer.py").write_text(_TRAINER, "utf-8")
        self.answers()

    def answers(self, **answer: Any) -> None:
        if "out" in answer:
            answer["out"] = json.dumps(answer["out"])
        (self.place / "answer.json").write_text(json.dumps(answer), "utf-8")

    @property
    def asked(self) -> list[list[str]]:
        path = self.place / "asked.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def runner(self, parent: QObject) -> Runner:
        return Runner(parent, [sys.executable, str(self.place / "trainer.py"), str(self.place)])


@pytest.fixture
def trainer(tmp_path: Path) -> ScriptedTrainer:
    return ScriptedTrainer(tmp_path / "trainer")


@pytest.fixture
def owner(qapp: object) -> QObject:
    return QObject()


@pytest.fixture
def page(
    context: Context, qtbot: QtBot, make_pack: Any, trainer: ScriptedTrainer, owner: QObject
) -> Iterator[LanguagePage]:
    make_pack(context.packs.builtin_folder / "own", "own")
    made = LanguagePage(context, runner=trainer.runner(owner))
    qtbot.addWidget(made)
    made.show()
    yield made
    made.desk.runner.stop()
    qtbot.waitUntil(lambda: not made.desk.runner.running, timeout=20_000)


@pytest.fixture
def job_page(page: LanguagePage, qtbot: QtBot) -> LanguagePage:
    """A job for Spanish is begun."""
    step: Any = page.steps["language"]
    qtbot.waitUntil(lambda: step.bridge.count() == 2 and step.code.count() > 100)
    step.begin.click()
    qtbot.waitUntil(lambda: page.desk.job is not None)
    return page
