"""Where the files that come with the program are: in the source tree, or beside an installed one.

Knows nothing of what they are. `CSLM_ASSETS` names another folder (tests, packagers).
"""

import os
import sys
from pathlib import Path

__all__ = ["assets_folder"]


def assets_folder() -> Path:
    """The `assets` folder; it may not exist (a wheel built without assets)."""
    override = os.environ.get("CSLM_ASSETS")
    if override:
        return Path(override)
    tree = Path(__file__).resolve().parents[1]
    if (tree / "pyproject.toml").is_file():
        return tree / "assets"
    return Path(sys.prefix) / "share" / "cslm" / "assets"
