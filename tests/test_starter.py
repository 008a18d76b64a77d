"""End to end on the embedded starter pack: a spoken question in, what was heard, text and sound out."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from cslm_core.assets import assets_folder
from cslm_core.audio import read_audio
from cslm_core.chat import Chat
from cslm_core.events import Audio, Heard, TextDelta, TurnDone, TurnEvent, TurnFailed
from cslm_core.pack import Pack, open_pack
from cslm_core.packs.manifest import read_manifest
from cslm_core.packs.store import PackStore
from trainer.dialogues import load_types
from trainer.evaluation.draw import facts_of
from trainer.evaluation.metrics import errors

FOLDER = PackStore(user_folder=assets_folder() / "none").find("starter").folder  # the newest that comes along
QUESTIONS = assets_folder() / "questions"
LARGEST = 170_000_000
SAID = {
    "en-1-brazil": ("en", "What city is Brazil's capital these days?"),
    "en-2-sky": ("en", "What's the reason the sky is blue?"),
    "en-3-museum": ("en", "What do you find inside a museum?"),
    "zh-1-minute": ("zh", "一分钟总共是几秒呀？"),
    "zh-2-rain": ("zh", "外面大雨，我们在度假，去哪儿？"),
    "zh-3-phone-abroad": ("zh", "在外国怎么保持上网？"),
}
"""What is said in the synthetic questions, all of them wordings that nobody was trained on."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack(FOLDER)


@pytest.fixture
def chat(pack: Pack) -> Iterator[Chat]:
    chat = Chat(pack)
    yield chat
    chat.close()


def test_the_pack_keeps_its_size() -> None:
    assert read_manifest(FOLDER).size <= LARGEST


class Turn(NamedTuple):
    events: list[TurnEvent]
    heard: str
    reply: str


@pytest.fixture(scope="module")
def turns(pack: Pack) -> dict[str, Turn]:
    """Each of the synthetic questions, asked in a conversation of its own."""
    found = {}
    for name in SAID:
        chat = Chat(pack)
        events = list(chat.ask(read_audio(QUESTIONS / f"{name}.flac")))
        chat.close()
        heard = [event.text for event in events if isinstance(event, Heard)]
        reply = "".join(event.text for event in events if isinstance(event, TextDelta))
        found[name] = Turn(events, heard[-1] if heard else "", reply)
    return found


@pytest.mark.parametrize("name", ["en-1-brazil", "zh-2-rain"])
def test_a_spoken_question_is_answered_aloud(turns: dict[str, Turn], name: str) -> None:
    events, _, reply = turns[name]
    assert isinstance(events[-1], TurnDone), events[-1]
    heard = next(e for e in events if isinstance(e, Heard))
    assert heard.language == SAID[name][0]
    assert heard.text.strip()
    assert reply.strip()
    sound = np.concatenate([e.samples for e in events if isinstance(e, Audio)])
    assert np.isfinite(sound).all()
    assert len(sound) > 12_000  # half a second
    assert np.sqrt(np.mean(sound**2)) > 1e-3


def test_what_is_asked_is_heard_and_answered(turns: dict[str, Turn]) -> None:
    """Far below what the pack can do (README), and far above what a model can that only talks."""
    wrong = {n: errors(text, turns[n].heard, language) for n, (language, text) in SAID.items()}
    half_right = [name for name, (edits, length) in wrong.items() if edits <= length / 2]
    assert len(half_right) >= len(SAID) / 2, {name: turn.heard for name, turn in turns.items()}
    types = load_types(assets_folder() / "dialogues" / "everyday")
    sensible = []
    for name, (language, text) in SAID.items():
        facts = facts_of(next(kind for kind in types if text in kind.test_questions[language]))
        if facts.sensible(turns[name].reply, language):
            sensible.append(name)
    assert sensible, {name: turn.reply for name, turn in turns.items()}


def test_silence_is_never_answered(chat: Chat) -> None:
    events = list(chat.ask(np.zeros(32_000, np.float32)))
    assert isinstance(events[-1], TurnFailed)
    assert not any(isinstance(e, TextDelta | Audio) for e in events)


def test_the_other_language_is_kept_to(chat: Chat) -> None:
    events = list(chat.ask(read_audio(QUESTIONS / "en-1-brazil.flac"), reply_language="zh"))
    text = "".join(e.text for e in events if isinstance(e, TextDelta))
    assert any("\u4e00" <= c <= "\u9fff" for c in text)
    assert not any(c.isascii() and c.isalpha() for c in text)


def test_the_questions_lie_where_the_demo_looks() -> None:
    assert len(list(Path(QUESTIONS).glob("*.flac"))) >= 7
