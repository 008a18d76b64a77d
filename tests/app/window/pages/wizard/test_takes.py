"""What is said of a take: real speech, made louder, softer, noisier, shorter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.window.pages.wizard.takes import Judgement, judge
from app.window.pages.wizard.verdicts import sentence_of
from cslm_core.audio import Pcm
from cslm_core.speech import SpeechGate
from tests.app.window.pages.wizard.readers import ENGLISH, SENTENCE, spoken

RANDOM = np.random.default_rng(3)


def judged(pcm: Pcm, text: str = SENTENCE) -> Judgement:
    found = judge(pcm.astype(np.float32), text, ENGLISH, SpeechGate())
    assert sentence_of(found).endswith(".")
    return found


def test_a_good_take_is_fine_and_its_levels_are_measured() -> None:
    found = judged(spoken(0.5))
    assert (found.verdict, found.hopeless) == ("fine", False)
    assert found.peak == pytest.approx(20 * np.log10(0.5), abs=0.2)
    assert -35 < found.speech < -6
    assert found.noise == pytest.approx(20 * np.log10(0.0005), abs=2)


@pytest.mark.parametrize(
    ("pcm", "verdict", "hopeless"),
    [
        (spoken(0.02), "quiet", False),
        (np.clip(spoken(4.0), -1, 1), "clipped", True),
        (spoken(0.3, noise=0.02), "noise", False),
        (np.zeros(32_000, np.float32), "zeros", True),
        (RANDOM.normal(0, 0.0001, 32_000), "silent", True),
        (spoken()[:4_000], "too_short", True),
        (np.tile(spoken(), 12), "too_long", True),
        (np.zeros(0, np.float32), "too_short", True),
    ],
)
def test_what_is_wrong_with_it(pcm: Pcm, verdict: str, hopeless: bool) -> None:
    found = judged(pcm)
    assert (found.verdict, found.hopeless) == (verdict, hopeless)


def test_another_sentence_than_the_one_that_was_to_be_read() -> None:
    assert judged(spoken(), SENTENCE * 8).verdict == "rate"
    assert judged(np.pad(spoken(), (0, 1))).verdict == "fine"


@given(st.integers(0, 8_000), st.floats(0.0, 1.0), st.integers(0, 99))
def test_whatever_is_recorded_gets_a_sentence(size: int, level: float, seed: int) -> None:
    judged(np.random.default_rng(seed).uniform(-level, level, size))
