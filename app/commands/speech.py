"""`cslm transcribe`, `cslm speak` and `cslm translate`: the parts of a turn on their own.

Talk with the engine's process and load no model themselves.
"""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from app.engine import DeviceOption, LanguageOption, PackOption, SeedOption, check_language, open_engine
from app.output import JsonOption, check_out, notes, print_json, results
from app.turns import TurnView
from cslm_core.audio import read_audio, write_wav
from cslm_core.events import AUTO

__all__ = ["speak", "transcribe", "translate"]


def transcribe(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A sound file; - reads the standard input.")],
    pack: PackOption = None,
    device: DeviceOption = AUTO,
    as_json: JsonOption = False,
) -> None:
    """Write down what is said in a sound file."""
    pcm = read_audio(file)
    with open_engine(pack, device) as engine:
        view = TurnView(quiet=True).show(engine.client.transcribe(pcm))
    _print_text(view, as_json)


def speak(
    text: Annotated[str, typer.Argument(help="What is to be said.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The wav file to write.")] = Path("speech.wav"),
    language: LanguageOption = AUTO,
    seed: SeedOption = 0,
    pack: PackOption = None,
    device: DeviceOption = AUTO,
    as_json: JsonOption = False,
) -> None:
    """Read a text aloud into a wav file."""
    check_out(out)
    with open_engine(pack, device) as engine:
        check_language(language, engine.ready, "--language")
        view = TurnView(quiet=True).show(engine.client.speak(text, language, seed=seed))
    if view.done is None:
        raise typer.Exit(2)
    write_wav(out, view.pcm, view.rate)
    if as_json:
        print_json({"file": str(out), "language": view.done.language, "stats": msgspec.to_builtins(view.done.stats)})
    else:
        notes.print(f"{view.pcm.size / view.rate:.1f} s written to {out}", markup=False)


def translate(
    text: Annotated[str, typer.Argument(help="What is to be translated.")],
    to: Annotated[str, typer.Option("--to", help="The language to translate into, as en or zh.")],
    language: LanguageOption = AUTO,
    pack: PackOption = None,
    device: DeviceOption = AUTO,
    as_json: JsonOption = False,
) -> None:
    """Translate a text."""
    with open_engine(pack, device) as engine:
        check_language(to, engine.ready, "--to")
        check_language(language, engine.ready, "--language")
        view = TurnView(quiet=True).show(engine.client.translate(text, to, language))
    _print_text(view, as_json)


def _print_text(view: TurnView, as_json: bool) -> None:
    done = view.done
    if done is None:
        raise typer.Exit(2)
    if as_json:
        print_json({"text": done.text, "language": done.language, "stats": msgspec.to_builtins(done.stats)})
    else:
        results.print(done.text, markup=False)
