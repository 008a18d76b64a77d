"""Which of the devices is meant by a name in the settings, also by one that it had at another time.

Knows nothing of how devices are listed and opened.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.audio.events import DeviceKind
    from app.audio.lines import Device

__all__ = ["chosen", "meant", "placeless", "rank"]

_SYSTEM: Final = frozenset({"default", "pulse", "pipewire"})
"""What PortAudio calls a sound server's default. Where the server's devices are listed there is no such device."""

_PLACE: Final = re.compile(r"\s*\(hw:\d+,\d+\)$")
"""Where ALSA has put a device this time; plugged in again it may be elsewhere."""


def meant(devices: list[Device], kind: DeviceKind, wanted: str) -> str:
    """What the device called `wanted` is called now: the same but for its place, or "" if it is not there."""
    names = [device.name for device in devices if device.kind == kind]
    if wanted in names:
        return wanted
    also = [(name, device.name) for device in devices if device.kind == kind for name in (device.name, *device.also)]
    exact = (name for known, name in also if known == wanted)
    return next(exact, "") or next((name for known, name in also if placeless(known) == placeless(wanted)), "")


def chosen(devices: list[Device], kind: DeviceKind, wanted: str) -> str:
    """The same, or `wanted` itself where it is not there; "" also for another word for the system's default."""
    name = meant(devices, kind, wanted)
    return name or ("" if wanted in _SYSTEM and any(device.kind == kind for device in devices) else wanted)


def placeless(name: str) -> str:
    """A name without what may be another one the next time."""
    return _PLACE.sub("", name)


def rank(devices: list[Device], kind: DeviceKind, wanted: str) -> list[Device]:
    """The devices of a kind in the order in which to try them: the wanted one, the system's default, the others."""
    first = meant(devices, kind, wanted)
    usable = (d for d in devices if d.kind == kind and (d.offered or d.name == first))
    return sorted(usable, key=lambda d: (d.name != first, not d.default))
