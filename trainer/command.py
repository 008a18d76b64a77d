"""How a command of the trainer (`python -m trainer.x.y`) ends when it cannot go on: with a sentence, not a traceback;
and its options for the log of what it trains.

A command is a module with `parser()`, `run(options)` and a `main` that hands both over to here. Knows nothing of what
is run.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cslm_core.errors import CslmError

__all__ = ["run_command", "settings_of", "system_sentence"]

_NUMBER = re.compile(r"^\[\w+ -?\d+\] ")
"""What Python puts before the system's words: `[Errno 2] `, `[WinError 2] `."""


def run_command(
    run: Callable[[argparse.Namespace], object],
    parser: argparse.ArgumentParser,
    arguments: list[str] | None = None,
) -> None:
    """Run a command with `arguments`, without them with those of the process.

    Ends the process with 2 and one line on the standard error for a CslmError, and for what the system refuses
    (OSError: a file that is not there, a full disk), because that is the user's to mend; with 130 for Ctrl-C. All
    else is a bug and keeps its traceback.
    """
    options = parser.parse_args(arguments)
    try:
        run(options)
    except CslmError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(system_sentence(error), file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """The options of a command as JSON values, but for the folder that the log is in (`out`)."""
    return {name: _plain(value) for name, value in vars(options).items() if name != "out"}


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value  # JSON has no infinity


def system_sentence(error: OSError) -> str:
    """What is wrong with which file; of what a library says in several lines, the first."""
    said = _NUMBER.sub("", str(error).strip()).splitlines()
    return (said[0] if said else type(error).__name__).rstrip(".") + "."
