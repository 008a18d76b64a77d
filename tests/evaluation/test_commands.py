"""`cslm eval` and `cslm bench` hand over to a process of the trainer's, and that tells its errors in one sentence."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli import main as cslm
from app.commands.evaluation import flags
from trainer.evaluation.__main__ import main as evaluation


class FakeChild:
    calls: list[list[str]]
    code = 0
    waits: list[type[BaseException] | None]
    """What comes of each wait; nothing: it ends."""
    signals: list[int]

    def __init__(self, command: list[str], **_: Any) -> None:
        FakeChild.calls.append(command)

    def wait(self, timeout: float | None = None) -> int:
        problem = FakeChild.waits.pop(0) if FakeChild.waits else None
        if problem is subprocess.TimeoutExpired:
            assert timeout
            raise subprocess.TimeoutExpired("evaluation", timeout)
        if problem is not None:
            raise problem
        return FakeChild.code

    def send_signal(self, number: int) -> None:
        FakeChild.signals.append(number)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> type[FakeChild]:
    FakeChild.calls, FakeChild.code, FakeChild.waits, FakeChild.signals = [], 0, [], []
    monkeypatch.setattr(subprocess, "Popen", FakeChild)
    return FakeChild


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cslm(list(arguments))
    return int(caught.value.code or 0)


def test_flags() -> None:
    given = flags(pack=None, limit=3, no_similarity=True, fresh=False, out=Path("x.json"))
    assert given == ["--limit", "3", "--no-similarity", "--out", "x.json"]
    assert flags(only=["asr", "tts"], limit=None) == ["--only", "asr", "--only", "tts"]


def test_eval_and_bench_start_the_evaluation(child: type[FakeChild]) -> None:
    assert run("eval", "--pack", "tiny", "--no-similarity", "--json") == 0
    assert run("bench", "--limit", "2", "--whisper", "base") == 0
    first, second = child.calls
    assert first[:4] == [sys.executable, "-m", "trainer.evaluation", "run"]
    assert {"--pack", "tiny", "--no-similarity", "--json"} <= set(first)
    assert second[3] == "bench"
    child.code = 2
    assert run("eval") == 2
    child.code = -15
    assert run("eval") == 1


def test_ctrl_c_is_told_once(child: type[FakeChild]) -> None:
    child.code = 130
    child.waits = [KeyboardInterrupt]  # in a terminal the child hears it, too, and ends
    assert run("eval") == 130
    assert child.signals == []
    child.waits = [KeyboardInterrupt, subprocess.TimeoutExpired]  # only this process was told
    assert run("eval") == 130
    assert child.signals == [signal.SIGINT]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--pack", "nowhere"], "nowhere"),
        (["testset", "--kokoro", "x", "--out", "y"], "--whisper"),
        (["subset", "--testset", "nowhere", "--out", "y"], "nowhere"),
    ],
)
def test_an_error_is_one_sentence(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        evaluation(arguments)
    assert caught.value.code == 2
    printed = capsys.readouterr().err
    assert words in printed
    assert printed.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--seed", "-1"], "The seed -1 cannot be used"),
        (["bench", "--seed", str(2**63)], "cannot be used"),
        (["run", "--temperature", "nan"], "The temperature nan cannot be used"),
        (["run", "--beam", "0"], "a beam is a whole number from 1 on"),
    ],
)
def test_what_no_reply_can_be_drawn_with_is_refused_at_once(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        evaluation([*arguments, "--pack", "nowhere"])
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


def test_the_options_of_both_sides_fit(child: type[FakeChild], capsys: pytest.CaptureFixture[str]) -> None:
    """Every option that the command line hands over is one that the evaluation takes: the pack is what it lacks."""
    run("eval", "--pack", "nowhere", "--whisper", "base", "--limit", "1", "--only", "asr", "--temperature", "0.5",
        "--beam", "5", "--keep", "k", "--fresh", "--into-pack", "--threads", "1", "--json",
        "--testset", "t")  # fmt: skip
    run("bench", "--pack", "nowhere", "--threads", "1", "--testset", "t", "--smollm2", "s", "--piper", "p", "--json")
    for command in child.calls:
        with pytest.raises(SystemExit) as caught:
            evaluation(command[3:])
        assert caught.value.code == 2
        assert "nowhere" in capsys.readouterr().err
