"""The log of a session tells what happened and nothing of what was said."""

import logging
from datetime import UTC, datetime

import pytest

from app.session.notices import (
    DeviceNotice,
    LevelChanged,
    Notice,
    PackLoading,
    PackReady,
    Problem,
    ProblemSolved,
    StateChanged,
    TurnChanged,
)
from app.store.model import Chunk, Turn, Waterfall
from app.support.journal import noted
from cslm_core.events import PackInfo

SECRET = "xylophone"


def test_what_happened_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    turn = Turn(
        id=7,
        conversation=1,
        asked=datetime(2026, 5, 1, tzinfo=UTC),
        origin="spoken",
        state="done",
        question=SECRET,
        misheard=SECRET,
        question_language="en",
        reply_language="zh",
        chunks=(Chunk(SECRET),),
        problem=SECRET,
        waterfall=Waterfall(vad_hangover=0.6, played=1.25),
    )
    pack = PackInfo(
        name="starter",
        version="0.1",
        title="",
        languages=["en", "zh"],
        listen_rate=16_000,
        speak_rate=24_000,
        digest="",
    )
    notices: list[Notice] = [
        PackLoading(0.5, SECRET),
        PackReady(pack, {"lm": 1.5}),
        StateChanged("ready", muted=True, mode="hands-free"),
        DeviceNotice("microphone", "USB Audio", SECRET),
        LevelChanged(-20.0, 0.5, clipped=False),
        Problem("engine", SECRET, "restart-engine"),
        ProblemSolved("engine"),
        TurnChanged(turn),
        TurnChanged(turn),
    ]
    given: list[Notice] = []
    caplog.set_level(logging.INFO)
    observe = noted(given.append)
    for notice in notices:
        observe(notice)
    assert given == notices
    assert [record.getMessage() for record in caplog.records] == [
        "pack: starter 0.1, lm 1.50 s",
        "state: ready (muted), hands-free",
        "microphone: USB Audio",
        "problem: engine, remedy: restart-engine",
        "solved: engine",
        "turn 7: spoken, en to zh, done, 1 chunks; vad_hangover 0.600, played 1.250",
    ]
    assert SECRET not in caplog.text
