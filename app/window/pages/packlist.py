"""The list of packs: title, version, languages, and which one is in use. Knows nothing of what can be done with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.window.conversation.wording import language_name
from app.window.icons import pixmap
from app.window.pages.parts import human_size
from app.window.theme import tokens_of
from cslm_core.packs.store import BrokenPack, FoundPack

__all__ = ["AnyPack", "PackList"]

AnyPack: TypeAlias = FoundPack | BrokenPack
_PACK: Final = Qt.ItemDataRole.UserRole
_LINE: Final = Qt.ItemDataRole.UserRole + 1
_USED: Final = Qt.ItemDataRole.UserRole + 2


class _PackDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, 2 * option.fontMetrics.height() + 20)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = tokens_of(QApplication.palette())
        rect = QRectF(option.rect).adjusted(2, 2, -2, -2)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover if selected else tokens.window))
            painter.drawRoundedRect(rect, 8, 8)
        broken = isinstance(index.data(_PACK), BrokenPack)
        used = bool(index.data(_USED))
        name, ink = ("warning", tokens.danger) if broken else ("ready", tokens.good) if used else ("box", tokens.faint)
        size = 20
        picture = pixmap(name, ink, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(
            QRectF(rect.left() + 12, rect.center().y() - size / 2, size, size), picture, QRectF(picture.rect())
        )
        text = rect.adjusted(44, 6, -12, -6)
        half = text.height() / 2
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        _line(
            painter, QRectF(text.left(), text.top(), text.width(), half), str(index.data(Qt.ItemDataRole.DisplayRole))
        )
        painter.setFont(option.font)
        painter.setPen(QColor(tokens.danger if broken else tokens.faint))
        _line(painter, QRectF(text.left(), text.top() + half, text.width(), half), str(index.data(_LINE)))
        painter.restore()


def _line(painter: QPainter, rect: QRectF, text: str) -> None:
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)


class PackList(QListWidget):
    chosen = Signal(object)
    """AnyPack, or None"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Packs"))
        self.setItemDelegate(_PackDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(lambda item, _: self.chosen.emit(item.data(_PACK) if item else None))

    @property
    def current_pack(self) -> AnyPack | None:
        item = self.currentItem()
        return item.data(_PACK) if item is not None else None

    def show_packs(self, packs: list[AnyPack], used: Callable[[AnyPack], bool], keep: str = "") -> None:
        """Fill the list; `used` tells which are loaded, `keep` is the folder of the one to select."""
        self.blockSignals(True)
        self.clear()
        selected = 0
        for number, pack in enumerate(packs):
            self.addItem(self._item(pack, used(pack)))
            if str(pack.folder) == keep or (not keep and not selected and used(pack)):
                selected = number
        self.blockSignals(False)
        row = 2 * self.fontMetrics().height() + 20
        self.setFixedHeight(max(1, min(6, len(packs))) * row + 6)
        if packs:
            self.setCurrentRow(selected)
        else:
            self.chosen.emit(None)

    def _item(self, pack: AnyPack, in_use: bool) -> QListWidgetItem:
        if isinstance(pack, BrokenPack):
            title, line = pack.folder.name, self.tr("damaged or no pack")
        else:
            manifest = pack.manifest
            title = manifest.title
            parts = [
                self.tr("in use") if in_use else "",
                self.tr("version {0}").format(manifest.version),
                ", ".join(language_name(code) for code in manifest.languages),
                human_size(manifest.size),
                self.tr("came with the program") if pack.builtin else self.tr("imported"),
            ]
            if manifest.base is not None:
                parts.append(self.tr("adds to {0} {1}").format(manifest.base.name, manifest.base.version))
            line = "  ·  ".join(part for part in parts if part)
        item = QListWidgetItem(title)
        item.setData(_PACK, pack)
        item.setData(_LINE, line)
        item.setData(_USED, in_use)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {line}")
        return item
