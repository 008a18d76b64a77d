"""Any sound file becomes 16 kHz mono; what cannot be used is one sentence."""

import io
import math
import os
import threading
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cslm_core.audio import LISTEN_RATE, check_pcm, is_silence, level_dbfs, read_audio, resample, write_wav
from cslm_core.errors import AudioError


def tone(seconds: float, rate: int, hertz: float = 220.0, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def wav(samples: np.ndarray, rate: int, subtype: str = "PCM_16", container: str = "WAV") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=container, subtype=subtype)
    return buffer.getvalue()


def m4a(samples: np.ndarray, rate: int) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


def loudest_hertz(pcm: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm))) * LISTEN_RATE / pcm.size)


@settings(max_examples=40, deadline=None)
@given(
    rate=st.sampled_from([4_000, 8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 192_000]),
    channels=st.integers(1, 6),
    seconds=st.floats(0.15, 1.5),
    subtype=st.sampled_from(["PCM_16", "PCM_24", "FLOAT", "DOUBLE", "ULAW"]),
)
def test_any_rate_and_channels(rate: int, channels: int, seconds: float, subtype: str) -> None:
    sound = tone(seconds, rate)
    pcm = read_audio(wav(np.stack([sound] * channels, axis=1), rate, subtype))
    assert pcm.dtype == np.float32
    assert pcm.ndim == 1
    assert abs(pcm.size - sound.size * LISTEN_RATE / rate) <= 2
    assert np.abs(pcm).max() <= 1.0
    assert level_dbfs(pcm) == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=1.0)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(min_size=1, max_size=400),
    start=st.sampled_from([b"", b"RIFF", b"fLaC", b"OggS", b"ID3", b"#EXTM3U\n"]),
)
def test_rubbish_is_refused_in_one_sentence(data: bytes, start: bytes) -> None:
    try:
        pcm = read_audio(start + data)
    except AudioError as error:
        assert "\n" not in str(error)
    else:
        assert np.isfinite(pcm).all()


