"""The commands of `cslm`: which there are and in which order the help has them.

A command is a module of `app/commands/` and one line here. What must start fast (the window, the desktop's hotkeys)
does not come by here: `cli.py` has it. Knows nothing of how an error is told.
"""

from typing import Annotated, Literal

import typer

from app.commands import ask, bench, doctor, eval, packs, speech, talk, window
from cslm_core import __version__

__all__ = ["cli"]

cli = typer.Typer(
    name="cslm",
    help="A local voice assistant on a speech language model: English and Mandarin, on a plain CPU. "
    "Without a command it opens the window.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# One line for each command, in the order of the help.
cli.command("window")(window.window)
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


@cli.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    toggle_mute: Annotated[
        bool, typer.Option("--toggle-mute", help="Mute the running window's microphone, or open it again.")
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop whatever is going on in the running window.")] = False,
    push_to_talk: Annotated[
        Literal["down", "up", "toggle"] | None,
        typer.Option("--push-to-talk", help="Press, release or toggle the running window's key to talk."),
    ] = None,
) -> None:
    # Alone, these have been done by `cli.py` already; here they are beside something else.
    if toggle_mute or stop or push_to_talk is not None:
        raise typer.BadParameter("--toggle-mute, --stop and --push-to-talk stand alone: bind each to a key of its own.")
    if context.invoked_subcommand is None:
        window.window()
