"""After whom a new language is read aloud: one voice, where there is enough of it.

Units carry some of the voice. Many voices are good to listen to; but who reads aloud after all of them at once learns
for each sound as many units as there are voices, and a decoder their average. Knows nothing of units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from trainer.language.records import Row

__all__ = ["readers_of"]

_ENOUGH: Final = 15 * 60.0
"""Seconds of training speech from which on one voice is enough."""


def readers_of(rows: Iterable[Row], named: Iterable[str] = ()) -> frozenset[str]:
    """The speakers to read aloud after: those that are `named` (the job's option `aloud`), else who speaks most of the
    training, if that is enough. Nobody: all of them."""
    if chosen := frozenset(named):
        return chosen
    seconds: Counter[str] = Counter()
    for row in rows:
        if row.get("split") == "train":
            seconds[str(row["speaker"])] += row["seconds"]
    return frozenset(name for name, spoken in seconds.most_common(1) if spoken >= _ENOUGH)
