"""The line that says what the program is doing: a picture and a word, the level, and how to be heard.

Knows nothing of how the state came about.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.session.notices import LevelChanged, State, StateChanged
from app.window.announce import announce
from app.window.buttons import IconButton
from app.window.context import Context
from app.window.labels import ElidedLabel
from app.window.levels import LevelMeter
from app.window.pictures import Picture

__all__ = ["StatusLine", "state_word"]

_PICTURES: dict[State, tuple[str, str]] = {
    "starting": ("think", "faint"),
    "ready": ("ready", "good"),
    "listening": ("mic", "accent"),
    "thinking": ("think", "accent"),
    "speaking": ("speaker", "wave"),
    "paused": ("pause", "accent"),
    "failed": ("warning", "danger"),
}


def state_word(state: StateChanged) -> str:
    """The state in a word."""
    words: dict[State, str] = {
        "starting": QCoreApplication.translate("State", "Starting"),
        "ready": QCoreApplication.translate("State", "Ready"),
        "listening": QCoreApplication.translate("State", "Listening"),
        "thinking": QCoreApplication.translate("State", "Thinking"),
        "speaking": QCoreApplication.translate("State", "Speaking"),
        "paused": QCoreApplication.translate("State", "Paused"),
        "failed": QCoreApplication.translate("State", "Not working"),
    }
    word = words[state.state]
    if not state.muted:
        return word
    if state.state in ("ready", "listening"):
        return QCoreApplication.translate("State", "Muted")
    return QCoreApplication.translate("State", "{0}, muted").format(word)


class StatusLine(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._picture = Picture("think", 18, ink="faint")
        self.word = QLabel()
        self.word.setProperty("role", "heading")
        self.meter = LevelMeter()
        self.hint = ElidedLabel()
        self.hint.setProperty("role", "faint")
        self.mode = IconButton("hands-free", self.tr("Hands-free"), text=True, size=16)
        self.mode.setCheckable(True)
        self.mode.toggled.connect(self._choose_mode)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._picture)
        layout.addWidget(self.word)
        layout.addWidget(self.meter)
        layout.addWidget(self.hint, 1)
        layout.addWidget(self.mode)
        bridge = context.bridge
        bridge.state_changed.connect(self._show_state)
        bridge.level_changed.connect(self._show_level)
        bridge.device_changed.connect(self._refresh)
        bridge.problems_changed.connect(self._refresh)
        context.settings_changed.connect(self._refresh)
        self._shown = ""
        self._show_state(bridge.state)

    def _show_level(self, level: LevelChanged) -> None:
        self.meter.show_level(level.dbfs, level.speech, clipped=level.clipped)

    def _refresh(self) -> None:
        self._show_state(self._context.bridge.state)

    def _show_state(self, state: StateChanged) -> None:
        name, ink = _PICTURES[state.state]
        if state.muted and state.state in ("ready", "listening"):
            name, ink = "mic-off", "danger"
        self._picture.show_picture(name, ink)
        if state.muted:
            self.meter.clear()
        word = state_word(state)
        self.word.setText(word)
        self.hint.setText(self._hint_of(state))
        hands_free = self._context.settings.audio.mode == "hands-free"
        self.mode.blockSignals(True)
        self.mode.setChecked(hands_free)
        self.mode.blockSignals(False)
        self.mode.rename(
            self.tr("Hands-free"),
            self.tr("On: just speak. Off: hold the button or the key to talk."),
        )
        if word != self._shown:
            self._shown = word
            announce(self, word)

    def _hint_of(self, state: StateChanged) -> str:
        bridge = self._context.bridge
        microphone = bridge.devices.get("microphone")
        missing = "microphone" in bridge.problems or (microphone is not None and not microphone.name)
        if state.state == "starting":
            return ""
        if state.muted:
            return self.tr("The microphone is off; typing works.")
        if state.mode == "off" or missing:
            return self.tr("No microphone; type your question or drop a sound file here.")
        if state.state == "ready":
            key = QKeySequence(self._context.settings.shortcuts.get("push_to_talk", ""))
            name = key.toString(QKeySequence.SequenceFormat.NativeText)
            if self._context.settings.audio.mode == "hands-free":
                return self.tr("Just speak.")
            return (
                self.tr("Hold {0} or the button to talk.").format(name) if name else self.tr("Hold the button to talk.")
            )
        if state.state == "speaking" and self._context.settings.audio.mode == "hands-free":
            return self.tr("Speak to interrupt.")
        return ""

    def _choose_mode(self, hands_free: bool) -> None:
        settings = self._context.settings
        audio = settings.audio.model_copy(update={"mode": "hands-free" if hands_free else "push-to-talk"})
        self._context.change(settings.model_copy(update={"audio": audio}))
