"""The diagnostics bundle: a zip for who is to help, with nothing in it that was said, typed, or is personal.

Of logs only lines of known form are taken, of errors the places and types. Home folder, user name and owners of devices
("Anna's headphones") are replaced. Knows nothing of windows.
"""

from __future__ import annotations

import getpass
import itertools
import json
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from app.settings.file import read_settings
from app.settings.model import Settings
from app.settings.places import Places
from app.store.latencies import last_latencies
from app.support.crash import CRASH_NAME, PREVIOUS_NAME
from app.support.logs import LOG_NAME
from app.support.machine import examine, sound_devices
from cslm_core import __version__
from cslm_core.errors import CslmError
from cslm_core.files import atomic_path

__all__ = ["write_bundle"]

_README: Final = """\
Diagnostics of CSLM {version}, {time}.

machine.json    versions of the program and its libraries, cores, memory, packs, folders
devices.json    sound devices
settings.json   the settings
latencies.json  how long the steps of the last turns took, in seconds
*.txt           the ends of the logs, and what the program died of, if it did

There is no sound and no text of the user in it. The home folder is written as ~ and the user's name as <user>.
"""
_MAX_LOG_BYTES: Final = 512_000
_ENGINE_LOG: Final = "engine.log"

_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")
_OUR_LINE: Final = re.compile(_STAMP.pattern + r"[A-Z]+ (app|cslm_core)(\.\w+)*: ")
_FOREIGN_LINE: Final = re.compile(r"(" + _STAMP.pattern + r"[A-Z]+ [\w.]+): ")
_ENGINE_PREFIX: Final = re.compile(_STAMP.pattern + r"\[\d+\] ")
_PLACE: Final = re.compile(r'\s*File "[^"]+", line \d+(, in [\w.<>]+| in [\w.<>]+)?$')
_ERROR: Final = re.compile(r"((?:\w+\.)*\w*(?:Error|Exception|Interrupt|Warning|Exit))(:.*)?$")
_HEADINGS: Final = re.compile(
    r"(Traceback \(most recent call last\):|caused by:|Fatal Python error: [\w ]+|Windows fatal exception: [\w ]+"
    r"|(Current t|T)hread 0x[0-9a-f]+ .{0,60}\(most recent call first\):|Extension modules: [\w., ()-]*"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}, cslm [\w.+-]+, Python [\w.+]+, [\w -]+)$"
)


def write_bundle(
    folder_or_file: Path,
    *,
    places: Places | None = None,
    settings: Settings | None = None,
    latencies: Sequence[Any] | None = None,
) -> Path:
    """Write the bundle, all or nothing, and give its path; in a folder its name tells the time and is a new one.

    Without `settings`: those of the file. Without `latencies` (Waterfall, TurnStats or mappings of numbers): those of
    the last stored turns. Takes up to a second. Raises CslmError when the system refuses.
    """
    places = places if places is not None else Places.find()
    now = datetime.now().astimezone()
    path = folder_or_file
    if path.is_dir():
        path = _unused(path / f"cslm-diagnostics-{now:%Y%m%d-%H%M%S}.zip")
    impersonal = _Impersonal()
    if settings is None:
        settings = read_settings(places.settings)
    figures = last_latencies(places.conversations) if latencies is None else [_plain(entry) for entry in latencies]
    documents: dict[str, Any] = {
        "machine.json": examine(),
        "devices.json": sound_devices(),
        "settings.json": settings.model_dump(mode="json"),
        "latencies.json": figures,
    }
    with atomic_path(path) as temporary:
        try:
            with zipfile.ZipFile(temporary, "x", zipfile.ZIP_DEFLATED) as bundle:
                bundle.writestr("README.txt", _README.format(version=__version__, time=f"{now:%Y-%m-%d %H:%M %z}"))
                for name, document in documents.items():
                    text = json.dumps(impersonal(document), ensure_ascii=False, indent=2, default=str)
                    bundle.writestr(name, text + "\n")
                for log in _logs(places):
                    lines = "\n".join(_known_lines(_end_of(log)))
                    bundle.writestr(f"{log.stem}.txt", impersonal(lines) + "\n")
        except ValueError as error:  # a time before 1980 on the clock: zip cannot write it
            raise CslmError(f"{path} could not be written ({error}); set the clock of the computer.") from error
    return path


def _unused(path: Path) -> Path:
    """The path, or one like it: who writes two bundles within a second wants both."""
    others = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in itertools.count(2))
    return next(one for one in itertools.chain([path], others) if not one.exists())


def _logs(places: Places) -> Iterator[Path]:
    for path in (
        places.log / LOG_NAME,
        places.log / _ENGINE_LOG,
        places.state / CRASH_NAME,
        places.state / PREVIOUS_NAME,
    ):
        if path.is_file():
            yield path


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - _MAX_LOG_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _known_lines(text: str) -> Iterator[str]:
    """Lines that cannot hold what somebody has said: our own messages, places in the code, types of errors."""
    for line in text.splitlines():
        prefix = _ENGINE_PREFIX.match(line)
        stamp, rest = (prefix.group(), line[prefix.end() :]) if prefix else ("", line)
        if not stamp and _OUR_LINE.match(rest):
            yield rest
        elif not stamp and (foreign := _FOREIGN_LINE.match(rest)):
            yield foreign.group(1)
        elif _PLACE.match(rest) or _HEADINGS.match(rest):
            yield stamp + rest
        elif error := _ERROR.match(rest):
            yield stamp + error.group(1)


def _plain(entry: Any) -> dict[str, float | None]:
    """The numbers of a value with fields."""
    if isinstance(entry, msgspec.Struct):
        entry = msgspec.structs.asdict(entry)
    elif is_dataclass(entry) and not isinstance(entry, type):
        entry = asdict(entry)
    return {key: value for key, value in entry.items() if value is None or isinstance(value, int | float)}


class _Impersonal:
    """Replaces in texts, and in all texts of JSON values, what tells who the user is."""

    def __init__(self) -> None:
        replaced = {str(Path.home()): "~", os.path.realpath(Path.home()): "~"}
        replaced |= {place.replace("\\", "/"): "~" for place in replaced}
        pattern = "|".join(re.escape(text) for text in sorted(replaced, key=len, reverse=True))
        self._home = re.compile(rf"(?:{pattern})(?![\w-])", re.IGNORECASE if os.name == "nt" else 0)
        user = _user()
        self._user = re.compile(rf"(?<![\w]){re.escape(user)}(?![\w])", re.IGNORECASE) if user else None
        self._owner = re.compile(r"\b\w+['’]s\b")

    def __call__(self, value: Any) -> Any:
        if isinstance(value, str):
            text = self._home.sub("~", value)
            if self._user is not None:
                text = self._user.sub("<user>", text)
            return self._owner.sub("<user>'s", text)
        if isinstance(value, dict):
            return {key: self(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [self(entry) for entry in value]
        return value


def _user() -> str:
    """The login name, unless it is a word that means nobody (then replacing it would only hide what was meant)."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # nobody of that number is known
        return ""
    return "" if name.lower() in ("root", "user", "admin", "administrator") or len(name) < 2 else name
