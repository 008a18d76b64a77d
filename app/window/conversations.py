"""The list of conversations as a Qt model, and how an entry looks. Knows nothing of searching and storing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.store.model import Conversation
from app.window.icons import pixmap
from app.window.theme import tokens_of

__all__ = ["ConversationDelegate", "ConversationModel"]

Index = QModelIndex | QPersistentModelIndex


class ConversationModel(QAbstractListModel):
    """`rename(id, title)` is called when the user has edited a title."""

    def __init__(self, rename: Callable[[int, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rename = rename
        self._conversations: list[Conversation] = []

    def show(self, conversations: list[Conversation]) -> None:
        """Show these. Only what changed is told where the ids are the same ones in the same order."""
        if [one.id for one in conversations] == [one.id for one in self._conversations]:
            self._conversations = conversations
            if conversations:
                self.dataChanged.emit(self.index(0), self.index(len(conversations) - 1))
            return
        self.beginResetModel()
        self._conversations = conversations
        self.endResetModel()

    def conversation(self, index: Index) -> Conversation | None:
        return self._conversations[index.row()] if 0 <= index.row() < len(self._conversations) else None

    def index_of(self, conversation: int) -> QModelIndex:
        for row, one in enumerate(self._conversations):
            if one.id == conversation:
                return self.index(row)
        return QModelIndex()

    def title(self, conversation: Conversation) -> str:
        return conversation.title or self.tr("New conversation")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self._conversations)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        conversation = self.conversation(index)
        if conversation is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.title(conversation)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self.title(conversation)}\n{conversation.preview}".strip()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            private = self.tr("private") if conversation.private else ""
            parts = (self.title(conversation), private, short_date(conversation.updated), conversation.preview)
            return ", ".join(part for part in parts if part)
        if role == Qt.ItemDataRole.UserRole:
            return conversation
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        conversation = self.conversation(index)
        if conversation is None or role != Qt.ItemDataRole.EditRole:
            return False
        if str(value).strip() != self.title(conversation):
            self._rename(conversation.id, str(value).strip())
        return True


def short_date(when: datetime) -> str:
    """The time if it was today, else the date."""
    now = datetime.now(when.tzinfo)
    if when.date() == now.date():
        return f"{when:%H:%M}"
    return QLocale().toString(QDate(when.year, when.month, when.day), QLocale.FormatType.ShortFormat)


class ConversationDelegate(QStyledItemDelegate):
    """Title and time in the first line, the newest words in the second."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, round(QFontMetrics(option.font).height() * 2.35) + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        conversation = index.data(Qt.ItemDataRole.UserRole)
        tokens = tokens_of(QApplication.palette())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        box = option.rect.adjusted(2, 1, -2, -1)
        if state & QStyle.StateFlag.State_Selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            selected = state & QStyle.StateFlag.State_Selected
            painter.setBrush(QColor(tokens.surface if selected else tokens.hover))
            painter.drawRoundedRect(box, 8, 8)
            if selected:  # a bar besides the ground: not by colour alone
                painter.setBrush(QColor(tokens.accent))
                painter.drawRoundedRect(QRect(box.left() + 3, box.top() + 9, 3, box.height() - 18), 1.5, 1.5)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        inner = box.adjusted(13, 6, -10, -6)
        half = inner.height() // 2
        top, bottom = QRect(inner.topLeft(), QSize(inner.width(), half)), inner.adjusted(0, half, 0, 0)
        small = QFont(option.font)
        small.setPointSizeF(option.font.pointSizeF() * 0.86)
        title_font = QFont(option.font)
        title_font.setWeight(QFont.Weight.DemiBold)
        date = short_date(conversation.updated)
        painter.setFont(small)
        painter.setPen(QColor(tokens.faint))
        date_width = QFontMetrics(small).horizontalAdvance(date) + 8
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, date)
        preview = QFontMetrics(small).elidedText(
            " ".join(conversation.preview.split()), Qt.TextElideMode.ElideRight, bottom.width()
        )
        painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, preview)
        title_box = top.adjusted(0, 0, -date_width, 0)
        if conversation.private:
            lock = pixmap("private", tokens.faint, 14, painter.device().devicePixelRatioF())
            painter.drawPixmap(title_box.left(), title_box.center().y() - 7, lock)
            title_box.adjust(18, 0, 0, 0)
        painter.setFont(title_font)
        painter.setPen(QColor(tokens.text))
        title = QFontMetrics(title_font).elidedText(
            index.data(Qt.ItemDataRole.DisplayRole), Qt.TextElideMode.ElideRight, title_box.width()
        )
        painter.drawText(title_box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()
