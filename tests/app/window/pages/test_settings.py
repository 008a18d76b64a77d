"""The page of the settings: every field, shown and changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QKeySequenceEdit, QSlider, QWidget
from pytestqt.qtbot import QtBot

from app.audio.lines import Device
from app.session.notices import DeviceNotice, LevelChanged, PackReady
from app.settings.model import Settings
from app.window.context import Context
from app.window.pages.fields import read_field, with_field
from app.window.pages.settings import SettingsPage
from app.window.pages.shortcuts import refusal
from cslm_core.events import PackInfo

PACK = PackInfo(
    name="small", version="1.0", title="Small", languages=["en", "zh"], listen_rate=16_000, speak_rate=24_000, digest=""
)


class RoomOfDevices:
    """Knows two microphones and a loudspeaker."""

    def devices(self) -> list[Device]:
        return [
            Device("microphone", "Desk", 48_000, 1, default=True),
            Device("microphone", "Headset", 16_000, 1),
            Device("loudspeaker", "Speakers", 48_000, 2, default=True, also=("Card: Codec (hw:0,0)",)),
            Device("loudspeaker", "Raw (hw:3,0)", 48_000, 2, offered=False),
        ]


@pytest.fixture
def page(context: Context, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(context)
    qtbot.addWidget(made)
    return made


def items(box: QComboBox) -> list[Any]:
    return [box.itemData(row) for row in range(box.count())]


def choose(box: QComboBox, value: Any) -> None:
    box.setCurrentIndex(box.findData(value))


def fields_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields_of(field.annotation, f"{name}.")
        elif prefix:
            yield f"{prefix}{name}"


def test_choices_are_applied_and_kept_at_once(
    page: SettingsPage, context: Context, recorder: Any, saved: list[Settings], qtbot: QtBot
) -> None:
    choose(page.mode, "push-to-talk")
    choose(page.theme, "dark")
    page.pause.setValue(1.1)
    page.sensitivity.setValue(80)
    page.muted.click()
    now = context.settings
    assert (now.audio.mode, now.appearance.theme, now.audio.pause) == ("push-to-talk", "dark", 1.1)
    assert (now.audio.sensitivity, now.audio.muted) == (0.8, True)
    assert recorder.named("apply")[-1] == (now,)
    qtbot.waitUntil(lambda: bool(saved) and saved[-1] == now)


def test_what_is_changed_elsewhere_is_shown(page: SettingsPage, context: Context) -> None:
    context.change(with_field(with_field(context.settings, "audio.pause", 2.0), "appearance.font_size", 14))
    assert page.pause.value() == 2.0
    assert page.font_size.value() == 14


def test_not_set_is_a_value(page: SettingsPage, context: Context) -> None:
    assert page.temperature.text() == "as the pack is best used"
    page.temperature.setValue(0.0)
    assert context.settings.conversing.temperature == 0.0
    page.temperature.setValue(page.temperature.minimum())
    assert context.settings.conversing.temperature is None
    page.font_size.stepUp()
    assert context.settings.appearance.font_size == 7
    page.font_size.stepDown()
    assert context.settings.appearance.font_size == 0


def test_devices_by_name_or_as_the_system(page: SettingsPage, context: Context, qtbot: QtBot) -> None:
    context.change(with_field(context.settings, "audio.microphone", "Gone"))
    context.open_room(RoomOfDevices())  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: items(page.devices.microphone) == ["", "Desk", "Headset", "Gone"])
    assert page.devices.microphone.itemText(0) == "Follow the system (Desk)"
    assert page.devices.microphone.currentText() == "Gone (not there)"
    choose(page.devices.microphone, "Headset")
    assert context.settings.audio.microphone == "Headset"
    context.bridge.post(DeviceNotice("microphone", "Desk"))
    qtbot.waitUntil(lambda: page.device_problem.sentence.text() == "Headset is not there; Desk is used.")


@pytest.mark.parametrize(
    ("wanted", "shown", "offered"),
    [
        ("", "Follow the system (Speakers)", ["", "Speakers"]),
        ("default", "Follow the system (Speakers)", ["default", "Speakers"]),
        ("Card: Codec (hw:1,0)", "Speakers", ["", "Card: Codec (hw:1,0)"]),
        ("Raw (hw:3,0)", "Raw (hw:3,0)", ["", "Speakers", "Raw (hw:3,0)"]),
    ],
)
def test_a_device_by_a_name_of_another_time_is_shown_as_what_it_is(
    page: SettingsPage, context: Context, qtbot: QtBot, wanted: str, shown: str, offered: list[str]
) -> None:
    context.change(with_field(context.settings, "audio.loudspeaker", wanted))
    context.open_room(RoomOfDevices())  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.devices.loudspeaker.currentText() == shown)
    assert items(page.devices.loudspeaker) == offered
    context.bridge.post(DeviceNotice("loudspeaker", "Raw (hw:3,0)" if wanted == "Raw (hw:3,0)" else "Speakers"))
    qtbot.waitUntil(lambda: "loudspeaker" in context.bridge.devices)
    assert page.device_problem.sentence.text() == ""
    context.change(with_field(context.settings, "audio.loudspeaker", ""))
    assert page.devices.loudspeaker.currentText() == "Follow the system (Speakers)"
    assert items(page.devices.loudspeaker) == ["", "Speakers"]


def test_the_level_is_beside_the_microphone(page: SettingsPage, context: Context, qtbot: QtBot) -> None:
    context.bridge.post(LevelChanged(-12.0, 0.9, False))
    qtbot.waitUntil(lambda: page.meter.fraction > 0.5)


def test_the_languages_are_those_of_the_pack(page: SettingsPage, context: Context, qtbot: QtBot) -> None:
    assert items(page.reply_language) == ["auto"]
    context.bridge.post(PackReady(PACK, {}))
    qtbot.waitUntil(lambda: items(page.reply_language) == ["auto", "en", "zh"])
    choose(page.reply_language, "zh")
    assert context.settings.conversing.reply_language == "zh"
    assert page.pack_name.text() == "Small 1.0"


def press(edit: QKeySequenceEdit, keys: str) -> None:
    edit.setKeySequence(QKeySequence(keys))
    edit.editingFinished.emit()


def test_a_key_is_changed_and_a_conflict_refused(page: SettingsPage, context: Context) -> None:
    press(page.shortcuts.edits["mute"], "Ctrl+Shift+M")
    assert context.settings.shortcuts["mute"] == "Ctrl+Shift+M"
    press(page.shortcuts.edits["new"], "Ctrl+Shift+M")
    assert context.settings.shortcuts["new"] == "Ctrl+N"
    assert page.shortcuts.edits["new"].keySequence() == QKeySequence("Ctrl+N")
    assert "taken by “Mute the microphone”" in page.shortcuts.outcome.sentence.text()
    press(page.shortcuts.edits["new"], "")
    assert context.settings.shortcuts["new"] == ""


@pytest.mark.parametrize("keys", ["A", "Shift+A", "Space", "Return", "Ctrl+C", "Ctrl+F", "Left", "F9"])
def test_keys_that_get_in_the_way(keys: str) -> None:
    assert refusal("mute", QKeySequence(keys), Settings().shortcuts)


@pytest.mark.parametrize("keys", ["", "F8", "Ctrl+M", "Alt+A", "Esc", "Ctrl+Space", "Meta+T"])
def test_keys_that_are_taken(keys: str) -> None:
    others = {name: written for name, written in Settings().shortcuts.items() if name not in ("stop",)}
    assert not refusal("mute", QKeySequence(keys), others)


def test_reset_asks_first(page: SettingsPage, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    page.pause.setValue(2.0)
    monkeypatch.setattr(page, "confirm", lambda question: False)
    page.reset.click()
    assert context.settings.audio.pause == 2.0
    monkeypatch.setattr(page, "confirm", lambda question: True)
    page.reset.click()
    assert context.settings == Settings()
    assert page.pause.value() == 0.6


def test_reset_keeps_the_choice_of_the_pack(
    page: SettingsPage, context: Context, recorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = with_field(Settings(), "conversing.pack", "small 1.0")
    context.change(with_field(chosen, "audio.pause", 2.0))
    asked: list[str] = []
    monkeypatch.setattr(page, "confirm", lambda question: asked.append(question) or True)
    page.reset.click()
    assert context.settings == chosen
    assert recorder.named("apply")[-1] == (chosen,)
    assert "the choice of the pack stay" in asked[0]


def test_every_control_has_a_name(page: SettingsPage) -> None:
    page.show()
    controls = [
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QAbstractSpinBox | QComboBox | QSlider | QKeySequenceEdit)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    assert len(controls) > 25
    assert [widget for widget in controls if not widget.accessibleName()
            and not (isinstance(widget, QAbstractButton) and widget.text())] == []  # fmt: skip


def test_every_field_can_be_read_and_written() -> None:
    for field in fields_of(Settings):
        value = read_field(Settings(), field)
        assert read_field(with_field(Settings(), field, value), field) == value
