"""The first steps of a new language, clicked through."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from app.window.context import Context
from app.window.pages.language import LanguagePage
from app.window.pages.wizard.desk import Snapshot
from app.window.pages.wizard.step import StepWidget
from tests.app.window.pages.wizard.conftest import ScriptedTrainer
from trainer.language.job import Job
from trainer.language.records import write_rows


def step(page: LanguagePage, name: str) -> Any:
    return page.steps[name]


def test_a_job_is_begun(job_page: LanguagePage) -> None:
    job = job_page.desk.job
    assert job is not None
    assert (job.language.code, job.language.bridge, job.base.name) == ("es", "en", "own")
    assert "Spanish for own 1.0.0" in job_page.job_name.text()
    assert "done" in job_page.tabs["language"].accessibleName()
    assert not step(job_page, "language").begin.isVisible()


def test_a_code_that_nobody_knows_is_a_sentence(page: LanguagePage, qtbot: QtBot) -> None:
    first = step(page, "language")
    qtbot.waitUntil(lambda: first.bridge.count() == 2 and first.code.count() > 100)
    first.code.setEditText("xx-nothing")
    first.begin.click()
    qtbot.waitUntil(lambda: "Nobody knows the language code" in page.outcome.sentence.text())
    assert page.desk.job is None


def test_speech_is_taken_in_by_the_trainer(job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot) -> None:
    job = job_page.desk.job
    assert job is not None
    trainer.answers(out={"added": 12, "rejected": {}})
    job_page.tabs["speech"].click()
    speech = step(job_page, "speech")
    speech.speaker.setText("ana")
    speech.many.click()
    speech.take_in(Path("/corpus"))
    assert not speech.folder.isEnabled()
    assert job_page.stop.isVisible()
    qtbot.waitUntil(lambda: job_page.outcome.sentence.text() == "Taken in.", timeout=20_000)
    assert trainer.asked == [["speech", str(job.folder), "/corpus", "--speaker", "ana", "--many-speakers", "--json"]]
    qtbot.waitUntil(speech.folder.isEnabled)


def test_what_is_not_used_is_listed_and_can_be_heard(
    job_page: LanguagePage, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    import numpy as np
    import soundfile

    soundfile.write(tmp_path / "a.wav", np.zeros(16_000, np.float32), 16_000)
    row = {"source": "corpus", "place": "row 3", "reason": "too_short", "sentence": "The sound is too short.",
           "text": "hola", "audio": str(tmp_path / "a.wav"), "start": 0.25, "end": 0.75}  # fmt: skip
    job = job_page.desk.job
    assert job is not None
    soundfile.write(job.corpus / "audio" / "b.wav", np.zeros(125 * 16_000, np.float32), 16_000)
    compared = {**row, "place": "row 5", "reason": "rate", "audio": "corpus/audio/b.wav", "start": 0.0, "end": None}
    write_rows(job.rejected, [row, {**row, "place": "row 4", "reason": "empty", "audio": ""}, compared])
    job.finish("speech", "One row is usable.", {"usable": 1})
    job_page.show_step("speech")
    rejected = step(job_page, "speech").rejected
    qtbot.waitUntil(lambda: rejected.table.rowCount() == 3, timeout=20_000)
    assert "1: the sound is too short" in rejected.reasons.text()
    played: list[Any] = []

    class Speaker:
        def play(self, stream: int, pcm: Any) -> None:
            played.append(pcm)

        def end(self, stream: int) -> None:
            played.append("end")

    context.open_room(Speaker())  # type: ignore[arg-type]
    rejected.table.selectRow(1)
    assert not rejected.play.isEnabled()
    rejected.table.selectRow(0)
    rejected.play.click()
    qtbot.waitUntil(lambda: len(played) == 2)
    assert len(played[0]) == pytest.approx(12_000, abs=50)
    rejected.table.selectRow(2)
    rejected.play.click()
    qtbot.waitUntil(lambda: len(played) == 4, timeout=20_000)
    assert len(played[2]) == pytest.approx(120 * 24_000, abs=50)  # of what is longer, two minutes


def test_what_the_command_line_does_is_seen(job_page: LanguagePage, qtbot: QtBot) -> None:
    job = job_page.desk.job
    assert job is not None
    Job.open(job.folder).finish("texts", "There are 8 translations.", {"translations": 8})
    qtbot.waitUntil(lambda: "8 translations" in step(job_page, "texts").phase.text(), timeout=20_000)
    assert "8 translations" in step(job_page, "texts").counts.text()


def test_a_step_that_fails_says_why_and_the_job_stays(
    job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot
) -> None:
    trainer.answers(code=2, line="The file is not UTF-8 text; save it as UTF-8 and try again.")
    job_page.show_step("texts")
    step(job_page, "texts").take_in(Path("pairs.tsv"))
    qtbot.waitUntil(lambda: "not UTF-8" in job_page.outcome.sentence.text(), timeout=20_000)
    assert job_page.desk.job is not None


def test_the_real_trainer_on_the_same_job(context: Context, qtbot: QtBot, make_pack: Any, tmp_path: Path) -> None:
    make_pack(context.packs.builtin_folder / "own", "own")
    page = LanguagePage(context)
    qtbot.addWidget(page)
    page.show()
    first = step(page, "language")
    qtbot.waitUntil(lambda: first.bridge.count() == 2 and first.code.count() > 100)
    first.begin.click()
    qtbot.waitUntil(lambda: page.desk.job is not None)
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("es\ten\n¿Qué hora es?\tWhat time is it?\nBuenos días.\tGood morning.\n", "utf-8")
    page.show_step("texts")
    step(page, "texts").take_in(pairs)
    qtbot.waitUntil(lambda: "2 translations" in step(page, "texts").counts.text(), timeout=60_000)
    page.desk.jobs = []
    page.desk.list_jobs()
    qtbot.waitUntil(lambda: len(page.desk.jobs) == 1)
    page.choose.menu().aboutToShow.emit()
    assert len(page.menu.actions()) == 4


def test_a_folder_that_is_no_job(page: LanguagePage, qtbot: QtBot, tmp_path: Path) -> None:
    page.desk.open(tmp_path)
    qtbot.waitUntil(lambda: "is not a job folder" in page.outcome.sentence.text())


def test_all_controls_have_names(job_page: LanguagePage) -> None:
    for name in job_page.steps:
        job_page.show_step(name)
        nameless = [
            widget
            for widget in job_page.findChildren(QWidget)
            if isinstance(widget, QAbstractButton) and not (widget.accessibleName() or widget.text())
        ]
        assert [widget for widget in nameless if widget.isVisible()] == []
    assert all(isinstance(one, StepWidget) for one in job_page.steps.values())


def test_the_page_loads_none_of_the_models_libraries(context: Context) -> None:
    import subprocess

    code = (
        "import sys, app.window.pages.language\n"
        "print([name for name in ('torch', 'transformers', 'ctranslate2') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_a_snapshot_is_a_value(job_page: LanguagePage) -> None:
    job = job_page.desk.job
    assert job is not None
    assert Snapshot.of(job).states == Snapshot.of(job).states
