"""The engine for one command: found pack, started process, progress on the standard error.

Knows nothing of what is asked. Loads none of the model's libraries: they live in the engine's process.
"""

import contextlib
import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

import typer

from app.output import notes
from cslm_core.engine.client import EngineClient
from cslm_core.errors import CslmError
from cslm_core.events import AUTO, MAX_SEED, Ready
from cslm_core.packs.store import PackStore

__all__ = [
    "DeviceOption",
    "Engine",
    "LanguageOption",
    "PackOption",
    "SeedOption",
    "TemperatureOption",
    "check_language",
    "open_engine",
]


def _number(value: float | None) -> float | None:
    if value is not None and math.isnan(value):  # no bound refuses it
        raise typer.BadParameter("nan is no temperature; give a number from 0 to 2.")
    return value


PackOption = Annotated[
    str | None, typer.Option("--pack", help="A pack's name, 'name version' or folder; without it the first one found.")
]
DeviceOption = Annotated[str, typer.Option("--device", help="auto, cpu, cuda or mps.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, max=MAX_SEED, help="The same seed gives the same reply.")]
TemperatureOption = Annotated[
    float | None,
    typer.Option("--temperature", min=0.0, max=2.0, callback=_number, help="0: always the likeliest reply."),
]
LanguageOption = Annotated[str, typer.Option("--language", help="The language of the text, as en or zh; or auto.")]


class Engine(NamedTuple):
    """A running engine with a pack in it."""

    client: EngineClient
    ready: Ready


@contextlib.contextmanager
def open_engine(pack: str | None = None, device: str = AUTO) -> Iterator[Engine]:
    """Start an engine with a pack for the length of the block. Raises CslmError if none is there or whole."""
    folder = PackStore().find(pack).folder
    with EngineClient() as client:
        with notes.status("starting the engine") as status:
            ready = client.load(
                folder,
                device=device,
                progress=lambda fraction, what: status.update(f"{what}  {fraction * 100:.0f} %"),
            )
        yield Engine(client, ready)


def check_language(code: str, ready: Ready, option: str) -> None:
    """Refuse a language that the loaded pack does not have, before anything is asked."""
    if code != AUTO and code not in ready.pack.languages:
        known = ", ".join(ready.pack.languages)
        raise CslmError(f"{option} {code}: the pack {ready.pack.name} does not know this language; it knows {known}.")
