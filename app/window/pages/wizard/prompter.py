"""One sentence of a reading in large type, with all that is done with it: record, hear, read again, skip, go back.

What is fine is kept at once; anything else waits for a word. Knows nothing of jobs and of how a take is judged.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.window.announce import announce
from app.window.context import Context
from app.window.pages.operation import Operation
from app.window.pages.parts import Outcome, label, wrapped
from app.window.pages.wizard.listen import hear, hear_sound
from app.window.pages.wizard.microphone import Microphone
from app.window.pages.wizard.reading import Reading
from app.window.pages.wizard.step import described, line_of
from app.window.pages.wizard.takes import LONGEST, Judgement, judge
from app.window.pages.wizard.verdicts import sentence_of
from cslm_core.audio import LISTEN_RATE, Pcm
from cslm_core.speech import SpeechGate
from trainer.language.importers.recordings import Prompt
from trainer.language.job import JobLanguage

__all__ = ["Prompter"]


class _Take(NamedTuple):
    """A recording that was not kept by itself."""

    prompt: Prompt
    pcm: Pcm
    judged: Judgement


class Prompter(QWidget):
    changed = Signal()
    """More or less is read, or it is at work."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._work = Operation(context.background, self)
        self._work.ended.connect(self._update)
        self._gate = SpeechGate()
        self._language: JobLanguage | None = None
        self._waiting: _Take | None = None
        self.reading: Reading | None = None
        panel = QVBoxLayout(self)
        panel.setContentsMargins(0, 6, 0, 0)
        panel.setSpacing(12)
        self.place = label("", "faint")
        panel.addWidget(self.place)
        self.sentence = wrapped("", "title", selectable=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setMinimumHeight(110)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        panel.addWidget(self.sentence)
        self.microphone = Microphone(context, LONGEST)
        panel.addWidget(self.microphone)
        self.verdict = Outcome()
        panel.addWidget(self.verdict)
        self.play = described(QPushButton(self.tr("Hear it")), self.tr("Play what was recorded"))
        self.play.clicked.connect(self._hear)
        self.keep = described(
            QPushButton(self.tr("Keep it all the same")), self.tr("Use this take in spite of what was found")
        )
        self.keep.clicked.connect(self._keep_anyway)
        self.drop = described(QPushButton(self.tr("Throw it away")), self.tr("This take is not wanted"))
        self.drop.clicked.connect(self._throw_away)
        self.back = described(QPushButton(self.tr("Back")), self.tr("Show the sentence before"))
        self.back.clicked.connect(lambda: self._move(forward=False))
        self.next = described(QPushButton(self.tr("Skip")), self.tr("Show the next sentence"))
        self.next.clicked.connect(lambda: self._move(forward=True))
        line = line_of(self.play, self.keep, self.drop)
        line.addWidget(self.back)
        line.addWidget(self.next)
        panel.addLayout(line)
        self.microphone.recorded.connect(self._judge)
        self.microphone.refused.connect(self.verdict.fail)
        self.microphone.changed.connect(self._recording_changed)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a take is being recorded, judged or written."""
        return self._work.running or self.microphone.recording

    def show_reading(self, reading: Reading | None, language: JobLanguage | None) -> None:
        """Read this, in place of what was read before; None: nothing."""
        self.microphone.clear()
        self.reading, self._language, self._waiting = reading, language, None
        self.setVisible(reading is not None)
        self._show_prompt()
        if reading is not None:
            self.microphone.button.setFocus()

    # recording

    def _recording_changed(self) -> None:
        if self.microphone.recording:
            self._waiting = None
            self.verdict.tell("")
        self._update()

    def _judge(self, pcm: Pcm) -> None:
        reading, language, gate = self.reading, self._language, self._gate
        prompt = reading.prompt if reading is not None else None
        if reading is None or prompt is None or language is None:
            return

        def work(report: object) -> Judgement:
            judged = judge(pcm, prompt.text, language, gate)
            if judged.verdict == "fine":
                reading.keep(prompt, pcm, judged.peak)
            return judged

        self._work.run(work, lambda judged: self._judged(_Take(prompt, pcm, judged)), self.verdict.fail)
        self._update()

    def _judged(self, take: _Take) -> None:
        fine = take.judged.verdict == "fine"
        self._waiting = None if fine else take
        self._update()
        self.verdict.tell(sentence_of(take.judged), "good" if fine else "warning")
        # disabled while it was judged, the button lost the focus: one key reads on
        (self.next if fine else self.microphone.button).setFocus()

    def _keep_anyway(self) -> None:
        reading, take = self.reading, self._waiting
        if reading is None or take is None:
            return

        def kept(_: None) -> None:
            self._waiting = None
            self._update()
            self.verdict.tell(self.tr("Kept."), "good")
            self.next.setFocus()

        self._work.run(lambda report: reading.keep(take.prompt, take.pcm, take.judged.peak), kept, self.verdict.fail)
        self._update()

    def _throw_away(self) -> None:
        reading = self.reading
        self.verdict.tell("")
        self.microphone.clear()
        if self._waiting is not None:
            self._waiting = None
        elif reading is not None:
            self._work.run(lambda report: reading.throw_away(), None, self.verdict.fail)
        self._update()

    def _hear(self) -> None:
        take, path = self._waiting, self.reading.sound() if self.reading is not None else None
        if take is not None:
            hear_sound(self._context, lambda: (take.pcm, LISTEN_RATE), self.verdict.fail)
        elif path is not None:
            hear(self._context, path, self.verdict.fail)

    def _move(self, *, forward: bool) -> None:
        reading = self.reading
        if reading is None:
            return
        self.microphone.clear()
        self._waiting = None

        def skipped(_: None) -> None:
            reading.go_on()
            self._show_prompt()

        if forward:
            self._work.run(lambda report: reading.skip(), skipped, self.verdict.fail)
            self._update()
        else:
            reading.go_back()
            self._show_prompt()

    # showing

    def _show_prompt(self) -> None:
        reading = self.reading
        if reading is None:
            return
        prompt = reading.prompt
        text = prompt.text if prompt is not None else self.tr("That was the last sentence.")
        self.sentence.setText(text)
        self.verdict.tell(self.tr("This one is read already.") if reading.sound() is not None else "")
        self._update()
        self.microphone.button.setFocus()
        announce(self.sentence, text)

    def _update(self) -> None:
        reading = self.reading
        self.changed.emit()
        if reading is None:
            return
        free, waiting = not self._work.running, self._waiting is not None
        kept, here = reading.sound() is not None, reading.prompt is not None
        place = self.tr("{0} of {1}").format(min(reading.position + 1, len(reading.prompts)), len(reading.prompts))
        self.place.setText(f"{reading.speaker}  ·  {place}  ·  " + self.tr("{0} read").format(reading.read))
        self.microphone.set_again(kept or waiting)
        self.microphone.button.setEnabled(here and free)
        self.play.setEnabled(not self.busy and (kept or waiting))
        self.drop.setEnabled(self.play.isEnabled())
        self.keep.setVisible(self._waiting is not None and not self._waiting.judged.hopeless)
        self.keep.setEnabled(not self.busy)
        self.back.setEnabled(free and reading.position > 0)
        self.next.setEnabled(free and here)
        self.next.setText(self.tr("Next") if kept else self.tr("Skip"))
