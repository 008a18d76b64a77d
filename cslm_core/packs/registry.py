"""Which code reads a component: its role and `kind` in the manifest name a loader.

A loader is imported only when its kind is asked for, so that importing this module loads nothing heavy. Adding a kind
is adding one file and one line of the table. Knows nothing of what a component does (`components.py`).
"""

import importlib
import inspect
import operator
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, cast

from cslm_core.errors import PackError

__all__ = ["Loader", "kinds", "load_component", "register"]

Loader = Callable[..., Any]
"""Called as `loader(folder)`, with `device=` and `threads=` if it takes those; gives what the role's Protocol says."""

_TABLE: Final[dict[tuple[str, str], str | Loader]] = {
    ("tokenizer", "whisper-vq"): "cslm_core.tokenizer.tokenizer:load_tokenizer",
    ("lm", "llama-int8"): "cslm_core.lm.load:load_lm",
    ("decoder", "cslm-flow"): "cslm_core.decoder.decoder:FlowDecoder.load",
}


def register(role: str, kind: str, loader: str | Loader) -> None:
    """Add a kind: its loader, or where that is as "module:name". The same pair again replaces it."""
    _TABLE[(role, kind)] = loader


def kinds(role: str) -> list[str]:
    """The kinds that can be read for a role."""
    return sorted(kind for known, kind in _TABLE if known == role)


def load_component(
    role: str,
    kind: str,
    folder: Path,
    *,
    device: str = "auto",
    threads: int | None = None,
    adapters: Sequence[Path] = (),
) -> Any:
    """Read the component in `folder`.

    `adapters` are folders of language packs' adapters, which must not be given for a kind that takes none. `device` is
    "auto", "cpu", "cuda" or "mps"; `threads` bounds the CPU threads (None: as the library likes). Raises PackError when
    the kind is not known here.
    """
    loader = _TABLE.get((role, kind))
    if loader is None:
        known = ", ".join(kinds(role)) or "none"
        raise PackError(
            f"This program cannot read a {role} of the kind '{kind}' (it reads: {known}); update the program."
        )
    if isinstance(loader, str):
        module, function = loader.split(":")
        loader = cast(Loader, operator.attrgetter(function)(importlib.import_module(module)))
    taken = inspect.signature(loader).parameters
    options: dict[str, Any] = {"device": device, "threads": threads}
    if adapters:
        if "adapters" not in taken:
            raise PackError(f"A {role} of the kind '{kind}' takes no language packs; switch them off.")
        options["adapters"] = adapters
    return loader(folder, **{name: value for name, value in options.items() if name in taken})
