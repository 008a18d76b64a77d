"""What a machine has: its devices as the window calls them."""

from __future__ import annotations

import pytest

from app.audio.lines import Device
from app.support import machine
from cslm_core.errors import AudioError


class Sound:
    """A backend with devices, or none."""

    def __init__(self, devices: list[Device] | None) -> None:
        self._devices = devices
        self.closed = False

    def devices(self) -> list[Device]:
        if self._devices is None:
            raise AudioError("The system has no sound devices; plug one in or start the audio server.")
        return self._devices

    def close(self) -> None:
        self.closed = True


def test_the_defaults_are_called_as_in_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = Sound(
        [
            Device("microphone", "Webcam", 48_000, 1),
            Device("microphone", "Headset", 16_000, 1, default=True),
            Device("loudspeaker", "Desk speakers", 48_000, 2, default=True),
        ]
    )
    monkeypatch.setattr(machine, "system_backend", lambda: sound)
    assert machine.examine()["sound"] == {"input": "Headset", "output": "Desk speakers", "error": None}
    assert sound.closed


def test_no_sound_is_told_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = Sound(None)
    monkeypatch.setattr(machine, "system_backend", lambda: sound)
    found = machine.examine()["sound"]
    assert (found["input"], found["output"]) == (None, None)
    assert found["error"] == (
        "The system has no sound devices; plug one in or start the audio server. Files work without it."
    )
    assert sound.closed
