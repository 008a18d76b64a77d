"""The microphone as the prompt reader uses it: a button that records and stops, the level, the time.

Says what was recorded, or in a sentence why nothing was. While it records the conversation rests. Knows nothing of what
is read.
"""

from __future__ import annotations

import time
from typing import Final, Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.audio.recording import Recording
from app.window.context import Context
from app.window.levels import LevelMeter
from app.window.pages.parts import label
from app.window.sentences import in_words

__all__ = ["KEY", "CanRecord", "Microphone"]

KEY: Final = "F7"
_LOOK_MS: Final = 50
_PATIENCE: Final = 2.0
"""Seconds without any sound, however silent, after which the microphone is taken to be gone."""
_LOUD_DBFS: Final = -45.0
_TOO_LOUD_DBFS: Final = -3.0
"""Of a whole frame: its peaks are beyond full scale then."""


@runtime_checkable
class CanRecord(Protocol):
    """A room with a real microphone."""

    def record(self, recording: Recording) -> None: ...
    def end_recording(self, recording: Recording) -> None: ...
    def stop(self) -> float: ...


class _Meter(LevelMeter):
    def sizeHint(self) -> QSize:
        return QSize(220, 12)


class Microphone(QWidget):
    recorded = Signal(object)
    """Pcm, 16 kHz (n,)"""
    refused = Signal(str)
    """A sentence"""
    changed = Signal()
    """It records, or it has stopped."""

    def __init__(self, context: Context, longest: float, parent: QWidget | None = None) -> None:
        """`longest` are the seconds after which it stops by itself."""
        super().__init__(parent)
        self._context = context
        self._longest = longest
        self._recording: Recording | None = None
        self._room: CanRecord | None = None
        self._heard = (0.0, 0.0)
        self.button = QPushButton()
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(self.toggle)
        self.meter = _Meter()
        self.time = label("", "faint")
        self.time.setAccessibleName(self.tr("Length of the recording"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(14)
        line.addWidget(self.button)
        line.addWidget(self.meter, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.time)
        line.addStretch(1)
        self._again = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._key = QShortcut(QKeySequence(KEY), self)
        self._key.setAutoRepeat(False)
        self._key.activated.connect(self.button.click)
        self._show_button()

    @property
    def recording(self) -> bool:
        return self._recording is not None

    def set_again(self, again: bool) -> None:
        """Whether there is a take already, which the next one replaces."""
        self._again = again
        self._show_button()

    def toggle(self) -> None:
        """Record, or stop."""
        if self.recording:
            self._finish()
        else:
            self._begin()

    def _begin(self) -> None:
        room = self._context.room
        if not isinstance(room, CanRecord):
            self.refused.emit(in_words("There is no microphone to record with; plug one in and unmute it."))
            return
        self._context.commands.stop()  # a reply that is being spoken would be recorded
        room.stop()
        self._room, self._recording = room, Recording()
        self._heard = (0.0, time.monotonic())
        room.record(self._recording)
        self._timer.start()
        self._show_button()
        self._show_time(0.0)
        self.changed.emit()

    def _end(self) -> Recording | None:
        recording, room = self._recording, self._room
        if recording is not None and room is not None:
            room.end_recording(recording)
        self._recording = self._room = None
        self._timer.stop()
        self.meter.clear()
        self._show_button()
        return recording

    def _finish(self) -> None:
        recording = self._end()
        self.changed.emit()
        if recording is None:
            return
        if recording.problem:
            self.refused.emit(in_words(recording.problem))
        elif not recording.seconds:
            self.refused.emit(in_words("No sound comes from the microphone; choose another one and try again."))
        else:
            self.recorded.emit(recording.pcm())

    def give_up(self) -> None:
        """Stop; nothing of it is kept."""
        if self._end() is not None:
            self._show_time(None)
            self.changed.emit()

    def _look(self) -> None:
        recording, now = self._recording, time.monotonic()
        if recording is None:
            return
        level = recording.level()
        self.meter.show_level(level, float(level > _LOUD_DBFS), level > _TOO_LOUD_DBFS)
        seconds, since = self._heard
        if recording.seconds > seconds:
            self._heard = (recording.seconds, now)
            self._show_time(recording.seconds)
        elif now - since > _PATIENCE and not recording.problem:
            recording.problem = "No sound comes from the microphone; choose another one and try again."
        if recording.problem or recording.seconds >= self._longest:
            self._finish()

    def clear(self) -> None:
        """Something else is to be recorded now."""
        self.give_up()
        self._show_time(None)

    def _show_time(self, seconds: float | None) -> None:
        self.time.setText("" if seconds is None else self.tr("{0} s").format(f"{seconds:.1f}"))

    def _show_button(self) -> None:
        record = self.tr("Record again") if self._again else self.tr("Record")
        self.button.setText(self.tr("Stop") if self.recording else record)
        says = self.tr("Begin or end the recording; the key is {0}").format(KEY)
        self.button.setAccessibleDescription(says)
        self.button.setToolTip(says)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # another page was opened; a window that is only minimised goes on
            self.give_up()
