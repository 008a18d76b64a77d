"""The command line `cslm`: what is done at once, what is left to the commands, and how an error is told.

The window and the desktop's hotkeys are answered here, before anything they do not need is loaded. An error meant for
the user (CslmError) is one sentence on the standard error and exit code 2, also that a pack is damaged (`packs
verify`); 130 is for Ctrl-C.
"""

import sys

from cslm_core.engine.process import FROZEN_FLAG
from cslm_core.errors import CslmError

__all__ = ["main"]

_HOTKEYS = {
    ("--toggle-mute",): "toggle-mute",
    ("--stop",): "stop",
    ("--push-to-talk",): "push-to-talk-toggle",
    ("--push-to-talk", "toggle"): "push-to-talk-toggle",
    ("--push-to-talk", "down"): "push-to-talk-down",
    ("--push-to-talk", "up"): "push-to-talk-up",
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    if sys.argv[1:2] == [FROZEN_FLAG]:  # this process of a frozen program is to be the engine
        from cslm_core.engine.worker import run_if_asked

        run_if_asked()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if tuple(given) in _HOTKEYS:
            _hotkey(tuple(given))
        elif not given or (given[0] == "window" and not {"-h", "--help"} & set(given)):
            from app.commands.window import open_window

            sys.exit(open_window(given[1:]))
        else:
            from app.commandline import cli
            from app.output import use_utf8

            use_utf8()
            cli(args=given)
    except CslmError as error:
        from app.output import notes, use_utf8

        use_utf8()
        notes.print(str(error), style="red", markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _hotkey(given: tuple[str, ...]) -> None:
    from app.support.instance import MESSAGES, send

    message = next(message for message in MESSAGES if message == _HOTKEYS[given])
    if not send(message):
        raise CslmError("CSLM is not running; open its window first: cslm")


if __name__ == "__main__":
    main()
