"""`python -m trainer.evaluation`: make test sets, judge a pack, and compare it with a cascade.

Knows only which commands there are; an error meant for the user is one sentence and exit code 2.
"""

from __future__ import annotations

import argparse

from trainer.command import run_command
from trainer.evaluation import bench, build, run


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    parser = argparse.ArgumentParser(prog="python -m trainer.evaluation", description=__doc__)
    commands = parser.add_subparsers(required=True)
    build.add_commands(commands)
    run.add_command(commands)
    bench.add_commands(commands)
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Run one command."""
    run_command(lambda options: options.run(options), parser(), arguments)


if __name__ == "__main__":
    main()
