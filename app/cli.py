"""The command line `cslm`: which commands there are, and how an error is told.

A command is a module of `app/commands/` and one line here. An error meant for the user (CslmError) is one sentence on
the standard error and exit code 2; 1 is for a question that was answered with no (`packs verify`), 130 for Ctrl-C.
"""

import sys
from typing import Annotated

import typer

from app.commands import ask, bench, doctor, eval, packs, speech, talk
from app.output import notes, use_utf8
from cslm_core import __version__
from cslm_core.errors import CslmError

__all__ = ["cli", "main"]

cli = typer.Typer(
    name="cslm",
    help="A local voice assistant on a speech language model: English and Mandarin, on a plain CPU.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# One line for each command, in the order of the help.
cli.command("talk")(talk.talk)
cli.command("ask")(ask.ask)
cli.command("transcribe")(speech.transcribe)
cli.command("speak")(speech.speak)
cli.command("translate")(speech.translate)
cli.add_typer(packs.commands, name="packs")
cli.command("eval")(eval.evaluate)
cli.command("bench")(bench.bench)
cli.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cslm {__version__}")
        raise typer.Exit


@cli.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    use_utf8()
    try:
        cli(args=arguments)
    except CslmError as error:
        notes.print(str(error), style="red", markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
