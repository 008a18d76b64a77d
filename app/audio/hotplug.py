"""A cheap sign that the system's audio devices have changed, for a PortAudio that does not tell.

A fingerprint is compared about once a second. Knows nothing of PortAudio; where a system gives no sign, there is none.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from pathlib import Path

__all__ = ["fingerprint"]


def fingerprint() -> str:
    """A text that is another one when a device has come or gone, or the default is another one."""
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _macos()
    return _linux(Path("/proc/asound/cards"), Path("/dev/snd"), _pulse_socket())


def _pulse_socket() -> Path:
    return Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")) / "pulse" / "native"


def _linux(cards: Path, nodes: Path, socket: Path) -> str:
    """Sound cards, their nodes, and whether a PulseAudio or PipeWire server is there and is still the same one."""
    parts: list[str] = []
    try:
        parts.append(cards.read_text(errors="replace"))
    except OSError:
        parts.append("no cards")
    try:
        parts.append(" ".join(sorted(entry.name for entry in nodes.iterdir())))
    except OSError:
        parts.append("no nodes")
    try:
        status = socket.stat()
        parts.append(f"{status.st_ino} {status.st_mtime_ns}")
    except OSError:
        parts.append("no server")
    return "\n".join(parts)


def _windows() -> str:
    if sys.platform != "win32":
        raise AssertionError("only on Windows")
    multimedia = ctypes.windll.winmm
    counts = [multimedia.waveInGetNumDevs(), multimedia.waveOutGetNumDevs()]
    preferred = []
    for message in (multimedia.waveInMessage, multimedia.waveOutMessage):
        device, flags = ctypes.c_uint32(), ctypes.c_uint32()
        # DRVM_MAPPER_PREFERRED_GET of the mapper: the default device
        message(ctypes.c_void_p(-1), 0x2000 + 21, ctypes.byref(device), ctypes.byref(flags))
        preferred.append(device.value)
    return f"{counts} {preferred}"


class _Address(ctypes.Structure):
    _fields_ = (("selector", ctypes.c_uint32), ("scope", ctypes.c_uint32), ("element", ctypes.c_uint32))


def _macos() -> str:
    path = ctypes.util.find_library("CoreAudio")
    if path is None:
        return ""
    get = ctypes.CDLL(path).AudioObjectGetPropertyData
    found = []
    for selector in (b"dev#", b"dIn ", b"dOut"):
        address = _Address(int.from_bytes(selector, "big"), int.from_bytes(b"glob", "big"), 0)
        size = ctypes.c_uint32(4 * 256)
        data = (ctypes.c_uint32 * 256)()
        status = get(ctypes.c_uint32(1), ctypes.byref(address), 0, None, ctypes.byref(size), ctypes.byref(data))
        found.append((status, *data[: size.value // 4]))
    return str(found)
