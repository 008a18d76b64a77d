"""Choosing microphone and loudspeaker by name, or following the system. Knows nothing of how a device is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QComboBox

from app.audio.names import chosen
from app.window.context import Context
from app.window.pages.fields import Choice, Fields
from app.window.pages.operation import Operation

if TYPE_CHECKING:
    from app.audio.events import DeviceKind
    from app.audio.lines import Device

__all__ = ["DeviceChoices", "HasDevices", "device_choices"]


@runtime_checkable
class HasDevices(Protocol):
    """A room that knows what the system has."""

    def devices(self) -> list[Device]: ...


def device_choices(devices: list[Device], kind: DeviceKind, wanted: str = "") -> list[Choice]:
    """What can be chosen: the system's default, then every device once. `wanted` is what the settings call one now."""
    name = chosen(devices, kind, wanted)
    fitting = [device for device in devices if device.kind == kind and (device.offered or device.name == name)]
    default = next((device.name for device in fitting if device.default), "")
    follow = QCoreApplication.translate("Devices", "Follow the system")
    if default:
        follow = QCoreApplication.translate("Devices", "Follow the system ({0})").format(default)
    values = {name: wanted}
    names = ["", *dict.fromkeys(device.name for device in fitting)]
    return [(name or follow, values.get(name, name)) for name in names]


class DeviceChoices(QObject):
    """Two choices that are filled in the background, again whenever the devices change."""

    filled = Signal()

    def __init__(self, context: Context, fields: Fields, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._fields = fields
        self._asking = Operation(context.background, self)
        self._known: list[Device] = []
        self._wanted = self._in_settings()
        """What they were filled for."""
        self.microphone = self._box("audio.microphone")
        self.loudspeaker = self._box("audio.loudspeaker")
        context.room_opened.connect(self.refresh)
        context.bridge.device_changed.connect(self.refresh)
        context.settings_changed.connect(self._refill)

    def _box(self, field: str) -> QComboBox:
        box = self._fields.choice(field, device_choices([], "microphone"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(28)
        return box

    def called(self, kind: DeviceKind, wanted: str) -> str:
        """The name that a device of the settings has now; "" for the system's default."""
        return chosen(self._known, kind, wanted)

    def refresh(self) -> None:
        """Ask what is there now."""
        room = self._context.room
        if isinstance(room, HasDevices) and not self._asking.running:
            self._asking.run(lambda report: room.devices(), self._fill, lambda sentence: self._fill([]))

    def _refill(self) -> None:
        """What was chosen may have another name in the settings now."""
        if self._wanted != self._in_settings():
            self._fill(self._known)

    def _in_settings(self) -> tuple[str, str]:
        audio = self._context.settings.audio
        return audio.microphone, audio.loudspeaker

    def _fill(self, devices: list[Device]) -> None:
        self._known = devices
        self._wanted = microphone, loudspeaker = self._in_settings()
        self._fields.fill(self.microphone, device_choices(devices, "microphone", microphone))
        self._fields.fill(self.loudspeaker, device_choices(devices, "loudspeaker", loudspeaker))
        self.filled.emit()
