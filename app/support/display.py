"""Whether a window can be opened at all, asked before Qt is: without a display Qt ends the whole process.

Only Linux needs to be asked. Knows nothing of Qt.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path
from typing import Final

from cslm_core.errors import CslmError

__all__ = ["check_display"]

_LIBRARIES: Final = {
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's plugin for X11 needs, with the packages of Debian that have it."""

_INSTEAD: Final = "the command line works without one (cslm talk, cslm ask FILE)."


def check_display() -> None:
    """Raises CslmError with a sentence when a window cannot be opened."""
    wanted = re.split("[:;]", os.environ.get("QT_QPA_PLATFORM") or "wayland;xcb")
    if sys.platform != "linux" or not {"xcb", "wayland"} & set(wanted):
        return
    if "wayland" in wanted and _has_wayland():
        return
    if not os.environ.get("DISPLAY"):
        raise CslmError(f"There is no display to open a window on; {_INSTEAD}")
    missing = [package for library, package in _LIBRARIES.items() if not _loads(library)]
    if missing:
        raise CslmError(f"The window needs system libraries that are missing (apt install {' '.join(missing)}).")
    if not _answers():
        raise CslmError(f"The display {os.environ['DISPLAY']} does not answer; {_INSTEAD}")


def _has_wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and (Path(os.environ.get("XDG_RUNTIME_DIR", "")) / str(name)).exists()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers() -> bool:
    """Ask the X server with the library that Qt asks it with, permissions included."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return xcb.xcb_connection_has_error(connection) == 0
    finally:
        xcb.xcb_disconnect(connection)
