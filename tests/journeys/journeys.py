"""What a user does with the program, each as a function of driver and sound card that gives figures or fails.

Knows nothing of how a journey is started or told.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.signal
import soxr

from app.audio.lines import Line
from app.audio.ring import Block
from app.session.notices import DeviceNotice, WordSpoken
from app.store.model import Turn
from tests.journeys.driver import Driver, spoken
from tests.journeys.virtual import RATE, Recording, SoundCard
from trainer.decoder.judges import WHISPER_RATE, Judges, error_rate

__all__ = ["JOURNEYS", "SHORT", "Figures", "Journey", "Room"]

Figures = dict[str, object]
Journey = Callable[[Driver, SoundCard, "Room"], Figures]


@dataclass(frozen=True)
class Room:
    """Whose questions are asked, and who listens to the loudspeaker."""

    questions: Path
    """The folder with spoken ones."""
    judges: Judges | None = None
    """Whisper; without it nobody does but by comparison with the stored sound."""


ENGLISH: Final = "en-3-museum.flac"
OTHER: Final = "en-1-brazil.flac"
LONG: Final = "Tell me something long about the sea, the weather and good food."
QUIET: Final = np.zeros(RATE // 2, np.float32)


def _ask(driver: Driver, card: SoundCard, room: Room, name: str = ENGLISH, noise: float | None = None) -> float:
    """Speak a question into the microphone; when its last sample was heard (monotonic)."""
    pcm = spoken(room.questions / name)
    pcm = pcm[: np.flatnonzero(np.abs(pcm) > 0.01)[-1] + 1]  # the end of the file is not the end of the speech
    tail = np.zeros(2 * RATE, np.float32)
    said = np.concatenate([QUIET, pcm, tail])
    if noise is not None:
        level = float(np.sqrt(np.mean(pcm**2))) * 10 ** (-noise / 20)
        said = said + level * np.random.default_rng(0).standard_normal(said.size).astype(np.float32)
    ended = [0.0]

    def say() -> None:
        card.say(said)
        ended[0] = time.monotonic() - tail.size / RATE

    driver.during(say)
    return ended[0]


def _type(driver: Driver, text: str) -> None:
    composer = driver.program.window.panel.composer
    composer.field.setPlainText(text)
    composer.ask_button.click()


def _first_sound(recording: Recording, after: float) -> float:
    """Seconds after `after` at which the loudspeaker began to sound."""
    loud = np.flatnonzero(np.abs(recording.since(after)) > 2e-3)
    return float(loud[0]) / RATE if loud.size else float("nan")


def _likeness(played: npt.NDArray[np.float32], stored: npt.NDArray[np.float32]) -> float:
    """How well pieces of a stored sound are found in what was played (both 48 kHz): median correlation, 1 is the same.

    Piece by piece, since a loaded machine may make the player pause for sound that is not decoded yet.
    """
    size = RATE // 3
    energy = np.concatenate([[0.0], np.cumsum(played.astype(np.float64) ** 2)])
    found = []
    for begin in range(0, stored.size - size + 1, size):
        piece = stored[begin : begin + size]
        if np.abs(piece).max() < 0.02 or played.size < size:
            continue
        product = scipy.signal.correlate(played, piece, mode="valid", method="fft")
        norms = np.sqrt(np.maximum(energy[size:] - energy[:-size], 1e-6)) * np.linalg.norm(piece)
        found.append(float((product / norms).max()))
    return float(np.median(found)) if found else 0.0


def _reply(driver: Driver, turn: Turn) -> npt.NDArray[np.float32]:
    """The stored sound of a reply, 48 kHz."""
    kept = driver.program.context.store.sound(turn.id, "reply")
    if kept is None:
        return np.zeros(0, np.float32)
    pcm, rate = kept
    resampled: npt.NDArray[np.float32] = soxr.resample(pcm, rate, RATE)
    return resampled


@contextmanager
def _long_reply(driver: Driver, card: SoundCard) -> Iterator[tuple[Recording, int]]:
    """While a reply is being heard; the number of turns with it."""
    count = len(driver.turns) + 1
    with card.recording() as recording:
        _type(driver, LONG)
        driver.wait(lambda: driver.state == "speaking" and recording.sounding(), 60, "the reply to be heard")
        yield recording, count


def question(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """A spoken question is heard, answered, and the loudspeaker plays what the window shows."""
    count = len(driver.turns) + 1
    words: list[WordSpoken] = []
    driver.program.context.bridge.word_spoken.connect(words.append)
    with card.recording() as recording:
        ended = _ask(driver, card, room)
        turn = driver.wait_turn(count)
        driver.pump(0.5)
    driver.program.context.bridge.word_spoken.disconnect(words.append)
    assert turn.origin == "spoken", turn
    assert turn.question, "nothing was heard"
    assert turn.reply, "there is no reply"
    reply = _reply(driver, turn)
    likeness = driver.during(lambda: _likeness(recording.pcm, reply))
    assert likeness > 0.9, f"the loudspeaker played something else ({likeness:.2f})"
    shown = {(w.chunk, w.word) for w in words if w.word is not None}
    assert shown, "no word was marked while it was spoken"
    first_sound = _first_sound(recording, ended)
    assert first_sound < 10, "no sound came"
    return {
        "heard": turn.question,
        "reply": turn.reply,
        "first sound after the end of speech, s": round(first_sound, 2),
        "played equals stored": round(likeness, 3),
        "words marked": len(shown),
        **_understood(driver, recording.since(ended), turn.reply, room),
    }


def _understood(driver: Driver, played: npt.NDArray[np.float32], reply: str, room: Room) -> Figures:
    """What Whisper hears of an English reply: it must be what the window shows, in more than half of the words."""
    if room.judges is None:
        return {}
    judges, pcm = room.judges, soxr.resample(played, RATE, WHISPER_RATE)
    heard = driver.during(lambda: judges.hear(pcm, "en"))
    errors = error_rate([(reply, heard)], "en")
    assert errors is not None, "the reply has no words"
    assert errors < 0.5, f"the window shows {reply!r}, the loudspeaker says {heard!r}"
    return {"Whisper hears": heard.strip(), "word error": round(errors, 2)}


def typed(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """A typed question is answered aloud."""
    count = len(driver.turns) + 1
    with card.recording() as recording:
        _type(driver, "Why is the sky blue?")
        turn = driver.wait_turn(count)
        driver.pump(0.5)
    reply = _reply(driver, turn)
    likeness = driver.during(lambda: _likeness(recording.pcm, reply))
    assert turn.reply, "there is no reply"
    assert likeness > 0.9, f"the loudspeaker played something else ({likeness:.2f})"
    return {"reply": turn.reply, "played equals stored": round(likeness, 3)}


def stop(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """The stop button silences a reply."""
    with _long_reply(driver, card) as (recording, count):
        began = time.monotonic()
        driver.program.window.panel.composer.stop.click()
        driver.wait(lambda: driver.state == "ready", 10, "the stop")
        driver.pump(1.0)
        loud = np.flatnonzero(np.abs(recording.since(began)) > 2e-3)
    silence = float(loud[-1]) / RATE if loud.size else 0.0
    assert silence < 0.6, f"it went on for {silence:.2f} s"
    assert driver.turns[count - 1].state == "interrupted"
    return {"button -> silence, s (with the virtual card's own delay)": round(silence, 2)}


class _Callbacks:
    """When the devices' callbacks brought the first sound of a voice, and gave the last that was not silence."""

    def __init__(self) -> None:
        self.heard = self.sounded = float("nan")


