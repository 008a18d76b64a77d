"""The program as a process: one at a time, ended well by Ctrl-C, without the model's libraries."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.support.instance import send

_CODE = """
import sys
import app.window.main as main
from cslm_core.errors import EngineError

def nothing(context):
    raise EngineError("Nothing is opened here; the window is enough.")

if sys.argv[1] == "bare":
    main.open_session = nothing
sys.exit(main.main([]))
"""


def _start(home: Path, how: str = "bare") -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "CSLM_HOME": str(home),
        "CSLM_PACKS": str(home / "packs"),
        "CSLM_ASSETS": str(home / "assets"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.Popen(
        [sys.executable, "-c", _CODE, how],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


def _wait_until_it_hears(home: Path) -> None:
    end = time.monotonic() + 60
    while not send("raise", home / "state"):
        assert time.monotonic() < end, "the program did not start"
        time.sleep(0.05)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_one_at_a_time_and_ended_by_ctrl_c(tmp_path: Path) -> None:
    first = _start(tmp_path)
    try:
        _wait_until_it_hears(tmp_path)
        second = _start(tmp_path)
        _, error = second.communicate(timeout=60)
        assert (second.returncode, error) == (0, "")
        assert first.poll() is None
        first.send_signal(signal.SIGINT)
        _, error = first.communicate(timeout=60)
        assert first.returncode == 0, error
        assert "Traceback" not in error
        assert not (tmp_path / "state" / "crash.log").exists()
        assert (tmp_path / "state" / "window.ini").exists()
    finally:
        first.kill()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_with_devices_and_engine_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    program = _start(tmp_path, "whole")
    try:
        _wait_until_it_hears(tmp_path)
        log = tmp_path / "log"
        end = time.monotonic() + 60
        while not list(log.glob("*")) and time.monotonic() < end:
            time.sleep(0.05)
        assert send("quit", tmp_path / "state")
        _, error = program.communicate(timeout=90)
        assert program.returncode == 0, error
        assert "Traceback" not in error
    finally:
        program.kill()


def test_the_window_loads_none_of_the_models_libraries() -> None:
    code = (
        "import sys, app.window.main, app.window.registry as registry, importlib\n"
        "import app.audio.audioroom, app.session.session, cslm_core.engine.client\n"
        "[importlib.import_module('app.window.pages.' + page.module) for page in registry.find_pages()]\n"
        "heavy = {'torch', 'transformers', 'ctranslate2', 'faster_whisper'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=Path(__file__).parents[3])
