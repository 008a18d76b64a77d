"""The page of the calibration: plays a short sound, listens to it, and shows what was found and chosen.

The measuring is the room's, in the background. Knows nothing of echo cancellation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, runtime_checkable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.settings.model import Settings
from app.window.context import Context
from app.window.pages.operation import Operation, Report
from app.window.pages.parts import Form, Outcome, Page, clear_layout, label, wrapped
from app.window.sentences import in_words

__all__ = ["CalibrationPage", "CanCalibrate", "Measured"]


class Measured(Protocol):
    """What a calibration has found."""

    @property
    def delay_ms(self) -> float: ...
    @property
    def erl_db(self) -> float: ...
    @property
    def erle_db(self) -> float: ...
    @property
    def noise_dbfs(self) -> float: ...
    @property
    def duplex(self) -> Literal["full", "cautious", "half"]: ...
    @property
    def why(self) -> str: ...


@runtime_checkable
class CanCalibrate(Protocol):
    """A room with real devices."""

    def calibrate(self, progress: Callable[[float], None]) -> Measured: ...


class CalibrationPage(Page):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.set_lead(
            self.tr(
                "Plays a short sound and listens to it, to find out how much of the loudspeaker the microphone hears. "
                "With that it chooses how you can interrupt. Headphones need no calibration, but it does no harm."
            )
        )
        self._operation = Operation(context.background, self)
        self._before: Settings | None = None

        card = self.card(self.tr("Measure"))
        card.body.addWidget(
            wrapped(self.tr("Set the volume as you like to hear it, be quiet for some seconds, then press the button."))
        )
        self.start = QPushButton(self.tr("Start"))
        self.start.setProperty("role", "primary")
        self.start.setAccessibleDescription(self.tr("Play the sound and measure"))
        self.start.clicked.connect(self.measure)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleDescription(self.tr("Stop measuring; nothing is changed"))
        self.cancel.clicked.connect(self._cancelled)
        self.doing = label("", "faint")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(self.tr("Progress"))
        line = QHBoxLayout()
        line.addWidget(self.start)
        line.addWidget(self.cancel)
        line.addWidget(self.doing)
        line.addWidget(self.progress, 1)
        line.addStretch(0)
        card.body.addLayout(line)
        self.outcome = Outcome()
        card.body.addWidget(self.outcome)

        self._result = self.card(self.tr("Result"))
        self.why = wrapped("", selectable=True)
        self._result.body.addWidget(self.why)
        self._facts = QHBoxLayout()
        self._result.body.addLayout(self._facts)
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setAccessibleDescription(self.tr("Set back to what was set before the calibration"))
        self.undo.clicked.connect(self._undo)
        line = QHBoxLayout()
        line.addWidget(self.undo)
        line.addStretch(1)
        self._result.body.addLayout(line)

        now = self.card(self.tr("What is set now"))
        self._now = QHBoxLayout()
        now.body.addLayout(self._now)

        self._operation.progressed.connect(self._show_progress)
        self._operation.started.connect(self._update)
        self._operation.ended.connect(self._update)
        context.room_opened.connect(self._update)
        context.settings_changed.connect(self._show_now)
        self._result.hide()
        self._update()
        self._show_now(context.settings)

    def _update(self) -> None:
        running, there = self._operation.running, isinstance(self.context.room, CanCalibrate)
        self.start.setEnabled(there and not running)
        for widget in (self.cancel, self.doing, self.progress):
            widget.setVisible(running)
        if not there:
            self.outcome.tell(self.tr("The sound devices are not open yet."))
        elif not running and self.outcome.sentence.text() == self.tr("The sound devices are not open yet."):
            self.outcome.tell("")

    def measure(self) -> None:
        """Calibrate; what is found is applied and kept."""
        room = self.context.room
        if not isinstance(room, CanCalibrate):
            return
        self.outcome.tell("")
        self._result.hide()
        self.progress.setRange(0, 0)
        self.doing.setText(self.tr("Listening"))

        def work(report: Report) -> Measured:
            return room.calibrate(lambda fraction: report("", fraction))

        self._operation.run(work, self._done, self.outcome.fail)

    def _show_progress(self, what: str, fraction: float) -> None:
        self.progress.setRange(0, 1000 if fraction > 0 else 0)
        self.progress.setValue(round(fraction * 1000))

    def _cancelled(self) -> None:
        self._operation.cancel()
        self.outcome.tell(self.tr("Cancelled; nothing was changed."))

    def _done(self, found: Measured) -> None:
        settings = self.context.settings
        self._before = settings
        delay = min(1000.0, max(0.0, round(found.delay_ms, 1)))
        audio = settings.audio.model_copy(update={"duplex": found.duplex, "echo_delay_ms": delay})
        self.context.change(settings.model_copy(update={"audio": audio}))
        self.why.setText(in_words(found.why))
        form = Form()
        form.fact(self.tr("Chosen"), self._duplex(found.duplex))
        form.fact(self.tr("Delay"), self.tr("{0} ms from the program to the loudspeaker and back").format(round(delay)))
        form.fact(
            self.tr("Echo return loss"),
            self.tr("{0} dB: so much weaker the loudspeaker arrives in the microphone").format(round(found.erl_db)),
        )
        form.fact(
            self.tr("Echo cancelled"), self.tr("{0} dB more taken away by the program").format(round(found.erle_db))
        )
        form.fact(self.tr("Noise"), self.tr("{0} dBFS in the room").format(round(found.noise_dbfs)))
        _put(self._facts, form)
        self.undo.setEnabled(True)
        self._result.show()
        self.outcome.tell(self.tr("Measured, applied and kept."), "good")

    def _undo(self) -> None:
        if self._before is not None:
            before, settings = self._before.audio, self.context.settings
            audio = settings.audio.model_copy(update={"duplex": before.duplex, "echo_delay_ms": before.echo_delay_ms})
            self.context.change(settings.model_copy(update={"audio": audio}))
            self.undo.setEnabled(False)
            self.outcome.tell(self.tr("Set back to what it was."))

    def _show_now(self, settings: Settings) -> None:
        audio = settings.audio
        form = Form()
        form.fact(self.tr("Interrupting"), self._duplex(audio.duplex))
        delay = self.tr("{0} ms").format(round(audio.echo_delay_ms))
        form.fact(self.tr("Echo delay"), delay if audio.echo_delay_ms else self.tr("measured while running"))
        form.fact(self.tr("Echo cancellation"), self.tr("on") if audio.echo_cancellation else self.tr("off"))
        _put(self._now, form)

    def _duplex(self, duplex: str) -> str:
        return {
            "full": self.tr("Full: any speech interrupts"),
            "cautious": self.tr("Cautious: loud speech that goes on interrupts"),
            "half": self.tr("Half: the microphone rests while it speaks"),
        }[duplex]


def _put(layout: QHBoxLayout, form: Form) -> None:
    """Show a form in place of the one before."""
    clear_layout(layout)
    holder = QWidget()
    holder.setLayout(form)
    form.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(holder)
