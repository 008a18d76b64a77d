"""Settings files of older versions of the program, brought up to date step by step.

A step changes the document in place and keeps what it does not know. Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from tomlkit import TOMLDocument

from app.settings.model import SCHEMA

__all__ = ["STEPS", "Step", "migrate", "version_of"]

Step: TypeAlias = Callable[[TOMLDocument], None]

STEPS: Final[tuple[Step, ...]] = ()
"""STEPS[n] makes schema n + 2 of n + 1, so that there is one less than SCHEMA says. The first schema needs none."""


def version_of(document: TOMLDocument) -> int:
    """The schema that the file says it has; one written by hand says nothing and is taken as up to date."""
    version = document.get("schema_version")
    return int(version) if isinstance(version, int) and version >= 1 else SCHEMA


def migrate(document: TOMLDocument, steps: Sequence[Step] = STEPS) -> bool:
    """Bring `document` up to date in place; False when it was already, or is of a newer version of the program."""
    version = version_of(document)
    newest = len(steps) + 1
    if version >= newest:
        return False
    for step in steps[version - 1 :]:
        step(document)
    document["schema_version"] = newest
    return True
