"""The turns of a conversation, one under another, newest at the bottom.

Long conversations stay fast: the newest turns are there at once, the earlier ones when there is nothing else to do; a
turn that changes is laid out alone, those below are only moved; after a change of the width the visible ones come
first. Knows nothing of what is in a turn.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from app.settings.model import Settings
from app.store.model import Turn
from app.window.buttons import IconButton
from app.window.context import Context
from app.window.conversation.actions import TurnActions
from app.window.conversation.geometry import Fonts
from app.window.conversation.turnwidget import Scene, TurnWidget
from app.window.conversation.waveforms import Waveforms

__all__ = ["TurnsView"]

_GUESS: Final = 170
"""The height of a turn that nobody has looked at yet."""
_AT_ONCE: Final = 40
"""So many turns of a conversation are made when it is opened; one takes a fifth of a millisecond."""
_SLICE: Final = 0.006
"""Seconds of layout at once, when there is nothing else to do."""
_NEAR: Final = 48
"""Closer to the end than this the view follows what comes."""


class TurnsView(QScrollArea):
    copied = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._scene = Scene(
            context, Fonts(self.font()), Waveforms(lambda turn: context.store.sound(turn, "reply"), context.background)
        )
        self._scene.waveforms.setParent(self)
        self._canvas = QWidget()
        self._canvas.setAccessibleName(self.tr("Conversation"))
        self._turns: list[TurnWidget] = []
        self._earlier: list[Turn] = []
        """Those before them that have no widget yet, oldest first."""
        self._by_id: dict[int, TurnWidget] = {}
        self._current: TurnWidget | None = None
        self._spoken: TurnWidget | None = None
        self._pinned = True
        self._placing = False
        self._latency = context.settings.appearance.show_latency
        self.setWidget(self._canvas)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setViewportMargins(self.verticalScrollBar().sizeHint().width(), 0, 0, 0)  # as much as at the right
        self.viewport().setAutoFillBackground(False)
        self._canvas.setAutoFillBackground(False)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().setSingleStep(40)

        self._actions = TurnActions(context, self._canvas)
        self._actions.hide()
        self._actions.edit_wanted.connect(self._edit)
        self._actions.removal_wanted.connect(lambda: self._remove(self._current))
        self._actions.copied.connect(self.copied)
        self._newest = IconButton("down", self.tr("Go to the newest turn"), parent=self)
        self._newest.setProperty("role", "float")
        self._newest.clicked.connect(self.to_end)
        self._newest.hide()

        self._idle = QTimer(self)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._lay_out_slice)
        self._dots = QTimer(self)
        self._dots.setInterval(380)
        self._dots.timeout.connect(self._tick)
        self._scene.waveforms.ready.connect(self._redraw)
        context.theme.changed.connect(self._canvas.update)
        context.settings_changed.connect(self._settings_changed)

    # turns

    @property
    def turns(self) -> Sequence[TurnWidget]:
        return self._turns

    @property
    def actions_bar(self) -> TurnActions:
        """What can be done with the turn that is looked at."""
        return self._actions

    @property
    def waveforms(self) -> Waveforms:
        return self._scene.waveforms

    def widget_of(self, turn: int) -> TurnWidget | None:
        return self._by_id.get(turn)

    def show_turns(self, turns: Sequence[Turn]) -> None:
        """Show another conversation, at its end."""
        for widget in self._turns:
            widget.hide()
            widget.deleteLater()
        self._turns, self._by_id, self._current, self._spoken = [], {}, None, None
        self._actions.hide()
        self._earlier = list(turns[:-_AT_ONCE])
        for turn in turns[-_AT_ONCE:]:
            self._add(turn)
        self._pinned = True
        self._lay_out_from_end()
        self._place()

    def show_turn(self, turn: Turn) -> None:
        """A turn is new, or has another value now."""
        for place, earlier in enumerate(self._earlier):
            if earlier.id == turn.id:
                self._earlier[place] = turn
                return
        widget = self._by_id.get(turn.id)
        if widget is None:
            widget = self._add(turn)
            widget.resize(self._width, widget.fit(self._width))
            self._place()
        else:
            widget.set_turn(turn)
        if widget is self._current:
            self._show_actions(widget)
        if widget.waiting and not self._dots.isActive():
            self._dots.start()

    def remove_turn(self, turn: int) -> None:
        self._earlier = [earlier for earlier in self._earlier if earlier.id != turn]
        widget = self._by_id.pop(turn, None)
        if widget is None:
            return
        if widget in (self._current, self._spoken):
            self._current = None if widget is self._current else self._current
            self._spoken = None
            self._actions.hide()
        self._turns.remove(widget)
        widget.hide()
        widget.deleteLater()
        self._place()

    def show_spoken(self, turn: int, chunk: int, word: int | None) -> None:
        """Mark the word that is being played; None: none any more."""
        widget = self._by_id.get(turn)
        if self._spoken is not None and self._spoken is not widget:
            self._spoken.set_spoken(None)
        self._spoken = widget
        if widget is not None:
            widget.set_spoken(None if word is None else (chunk, word))

    def _add(self, turn: Turn, place: int | None = None) -> TurnWidget:
        """The widget of a turn, at a place among the others, without one at the end."""
        widget = TurnWidget(turn, self._scene, self._canvas)
        widget.resize(self._width, _GUESS)
        widget.height_changed.connect(self._height_changed)
        widget.entered.connect(self._enter)
        widget.stepped.connect(self._step)
        widget.removed.connect(self._remove)
        widget.copied.connect(self._copy)
        widget.menu_wanted.connect(self._show_menu)
        self._turns.insert(len(self._turns) if place is None else place, widget)
        self._by_id[turn.id] = widget
        widget.show()
        if self._current is None:
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return widget

    # layout

    @property
    def _width(self) -> int:
        return max(self.viewport().width(), 240)

    def _height_changed(self, widget: TurnWidget) -> None:
        self._fit(widget)
        self._place()

    def _fit(self, widget: TurnWidget) -> None:
        height = widget.fit(self._width)
        if height != widget.height() or widget.width() != self._width:
            widget.resize(self._width, height)

    def _lay_out_from_end(self) -> None:
        room = self.viewport().height() + 200
        for widget in reversed(self._turns):
            if room <= 0:
                break
            self._fit(widget)
            room -= widget.height()
        if self._earlier or any(widget.fitted != self._width for widget in self._turns):
            self._idle.start()

    def _lay_out_visible(self) -> bool:
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        changed = False
        for widget in self._turns:
            if widget.y() + widget.height() >= top and widget.y() <= bottom and widget.fitted != self._width:
                self._fit(widget)
                changed = True
        return changed

    def _lay_out_slice(self) -> None:
        end = time.monotonic() + _SLICE
        done = 0
        for widget in reversed(self._turns):
            if widget.fitted != self._width:
                self._fit(widget)
                done += 1
                if time.monotonic() > end:
                    break
        else:
            while self._earlier and time.monotonic() < end:
                self._fit(self._add(self._earlier.pop(), 0))
                done += 1
            if not self._earlier:
                self._idle.stop()
        if done:
            self._place()

    def _place(self) -> None:
        """Put the turns under one another; what the user looks at stays where it is."""
        bar = self.verticalScrollBar()
        anchor = None if self._pinned else self._first_visible()
        before = 0 if anchor is None else anchor.y() - bar.value()
        self._placing = True
        y = 6
        for widget in self._turns:
            if widget.y() != y or widget.x():
                widget.move(0, y)
            y += widget.height()
        height = max(y + 10, self.viewport().height())
        if self._canvas.height() != height or self._canvas.width() != self._width:
            self._canvas.resize(self._width, height)
        if self._pinned:
            bar.setValue(bar.maximum())
        elif anchor is not None:
            bar.setValue(anchor.y() - before)
        self._placing = False
        self._place_actions()
        self._newest.setVisible(not self._pinned)

    def _first_visible(self) -> TurnWidget | None:
        top = self.verticalScrollBar().value()
        return next((widget for widget in self._turns if widget.y() + widget.height() > top), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pinned:
            self._lay_out_from_end()
        else:
            self._lay_out_visible()
            self._idle.start()
        self._place()
        self._newest.adjustSize()
        self._newest.move(
            (self.viewport().width() - self._newest.width()) // 2, self.height() - self._newest.height() - 12
        )

    def _scrolled(self) -> None:
        if self._placing:
            return
        bar = self.verticalScrollBar()
        self._pinned = bar.maximum() - bar.value() < _NEAR
        self._newest.setVisible(not self._pinned)
        if self._lay_out_visible():
            self._place()

    def to_end(self) -> None:
        """Show the newest turn and follow what comes."""
        self._pinned = True
        self._lay_out_from_end()
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_scene"):
            self._restyle()

    def _settings_changed(self, settings: Settings) -> None:
        if settings.appearance.show_latency != self._latency:  # it stands in the captions
            self._latency = settings.appearance.show_latency
            self._restyle()

    def _restyle(self) -> None:
        self._scene.fonts = Fonts(self.font())
        for widget in self._turns:
            widget.restyle()
        self._lay_out_from_end()
        self._place()

    # the turn that is looked at

    def _enter(self, widget: TurnWidget) -> None:
        if self._current is not None and self._current is not widget:
            if self._actions.isAncestorOf(self._focused() or self) and not widget.hasFocus():
                return  # the keyboard is at work in the bar: the mouse does not take it away
            self._current.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._current = widget
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._show_actions(widget)
        if widget.hasFocus():
            self.reveal(widget)
        before: QWidget = widget
        for button in self._actions.buttons:
            QWidget.setTabOrder(before, button)
            before = button

    def _focused(self) -> QWidget | None:
        window = self.window()
        return window.focusWidget() if window is not None else None

    def _show_actions(self, widget: TurnWidget) -> None:
        self._actions.show_for(widget.turn)
        self._actions.raise_()
        self._place_actions()

    def _place_actions(self) -> None:
        if self._current is not None and self._current.place is not None and not self._actions.isHidden():
            caption = self._current.place.reply_caption.toRect()
            at = self._current.pos() + QPoint(caption.right() - self._actions.width(), caption.top())
            self._actions.move(at + QPoint(0, (caption.height() - self._actions.height()) // 2))

    def reveal(self, widget: TurnWidget) -> None:
        """Scroll so that the turn can be seen."""
        self.ensureVisible(widget.width() // 2, widget.y() + widget.height() // 2, 0, widget.height() // 2 + 8)

    def _step(self, widget: TurnWidget, step: int) -> None:
        at = self._turns.index(widget) + step
        if 0 <= at < len(self._turns):
            self._turns[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _copy(self, widget: TurnWidget) -> None:
        self._enter(widget)
        self._actions.copy.click()

    def _show_menu(self, widget: TurnWidget, at: QPoint) -> None:
        self._enter(widget)
        self._actions.menu().popup(at)

    def _edit(self) -> None:
        if self._current is not None:
            self._current.edit()

    def _remove(self, widget: TurnWidget | None) -> None:
        if widget is not None:
            self._context.commands.delete_turn(widget.turn.id)

    def _tick(self) -> None:
        waiting = [widget for widget in self._turns[-3:] if widget.waiting]
        for widget in waiting:
            widget.tick()
        if not waiting:
            self._dots.stop()

    def _redraw(self, turn: int) -> None:
        widget = self._by_id.get(turn)
        if widget is not None:
            widget.update()