@settings(max_examples=60, deadline=None)
@given(cut=st.floats(0, 1), flip=st.integers(0, 10_000), container=st.sampled_from(["WAV", "FLAC", "OGG", "MP3"]))
@example(cut=1.0, flip=20, container="WAV")  # a codec that does not exist
def test_damaged_files_never_crash(cut: float, flip: int, container: str) -> None:
    subtype = {"WAV": "PCM_16", "FLAC": "PCM_16", "OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}[container]
    data = bytearray(wav(tone(0.5, 16_000), 16_000, subtype, container))
    data[flip % len(data)] ^= 0x5A
    try:
        pcm = read_audio(bytes(data[: max(1, int(cut * len(data)))]))
    except AudioError as error:
        assert "\n" not in str(error)
    else:
        assert np.isfinite(pcm).all()
        assert pcm.size >= 1600


def test_formats_of_libsndfile_and_ffmpeg(tmp_path: Path) -> None:
    sound = tone(1.0, 24_000, 440.0)
    files = {
        "a.flac": wav(sound, 24_000, "PCM_16", "FLAC"),
        "a.ogg": wav(sound, 24_000, "VORBIS", "OGG"),
        "a.opus": wav(sound, 24_000, "OPUS", "OGG"),
        "a.mp3": wav(sound, 24_000, "MPEG_LAYER_III", "MP3"),
        "a.m4a": m4a(sound, 24_000),
        "named wrongly.wav": m4a(sound, 24_000),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        pcm = read_audio(tmp_path / name)
        assert pcm.size / LISTEN_RATE == pytest.approx(1.0, abs=0.12), name
        assert loudest_hertz(pcm) == pytest.approx(440, abs=3), name


def test_missing_empty_text_folder(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="does not exist"):
        read_audio(tmp_path / "no.wav")
    (tmp_path / "empty.wav").touch()
    with pytest.raises(AudioError, match="0 bytes"):
        read_audio(tmp_path / "empty.wav")
    (tmp_path / "text.wav").write_text("This is no sound at all.\n" * 100)
    with pytest.raises(AudioError, match=r"text\.wav is not a sound file"):
        read_audio(tmp_path / "text.wav")
    with pytest.raises(AudioError, match="is a folder"):
        read_audio(tmp_path)
    with pytest.raises(AudioError, match=r"cannot be opened|does not exist"):
        read_audio("a\0b.wav")


def test_no_length_too_short_too_long() -> None:
    with pytest.raises(AudioError, match="no sound"):
        read_audio(wav(np.zeros(0), 16_000))
    with pytest.raises(AudioError, match="too short"):
        read_audio(wav(np.ones(1), 16_000))
    with pytest.raises(AudioError, match="too short"):
        read_audio(wav(tone(0.09, 44_100), 44_100))
    with pytest.raises(AudioError, match=r"too long \(600 s\); at most 120 s"):
        read_audio(wav(np.zeros(600 * 8_000), 8_000))
    with pytest.raises(AudioError, match="too long"):
        read_audio(m4a(tone(1.0, 16_000), 16_000), max_seconds=0.5)
    assert read_audio(wav(np.zeros(130 * 8_000), 8_000), max_seconds=None).size == 130 * LISTEN_RATE
    assert read_audio(wav(tone(0.5, 16_000), 16_000), max_seconds=0.5).size == 8_000


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_samples_that_are_no_numbers(bad: float) -> None:
    sound = tone(0.5, 16_000)
    sound[100] = bad
    with pytest.raises(AudioError, match="not numbers"):
        read_audio(wav(sound, 16_000, "FLOAT"))
    with pytest.raises(AudioError, match="not numbers"):
        check_pcm(sound)


def test_shapes_are_checked() -> None:
    with pytest.raises(AudioError, match="2 dimensions"):
        check_pcm(np.zeros((2, 8000)))
    assert check_pcm([0.0] * 1600).dtype == np.float32


def test_too_loud_floats_are_scaled_and_opposite_channels_survive() -> None:
    sound = tone(0.5, 16_000)
    assert np.abs(read_audio(wav(sound * 32_768, 16_000, "FLOAT"))).max() == pytest.approx(1.0, abs=1e-4)
    assert not is_silence(read_audio(wav(np.stack([sound, -sound], axis=1), 16_000)))


def test_a_high_rate_takes_no_more_memory_than_it_must() -> None:
    seconds, rate = 8, 192_000
    data = wav(np.zeros((seconds * rate, 2), np.float32), rate, "PCM_16")
    tracemalloc.start()
    assert read_audio(data).size == seconds * LISTEN_RATE
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3.5 * seconds * rate * 2 * 4


def test_the_channels_of_a_long_sound_are_weighed_exactly() -> None:
    sound = tone(100.0, 192_000, level=0.03)
    pcm = read_audio(wav(np.stack([sound, -sound], axis=1), 192_000))
    assert level_dbfs(pcm) == pytest.approx(20 * math.log10(0.03 / math.sqrt(2)), abs=0.5)


def test_silence_and_its_border() -> None:
    rng = np.random.default_rng(1)
    assert is_silence(np.zeros(16_000, np.float32))
    assert is_silence(np.full(16_000, 0.3, np.float32))
    assert is_silence(rng.normal(0, 10 ** (-60 / 20), 16_000).astype(np.float32))
    assert not is_silence(rng.normal(0, 10 ** (-48 / 20), 16_000).astype(np.float32))
    word = np.zeros(160_000, np.float32)
    word[-400:] = tone(0.025, 16_000)
    assert not is_silence(word)
    assert level_dbfs(np.zeros(0, np.float32)) == -math.inf


@settings(max_examples=30, deadline=None)
@given(seconds=st.floats(0.1, 1.0), to=st.sampled_from([8_000, 16_000, 22_050, 24_000, 48_000]))
def test_resampling_keeps_the_length(seconds: float, to: int) -> None:
    sound = tone(seconds, 16_000, level=1.0)
    out = resample(sound, 16_000, to)
    assert abs(out.size - sound.size * to / 16_000) <= 1
    assert out.dtype == np.float32
    assert np.abs(out).max() <= 1.0


def test_wav_is_written_whole(tmp_path: Path) -> None:
    write_wav(tmp_path / "reply.wav", tone(0.5, 24_000, level=1.5))
    data, rate = soundfile.read(tmp_path / "reply.wav")
    assert rate == 24_000
    assert data.size == 12_000
    assert os.listdir(tmp_path) == ["reply.wav"]


def test_standard_input_and_pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = wav(tone(0.5, 16_000), 16_000)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert read_audio("-").size == 8_000
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(AudioError, match="standard input is empty"):
        read_audio("-")
    monkeypatch.setattr("sys.stdin", None)  # what Python makes of one that was closed before it began
    with pytest.raises(AudioError, match="standard input is closed"):
        read_audio("-")
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(data,))
        writer.start()
        assert read_audio(pipe).size == 8_000
        writer.join()


def test_a_play_list_opens_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret.ts").write_bytes(m4a(tone(1.0, 16_000), 16_000))
    for body in (
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{}'\n",
    ):
        (tmp_path / "list.wav").write_text(body.format(tmp_path / "secret.ts"))
        with pytest.raises(AudioError, match="not a sound file"):
            read_audio(tmp_path / "list.wav")
