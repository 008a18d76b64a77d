"""The commands that talk with the engine, with stand-ins for the components in a real engine process."""

import functools
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

import app.engine
from app.cli import main
from cslm_core.audio import write_wav
from cslm_core.engine.client import EngineClient
from tests.fakes import make_pack, speech

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    make_pack(tmp_path / "packs" / "fake")
    monkeypatch.setenv("CSLM_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("CSLM_ASSETS", str(tmp_path / "assets"))
    monkeypatch.setenv("CSLM_LOGS", str(tmp_path / "logs"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(app.engine, "EngineClient", functools.partial(EngineClient, imports=("tests.fake_engine",)))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(list(arguments))
        except SystemExit as error:
            code = int(error.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    write_wav(tmp_path / "question.wav", speech(1.0), 16_000)
    write_wav(tmp_path / "silence.wav", np.zeros(16_000, np.float32), 16_000)
    return run


def test_asking_a_file_shows_what_was_heard_and_writes_the_reply(run: Run) -> None:
    code, out, _ = run("ask", "question.wav", "--out", "reply.wav")
    assert code == 0
    assert "units" in out
    assert "reply" in out
    pcm, rate = soundfile.read("reply.wav")
    assert rate == 24_000
    assert len(pcm) == int(40 * 0.08 * 24_000)


def test_several_files_and_texts_are_turns(run: Run) -> None:
    code, out, _ = run("ask", "question.wav", "--text", "你好", "-o", "reply.wav", "--json")
    assert code == 0
    lines = [json.loads(line) for line in out.splitlines()]
    turns = [line for line in lines if line["is"] == "done"]
    assert [turn["text"].startswith("reply to") for turn in turns] == [True, True]
    assert turns[1]["text"] == "reply to 你好"
    assert Path("reply-1.wav").is_file()
    assert Path("reply-2.wav").is_file()
    assert all("pcm" not in line for line in lines)


def test_asking_the_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(Path("question.wav").read_bytes())

    monkeypatch.setattr("sys.stdin", Stdin())
    code, out, _ = run("ask", "-", "--no-speech")
    assert code == 0
    assert "units" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "silence.wav"], "silent"),
        (["ask", "nothing.wav"], "does not exist"),
        (["ask"], "Nothing was asked"),
        (["ask", "question.wav", "--reply-language", "fr"], "does not know this language"),
        (["ask", "--text", "Привет"], "English and Mandarin"),
        (["transcribe", "silence.wav"], "silent"),
        (["translate", "hello", "--to", "fr"], "does not know this language"),
        (["speak", " "], "empty"),
        (["talk"], "no spoken questions"),
        (["ask", "question.wav", "--pack", "other"], "no pack 'other'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, arguments: list[str], words: str) -> None:
    code, _, error = run(*arguments)
    assert code == 2
    assert words in error
    assert "Traceback" not in error


def test_the_parts_on_their_own(run: Run) -> None:
    code, out, _ = run("transcribe", "question.wav", "--json")
    assert code == 0
    assert json.loads(out)["text"].endswith("units")
    code, out, _ = run("translate", "hello", "--to", "zh")
    assert out.strip() == "hello in zh"
    code, _, _ = run("speak", "one two", "--language", "en", "-o", "said.wav")
    assert code == 0
    assert soundfile.info("said.wav").frames == int(40 * 0.08 * 24_000)


def test_talk_asks_the_questions_that_come_along(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "assets" / "questions"
    folder.mkdir(parents=True)
    write_wav(folder / "capital.en.wav", speech(1.0), 16_000)
    write_wav(folder / "weather.zh.wav", speech(1.5), 16_000)
    code, out, _ = run("talk")
    assert code == 0
    assert "Where the time went" in out
    assert "first sound" in out
    assert {path.name for path in (tmp_path / "talk-replies").iterdir()} == {"capital.en.wav", "weather.zh.wav"}
    code, out, _ = run("talk", "--json", "--out", "other")
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[0]["is"] == "ready"
    assert sum(line["is"] == "written" for line in lines) == 2


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_in_the_middle_of_a_reply_leaves_no_file_and_no_process(run: Run, tmp_path: Path) -> None:
    program = (
        "import functools, signal, app.engine\n"
        "from cslm_core.engine.client import EngineClient\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "app.engine.EngineClient = functools.partial(EngineClient, imports=('tests.fake_engine',))\n"
        "from app.cli import main\n"
        "main(['ask', '--text', 'endless', '--json', '--out', 'never.wav'])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=10)
    assert process.returncode == 130
    assert b"Traceback" not in error
    assert not (tmp_path / "never.wav").exists()
