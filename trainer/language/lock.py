"""One process at a time works on a job folder.

The lock belongs to the operating system, so that it is gone when its process is, however that ended. Knows nothing of
what is done under it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cslm_core.errors import TrainingError

__all__ = ["holder", "job_lock"]

LOCK_NAME = "lock"


@contextlib.contextmanager
def job_lock(folder: Path, doing: str) -> Iterator[None]:
    """Hold the lock of the job in `folder` while `doing` ("train"). TrainingError when another process has it, or the
    disk refuses."""
    path = folder / LOCK_NAME
    try:
        handle = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise TrainingError(f"The job folder {folder} may not be written to; choose another place.") from error
    with handle:
        if not _take_soon(handle):
            who = _says(path)
            if who:
                raise TrainingError(
                    f"The job {folder.name} is in use by {who}; wait until that has ended, or stop it, and try again."
                )
            raise TrainingError(
                f"The job {folder.name} is in use; wait until that has ended, or stop it, and try again."
            )
        try:
            _say(handle, f"{os.getpid()} {doing}\n", folder)
            yield
        finally:
            with contextlib.suppress(OSError):
                handle.truncate(0)
            _give_back(handle)


def holder(folder: Path) -> str | None:
    """What the process that holds the lock is doing ("process 123: train"), or None when nobody holds it."""
    path = folder / LOCK_NAME
    if not path.exists():
        return None
    try:
        handle = path.open("r+", encoding="utf-8")
    except OSError:
        return None
    with handle:
        if _take(handle):
            _give_back(handle)
            return None
        return _says(path) or "another process"


def _take_soon(handle: IO[str]) -> bool:
    """Take the lock; somebody who only asks who has it (`holder`) holds it for a moment."""
    for _ in range(10):
        if _take(handle):
            return True
        time.sleep(0.02)
    return False


def _say(handle: IO[str], text: str, folder: Path) -> None:
    """Write who has the lock, past the buffer: what the disk has refused must not be tried again at the end."""
    try:
        handle.truncate(0)
        os.write(handle.fileno(), text.encode())
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "the disk is full; free some space" if full else f"{error.strerror or error}; put that right"
        raise TrainingError(f"The job folder {folder} cannot be written to: {why} and try again.") from error


def _says(path: Path) -> str:
    try:
        pid, _, doing = path.read_text("utf-8").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        return ""  # Windows lets nobody read a locked file
    return f"process {pid}: {doing}" if pid.isdecimal() else ""


if sys.platform == "win32":
    import msvcrt

    _FAR = 2**30
    """The byte that is locked: beyond the text, which others may then read."""

    def _take(handle: IO[str]) -> bool:
        handle.seek(_FAR)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            handle.seek(0)
        return True

    def _give_back(handle: IO[str]) -> None:
        handle.seek(_FAR)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _take(handle: IO[str]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _give_back(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
