"""Silence, noise, tones and music are not speech; the speech that comes with the program is."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from cslm_core.assets import assets_folder
from cslm_core.audio import read_audio
from cslm_core.speech import Quiet, SileroVad, SpeechGate, silero_path

N = 48_000
TIME = np.arange(N) / 16_000
RANDOM = np.random.default_rng(0)


def brown() -> NDArray[np.float64]:
    walk = np.cumsum(RANDOM.normal(size=N))
    walk -= np.linspace(walk[0], walk[-1], N)
    return 0.5 * walk / np.abs(walk).max()


def music() -> NDArray[np.float64]:
    chord = [0.1 * np.sin(2 * np.pi * f * TIME) for f in (261, 329, 392, 523)]
    return np.sum(chord, axis=0) * np.exp(-(TIME % 0.5) * 4)


SOUNDS: dict[str, Callable[[], NDArray[np.float64]]] = {
    "white noise": lambda: 0.1 * RANDOM.normal(size=N),
    "brown noise": brown,
    "tone": lambda: 0.3 * np.sin(2 * np.pi * 440 * TIME),
    "music": music,
    "clicks": lambda: np.where(np.arange(N) % 8000 < 30, 0.9, 0.0),
    "sweep": lambda: 0.3 * np.sin(2 * np.pi * (200 * TIME + 300 * TIME**2)),
}


@pytest.fixture(scope="module")
def gate() -> SpeechGate:
    return SpeechGate.standard()


def test_the_network_is_part_of_the_installation() -> None:
    assert silero_path() is not None


@pytest.mark.parametrize("name", SOUNDS)
def test_other_sounds_are_no_speech(gate: SpeechGate, name: str) -> None:
    assert gate.find(SOUNDS[name]().astype(np.float32)) == "no-speech"


@pytest.mark.parametrize("pcm", [np.zeros(N), np.full(N, 0.5), 1e-4 * RANDOM.normal(size=N), np.zeros(1), np.zeros(0)])
def test_silence(gate: SpeechGate, pcm: NDArray[np.float64]) -> None:
    assert gate.find(pcm.astype(np.float32)) == "silence"


def test_without_the_network_the_cheap_gate_decides() -> None:
    cheap = SpeechGate()
    assert cheap.find(np.zeros(N, np.float32)) == "silence"
    assert cheap.find(SOUNDS["tone"]().astype(np.float32)) in ("speech", "no-speech")


def test_speech_is_found_also_when_it_is_soft(gate: SpeechGate) -> None:
    files = sorted((assets_folder() / "questions").glob("*.[wf]*"))
    if not files:
        pytest.skip("no spoken questions in assets")
    for file in files:
        pcm = read_audio(file)
        assert gate.find(pcm) == "speech", file.name
        assert gate.find(pcm * np.float32(0.1)) == "speech", file.name


@pytest.mark.parametrize("silero", [True, False])
def test_quiet_is_counted_from_the_last_voice(silero: bool) -> None:
    question = read_audio(assets_folder() / "questions" / "en-2-sky.flac")
    noise = RANDOM.normal(size=16_000).astype(np.float32) * (1e-3 if silero else 0.0)
    sound = np.concatenate([question, noise])
    quiet, longest = SpeechGate.standard().quiet() if silero else SpeechGate().quiet(), 0.0
    assert quiet.push(sound[:32_000])
    for piece in np.array_split(sound[32_000:], 50):
        before = quiet.seconds
        voiced = quiet.push(piece)
        assert quiet.seconds <= before + len(piece) / 16_000 + 0.04
        assert not voiced or quiet.seconds <= len(piece) / 16_000 + 0.04
        longest = max(longest, quiet.seconds)
    assert 0.8 < quiet.seconds < 1.6
    assert longest == quiet.seconds


def test_silero_in_pieces_is_silero_at_once() -> None:
    path = silero_path()
    if path is None:
        pytest.skip("faster-whisper is not installed")
    sound = read_audio(assets_folder() / "questions" / "en-2-sky.flac")
    whole = SileroVad(path).probabilities(sound) >= 0.35
    quiet = Quiet(SileroVad(path))
    voiced = [quiet.push(piece) for piece in np.split(sound[: len(sound) // 512 * 512], len(sound) // 512)]
    np.testing.assert_array_equal(voiced, whole[: len(voiced)])
