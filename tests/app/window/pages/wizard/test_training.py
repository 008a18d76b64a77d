"""The steps from the gate on, over a trainer that only writes down what it is asked."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.window.context import Context
from app.window.pages.language import LanguagePage
from app.window.pages.wizard.step_training import start_training
from app.window.pages.wizard.training_log import TrainingLog
from tests.app.window.pages.wizard.conftest import ScriptedTrainer
from trainer.language.control import read_wish
from trainer.language.job import Job
from trainer.language.records import RecordWriter


def step(page: LanguagePage, name: str) -> Any:
    return page.steps[name]


def job_of(page: LanguagePage) -> Job:
    assert page.desk.job is not None
    return page.desk.job


def write_run(job: Job, steps: int = 20, first: int = 1, *, end: str = "") -> None:
    with RecordWriter(job.progress) as records:
        records.write("start", step=first - 1, steps=100, cpt_steps=70, tokens=0, resumed=first > 1)
        for number in range(first, first + steps):
            records.write("step", step=number, stage="cpt", loss=5 - number / 50, tokens_per_second=120.0, eta=600.0,
                          memory=9e8)  # fmt: skip
        records.write("eval", step=first + steps - 1, losses={"recognition": 3.0, "replay": 2.0})
        records.write("sample", step=first + steps - 1, number=0, text="Hola.", audio="training/samples/a.wav")
        if end:
            records.write("end", how=end, step=first + steps - 1, sentence="")


def test_a_resumed_run_replaces_what_came_after_its_checkpoint() -> None:
    log = TrainingLog()
    log.add(
        [{"kind": "start", "step": 0, "steps": 10}, *({"kind": "step", "step": n, "loss": 9.0} for n in (1, 2, 3, 4))]
    )
    log.add([{"kind": "start", "step": 2, "steps": 10}, {"kind": "step", "step": 3, "loss": 1.0}])
    assert log.losses == {1: 9.0, 2: 9.0, 3: 1.0}
    assert (log.step, log.steps) == (3, 10)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["start", "step", "eval", "sample", "note", "paused", "resumed", "end", "new"])},
            optional={"step": st.integers(0, 50), "loss": st.floats(0, 9) | st.none() | st.text(),
                      "losses": st.dictionaries(st.text(), st.floats(0, 9) | st.none())},
        )
    )
)  # fmt: skip
def test_any_records_are_taken(records: list[dict[str, Any]]) -> None:
    log = TrainingLog()
    log.add(records)
    assert all(isinstance(loss, float) for loss in log.losses.values())


def test_curves_samples_and_pausing(job_page: LanguagePage, qtbot: QtBot) -> None:
    job = job_of(job_page)
    training = step(job_page, "training")
    job_page.show_step("training")
    with job.lock("train"):
        job.begin("training", "Step 20 of 100.")
        write_run(job)
        qtbot.waitUntil(lambda: len(training.samples.buttons) == 1, timeout=20_000)
        assert "step 20 of 100" in training.figures.text()
        assert "10 min left" in training.figures.text()
        assert "recognition (held out) 3.00" in training.curves.accessibleDescription()
        qtbot.waitUntil(training.pause.isEnabled, timeout=20_000)
        assert not training.start.isEnabled()
        training.pause.click()
        qtbot.waitUntil(lambda: read_wish(job) == "pause", timeout=20_000)
        with RecordWriter(job.progress) as records:
            records.write("paused", step=20)
        qtbot.waitUntil(lambda: training.pause.text() == "Go on", timeout=20_000)
        qtbot.waitUntil(training.pause.isEnabled, timeout=20_000)
        training.pause.click()
        qtbot.waitUntil(lambda: read_wish(job) == "run", timeout=20_000)
        qtbot.waitUntil(training.stop.isEnabled, timeout=20_000)
        training.stop.click()
        qtbot.waitUntil(lambda: read_wish(job) == "stop", timeout=20_000)
    job.fail("training", "It was stopped and saved; it can be resumed.")
    qtbot.waitUntil(lambda: training.start.isEnabled() and training.start.text() == "Resume", timeout=20_000)


def test_a_page_that_is_opened_later_shows_all_of_it(
    context: Context, qtbot: QtBot, job_page: LanguagePage, trainer: ScriptedTrainer
) -> None:
    job = job_of(job_page)
    write_run(job, 30, end="done")
    job.finish("training", "30 steps.", {"done": 30})
    later = LanguagePage(context, runner=trainer.runner(job_page))
    qtbot.addWidget(later)
    later.show()
    later.desk.open(job.folder)
    training = step(later, "training")
    qtbot.waitUntil(lambda: len(training.log.losses) == 30 and not training.start.isEnabled(), timeout=20_000)


def test_the_training_is_a_process_of_its_own(job_page: LanguagePage, trainer: ScriptedTrainer) -> None:
    job = job_of(job_page)
    trainer.answers(line="The training is in use by another.", code=2)
    process = start_training(job, [sys.executable, str(trainer.place / "trainer.py"), str(trainer.place)])
    assert process.wait(20) == 2
    assert trainer.asked == [["train", str(job.folder)]]
    assert "in use by another" in (job.folder / "training.log").read_text()


def test_why_it_did_not_start_is_said(job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot) -> None:
    trainer.answers(line="There is no speech yet; take some in first.", code=2)
    training = step(job_page, "training")
    training._command = [sys.executable, str(trainer.place / "trainer.py"), str(trainer.place)]
    job_page.show_step("training")
    training.start.click()
    assert not training.start.isEnabled()
    qtbot.waitUntil(lambda: "no speech yet" in job_page.outcome.sentence.text(), timeout=20_000)
    qtbot.waitUntil(training.start.isEnabled, timeout=20_000)


def test_pairs_of_the_gate_are_shown(job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot) -> None:
    job = job_of(job_page)
    job.report.mkdir()
    pair = {
        "text": "Hola.",
        "original": "gate/a.wav",
        "rebuilt": "gate/b.wav",
        "unit_error": 0.25,
        "heard_rebuilt": "ola",
    }
    (job.report / "gate.json").write_text(json.dumps({"pairs": [pair]}))
    sentences = ["The pack can speak Spanish.", "The pack speaks Spanish at 80% of its length."]
    job.finish("gate", sentences[0], {"items": 1, "passed": 1}, {"sentences": sentences})
    gate = step(job_page, "gate")
    qtbot.waitUntil(lambda: len(gate.pairs.buttons) == 2, timeout=20_000)
    assert gate.remarks.text() == sentences[1]
    qtbot.waitUntil(gate.start.isEnabled, timeout=20_000)
    gate.start.click()
    qtbot.waitUntil(lambda: trainer.asked == [["gate", str(job.folder), "--items", "12", "--json"]], timeout=20_000)


def test_the_plan_is_asked_for_with_the_hours(job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot) -> None:
    plan = step(job_page, "plan")
    plan.hours.setValue(2.5)
    plan.start.click()
    wanted = ["plan", str(job_of(job_page).folder), "--hours", "2.5", "--method", "adapter", "--json"]
    qtbot.waitUntil(lambda: trainer.asked == [wanted], timeout=20_000)


def test_training_again_sets_aside_what_was_trained(
    job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot
) -> None:
    job, plan = job_of(job_page), step(job_page, "plan")
    qtbot.waitUntil(plan.start.isEnabled, timeout=20_000)
    assert not plan.again.isVisibleTo(plan)
    job.finish("training", "Done.")
    qtbot.waitUntil(lambda: plan.again.isVisibleTo(plan) and plan.again.isEnabled(), timeout=20_000)
    assert not plan.start.isEnabled()
    plan.again.click()
    wanted = ["plan", str(job.folder), "--hours", "3.0", "--method", "adapter", "--again", "--json"]
    qtbot.waitUntil(lambda: trainer.asked == [wanted], timeout=20_000)


def test_the_job_says_which_pack_is_taken_back(job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot) -> None:
    job, install = job_of(job_page), step(job_page, "install")
    job.finish("install", "Installed.", details={"name": "own-es"})
    qtbot.waitUntil(install.undo.isEnabled, timeout=20_000)
    trainer.answers(out={"sentence": "own-es is switched off."})
    install.undo.click()
    qtbot.waitUntil(lambda: "switched off" in job_page.outcome.sentence.text(), timeout=20_000)
    assert trainer.asked == [["undo", str(job.folder), "--json"]]


def test_installing_notes_licence_and_consent_first(
    job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot
) -> None:
    job = job_of(job_page)
    job.finish("training", "Done.")
    install = step(job_page, "install")
    qtbot.waitUntil(install.install.isEnabled, timeout=20_000)
    trainer.answers(out={"name": "own-es", "version": "0.1.0"})
    install.licence.setText("CC-BY-4.0")
    install.consent.setPlainText("Ana agreed.")
    install.install.click()
    qtbot.waitUntil(lambda: "own-es 0.1.0 is installed" in job_page.outcome.sentence.text(), timeout=20_000)
    again = Job.open(job.folder)
    assert (again.option("licence", ""), again.option("consent", "")) == ("CC-BY-4.0", "Ana agreed.")
    assert trainer.asked == [["install", str(job.folder), "--json"]]


@pytest.mark.parametrize("text", ["{", '{"pairs": 3}', '{"pairs": [{}]}'])
def test_a_damaged_report_of_the_gate_is_a_sentence(job_page: LanguagePage, qtbot: QtBot, text: str) -> None:
    job = job_of(job_page)
    Path(job.report).mkdir()
    (job.report / "gate.json").write_text(text)
    job.finish("gate", "Done.")
    qtbot.waitUntil(lambda: "run this step again" in job_page.outcome.sentence.text(), timeout=20_000)
