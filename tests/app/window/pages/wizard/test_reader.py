"""The prompt reader in the step of speech: recorded, judged, kept, taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.window.context import Context
from app.window.pages.language import LanguagePage
from app.window.pages.wizard.prompter import Prompter
from tests.app.window.pages.conftest import Recorder
from tests.app.window.pages.wizard.conftest import ScriptedTrainer
from tests.app.window.pages.wizard.readers import SENTENCE, ReadingRoom, spoken, write_prompts
from trainer.language.importers.recordings import RecordingFolder

TEXTS = [SENTENCE, "The sky is blue.", "Thank you."]


@pytest.fixture
def room(context: Context) -> ReadingRoom:
    made = ReadingRoom()
    context.open_room(made)  # type: ignore[arg-type]
    return made


def speech(page: LanguagePage) -> Any:
    return page.steps["speech"]


def begin(page: LanguagePage, qtbot: QtBot) -> Prompter:
    """The trainer does not write the prompts: the test does."""
    assert page.desk.job is not None
    write_prompts(page.desk.job.folder / "prompts.jsonl", TEXTS)
    page.show_step("speech")
    step = speech(page)
    step.speaker.setText("Ana")
    if not step.reader.consent.isChecked():
        step.reader.consent.click()
    qtbot.waitUntil(step.reader.begin.isEnabled, timeout=20_000)
    step.reader.begin.click()
    prompter: Prompter = step.reader.prompter
    qtbot.waitUntil(prompter.isVisible, timeout=60_000)
    return prompter


def record(prompter: Prompter, room: ReadingRoom, pcm: Any, qtbot: QtBot) -> None:
    prompter.microphone.button.click()
    room.say(pcm)
    prompter.microphone.button.click()
    qtbot.waitUntil(lambda: not prompter.busy and bool(prompter.verdict.sentence.text()), timeout=20_000)


def recorded(page: LanguagePage) -> set[str]:
    assert page.desk.job is not None
    return set(RecordingFolder(page.desk.job.folder / "recordings" / "ana").recorded())


def test_sentences_are_read_one_by_one_and_taken_in(
    job_page: LanguagePage, room: ReadingRoom, trainer: ScriptedTrainer, recorder: Recorder, qtbot: QtBot
) -> None:
    reader = speech(job_page).reader
    prompter = begin(job_page, qtbot)
    job = job_page.desk.job
    assert job is not None
    assert trainer.asked == [
        ["prompts", str(job.folder), "--out", str(job.folder / "prompts.jsonl"), "--count", "1000", "--json"]
    ]
    assert prompter.sentence.text() == SENTENCE
    assert "1 of 3" in prompter.place.text()
    assert not prompter.play.isEnabled()
    qtbot.keyClick(prompter, Qt.Key.Key_F7)
    assert prompter.microphone.button.text() == "Stop"
    assert (len(recorder.named("stop")), room.stopped) == (1, 1)  # what is being spoken is silent
    assert not reader.take.isEnabled()
    room.say(spoken())
    qtbot.waitUntil(lambda: prompter.microphone.meter.fraction > 0.3)
    qtbot.keyClick(prompter, Qt.Key.Key_F7)
    assert room.recording is None
    qtbot.waitUntil(lambda: prompter.verdict.sentence.text().startswith("Fine"), timeout=20_000)
    assert recorded(job_page) == {"pair-0.es"}
    assert "1 read" in prompter.place.text()
    assert not prompter.keep.isVisible()
    prompter.play.click()
    qtbot.waitUntil(lambda: bool(room.played))
    assert room.played[0].size == pytest.approx(spoken().size * 1.5, abs=300)
    assert prompter.next.text() == "Next"
    prompter.next.click()
    qtbot.waitUntil(lambda: "2 of 3" in prompter.place.text())
    assert prompter.next.text() == "Skip"
    prompter.next.click()
    qtbot.waitUntil(lambda: "3 of 3" in prompter.place.text() and prompter.back.isEnabled())
    prompter.back.click()
    qtbot.waitUntil(lambda: "2 of 3" in prompter.place.text())
    trainer.answers(out={"added": 1})
    qtbot.waitUntil(reader.take.isEnabled, timeout=20_000)
    reader.take.click()
    qtbot.waitUntil(lambda: job_page.outcome.sentence.text() == "Taken in.", timeout=60_000)
    folder = str(job.folder / "recordings" / "ana")
    assert trainer.asked[-1] == ["speech", str(job.folder), folder, "--speaker", "Ana", "--json"]
    assert not prompter.isVisible()


def test_a_bad_take_waits_for_a_word(job_page: LanguagePage, room: ReadingRoom, qtbot: QtBot) -> None:
    prompter = begin(job_page, qtbot)
    record(prompter, room, spoken(0.02), qtbot)
    assert prompter.verdict.sentence.text().startswith("Too quiet")
    assert recorded(job_page) == set()
    assert prompter.microphone.button.text() == "Record again"
    assert prompter.keep.isVisible()
    prompter.play.click()
    qtbot.waitUntil(lambda: bool(room.played))
    prompter.drop.click()
    assert not prompter.play.isEnabled()
    record(prompter, room, np.clip(spoken(4.0), -1, 1), qtbot)
    assert prompter.verdict.sentence.text().startswith("Clipped")
    assert not prompter.keep.isVisible()
    record(prompter, room, spoken(0.3, noise=0.02), qtbot)
    assert prompter.verdict.sentence.text().startswith("Too much noise")
    prompter.keep.click()
    qtbot.waitUntil(lambda: prompter.verdict.sentence.text() == "Kept.")
    assert recorded(job_page) == {"pair-0.es"}
    record(prompter, room, np.zeros(16_000, np.float32), qtbot)  # a retake that fails leaves the one before
    assert recorded(job_page) == {"pair-0.es"}
    prompter.drop.click()
    prompter.drop.click()
    qtbot.waitUntil(lambda: recorded(job_page) == set())


def test_without_a_microphone_it_says_so(job_page: LanguagePage, context: Context, qtbot: QtBot) -> None:
    prompter = begin(job_page, qtbot)
    prompter.microphone.button.click()
    assert prompter.verdict.sentence.text().startswith("There is no microphone to record with")
    room = ReadingRoom()
    room.problem = "The microphone is in use by a measurement; wait a few seconds and try again."
    context.open_room(room)  # type: ignore[arg-type]
    prompter.microphone.button.click()
    qtbot.waitUntil(lambda: "in use by a measurement" in prompter.verdict.sentence.text())
    room.problem = ""
    prompter.microphone.button.click()
    qtbot.waitUntil(lambda: "No sound comes" in prompter.verdict.sentence.text(), timeout=10_000)
    assert not prompter.microphone.recording
    assert room.recording is None


def test_another_page_ends_the_recording(job_page: LanguagePage, room: ReadingRoom, qtbot: QtBot) -> None:
    prompter = begin(job_page, qtbot)
    prompter.microphone.button.click()
    room.say(spoken())
    job_page.show_step("texts")
    assert room.recording is None
    assert recorded(job_page) == set()
    job_page.show_step("speech")
    prompter.microphone.button.click()
    room.say(np.tile(spoken(), 12))
    qtbot.waitUntil(lambda: prompter.verdict.sentence.text().startswith("Longer than 20"), timeout=20_000)


def test_nobody_is_named_and_nobody_agreed(job_page: LanguagePage, room: ReadingRoom, qtbot: QtBot) -> None:
    job_page.show_step("speech")
    step = speech(job_page)
    qtbot.waitUntil(step.folder.isEnabled, timeout=20_000)
    assert not step.reader.begin.isEnabled()
    step.reader.consent.click()
    assert step.reader.begin.isEnabled()
    step.reader.begin.click()
    assert "say above who speaks" in step.reader.outcome.sentence.text()


def test_another_job_ends_the_reading(job_page: LanguagePage, room: ReadingRoom, qtbot: QtBot, tmp_path: Path) -> None:
    prompter = begin(job_page, qtbot)
    prompter.microphone.button.click()
    job_page.desk.take(None)
    assert room.recording is None
    assert prompter.reading is None
    assert not speech(job_page).reader.begin.isEnabled()
