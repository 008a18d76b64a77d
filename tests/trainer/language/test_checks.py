"""What is heard in a sound: length, level, distortion, two voices, and whether a text fits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.assets import assets_folder
from cslm_core.audio import read_audio
from cslm_core.speech import SpeechGate
from tests.trainer.language.sounds import RATE, voice
from trainer.language.checks import (
    Limits,
    active_seconds,
    check_sound,
    is_clipped,
    odd_rates,
    plausible_rate,
    sound_hash,
)
from trainer.language.languages import make_language
from trainer.language.voices import pitch_track, two_voices

SPANISH = make_language("es", "en")
QUESTIONS = sorted((assets_folder() / "questions").glob("*.flac"))


def test_each_fault_of_a_sound_is_found() -> None:
    limits = Limits(0.5, 5.0)
    good = voice(2.0)
    found = check_sound(good, RATE, limits, None)
    assert (found.reason, round(found.seconds, 2)) == ("", 2.0)
    assert 1.5 < found.active <= 2.0
    assert -20 < found.level < -3
    assert check_sound(good[: RATE // 4], RATE, limits, None).reason == "too_short"
    assert check_sound(np.zeros(0, np.float32), RATE, limits, None).reason == "too_short"
    assert check_sound(voice(6.0), RATE, limits, None).reason == "too_long"
    assert check_sound(np.zeros(RATE, np.float32), RATE, limits, None).reason == "silent"
    assert check_sound(0.001 * good, RATE, limits, None).reason == "silent"
    assert check_sound(np.clip(8 * good, -1, 1), RATE, limits, None).reason == "clipped"
    noise = 0.1 * np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    assert check_sound(noise, RATE, limits, SpeechGate.standard()).reason == "no_speech"


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_real_speech_passes_and_fails_once_it_is_overdriven(path) -> None:  # type: ignore[no-untyped-def]
    pcm = read_audio(path, rate=RATE)
    assert check_sound(pcm, RATE, Limits(), SpeechGate.standard()).reason == ""
    assert is_clipped(np.clip(8 * pcm, -1, 1))
    assert is_clipped(0.7 * np.clip(8 * pcm, -1, 1))


def test_silence_around_speech_is_not_counted() -> None:
    pause = np.zeros(RATE, np.float32)
    assert active_seconds(np.concatenate([pause, voice(1.0), pause]), RATE) == pytest.approx(1.0, abs=0.1)
    assert active_seconds(pause, RATE) == 0.0


def test_the_hash_is_of_the_samples() -> None:
    assert sound_hash(voice(seed=1)) == sound_hash(voice(seed=1))
    assert sound_hash(voice(seed=1)) != sound_hash(voice(seed=2))


# --- two voices ---


def test_pitch_is_measured() -> None:
    for pitch in (90.0, 140.0, 260.0):
        track = pitch_track(voice(2.0, pitch), RATE)
        assert np.median(track[track > 0]) == pytest.approx(pitch, rel=0.06)
    assert not pitch_track(np.zeros(RATE, np.float32), RATE).any()
    assert len(pitch_track(np.zeros(10, np.float32), RATE)) == 0


def test_a_man_and_a_woman_in_one_file_are_found_and_one_person_is_not() -> None:
    pause = np.zeros(RATE // 3, np.float32)
    man, woman = voice(1.5, 105.0), voice(1.5, 230.0, seed=3)
    pitches = two_voices(np.concatenate([man, pause, woman]), RATE)
    assert pitches == (pytest.approx(105, rel=0.1), pytest.approx(230, rel=0.1))
    assert two_voices(np.concatenate([man, pause, voice(1.5, 125.0, seed=4)]), RATE) is None
    assert two_voices(man, RATE) is None
    assert check_sound(np.concatenate([man, pause, woman]), RATE, Limits(), None).reason == "two_speakers"


# --- texts that do not fit ---


@pytest.mark.parametrize(
    ("text", "seconds", "code", "fits"),
    [
        ("Me levanto a las siete todas las mañanas.", 2.5, "es", True),
        ("Me levanto a las siete todas las mañanas.", 0.5, "es", False),
        ("Me levanto a las siete todas las mañanas.", 30.0, "es", False),
        ("Sí.", 1.0, "es", True),
        ("Sí.", 20.0, "es", False),
        ("今日はとてもいい天気ですね", 2.0, "ja", True),
        ("今日はとてもいい天気ですね", 0.7, "ja", False),
        ("안녕하세요 만나서 반갑습니다", 2.0, "ko", True),
        ("สวัสดีครับ วันนี้อากาศดีมาก", 2.5, "th", True),
        ("nothing", 0.0, "es", False),
    ],
)
def test_a_text_that_nobody_can_say_in_that_time_does_not_fit(text: str, seconds: float, code: str, fits: bool) -> None:
    assert plausible_rate(text, seconds, make_language(code, "en")) is fits


@given(st.lists(st.floats(8, 18), min_size=20, max_size=60))
def test_a_rate_unlike_all_others_is_odd(rates: list[float]) -> None:
    odd = odd_rates([*rates, 100.0, 1.0], [40] * (len(rates) + 2))
    assert odd == [False] * len(rates) + [True, True]


def test_few_utterances_are_not_compared() -> None:
    assert odd_rates([10.0, 99.0], [40, 40]) == [False, False]
