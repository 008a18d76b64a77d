"""The devices of a sound server: their names, and what happens when it moves a stream; a server of values."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from app.audio.devices import Keeper
from app.audio.events import DeviceChanged, DeviceFailed, DeviceKind, PlaybackFinished
from app.audio.lines import Device, Line
from app.audio.pulse import Endpoint, Picture, Stream
from app.audio.served import Served
from app.audio.watch import Watch
from app.settings.model import AudioSettings
from tests.app.audio.simulated import Scene, Simulation, question

PLAIN = AudioSettings(echo_cancellation=False, noise_suppression=False, gain_control=False)
NONE = "auto_null"
NOWHERE = 99


class House(Watch):
    """A sound server that does at once what is asked for, as PulseAudio does it. Streams are put at the default."""

    def __init__(self) -> None:
        super().__init__()
        self.endpoints: dict[DeviceKind, list[Endpoint]] = {"loudspeaker": [], "microphone": []}
        self.default: dict[DeviceKind, str] = {"loudspeaker": "", "microphone": ""}
        self.streams: dict[DeviceKind, Stream | None] = {"loudspeaker": None, "microphone": None}
        self.wished: dict[DeviceKind, str] = {}
        """Where a client has moved such a stream: remembered, as module-stream-restore does."""
        self.moves = 0
        self.there = True
        self._numbers = count()

    def add(self, kind: DeviceKind, name: str, title: str, hardware: str = "", channels: int = 2) -> Endpoint:
        made = Endpoint(kind, next(self._numbers), name, title, 48_000, channels, hardware)
        self.endpoints[kind].append(made)
        if self.default[kind] in ("", NONE):
            self.default[kind] = name
        self._arrange(kind)
        return made

    def remove(self, endpoint: Endpoint) -> None:
        left = self.endpoints[endpoint.kind]
        left.remove(endpoint)
        if self.default[endpoint.kind] == endpoint.name:
            self.default[endpoint.kind] = left[0].name if left else NONE
        self._arrange(endpoint.kind)

    def make_default(self, endpoint: Endpoint) -> None:
        self.default[endpoint.kind] = endpoint.name
        self._arrange(endpoint.kind)

    def by_hand(self, endpoint: Endpoint) -> None:
        """The desktop's mixer moves our stream."""
        stream = self.streams[endpoint.kind]
        assert stream is not None
        self.move(stream, endpoint)

    def begin(self, kind: DeviceKind) -> None:
        self.streams[kind] = Stream(kind, next(self._numbers), -1)
        self._arrange(kind)

    def end(self, kind: DeviceKind) -> None:
        self.streams[kind] = None

    def at(self, kind: DeviceKind = "loudspeaker") -> str:
        """The server's name of where our stream is."""
        stream = self.streams[kind]
        return next((entry.name for entry in self.endpoints[kind] if stream and entry.index == stream.at), "")

    def _arrange(self, kind: DeviceKind) -> None:
        stream = self.streams[kind]
        places = {entry.name: entry.index for entry in self.endpoints[kind]}
        if stream is not None:
            at = places.get(self.wished.get(kind, ""), places.get(self.default[kind], NOWHERE))
            self.streams[kind] = replace(stream, at=at)

    # Watch

    def picture(self) -> Picture | None:
        endpoints = (*self.endpoints["loudspeaker"], *self.endpoints["microphone"])
        streams = tuple(stream for stream in self.streams.values() if stream is not None)
        picture = Picture(endpoints, dict(self.default), streams)
        if not self.there:
            self._picture = None
        elif picture != self._picture:
            self._picture = picture
        return self._picture

    def look(self, seconds: float) -> bool:
        return True

    def move(self, stream: Stream, endpoint: Endpoint, seconds: float = 0.0) -> bool:
        self.moves += 1
        if endpoint.name == self.default[endpoint.kind]:
            self.wished.pop(endpoint.kind, None)
        else:
            self.wished[endpoint.kind] = endpoint.name
        self._arrange(endpoint.kind)
        return True

    def close(self) -> None:
        pass


