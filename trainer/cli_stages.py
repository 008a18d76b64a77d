"""`cslm-trainer stages|run`: the stages of a recipe, how it stands with them, and running them.

Prints lines for people, or one JSON document for programs (`--json`). Knows nothing of how a stage is run.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cslm_core.assets import assets_folder
from trainer.recipe import Places, Recipe, read_recipe
from trainer.stages import Run

__all__ = ["register"]

STARTER = Path(__file__).parent / "recipes" / "starter.toml"

_Recipe = Annotated[Path, typer.Option("--recipe", help="The recipe; default: that of the starter pack.")]
_Work = Annotated[Path, typer.Option("--work", help="The folder where everything is made.")]
_Sources = Annotated[Path | None, typer.Option("--sources", help="The folder of fetched files; default: WORK/sources.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
WORK = Path("runs/starter")


def register(commands: typer.Typer) -> None:
    """Add the commands of this module."""
    commands.command("stages")(stages)
    commands.command("run")(run)


def stages(recipe: _Recipe = STARTER, work: _Work = WORK, sources: _Sources = None, as_json: _Json = False) -> None:
    """List the stages of a recipe, which are done, and the sources with their licences."""
    opened = read_recipe(recipe)
    made = Run(opened, _places(recipe, work, sources))
    if as_json:
        typer.echo(json.dumps(_document(opened, made), ensure_ascii=False, indent=2))
        return
    out = Console(highlight=False, soft_wrap=True)
    states = Table("stage", "state", "does", "takes", title=opened.title, title_justify="left")
    for stage, state in zip(opened.stages, made.states().values(), strict=True):
        states.add_row(stage.name, state, stage.about, ", ".join(stage.sources))
    found = Table("source", "here", "is", "licence", title="Sources", title_justify="left")
    for source in opened.sources:
        found.add_row(source.name, "no" if made.absent(source) else "yes", source.title, source.licence)
    out.print(states)
    out.print(found)


def run(
    stage: Annotated[list[str] | None, typer.Argument(help="The stages; default: all that are not done.")] = None,
    recipe: _Recipe = STARTER,
    work: _Work = WORK,
    sources: _Sources = None,
    again: Annotated[bool, typer.Option("--again", help="Also what is done; needs the names of the stages.")] = False,
) -> None:
    """Run the stages of a recipe that are not done, in order. Ctrl-C stops; the next run goes on."""
    if again and not stage:
        raise typer.BadParameter("--again needs the names of the stages.")

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell's background job ignores it, and so would its stages, which are ended with it.
    endings = [signal.SIGINT, signal.SIGTERM] + ([] if sys.platform == "win32" else [signal.SIGHUP])
    before = {number: signal.signal(number, stop) for number in endings}
    try:
        ran = Run(read_recipe(recipe), _places(recipe, work, sources), typer.echo).run(stage or (), again=again)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if not ran:
        typer.echo("Everything is done already.")


def _places(recipe: Path, work: Path, sources: Path | None) -> Places:
    made = work.resolve()
    found = made / "sources" if sources is None else sources.resolve()
    return Places(work=made, sources=found, assets=assets_folder(), recipe=recipe.resolve().parent)


def _document(recipe: Recipe, made: Run) -> dict[str, Any]:
    states = made.states()
    return {
        "title": recipe.title,
        "stages": [
            {
                "name": stage.name,
                "state": states[stage.name],
                "about": stage.about,
                "run": [stage.module, *map(made.places.fill, stage.arguments)],
                "needs": stage.needs,
                "makes": [made.places.fill(path) for path in stage.makes],
                "sources": [{"name": n, "licence": recipe.source(n).licence} for n in stage.sources],
            }
            for stage in recipe.stages
        ],
        "sources": [
            {
                "name": source.name,
                "title": source.title,
                "licence": source.licence,
                "origin": source.origin,
                "files": [{"path": made.places.fill(f"{{sources}}/{p}"), "sha256": h} for p, h in source.files.items()],
                "project": [made.places.fill(path) for path in source.project],
                "programs": source.programs,
                "modules": source.modules,
                "missing": made.absent(source),
            }
            for source in recipe.sources
        ],
    }
