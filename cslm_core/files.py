"""Writing files so that a reader never sees half of one.

A file is written beside its place under a temporary name, brought to the disk and renamed. Whatever happens before the
rename (full disk, Ctrl-C, a crash), the old file stays as it was. Knows nothing of what is written.
"""

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError

from cslm_core.errors import CslmError

__all__ = [
    "TEMPORARY_SUFFIX",
    "atomic_folder",
    "atomic_path",
    "atomic_write_bytes",
    "atomic_write_json",
    "atomic_write_text",
    "atomic_write_together",
    "set_aside",
    "sync_folder",
]

TEMPORARY_SUFFIX = ".tmp"

_SYSTEM_ERROR: Final = re.compile(r"\(os error (\d+)\)")
"""How safetensors, whose errors are no OSErrors, tells which error of the system it met."""


def sync_folder(folder: Path) -> None:
    """Bring the entries of `folder` to the disk, where the system can do that (not on Windows)."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some file systems cannot; the rename itself has succeeded
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reason(error: OSError | SafetensorError) -> str:
    if isinstance(error, SafetensorError):
        number = _SYSTEM_ERROR.search(str(error))
        if number is None:
            return str(error).rstrip(".")
        error = OSError(int(number[1]), os.strerror(int(number[1])))
    reasons = {
        errno.ENOSPC: "the disk is full; free some space and try again",
        errno.EDQUOT: "the disk quota is used up; free some space and try again",
        errno.EACCES: "the folder may not be written to; choose another place",
        errno.EPERM: "the folder may not be written to; choose another place",
        errno.EROFS: "the disk is read-only; choose another place",
        errno.ENOENT: "its folder does not exist; make it first",
        errno.ENOTDIR: "its folder is not a folder; choose another place",
        errno.EISDIR: "a folder of that name is there; choose another name",
        errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    }
    return reasons.get(error.errno or 0, error.strerror or "the system refused it")


def _places(path: str | Path) -> tuple[Path, Path]:
    """Where a file is to be in the end, and where until then."""
    target = Path(os.path.realpath(path))  # a link stays a link; what it points to is replaced
    return target, target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}{TEMPORARY_SUFFIX}")


def _make_ready(temporary: Path, target: Path) -> None:
    """Bring what was written to the disk, with the mode of the file whose place it takes."""
    with temporary.open("rb+") as handle:
        os.fsync(handle.fileno())
    if target.exists():
        temporary.chmod(target.stat().st_mode & 0o777)


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give a temporary path in the folder of `path`; when the block ends well, what was written there becomes `path`.

    For files that a library writes by name (safetensors). When the block fails, the temporary file is removed and
    `path` is untouched. Raises CslmError when the system refuses to write, which safetensors tells by an error of its
    own; other errors of the block pass through.
    """
    target, temporary = _places(path)
    try:
        try:
            yield temporary
            _make_ready(temporary, target)
            temporary.replace(target)
        except (OSError, SafetensorError) as error:
            raise CslmError(f"{path} could not be written: {_reason(error)}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


@contextlib.contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a new folder beside `path`; when the block ends well, it takes the place of what was at `path`.

    When the block fails, what it wrote is removed and `path` is untouched; only a kill between the two renames leaves
    the old folder as `<name>.old`. Read before the block what is to be copied: every error of the system in it is told
    as one of writing (CslmError), as `atomic_path` does.
    """
    path = Path(os.path.realpath(path))
    fresh, old = path.with_name(f"{path.name}.new"), path.with_name(f"{path.name}.old")
    try:
        try:
            if path.exists() and not path.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "a file of that name is there")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            yield fresh
            for file in fresh.rglob("*"):
                if file.is_file():
                    with file.open("rb+") as handle:
                        os.fsync(handle.fileno())
            if path.exists():
                shutil.rmtree(old, ignore_errors=True)
                path.rename(old)
            fresh.rename(path)
        except (OSError, SafetensorError) as error:
            raise CslmError(f"{path} could not be written: {_reason(error)}.") from error
    finally:
        if old.exists() and not path.exists():
            old.rename(path)
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    sync_folder(path.parent)


def atomic_write_bytes(path: str | Path, data: bytes | memoryview) -> None:
    """Write `data` to `path`, all or nothing. Raises CslmError when the system refuses."""
    with atomic_path(path) as temporary, temporary.open("xb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def atomic_write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 with the line ends it has, all or nothing. Raises CslmError when the system refuses."""
    atomic_write_bytes(path, text.encode("utf-8"))


def atomic_write_json(path: str | Path, value: Any, *, indent: int | None = 2) -> None:
    """Write `value` as readable JSON (UTF-8, NaN refused by ValueError), all or nothing."""
    atomic_write_text(path, json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False) + "\n")


def atomic_write_together(contents: Mapping[Path, bytes | None]) -> None:
    """Write files that must fit each other, in this order (None: remove it), as good as all or nothing.

    All are on the disk before the first takes its place, and Ctrl-C is heard before that or after the last: only a kill
    in the microseconds between leaves some old and some new. Raises CslmError when the system refuses.
    """
    ready: list[tuple[Path, Path | None]] = []
    at = ""
    try:
        for path, data in contents.items():
            at = str(path)
            target, temporary = _places(path)
            ready.append((target, None if data is None else temporary))
            if data is not None:
                temporary.write_bytes(data)
                _make_ready(temporary, target)
        try:
            _put_in_place(ready)
        except KeyboardInterrupt:
            _put_in_place(ready)  # the rest
            raise
    except OSError as error:
        raise CslmError(f"{at} could not be written: {_reason(error)}.") from error
    finally:
        for _, left in ready:
            with contextlib.suppress(OSError):
                if left is not None:
                    left.unlink(missing_ok=True)
    for folder in {target.parent for target, _ in ready}:
        sync_folder(folder)


def _put_in_place(ready: list[tuple[Path, Path | None]]) -> None:
    for target, temporary in ready:
        if temporary is None:
            target.unlink(missing_ok=True)
        elif temporary.exists():
            temporary.replace(target)


def set_aside(path: Path, at: datetime) -> Path:
    """Rename a damaged file to a free name that tells when, and give that name. Raises OSError."""
    stem = f"{path.stem}.damaged-{at:%Y%m%d-%H%M%S}"
    target = path.with_name(stem + path.suffix)
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{stem}-{number}{path.suffix}")
    path.rename(target)
    return target
