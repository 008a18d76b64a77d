"""Starting the trainer's evaluation in a process of its own, for `cslm eval` and `cslm bench`.

The child prints the progress and the result itself; this program loads nothing of it. Knows nothing of what it
measures.
"""

import importlib.util
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer

from cslm_core.errors import CslmError

__all__ = ["flags", "run_evaluation"]

_MODULE: Final = "trainer.evaluation"
_PATIENCE: Final = 5.0
"""Seconds that the child has to end by itself: a second Ctrl-C would disturb it while it does."""


def flags(**options: str | int | float | Path | bool | Sequence[str] | None) -> list[str]:
    """Options as the child takes them: `None` and False are left out, True is a flag without a value, and an option
    of several values is named for each."""
    given: list[str] = []
    for name, value in options.items():
        if value is None or value is False:
            continue
        flag = "--" + name.replace("_", "-")
        if value is True:
            given.append(flag)
        elif isinstance(value, list | tuple):
            given += [part for each in value for part in (flag, each)]
        else:
            given += [flag, str(value)]
    return given


def run_evaluation(command: str, options: list[str]) -> None:
    """Run `python -m trainer.evaluation COMMAND OPTIONS`; ends with its exit code when that is not 0."""
    if getattr(sys, "frozen", False) or importlib.util.find_spec("trainer") is None:
        raise CslmError("This installation has no trainer; install the project from its source to measure packs.")
    child = subprocess.Popen([sys.executable, "-m", _MODULE, command, *options])
    try:
        code = child.wait()
    except KeyboardInterrupt:  # a terminal has told the child, too; what it has measured is kept
        try:
            code = child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:  # only this process was told
            child.send_signal(signal.SIGINT)
            code = child.wait()
    if code:
        raise typer.Exit(130 if code in (130, -signal.SIGINT) else code if code > 0 else 1)
