"""The page of the packs: which there are, what is in one, whether it is whole; switching, importing and removing.

Everything that touches the disk is done in the background. Knows nothing of how a pack is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QProgressBar, QPushButton, QWidget

from app.session.notices import PackLoading
from app.window.context import Context
from app.window.pages.operation import Operation, Report
from app.window.pages.packdetails import PackContents, PackDetails, read_contents
from app.window.pages.packlist import AnyPack, PackList
from app.window.pages.parts import Outcome, Page, label
from app.window.sentences import in_words
from cslm_core.packs.languages import ActiveLanguages
from cslm_core.packs.manifest import PackManifest
from cslm_core.packs.store import BrokenPack, FoundPack
from cslm_core.packs.verify import verify_pack

__all__ = ["PacksPage"]

_Switched: TypeAlias = tuple[FoundPack, Callable[[], None]]
"""A base pack whose languages were changed, and how to put that back."""


def _way_back(
    languages: ActiveLanguages, base: PackManifest, pack: PackManifest, tried: PackManifest | None = None
) -> Callable[[], None]:
    """Puts back which version of a language pack is used now, in case the base cannot be loaded with another one.

    The version that is `tried` is never put back: it may have been in use and be what cannot be loaded.
    """
    used = next((found.manifest for found in languages.of(base) if found.manifest.name == pack.name), None)

    def restore() -> None:
        if used is None or used == tried:
            languages.switch_off(pack)
        else:
            languages.use(used)

    return restore


class PacksPage(Page):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.set_lead(self.tr("A pack is everything that hears, thinks and speaks. It runs on this computer only."))
        self._operation = Operation(context.background, self)
        self._reading = Operation(context.background, self)
        self._scanning = Operation(context.background, self)
        self._awaited = False
        """A pack was asked for here, and is neither ready nor refused yet."""

        card = self.card()
        self.list = PackList()
        self.list.chosen.connect(self._show)
        card.body.addWidget(self.list)
        self.import_file = QPushButton(self.tr("Import a file…"))
        self.import_file.setAccessibleDescription(self.tr("Take in a pack from a zip file"))
        self.import_file.clicked.connect(self._choose_file)
        self.import_folder = QPushButton(self.tr("Import a folder…"))
        self.import_folder.setAccessibleDescription(self.tr("Take in a pack from a folder"))
        self.import_folder.clicked.connect(self._choose_folder)
        buttons = QHBoxLayout()
        buttons.addWidget(self.import_file)
        buttons.addWidget(self.import_folder)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(self.tr("Progress"))
        self.doing = label("", "faint")
        self.give_up = QPushButton(self.tr("Cancel"))
        self.give_up.setAccessibleDescription(self.tr("Cancel what is being done with the pack"))
        self.give_up.clicked.connect(self._cancelled)
        self._busy = QWidget()
        line = QHBoxLayout(self._busy)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.doing)
        line.addWidget(self.progress, 1)
        line.addWidget(self.give_up)
        self._busy.hide()
        card.body.addWidget(self._busy)
        self.outcome = Outcome()
        card.body.addWidget(self.outcome)

        self._details_card = self.card()
        self.title = label("", "heading")
        self.use = QPushButton(self.tr("Use this pack"))
        self.use.setProperty("role", "primary")
        self.use.clicked.connect(self._use)
        self.verify = QPushButton(self.tr("Verify"))
        self.verify.setAccessibleDescription(self.tr("Check every file of the pack against its manifest"))
        self.verify.clicked.connect(self._verify)
        self.remove = QPushButton(self.tr("Remove…"))
        self.remove.setProperty("role", "danger")
        self.remove.setAccessibleDescription(self.tr("Delete the pack from this computer"))
        self.remove.clicked.connect(self._remove)
        self.back = QPushButton(self.tr("Version before"))
        self.back.setAccessibleDescription(self.tr("Go back to what was used before this version of the language pack"))
        self.back.clicked.connect(self._back)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for button in (self.use, self.back, self.verify, self.remove):
            head.addWidget(button)
        self._details_card.body.addLayout(head)
        self.details = PackDetails()
        self._details_card.body.addWidget(self.details)

        self._operation.progressed.connect(self._show_progress)
        self._operation.started.connect(self._show_busy)
        self._operation.ended.connect(self._show_busy)
        context.bridge.pack_ready.connect(self._pack_ready)
        context.bridge.pack_loading.connect(self._pack_loading)
        context.bridge.pack_lost.connect(self.refresh)
        context.bridge.problems_changed.connect(self._problems_changed)
        self._show(None)
        self.refresh()

    # the list

    def refresh(self, keep: str = "") -> None:
        """Look for packs anew; `keep` is the folder of the one to select."""
        current = self.list.current_pack
        wanted = keep or (str(current.folder) if current is not None else "")
        store = self.context.packs
        self._scanning.run(lambda report: store.scan(), lambda found: self._fill(*found, wanted), self.outcome.fail)

    def _fill(self, found: list[FoundPack], broken: list[BrokenPack], wanted: str) -> None:
        self.list.show_packs([*found, *broken], self._used, wanted)
        if not found and not broken:
            self.outcome.tell(self.tr("There is no pack yet; import one."))

    def _used(self, pack: AnyPack | None) -> bool:
        """Whether it is loaded, by itself or as a language added to its base."""
        loaded = self.context.bridge.pack
        if loaded is None or not isinstance(pack, FoundPack):
            return False
        return pack.manifest.digest == loaded.digest or (
            pack.manifest.is_language_pack and pack.manifest.identity in loaded.added
        )

    def _show(self, pack: AnyPack | None) -> None:
        self._details_card.setVisible(pack is not None)
        self.details.clear()
        self._update_buttons()
        if isinstance(pack, BrokenPack):
            self.title.setText(pack.folder.name)
            self.outcome.fail(in_words(pack.reason))
        elif pack is not None:
            self.title.setText(pack.manifest.title)
            self._reading.run(lambda report: read_contents(pack), lambda contents: self._show_details(pack, contents))

    def _show_details(self, pack: FoundPack, contents: PackContents) -> None:
        if self.list.current_pack == pack:
            self.details.show_pack(pack, contents)

    def _update_buttons(self) -> None:
        pack, idle = self.list.current_pack, not self._operation.running
        whole = isinstance(pack, FoundPack)
        builtin = isinstance(pack, FoundPack) and pack.builtin
        in_use = self._used(pack)
        adds = isinstance(pack, FoundPack) and pack.manifest.is_language_pack
        self.use.setEnabled(whole and idle and (adds or not in_use) and self.context.bridge.loading is None)
        if adds:
            self.use.setText(self.tr("Switch off") if in_use else self.tr("Switch on"))
            self.use.setAccessibleDescription(self.tr("Add this language to its base pack, or take it away again"))
        else:
            self.use.setText(self.tr("In use") if in_use else self.tr("Use this pack"))
            self.use.setAccessibleDescription(self.tr("Load this pack in place of the one that is in use"))
        self.back.setVisible(adds)
        self.back.setEnabled(idle and adds)
        self.verify.setEnabled(whole and idle)
        self.remove.setEnabled(idle and pack is not None and not in_use and not builtin)
        why = ""
        if builtin:
            why = self.tr("The packs that came with the program stay.")
        elif in_use:
            why = self.tr("This pack is in use; use another one first.")
        self.remove.setToolTip(why)
        self.import_file.setEnabled(idle)
        self.import_folder.setEnabled(idle)

    # what takes a while

    def _show_busy(self) -> None:
        self._busy.setVisible(self._operation.running)
        self._update_buttons()

    def _show_progress(self, what: str, fraction: float) -> None:
        self.progress.setRange(0, 1000 if what else 0)
        self.progress.setValue(round(fraction * 1000))
        self.progress.setAccessibleDescription(what)

    def _begin(self, doing: str) -> None:
        self.outcome.tell("")
        self.doing.setText(doing)
        self.progress.setRange(0, 0)

    def _cancelled(self) -> None:
        self._operation.cancel()
        self.outcome.tell(self.tr("Cancelled; nothing was changed."))

    def _verify(self) -> None:
        pack = self.list.current_pack
        if not isinstance(pack, FoundPack):
            return
        self._begin(self.tr("Verifying"))

        def work(report: Report) -> PackManifest:
            return verify_pack(pack.folder, progress=lambda name, done, total: report(name, done / max(1, total)))

        def done(manifest: PackManifest) -> None:
            sentence = self.tr("{0} is whole: all {1} files are as they were packed.")
            self.outcome.tell(sentence.format(manifest.identity, len(manifest.files)), "good")

        self._operation.run(work, done, self.outcome.fail)

    def _use(self) -> None:
        pack = self.list.current_pack
        if not isinstance(pack, FoundPack):
            return
        if pack.manifest.is_language_pack:
            self._switch(pack.manifest, on=not self._used(pack))
            return
        self._open(pack, choose=True)

    def _open(self, pack: FoundPack, *, choose: bool = False, undo: Callable[[], None] | None = None) -> None:
        self.context.load_pack(pack, choose=choose, undo=undo)
        self._awaited = True
        self.outcome.tell(self.tr("Loading {0}…").format(pack.manifest.title))
        self.use.setEnabled(False)

    def _switch(self, manifest: PackManifest, *, on: bool) -> None:
        """Add a language to its base pack or take it away, and load the base anew."""
        store = self.context.packs

        def work(report: Report) -> _Switched:
            base = store.base_of(manifest)
            languages = ActiveLanguages(store)
            undo = _way_back(languages, base.manifest, manifest, tried=manifest if on else None)
            if on:
                languages.use(manifest)
            else:
                languages.switch_off(manifest)
            return base, undo

        self._begin(self.tr("Switching"))
        self._operation.run(work, self._open_switched, self.outcome.fail)

    def _open_switched(self, switched: _Switched) -> None:
        base, undo = switched
        self._open(base, undo=undo)

    def _back(self) -> None:
        pack = self.list.current_pack
        if not isinstance(pack, FoundPack) or pack.manifest.base is None:
            return
        store, manifest, digest = self.context.packs, pack.manifest, pack.manifest.base.sha256

        def work(report: Report) -> _Switched:
            base = store.base_of(manifest)
            languages = ActiveLanguages(store)
            undo = _way_back(languages, base.manifest, manifest)
            languages.undo(digest, manifest.name)
            return base, undo

        self._begin(self.tr("Going back"))
        self._operation.run(work, self._open_switched, self.outcome.fail)

    def _pack_loading(self, loading: PackLoading) -> None:
        self.use.setEnabled(False)

    def _problems_changed(self) -> None:
        """What was asked for here is refused here: the banners are on another page."""
        bridge = self.context.bridge
        if self._awaited and bridge.loading is None and bridge.pack is None:
            refusals = [problem for key, problem in bridge.problems.items() if key in ("pack", "engine")]
            if refusals:
                self._awaited = False
                self.outcome.fail(in_words(refusals[-1].sentence))
        self._update_buttons()

    def _pack_ready(self) -> None:
        self._awaited = False
        pack = self.context.bridge.pack
        if pack is not None:
            self.outcome.tell(self.tr("{0} {1} is ready.").format(pack.title, pack.version), "good")
        self.refresh()

    # taking in

    def _choose_file(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Import a pack"), folder, self.tr("Packs (*.zip);;All files (*)")
        )
        if path:
            self.take_in(Path(path))

    def _choose_folder(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        path = QFileDialog.getExistingDirectory(self, self.tr("Import a pack's folder"), folder)
        if path:
            self.take_in(Path(path))

    def take_in(self, path: Path) -> None:
        """Import a pack from a zip or a folder; all of it or nothing."""
        self._begin(self.tr("Importing"))
        store = self.context.packs

        def work(report: Report) -> FoundPack:
            return store.import_pack(path, progress=lambda name, done, total: report(name, done / max(1, total)))

        def done(pack: FoundPack) -> None:
            self.outcome.tell(self.tr("{0} was imported.").format(pack.manifest.identity), "good")
            self.refresh(str(pack.folder))

        self._operation.run(work, done, self.outcome.fail)

    # removing

    def _remove(self) -> None:
        pack = self.list.current_pack
        if pack is None:
            return
        if isinstance(pack, FoundPack):
            name, wanted = pack.manifest.identity, pack.manifest.digest
        else:
            name = wanted = pack.folder.name
        question = self.tr("Remove {0} from this computer? Its files are deleted.").format(name)
        if not self.confirm(question):
            return
        self._begin(self.tr("Removing"))
        store = self.context.packs

        def done(_: Path) -> None:
            self.outcome.tell(self.tr("{0} was removed.").format(name), "good")
            self.refresh()

        self._operation.run(lambda report: store.remove(wanted), done, self.outcome.fail)

    def confirm(self, question: str) -> bool:
        """Ask before something is lost."""
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Remove a pack"), question, parent=self)
        yes = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.exec()
        return box.clickedButton() is yes
