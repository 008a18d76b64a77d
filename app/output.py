"""Printing for people (rich, on a terminal) and for programs (`--json`).

Results go to the standard output, everything else to the standard error. Knows nothing of what is printed.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cslm_core.errors import CslmError

__all__ = ["JsonOption", "check_out", "human_size", "notes", "print_json", "results", "use_utf8"]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]

# Without a terminal, lines are as long as they must be: a file or a pipe has no width.
results = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 400)
notes = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print one JSON document and a line end on the standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def check_out(file: Path) -> None:
    """Before there is anything to write: refuse what cannot be a file's name with --out. Raises CslmError."""
    if file.is_dir():
        raise CslmError(f"{file} is a folder; name a file in it with --out.")
    if not file.parent.is_dir():
        raise CslmError(f"The folder {file.parent} is not there; make it first, or name another file with --out.")


def use_utf8() -> None:
    """Chinese must come out whatever the locale is."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def human_size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("not reached")