class Doors(Simulation):
    """As PortAudio, which knows the way to the server, and a card that the server leaves alone."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house

    def open(self, device: Device) -> Line:
        line = super().open(device)
        if self.sockets[device.index].device.name in ("pulse", "default"):
            self.house.begin(device.kind)
            close = line._close
            assert close is not None
            line.attach(lambda: (close(), self.house.end(device.kind))[0])
        return line

    def opened(self, kind: DeviceKind) -> int:
        return sum(socket.opened for socket in self.sockets if socket.device.kind == kind)


CARD = "Studio Card: Line (hw:3,0)"


class Room:
    """A room with a server: two loudspeakers and a microphone."""

    def __init__(self, **chosen: str) -> None:
        self.house = house = House()
        self.desk = house.add("loudspeaker", "pci", "Desk", "Built-in: ALC257 (hw:0,0)")
        self.headset = house.add("loudspeaker", "bluez.a2dp", "Headset")
        self.mic = house.add("microphone", "pci.in", "Desk microphone", channels=1)
        self.doors = doors = Doors(house)
        for kind in ("microphone", "loudspeaker"):
            for name in ("pulse", "default", CARD):
                doors.add(kind, name, channels=2, default=name == "default")  # type: ignore[arg-type]
        self.served = Served(doors, house)
        self.scene = Scene(PLAIN.model_copy(update=chosen), doors, self.served)
        self.scene.run(0.3)

    def told(self, kind: DeviceKind = "loudspeaker") -> list[str]:
        """The sentences, or names where nothing was said."""
        events = [event for event in self.scene.of((DeviceChanged, DeviceFailed)) if event.kind == kind]  # type: ignore[arg-type]
        return [event.reason or event.name for event in events]

    @property
    def keeper(self) -> Keeper:
        return self.scene.room._keeper

    def used(self, kind: DeviceKind = "loudspeaker") -> str:
        line = self.keeper.line(kind)
        return "" if line is None else line.device.name


def test_the_servers_devices_are_offered_by_their_names() -> None:
    room = Room()
    offered = [(d.kind, d.name, d.default) for d in room.served.devices() if d.offered]
    assert offered == [
        ("loudspeaker", "Desk", True),
        ("loudspeaker", "Headset", False),
        ("microphone", "Desk microphone", True),
    ]
    assert {d.name for d in room.served.devices() if not d.offered} == {CARD}
    assert (room.house.at(), room.told(), room.told("microphone")) == ("pci", ["Desk"], ["Desk microphone"])
    assert room.house.moves == 0


def test_what_is_chosen_is_played_there_and_stays_when_the_default_changes() -> None:
    room = Room(loudspeaker="Headset")
    assert (room.house.at(), room.used(), room.told()) == ("bluez.a2dp", "Headset", ["Headset"])
    room.house.make_default(room.headset)
    room.scene.run(1.5)
    room.house.make_default(room.desk)
    room.scene.run(1.5)
    assert (room.house.at(), room.told(), room.doors.opened("loudspeaker")) == ("bluez.a2dp", ["Headset"], 1)


def test_what_is_chosen_and_the_default_does_not_move_with_it() -> None:
    room = Room(loudspeaker="Desk")
    room.house.make_default(room.headset)
    room.scene.run(1.5)
    assert (room.house.at(), room.told(), room.doors.opened("loudspeaker")) == ("pci", ["Desk"], 1)


def test_a_chosen_device_that_goes_in_the_middle_of_a_reply_is_told_once_and_used_again() -> None:
    room = Room(loudspeaker="Headset")
    room.scene.room.play(1, question("en-1-brazil", 24_000))
    room.scene.room.end(1)
    room.scene.run(0.5)
    room.house.remove(room.headset)
    room.scene.until(PlaybackFinished, 10.0)
    assert (room.house.at(), room.used()) == ("pci", "Desk")
    room.house.add("loudspeaker", "bluez.a2dp", "Headset")
    room.scene.run(1.5)
    assert (room.house.at(), room.used()) == ("bluez.a2dp", "Headset")
    assert room.told() == [
        "Headset",
        "The loudspeaker “Headset” is not there. Using the loudspeaker “Desk” until it returns.",
        "The loudspeaker “Headset” is there again.",
    ]
    assert room.doors.opened("loudspeaker") == 1


def test_a_headset_that_changes_its_profile_is_not_spoken_of() -> None:
    room = Room(loudspeaker="Headset")
    room.house.remove(room.headset)
    room.scene.run(0.5)
    assert room.house.at() == "pci"
    room.house.add("loudspeaker", "bluez.headset", "Headset", channels=1)
    room.scene.run(2.0)
    assert (room.house.at(), room.told()) == ("bluez.headset", ["Headset"])
    assert room.doors.opened("loudspeaker") == 1


def test_another_default_is_told_and_nothing_is_opened_for_it() -> None:
    room = Room()
    room.house.make_default(room.headset)
    room.scene.run(1.5)
    assert room.told() == ["Desk", "The system's loudspeaker is “Headset” now."]
    assert (room.used(), room.doors.opened("loudspeaker"), room.doors.scans) == ("Headset", 1, 1)


def test_a_default_that_goes_away_is_told() -> None:
    room = Room()
    room.house.remove(room.desk)
    room.scene.run(1.5)
    assert room.told() == ["Desk", "“Desk” went away; using the loudspeaker “Headset” from now on."]


def test_who_moves_it_in_the_mixer_twice_is_obeyed() -> None:
    room = Room(loudspeaker="Headset")
    for _ in range(2):
        assert room.house.at() == "bluez.a2dp"
        room.house.by_hand(room.desk)
        room.scene.run(1.5)
    assert room.told() == ["Headset"]
    room.house.by_hand(room.desk)
    room.scene.run(60.0)
    assert (room.house.at(), room.told()[1:]) == ("pci", ["The system's loudspeaker is “Desk” now."])


def test_where_no_device_was_chosen_the_mixer_is_obeyed_at_once() -> None:
    room = Room()
    room.house.by_hand(room.headset)
    room.scene.run(1.5)
    assert (room.house.at(), room.told()[1:]) == ("bluez.a2dp", ["The system's loudspeaker is “Headset” now."])


def test_following_the_system_again_leaves_nothing_of_the_choice_behind() -> None:
    room = Room(loudspeaker="Headset")
    room.scene.room.update(PLAIN)
    room.scene.run(1.5)
    assert (room.house.at(), room.house.wished) == ("pci", {})
    room.house.make_default(room.headset)
    room.scene.run(1.5)
    assert room.told()[-1] == "The system's loudspeaker is “Headset” now."


def test_another_one_is_chosen_while_it_runs() -> None:
    room = Room()
    room.scene.room.update(PLAIN.model_copy(update={"loudspeaker": "Headset"}))
    room.scene.run(0.5)
    assert (room.house.at(), room.told()) == ("bluez.a2dp", ["Desk", "Headset"])


@pytest.mark.parametrize(
    ("wanted", "at", "name"),
    [
        ("default", "pci", "Desk"),
        ("pulse", "pci", "Desk"),
        ("pipewire", "pci", "Desk"),
        ("Built-in: ALC257 (hw:2,0)", "pci", "Desk"),
        (CARD, "", CARD),
    ],
)
def test_names_of_portaudio_in_the_settings_still_count(wanted: str, at: str, name: str) -> None:
    room = Room(loudspeaker=wanted)
    room.scene.run(1.5)
    assert (room.house.at(), room.used(), room.told()) == (at, name, [name])


def test_two_of_the_same_name_can_be_told_apart_also_when_one_is_gone() -> None:
    room = Room(loudspeaker="Headset (bluez.second)")
    assert room.told() == [
        "The loudspeaker “Headset (bluez.second)” is not there. Using the loudspeaker “Desk” until it returns."
    ]
    second = room.house.add("loudspeaker", "bluez.second", "Headset")
    room.scene.run(1.5)
    names = [device.name for device in room.keeper.known if device.kind == "loudspeaker" and device.offered]
    assert names == ["Desk", "Headset (bluez.a2dp)", "Headset (bluez.second)"]
    assert (room.house.at(), room.used()) == ("bluez.second", "Headset (bluez.second)")
    room.house.remove(room.headset)
    room.scene.run(1.5)
    assert (room.house.at(), room.used()) == ("bluez.second", "Headset")
    assert room.told()[1:] == ["The loudspeaker “Headset (bluez.second)” is there again.", "Headset"]
    room.house.remove(second)
    room.scene.run(1.5)
    assert room.house.at() == "pci"


def test_what_a_loudspeaker_plays_is_no_microphone() -> None:
    room = Room()
    room.house.remove(room.mic)
    room.scene.run(1.5)
    assert (room.used("microphone"), room.house.streams["microphone"]) == ("", None)
    room.house.add("microphone", "usb", "USB microphone")
    room.scene.run(0.5)
    assert room.told("microphone")[1:] == [
        "No microphone was found; plug one in, or type your question.",
        "The microphone “USB microphone” is there again.",
    ]
    assert room.house.at("microphone") == "usb"


def test_without_a_loudspeaker_it_is_told_and_the_next_one_is_used() -> None:
    room = Room()
    room.house.remove(room.headset)
    room.house.remove(room.desk)
    room.scene.run(1.5)
    room.house.add("loudspeaker", "usb", "USB loudspeaker")
    room.scene.run(0.5)
    assert room.told()[1:] == [
        "No loudspeaker was found; plug one in. Replies are shown as text meanwhile.",
        "The loudspeaker “USB loudspeaker” is there again.",
    ]


def test_a_new_stream_after_a_dropout_is_put_where_the_old_one_was() -> None:
    room = Room(loudspeaker="Headset")
    room.house.wished.clear()
    room.house.begin("loudspeaker")
    assert room.house.at() == "pci"
    room.scene.run(0.5)
    assert (room.house.at(), room.told()) == ("bluez.a2dp", ["Headset"])


def test_without_a_server_it_is_portaudios_list_and_one_that_comes_later_is_used() -> None:
    house = House()
    house.there = False
    doors = Doors(house)
    doors.add("microphone", "default", default=True)
    doors.add("loudspeaker", "default", default=True)
    served = Served(doors, house)
    scene = Scene(PLAIN, doors, served)
    scene.run(0.5)
    line = scene.room._keeper.line("loudspeaker")
    assert line is not None
    assert (line.device.name, [device.name for device in served.devices()]) == ("default", ["default", "default"])
    house.add("loudspeaker", "pci", "Desk")
    house.add("microphone", "pci.in", "Desk microphone")
    house.there = True
    scene.run(0.5)
    line = scene.room._keeper.line("loudspeaker")
    assert line is not None
    assert (line.device.name, house.at()) == ("Desk", "pci")
    house.there = False
    scene.run(0.5)
    line = scene.room._keeper.line("loudspeaker")
    assert line is not None
    assert line.device.name == "default"


def test_a_server_to_which_portaudio_has_no_door_is_of_no_use() -> None:
    house = House()
    house.add("loudspeaker", "pci", "Desk")
    doors = Doors(house)
    doors.add("loudspeaker", CARD, default=True)
    served = Served(doors, house)
    assert [device.name for device in served.devices()] == [CARD]
    assert not served.live()
