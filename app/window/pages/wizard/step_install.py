"""The eighth step: the language pack, installed and used, given away as one file, and taken back.

Knows nothing of what is in a pack.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit, QWidget

from app.window.pages.operation import Report
from app.window.pages.parts import Form
from app.window.pages.wizard.desk import Desk, Snapshot
from app.window.pages.wizard.step import StepWidget
from app.window.sentences import in_words
from trainer.language.job import Job

__all__ = ["InstallStep"]


class InstallStep(StepWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "install", parent)
        self.set_lead(
            self.tr(
                "What was learnt becomes a small pack that is added to its base pack. It is used at once; "
                "one click goes back to the version before."
            )
        )
        self.licence = QLineEdit()
        self.licence.setPlaceholderText(self.tr("such as CC-BY-4.0; say what you may give away"))
        self.consent = QPlainTextEdit()
        self.consent.setTabChangesFocus(True)
        self.consent.setFixedHeight(64)
        self.consent.setPlaceholderText(
            self.tr("such as: Everybody who is heard in the training speech agreed to it. Empty: not stated")
        )
        self.key = QLineEdit()
        self.key.setPlaceholderText(self.tr("not signed"))
        self.browse = self.button(self.tr("Choose…"), self.tr("Choose the file of your private key"))
        self.browse.clicked.connect(self._choose_key)
        self.make_key = self.button(self.tr("Make one…"), self.tr("Make a private key to sign packs with"))
        self.make_key.clicked.connect(self._make_key)
        form = Form()
        form.row(self.tr("Licence"), self.licence)
        form.row(self.tr("Consent"), self.consent)
        form.row(self.tr("Sign with"), self.key, "", self.browse, self.make_key)
        self.controls.addLayout(form)
        self.install = self.button(self.tr("Install and use it"), self.tr("Make the pack and add it"), primary=True)
        self.install.clicked.connect(self._install)
        self.export = self.button(self.tr("Save as one file…"), self.tr("Write the pack to give it away"))
        self.export.clicked.connect(self._export)
        self.undo = self.button(self.tr("Version before"), self.tr("Go back to what was used before"))
        self.undo.clicked.connect(self._undo)
        self.row(self.install, self.export, self.undo)
        self._folder: Path | None = None

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        super().show_snapshot(snapshot)
        if snapshot is None:
            return
        if snapshot.job.folder != self._folder:
            self._folder = snapshot.job.folder
            self.licence.setText(str(snapshot.job.option("licence", "")))
            self.consent.setPlainText(str(snapshot.job.option("consent", "")))
        idle, state = not self.desk.busy, snapshot.states["install"]
        self.install.setEnabled(idle and snapshot.states["training"].phase == "done")
        self.export.setEnabled(idle and state.phase == "done")
        self.undo.setEnabled(idle and state.phase == "done")

    def _install(self) -> None:
        """Note licence and consent in the job, then build and install."""
        job = self.desk.job
        if job is None:
            return
        licence, consent = self.licence.text().strip() or None, self.consent.toPlainText().strip() or None

        def work(report: Report) -> Job:
            opened = Job.open(job.folder)
            with opened.lock("change options"):
                opened.set_options(licence=licence, consent=consent)
            return opened

        self.desk.operation.run(work, lambda _: self._run_install(), self.desk.failed.emit)

    def _run_install(self) -> None:
        key = self.key.text().strip()
        self.desk.run("install", *(["--key", key] if key else []), done=self._installed)

    def _installed(self, answer: dict[str, Any]) -> None:
        self.desk.told.emit(self.tr("{0} {1} is installed.").format(answer["name"], answer["version"]))
        self._load_again()

    def _load_again(self) -> None:
        """If the base pack is the one that is loaded, load it with what was switched on or off."""
        job, context = self.desk.job, self.desk.context
        loaded = context.bridge.pack
        if job is None or loaded is None or loaded.digest != job.base.sha256:
            return
        digest, packs = job.base.sha256, context.packs
        context.background.run(lambda: packs.find(digest).folder, context.commands.open_pack, self.desk.failed.emit)

    def _export(self) -> None:
        job = self.desk.job
        if job is None:
            return
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the pack"), f"{job.folder.name}.zip", "Zip (*.zip)")
        if path:
            written = self.tr("Written: {0}").format(path)
            self.desk.run("export", path, done=lambda _: self.desk.told.emit(written))

    def _undo(self) -> None:
        def done(answer: dict[str, Any]) -> None:
            self.desk.told.emit(in_words(str(answer["sentence"])))
            self._load_again()

        self.desk.run("undo", done=done)

    def _choose_key(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("The file of your private key"))
        if path:
            self.key.setText(path)

    def _make_key(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Make a private key"), "cslm-key.pem", "PEM (*.pem)")
        if not path:
            return

        def done(answer: dict[str, Any]) -> None:
            self.key.setText(path)
            sentence = self.tr("{0} is your key: keep it to yourself. Its fingerprint is {1}.")
            self.desk.told.emit(sentence.format(path, answer["fingerprint"]))

        self.desk.start(["key", path], done)
