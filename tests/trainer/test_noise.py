"""Sound in which nobody speaks: a corpus without texts."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import soundfile

from trainer.corpora import load_corpus
from trainer.synth.noise import RATE, babble, chords, hum, knocks, main, rustle


@pytest.mark.parametrize("kind", [rustle, hum, knocks, chords], ids=lambda kind: kind.__name__)
def test_every_kind_is_sound_of_the_length_that_is_wanted(kind) -> None:  # type: ignore[no-untyped-def]
    for seed in range(5):
        pcm = kind(RATE, np.random.default_rng(seed))
        assert pcm.shape == (RATE,)
        assert np.isfinite(pcm).all()
        assert np.abs(pcm).max() > 0


def test_a_corpus_of_noise_goes_on_and_has_no_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--out", str(tmp_path / "noise"), "--count", "6"])
    before = (tmp_path / "noise" / "manifest.jsonl").read_text("utf-8")
    main(["--out", str(tmp_path / "noise"), "--count", "8"])
    assert capsys.readouterr().out.split() == ["6", "made", "2", "made"]
    text = (tmp_path / "noise" / "manifest.jsonl").read_text("utf-8")
    assert text.startswith(before)
    assert {row["text"] for row in map(json.loads, text.splitlines())} == {""}
    for utterance in load_corpus(tmp_path / "noise"):
        pcm, rate = soundfile.read(utterance.audio)
        assert rate == RATE
        assert 0.79 <= len(pcm) / rate <= 4.01
        assert 10 ** (-37 / 20) < np.abs(pcm).max() < 10 ** (-2.5 / 20)


def test_many_at_once_are_as_loud_as_each_other(tmp_path: Path) -> None:
    for n, loud in enumerate((0.5, 0.005)):
        tone = loud * np.sin(2 * np.pi * (300 + 400 * n) * np.arange(RATE) / RATE)
        (tmp_path / "audio").mkdir(exist_ok=True)
        soundfile.write(tmp_path / f"audio/{n}.flac", tone, RATE)
    rows = [
        {"id": str(n), "audio": f"audio/{n}.flac", "text": "so", "language": "en", "speaker": "x"} for n in range(2)
    ]
    (tmp_path / "manifest.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    pcm = babble(load_corpus(tmp_path), random.Random(1))(RATE, np.random.default_rng(1))
    spectrum = np.abs(np.fft.rfft(pcm))
    assert spectrum[300] == pytest.approx(spectrum[700], rel=0.05)
