"""Whether there can be a window is asked before Qt is."""

import sys
from pathlib import Path

import pytest

from app.support import display
from app.support.display import check_display
from cslm_core.errors import CslmError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_no_display() -> None:
    with pytest.raises(CslmError, match=r"no display .*cslm talk"):
        check_display()


def test_a_display_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9876")
    monkeypatch.setattr(display, "_loads", lambda library: True)
    with pytest.raises(CslmError, match=":9876 does not answer"):
        check_display()


def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9876")
    monkeypatch.setattr(display, "_loads", lambda library: "cursor" not in library)
    with pytest.raises(CslmError, match=r"apt install libxcb-cursor0\)"):
        check_display()


def test_without_a_screen_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    check_display()


def test_wayland(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    with pytest.raises(CslmError):
        check_display()
    (tmp_path / "wayland-7").write_text("")
    check_display()
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    with pytest.raises(CslmError):
        check_display()
