"""How the program starts: the window without a command, the desktop's hotkeys, the bundle, the engine's own process."""

import json
import queue
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from app.cli import main
from app.support.instance import InstanceServer, Message
from cslm_core.engine.process import FROZEN_FLAG


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CSLM_LOGS", "CSLM_PACKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CSLM_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def heard() -> Iterator["queue.Queue[Message]"]:
    messages: queue.Queue[Message] = queue.Queue()
    server = InstanceServer(messages.put)
    assert server.start()
    yield messages
    server.close()


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The window's arguments at each time that it was opened."""
    calls: list[list[str]] = []

    def fake(arguments: list[str]) -> int:
        calls.append(arguments)
        return 3

    module = ModuleType("app.window.main")
    module.main = fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.window.main", module)
    return calls


def test_the_window_opens_without_a_command(opened: list[list[str]]) -> None:
    assert run() == 3
    assert run("window") == 3
    assert run("window", "--pack", "x") == 3
    assert opened == [[], [], ["--pack", "x"]]


def test_a_second_start_raises_the_window(opened: list[list[str]], heard: "queue.Queue[Message]") -> None:
    assert run() == 0
    assert heard.get(timeout=10) == "raise"
    assert opened == []


def test_without_a_display_there_is_one_sentence(
    opened: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have a display")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert run() == 2
    assert opened == []
    printed = capsys.readouterr()
    assert "no display" in printed.err
    assert printed.err.strip().count("\n") == 0


def test_a_missing_part_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "app.window.main", None)  # importing it fails, as without PySide6
    assert run() == 2
    assert "The window cannot be opened" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--toggle-mute"], "toggle-mute"),
        (["--stop"], "stop"),
        (["--push-to-talk"], "push-to-talk-toggle"),
        (["--push-to-talk", "toggle"], "push-to-talk-toggle"),
        (["--push-to-talk", "down"], "push-to-talk-down"),
        (["--push-to-talk", "up"], "push-to-talk-up"),
    ],
)
def test_hotkeys(arguments: list[str], message: str, heard: "queue.Queue[Message]") -> None:
    main(arguments)
    assert heard.get(timeout=10) == message


def test_hotkeys_without_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--toggle-mute") == 2
    assert "not running" in capsys.readouterr().err
    assert run("--push-to-talk", "sideways") == 2
    assert run("--push-to-talk", "down", "doctor") == 2
    assert run("--toggle-mute", "--push-to-talk", "up") == 2
    assert run("--stop", "--toggle-mute") == 2


def test_a_hotkey_is_quick(heard: "queue.Queue[Message]") -> None:
    code = """
import sys
from app.cli import main
main(["--push-to-talk"])
print(sorted({"typer", "rich", "numpy", "pydantic", "msgspec", "PySide6"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert heard.get(timeout=10) == "push-to-talk-toggle"


def test_the_bundle_of_the_doctor(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", "--bundle", str(home / "help.zip")) == 0
    assert "nothing that was said" in capsys.readouterr().err
    with zipfile.ZipFile(home / "help.zip") as bundle:
        assert json.loads(bundle.read("settings.json"))["schema_version"] == 1
    assert run("doctor", "--bundle", str(home / "missing" / "help.zip")) == 2


def test_the_engine_of_a_frozen_program_comes_before_everything_else() -> None:
    code = f"""
import sys
sys.argv = ["cslm", {FROZEN_FLAG!r}, "--help"]
from app.cli import main
try:
    main()
finally:
    print(sorted({{"typer", "app.support.instance", "app.window"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "--pipe" in done.stdout  # the help of the engine, not that of the command line
    assert done.stdout.endswith("[]\n")
