"""`cslm ask`: a spoken or typed question in, text and speech out; several are turns of one conversation.

Talks with the engine's process and loads no model itself.
"""

from pathlib import Path
from typing import Annotated

import typer

from app.engine import DeviceOption, PackOption, SeedOption, TemperatureOption, check_language, open_engine
from app.output import JsonOption, check_out, notes, results
from app.turns import TurnView, print_line
from cslm_core.audio import Pcm, read_audio, write_wav
from cslm_core.errors import CslmError
from cslm_core.events import AUTO

__all__ = ["ask"]


def ask(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Sound files, one a turn; - reads the standard input.")
    ] = None,
    text: Annotated[
        list[str] | None, typer.Option("--text", "-t", help="A typed question; asked after the files, in order.")
    ] = None,
    reply_language: Annotated[
        str, typer.Option("--reply-language", "-r", help="The language of the reply, as en or zh; auto: as asked.")
    ] = AUTO,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write the spoken reply here (with several turns: name-1.wav, ...)."),
    ] = None,
    temperature: TemperatureOption = None,
    speak: Annotated[bool, typer.Option("--speech/--no-speech", help="Whether the reply is spoken.")] = True,
    seed: SeedOption = 0,
    pack: PackOption = None,
    device: DeviceOption = AUTO,
    as_json: JsonOption = False,
) -> None:
    """Ask a question and hear the reply. With --json: one line for each event."""
    questions: list[tuple[str, Pcm | str]] = [(name, read_audio(name)) for name in files or []]
    questions += [("typed", typed) for typed in text or []]
    if not questions:
        raise CslmError("Nothing was asked; name a sound file or give --text.")
    if out is not None:
        check_out(out)
    failures = 0
    with open_engine(pack, device) as engine:
        check_language(reply_language, engine.ready, "--reply-language")
        for number, (name, question) in enumerate(questions, 1):
            if len(questions) > 1 and not as_json:
                results.print(name, style="bold", markup=False)
            turn = engine.client.ask(
                question, reply_language=reply_language, temperature=temperature, seed=seed, speak=speak
            )
            view = TurnView(as_json=as_json).show(turn)
            if view.failed is not None:
                failures += 1
            elif out is not None and view.pcm.size:
                target = out if len(questions) == 1 else out.with_stem(f"{out.stem}-{number}")
                write_wav(target, view.pcm, view.rate)
                if as_json:
                    print_line({"is": "written", "turn": turn.number, "file": str(target)})
                else:
                    notes.print(f"written to {target}", markup=False)
    if failures:
        raise typer.Exit(2)
