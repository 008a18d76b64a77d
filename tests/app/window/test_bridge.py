"""Notices on their way to the window: from any thread, in order, without those that are already out of date."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QApplication

from app.session.notices import (
    ConversationOpened,
    LevelChanged,
    Notice,
    PackLoading,
    PackReady,
    Problem,
    ProblemSolved,
    StateChanged,
    TurnChanged,
    WordSpoken,
)
from app.store.model import Conversation
from app.window.bridge import Bridge
from app.window.commands import Commands
from tests.app.window.fakes import PACK, make_turn


def _conversation(number: int = 1) -> Conversation:
    when = make_turn().asked
    return Conversation(number, "", when, when)


def _posted(bridge: Bridge, notices: list[Notice]) -> None:
    def post() -> None:
        for notice in notices:
            bridge.post(notice)

    thread = threading.Thread(target=post)
    thread.start()
    thread.join()
    QApplication.processEvents()


def test_signals_come_in_the_main_thread(qapp: QApplication) -> None:
    bridge = Bridge()
    threads: list[int] = []
    bridge.state_changed.connect(lambda _: threads.append(threading.get_ident()))
    _posted(bridge, [StateChanged("ready", False, "hands-free")])
    assert threads == [threading.get_ident()]
    assert bridge.state.state == "ready"


def test_only_the_newest_level_and_value_of_a_turn_arrive(qapp: QApplication) -> None:
    bridge = Bridge()
    levels: list[float] = []
    turns: list[str] = []
    bridge.level_changed.connect(lambda level: levels.append(level.dbfs))
    bridge.turn_changed.connect(lambda turn: turns.append(turn.question))
    notices: list[Notice] = [ConversationOpened(_conversation(), ())]
    for number in range(50):
        notices.append(LevelChanged(-float(number), 0.0, clipped=False))
        notices.append(TurnChanged(make_turn(1, question=str(number))))
    _posted(bridge, notices)
    assert levels == [-49.0]
    assert turns == ["49"]


def test_every_state_arrives_in_order(qapp: QApplication) -> None:
    bridge = Bridge()
    states: list[str] = []
    bridge.state_changed.connect(lambda state: states.append(state.state))
    wanted = ["ready", "listening", "thinking", "speaking", "ready"]
    _posted(bridge, [StateChanged(state, False, "hands-free") for state in wanted])  # type: ignore[arg-type]
    assert states == wanted


def test_a_turn_before_another_conversation_is_not_taken_for_one_after(qapp: QApplication) -> None:
    bridge = Bridge()
    events: list[str] = []
    bridge.conversation_opened.connect(lambda opened: events.append(f"opened {opened.conversation.id}"))
    bridge.turn_changed.connect(lambda turn: events.append(turn.question))
    _posted(
        bridge,
        [
            ConversationOpened(_conversation(1), ()),
            TurnChanged(make_turn(7, 1, question="before")),
            ConversationOpened(_conversation(2), ()),
            TurnChanged(make_turn(7, 1, question="late")),
            TurnChanged(make_turn(8, 2, question="after")),
            WordSpoken(8, 0, 0),
        ],
    )
    assert events == ["opened 1", "before", "opened 2", "after"]
    assert list(bridge.turns) == [8]


def test_problems_stand_by_their_key(qapp: QApplication) -> None:
    bridge = Bridge()
    _posted(bridge, [Problem("a", "one"), Problem("b", "two"), Problem("a", "three")])
    assert [problem.sentence for problem in bridge.problems.values()] == ["two", "three"]
    _posted(bridge, [ProblemSolved("b")])
    bridge.dismiss("a")
    assert bridge.problems == {}


def test_commands_wait_for_the_session() -> None:
    class Asked:
        def __init__(self) -> None:
            self.texts: list[str] = []

        def ask_text(self, text: str) -> None:
            self.texts.append(text)

    commands, session = Commands(), Asked()
    commands.ask_text("one")
    commands.ask_text("two")
    commands.attach(session)  # type: ignore[arg-type]
    commands.ask_text("three")
    assert session.texts == ["one", "two", "three"]


def test_a_load_that_fails_is_over_and_leaves_no_pack(qapp: QApplication) -> None:
    bridge = Bridge()
    lost: list[str] = []
    bridge.pack_lost.connect(lambda: lost.append(bridge.state.state))
    _posted(bridge, [PackReady(PACK, {}), PackLoading(0.0, "starting")])
    assert bridge.loading is not None
    _posted(bridge, [StateChanged("failed", False, "hands-free"), Problem("pack", "It is damaged.", "choose-pack")])
    assert (bridge.loading, bridge.pack, lost) == (None, None, ["failed"])


def test_an_engine_that_hangs_while_it_loads_keeps_nobody_from_another_pack(qapp: QApplication) -> None:
    bridge = Bridge()
    _posted(bridge, [PackLoading(0.3, "lm"), Problem("engine", "It does not answer.", "restart-engine")])
    assert bridge.loading is None
    _posted(bridge, [PackLoading(0.4, "lm"), PackReady(PACK, {})])  # it was only slow
    assert bridge.pack == PACK


def test_a_crash_leaves_the_pack_that_comes_back_with_the_engine(qapp: QApplication) -> None:
    bridge = Bridge()
    _posted(bridge, [PackReady(PACK, {}), StateChanged("failed", False, "hands-free")])
    assert bridge.pack == PACK
