"""Messages survive the pipe, foreign bytes are refused, and what a program imports for them is light."""

import subprocess
import sys

import numpy as np
import pytest

from cslm_core.errors import EngineError
from cslm_core.events import (
    Ask,
    Audio,
    Cancel,
    Command,
    Continue,
    EngineFailed,
    Event,
    Exchange,
    Finish,
    Forget,
    Heard,
    Listen,
    Load,
    Loading,
    PackInfo,
    Pause,
    Ping,
    Played,
    Pong,
    Push,
    Ready,
    Recall,
    Recalled,
    Shutdown,
    Speak,
    TextDelta,
    Transcribe,
    Translate,
    TurnDone,
    TurnFailed,
    TurnStats,
    UnitsChunk,
    Unload,
    Unloaded,
    decode_command,
    decode_event,
    encode,
    from_bytes,
    to_bytes,
)

COMMANDS: list[Command] = [
    Load(folder="/packs/starter", number=3, threads=2),
    Ask(turn=1, pcm=b"\0" * 8),
    Ask(turn=2, text="你好", reply_language="en", temperature=0.5),
    Listen(turn=3),
    Push(turn=3, pcm=b""),
    Finish(turn=3),
    Cancel(turn=3),
    Pause(turn=3),
    Continue(turn=3),
    Played(turn=3, seconds=1.5),
    Transcribe(turn=4, pcm=b"\0\0\0\0"),
    Speak(turn=5, text="hello", language="en"),
    Translate(turn=6, text="hello", to="zh"),
    Forget(),
    Recall(turns=[Exchange(question="hi", language="en", reply="你好", reply_language="zh")], number=7),
    Ping(number=8),
    Unload(),
    Shutdown(),
]
INFO = PackInfo(
    name="a", version="1", title="A", languages=["en"], listen_rate=16_000, speak_rate=24_000, digest="0" * 64
)
EVENTS: list[Event] = [
    Loading(progress=0.5, what="lm"),
    Ready(pack=INFO, seconds={"total": 1.0}),
    Unloaded(),
    Recalled(kept=1, number=7),
    Pong(busy=0.5, number=8),
    EngineFailed(reason="No.", fatal=True),
    Heard(turn=1, text="你好", language="zh"),
    TextDelta(turn=1, chunk=0, text=" hello"),
    UnitsChunk(turn=1, chunk=0, units=[0, 4095]),
    Audio(turn=1, chunk=0, pcm=b"\0" * 96_000, rate=24_000),
    Audio(turn=1, chunk=2, pcm=b"\0" * 8, rate=24_000, starts=[(1, 0), (2, 1)]),
    TurnDone(turn=1, text="hello", language="en", stats=TurnStats(first_sound=0.5)),
    TurnFailed(turn=1, reason="No.", kind="silence"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_commands_come_back_as_they_were(command: Command) -> None:
    assert decode_command(encode(command)) == command


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_come_back_as_they_were(event: Event) -> None:
    assert decode_event(encode(event)) == event


@pytest.mark.parametrize("data", [b"", b"\x80", b"nonsense", b"\x81\xa2is\xa5other", encode(Forget())[:-1]])
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(EngineError):
        decode_command(data)
    with pytest.raises(EngineError):
        decode_event(data)


@pytest.mark.parametrize(("text", "sent"), [("a\ud800b", "a\ufffdb"), ("\ud83d\ude00", "\U0001f600")])
def test_half_a_character_is_replaced(text: str, sent: str) -> None:
    asked = decode_command(encode(Ask(turn=1, text=text, pcm=b"\0\xff\0\0")))
    assert asked == Ask(turn=1, text=sent, pcm=b"\0\xff\0\0")


def test_sound_as_bytes() -> None:
    pcm = np.linspace(-1, 1, 7, dtype=np.float32)
    assert (from_bytes(to_bytes(pcm)) == pcm).all()
    assert Audio(turn=1, chunk=0, pcm=to_bytes(np.zeros(24_000, np.float32)), rate=24_000).seconds == 1.0
    with pytest.raises(EngineError):
        from_bytes(b"\0\0\0")


@pytest.mark.parametrize(
    "module", ["app.cli", "app.engine", "cslm_core.events", "cslm_core.engine.client", "cslm_core.packs.registry"]
)
def test_what_a_program_imports_is_light(module: str) -> None:
    heavy = ("torch", "transformers", "ctranslate2", "onnxruntime", "faster_whisper", "tokenizers", "scipy")
    code = f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
