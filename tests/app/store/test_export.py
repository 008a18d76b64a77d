"""Conversations as files."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.store.model import Chunk, Conversation
from app.store.store import Store
from cslm_core.errors import CslmError


@pytest.fixture
def store() -> Store:
    return Store(None)


@pytest.fixture
def conversation(store: Store) -> Conversation:
    made = store.create('Rain: "why"? a/b')
    first = store.new_turn(made.id, "spoken", question="What is *rain*?", question_language="en")
    store.save(
        dataclasses.replace(
            first, misheard="What is Spain?", chunks=(Chunk("雨是水。"),), reply_language="zh", state="done"
        )
    )
    store.add_sound(first.id, "question", np.full(16_000, 0.1, np.float32), 16_000)
    store.add_sound(first.id, "reply", np.full(24_000, 0.2, np.float32), 24_000)
    second = store.new_turn(made.id, "typed", question="And\n# snow?")
    store.save(dataclasses.replace(second, state="interrupted", heard_seconds=0.5, problem="It ended."))
    store.add_sound(second.id, "reply", np.full(48_000, 0.3, np.float32), 24_000)
    return made


def test_markdown(store: Store, conversation: Conversation, tmp_path: Path) -> None:
    path = store.export(conversation.id, tmp_path / "talk.md", "markdown")
    text = path.read_text(encoding="utf-8")
    assert text.startswith('# Rain: "why"? a/b\n')
    assert "> What is \\*rain\\*?" in text
    assert "> 雨是水。" in text
    assert "heard as: What is Spain?" in text
    assert "> And\n> \\# snow?" in text
    assert "*(interrupted)*" in text
    assert "It ended." in text


def test_json(store: Store, conversation: Conversation, tmp_path: Path) -> None:
    path = store.export(conversation.id, tmp_path / "talk.json", "json")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["format"] == "cslm-conversation"
    assert [turn["question"] for turn in document["turns"]] == ["What is *rain*?", "And\n# snow?"]
    assert document["turns"][0]["chunks"] == [{"text": "雨是水。", "start": 0.0, "seconds": 0.0}]
    assert document["turns"][1]["heard_seconds"] == 0.5


def test_wav(store: Store, conversation: Conversation, tmp_path: Path) -> None:
    path = store.export(conversation.id, tmp_path / "talk.wav", "wav")
    pcm, rate = soundfile.read(path)
    assert rate == 24_000
    # question, pause, reply, pause, what was heard of the second reply (its question was typed)
    assert pcm.shape[0] / rate == pytest.approx(1 + 0.4 + 1 + 0.9 + 0.5, abs=0.01)
    assert pcm[round(1.2 * rate)] == 0.0
    assert pcm[-100] == pytest.approx(0.3, abs=1e-3)
    assert [file.name for file in tmp_path.iterdir()] == ["talk.wav"]


def test_names_are_made_of_the_title(store: Store, conversation: Conversation, tmp_path: Path) -> None:
    first = store.export(conversation.id, tmp_path, "markdown")
    second = store.export(conversation.id, tmp_path, "markdown")
    assert first.name == f"{conversation.created:%Y-%m-%d} Rain why a b.md"
    assert second.name == f"{conversation.created:%Y-%m-%d} Rain why a b (2).md"


def test_there_may_be_nothing_to_write(store: Store, tmp_path: Path) -> None:
    empty = store.create()
    with pytest.raises(CslmError, match="nothing in this conversation"):
        store.export(empty.id, tmp_path, "json")
    store.new_turn(empty.id, "typed", question="no sound")
    with pytest.raises(CslmError, match="No sound"):
        store.export(empty.id, tmp_path, "wav")
    with pytest.raises(CslmError, match="could not be written"):
        store.export(empty.id, tmp_path / "missing" / "x.md", "markdown")
    with pytest.raises(CslmError, match="could not be written"):
        store.export(empty.id, tmp_path / "missing" / "x.wav", "wav")
    assert list(tmp_path.iterdir()) == []
