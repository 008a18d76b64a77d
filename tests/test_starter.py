"""End to end on the embedded starter pack: a spoken question in, what was heard, text and sound out."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cslm_core.assets import assets_folder
from cslm_core.audio import read_audio
from cslm_core.chat import Chat
from cslm_core.events import Audio, Heard, TextDelta, TurnDone, TurnFailed
from cslm_core.pack import Pack, open_pack
from cslm_core.packs.manifest import read_manifest
from cslm_core.packs.store import PackStore

FOLDER = PackStore(user_folder=assets_folder() / "none").find("starter").folder  # the newest that comes along
QUESTIONS = assets_folder() / "questions"
LARGEST = 170_000_000


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


@pytest.mark.parametrize(("name", "language"), [("en-1-brazil.flac", "en"), ("zh-2-rain.flac", "zh")])
def test_a_spoken_question_is_answered_aloud(chat: Chat, name: str, language: str) -> None:
    events = list(chat.ask(read_audio(QUESTIONS / name)))
    assert isinstance(events[-1], TurnDone), events[-1]
    heard = next(e for e in events if isinstance(e, Heard))
    assert heard.language == language
    assert heard.text.strip()
    assert "".join(e.text for e in events if isinstance(e, TextDelta)).strip()
    sound = np.concatenate([e.samples for e in events if isinstance(e, Audio)])
    assert np.isfinite(sound).all()
    assert len(sound) > 12_000  # half a second
    assert np.sqrt(np.mean(sound**2)) > 1e-3


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
