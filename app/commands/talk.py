"""`cslm talk`, what `make talk` runs: the spoken questions that come with the program are asked, one by one.

Prints what was heard, the answer as it is decoded and each piece of speech as it is ready, writes the spoken replies,
and shows where the time went. Loads no model itself.
"""

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from app.engine import DeviceOption, PackOption, SeedOption, open_engine
from app.output import JsonOption, notes, results
from app.turns import TurnView, print_line, time_table
from cslm_core.assets import assets_folder
from cslm_core.audio import LISTEN_RATE, read_audio, write_wav
from cslm_core.errors import CslmError
from cslm_core.events import AUTO, TurnStats

__all__ = ["talk"]

_SOUNDS: Final = frozenset({".wav", ".flac"})
_REPLIES: Final = Path("talk-replies")


def talk(
    questions: Annotated[
        Path | None, typer.Option("--questions", help="A folder of sound files; without it those that come along.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the spoken replies.")] = _REPLIES,
    seed: SeedOption = 0,
    pack: PackOption = None,
    device: DeviceOption = AUTO,
    as_json: JsonOption = False,
) -> None:
    """Hear the pack answer the spoken questions that come with the program."""
    folder = questions if questions is not None else assets_folder() / "questions"
    files = _files(folder)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CslmError(f"The folder {out} cannot be made ({error.strerror}); name another one with --out.") from error
    turns: list[tuple[str, TurnStats]] = []
    failures = 0
    with open_engine(pack, device) as engine:
        ready = engine.ready
        _introduce(ready.pack.title, ready.pack.version, ready.seconds, as_json)
        for file in files:
            pcm = read_audio(file)
            engine.client.forget()  # each file is a conversation of its own
            if not as_json:
                results.print(f"\n[bold]{file.name}[/bold]  [dim]{len(pcm) / LISTEN_RATE:.1f} s[/dim]")
            view = TurnView(as_json=as_json).show(engine.client.ask(pcm, seed=seed))
            if view.done is None:
                failures += 1
                continue
            turns.append((file.stem, view.done.stats))
            target = out / f"{file.stem}.wav"
            if view.pcm.size:
                write_wav(target, view.pcm, view.rate)
                _written(target, as_json)
    if turns and not as_json:
        results.print()
        results.print(time_table(turns))
    if failures:
        raise typer.Exit(2)


def _files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in _SOUNDS) if folder.is_dir() else []
    if not files:
        raise CslmError(f"{folder} has no spoken questions (wav or flac); name a folder with --questions.")
    return files


def _introduce(title: str, version: str, seconds: dict[str, float], as_json: bool) -> None:
    if as_json:
        shown: dict[str, Any] = {
            "is": "ready",
            "title": title,
            "version": version,
            "seconds": msgspec.to_builtins(seconds),
        }
        print_line(shown)
        return
    parts = ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items() if name != "total")
    results.print(f"{title} {version}: ready after {seconds.get('total', 0.0):.1f} s ({parts})", markup=False)


def _written(target: Path, as_json: bool) -> None:
    if as_json:
        print_line({"is": "written", "file": str(target)})
    else:
        notes.print(f"           written to {target}", markup=False)
