"""How the threads that compute wait for one another. Knows nothing of what is computed."""

from __future__ import annotations

import os

__all__ = ["wait_asleep"]


def wait_asleep() -> None:
    """Let threads of a parallel computation sleep while they wait, unless the user has said otherwise.

    OpenMP lets them spin, which is no faster here and ruinous where another program wants a core: the one that is
    waited for then gets no time (LAB.md, "Threads that wait"). It is read when torch is loaded, so call this before.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
