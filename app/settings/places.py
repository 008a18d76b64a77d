"""Where the program keeps its files: settings, conversations, logs, and what it remembers between two starts.

`CSLM_HOME` puts all of them under one folder (portable use, tests). Knows nothing of what is in the files.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from cslm_core.engine.process import default_log_folder
from cslm_core.errors import CslmError

__all__ = ["Places"]


@dataclass(frozen=True, slots=True)
class Places:
    """Folders; none of them needs to exist before `make`."""

    config: Path
    data: Path
    log: Path
    state: Path

    @classmethod
    def find(cls) -> Places:
        """The folders of this user, as the operating system wants them, or those under `CSLM_HOME`."""
        home = os.environ.get("CSLM_HOME")
        if home:
            folder = Path(home).expanduser().absolute()
            config, data, state = folder / "config", folder / "data", folder / "state"
        else:
            config = Path(platformdirs.user_config_dir("cslm", appauthor=False))
            data = Path(platformdirs.user_data_dir("cslm", appauthor=False))
            state = Path(platformdirs.user_state_dir("cslm", appauthor=False))
        return cls(config=config, data=data, log=default_log_folder(), state=state)

    @property
    def packs(self) -> Path:
        from cslm_core.packs.store import user_packs_folder  # here: a hotkey should not wait for it

        return user_packs_folder()

    @property
    def settings(self) -> Path:
        return self.config / "settings.toml"

    @property
    def conversations(self) -> Path:
        return self.data / "conversations.db"

    def make(self) -> None:
        """Make the folders, for this user only. Raises CslmError when the system refuses."""
        for folder in (self.config, self.data, self.log, self.state):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise CslmError(
                    f"The folder {folder} could not be made ({error.strerror}); "
                    "make it yourself or set CSLM_HOME to another one."
                ) from error
