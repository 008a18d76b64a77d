"""A real PulseAudio server of its own with null sinks: listed, chosen, taken away in the middle, changed by default."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest

from app.audio.devices import Keeper
from app.audio.events import DeviceChanged, DeviceFailed
from app.audio.lines import Line
from app.audio.portaudio import PortAudio
from app.audio.pulse import UnreachableError, connect
from app.audio.served import Served
from app.audio.watch import Watch
from tests.journeys.virtual import SoundCard

PROGRAMS = ("pulseaudio", "pactl", "pacat", "parec")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
needs_pulse = pytest.mark.skipif(
    sys.platform != "linux" or bool(MISSING), reason=f"needs {', '.join(MISSING) or 'Linux'} (make tools)"
)

FIRST, SECOND = "Null Output (speaker)", "Second room"
PATIENCE = 30.0
TONE = np.sin(np.arange(4_800)[:, None] / 10).astype(np.float32) / 2


@contextmanager
def sound_card() -> Iterator[SoundCard]:
    """A server with the sinks `speaker` (the default), `micfeed` and `second`; PortAudio as if it had started now."""
    before = dict(os.environ)
    try:
        with SoundCard() as card:
            card.load("module-stream-restore", "restore_device=yes")
            card.plug_sink("second", SECOND)
            try:
                PortAudio().rescan()
                yield card
            finally:
                os.environ.clear()
                os.environ.update(before)
                os.environ["PULSE_SERVER"] = "unix:/nobody"  # PortAudio looks around: at no server of this machine
                PortAudio().rescan()
    finally:
        os.environ.clear()
        os.environ.update(before)


class Listener:
    """A keeper in this thread, a tone in the loudspeaker while it `rings`, and what was told."""

    def __init__(self, card: SoundCard) -> None:
        self.card = card
        self.watch = Watch()
        self.backend = Served(PortAudio(), self.watch)
        self.keeper = Keeper(self.backend)
        self.sentences: list[str] = []
        self.rings = False

    def close(self) -> None:
        self.keeper.close()
        self.backend.close()

    def tick(self) -> None:
        for event in self.keeper.tick(self.backend.now(), not self.rings):
            if isinstance(event, DeviceChanged | DeviceFailed) and event.reason:
                self.sentences.append(event.reason)
        line = self.keeper.line("loudspeaker")
        if self.rings and line is not None and line.ring.readable < TONE.size:
            line.ring.write(TONE)
        time.sleep(0.005)

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, (self.sentences, self.watch.picture())
            self.tick()

    def line(self) -> Line:
        line = self.keeper.line("loudspeaker")
        assert line is not None
        return line

    def heard(self, *names: str) -> set[str]:
        """At which of the sinks sound arrives within the next second of the tone."""
        with ExitStack() as stack:
            recordings = {name: stack.enter_context(self.card.recording(name)) for name in names}
            self.until(lambda: all(recording.pcm.size > 48_000 for recording in recordings.values()))
            return {name for name, recording in recordings.items() if recording.sounding(0.5)}


@pytest.fixture
def card() -> Iterator[SoundCard]:
    with sound_card() as made:
        if not any(device.name in ("pulse", "default") for device in PortAudio().devices()):
            pytest.skip("ALSA has no plug-in for PulseAudio (make tools)")
        yield made


@pytest.fixture
def listener(card: SoundCard) -> Iterator[Listener]:
    made = Listener(card)
    yield made
    made.close()


@needs_pulse
def test_all_are_listed_by_what_they_are_called(listener: Listener) -> None:
    devices = [device for device in listener.backend.devices() if device.offered]
    names = [(device.kind, device.name, device.default) for device in devices]
    assert sorted(names) == [
        ("loudspeaker", "Null Output (micfeed)", False),
        ("loudspeaker", FIRST, True),
        ("loudspeaker", SECOND, False),
        ("microphone", "Remapped Monitor of Null Output", True),
    ]
    assert {device.channels for device in devices} <= {1, 2}
    assert listener.backend.live()


@needs_pulse
def test_what_is_chosen_sounds_there_and_goes_and_comes_without_being_opened_again(
    listener: Listener, card: SoundCard
) -> None:
    listener.keeper.want("loudspeaker", SECOND, True)
    listener.rings = True
    listener.until(lambda: listener.keeper.line("loudspeaker") is not None)
    line = listener.line()
    assert listener.heard("speaker", "second") == {"second"}
    card.unplug_sink("second")
    listener.until(lambda: bool(listener.sentences))
    place = listener.line().device.name
    assert listener.sentences == [
        f"The loudspeaker “{SECOND}” is not there. Using the loudspeaker “{place}” until it returns."
    ]
    assert place == FIRST
    assert listener.heard("speaker") == {"speaker"}
    card.plug_sink("second", SECOND)
    listener.until(lambda: len(listener.sentences) > 1)
    assert listener.sentences[1:] == [f"The loudspeaker “{SECOND}” is there again."]
    assert listener.heard("speaker", "second") == {"second"}
    assert listener.line() is line


@needs_pulse
def test_another_default_is_followed_and_told(listener: Listener, card: SoundCard) -> None:
    listener.keeper.want("loudspeaker", "", True)
    listener.rings = True
    listener.until(lambda: listener.keeper.line("loudspeaker") is not None)
    line = listener.line()
    assert (line.device.name, listener.heard("speaker", "second")) == (FIRST, {"speaker"})
    card.make_default("second")
    listener.until(lambda: bool(listener.sentences))
    assert listener.sentences == [f"The system's loudspeaker is “{SECOND}” now."]
    assert listener.heard("speaker", "second") == {"second"}
    assert listener.line() is line


@needs_pulse
def test_a_server_that_remembers_where_we_were_follows_the_default_again(listener: Listener, card: SoundCard) -> None:
    listener.rings = True
    listener.keeper.want("loudspeaker", SECOND, True)
    listener.until(lambda: listener.keeper.line("loudspeaker") is not None)
    listener.keeper.want("loudspeaker", "", True)
    listener.until(lambda: listener.line().device.name == FIRST)
    listener.until(lambda: listener.heard("speaker", "second") == {"speaker"})
    card.make_default("second")
    listener.until(lambda: listener.line().device.name == SECOND)
    assert listener.heard("speaker", "second") == {"second"}


@needs_pulse
def test_a_microphone_that_goes_is_not_replaced_by_what_a_loudspeaker_plays(
    listener: Listener, card: SoundCard
) -> None:
    listener.keeper.want("microphone", "", True)
    listener.until(lambda: listener.keeper.line("microphone") is not None)
    card.unplug_microphone()
    listener.until(lambda: bool(listener.sentences))
    assert listener.sentences == ["No microphone was found; plug one in, or type your question."]
    card.plug_microphone("headset")
    listener.until(lambda: len(listener.sentences) > 1)
    assert listener.sentences[1:] == ["The microphone “Remapped Monitor of Null Output” is there again."]


def test_where_nobody_listens_there_is_no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    with pytest.raises(UnreachableError):
        connect()


@pytest.mark.skipif(sys.platform != "linux", reason="a socket of Linux")
def test_a_server_that_does_not_answer_costs_a_second(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/silent")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{tmp_path}/silent")
        silent.listen()
        watch = Watch()
        began = time.monotonic()
        assert watch.picture() is None
        assert time.monotonic() - began < PATIENCE
    watch.close()


def test_without_libpulse_there_is_none_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pulsectl", None)
    with pytest.raises(UnreachableError) as raised:
        connect()
    assert not raised.value.ever
