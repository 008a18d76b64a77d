"""Rings, frames, tapes, rates: nothing is lost, doubled or reordered, whatever the sizes of the pieces."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audio.lines import Converter, Mixer
from app.audio.ring import FRAME, Framer, Ring, Tape

Steps = list[tuple[str, int]]
STEPS = st.lists(st.tuples(st.sampled_from(["write", "read", "take back"]), st.integers(0, 40)), max_size=60)


@given(steps=STEPS, capacity=st.integers(1, 50), channels=st.integers(1, 3))
def test_a_ring_is_a_queue(steps: Steps, capacity: int, channels: int) -> None:
    ring, queue, next_value, lost = Ring(capacity, channels), [], 0.0, 0
    for what, size in steps:
        if what == "write":
            block = np.repeat(np.arange(next_value, next_value + size, dtype=np.float32)[:, None], channels, axis=1)
            taken = ring.write(block)
            assert taken == min(size, capacity - len(queue))
            queue += block[:taken, 0].tolist()
            next_value += size
            lost += size - taken
        elif what == "read":
            out = ring.read(size)
            assert out[:, channels - 1].tolist() == queue[:size]
            del queue[:size]
        else:
            assert ring.take_back(size) == max(0, len(queue) - size)
            del queue[size:]
        assert ring.readable == len(queue)
        assert ring.writable == capacity - len(queue)
        assert ring.written - ring.consumed == len(queue)
    assert ring.lost == lost


def test_two_threads_pass_everything_on_in_order() -> None:
    ring, total, got = Ring(1000), 50_000, []
    done = threading.Event()

    def write() -> None:
        at = 0
        while at < total:
            size = min(137, ring.writable, total - at)
            ring.write(np.arange(at, at + size, dtype=np.float32)[:, None])
            at += size
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not (done.is_set() and ring.readable == 0):
        got.append(ring.read(211)[:, 0])
    thread.join()
    assert np.array_equal(np.concatenate(got), np.arange(total, dtype=np.float32))


@given(sizes=st.lists(st.integers(0, 700), max_size=30))
def test_frames_are_exact_and_in_order(sizes: list[int]) -> None:
    framer, out = Framer(), []
    stream = np.arange(sum(sizes), dtype=np.float32)
    at = 0
    for size in sizes:
        out += framer.push(stream[at : at + size])
        at += size
    assert all(frame.shape == (FRAME,) for frame in out)
    assert framer.pending == stream.size % FRAME
    assert np.array_equal(np.concatenate([np.zeros(0), *out]), stream[: stream.size // FRAME * FRAME])


@given(sizes=st.lists(st.integers(0, 9000), max_size=8), start=st.integers(0, 5000), length=st.integers(0, 5000))
def test_a_tape_keeps_what_was_appended(sizes: list[int], start: int, length: int) -> None:
    tape, stream = Tape(), np.arange(sum(sizes), dtype=np.float32)
    at = 0
    for size in sizes:
        tape.append(stream[at : at + size])
        at += size
    assert len(tape) == stream.size
    assert np.array_equal(tape.slice(start, start + length), stream[start : start + length])


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_any_rate_becomes_frames_of_ten_milliseconds(rate: int) -> None:
    converter, framer, random = Converter(rate, 16_000), Framer(), np.random.default_rng(3)
    tone = np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate).astype(np.float32)
    frames, at = [], 0
    while at < tone.size:
        size = int(random.integers(1, rate // 20))
        frames += framer.push(converter.push(tone[at : at + size]))
        at += size
    frames += framer.push(converter.push(tone[:0], last=True))
    assert 199 <= len(frames) <= 200
    expected = np.sin(2 * np.pi * 440 * np.arange(FRAME * len(frames)) / 16_000)
    assert np.abs(np.concatenate(frames) - expected)[800:-800].max() < 0.01


def test_channels_are_made_one_and_a_dead_or_opposite_one_does_not_matter() -> None:
    tone = np.sin(np.arange(4800) / 10).astype(np.float32)
    silent = np.zeros_like(tone)
    for left, right in ((tone, tone), (tone, -tone), (silent, tone)):
        mono = Mixer(2).push(np.stack([left, right], axis=1))
        assert np.abs(mono).max() > 0.9
    assert np.array_equal(Mixer(1).push(tone[:, None]), tone)
