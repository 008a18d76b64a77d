"""Writing files so that a reader never sees half of one.

A file is written beside its place under a temporary name, brought to the disk and renamed. Whatever happens before the
rename (full disk, Ctrl-C, a crash), the old file stays as it was. Knows nothing of what is written.
"""

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cslm_core.errors import CslmError

__all__ = [
    "TEMPORARY_SUFFIX",
    "atomic_path",
    "atomic_write_bytes",
    "atomic_write_json",
    "atomic_write_text",
    "set_aside",
    "sync_folder",
]

TEMPORARY_SUFFIX = ".tmp"


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


def _reason(error: OSError) -> str:
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


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give a temporary path in the folder of `path`; when the block ends well, what was written there becomes `path`.

    For files that a library writes by name (safetensors). When the block fails, the temporary file is removed and
    `path` is untouched. Raises CslmError when the system refuses to write; other errors of the block pass through.
    """
    target = Path(os.path.realpath(path))  # a link stays a link; what it points to is replaced
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}{TEMPORARY_SUFFIX}")
    try:
        try:
            yield temporary
            with temporary.open("rb+") as handle:
                os.fsync(handle.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o777)
            temporary.replace(target)
        except OSError as error:
            raise CslmError(f"{path} could not be written: {_reason(error)}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


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
