"""The model: packs, units, the joint language model, the speech decoder and the engine.

Importing this package loads nothing heavy; torch comes only with the modules that compute.
"""

from cslm_core._version import __version__
from cslm_core.threads import wait_asleep

wait_asleep()

__all__ = ["__version__"]
