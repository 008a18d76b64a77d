"""The page that teaches a new language: the steps in a row, the chosen one below. Knows nothing of what they do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.window.context import Context
from app.window.icons import icon
from app.window.pages.parts import Outcome, Page, label
from app.window.pages.wizard.desk import Desk
from app.window.pages.wizard.runner import Runner
from app.window.pages.wizard.step import StepWidget, phase_picture, phase_word, step_title
from app.window.pages.wizard.step_gate import GateStep
from app.window.pages.wizard.step_install import InstallStep
from app.window.pages.wizard.step_language import LanguageStep
from app.window.pages.wizard.step_plan import PlanStep
from app.window.pages.wizard.step_scorecard import ScorecardStep
from app.window.pages.wizard.step_speech import SpeechStep
from app.window.pages.wizard.step_texts import TextsStep
from app.window.pages.wizard.step_training import TrainingStep
from app.window.sentences import in_words
from app.window.theme import tokens_of
from trainer.language.job import Job

__all__ = ["LanguagePage"]


class LanguagePage(Page):
    def __init__(self, context: Context, parent: QWidget | None = None, *, runner: Runner | None = None) -> None:
        super().__init__(context, parent)
        self.desk = Desk(context, self, runner)
        self.set_lead(
            self.tr(
                "Teach a pack another language with recordings of it, on this computer. "
                "Everything is kept in the folder of the job, on which the command line can go on, too."
            )
        )
        card = self.card()
        self.job_name = label("", "heading", selectable=True)
        self.choose = QPushButton(self.tr("Jobs"))
        self.choose.setAccessibleDescription(self.tr("Begin a new job, or go on with another one"))
        self.menu = QMenu(self.choose)
        self.menu.setAccessibleName(self.tr("Jobs"))
        self.menu.aboutToShow.connect(self._fill_menu)
        self.choose.setMenu(self.menu)
        head = QHBoxLayout()
        head.addWidget(self.job_name, 1)
        head.addWidget(self.choose)
        card.body.addLayout(head)
        kinds = (
            LanguageStep, SpeechStep, TextsStep, GateStep, PlanStep, TrainingStep, ScorecardStep, InstallStep,
        )  # fmt: skip
        made = [kind(self.desk) for kind in kinds]
        self.steps: dict[str, StepWidget] = {step.step: step for step in made}
        row = QHBoxLayout()
        row.setSpacing(4)
        self.tabs: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        for name in self.steps:
            tab = self.tabs[name] = QToolButton()
            tab.setCheckable(True)
            tab.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            tab.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            tab.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            tab.setIconSize(QSize(20, 20))
            tab.clicked.connect(partial(self.show_step, name))
            self._group.addButton(tab)
            row.addWidget(tab)
        card.body.addLayout(row)
        self.doing = label("", "faint")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setAccessibleDescription(self.tr("Stop what is being done; what is done already is kept"))
        self.stop.clicked.connect(self._stop)
        self._busy = QWidget()
        line = QHBoxLayout(self._busy)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.doing, 2)
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        card.body.addWidget(self._busy)
        self.outcome = Outcome()
        card.body.addWidget(self.outcome)
        for step in self.steps.values():
            self.body.addWidget(step)
        self.desk.changed.connect(self._refresh)
        self.desk.told.connect(lambda sentence: self.outcome.tell(sentence, "good"))
        self.desk.failed.connect(self.outcome.fail)
        self.desk.runner.said.connect(self._said)
        context.theme.changed.connect(self._refresh)
        self.show_step("language")
        self.desk.list_jobs()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.desk.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.desk.watch(False)

    # steps

    def show_step(self, name: str) -> None:
        """Bring a step to the front."""
        for other, step in self.steps.items():
            step.setVisible(other == name)
        self.tabs[name].setChecked(True)
        self._refresh()

    def _refresh(self) -> None:
        snapshot = self.desk.snapshot
        tokens = tokens_of(QApplication.palette())
        for number, (name, tab) in enumerate(self.tabs.items(), 1):
            state = snapshot.states[name] if snapshot is not None else None
            outdated = snapshot is not None and name in snapshot.outdated
            picture, ink = phase_picture(state, outdated)
            tab.setIcon(icon(picture, getattr(tokens, ink), 20))
            tab.setText(f"{number}. {step_title(name)}")
            tab.setAccessibleName(f"{number}. {step_title(name)}: {phase_word(state, outdated)}")
            tab.setToolTip(phase_word(state, outdated))
            tab.setEnabled(snapshot is not None or name == "language")
        for step in self.steps.values():
            step.show_snapshot(snapshot)
        if snapshot is None:
            self.job_name.setText(self.tr("A new language"))
        else:
            job = snapshot.job
            self.job_name.setText(self.tr("{0} for {1}").format(in_words(job.language.name), job.base.identity))
            self.job_name.setToolTip(str(job.folder))
        others = snapshot is not None and bool(snapshot.busy) and not self.desk.runner.running
        self._busy.setVisible(self.desk.runner.running or others)
        self.stop.setVisible(self.desk.runner.running)
        if others and snapshot is not None:
            self.doing.setText(self.tr("Somebody works on the job: {0}").format(in_words(snapshot.busy)))

    def _said(self, line: str) -> None:
        said = self.doing.fontMetrics().elidedText(in_words(line), Qt.TextElideMode.ElideRight, 460)
        self.doing.setText(said)

    def _stop(self) -> None:
        self.desk.runner.stop()
        self.outcome.tell(self.tr("Stopped; what was done until then is kept."))

    # jobs

    def _fill_menu(self) -> None:
        self.menu.clear()
        self.menu.addAction(self.tr("New job")).triggered.connect(self._new)
        self.menu.addAction(self.tr("Open the folder of a job…")).triggered.connect(self._open)
        if self.desk.jobs:
            self.menu.addSeparator()
        for job in self.desk.jobs:
            text = self.tr("{0} for {1}").format(in_words(job.language.name), job.base.identity)
            self.menu.addAction(f"{text}  ·  {job.folder.name}").triggered.connect(partial(self._take_up, job))
        self.menu.setEnabled(not self.desk.runner.running)

    def _take_up(self, job: Job) -> None:
        self.outcome.tell("")
        self.desk.open(job.folder)

    def _new(self) -> None:
        self.outcome.tell("")
        self.desk.take(None)
        self.show_step("language")
        self.desk.list_jobs()

    def _open(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Open the folder of a job"), str(self.desk.folder))
        if path:
            self.desk.open(Path(path))
