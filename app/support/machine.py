"""What this machine and this installation have: versions, cores, memory, sound devices, packs, folders.

Asks the system and the installed packages' metadata; imports none of the model's libraries and loads no model. Knows
nothing of how it is shown.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Any, Final

import psutil

from app.audio.served import system_backend
from app.settings.places import Places
from cslm_core import __version__
from cslm_core.errors import AudioError
from cslm_core.packs.store import PackStore

__all__ = ["LIBRARIES", "examine", "sound_devices"]

LIBRARIES: Final = (
    "torch",
    "transformers",
    "ctranslate2",
    "faster-whisper",
    "onnxruntime",
    "numpy",
    "soundfile",
    "av",
    "sounddevice",
    "webrtcvad-wheels",
    "livekit",
    "pyside6-essentials",
)


def examine() -> dict[str, Any]:
    """All that `cslm doctor` shows, ready for JSON."""
    store, places = PackStore(), Places.find()
    found, broken = store.scan()
    memory = psutil.virtual_memory()
    return {
        "version": __version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "system": platform.platform(),
        "cores": {"logical": os.cpu_count() or 1, "usable": _usable_cores()},
        "memory": {"total": memory.total, "available": memory.available},
        "libraries": {name: _installed(name) for name in LIBRARIES},
        "sound": _sound(),
        "packs": [
            {"name": pack.manifest.name, "version": pack.manifest.version, "folder": str(pack.folder)} for pack in found
        ],
        "broken_packs": [{"folder": str(pack.folder), "reason": pack.reason} for pack in broken],
        "folders": [
            _folder("imported packs", store.user_folder),
            _folder("settings", places.config),
            _folder("conversations", places.data),
            _folder("logs", places.log),
            _folder("here", Path.cwd()),
        ],
    }


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _sound() -> dict[str, Any]:
    """The default devices by the names that the window has for them, or why there are none."""
    backend = system_backend()
    try:
        devices = backend.devices()
    except AudioError as error:
        return {"input": None, "output": None, "error": f"{error} Files work without it."}
    finally:
        backend.close()
    names = {device.kind: device.name for device in devices if device.default}
    return {"input": names.get("microphone"), "output": names.get("loudspeaker"), "error": None}


def sound_devices() -> list[dict[str, Any]]:
    """All sound devices as PortAudio names them; empty where there is none or no PortAudio."""
    try:
        import sounddevice
    except (ImportError, OSError):
        return []
    try:
        devices = sounddevice.query_devices()
        interfaces = sounddevice.query_hostapis()
    except sounddevice.PortAudioError:
        return []
    return [
        {
            "name": str(device["name"]),
            "interface": str(interfaces[device["hostapi"]]["name"]),
            "inputs": device["max_input_channels"],
            "outputs": device["max_output_channels"],
            "rate": device["default_samplerate"],
            "input_latency": device["default_low_input_latency"],
            "output_latency": device["default_low_output_latency"],
        }
        for device in devices
    ]


def _folder(use: str, path: Path) -> dict[str, Any]:
    """Whether files can be made in `path` or, where it does not exist yet, in the nearest folder that does."""
    existing = path
    while not existing.is_dir() and existing != existing.parent:
        existing = existing.parent
    return {
        "use": use,
        "path": str(path),
        "writable": os.access(existing, os.W_OK | os.X_OK),
        "free": shutil.disk_usage(existing).free,
    }
