"""Corrections offered as training data: none by itself, deleted ones never, taken in by the real import."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.store.store import Store
from app.window.context import Context
from app.window.pages.language import LanguagePage
from app.window.pages.wizard.corrected import copied, copy_corrections, offered
from cslm_core.audio import read_audio
from tests.app.window.pages.wizard.conftest import ScriptedTrainer
from tests.app.window.pages.wizard.readers import ReadingRoom
from tests.trainer.language import sounds
from trainer.language.importers import Candidate, find_format, read_source


def correct(store: Store, number: int, language: str = "es") -> int:
    turn = store.new_turn(store.create().id, "spoken", question_language=language)
    pcm = sounds.voice(2.0, seed=number)
    store.add_sound(turn.id, "question", np.asarray(pcm[::3] * 0.5, np.float32), 8_000)
    store.save(dataclasses.replace(turn, question=sounds.TEXTS[number], misheard=f"Algo {number}."))
    return turn.id


@pytest.fixture
def store(tmp_path: Path, context: Context) -> Any:
    made = Store(tmp_path / "conversations.db")
    before, context.store = context.store, made
    yield made
    made.close()
    context.store = before


def test_what_was_chosen_is_copied_and_read_by_the_real_import(tmp_path: Path, store: Store) -> None:
    first, other, unknown, deleted = (
        correct(store, 0),
        correct(store, 1, "en"),
        correct(store, 2, ""),
        correct(store, 3),
    )
    assert [turn.id for turn in offered(store, "es")] == [first, unknown, deleted]
    store.delete_turn(deleted)
    folder = copy_corrections(store, tmp_path, "es", "Ana", {first, other, deleted})
    assert find_format(folder) == "corrections"

    def rows() -> list[tuple[str, str, str]]:
        found = list(read_source(folder))
        assert all(isinstance(row, Candidate) for row in found)
        return [(row.id, row.text, row.speaker) for row in found if isinstance(row, Candidate)]

    assert rows() == [(f"turn-{first}", sounds.TEXTS[0], "Ana")]
    assert read_audio(folder / "audio" / f"turn-{first}.wav").size == pytest.approx(32_000, abs=10)
    copy_corrections(store, tmp_path, "es", "Ana", {unknown})
    assert [name for name, _, _ in rows()] == [f"turn-{first}", f"turn-{unknown}"]
    assert copied(tmp_path) == {str(first): sounds.TEXTS[0], str(unknown): sounds.TEXTS[2]}
    assert copy_corrections(store, tmp_path, "es", "Ana", {deleted, other}) is None


def test_the_user_chooses_hears_and_takes_in(
    job_page: LanguagePage, context: Context, store: Store, trainer: ScriptedTrainer, qtbot: QtBot
) -> None:
    job_page.show_step("speech")
    step: Any = job_page.steps["speech"]
    card = step.corrections
    assert not card.isVisible()
    first, second = correct(store, 0), correct(store, 1, "")
    correct(store, 2, "en")
    job_page.show_step("texts")
    job_page.show_step("speech")
    qtbot.waitUntil(card.isVisible, timeout=20_000)
    assert card.heading.text() == "Corrections you made: 2, in Spanish"
    assert (card.chosen, card.take.isEnabled(), card.play.isEnabled()) == ([], False, False)
    assert [card.table.item(0, column).text() for column in range(4)] == ["Algo 0.", sounds.TEXTS[0], "es", ""]
    assert card.table.item(1, 2).text() == "unknown"
    room = ReadingRoom()
    context.open_room(room)  # type: ignore[arg-type]
    card.table.selectRow(1)
    card.play.click()
    qtbot.waitUntil(lambda: bool(room.played), timeout=20_000)
    card.table.item(1, 0).setCheckState(Qt.CheckState.Checked)
    assert card.chosen == [second]
    card.read()
    qtbot.waitUntil(lambda: not card._reading.running, timeout=20_000)
    assert card.chosen == [second]  # looking again unticks nothing
    qtbot.waitUntil(card.take.isEnabled, timeout=20_000)
    card.take.click()
    assert "say above who speaks" in card.outcome.sentence.text()
    step.speaker.setText("Ana")
    trainer.answers(out={"added": 1})
    card.take.click()
    qtbot.waitUntil(lambda: job_page.outcome.sentence.text() == "Taken in.", timeout=60_000)
    job = job_page.desk.job
    assert job is not None
    assert trainer.asked == [["speech", str(job.folder), str(job.folder / "corrections"), "--speaker", "Ana", "--json"]]
    assert copied(job.folder) == {str(second): sounds.TEXTS[1]}
    qtbot.waitUntil(lambda: card.table.item(1, 3).text() == "in the job", timeout=20_000)
    store.delete_turn(first)
    store.delete_turn(second)
    card.play.click()
    qtbot.waitUntil(lambda: "not there any more" in card.outcome.sentence.text(), timeout=20_000)
    qtbot.waitUntil(card.take.isEnabled, timeout=20_000)
    card.take.click()
    qtbot.waitUntil(lambda: "None of these" in job_page.outcome.sentence.text(), timeout=20_000)
    qtbot.waitUntil(lambda: not card.isVisible(), timeout=20_000)
