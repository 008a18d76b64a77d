"""Forced alignment against all paths there are."""

import itertools

import numpy as np
import pytest

from trainer.tokenizer.align import SILENCE, align_frames, ctc_spikes, frames_from_spikes, word_states


def log_probs(frames: int, phonemes: int, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).standard_normal((frames, phonemes)).astype(np.float32) * 2
    return values - np.log(np.exp(values).sum(1, keepdims=True))


def collapse(path: tuple[int, ...]) -> list[int]:
    """What CTC reads: repeats merged, blanks dropped."""
    return [p for i, p in enumerate(path) if p != SILENCE and (i == 0 or path[i - 1] != p)]


@pytest.mark.parametrize("labels", [[1], [1, 2], [1, 1], [2, 1, 2]])
@pytest.mark.parametrize("seed", range(4))
def test_spikes_lie_on_the_best_ctc_path(labels: list[int], seed: int) -> None:
    values = log_probs(6, 3, seed)
    paths = [p for p in itertools.product(range(3), repeat=6) if collapse(p) == labels]
    best = max(paths, key=lambda p: sum(values[t, k] for t, k in enumerate(p)))
    runs = [
        list(group)
        for label, group in itertools.groupby(range(6), key=lambda t: (best[t], best[t] == SILENCE))
        if label[0] != SILENCE
    ]
    expected = [max(run, key=lambda t, p=label: values[t, p]) for run, label in zip(runs, labels, strict=True)]
    assert ctc_spikes(values, labels) == expected


def test_spikes_need_room() -> None:
    assert len(ctc_spikes(log_probs(3, 3, 0), [1, 1])) == 2  # a blank must stand between equal labels
    with pytest.raises(ValueError, match="too few frames"):
        ctc_spikes(log_probs(2, 3, 0), [1, 1])


def test_the_chain_of_words() -> None:
    labels, optional, owner = word_states([[3, 4], [5]])
    assert labels.tolist() == [0, 3, 4, 0, 5, 0]
    assert optional.tolist() == [True, False, False, True, False, True]
    assert owner.tolist() == [-1, 0, 0, -1, 1, -1]


def may_follow(path: tuple[int, ...], optional: np.ndarray) -> bool:
    """Whether a sequence of states is a way through the chain: silence may be passed over, nothing else."""
    last = len(optional) - 1
    if path[0] > 1 or path[-1] < last - 1:
        return False
    return all(b in (a, a + 1) or (b == a + 2 and optional[a + 1]) for a, b in itertools.pairwise(path))


@pytest.mark.parametrize("words", [[[1]], [[1, 2]], [[1], [2]], [[2], [2]]])
@pytest.mark.parametrize("seed", range(4))
def test_frames_follow_the_best_way_through_the_chain(words: list[list[int]], seed: int) -> None:
    values = log_probs(6, 3, seed)
    labels, optional, _ = word_states(words)

    def score(path: tuple[int, ...]) -> float:
        return float(sum(values[t, labels[s]] for t, s in enumerate(path)))

    ways = [p for p in itertools.product(range(len(labels)), repeat=6) if may_follow(p, optional)]
    found = tuple(align_frames(values, labels, optional).tolist())
    assert found in ways
    assert score(found) == pytest.approx(max(map(score, ways)), abs=1e-5)


def test_frames_need_room() -> None:
    labels, optional, _ = word_states([[1, 2], [1, 2]])
    assert align_frames(log_probs(4, 3, 0), labels, optional).tolist() == [1, 2, 4, 5]
    with pytest.raises(ValueError, match="too few frames"):
        align_frames(log_probs(3, 3, 0), labels, optional)


def test_borders_lie_between_spikes_and_pauses_are_silence() -> None:
    frames = frames_from_spikes([3, 7, 30], [5, 6, 7], 40)
    assert frames.tolist() == [5 if 0 <= t <= 5 else 6 if t <= 10 else 7 if 27 <= t <= 33 else 0 for t in range(40)]
