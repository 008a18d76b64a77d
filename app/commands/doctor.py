"""`cslm doctor`: what this machine and this installation have, in one look.

Asks the system and the installed packages' metadata; imports none of the model's libraries and loads no model.
"""

import importlib.metadata
import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Any

import psutil
from rich.markup import escape
from rich.table import Table

from app.output import JsonOption, human_size, print_json, results
from cslm_core import __version__
from cslm_core.packs.store import PackStore

__all__ = ["doctor"]

LIBRARIES = (
    "torch",
    "transformers",
    "ctranslate2",
    "faster-whisper",
    "onnxruntime",
    "numpy",
    "soundfile",
    "av",
    "sounddevice",
)


def doctor(as_json: JsonOption = False) -> None:
    """Show versions, cores, memory, sound devices, packs and folders."""
    report = examine()
    if as_json:
        print_json(report)
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("cslm", f"{report['version']} on Python {report['python']}, {report['system']}")
    table.add_row("cores", f"{report['cores']['usable']} usable of {report['cores']['logical']}")
    memory = report["memory"]
    table.add_row("memory", f"{human_size(memory['available'])} free of {human_size(memory['total'])}")
    for name, version in report["libraries"].items():
        table.add_row(name, version or "[red]not installed[/red]")
    sound = report["sound"]
    if sound["error"]:
        table.add_row("sound", escape(sound["error"]))
    else:
        table.add_row("microphone", escape(sound["input"] or "none"))
        table.add_row("loudspeaker", escape(sound["output"] or "none"))
    for pack in report["packs"]:
        table.add_row("pack", escape(f"{pack['name']} {pack['version']} in {pack['folder']}"))
    for pack in report["broken_packs"]:
        table.add_row("pack", f"[red]{escape(pack['reason'])}[/red]")
    if not report["packs"]:
        table.add_row("pack", "none found")
    for folder in report["folders"]:
        state = f"{human_size(folder['free'])} free" if folder["writable"] else "[red]cannot be written to[/red]"
        table.add_row(folder["use"], f"{escape(folder['path'])} ({state})")
    results.print(table)


def examine() -> dict[str, Any]:
    """All that `doctor` shows, ready for JSON."""
    store = PackStore()
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
    """The default devices, or why there are none."""
    nothing: dict[str, Any] = {"input": None, "output": None, "error": None}
    try:
        import sounddevice
    except (ImportError, OSError):  # OSError: the system's PortAudio is missing
        return {**nothing, "error": "PortAudio is missing (Debian: apt install libportaudio2); files work without it"}
    try:
        devices = sounddevice.query_devices()
        inputs, outputs = sounddevice.default.device
    except sounddevice.PortAudioError as error:
        return {**nothing, "error": f"no sound devices ({error}); files work without them"}
    names = [str(device["name"]) for device in devices]
    return {
        "input": names[inputs] if 0 <= inputs < len(names) else None,
        "output": names[outputs] if 0 <= outputs < len(names) else None,
        "error": None,
    }


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
