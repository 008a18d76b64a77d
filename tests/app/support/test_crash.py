"""What a program died of is shown once at the next start; what somebody said is not in it."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.support.crash import PREVIOUS_NAME, CrashLog
from app.support.logs import LOG_NAME, start_logging, without_message

_SETUP = """
import faulthandler, sys, threading
from pathlib import Path
from app.support.crash import CrashLog
crash = CrashLog(Path(sys.argv[1]))
crash.start()
print(repr(crash.previous_crash()), flush=True)
"""


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _SETUP + code, str(folder)], capture_output=True, text=True, timeout=120, check=False
    )


def previous(folder: Path) -> str | None:
    crash = CrashLog(folder)
    crash.start()
    text = crash.previous_crash()
    assert crash.previous_crash() is None
    crash.close()
    return text


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    """pytest has faulthandler enabled; a CrashLog in this process takes it over."""
    import faulthandler

    enabled = faulthandler.is_enabled()
    yield
    if enabled:
        faulthandler.enable()


def test_a_good_end_leaves_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "crash.close()")
    assert done.stdout == "None\n"
    assert list(tmp_path.iterdir()) == []
    assert previous(tmp_path) is None


def test_a_crash_of_the_process(tmp_path: Path) -> None:
    assert run(tmp_path, "faulthandler._sigsegv()").returncode != 0
    text = previous(tmp_path)
    assert text is not None
    assert "Fatal Python error" in text or "fatal exception" in text
    assert "most recent call first" in text
    assert previous(tmp_path) is None  # shown once ...
    assert (tmp_path / PREVIOUS_NAME).read_text(encoding="utf-8").strip() == text  # ... and kept


def test_an_error_nobody_caught(tmp_path: Path) -> None:
    done = run(tmp_path, "def fail():\n    raise ValueError('my secret words')\nfail()")
    assert "my secret words" in done.stderr  # the terminal still shows it
    text = previous(tmp_path)
    assert text is not None
    assert "ValueError" in text
    assert "in fail" in text
    assert "secret" not in text


def test_an_error_in_a_thread(tmp_path: Path) -> None:
    code = (
        "def fail():\n    try:\n        {}['secret']\n    except KeyError as error:\n"
        "        raise RuntimeError('secret') from error\n"
        "thread = threading.Thread(target=fail, name='worker')\nthread.start()\nthread.join()\ncrash.close()"
    )
    assert run(tmp_path, code).returncode == 0
    text = previous(tmp_path)
    assert text is not None
    assert "thread worker" in text
    assert "RuntimeError\ncaused by:\n" in text
    assert "KeyError" in text
    assert "secret" not in text


def test_errors_without_end_do_not_fill_the_disk(tmp_path: Path) -> None:
    crash = CrashLog(tmp_path)
    crash.start()
    for _ in range(1000):
        crash.record(ValueError("x"), "a test")
    crash.close()
    text = previous(tmp_path)
    assert text is not None
    assert text.count("ValueError") == 20


def test_the_end_by_ctrl_c_is_no_crash(tmp_path: Path) -> None:
    run(tmp_path, "raise KeyboardInterrupt")
    assert previous(tmp_path) is None


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    hook = sys.excepthook
    crash = CrashLog(tmp_path / "file" / "state")
    crash.start()
    crash.record(ValueError(), "a test")
    assert crash.previous_crash() is None
    crash.close()
    assert sys.excepthook == hook
    assert start_logging(tmp_path / "file" / "log") is None


def test_errors_that_contain_each_other_end() -> None:
    first, second = ValueError("a"), TypeError("b")
    first.__cause__, second.__cause__ = second, first
    assert without_message(first).count("Traceback") == 2


def test_the_log_keeps_places_not_messages(tmp_path: Path) -> None:
    root = logging.getLogger()
    level = root.level
    handler = start_logging(tmp_path / "log")
    assert handler is not None
    try:
        logging.getLogger("app.session").info("ready after %.1f s", 1.5)
        logging.getLogger("somebody.else").info("chatter")
        logging.getLogger("somebody.else").warning("a warning")
        try:
            raise ValueError("my secret words")
        except ValueError:
            logging.getLogger("app.window").exception("a step failed")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
    text = (tmp_path / "log" / LOG_NAME).read_text(encoding="utf-8")
    assert "INFO app.session: ready after 1.5 s" in text
    assert "a warning" in text
    assert "chatter" not in text
    assert "test_the_log_keeps_places_not_messages\nValueError\n" in text
    assert "secret" not in text
