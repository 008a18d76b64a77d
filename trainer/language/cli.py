"""`cslm-trainer language`: teaching a pack a new language, step by step, on one job folder."""

from __future__ import annotations

import typer

from trainer.language import cli_corpus, cli_teach

__all__ = ["commands"]

commands = typer.Typer(help="Teach a pack a new language.", no_args_is_help=True)
cli_corpus.register(commands)
cli_teach.register(commands)
