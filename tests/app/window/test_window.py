"""The window over a scripted session: what it shows and what it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from app.session.notices import DeviceNotice, PackLoading, PackReady, Problem, ProblemSolved, StateChanged
from app.window.statusline import state_word
from tests.app.window.conftest import Desk
from tests.app.window.fakes import PACK


def test_a_typed_question_is_asked_and_answered(desk: Desk) -> None:
    field = desk.window.panel.composer.field
    desk.qtbot.keyClicks(field, "Why is the sky blue?")
    desk.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.called("ask_text") == [("Why is the sky blue?",)]
    assert field.toPlainText() == ""
    desk.settle()
    view = desk.window.panel.view
    assert [widget.turn.question for widget in view.turns] == ["Why is the sky blue?"]
    assert view.isVisible()
    turn = view.turns[0].turn
    turn = desk.session.write(turn, "Because of the air.", 1.5)
    turn = desk.session.finish(turn)
    desk.settle()
    assert view.turns[0].turn.reply == "Because of the air."
    assert "Because of the air." in view.turns[0].accessibleName()


def test_an_empty_question_is_not_asked(desk: Desk) -> None:
    composer = desk.window.panel.composer
    assert not composer.ask_button.isEnabled()
    desk.qtbot.keyClick(composer.field, Qt.Key.Key_Return)
    assert desk.called("ask_text") == []


def test_shift_and_enter_begin_a_line_and_the_field_grows(desk: Desk) -> None:
    field = desk.window.panel.composer.field
    before = field.height()
    desk.qtbot.keyClicks(field, "one")
    desk.qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    desk.qtbot.keyClicks(field, "two")
    assert field.toPlainText() == "one\ntwo"
    assert field.height() > before


def test_the_state_is_said_in_a_word(desk: Desk) -> None:
    status = desk.window.panel.composer.status
    assert status.word.text() == "Ready"
    for state, word in (("listening", "Listening"), ("thinking", "Thinking"), ("speaking", "Speaking")):
        desk.session.tell(state)  # type: ignore[arg-type]
        desk.settle()
        assert status.word.text() == word
    desk.session.tell("ready")
    desk.session.set_muted(True)
    desk.settle()
    assert status.word.text() == "Muted"
    assert desk.window.panel.composer.mute.isChecked()


@pytest.mark.parametrize("muted", [False, True])
def test_every_state_has_its_own_word(muted: bool) -> None:
    states = ("starting", "listening", "thinking", "speaking", "paused", "failed")
    words = {state_word(StateChanged(state, muted, "hands-free")) for state in states}  # type: ignore[arg-type]
    assert len(words) == len(states)


def test_the_level_moves_the_meter(desk: Desk) -> None:
    meter = desk.window.panel.composer.status.meter
    assert meter.fraction == 0
    desk.session.level(-12.0)
    desk.settle()
    assert meter.fraction == pytest.approx(0.8)


def test_talk_by_holding_the_button_and_by_a_tap(desk: Desk) -> None:
    talk = desk.window.panel.composer.talk
    desk.qtbot.mousePress(talk, Qt.MouseButton.LeftButton)
    desk.qtbot.wait(350)
    desk.qtbot.mouseRelease(talk, Qt.MouseButton.LeftButton)
    assert desk.called("press") == [(True,), (False,)]
    desk.session.calls.clear()
    desk.qtbot.mouseClick(talk, Qt.MouseButton.LeftButton)
    assert desk.called("press") == [(True,)]
    assert talk.accessibleName() == "End the question"
    desk.qtbot.mouseClick(talk, Qt.MouseButton.LeftButton)
    assert desk.called("press") == [(True,), (False,)]


@pytest.mark.parametrize("how", ["stop", "type", "mute"])
def test_a_latched_button_is_let_go_by_whatever_ends_the_question(desk: Desk, how: str) -> None:
    composer = desk.window.panel.composer
    desk.qtbot.mouseClick(composer.talk, Qt.MouseButton.LeftButton)
    desk.settle()
    assert composer.talk.talking
    if how == "stop":
        desk.qtbot.mouseClick(composer.stop, Qt.MouseButton.LeftButton)
    elif how == "type":
        composer.field.setPlainText("Why?")
        composer.ask()
    else:
        desk.session.set_muted(True)
    desk.settle()
    assert not composer.talk.talking
    assert composer.talk.accessibleName() == "Talk"
    if how == "mute":
        desk.session.set_muted(False)
        desk.settle()
    desk.session.calls.clear()
    desk.qtbot.mouseClick(composer.talk, Qt.MouseButton.LeftButton)
    assert desk.called("press") == [(True,)]


def test_a_button_that_is_held_while_something_else_ends_the_question_does_not_latch(desk: Desk) -> None:
    talk = desk.window.panel.composer.talk
    desk.qtbot.mousePress(talk, Qt.MouseButton.LeftButton)
    desk.settle()
    desk.session.tell("ready")
    desk.settle()
    desk.qtbot.mouseRelease(talk, Qt.MouseButton.LeftButton)
    assert talk.accessibleName() == "Talk"
    assert desk.called("press") == [(True,)]


def test_the_button_while_muted_says_so_and_does_not_latch(desk: Desk) -> None:
    desk.session.set_muted(True)
    desk.settle()
    talk = desk.window.panel.composer.talk
    assert "muted" in talk.toolTip()
    desk.qtbot.mouseClick(talk, Qt.MouseButton.LeftButton)
    assert desk.called("press") == [(True,), (False,)]
    assert not talk.talking
    assert talk.accessibleName() == "Talk"
    desk.settle()
    assert desk.context.bridge.problems["command"].sentence.startswith("The microphone is muted")


def test_the_keys_talk_stop_mute_and_begin_anew(desk: Desk) -> None:
    window = desk.window
    with desk.qtbot.waitActive(window):
        window.activateWindow()
    field = window.panel.composer.field
    desk.qtbot.keyPress(field, Qt.Key.Key_F9)
    assert desk.called("press") == [(True,)]
    desk.qtbot.keyRelease(field, Qt.Key.Key_F9)
    assert desk.called("press") == [(True,), (False,)]
    desk.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert desk.called("stop") == [()]
    desk.qtbot.keyClick(field, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert desk.session.muted
    desk.qtbot.keyClick(field, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert desk.called("new_conversation") == [(False,)]


def test_escape_closes_a_menu_before_it_stops(desk: Desk) -> None:
    with desk.qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    menu = desk.window.sidebar.menu_of(desk.context.store.conversation(desk.session.conversation))
    menu.popup(desk.window.mapToGlobal(QPoint(60, 60)))
    desk.qtbot.waitUntil(menu.isVisible)
    desk.qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert desk.called("stop") == []
    assert QApplication.activePopupWidget() is None


def test_other_keys_are_taken_when_the_settings_change(desk: Desk) -> None:
    settings = desk.context.settings
    desk.context.change(settings.model_copy(update={"shortcuts": {**settings.shortcuts, "mute": "Ctrl+U"}}))
    field = desk.window.panel.composer.field
    desk.qtbot.keyClick(field, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert not desk.session.muted
    desk.qtbot.keyClick(field, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    assert desk.session.muted


def test_a_sound_file_that_is_dropped_is_asked(desk: Desk, tmp_path: Path) -> None:
    for name, asked in (("notes.txt", 0), ("question.flac", 1)):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        drop = QDropEvent(
            QPointF(400, 300),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        desk.window.dropEvent(drop)
        assert len(desk.called("ask_file")) == asked
    assert desk.called("ask_file") == [(tmp_path / "question.flac",)]


def test_of_several_files_that_are_dropped_one_is_asked_and_that_is_told(desk: Desk, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("first.wav", "notes.txt", "second.wav")])
    drop = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk.window.dropEvent(drop)
    assert desk.called("ask_file") == [(tmp_path / "first.wav",)]
    assert "One file is asked at a time, now first.wav" in desk.window.panel.banners.news


def test_the_languages_are_two_switches(desk: Desk) -> None:
    header = desk.window.panel.header
    assert [header.input.itemData(row) for row in range(header.input.count())] == ["auto", "en", "zh"]
    header.reply.setCurrentIndex(header.reply.findData("zh"))
    assert desk.context.settings.conversing.reply_language == "zh"
    assert desk.context.settings.conversing.input_language == "auto"
    header.input.setCurrentIndex(header.input.findData("en"))
    assert desk.context.settings.conversing.input_language == "en"
    assert desk.context.settings.conversing.reply_language == "zh"
    desk.settle()
    assert desk.saved[-1] == desk.context.settings
    assert desk.called("apply")[-1] == (desk.context.settings,)


def test_a_chosen_language_that_the_pack_lacks_is_shown_as_such(desk: Desk) -> None:
    conversing = desk.context.settings.conversing.model_copy(update={"input_language": "es"})
    desk.context.change(desk.context.settings.model_copy(update={"conversing": conversing}))
    desk.settle()
    header = desk.window.panel.header
    assert header.input.currentData() == "es"
    assert header.input.currentText() == "Español (not in this pack: Any language)"


def test_loading_shows_how_far_it_is(desk: Desk) -> None:
    header = desk.window.panel.header
    assert header.progress.isHidden()
    desk.session.post(PackLoading(0.4, "lm"))
    desk.settle()
    assert header.progress.value() == 400
    assert header.detail.text() == "Loading the language model…"
    desk.session.post(PackReady(PACK, {}))
    desk.settle()
    assert header.progress.isHidden()
    assert header.pack.text() == "Starter pack"


def test_a_pack_that_cannot_be_loaded_is_said_at_the_top(desk: Desk) -> None:
    header = desk.window.panel.header
    desk.session.post(PackLoading(0.4, "lm"))
    desk.session.tell("failed")
    desk.settle()
    assert header.progress.isHidden()
    assert header.pack.text() == "No pack is loaded"
    assert header.detail.text() == ""
    desk.session.post(PackLoading(0.1, "lm"))
    desk.settle()
    assert not header.progress.isHidden()
    assert header.pack.text() == "Getting ready"


def _button(desk: Desk, text: str) -> QPushButton:
    buttons = desk.window.panel.banners.findChildren(QPushButton)
    return next(button for button in buttons if button.text() == text and not button.isHidden())


def test_a_problem_stands_until_it_is_solved_and_has_a_button(desk: Desk) -> None:
    desk.session.post(Problem("engine", "The engine has ended; start it again.", "restart-engine"))
    desk.settle()
    desk.qtbot.mouseClick(_button(desk, "Restart the engine"), Qt.MouseButton.LeftButton)
    assert desk.called("restart_engine") == [()]
    desk.session.post(ProblemSolved("engine"))
    desk.settle()
    assert desk.context.bridge.problems == {}
    assert not [button for button in desk.window.panel.banners.findChildren(QPushButton) if not button.isHidden()]


def test_a_change_of_device_is_told(desk: Desk) -> None:
    desk.session.post(DeviceNotice("loudspeaker", "Headphones", "Headphones are used now."))
    desk.settle()
    assert desk.window.panel.banners.news == "Headphones are used now."


def test_without_a_microphone_it_says_how_to_ask(desk: Desk) -> None:
    desk.session.post(DeviceNotice("microphone", "", "There is no microphone."))
    desk.settle()
    assert "type your question" in desk.window.panel.composer.status.hint.text()


def test_hands_free_is_a_switch(desk: Desk) -> None:
    mode = desk.window.panel.composer.status.mode
    assert mode.isChecked()
    desk.qtbot.mouseClick(mode, Qt.MouseButton.LeftButton)
    assert desk.context.settings.audio.mode == "push-to-talk"
    desk.settle()
    assert "F9" in desk.window.panel.composer.status.hint.text()


def test_a_new_conversation_offers_questions_in_the_languages_of_the_pack(desk: Desk) -> None:
    buttons = desk.window.panel.welcome.findChildren(QPushButton)
    assert len(buttons) >= 2
    desk.qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert desk.called("ask_text") == [(buttons[0].text(),)]