@contextmanager
def _callbacks() -> Iterator[_Callbacks]:
    """What passes between the program and its devices: without the delays of a virtual sound card."""
    found, hear, give = _Callbacks(), Line.hear, Line.give

    def hearing(line: Line, block: Block, now: float) -> None:
        loud = np.flatnonzero(np.abs(block).max(axis=1) > 0.01)
        if loud.size and np.isnan(found.heard):
            found.heard = now - (len(block) - float(loud[0])) / line.rate
        hear(line, block, now)

    def giving(line: Line, out: Block, now: float) -> None:
        give(line, out, now)
        if np.isnan(found.heard) or now < found.heard + 1.0:  # what comes later is the next reply
            loud = np.flatnonzero(np.abs(out).max(axis=1) > 2e-3)
            if loud.size:
                found.sounded = now + float(loud[-1]) / line.rate

    Line.hear, Line.give = hearing, giving  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Line.hear, Line.give = hear, give  # type: ignore[method-assign]


def barge_in(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """Speaking over a reply stops it, and what was said is the next question."""
    with (
        _long_reply(driver, card) as (recording, count),
        card.recording("micfeed") as microphone,
        _callbacks() as callbacks,
    ):
        ended = _ask(driver, card, room, OTHER)
        driver.wait(lambda: len(driver.turns) > count, 30, "the interruption to become a question")
        turn = driver.wait_turn(count + 1)
    first = driver.turns[count - 1]
    assert first.state == "interrupted", first.state
    assert turn.question, "the interruption was not heard"
    began = microphone.began + float(np.flatnonzero(np.abs(microphone.pcm) > 0.01)[0]) / RATE
    sound = np.abs(recording.since(began))[: max(0, round((ended - began) * RATE))]
    loud = np.flatnonzero(sound > 2e-3)
    assert loud.size, "the reply was over before it was interrupted"
    silence = float(loud[-1]) / RATE
    assert silence < 1.0, f"it went on for {silence:.2f} s while somebody spoke"
    return {
        "first sample of the interruption -> silence, s": round(silence, 2),
        "the same between the devices' callbacks, s": round(callbacks.sounded - callbacks.heard, 3),
        "heard of the first reply, s": first.heard_seconds and round(first.heard_seconds, 2),
        "heard": turn.question,
    }


def cough(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """A cough over a reply does not end it."""
    noise = np.random.default_rng(1).standard_normal(RATE // 5).astype(np.float32)
    noise *= 0.3 * np.exp(-np.linspace(0, 6, noise.size)).astype(np.float32)
    with _long_reply(driver, card) as (_, count):
        driver.during(lambda: card.say(np.concatenate([noise, QUIET])))
        turn = driver.wait_turn(count)
    assert turn.state == "done", f"a cough ended the reply: {turn.state}"
    return {"state after a cough": turn.state}


def bleed(driver: Driver, card: SoundCard, room: Room, turns: int = 20) -> Figures:
    """With the loudspeaker in the microphone at -10 dB the program does not interrupt itself."""
    card.bleed(-10)
    interrupted = 0
    try:
        for _ in range(turns):
            count = len(driver.turns) + 1
            _type(driver, "Tell me something about the sea and the weather.")
            driver.wait(lambda count=count: len(driver.turns) >= count, 30, "the turn")
            driver.wait_turn(count)
            driver.pump(1.0)
            if len(driver.turns) != count or driver.turns[count - 1].state != "done":
                interrupted += 1
    finally:
        card.bleed(None)
    assert not interrupted, f"{interrupted} of {turns} replies were interrupted by themselves"
    return {"turns": turns, "self-interruptions": interrupted}


def noise(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """A question in noise of 10 dB SNR is noticed and ends."""
    count = len(driver.turns) + 1
    _ask(driver, card, room, noise=10)
    turn = driver.wait_turn(count)
    assert turn.origin == "spoken", turn
    assert turn.question, "nothing was heard"
    return {"heard at 10 dB SNR": turn.question}


def unplugged(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """The loudspeaker goes away in the middle of a reply and comes back: the conversation goes on."""
    with _long_reply(driver, card) as (_, count):
        shown = driver.turns[count - 1].reply
        card.unplug_speaker()
        driver.pump(2.0)
    card.plug_speaker()
    driver.pump(3.0)
    turn = driver.wait_turn(count)
    assert turn.state == "done", f"the reply ended with the loudspeaker: {turn.state}"
    assert turn.reply.startswith(shown), "the text of the reply was lost"
    with card.recording() as recording:
        _type(driver, "Are you still there?")
        driver.wait(recording.sounding, 60, "sound after the loudspeaker came back")
        driver.wait_turn(count + 1)
    return {"sound after it came back": "yes"}


def headphones(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """Headphones chosen by name: only they play; they go in the middle of a reply, which goes on, and come again."""
    told: list[str] = []
    bridge, before = driver.program.context.bridge, driver.program.context.settings

    def note(notice: DeviceNotice) -> None:
        if notice.sentence:
            told.append(notice.sentence)

    card.plug_sink("headphones", "Headphones")
    bridge.device_changed.connect(note)
    try:
        audio = before.audio.model_copy(update={"loudspeaker": "Headphones"})
        driver.program.context.change(before.model_copy(update={"audio": audio}))
        driver.wait(lambda: bridge.devices["loudspeaker"].name == "Headphones", 20, "the headphones to be used")
        count = len(driver.turns) + 1
        with card.recording() as speaker, card.recording("headphones") as recording:
            _type(driver, LONG)
            driver.wait(lambda: driver.state == "speaking" and recording.sounding(), 60, "the reply to be heard")
            assert not speaker.sounding(5.0), "the loudspeaker plays what is for the headphones"
            card.unplug_sink("headphones")
            driver.wait(lambda: speaker.sounding(), 20, "the reply to go on in the loudspeaker")
            driver.wait(lambda: bool(told), 20, "the sentence about it")
        assert driver.wait_turn(count).state == "done", "the reply ended with the headphones"
        card.plug_sink("headphones", "Headphones")
        driver.wait(lambda: len(told) > 1, 20, "the headphones to be used again")
        with card.recording("headphones") as recording:
            _type(driver, "Are you still there?")
            driver.wait(recording.sounding, 60, "sound in the headphones")
            driver.wait_turn(count + 1)
    finally:
        bridge.device_changed.disconnect(note)
        driver.program.context.change(before)
        driver.pump(1.0)
        card.unplug_sink("headphones")
        driver.pump(1.0)
    assert len(told) == 2, told
    return {"told": " / ".join(told)}


def push_to_talk(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """What is said while the button is held is a question, and what is said without it is none."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    context, button = driver.program.context, driver.program.window.panel.composer.talk
    hands_free = context.settings
    audio = hands_free.audio.model_copy(update={"mode": "push-to-talk"})
    context.change(hands_free.model_copy(update={"audio": audio}))
    count = len(driver.turns)
    pcm = spoken(room.questions / OTHER)
    pcm = pcm[: np.flatnonzero(np.abs(pcm) > 0.01)[-1] + 1]
    try:
        driver.pump(0.5)
        _ask(driver, card, room)
        driver.pump(1.0)
        assert len(driver.turns) == count, "it listened although the button was not held"
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
        driver.during(lambda: card.say(np.concatenate([QUIET, pcm, QUIET])))
        assert driver.state == "listening", f"while the button is held it is {driver.state}"
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
        let_go = time.monotonic()
        driver.wait(lambda: driver.state in ("thinking", "speaking"), 10, "the question to end with the button")
        ended = time.monotonic() - let_go
        turn = driver.wait_turn(count + 1)
    finally:
        context.change(hands_free)
        driver.pump(0.5)
    assert turn.question, "nothing was heard"
    return {"heard while it was held": turn.question, "let go -> thinking, s": round(ended, 2)}


def microphone(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """The microphone goes away: typing goes on; the next one is found without a restart, and is heard."""
    devices = driver.program.context.bridge.devices
    before = devices["microphone"].name
    card.unplug_microphone()
    try:
        driver.pump(2.0)
        count = len(driver.turns) + 1
        _type(driver, "How are you?")
        assert driver.wait_turn(count).reply, "typing does not work without a microphone"
        card.plug_microphone("headset")
        began = time.monotonic()
        driver.pump(3.0)
        for _ in range(5):  # it is asked until it hears: how long that takes is the figure
            _ask(driver, card, room)
            driver.pump(1.0)
            if len(driver.turns) > count:
                break
        found = time.monotonic() - began
        turn = driver.wait_turn(count + 1)
        assert turn.question, "the other microphone is not heard"
    finally:  # the next journey has the microphone of the others
        card.plug_microphone()
        card.unplug_microphone("headset")
        driver.pump(3.0)
    return {"before": before, "heard by the next one": turn.question, "heard and told within, s": round(found, 1)}


def calibration(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """The calibration tells a room with echo from headphones, and says why it chooses what it does."""
    from app.window.pages.calibration import CalibrationPage

    context = driver.program.context
    before = context.settings
    figures: Figures = {}
    context.show_page("calibration")
    page = driver.program.window.findChild(CalibrationPage)
    assert page is not None
    try:
        for place, decibels in (("headphones", None), ("loudspeaker at -10 dB", -10.0), ("at +6 dB", 6.0)):
            card.bleed(decibels)
            with card.room_noise():
                driver.pump(1.0)
                page.measure()
                driver.wait(lambda: not page.start.isEnabled(), 5, "the calibration to begin")
                driver.wait(page.start.isEnabled, 40, "the calibration")
            audio = context.settings.audio
            assert page.why.text(), page.outcome.sentence.text()
            figures[place] = f"{audio.duplex}, {audio.echo_delay_ms:.0f} ms: {page.why.text()}"
            assert (audio.echo_delay_ms > 0) == (decibels is not None), figures[place]
    finally:
        card.bleed(None)
        context.change(before)
        context.show_page("")
        driver.pump(0.5)
    return figures


def killed(driver: Driver, card: SoundCard, room: Room) -> Figures:
    """The engine is killed in the middle of a reply: a sentence, a button, and it goes on with nothing lost."""
    from PySide6.QtWidgets import QPushButton

    with _long_reply(driver, card) as (_, count):
        before = driver.turns[count - 1].reply
        os.kill(driver.engine.pid, signal.SIGKILL)
        driver.wait(lambda: "engine" in driver.problems, 20, "the problem to be told")
    sentence = driver.problems["engine"]
    shown = driver.turns[count - 1]
    assert before, "no text was shown while the reply was heard"
    assert shown.reply.startswith(before), f"of {before!r} only {shown.reply!r} was kept"
    banners = driver.program.window.panel.banners
    began = time.monotonic()
    next(b for b in banners.findChildren(QPushButton) if b.accessibleDescription() == sentence and b.text()).click()
    driver.wait(lambda: "engine" not in driver.problems and driver.state == "ready", 90, "the engine to be back")
    back = time.monotonic() - began
    _type(driver, "Hello again.")
    turn = driver.wait_turn(count + 1)
    assert turn.reply, "no reply after the restart"
    return {"told": sentence, "kept of the reply": shown.reply, "restart, s": round(back, 1)}


def memory(driver: Driver, card: SoundCard, room: Room, turns: int = 50) -> Figures:
    """Memory of the program and the engine after many replies that were heard to their end."""
    before = driver.memory()
    peak = [before]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            peak[0] = max(peak[0], driver.memory())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    for _ in range(turns):
        count = len(driver.turns) + 1
        _type(driver, "How are you?")
        driver.wait_turn(count)
    over.set()
    thread.join()
    assert peak[0] - before < 200, f"it grew by {peak[0] - before:.0f} MB"
    return {
        "turns": turns,
        "before, MB": round(before),
        "after, MB": round(driver.memory()),
        "peak, MB": round(peak[0]),
    }


JOURNEYS: Final[dict[str, Journey]] = {
    "question": question,
    "typed": typed,
    "stop": stop,
    "barge-in": barge_in,
    "cough": cough,
    "noise": noise,
    "bleed": bleed,
    "push-to-talk": push_to_talk,
    "calibration": calibration,
    "unplugged": unplugged,
    "headphones": headphones,
    "microphone": microphone,
    "killed": killed,
    "memory": memory,
}
SHORT: Final = ("question", "barge-in", "killed")
