"""Which microphone and loudspeaker are used: chosen by name, kept, replaced when they go, taken again when they return.

PortAudio knows the devices as of its start, and can only look anew while nothing is open: that is done when something
seems to have changed and nobody is speaking. Every device is opened once per attempt: a Bluetooth headset that is
probed by opening it breaks off. Where a sound server moves what is open, that is told, and nothing is opened anew.
Knows nothing of sound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from app.audio.events import DeviceChanged, DeviceFailed, DeviceKind
from app.audio.lines import Backend, Device, Line, Place
from app.audio.names import chosen, placeless, rank
from cslm_core.errors import AudioError

__all__ = ["Keeper"]

_SILENT_SECONDS: Final = 2.0
"""A device whose callback does not come for so long is gone."""
_START_SECONDS: Final = 4.0
"""The same for a device that has just been opened: Bluetooth takes its time."""
_RETRY_SECONDS: Final = 2.0
_SHUN_SECONDS: Final = 10.0
"""A device that could not be opened is tried last for so long."""
_RESCAN_SECONDS: Final = 10.0
"""How often to look anew while a device is missing and nothing is to be disturbed."""
_STRAY_SECONDS: Final = 1.0
"""What a sound server moves for a shorter time is not told: a Bluetooth headset that changes its profile, say."""
_AGAINST_SECONDS: Final = 30.0
_AGAINST: Final = 2
"""Moved away so often within that time, a line stays where it was moved to: somebody else insists."""


@dataclass
class _Slot:
    kind: DeviceKind
    wanted: str = ""
    needed: bool = False
    line: Line | None = None
    opened: float = 0.0
    ran: str = ""
    """The name of the device that was used last."""
    failed: bool = False
    """Whether the user was told that there is none."""
    retry: float = float("-inf")
    shunned: dict[str, float] = field(default_factory=dict)
    lost: bool = False
    """Whether it broke off, and was not merely closed for a scan."""
    again: bool = False
    """Look whether another device ought to be used now."""
    stray: tuple[str, float] | None = None
    """Where a sound server has moved it, and when that was noticed; until it is told."""
    against: list[float] = field(default_factory=list)
    """When it was moved back to the wanted device."""


class Keeper:
    """Both devices. `tick` keeps them; `line` gives the open one. For one thread."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._slots: dict[DeviceKind, _Slot] = {
            "microphone": _Slot("microphone"),
            "loudspeaker": _Slot("loudspeaker"),
        }
        self._stale = False
        self._scanned = float("-inf")
        self._error = ""
        self.known: tuple[Device, ...] = ()
        """The devices as of the last scan."""

    def line(self, kind: DeviceKind) -> Line | None:
        return self._slots[kind].line

    def want(self, kind: DeviceKind, name: str, needed: bool) -> None:
        """Use the device of that name ("": the system's default), or none while it is not needed."""
        slot = self._slots[kind]
        if name != slot.wanted:
            slot.wanted = name
            slot.ran = ""  # it was chosen: there is nothing to explain
            slot.shunned.pop(name, None)
            slot.against.clear()
            slot.again = True
        if needed and not slot.needed:
            slot.retry = float("-inf")
        slot.needed = needed
        if not needed:
            self._shut(slot)
            slot.failed = False

    def refresh(self) -> None:
        """Look anew at the next occasion."""
        self._stale = True

    def start_over(self, kind: DeviceKind, *, tell: bool) -> None:
        """Close a device, whatever is wrong with it: the next tick opens it, and says so if `tell`."""
        slot = self._slots[kind]
        slot.failed = slot.failed or tell
        slot.retry = float("-inf")
        self._shut(slot)

    def _devices(self) -> list[Device]:
        """Empty when the system has no sound."""
        try:
            devices = self._backend.devices()
        except AudioError as error:
            self._error = str(error)
            devices = []
        self.known = tuple(devices)
        return devices

    def close(self) -> None:
        for slot in self._slots.values():
            self._shut(slot)

    def tick(self, now: float, idle: bool) -> list[DeviceChanged | DeviceFailed]:
        """Keep the devices. `idle`: nobody speaks and nothing plays, so that a short gap is not noticed."""
        slots = [slot for slot in self._slots.values() if slot.needed]
        lost = [slot for slot in slots if slot.line is not None and self._gone(slot, slot.line, now)]
        for slot in lost:
            self._shut(slot)
            slot.retry, slot.lost = now, True
            slot.shunned[slot.ran] = now + _SHUN_SECONDS
            self._stale = True
        missing = [slot for slot in slots if slot.line is None]
        if self._backend.changed():
            self._stale = True
        if missing and now - self._scanned >= _RESCAN_SECONDS:
            self._stale = True
        idle = idle or all(slot.line is None for slot in self._slots.values())
        if self._stale and self._backend.live():
            self._look(now, idle)
        elif self._stale and idle:
            self._scan(now)
        events: list[DeviceChanged | DeviceFailed] = []
        for slot in slots:
            if slot.again and slot.line is not None:
                events += self._move(slot, now)
            slot.again = False
            if slot.line is not None and slot.line.place is not None:
                events += self._follow(slot, slot.line, slot.line.place, now)
        for slot in slots:  # the microphone first: a headset may change its loudspeaker's rate when it is opened
            if slot.line is None and now >= slot.retry:
                events += self._find(slot, now)
        return events

    def _gone(self, slot: _Slot, line: Line, now: float) -> bool:
        if line.broken:
            return True
        patience = _SILENT_SECONDS if line.total else _START_SECONDS
        return now - max(line.called, slot.opened) > patience

    def _scan(self, now: float) -> None:
        for slot in self._slots.values():
            self._shut(slot)
            slot.retry = float("-inf")
            slot.shunned.clear()
        try:
            self._backend.rescan()
        except AudioError as error:
            self._error = str(error)
        self._stale = False
        self._scanned = now
        self._devices()

    def _look(self, now: float, idle: bool) -> None:
        """Look anew without a scan. What was opened when that was not possible is opened by its new name."""
        before = self.known
        names = {(device.kind, device.name) for device in self._devices()}
        open_slots = [slot for slot in self._slots.values() if slot.line is not None and slot.line.place is None]
        outdated = [slot for slot in open_slots if slot.line and (slot.kind, slot.line.device.name) not in names]
        for slot in outdated if idle else ():
            self._shut(slot)
        self._stale = bool(outdated) and not idle
        self._scanned = now
        if self.known != before:
            for slot in self._slots.values():
                slot.retry = float("-inf")
                slot.shunned.clear()

    def _follow(self, slot: _Slot, line: Line, place: Place, now: float) -> list[DeviceChanged | DeviceFailed]:
        """A sound server has moved a line: back, if the wanted device is there; else it is told where it is now."""
        known = list(self.known)
        order = rank(known, slot.kind, slot.wanted)
        name = chosen(known, slot.kind, slot.wanted)
        there = bool(order) and order[0].name == name
        at = place.where()
        if name and not there:
            slot.against.clear()
        if not name and at is not None and not at.default:
            place.leave()
            at = place.where()
        elif there and (at is None or at.name != name) and _may_insist(slot, now):
            place.go(order[0])
            at = order[0]
        if at is not None and at.name == line.device.name:
            slot.stray = None
            return []
        if slot.stray is None or slot.stray[0] != (at.name if at else ""):
            slot.stray = (at.name if at else "", now)
        if now - slot.stray[1] < _STRAY_SECONDS:
            return []
        slot.stray = None
        if at is not None:
            slot.lost = all(device.name != line.device.name for device in known if device.kind == slot.kind)
            line.device = at
            return self._tell(slot, at, "" if there and at.name != name else name, "")
        if order:  # it hears what a loudspeaker plays
            if _may_insist(slot, now):
                place.go(order[0])
            return []
        self._shut(slot)
        slot.retry, slot.lost = now, True
        return []

    def _move(self, slot: _Slot, now: float) -> list[DeviceChanged | DeviceFailed]:
        """Another device was chosen in the settings."""
        order = rank(self._devices(), slot.kind, slot.wanted)
        if order and slot.line is not None and order[0].name == slot.line.device.name:
            return []
        self._shut(slot)
        return self._find(slot, now)

    def _find(self, slot: _Slot, now: float) -> list[DeviceChanged | DeviceFailed]:
        """Open the best device that can be opened."""
        known = self._devices()
        name = chosen(known, slot.kind, slot.wanted)
        devices = rank(known, slot.kind, slot.wanted)
        devices.sort(key=lambda device: slot.shunned.get(device.name, 0.0) > now)
        trouble = ""
        for device in devices:
            try:
                slot.line = self._backend.open(device)
            except AudioError as error:
                slot.shunned[device.name] = now + _SHUN_SECONDS
                trouble = trouble or str(error)
                continue
            slot.opened, slot.stray = now, None
            slot.against.clear()
            return self._tell(slot, device, name, trouble)
        slot.retry = now + _RETRY_SECONDS
        if slot.failed:
            return []
        slot.failed = True
        return [DeviceFailed(slot.kind, trouble or self._error or _none(slot))]

    def _tell(self, slot: _Slot, device: Device, wanted: str, trouble: str) -> list[DeviceChanged | DeviceFailed]:
        """`wanted` is the name that the wanted device has now."""
        before, slot.ran = slot.ran, device.name
        failed, slot.failed = slot.failed, False
        lost, slot.lost = slot.lost, False
        what = f"the {slot.kind} “{device.name}”"
        same = placeless(device.name) == placeless(before) or before in device.also
        if same and not failed:  # it was away for a moment only, or has another name
            return [] if device.name == before else [DeviceChanged(slot.kind, device.name)]
        if wanted and device.name != wanted:
            reason = trouble or f"The {slot.kind} “{wanted}” is not there."
            return [DeviceChanged(slot.kind, device.name, f"{reason} Using {what} until it returns.")]
        if failed or (wanted and before not in ("", wanted)):
            return [DeviceChanged(slot.kind, device.name, f"{what[0].upper()}{what[1:]} is there again.")]
        if before and lost:
            return [DeviceChanged(slot.kind, device.name, f"“{before}” went away; using {what} from now on.")]
        if before:
            return [DeviceChanged(slot.kind, device.name, f"The system's {slot.kind} is “{device.name}” now.")]
        return [DeviceChanged(slot.kind, device.name)]

    def _shut(self, slot: _Slot) -> None:
        line, slot.line = slot.line, None
        if line is not None:
            line.close()


def _may_insist(slot: _Slot, now: float) -> bool:
    """Whether to move it back once more; noted."""
    if len(slot.against) >= _AGAINST:
        return False
    slot.against = [moment for moment in slot.against if now - moment < _AGAINST_SECONDS] + [now]
    return True


def _none(slot: _Slot) -> str:
    if slot.kind == "microphone":
        return "No microphone was found; plug one in, or type your question."
    return "No loudspeaker was found; plug one in. Replies are shown as text meanwhile."
