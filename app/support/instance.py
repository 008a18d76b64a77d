"""One program per user: a second start, and the desktop's hotkeys, speak to the one that runs.

A lock in the state folder says who that is; it dies with its process, so nothing stale stays. Messages go through a
local socket in that folder, which is this user's alone; where there are none (Windows, very long paths), through the
loopback with a key that lies in the folder. Knows nothing of what the messages do.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, Literal, TypeAlias, get_args

from app.settings.places import Places
from cslm_core.errors import CslmError
from cslm_core.files import atomic_write_text

__all__ = ["MESSAGES", "InstanceServer", "Message", "send"]

Message: TypeAlias = Literal[
    "raise", "toggle-mute", "stop", "push-to-talk-down", "push-to-talk-up", "push-to-talk-toggle", "quit"
]
MESSAGES: Final[tuple[Message, ...]] = get_args(Message)

_SOCKET: Final = "instance.sock"
_LOCK: Final = "instance.lock"
_KEY: Final = "instance.key"
_MAX_PATH: Final = 100
"""Bytes; the shortest limit of a local socket's path is 104 (macOS)."""
_MAX_BYTES: Final = 256
_PATIENCE: Final = 2.0
_RETRY: Final = 0.02

_log = logging.getLogger(__name__)


class InstanceServer:
    """Hears messages from `start` to `close`; `callback` is called with each in a thread of its own."""

    def __init__(
        self, callback: Callable[[Message], None], folder: Path | None = None, *, local: bool | None = None
    ) -> None:
        """`folder` is for this user only (the state folder); `local=False` uses the loopback in any case."""
        self._callback = callback
        self._folder = folder if folder is not None else Places.find().state
        self._local = _has_local_sockets(self._folder) if local is None else local
        self._lock: IO[bytes] | None = None
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._key = ""

    def start(self) -> bool:
        """Become the one that runs; False when another one is. Raises CslmError when the folder cannot be used."""
        self._closing.clear()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)  # somebody may have made it before, open to all
            self._lock = _take_lock(self._folder / _LOCK)
            if self._lock is None:
                return False
            self._socket = self._listen()
        except CslmError:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise CslmError(
                f"{self._folder} cannot be used ({error.strerror}); check its permissions or set CSLM_HOME."
            ) from error
        self._thread = threading.Thread(target=self._serve, args=(self._socket,), name="cslm-instance", daemon=True)
        self._thread.start()
        return True

    def close(self) -> None:
        """Stop hearing; another one may start."""
        self._closing.set()
        if self._socket is not None:
            if self._thread is not None:
                with contextlib.suppress(OSError), _connect(self._folder, 1.0)[0]:
                    pass  # wakes the thread, which sees that it is to end
                self._thread.join(5.0)
            self._socket.close()
            self._socket = None
            for name in (_SOCKET, _KEY):
                with contextlib.suppress(OSError):
                    (self._folder / name).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _listen(self) -> socket.socket:
        for name in (_SOCKET, _KEY):  # of a process that has crashed: the lock is ours
            (self._folder / name).unlink(missing_ok=True)
        server = socket.socket(socket.AF_UNIX if self._local else socket.AF_INET, socket.SOCK_STREAM)
        try:
            if self._local:
                server.bind(str(self._folder / _SOCKET))
                (self._folder / _SOCKET).chmod(0o600)
                server.listen(8)
            else:
                server.bind(("127.0.0.1", 0))
                server.listen(8)
                self._key = secrets.token_hex(16)
                path = self._folder / _KEY
                path.touch(mode=0o600)
                atomic_write_text(path, f"{server.getsockname()[1]} {self._key}\n")
        except (OSError, CslmError):
            server.close()
            raise
        return server

    def _serve(self, server: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                message = None if self._closing.is_set() else self._hear(connection)
            if message is not None:
                self._callback(message)

    def _hear(self, connection: socket.socket) -> Message | None:
        """One message, acknowledged; None when it is none."""
        try:
            connection.settimeout(_PATIENCE)
            said = _read_line(connection)
            key, _, text = said.partition(" ")
            known = next((message for message in MESSAGES if message == text), None)
            if known is None or not secrets.compare_digest(key.encode(), (self._key or "-").encode()):
                connection.sendall(b"no\n")
                _log.warning("a message that nobody of ours sends was refused")
                return None
            connection.sendall(b"ok\n")
        except OSError:
            return None
        return known


def send(message: Message, folder: Path | None = None) -> bool:
    """Tell the program that runs; False when none does (or it does not answer within two seconds)."""
    folder = folder if folder is not None else Places.find().state
    deadline = time.monotonic() + _PATIENCE
    while True:
        with contextlib.suppress(OSError, ValueError):
            connection, key = _connect(folder, max(0.1, deadline - time.monotonic()))
            with connection:
                connection.sendall(f"{key} {message}\n".encode())
                return _read_line(connection) == "ok"
        # Somebody who has the lock and does not hear yet is just starting.
        if time.monotonic() > deadline or not _is_locked(folder / _LOCK):
            return False
        time.sleep(_RETRY)


def _has_local_sockets(folder: Path) -> bool:
    return hasattr(socket, "AF_UNIX") and os.name == "posix" and len(os.fsencode(folder / _SOCKET)) <= _MAX_PATH


def _connect(folder: Path, timeout: float) -> tuple[socket.socket, str]:
    """A connection and the key to begin with. Raises OSError or ValueError when there is nobody."""
    if (folder / _KEY).exists():
        port, key = (folder / _KEY).read_text(encoding="ascii").split()
        return socket.create_connection(("127.0.0.1", int(port)), timeout), key
    if not _has_local_sockets(folder):
        raise FileNotFoundError(folder / _KEY)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(str(folder / _SOCKET))
    except OSError:
        connection.close()
        raise
    return connection, "-"


def _read_line(connection: socket.socket) -> str:
    data = b""
    while b"\n" not in data and len(data) < _MAX_BYTES:
        piece = connection.recv(_MAX_BYTES)
        if not piece:
            break
        data += piece
    return data.partition(b"\n")[0].decode("ascii", "replace")


def _take_lock(path: Path) -> IO[bytes] | None:
    """The lock as an open file, or None when somebody has it."""
    handle = path.open("ab")
    try:
        _lock_file(handle)
    except (BlockingIOError, PermissionError):  # the latter is what Windows says
        handle.close()
        return None
    except OSError as error:  # a file system without locks: better two programs than none
        _log.warning("no lock in %s: %s", path.parent, error.strerror)
    return handle


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        lock = _take_lock(path)
    except OSError:
        return False
    if lock is None:
        return True
    lock.close()
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock_file(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock_file(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
