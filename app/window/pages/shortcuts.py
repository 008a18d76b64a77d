"""The editor of the keys: one field for each; a key that is taken or would get in the way of typing is refused.

Knows nothing of what the keys do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication, QKeyCombination, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QSizePolicy, QVBoxLayout, QWidget

from app.settings.model import Settings
from app.window.context import Context
from app.window.pages.parts import Form, Outcome

__all__ = ["SHORTCUTS", "ShortcutsEditor", "refusal", "shortcut_title"]

SHORTCUTS: Final = ("push_to_talk", "stop", "mute", "new")
_FIXED: Final = ("Ctrl+F", "Ctrl+L", "Ctrl+O", "Ctrl+Q", "F7")
_EDITING: Final = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
    QKeySequence.StandardKey.SelectAll,
)
_MOVING: Final = (
    Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Tab, Qt.Key.Key_Backtab,
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip


def shortcut_title(name: str) -> str:
    """What a shortcut does, in words."""
    return {
        "push_to_talk": QCoreApplication.translate("Shortcuts", "Push to talk"),
        "stop": QCoreApplication.translate("Shortcuts", "Stop speaking"),
        "mute": QCoreApplication.translate("Shortcuts", "Mute the microphone"),
        "new": QCoreApplication.translate("Shortcuts", "New conversation"),
    }.get(name, name)


def refusal(name: str, keys: QKeySequence, shortcuts: Mapping[str, str]) -> str:
    """Why `keys` cannot be the shortcut `name`, as a sentence; empty if they can."""
    if keys.isEmpty():
        return ""
    written = keys.toString(QKeySequence.SequenceFormat.NativeText)
    for other, taken in shortcuts.items():
        if other != name and QKeySequence(taken) == keys:
            sentence = QCoreApplication.translate("Shortcuts", "{0} is taken by “{1}”; choose another key.")
            return sentence.format(written, shortcut_title(other))
    if any(QKeySequence(fixed) == keys for fixed in _FIXED) or any(keys in _bindings(key) for key in _EDITING):
        sentence = QCoreApplication.translate(
            "Shortcuts", "{0} is used by the window or for editing text; choose another."
        )
        return sentence.format(written)
    combination: QKeyCombination = keys[0]  # type: ignore[index]
    plain = not combination.keyboardModifiers() & ~(
        Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    )
    if plain and (int(combination.key()) < int(Qt.Key.Key_Escape) or combination.key() in _MOVING):
        sentence = QCoreApplication.translate(
            "Shortcuts", "{0} is needed for typing; add Ctrl or Alt, or take an F key."
        )
        return sentence.format(written)
    return ""


def _bindings(key: QKeySequence.StandardKey) -> list[QKeySequence]:
    return QKeySequence.keyBindings(key)


class ShortcutsEditor(QWidget):
    refused = Signal(str)
    """A sentence"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        form = Form()
        layout.addLayout(form)
        self.edits: dict[str, QKeySequenceEdit] = {}
        for name in SHORTCUTS:
            edit = QKeySequenceEdit()
            edit.setMaximumSequenceLength(1)
            edit.setClearButtonEnabled(True)
            edit.setFixedWidth(240)
            edit.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            edit.editingFinished.connect(lambda name=name: self._edited(name))
            form.row(shortcut_title(name), edit)
            edit.setAccessibleDescription(self.tr("Press the keys; with none, there is no shortcut."))
            self.edits[name] = edit
        self.outcome = Outcome()
        layout.addWidget(self.outcome)
        context.settings_changed.connect(self._show)
        self._show(context.settings)

    def _show(self, settings: Settings) -> None:
        for name, edit in self.edits.items():
            with QSignalBlocker(edit):
                edit.setKeySequence(QKeySequence(settings.shortcuts.get(name, "")))

    def _edited(self, name: str) -> None:
        settings, keys = self._context.settings, self.edits[name].keySequence()
        written = keys.toString(QKeySequence.SequenceFormat.PortableText)
        if written == settings.shortcuts.get(name, ""):
            return
        sentence = refusal(name, keys, settings.shortcuts)
        if sentence:
            self.outcome.fail(sentence)
            self.refused.emit(sentence)
            self._show(settings)
            return
        self.outcome.tell("")
        shortcuts = {**settings.shortcuts, name: written}
        self._context.change(settings.model_copy(update={"shortcuts": shortcuts}))
