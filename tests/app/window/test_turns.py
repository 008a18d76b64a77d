"""Turns on the screen: chunks as they come, the spoken word, playing from a word, correcting; and speed."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from app.session.notices import ConversationOpened
from app.store.model import Chunk, Conversation, Turn, Waterfall
from app.window.conversation.turnwidget import TurnWidget
from app.window.conversation.wording import question_caption, reply_caption, unheard_from
from tests.app.window.conftest import Desk
from tests.app.window.fakes import make_turn


def _answered(desk: Desk, **values: object) -> TurnWidget:
    chunks = [("The capital of Brazil", 1.2), (" is Brasilia.", 0.9)]
    turn = desk.session.answer("What is the capital of Brazil?", chunks, **values)
    desk.settle()
    widget = desk.window.panel.view.widget_of(turn.id)
    assert widget is not None
    return widget


def _at(widget: TurnWidget, chunk: int, word: int) -> QPoint:
    rect = widget.word_rect(chunk, word)
    assert rect is not None
    return rect.center().toPoint()


def test_chunks_appear_as_they_come(desk: Desk) -> None:
    turn = desk.session.heard("Why?")
    desk.settle()
    widget = desk.window.panel.view.widget_of(turn.id)
    assert widget is not None
    assert widget.waiting
    place = widget.place
    assert place is not None
    assert place.reply_bubble.height() > 0
    turn = desk.session.write(turn, "Because")
    turn = desk.session.write(turn, " of", new=False)
    desk.settle()
    assert not widget.waiting
    assert widget.place is not None
    assert len(widget.place.reply.marks) == 0
    turn = desk.session.write(turn, " the air.", 1.0, new=False)
    desk.session.write(turn, " That is all.", 0.8)
    desk.settle()
    assert [mark.chunk for mark in widget.place.reply.marks if widget.place] == [0, 1]
    assert widget.turn.reply == "Because of the air. That is all."


def test_the_spoken_word_is_marked(desk: Desk) -> None:
    widget = _answered(desk)
    desk.session.speak(widget.turn, 0, 2)
    desk.settle()
    assert widget.look.spoken == (0, 2)
    desk.session.speak(widget.turn, 1, None)
    desk.settle()
    assert widget.look.spoken is None


def test_a_click_plays_from_a_word_or_a_chunk(desk: Desk) -> None:
    widget = _answered(desk)
    desk.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=_at(widget, 1, 1))
    assert desk.called("replay") == [(widget.turn.id, 1, 1)]
    assert widget.place is not None
    mark = widget.place.reply.marks[0].rect.translated(widget.place.reply_origin).center().toPoint()
    desk.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=mark)
    assert desk.called("replay")[-1] == (widget.turn.id, 0, None)


def test_the_keyboard_reaches_every_word(desk: Desk) -> None:
    widget = _answered(desk)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    desk.qtbot.keyClick(widget, Qt.Key.Key_Return)
    for _ in range(6):
        desk.qtbot.keyClick(widget, Qt.Key.Key_Right)
    desk.qtbot.keyClick(widget, Qt.Key.Key_Return)
    desk.qtbot.keyClick(widget, Qt.Key.Key_Left)
    desk.qtbot.keyClick(widget, Qt.Key.Key_Left)
    desk.qtbot.keyClick(widget, Qt.Key.Key_Space)
    number = widget.turn.id
    assert desk.called("replay") == [(number, None, None), (number, 1, 1), (number, 0, 3)]


def test_up_and_down_go_through_the_turns(desk: Desk) -> None:
    first = _answered(desk)
    second = _answered(desk)
    second.setFocus()
    desk.qtbot.keyClick(second, Qt.Key.Key_Up)
    assert first.hasFocus()
    desk.qtbot.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()


def test_tab_goes_from_the_turn_to_what_can_be_done_with_it(desk: Desk) -> None:
    _answered(desk)
    widget = _answered(desk)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    names = []
    for _ in range(6):
        desk.qtbot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
        names.append(desk.window.focusWidget().accessibleName())
    assert names == [
        "Play the answer again",
        "Play the question",
        "Copy question and answer",
        "Correct the question and ask again",
        "Ask again, also in another language",
        "Delete this turn",
    ]


def test_a_misheard_question_is_corrected(desk: Desk) -> None:
    widget = _answered(desk)
    height = widget.height()
    widget.setFocus()
    desk.qtbot.keyClick(widget, Qt.Key.Key_E)
    field = widget.findChild(QPlainTextEdit)
    assert field is not None
    assert field.toPlainText() == widget.turn.question
    assert widget.height() > height
    field.setPlainText("What is the capital of Peru?")
    desk.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.called("correct") == [(widget.turn.id, "What is the capital of Peru?")]
    assert widget.height() == height


def test_escape_gives_a_correction_up_and_stops_nothing(desk: Desk) -> None:
    widget = _answered(desk)
    with desk.qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    widget.edit()
    field = widget.findChild(QPlainTextEdit)
    assert field is not None
    desk.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert desk.called("stop") == []
    assert desk.called("correct") == []
    assert not field.isVisible()


def test_what_can_be_done_with_a_turn(desk: Desk) -> None:
    widget = _answered(desk)
    widget.setFocus()
    view = desk.window.panel.view
    actions = view.actions_bar
    actions.copy.click()
    assert QGuiApplication.clipboard().text() == f"{widget.turn.question}\n\n{widget.turn.reply}"
    actions.replay.click()
    actions.hear.click()
    actions.again.menu().aboutToShow.emit()
    languages = actions.again.menu().actions()
    assert [action.text() for action in languages] == ["In the language of the question", "In English", "In 中文"]
    languages[2].trigger()
    actions.delete.click()
    number = widget.turn.id
    assert desk.called("replay") == [(number, None, None)]
    assert desk.called("replay_question") == [(number,)]
    assert desk.called("again") == [(number, "zh")]
    assert desk.called("delete_turn") == [(number,)]
    desk.settle()
    assert view.widget_of(number) is None


def test_the_same_by_menu_and_by_key(desk: Desk) -> None:
    widget = _answered(desk, origin="typed")
    widget.setFocus()
    desk.qtbot.keyClick(widget, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert widget.turn.reply in QGuiApplication.clipboard().text()
    menu = desk.window.panel.view.actions_bar.menu()
    texts = [action.text() for action in menu.actions()]
    assert "Play the question" not in texts  # a typed question has no sound
    assert texts[-1] == "Delete this turn"
    menu.actions()[-1].trigger()
    assert desk.called("delete_turn") == [(widget.turn.id,)]
    menu.close()


def test_a_reply_in_the_wrong_language_is_marked_and_asked_again(desk: Desk) -> None:
    turn = desk.session.answer("Please say it in Chinese", [("No.", 0.5)], wanted_language="zh")
    desk.settle()
    widget = desk.window.panel.view.widget_of(turn.id)
    assert widget is not None
    button = widget.findChild(QPushButton)
    assert button is not None
    assert button.text() == "Ask again in 中文"
    button.click()
    assert desk.called("again") == [(turn.id, "zh")]
    desk.session.change(replace(turn, reply_language="zh"))
    desk.settle()
    assert not [one for one in widget.findChildren(QPushButton) if one.isVisible()]


def test_a_turn_that_failed_says_why_and_can_be_tried_again(desk: Desk) -> None:
    turn = desk.session.answer("Why?", [], state="failed", problem="The engine stopped; ask again.")
    desk.settle()
    widget = desk.window.panel.view.widget_of(turn.id)
    assert widget is not None
    assert "The engine stopped" in widget.accessibleName()
    widget.findChild(QPushButton).click()
    assert desk.called("again") == [(turn.id, "auto")]


@pytest.mark.parametrize(
    ("heard", "first"),
    [
        (None, None),
        (0.0, (0, 0)),
        (0.7, (0, 3)),
        (1.2, (1, 0)),
        (1.3, (1, 1)),
        (1.9, None),
        (9.0, None),
    ],
)
def test_what_was_not_heard_is_pale(heard: float | None, first: tuple[int, int] | None) -> None:
    assert unheard_from(make_turn(state="interrupted", heard_seconds=heard)) == first


def test_captions_say_how_and_in_which_language() -> None:
    turn = make_turn(origin="spoken", misheard="capital of resil", waterfall=Waterfall(played=0.87))
    caption = question_caption(turn)
    assert "English" in caption
    assert "spoken" in caption
    assert "capital of resil" in caption
    assert "2.1 s of speech" in reply_caption(turn, latency=False)
    assert "0.87" in reply_caption(turn, latency=True)


def test_waveforms_come_with_the_sound(desk: Desk) -> None:
    widget = _answered(desk)
    desk.window.grab()
    desk.settle()
    bars = desk.window.panel.view.waveforms.of(widget.turn)
    assert len(bars) == 2
    assert all(0 <= height <= 1 for chunk in bars for height in chunk)
    assert any(height > 0.3 for chunk in bars for height in chunk)


def _long(count: int) -> tuple[Turn, ...]:
    text = "The air scatters blue light more than red light, and so the sky looks blue. "
    chunks = tuple(Chunk(text, number * 4.0, 4.0) for number in range(4))
    return tuple(make_turn(number, 1, chunks=chunks) for number in range(1, count + 1))


def test_long_conversations_stay_fast(desk: Desk) -> None:
    turns = _long(300)
    head = Conversation(1, "Long", turns[0].asked, turns[0].asked)
    view = desk.window.panel.view
    begin = time.perf_counter()
    desk.session.post(ConversationOpened(head, turns))
    desk.qtbot.waitUntil(lambda: bool(view.turns))
    opened = time.perf_counter() - begin
    assert len(view.turns) < 150  # the earlier ones follow when there is time
    assert view.turns[-1].turn.id == 300
    assert sum(widget.fitted > 0 for widget in view.turns) < 150
    desk.qtbot.waitUntil(lambda: len(view.turns) == 300 and all(w.fitted for w in view.turns), timeout=30_000)
    assert [widget.turn.id for widget in view.turns] == list(range(1, 301))

    fits: list[int] = []
    for widget in view.turns:
        original = widget.fit

        def counted(width: int, widget: TurnWidget = widget, original: object = original) -> int:
            fits.append(widget.turn.id)
            return original(width)  # type: ignore[operator]

        widget.fit = counted  # type: ignore[method-assign]
    newest = turns[-1]
    slowest = 0.0
    for number in range(30):
        grown = replace(newest, chunks=(*newest.chunks, Chunk(" word" * (number + 1), 16.0, 0.0)))
        begin = time.perf_counter()
        view.show_turn(grown)
        slowest = max(slowest, time.perf_counter() - begin)
    assert set(fits) == {300}  # a turn that grows is laid out alone
    assert slowest < 0.1
    assert opened < 3.0
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()


def test_what_happens_to_turns_that_are_not_made_yet(desk: Desk) -> None:
    turns = _long(300)
    view = desk.window.panel.view
    view.show_turns(turns)
    assert view.widget_of(1) is None
    view.show_turn(replace(turns[0], question="Corrected?"))
    view.remove_turn(2)
    view.show_turn(make_turn(301, 1, chunks=turns[0].chunks))
    desk.qtbot.waitUntil(lambda: len(view.turns) == 300, timeout=30_000)
    assert [widget.turn.id for widget in view.turns] == [1, *range(3, 302)]
    assert view.turns[0].turn.question == "Corrected?"
    view.show_turns(turns)
    view.show_turns(())  # another conversation: of the one before nothing follows
    desk.qtbot.wait(50)
    assert not view.turns


def test_the_view_stays_where_the_user_reads(desk: Desk) -> None:
    turns = _long(40)
    desk.session.post(ConversationOpened(Conversation(1, "Long", turns[0].asked, turns[0].asked), turns))
    view = desk.window.panel.view
    desk.qtbot.waitUntil(lambda: len(view.turns) == 40 and all(widget.fitted for widget in view.turns))
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    top = view.turns[20].mapTo(view, QPoint(0, 0)).y()
    view.show_turn(replace(turns[-1], chunks=turns[-1].chunks * 3))
    view.show_turn(replace(turns[2], chunks=turns[2].chunks * 3))
    assert abs(view.turns[20].mapTo(view, QPoint(0, 0)).y() - top) <= 1
    view.to_end()
    assert bar.value() == bar.maximum()
