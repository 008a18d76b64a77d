"""`cslm eval` and `cslm bench` hand over to a process of the trainer's, and that tells its errors in one sentence."""

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

    def __init__(self, command: list[str], **_: Any) -> None:
        FakeChild.calls.append(command)

    def wait(self) -> int:
        return FakeChild.code


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> type[FakeChild]:
    FakeChild.calls, FakeChild.code = [], 0
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


def test_the_options_of_both_sides_fit(child: type[FakeChild], capsys: pytest.CaptureFixture[str]) -> None:
    """Every option that the command line hands over is one that the evaluation takes: the pack is what it lacks."""
    run("eval", "--pack", "nowhere", "--whisper", "base", "--limit", "1", "--only", "asr", "--temperature", "0.5",
        "--keep", "k", "--fresh", "--into-pack", "--threads", "1", "--json", "--testset", "t")  # fmt: skip
    run("bench", "--pack", "nowhere", "--threads", "1", "--testset", "t", "--smollm2", "s", "--piper", "p", "--json")
    for command in child.calls:
        with pytest.raises(SystemExit) as caught:
            evaluation(command[3:])
        assert caught.value.code == 2
        assert "nowhere" in capsys.readouterr().err
