"""What the window and its pages work with, in one value that is handed to each: no globals.

A page is `Page(context: Context, parent: QWidget | None = None)`; it reads `context.settings`, changes them with
`context.change`, asks the session through `context.commands`, learns from `context.bridge`, and does what is slow with
`context.background`. Knows no widgets.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.session.notices import PackReady, StateChanged
from app.settings.model import Settings
from app.window.background import Background
from app.window.bridge import Bridge
from app.window.commands import Commands
from app.window.stalls import StallWatch
from app.window.theme import Theme
from cslm_core.errors import PackError
from cslm_core.packs.store import FoundPack, PackStore

if TYPE_CHECKING:
    from app.audio.room import Room
    from app.store.store import Store

__all__ = ["Context"]


class _Wanted(NamedTuple):
    """A pack that the user wants, until it is ready or has failed."""

    pack: FoundPack
    choose: bool
    undo: Callable[[], None] | None


class Context(QObject):
    """Made once by `main`; lives as long as the program."""

    settings_changed = Signal(object)
    """Settings, after they were changed by whomever"""
    page_wanted = Signal(str)
    """The name of a page ("packs", "settings", ...; "" for the conversation)"""
    room_opened = Signal()

    def __init__(
        self,
        *,
        settings: Settings,
        save: Callable[[Settings], None],
        store: Store,
        theme: Theme,
        log_folder: Path,
        packs: PackStore | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.store = store
        self.theme = theme
        self.log_folder = log_folder
        self.packs = packs if packs is not None else PackStore()
        self.bridge = Bridge(self)
        self.commands = Commands()
        self.background = Background(self)
        self.stalls = StallWatch(self)
        self.room: Room | None = None
        """None until the audio devices have been looked for."""
        self._save = save
        self._saving = threading.Lock()
        self._wanted: _Wanted | None = None
        self.bridge.pack_ready.connect(self._pack_ready)
        self.bridge.state_changed.connect(self._state_changed)

    def change(self, settings: Settings) -> None:
        """Take other settings: they are kept, the session and everybody who shows them is told."""
        if settings == self.settings:
            return
        self.settings = settings
        self.background.run(self._save_newest)
        self.commands.apply(settings)
        self.settings_changed.emit(settings)

    def _save_newest(self) -> None:
        with self._saving:  # read inside: of two changes in a row the later one is what stays
            self._save(self.settings)

    def open_pack(self) -> None:
        """Load the pack that the settings name, or the first one there is, unless the user has wanted another already.

        When there is none, the session is told, so that no question waits for it.
        """
        packs, wanted = self.packs, self.settings.conversing.pack or None

        def find() -> Path | PackError:
            try:
                return packs.find(wanted).folder
            except PackError as error:
                return error  # the session keeps its sentence with what was asked: not translated

        def found(outcome: Path | PackError) -> None:
            if self._wanted is not None:
                return
            if isinstance(outcome, PackError):
                self.commands.no_pack(str(outcome))
            else:
                self.commands.open_pack(outcome)

        self.background.run(find, found)

    def load_pack(self, pack: FoundPack, *, choose: bool = False, undo: Callable[[], None] | None = None) -> None:
        """Load a pack that the user wants. Nothing is kept of one that cannot be loaded, or every start would fail.

        With `choose` the settings name it from when it is ready; `undo` is done in the background if it cannot be.
        """
        self._wanted = _Wanted(pack, choose, undo)
        self.bridge.dismiss("pack")  # of another one
        self.commands.open_pack(pack.folder)

    def _pack_ready(self, ready: PackReady) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted.choose and wanted.pack.manifest.digest == ready.pack.digest:
            conversing = self.settings.conversing.model_copy(update={"pack": wanted.pack.manifest.identity})
            self.change(self.settings.model_copy(update={"conversing": conversing}))

    def _state_changed(self, state: StateChanged) -> None:
        if state.state == "failed":
            wanted, self._wanted = self._wanted, None
            if wanted is not None and wanted.undo is not None:
                self.background.run(wanted.undo)

    def open_room(self, room: Room) -> None:
        """The audio devices are there."""
        self.room = room
        self.room_opened.emit()

    def show_page(self, name: str) -> None:
        """Bring a page to the front; "" brings the conversation back."""
        self.page_wanted.emit(name)
