"""How the rows of tokens are trained, by whatever trains a joint LM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from torch import nn

__all__ = ["row_group"]

_EPSILON: Final = 1e-5
"""Adam divides by the size of a gradient plus this. A token that is never met has gradients of 2e-7 (it is only made
less likely), one that is has 1e-5 to 1e-3: with the usual 1e-8 both move as fast, and what is never met is lost."""


def row_group(rows: Sequence[nn.Parameter], factor: float) -> dict[str, Any]:
    """The optimiser's group of embedding rows, which learn `factor` times as fast as the rest."""
    return {"params": rows, "weight_decay": 0.0, "factor": factor, "eps": _EPSILON}
