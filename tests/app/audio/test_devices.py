"""Which devices are used: chosen, lost, frozen, refused, found again, by a default that moves and names that change."""

import pytest

from app.audio.events import DeviceChanged, DeviceFailed, DeviceKind, PlaybackFinished
from app.audio.lines import Device
from app.audio.names import meant, rank
from app.settings.model import AudioSettings
from tests.app.audio.simulated import Scene, Simulation, question

PLAIN = AudioSettings(echo_cancellation=False, noise_suppression=False, gain_control=False)


def world() -> Simulation:
    made = Simulation()
    made.add("microphone", "Built-in", default=True)
    made.add("loudspeaker", "Speaker", channels=2, default=True)
    return made


def told(scene: Scene, kind: DeviceKind = "microphone") -> list[str]:
    """The sentences, or names where nothing was said."""
    events = [event for event in scene.of((DeviceChanged, DeviceFailed)) if event.kind == kind]  # type: ignore[arg-type]
    return [event.reason or event.name for event in events]


def used(scene: Scene, kind: DeviceKind = "microphone") -> str:
    line = scene.room._keeper.line(kind)
    return "" if line is None else line.device.name


def test_a_lost_device_is_replaced_and_taken_again_when_it_returns() -> None:
    made = world()
    headset = made.add("microphone", "Headset")
    scene = Scene(PLAIN.model_copy(update={"microphone": "Headset"}), made)
    scene.run(0.5)
    assert used(scene) == "Headset"
    made.remove(headset)
    scene.run(3.0)
    assert used(scene) == "Built-in"
    made.bring_back(headset)
    scene.run(1.0)
    assert used(scene) == "Headset"
    assert told(scene) == [
        "Headset",
        "The microphone “Headset” is not there. Using the microphone “Built-in” until it returns.",
        "The microphone “Headset” is there again.",
    ]


def test_a_device_that_freezes_is_left_for_another_one() -> None:
    made = world()
    headset = made.add("microphone", "Headset")
    scene = Scene(PLAIN.model_copy(update={"microphone": "Headset"}), made)
    scene.run(0.5)
    headset.frozen = headset.refuses = True
    scene.run(3.0)
    assert used(scene) == "Built-in"
    refused = "The microphone “Headset” cannot be opened; choose another one."
    assert told(scene)[1] == f"{refused} Using the microphone “Built-in” until it returns."
    made.say(question("en-1-brazil"), gain=0.5)
    scene.run(1.5)
    assert "SpeechStarted" in scene.kinds()


def test_one_that_freezes_for_a_moment_is_opened_again_without_a_word() -> None:
    made = world()
    scene = Scene(PLAIN, made)
    scene.run(0.5)
    made.sockets[0].frozen = True
    scene.run(2.2)
    made.sockets[0].frozen = False
    scene.run(1.0)
    assert used(scene) == "Built-in"
    assert made.sockets[0].opened > 1
    assert told(scene) == ["Built-in"]


def test_a_device_that_refuses_is_not_asked_all_the_time_and_is_told_once() -> None:
    made = world()
    made.sockets[0].refuses = True
    scene = Scene(PLAIN, made)
    scene.run(9.0)
    assert told(scene) == ["The microphone “Built-in” cannot be opened; choose another one."]
    assert 2 <= made.sockets[0].opened <= 6
    made.sockets[0].refuses = False
    scene.run(3.0)
    assert told(scene)[1:] == ["The microphone “Built-in” is there again."]


def test_no_microphone_at_all_is_told_and_one_that_is_plugged_in_is_used() -> None:
    made = Simulation()
    made.add("loudspeaker", "Speaker", channels=2, default=True)
    scene = Scene(PLAIN, made)
    scene.run(0.5)
    assert told(scene) == ["No microphone was found; plug one in, or type your question."]
    made.add("microphone", "Headset", default=True)
    scene.run(1.0)
    assert (used(scene), told(scene)[1:]) == ("Headset", ["The microphone “Headset” is there again."])


def test_a_system_without_sound_is_told_for_both_and_heard_of_again() -> None:
    made = world()
    made.server = False
    scene = Scene(PLAIN, made)
    scene.run(0.5)
    sentence = "The system has no sound devices; plug one in or start the audio server."
    assert told(scene) == told(scene, "loudspeaker") == [sentence]
    made.server = True
    scene.run(10.5)
    assert (used(scene), used(scene, "loudspeaker")) == ("Built-in", "Speaker")


def test_the_system_chooses_another_default() -> None:
    made = world()
    scene = Scene(PLAIN, made)
    scene.run(0.5)
    made.add("microphone", "Headset", default=True)
    built_in = made.sockets[0]
    made.sockets[0].device = Device("microphone", built_in.device.name, 48_000, 1, False, 0)
    scene.run(0.5)
    assert (used(scene), told(scene)[1:]) == ("Headset", ["The system's microphone is “Headset” now."])


def test_a_lost_loudspeaker_costs_no_reply() -> None:
    made = world()
    other = made.add("loudspeaker", "Headphones", channels=2)
    scene = Scene(PLAIN.model_copy(update={"loudspeaker": "Headphones"}), made)
    scene.run(0.3)
    scene.room.play(1, question("en-1-brazil", 24_000))
    scene.room.end(1)
    scene.run(0.5)
    made.remove(other)
    scene.until(PlaybackFinished, 10.0)
    assert used(scene, "loudspeaker") == "Speaker"


def test_nothing_is_looked_for_while_somebody_speaks() -> None:
    made = world()
    scene = Scene(PLAIN, made)
    scene.run(0.3)
    made.say(question("en-1-brazil"), gain=0.5)
    scene.run(1.0)
    scans = made.scans
    made.add("microphone", "Headset", default=True)
    scene.run(0.5)
    assert made.scans == scans
    scene.run(4.0)
    assert made.scans == scans + 1


# --- names that ALSA gives --------------------------------------------------------------------------------------------

FIRST, SECOND = "USB Audio: - (hw:1,0)", "USB Audio: - (hw:2,0)"


def devices(*names: str) -> list[Device]:
    return [Device("microphone", name, 48_000, 1, default=name == "default") for name in names]


@pytest.mark.parametrize(
    ("names", "wanted", "first"),
    [
        (["default", SECOND], FIRST, SECOND),
        (["default", SECOND, FIRST], FIRST, FIRST),
        (["default", "USB Audio Two: - (hw:1,0)"], FIRST, "default"),
        (["Other", "default", SECOND], "", "default"),
    ],
)
def test_a_name_counts_without_its_place(names: list[str], wanted: str, first: str) -> None:
    assert rank(devices(*names), "microphone", wanted)[0].name == first
    assert meant(devices(*names), "microphone", wanted) == ("" if first == "default" else first)


def test_plugged_in_again_at_another_place_it_is_the_same_device() -> None:
    made = world()
    before = made.add("microphone", FIRST)
    scene = Scene(PLAIN.model_copy(update={"microphone": FIRST}), made)
    scene.run(0.5)
    made.remove(before)
    made.add("microphone", SECOND)
    scene.run(3.0)
    assert (used(scene), told(scene)) == (SECOND, [FIRST, SECOND])
