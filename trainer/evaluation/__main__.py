"""`python -m trainer.evaluation`: make test sets, judge a pack, and compare it with a cascade.

Knows only which commands there are; an error meant for the user is one sentence and exit code 2.
"""

from __future__ import annotations

import argparse
import sys

from cslm_core.errors import CslmError
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
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except CslmError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
