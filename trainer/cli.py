"""The command line `cslm-trainer`: a list of groups of commands, and how an error is told.

An error meant for the user (CslmError), or what the system refuses (a full disk), is one sentence on the standard
error and exit code 2; 130 is for Ctrl-C.
"""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from cslm_core.errors import CslmError
from trainer import cli_stages
from trainer.command import system_sentence
from trainer.language.cli import commands as language

__all__ = ["cli", "main"]

cli = typer.Typer(help="Make packs and teach them.", no_args_is_help=True, pretty_exceptions_enable=False)
cli.add_typer(language, name="language")
cli_stages.register(cli)


@cli.callback()
def _groups() -> None:
    """Make packs and teach them."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # any language must come out whatever the locale is
            reconfigure(encoding="utf-8", errors="replace")
    try:
        cli(args=arguments)
    except (CslmError, OSError) as error:
        said = system_sentence(error) if isinstance(error, OSError) else str(error)
        Console(stderr=True, soft_wrap=True).print(said, style="red", markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
