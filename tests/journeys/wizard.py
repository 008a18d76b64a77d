"""A language taught in the real window by the real trainer: all eight steps, as somebody would go through them.

    python -m tests.journeys.wizard [--screenshots DIR]

On the tiny seeded pack, which cannot talk: that the steps fit together in the window is what is seen. The training is
paused, stopped and resumed on the way, and the page is closed meanwhile. Needs what the other journeys need.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.journeys.virtual import Screen, SoundCard, missing_programs

_HOURS = 0.012
_PATIENCE = 240.0


class Wizard:
    """The page of the driver's window; what is done is said on the standard error."""

    def __init__(self, driver: Any, screenshots: Path | None) -> None:
        from app.window.pages.language import LanguagePage

        self.driver, self.screenshots = driver, screenshots
        driver.program.context.show_page("language")
        driver.pump(0.5)
        (self.page,) = driver.program.window.findChildren(LanguagePage)
        self.desk = self.page.desk
        self.took: dict[str, float] = {}

    def step(self, name: str) -> Any:
        self.page.show_step(name)
        self.driver.pump(0.2)
        return self.page.steps[name]

    def phase(self, name: str) -> str:
        return self.desk.snapshot.states[name].phase if self.desk.snapshot else "pending"

    def until(self, name: str, *phases: str) -> None:
        """Wait until a step has come to one of the phases; AssertionError with what the page says otherwise."""
        began = time.monotonic()
        idle: Callable[[], bool] = lambda: self.phase(name) in phases and not self.desk.runner.running  # noqa: E731
        self.driver.wait(
            idle, _PATIENCE, f"the step {name} to be {' or '.join(phases)}: {self.page.outcome.sentence.text()}"
        )
        self.took[name] = round(self.took.get(name, 0) + time.monotonic() - began, 1)
        print(f"{name}: {self.desk.snapshot.states[name].sentence}", file=sys.stderr, flush=True)

    def click(self, button: Any) -> None:
        """As a user can: only what is shown and enabled."""
        self.driver.wait(lambda: button.isVisible() and button.isEnabled(), 20, f"“{button.text()}” to be there")
        button.click()

    def picture(self, name: str) -> None:
        self.driver.pump(0.6)
        if self.screenshots is not None:
            self.screenshots.mkdir(parents=True, exist_ok=True)
            assert self.driver.program.window.grab().save(str(self.screenshots / f"{name}.png"))


