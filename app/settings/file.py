"""The settings file: TOML that people may edit; their comments and keys that are not known here stay.

Only what changes is written into it. A file that cannot be read is set aside, never fatal. Knows nothing of what the
settings mean.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import tomlkit
from pydantic import BaseModel, ValidationError
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from app.settings.migrations import migrate, version_of
from app.settings.model import SCHEMA, Settings
from cslm_core.errors import CslmError
from cslm_core.files import atomic_write_text, set_aside

__all__ = ["SettingsFile", "read_settings"]

_MAX_BYTES: Final = 1 << 20
# Besides its own errors, tomlkit lets those of the numbers, dates and nestings in a file through.
_BROKEN: Final = (TOMLKitError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
_HEAD: Final = "Settings of CSLM. The program writes what is changed in its window; comments and unknown keys stay."


class SettingsFile:
    """One file; methods may be called from any thread."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = datetime.now) -> None:
        self.path = path
        self._now = now
        self._lock = threading.Lock()

    def load(self) -> tuple[Settings, str]:
        """The settings, and a sentence for the user when something in the file could not be used, else ""."""
        with self._lock:
            document, problem = self._read()
            if document is None:
                return Settings(), problem
            newer = version_of(document) > SCHEMA
            migrate(document)
            settings, wrong = _understood(document.unwrap())
            if not newer and wrong:
                names = ", ".join(wrong)
                problem = f"{names} in {self.path} cannot be used as it is; the default is used instead."
            return settings, problem

    def save(self, settings: Settings) -> None:
        """Write what differs from the file, all or nothing. Raises CslmError when the system refuses.

        A file of a newer version keeps its version and everything that has not been changed here.
        """
        with self._lock:
            document, _ = self._read()
            if document is None:
                document = tomlkit.document()
                document.add(tomlkit.comment(_HEAD))
            before = document.as_string()
            newer = version_of(document) > SCHEMA
            if migrate(document):
                self._keep_copy(before)
            old, wrong = _understood(document.unwrap())
            if newer:
                wrong = []  # what cannot be read may have another meaning there
            _write(document, settings, old, wrong)
            if not newer and document.get("schema_version") != SCHEMA:
                document["schema_version"] = SCHEMA
            text = document.as_string()
            if text == before and self.path.exists():
                return
            try:
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise CslmError(f"The settings could not be saved in {self.path}: {error.strerror}.") from error
            atomic_write_text(self.path, text)

    def _read(self) -> tuple[TOMLDocument | None, str]:
        """The document, or None and why there is none ("": it does not exist yet)."""
        try:
            if self.path.stat().st_size > _MAX_BYTES:
                return None, self._set_aside("it is larger than settings can be")
            text = self.path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return None, ""
        except OSError as error:
            return None, f"The settings in {self.path} cannot be read ({error.strerror}); the defaults are used."
        except UnicodeDecodeError:
            return None, self._set_aside("it is not UTF-8 text")
        try:
            document = tomlkit.parse(text)
            document.unwrap()
        except _BROKEN as error:
            return None, self._set_aside(str(error).strip().rstrip(".") or "it is not TOML")
        return document, ""

    def _set_aside(self, reason: str) -> str:
        try:
            target = set_aside(self.path, self._now())
        except OSError as error:
            return f"The settings in {self.path} are broken and stay there ({error.strerror}); the defaults are used."
        return (
            f"The settings in {self.path} could not be read ({reason}); "
            f"the file has been set aside as {target.name} and the defaults are used."
        )

    def _keep_copy(self, text: str) -> None:
        """The file as an older version of the program wrote it, for who goes back to that."""
        version = version_of(tomlkit.parse(text))
        copy = self.path.with_name(f"{self.path.stem}.schema-{version}{self.path.suffix}")
        if not copy.exists():
            atomic_write_text(copy, text)


def read_settings(path: Path) -> Settings:
    """The settings of a file as far as they can be read; touches nothing (for looking on while the program runs)."""
    try:
        document = tomlkit.parse(path.read_bytes()[:_MAX_BYTES].decode("utf-8-sig"))
        migrate(document)
        return _understood(document.unwrap())[0]
    except (OSError, *_BROKEN):
        return Settings()


def _understood(values: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """Settings of a plain document, field by field, and the names of the fields that are not valid."""
    wrong: list[str] = []
    known: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        value = values.get(name)
        if name == "schema_version" or value is None:
            continue
        default = field.get_default(call_default_factory=True)
        if not isinstance(value, Mapping):
            wrong.append(name)
        elif isinstance(default, BaseModel):
            known[name] = _part(type(default), name, value, wrong)
        else:
            texts = {key: text for key, text in value.items() if isinstance(text, str)}
            wrong.extend(f"{name}.{key}" for key in value if key not in texts)
            known[name] = {**default, **texts}
    return Settings(**known), wrong


def _part(model: type[BaseModel], name: str, values: Mapping[str, Any], wrong: list[str]) -> BaseModel:
    taken = {key: value for key, value in values.items() if key in model.model_fields}
    try:
        return model.model_validate(taken)
    except ValidationError as error:
        for key in dict.fromkeys(str(detail["loc"][0]) for detail in error.errors()):
            wrong.append(f"{name}.{key}")
            del taken[key]
    return model.model_validate(taken)


def _write(document: TOMLDocument, new: Settings, old: Settings, wrong: list[str]) -> None:
    for section, key, value, before in _fields(new, old):
        if value == before and type(value) is type(before) and not {section, f"{section}.{key}"} & set(wrong):
            continue
        table: Any = document.get(section)
        if not isinstance(table, MutableMapping):
            document[section] = tomlkit.table()
            table = document[section]
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value


def _fields(new: Settings, old: Settings) -> Iterator[tuple[str, str, Any, Any]]:
    """Section, key, new value, old value of all fields."""
    plain, before = new.model_dump(), old.model_dump()
    for section, values in plain.items():
        if isinstance(values, dict):
            for key, value in values.items():
                yield section, key, value, before[section].get(key)
