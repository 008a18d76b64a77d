"""The top of the conversation: which pack answers and how far it is loaded, and the two switches of languages.

Knows nothing of packs beyond what the session tells.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.session.notices import PackLoading, PackReady
from app.window.announce import announce
from app.window.buttons import IconButton
from app.window.context import Context
from app.window.conversation.wording import language_name
from app.window.labels import ElidedLabel

__all__ = ["Header", "loading_text"]

_ROOMY: Final = 96
"""In letters."""


def loading_text(what: str) -> str:
    """What is being loaded, in words."""
    texts = {
        "starting": QCoreApplication.translate("Loading", "starting the engine"),
        "checking": QCoreApplication.translate("Loading", "checking the pack"),
        "tokenizer": QCoreApplication.translate("Loading", "loading the ears"),
        "lm": QCoreApplication.translate("Loading", "loading the language model"),
        "decoder": QCoreApplication.translate("Loading", "loading the voice"),
        "warming up": QCoreApplication.translate("Loading", "warming up"),
    }
    return texts.get(what, what)


class Header(QWidget):
    menu_wanted = Signal()
    """The user wants to do something with the open conversation"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._filling = False
        self.pack = ElidedLabel(self.tr("Starting…"))
        self.pack.setProperty("role", "heading")
        self.detail = ElidedLabel()
        self.detail.setProperty("role", "faint")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(190)
        self.progress.setAccessibleName(self.tr("Loading the pack"))
        self.input = QComboBox()
        self.reply = QComboBox()
        self.input.setAccessibleDescription(self.tr("The language that you speak or type"))
        self.reply.setAccessibleDescription(self.tr("The language in which you are answered"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(22, 12, 14, 6)
        layout.setSpacing(8)
        left = QVBoxLayout()
        left.setSpacing(1)
        left.addWidget(self.pack)
        left.addWidget(self.detail)
        layout.addLayout(left, 1)
        layout.addWidget(self.progress)
        layout.addSpacing(8)
        self._captions: list[QLabel] = []
        for text, box in ((self.tr("I speak"), self.input), (self.tr("Answer in"), self.reply)):
            label = QLabel(text)
            label.setProperty("role", "faint")
            label.setBuddy(box)
            self._captions.append(label)
            box.setAccessibleName(text)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            layout.addWidget(label)
            layout.addWidget(box)
        self.more = IconButton("more", self.tr("What can be done with this conversation"))
        self.more.clicked.connect(self.menu_wanted)
        layout.addWidget(self.more)
        self.input.currentIndexChanged.connect(self._choose)
        self.reply.currentIndexChanged.connect(self._choose)
        context.bridge.pack_loading.connect(self._show_loading)
        context.bridge.pack_ready.connect(self._show_ready)
        context.bridge.pack_lost.connect(self._show_none)
        context.bridge.conversation_opened.connect(self._show_opened)
        context.settings_changed.connect(self._fill)
        self._fill()
        if context.bridge.pack is not None and context.bridge.loading is None:
            self._show_pack()
        elif context.bridge.loading is not None:
            self._show_loading(context.bridge.loading)
        elif context.bridge.state.state == "failed":
            self._show_none()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= _ROOMY * self.fontMetrics().horizontalAdvance("n")
        for caption in self._captions:  # where there is little room, the name of the pack matters more
            caption.setVisible(roomy)
        self.progress.setFixedWidth(190 if roomy else 80)

    def _show_loading(self, loading: PackLoading) -> None:
        self.progress.show()
        self.progress.setValue(round(loading.progress * 1000))
        text = loading_text(loading.what)
        self.detail.setText(text[:1].upper() + text[1:] + "…" if text else "")
        if self._context.bridge.pack is None:
            self.pack.setText(self.tr("Getting ready"))

    def _show_ready(self, ready: PackReady) -> None:
        self._show_pack()
        announce(self, self.tr("{0} is ready").format(ready.pack.title))

    def _show_none(self) -> None:
        self.pack.setText(self.tr("No pack is loaded"))
        self.detail.setText("")
        self.progress.hide()
        self._fill()

    def _show_opened(self) -> None:
        if self._context.bridge.loading is None:
            self._show_pack()

    def _show_pack(self) -> None:
        pack = self._context.bridge.pack
        if pack is not None:
            self.pack.setText(pack.title)
            parts = [pack.version, *(language_name(code) for code in pack.languages)]
            opened = self._context.bridge.conversation
            if opened is not None and opened.private:
                parts.append(self.tr("private conversation"))
            self.detail.setText("  ·  ".join(parts))
        self.progress.hide()
        self._fill()

    def _fill(self) -> None:
        """The languages of the pack, and those that were chosen even if the pack does not have them."""
        conversing = self._context.settings.conversing
        pack = self._context.bridge.pack
        self._filling = True
        for box, automatic, chosen in (
            (self.input, self.tr("Any language"), conversing.input_language),
            (self.reply, self.tr("Same as the question"), conversing.reply_language),
        ):
            names = {"auto": automatic}
            if pack is not None:
                names |= {code: language_name(code) for code in pack.languages}
            if chosen not in names:
                missing = self.tr("{0} (not in this pack: {1})")
                name = language_name(chosen)
                names[chosen] = name if pack is None else missing.format(name, automatic)
            box.clear()
            for code, name in names.items():
                box.addItem(name, code)
            box.setCurrentIndex(list(names).index(chosen))
        self._filling = False

    def _choose(self) -> None:
        if self._filling:
            return
        settings = self._context.settings
        conversing = settings.conversing.model_copy(
            update={"input_language": self.input.currentData(), "reply_language": self.reply.currentData()}
        )
        self._context.change(settings.model_copy(update={"conversing": conversing}))