def teach(wizard: Wizard, place: Path, base_title: str) -> dict[str, Any]:
    """All eight steps; what came of them. AssertionError or TimedOutError where one does not do what it should."""
    from trainer.language.demo import CODE, SMALL, write_sources

    sources = write_sources(place)
    driver, desk = wizard.driver, wizard.desk

    language = wizard.step("language")
    driver.wait(lambda: language.pack.count() > 0 and language.code.count() > 0, 10, "the packs and languages")
    language.pack.setCurrentIndex(
        next(n for n in range(language.pack.count()) if base_title in language.pack.itemText(n))
    )
    language.code.setEditText(CODE)
    wizard.picture("1-language")
    wizard.click(language.begin)
    wizard.until("language", "done")
    # The one thing that no page offers: settings for a pack of a few channels, and one voice as its own test.
    desk.job.set_options(training=SMALL, test_share=0.2)
    desk.open(desk.job.folder)
    driver.pump(0.5)

    speech = wizard.step("speech")
    speech.speaker.setText("stand-in")
    speech.take_in(sources.speech)
    wizard.until("speech", "done")
    wizard.click(speech.one_voice)
    driver.wait(lambda: desk.job.option("one_voice", False) and not desk.busy, _PATIENCE, "one voice")
    wizard.picture("2-speech")

    texts = wizard.step("texts")
    texts.take_in(sources.pairs)
    wizard.until("texts", "done")
    desk.run("dialogues", "--in", sources.dialogues)
    driver.wait(lambda: not desk.busy, _PATIENCE, "the dialogues")
    driver.pump(1.5)
    assert (desk.job.folder / "dialogues.jsonl").is_file(), wizard.page.outcome.sentence.text()
    wizard.picture("3-texts")

    gate = wizard.step("gate")
    gate.items.setValue(2)
    wizard.click(gate.start)
    wizard.until("gate", "done")
    wizard.picture("4-gate")

    plan = wizard.step("plan")
    plan.hours.setDecimals(3)
    plan.hours.setMinimum(_HOURS)
    plan.hours.setValue(_HOURS)
    wizard.click(plan.start)
    wizard.until("plan", "done")
    wizard.picture("5-plan")

    training = wizard.step("training")
    wizard.click(training.start)
    driver.wait(lambda: training.log.step >= 5, _PATIENCE, f"some steps of training: {training.phase.text()}")
    wizard.click(training.pause)
    driver.wait(lambda: training.log.paused, 30, "the training to pause")
    wizard.picture("6-training-paused")
    wizard.click(training.pause)
    driver.wait(lambda: not training.log.paused, 30, "the training to go on")
    wizard.click(training.stop)
    wizard.until("training", "failed")
    driver.wait(lambda: training.log.ended == "stopped", 20, "the page to say that it was stopped")
    stopped = training.log.step
    wizard.click(training.start)
    driver.wait(lambda: training.log.step > stopped, _PATIENCE, "the training to be resumed")
    driver.program.context.show_page("")  # it goes on without the page
    driver.pump(3)
    driver.program.context.show_page("language")
    wizard.until("training", "done")
    driver.wait(lambda: training.log.step == training.log.steps, 10, "all curves")
    wizard.picture("6-training")

    scorecard = wizard.step("scorecard")
    scorecard.limit.setMinimum(1)
    scorecard.limit.setValue(1)
    wizard.click(scorecard.start)
    wizard.until("scorecard", "done")
    wizard.picture("7-scorecard")

    install = wizard.step("install")
    install.licence.setText("CC0-1.0")
    wizard.click(install.install)
    wizard.until("install", "done")
    driver.wait(lambda: CODE in languages(driver), 60, f"the window to know {CODE}; it knows {languages(driver)}")
    wizard.picture("8-install")
    wizard.click(install.undo)
    driver.wait(lambda: CODE not in languages(driver), 60, f"{CODE} to be taken back")
    return {"seconds of each step": wizard.took, "steps trained": training.log.steps, "resumed after": stopped}


def languages(driver: Any) -> list[str]:
    """What the loaded pack talks."""
    pack = driver.program.context.bridge.pack
    return list(pack.languages) if pack else []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.wizard", description=__doc__)
    parser.add_argument("--screenshots", type=Path)
    options = parser.parse_args()
    if missing := missing_programs():
        print(f"missing: {', '.join(missing)}; install them (Debian: apt install xvfb pulseaudio pulseaudio-utils).")
        return 2
    with tempfile.TemporaryDirectory() as place, Screen(), SoundCard():
        home = Path(place) / "home"
        os.environ["CSLM_HOME"] = str(home)
        from cslm_core.packs.store import PackStore
        from tests.journeys.driver import Driver, TimedOutError
        from trainer.language.tinypack import write_tiny_pack

        manifest = write_tiny_pack(Path(place) / "tiny")
        PackStore().import_pack(Path(place) / "tiny")
        with Driver(home) as driver:
            driver.wait_ready()
            driver.program.context.commands.open_pack(PackStore().find("tiny").folder)
            bridge = driver.program.context.bridge
            driver.wait(lambda: bridge.pack and bridge.pack.digest == manifest.digest, 60, "the tiny pack")
            wizard = Wizard(driver, options.screenshots)
            try:
                for name, figure in teach(wizard, Path(place), manifest.title).items():
                    print(f"{name}: {figure}")
            except (AssertionError, TimedOutError) as error:
                wizard.picture("failed")
                print(f"failed: {error}; the page says: {wizard.page.outcome.sentence.text()}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
