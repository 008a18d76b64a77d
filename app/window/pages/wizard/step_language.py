"""The first step: which language is taught to which pack. Knows nothing of speech."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from app.window.conversation.wording import language_name
from app.window.pages.operation import Report
from app.window.pages.parts import Form
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pages.wizard.step import StepWidget
from app.window.sentences import in_words
from cslm_core.errors import TrainingError
from cslm_core.packs.store import FoundPack
from trainer.language.job import Job, JobLanguage
from trainer.language.languages import describe, known_languages, make_language

__all__ = ["LanguageStep"]


class _Begun(NamedTuple):
    snapshot: Snapshot
    remarks: list[str]


class LanguageStep(StepWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "language", parent)
        self.set_lead(
            self.tr(
                "Say which language is to be learnt, and which pack learns it. Speech with its text is needed (an hour "
                "or more), and translations into a language that the pack knows."
            )
        )
        self._packs: list[FoundPack] = []
        self._codes: list[str] = []
        self.code = QComboBox()
        self.code.setEditable(True)
        self.code.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.code.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.code.setMinimumContentsLength(28)
        completer = self.code.completer()
        assert completer is not None
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("otherwise its English name"))
        self.script = QLineEdit()
        self.script.setPlaceholderText(self.tr("otherwise the usual one, such as Latn"))
        self.pack = QComboBox()
        self.bridge = QComboBox()
        self.pack.currentIndexChanged.connect(self._fill_bridges)
        form = Form()
        form.row(self.tr("Language"), self.code, self.tr("Choose it, or type its BCP-47 code, such as es or sr-Latn."))
        form.row(self.tr("Its name"), self.name)
        form.row(self.tr("Script"), self.script)
        form.row(self.tr("Base pack"), self.pack)
        form.row(self.tr("Bridge"), self.bridge, self.tr("Translations lead to this language, which the pack knows."))
        self._form = QWidget()
        self._form.setLayout(form)
        form.setContentsMargins(0, 0, 0, 0)
        self.controls.addWidget(self._form)
        self.begin = self.button(self.tr("Begin"), self.tr("Make the folder of the job"), primary=True)
        self.begin.clicked.connect(self._begin)
        self.row(self.begin)
        context = desk.context
        context.background.run(known_languages, self._fill_languages)
        context.background.run(lambda: context.packs.scan()[0], self._fill_packs)

    def _fill_languages(self, known: dict[str, str]) -> None:
        self._codes = list(known)
        self.code.addItems([f"{name} ({code})" for code, name in known.items()])  # some thousand: at once
        self.code.setCurrentIndex(self._codes.index("es"))

    def _fill_packs(self, packs: list[FoundPack]) -> None:
        self._packs = [pack for pack in packs if not pack.manifest.is_language_pack]
        self.pack.clear()
        for pack in self._packs:
            self.pack.addItem(f"{pack.manifest.title} {pack.manifest.version}")

    def _fill_bridges(self) -> None:
        self.bridge.clear()
        if 0 <= self.pack.currentIndex() < len(self._packs):
            for code in self._packs[self.pack.currentIndex()].manifest.languages:
                self.bridge.addItem(language_name(code), code)

    def _chosen_code(self) -> str:
        """The code of the entry that is shown, or what was typed."""
        text = self.code.currentText().strip()
        at = self.code.findText(text, Qt.MatchFlag.MatchFixedString)
        return self._codes[at] if at >= 0 else text

    def _begin(self) -> None:
        code, name, script = self._chosen_code(), self.name.text(), self.script.text()
        bridge, folder = str(self.bridge.currentData() or ""), self.desk.folder
        if not 0 <= self.pack.currentIndex() < len(self._packs):
            self.desk.failed.emit(self.tr("There is no pack to teach; import one first."))
            return
        base = self._packs[self.pack.currentIndex()].folder

        def work(report: Report) -> _Begun:
            language = make_language(code, bridge, name, script)
            job = Job.create(_new_folder(folder, language), language, base)
            return _Begun(Snapshot.of(job), describe(language))

        def done(begun: _Begun) -> None:
            self.desk.take(begun.snapshot)
            said = [begun.snapshot.states["language"].sentence, *begun.remarks]
            self.desk.told.emit(" ".join(map(in_words, said)))

        self.desk.operation.run(work, done, self.desk.failed.emit)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        super().show_snapshot(snapshot)
        self._form.setVisible(snapshot is None)
        self.begin.setVisible(snapshot is None)
        self.begin.setEnabled(snapshot is None and not self.desk.operation.running)


def _new_folder(parent: Path, language: JobLanguage) -> Path:
    """A name that is free: "spanish-es", "spanish-es-2", ..."""
    word = re.sub(r"[^a-z0-9]+", "-", language.name.lower()).strip("-")
    name = f"{word}-{language.code.lower()}" if word else language.code.lower()
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"The folder {parent} could not be made; check the disk and your rights.") from error
    number = 1
    while (folder := parent / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return folder
