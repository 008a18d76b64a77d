"""One turn as a widget: it lays itself out, paints itself, knows which word is under the mouse or the cursor.

A reply that grows costs one layout of this turn and nothing of the others. Knows nothing of the turns around it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.store.model import Turn
from app.window.conversation.editor import QuestionEditor
from app.window.conversation.geometry import Fonts, TurnGeometry, measure, note_width
from app.window.conversation.notes import NoteRow, notes_of
from app.window.conversation.painting import Look, paint_turn
from app.window.conversation.waveforms import Waveforms
from app.window.conversation.wording import question_caption, reply_caption, spoken_description, unheard_from

if TYPE_CHECKING:
    from app.window.context import Context

__all__ = ["Scene", "TurnWidget"]


@dataclass(slots=True)
class Scene:
    """What all turns of a view share."""

    context: Context
    fonts: Fonts
    waveforms: Waveforms


class TurnWidget(QWidget):
    height_changed = Signal(object)
    """This widget, when it needs another height than it has"""
    entered = Signal(object)
    """This widget, when the mouse or the focus came to it"""
    stepped = Signal(object, int)
    """This widget and -1 or 1, when the keyboard goes to the turn before or after"""
    copied = Signal(object)
    """This widget, when the user wants its text"""
    menu_wanted = Signal(object, object)
    """This widget and the place (QPoint on the screen)"""
    removed = Signal(object)
    """This widget, when the user wants the turn deleted"""

    def __init__(self, turn: Turn, scene: Scene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._look = Look()
        self._place: TurnGeometry | None = None
        self._notes: list[NoteRow] = []
        self._editor: QuestionEditor | None = None
        self.turn = turn
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._describe()

    # what is shown

    @property
    def waiting(self) -> bool:
        """Its dots are moving."""
        return not self.turn.chunks and self.turn.state in ("thinking", "speaking")

    @property
    def fitted(self) -> float:
        """The width it was laid out for, 0 if it was not yet."""
        return self._place.width if self._place is not None else 0.0

    @property
    def place(self) -> TurnGeometry | None:
        return self._place

    @property
    def look(self) -> Look:
        return self._look

    def set_turn(self, turn: Turn) -> None:
        """Show another value of the same turn."""
        if turn == self.turn:
            return
        self.turn = turn
        self._describe()
        self.refit()

    def _describe(self) -> None:
        turn = self.turn
        latency = self._scene.context.settings.appearance.show_latency
        self._look.question_caption = question_caption(turn)
        self._look.reply_caption = reply_caption(turn, latency=latency)
        self._look.unheard = unheard_from(turn)
        if turn.state not in ("speaking", "thinking", "done", "interrupted"):
            self._look.spoken = None
        self.setAccessibleName(spoken_description(turn))
        self.setAccessibleDescription(
            self.tr("Enter plays the answer, left and right choose a word of it, E corrects the question.")
        )
        wanted = notes_of(turn)
        if [row.note for row in self._notes] != wanted:
            for row in self._notes:
                row.deleteLater()
            self._notes = [NoteRow(note, self._scene.context.commands, self) for note in wanted]
            for row in self._notes:
                row.show()

    def fit(self, width: int) -> int:
        """Lay it out for a width; the height it needs."""
        room = int(note_width(width))
        heights = [max(42.0, float(row.heightForWidth(room))) for row in self._notes]
        editor = 0.0 if self._editor is None else float(self._editor.sizeHint().height())
        self._place = measure(self.turn, float(width), self._scene.fonts, notes=heights, editor=editor)
        for row, rect in zip(self._notes, self._place.notes, strict=True):
            row.setGeometry(rect.toRect())
        if self._editor is not None:
            self._editor.setGeometry(self._place.question_bubble.adjusted(4, 4, -4, -4).toRect())
        self.update()
        return int(self._place.height) + 1

    def refit(self) -> None:
        """After a change: lay it out again for the width it has and say so if its height is another one."""
        if self.fitted and self.fit(int(self.fitted)) != self.height():
            self.height_changed.emit(self)

    def restyle(self) -> None:
        """Fonts or colours are others; it must be fitted anew."""
        self._place = None
        self._describe()
        self.update()

    def set_spoken(self, spoken: tuple[int, int | None] | None) -> None:
        """The chunk and word that are being played."""
        if spoken != self._look.spoken:
            self._look.spoken = spoken
            self.update()

    def tick(self) -> None:
        """The next picture of the waiting dots."""
        self._look.phase += 1
        self.update()

    # editing

    def edit(self) -> None:
        """Let the user correct what was heard."""
        if self._editor is not None or self.turn.state == "listening":
            return
        self._editor = QuestionEditor(self.turn.question, self)
        self._editor.accepted.connect(self._correct)
        self._editor.cancelled.connect(self._end_edit)
        self.refit()
        self._editor.show()
        self._editor.begin()

    def _correct(self, text: str) -> None:
        self._end_edit()
        if text and text != self.turn.question:
            self._scene.context.commands.correct(self.turn.id, text)

    def _end_edit(self) -> None:
        if self._editor is not None:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self.refit()
            self.setFocus()

    # mouse and keyboard

    def _target(self, at: QPointF) -> tuple[int, int | None] | None:
        """The chunk, and the word if it is one, under a point; None where nothing can be played."""
        place = self._place
        if place is None or not place.reply_bubble.contains(at):
            return None
        inside = at - place.reply_origin
        mark = place.reply.mark_at(inside)
        if mark is not None:
            return (mark.chunk, None)
        word = place.reply.word_at(inside)
        if word is not None and self.turn.chunks[word.chunk].seconds:
            return (word.chunk, word.word)
        return None

    def _hover(self, target: tuple[int, int | None] | None) -> None:
        if target != self._look.hovered:
            self._look.hovered = target
            self.setCursor(Qt.CursorShape.ArrowCursor if target is None else Qt.CursorShape.PointingHandCursor)
            self.setToolTip("" if target is None else self.tr("Play from here"))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._target(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        target = self._target(event.position())
        if event.button() == Qt.MouseButton.LeftButton and target is not None:
            self._scene.context.commands.replay(self.turn.id, *target)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._place is not None and self._place.question_bubble.contains(event.position()):
            self.edit()

    def enterEvent(self, event: QEvent) -> None:
        self.entered.emit(self)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._look.focused = event.reason() != Qt.FocusReason.MouseFocusReason
        self.entered.emit(self)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._look = replace(self._look, focused=False, cursor=None)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        commands = self._scene.context.commands
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and plain:
            self.stepped.emit(self, -1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and plain:
            self._move_cursor(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and plain:
            commands.replay(self.turn.id, *(self._look.cursor or (None, None)))
        elif key == Qt.Key.Key_E and plain:
            self.edit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit(self)
        elif key == Qt.Key.Key_Delete and plain:
            self.removed.emit(self)
        else:
            super().keyPressEvent(event)

    def _move_cursor(self, step: int) -> None:
        if self._place is None:
            return
        keys = sorted({(word.chunk, word.word) for word in self._place.reply.words})
        if not keys:
            return
        cursor = self._look.cursor
        at = keys.index(cursor) + step if cursor in keys else (0 if step > 0 else len(keys) - 1)
        self._look.cursor = keys[max(0, min(at, len(keys) - 1))]
        self.update()

    def word_rect(self, chunk: int, word: int) -> QRectF | None:
        """Where a word of the reply is, in this widget's coordinates."""
        if self._place is None:
            return None
        for candidate in self._place.reply.words:
            if (candidate.chunk, candidate.word) == (chunk, word):
                return candidate.rect.translated(self._place.reply_origin)
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._place is None:
            return
        painter = QPainter(self)
        paint_turn(
            painter,
            self.turn,
            self._place,
            self._scene.fonts,
            self._scene.context.theme.tokens,
            self._look,
            self._scene.waveforms.of(self.turn),
            question=self._editor is None,
        )
        painter.end()
