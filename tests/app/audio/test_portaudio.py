"""PortAudio that does not start: told in a sentence, and tried again."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from app.audio.portaudio import PortAudio
from cslm_core.errors import AudioError


class Library(ModuleType):
    """As much of `sounddevice` as a scan needs: it counts as PortAudio does."""

    class PortAudioError(Exception):
        pass

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.running = True
        self.broken = False

    def _initialize(self) -> None:
        if self.broken:
            raise self.PortAudioError("no server")
        self.running = True

    def _terminate(self) -> None:
        if not self.running:
            raise self.PortAudioError("not initialized")
        self.running = False


def test_a_scan_recovers_from_one_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    backend = PortAudio()
    library.broken = True
    for _ in range(2):
        with pytest.raises(AudioError, match="no server"):
            backend.rescan()
    library.broken = False
    backend.rescan()
    assert library.running
    backend.rescan()
    assert library.running


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("class PortAudioError(Exception): pass\nraise PortAudioError('no host')", "cannot be used (no host)"),
        ("raise OSError('no library')", "install libportaudio2"),
        ("import a_part_that_nobody_has", "opens sound devices is missing"),
    ],
)
def test_a_library_that_cannot_be_loaded_is_a_sentence(
    source: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sounddevice.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    backend = PortAudio()
    for scan in (backend.devices, backend.rescan):
        with pytest.raises(AudioError) as raised:
            scan()
        assert sentence in str(raised.value)
