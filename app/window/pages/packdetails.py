"""What is in a pack: facts, licence and source of each part, its scorecard. Knows nothing of what is done with it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from app.window.conversation.wording import language_name
from app.window.pages.parts import Form, clear_layout, human_size, label, wrapped
from app.window.pages.scorecard import Scorecard, ScorecardChart, ScorecardFigure, read_scorecard
from app.window.sentences import in_words
from cslm_core.errors import CslmError
from cslm_core.packs.signing import read_signature
from cslm_core.packs.store import FoundPack

__all__ = ["PackContents", "PackDetails", "read_contents"]


@dataclass(frozen=True, slots=True)
class PackContents:
    """What is shown of a pack beside its manifest."""

    scorecard: Scorecard | None = None
    problem: str = ""
    signed_by: str = ""
    """The fingerprint of its maker's key."""
    bad_signature: str = ""


def read_contents(pack: FoundPack) -> PackContents:
    """Read what belongs to a pack from the disk; nothing of it is fatal."""
    scorecard, problem, signed_by, bad_signature = None, "", "", ""
    try:
        scorecard = read_scorecard(pack.folder)
    except CslmError as error:
        problem = str(error)
    try:
        signature = read_signature(pack.folder, pack.manifest)
        signed_by = signature.fingerprint if signature is not None else ""
    except CslmError as error:
        bad_signature = str(error)
    return PackContents(scorecard, problem, signed_by, bad_signature)


class PackDetails(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        self.all_figures: QCheckBox | None = None
        self.chart: ScorecardChart | None = None

    def clear(self) -> None:
        self.all_figures = self.chart = None
        clear_layout(self._layout)

    def show_pack(self, pack: FoundPack, contents: PackContents) -> None:
        self.clear()
        manifest = pack.manifest
        facts = Form()
        facts.fact(self.tr("Languages"), ", ".join(language_name(code) for code in manifest.languages))
        facts.fact(self.tr("Name and version"), manifest.identity)
        if manifest.base is not None:
            facts.fact(self.tr("Adds to"), f"{manifest.base.name} {manifest.base.version}")
        facts.fact(self.tr("Size"), self.tr("{0} in {1} files").format(human_size(manifest.size), len(manifest.files)))
        facts.fact(
            self.tr("Speech units"),
            self.tr("{0} codes, {1} a second").format(manifest.units.size, f"{manifest.units.rate:g}"),
        )
        facts.fact(self.tr("Folder"), str(pack.folder))
        facts.fact(self.tr("Digest"), manifest.digest[:16])
        signed = contents.signed_by or self.tr("not signed")
        facts.fact(self.tr("Signed with the key"), in_words(contents.bad_signature) or signed)
        if manifest.consent:
            facts.fact(self.tr("Consent of the speakers"), in_words(manifest.consent))
        self._layout.addLayout(facts)
        self._layout.addWidget(label(self.tr("What it is made of"), "heading"))
        self._layout.addLayout(self._components(pack))
        self._layout.addWidget(label(self.tr("Scorecard"), "heading"))
        self._show_scorecard(contents)

    def _components(self, pack: FoundPack) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(3, 1)
        heads = (self.tr("part"), self.tr("kind"), self.tr("licence"), self.tr("source"))
        for column, head in enumerate(heads):
            grid.addWidget(label(head, "faint"), 0, column)
        roles = {"tokenizer": self.tr("ear"), "lm": self.tr("language model"), "decoder": self.tr("voice")}
        for row, (role, part) in enumerate(pack.manifest.components.items(), 1):
            stated = (in_words(part.licence), in_words(part.source))
            for column, text in enumerate((roles.get(role, role), part.kind, *stated)):
                cell = wrapped(text, selectable=True) if column >= 2 else label(text)
                cell.setAccessibleName(f"{heads[column]}: {text}")
                if column == 2:
                    cell.setMaximumWidth(170)
                grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignTop)
        return grid

    def _show_scorecard(self, contents: PackContents) -> None:
        card = contents.scorecard
        if card is None or not card.figures:
            text = in_words(contents.problem) or self.tr(
                "This pack has not been measured yet, or its scorecard was not put into it. "
                "`cslm eval --into-pack` measures it and puts the result here."
            )
            self._layout.addWidget(wrapped(text, "danger" if contents.problem else "faint"))
            return
        if card.date:
            self._layout.addWidget(label(self.tr("Measured on {0}").format(card.date), "faint"))
        legend = self.tr("Bar: measured. Line: what must be reached. Triangle: what is aimed at.")
        self._layout.addWidget(wrapped(legend, "faint"))
        self.chart = ScorecardChart(card.judged or card.measured)
        self._layout.addWidget(self.chart)
        if card.judged and len(card.figures) > len(card.judged):
            everything = self.all_figures = QCheckBox(self.tr("Show all {0} figures").format(len(card.figures)))
            everything.setAccessibleName(everything.text())
            everything.toggled.connect(lambda on: self._redraw(card.figures if on else card.judged))
            self._layout.addWidget(everything)

    def _redraw(self, figures: tuple[ScorecardFigure, ...]) -> None:
        if self.chart is None:
            return
        chart = ScorecardChart(figures)
        self._layout.replaceWidget(self.chart, chart)
        self.chart.hide()
        self.chart.deleteLater()
        self.chart = chart
