"""The aligner: letters are learnt from sound, words get their frames, and a text that is not said scores low."""

import numpy as np
import pytest
import torch

from cslm_core.units import UnitRuns
from trainer.language.align import Aligner, Utterance, letters, train_aligner
from trainer.language.units import span_runs

WORDS = ("abc", "cab", "bad", "dab", "ad")


def features(text: str, seed: int = 0) -> np.ndarray:
    """Each letter is a direction in space for five frames, each space a pause of six."""
    random = np.random.default_rng(seed)
    rows: list[np.ndarray] = []
    for letter in f" {text} ":
        row = np.zeros(8)
        if letter != " ":
            row["abcd".index(letter)] = 3
        rows += [row] * (6 if letter == " " else 5)
    return (np.array(rows) + 0.1 * random.standard_normal((len(rows), 8))).astype(np.float16)


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    torch.set_num_threads(1)
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(WORDS, 3)) for _ in range(40)]
    return train_aligner([Utterance(features(t, n), t) for n, t in enumerate(texts)], steps=60)


def test_letters_are_what_can_be_heard() -> None:
    assert letters("¿Qué, 5 Ñ?") == ["q", "u", "é", "5", "ñ"]


def test_words_are_where_they_are_said(aligner: Aligner) -> None:
    found = aligner.align(features("abc dab"), "Abc, dab!", "xx")
    assert found is not None
    assert found.score > 0.6
    assert [word for word, _, _ in found.words] == ["Abc", "dab"]
    assert found.words[0][1] == 0
    assert 18 <= found.words[1][1] <= 28  # the pause between them is from 21 to 27
    assert found.words[1][2] == len(features("abc dab"))
    assert aligner.hear(features("bad cab")) == "badcab"


def test_what_is_not_said_scores_low(aligner: Aligner) -> None:
    wrong = aligner.align(features("ad ad ad"), "cab cab cab", "xx")
    assert wrong is not None
    assert wrong.score < 0.35
    assert aligner.align(features("ad"), "cab " * 30, "xx") is None
    assert aligner.align(features("ad"), "...", "xx") is None
    assert aligner.align(np.zeros((0, 8), np.float16), "ad", "xx") is None


def test_is_read_as_it_was_written(aligner: Aligner, tmp_path) -> None:
    aligner.save(tmp_path)
    again = Aligner.load(tmp_path)
    assert again.alphabet == ["a", "b", "c", "d"]
    assert np.array_equal(again.log_probs(features("dab")), aligner.log_probs(features("dab")))


def test_the_same_input_gives_the_same_net() -> None:
    data = [Utterance(features("abc", n), "abc") for n in range(4)]
    one, two = train_aligner(data, steps=3), train_aligner(data, steps=3)
    assert np.array_equal(one.log_probs(data[0].features), two.log_probs(data[0].features))
    with pytest.raises(ValueError, match="nothing to learn"):
        train_aligner([Utterance(features("abc"), "?!")], steps=3)


def test_spans_of_frames_become_spans_of_runs() -> None:
    runs = UnitRuns(np.array([5, 6, 7, 8], np.int32), np.array([2, 3, 1, 4], np.int32))  # from frame 0, 4, 10, 12
    assert span_runs([("a", 0, 9), ("b", 9, 20)], runs) == [["a", 0, 2], ["b", 2, 4]]
    assert span_runs([("a", 0, 1), ("b", 1, 2), ("c", 2, 20)], runs) is None
