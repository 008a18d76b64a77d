"""Forced alignment of phonemes to frames: by CTC best path, and by a frame classifier with optional silence.

Exact dynamic programmes, compiled by numba where it is installed. Knows nothing of audio or training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

SILENCE = 0  # also the CTC blank
_NEVER = np.float32(-1e30)


def _compile(function: Callable[..., Any]) -> Callable[..., Any]:
    """Machine code by numba; without it the function as it is, which gives the same, only slowly."""
    try:
        from numba import njit
    except ImportError:
        return function
    return njit(cache=True)(function)


def ctc_spikes(log_probs: NDArray[np.float32], labels: list[int]) -> list[int]:
    """Frame of each label on the best CTC path of `log_probs` (T, P); ValueError if T is too short for the labels."""
    extended = np.zeros(2 * len(labels) + 1, np.int64)
    extended[1::2] = labels
    can_skip = np.zeros(len(extended), bool)
    can_skip[3::2] = extended[3::2] != extended[1:-2:2]
    states = _best_path(log_probs, extended, can_skip)
    peaks = []
    for i in range(len(labels)):
        own = np.flatnonzero(states == 2 * i + 1)
        peaks.append(int(own[log_probs[own, labels[i]].argmax()]))
    return peaks


def word_states(words: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Chain for `align_frames`: labels (S,), whether a state may be skipped (silence), its word's number or -1."""
    labels, optional, owner = [SILENCE], [True], [-1]
    for number, phonemes in enumerate(words):
        labels += [*phonemes, SILENCE]
        optional += [False] * len(phonemes) + [True]
        owner += [number] * len(phonemes) + [-1]
    return np.array(labels), np.array(optional), np.array(owner)


def align_frames(
    log_probs: NDArray[np.float32], labels: NDArray[np.int64], optional: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """State (T,) of each frame on the best path through the chain; ValueError if T is too short."""
    can_skip = np.zeros(len(labels), bool)
    can_skip[2:] = optional[1:-1]
    return _best_path(log_probs, labels, can_skip)


@_compile
def _best_path(
    log_probs: NDArray[np.float32], labels: NDArray[np.int64], can_skip: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Left-to-right Viterbi: each step stays, advances one state, or two where `can_skip` allows entering by a skip.

    Starts in state 0 or 1 and ends in the last or the one before it (both ends are silence or blank).
    """
    frames, states = len(log_probs), len(labels)
    total = np.full(states, _NEVER, np.float32)
    total[0] = log_probs[0, labels[0]]
    if states > 1:
        total[1] = log_probs[0, labels[1]]
    steps = np.zeros((frames, states), np.int8)
    for t in range(1, frames):
        for s in range(states - 1, -1, -1):  # downwards: `total` still holds the frame before for lower states
            best, step = total[s], 0
            if s >= 1 and total[s - 1] > best:
                best, step = total[s - 1], 1
            if s >= 2 and can_skip[s] and total[s - 2] > best:
                best, step = total[s - 2], 2
            total[s] = best + log_probs[t, labels[s]]
            steps[t, s] = step
    state = states - 1 if total[states - 1] >= total[states - 2] else states - 2
    if total[state] <= _NEVER / 2:
        raise ValueError("There are too few frames for the labels.")
    path = np.empty(frames, np.int64)
    for t in range(frames - 1, -1, -1):
        path[t] = state
        state -= steps[t, state]
    return path


def frames_from_spikes(
    spikes: list[int], labels: list[int], frames: int, reach: int = 3, gap: int = 8
) -> NDArray[np.int64]:
    """Frame labels (frames,): borders halfway between spikes; what is further than `reach` from any spike is silence.

    Only gaps longer than `gap` frames are taken for pauses. A first guess, to be refined by `align_frames`.
    """
    out = np.full(frames, SILENCE, np.int64)
    for i, (spike, label) in enumerate(zip(spikes, labels, strict=True)):
        before = spikes[i - 1] if i else -(10**6)
        after = spikes[i + 1] if i + 1 < len(spikes) else 10**6
        left = (before + spike) // 2 + 1 if spike - before <= gap else spike - reach
        right = (spike + after) // 2 + 1 if after - spike <= gap else spike + reach + 1
        out[max(0, left) : min(frames, right)] = label
    return out
