"""Build hook: a wheel carries `assets/` as `share/cslm/assets`; an editable install reads them from the source tree.

Knows nothing of what the assets are.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable" and (Path(self.root) / "assets").is_dir():
            build_data["shared_data"]["assets"] = "share/cslm/assets"
