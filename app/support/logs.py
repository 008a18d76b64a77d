"""The program's log: one rotating file, lines that can be told apart from whatever else gets into it.

Of errors it keeps where they happened and of what type they are, not their messages: those may quote what the user has
said. Knows nothing of windows.
"""

from __future__ import annotations

import logging
import logging.handlers
import traceback
from pathlib import Path
from types import TracebackType
from typing import Final

__all__ = ["LOG_NAME", "start_logging", "without_message"]

LOG_NAME: Final = "cslm.log"
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_BYTES: Final = 512_000
_FILES: Final = 3


def without_message(error: BaseException) -> str:
    """Where an error and those behind it happened, and their types."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append("Traceback (most recent call last):")
        lines += (
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
            for frame in traceback.extract_tb(current.__traceback__)
        )
        kind = type(current)
        lines.append(kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if current is not None:
            lines.append("caused by:")
    return "\n".join(lines)


class _Formatter(logging.Formatter):
    def formatException(  # noqa: N802
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "" if ei[1] is None else without_message(ei[1])

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have written the message there
        return super().format(record)


class _OursOrWarning(logging.Filter):
    """Of libraries only what is wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        ours = record.name.partition(".")[0] in ("app", "cslm_core")
        return ours or record.levelno >= logging.WARNING


def start_logging(folder: Path) -> logging.Handler | None:
    """Write the log into `folder` from now on; None when it cannot be written to (the program goes on without).

    `logging.getLogger().removeHandler(handler)` and `handler.close()` end it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / LOG_NAME, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", errors="replace"
        )
    except OSError:
        return None
    handler.setFormatter(_Formatter(_FORMAT))
    handler.addFilter(_OursOrWarning())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return handler
