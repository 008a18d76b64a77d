"""`cslm window`: the desktop application. Qt is loaded here and only when there can be a window."""

import sys
from collections.abc import Sequence

from app.support.display import check_display
from app.support.instance import send
from cslm_core.errors import CslmError

__all__ = ["open_window", "window"]


def window() -> None:
    """Open the window (what cslm does without a command)."""
    sys.exit(open_window([]))


def open_window(arguments: Sequence[str]) -> int:
    """Show the window until it is closed; its exit code. Raises CslmError when there can be none."""
    if not arguments and send("raise"):  # before Qt is loaded: the second start only brings the window up
        return 0
    check_display()
    try:
        from app.window.main import main
    except ImportError as error:
        raise CslmError(
            f"The window cannot be opened, a part of it is missing ({error}); "
            "install the program again (from a source tree: make setup), or use the command line: cslm talk."
        ) from error
    return main(list(arguments))
