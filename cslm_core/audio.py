"""Reading any sound file as 16 kHz mono float32, telling silence, and writing wav files.

Everything libsndfile or PyAV (FFmpeg) reads is taken, at any rate, mono or not. Knows nothing of microphones, of speech
or of the model.
"""

import io
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from cslm_core.errors import AudioError
from cslm_core.files import atomic_write_bytes

if TYPE_CHECKING:
    import av

__all__ = [
    "LISTEN_RATE",
    "MAX_SECONDS",
    "MIN_SECONDS",
    "SPEAK_RATE",
    "Pcm",
    "check_pcm",
    "is_silence",
    "level_dbfs",
    "read_audio",
    "resample",
    "write_wav",
]

Pcm = npt.NDArray[np.float32]
"""Samples in [-1, 1], shape (n,)."""

LISTEN_RATE: Final = 16_000
SPEAK_RATE: Final = 24_000
MAX_SECONDS: Final = 120.0
"""The longest question."""
MIN_SECONDS: Final = 0.1
SILENCE_DBFS: Final = -55.0

_MAX_BYTES: Final = 512 * 2**20
_MIN_RATE, _MAX_RATE = 1_000, 768_000
_BLOCK: Final = 1 << 16
# Formats of FFmpeg that are lists of other files or addresses: a sound file must not make the program open those.
_FOREIGN_FORMATS: Final = frozenset({"hls", "applehttp", "concat", "dash", "sdp", "rtsp", "rtp", "imf"})


def read_audio(
    source: str | Path | bytes,
    *,
    max_seconds: float | None = MAX_SECONDS,
    rate: int = LISTEN_RATE,
    name: str | None = None,
) -> Pcm:
    """Read a sound as mono float32 at `rate`, shape (n,).

    `source` is a path, the bytes of a file, or "-" for the standard input. `max_seconds=None` takes any length. `name`
    is what messages call the sound. Raises AudioError with one sentence when there is nothing to be read or used.
    """
    if isinstance(source, bytes):
        label = name or "The sound"
        data: bytes | Path = source
    elif str(source) == "-":
        label = name or "The standard input"
        if sys.stdin is None:
            raise AudioError(f"{label} is closed; name a sound file, or send one with a pipe.")
        data = _read_pipe(sys.stdin.buffer, label)
    else:
        label = name or str(source)
        data = Path(source)
        _check_file(data, label)
        if not data.is_file():  # a pipe cannot be sought in
            with data.open("rb") as stream:
                data = _read_pipe(stream, label)
    if isinstance(data, bytes) and not data:
        raise AudioError(f"{label} is empty (0 bytes); record it again.")

    read = _read_sndfile(data, label, max_seconds)
    if read is None:
        read = _read_av(data, label, max_seconds, rate)
    samples, file_rate = read
    if samples.shape[0] == 0:
        raise AudioError(f"{label} holds no sound; record it again.")
    if not np.isfinite(samples).all():
        raise AudioError(f"{label} holds samples that are not numbers (NaN or infinite); export it again.")
    return check_pcm(resample(_to_mono(samples), file_rate, rate), rate=rate, max_seconds=max_seconds, name=label)


def check_pcm(
    pcm: npt.ArrayLike, *, rate: int = LISTEN_RATE, max_seconds: float | None = MAX_SECONDS, name: str = "The sound"
) -> Pcm:
    """Give `pcm` back as float32 of shape (n,), or raise AudioError: too short, too long, NaN samples."""
    samples = np.ascontiguousarray(pcm, dtype=np.float32)
    if samples.ndim != 1:
        raise AudioError(f"{name} has {samples.ndim} dimensions; mono samples of shape (n,) are needed.")
    if samples.size < round(MIN_SECONDS * rate):
        raise AudioError(
            f"{name} is too short ({samples.size / rate:.3f} s); at least {MIN_SECONDS} s of sound is needed."
        )
    if max_seconds is not None and samples.size > max_seconds * rate + rate // 100:
        raise _too_long(name, samples.size / rate, max_seconds)
    if not np.isfinite(samples).all():
        raise AudioError(f"{name} holds samples that are not numbers (NaN or infinite); export it again.")
    return samples


def resample(pcm: Pcm, from_rate: int, to_rate: int) -> Pcm:
    """`pcm` of shape (n,) at another rate; overshoot of the filter is clipped to [-1, 1]."""
    if from_rate != to_rate:
        pcm = soxr.resample(pcm, from_rate, to_rate, quality="HQ")
    return np.clip(pcm, -1.0, 1.0).astype(np.float32, copy=False)


def level_dbfs(pcm: Pcm, rate: int = LISTEN_RATE, frame_seconds: float = 0.03) -> float:
    """The level of the loudest frame in dB below full scale (a constant offset is no sound); -inf for none."""
    size = max(1, round(frame_seconds * rate))
    if pcm.size == 0:
        return float("-inf")
    frames = [pcm] if pcm.size < size else list(pcm[: pcm.size // size * size].reshape(-1, size))
    if pcm.size > size and pcm.size % size:
        frames.append(pcm[-size:])
    loudest = max(float(np.std(frame.astype(np.float64))) for frame in frames)
    return 20.0 * float(np.log10(loudest)) if loudest > 0 else float("-inf")


def is_silence(pcm: Pcm, rate: int = LISTEN_RATE, threshold_dbfs: float = SILENCE_DBFS) -> bool:
    """Whether no frame of 30 ms is louder than `threshold_dbfs`."""
    return level_dbfs(pcm, rate) < threshold_dbfs


def write_wav(path: str | Path, pcm: Pcm, rate: int = SPEAK_RATE) -> None:
    """Write mono `pcm` of shape (n,) as a 16-bit wav, all or nothing. Raises CslmError when the system refuses."""
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(pcm, -1.0, 1.0), rate, format="WAV", subtype="PCM_16")
    atomic_write_bytes(path, buffer.getvalue())


def _check_file(path: Path, label: str) -> None:
    try:
        if path.is_dir():
            raise AudioError(f"{label} is a folder; name a sound file in it.")
        if not path.exists():
            raise AudioError(f"{label} does not exist; check the name.")
        if path.is_file() and path.stat().st_size == 0:
            raise AudioError(f"{label} is empty (0 bytes); record it again.")
        if path.is_file():
            with path.open("rb"):
                pass
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise AudioError(f"{label} cannot be opened; check its name and that you may read it.") from error


def _read_pipe(stream: IO[bytes], label: str) -> bytes:
    try:
        data = stream.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: it was closed
        raise AudioError(f"{label} cannot be read; name a sound file, or send one with a pipe.") from error
    if len(data) > _MAX_BYTES:
        raise AudioError(f"{label} has more than {_MAX_BYTES >> 20} MB; give a shorter recording.")
    return data


def _too_long(label: str, seconds: float | None, max_seconds: float) -> AudioError:
    length = f"{seconds:.0f} s" if seconds is not None else f"more than {max_seconds:.0f} s"
    return AudioError(f"{label} is too long ({length}); at most {max_seconds:.0f} s can be heard at once.")


def _read_sndfile(
    data: bytes | Path, label: str, max_seconds: float | None
) -> tuple[npt.NDArray[np.float32], int] | None:
    """(n, channels 1 or 2) and the rate; None when libsndfile does not know the format or finds it broken."""
    blocks: list[npt.NDArray[np.float32]] = []
    total = 0
    try:
        with _open(data) as stream, soundfile.SoundFile(stream) as file:
            rate = int(file.samplerate)
            if not _MIN_RATE <= rate <= _MAX_RATE:
                raise AudioError(f"{label} states a sample rate of {rate} Hz, which is not usable; export it again.")
            if max_seconds is not None and file.frames > max_seconds * rate + rate // 100:
                raise _too_long(label, file.frames / rate, max_seconds)
            while True:
                # Half of what float64 takes: two minutes at a high rate are hundreds of megabytes.
                block = file.read(_BLOCK, dtype="float32", always_2d=True)
                if not len(block):
                    break
                total += len(block)
                if max_seconds is not None and total > max_seconds * rate + rate // 100:
                    raise _too_long(label, None, max_seconds)
                if block.shape[1] > 2:
                    block = block.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
                blocks.append(block)
    except soundfile.LibsndfileError:
        return None
    return (np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)), rate


def _read_av(
    data: bytes | Path, label: str, max_seconds: float | None, rate: int
) -> tuple[npt.NDArray[np.float32], int]:
    """The same through FFmpeg, for what libsndfile does not know (m4a, webm, amr, the sound of a video)."""
    import av  # not needed for wav, flac, ogg and mp3

    unreadable = AudioError(f"{label} is not a sound file that can be read; use wav, flac, mp3, ogg, opus or m4a.")
    blocks: list[npt.NDArray[np.float32]] = []
    total = 0
    try:
        with _open(data) as stream, av.open(stream, mode="r", options={"protocol_whitelist": "pipe"}) as container:
            if _FOREIGN_FORMATS & set(container.format.name.split(",")) or not container.streams.audio:
                raise unreadable
            track = container.streams.audio[0]
            if track.codec_context is None:  # a codec that FFmpeg knows by name only, or not at all
                raise unreadable
            layout = "mono" if track.codec_context.channels == 1 else "stereo"
            resampler = av.AudioResampler(format="flt", layout=layout, rate=rate)
            for frame in container.decode(track):
                for piece in resampler.resample(frame):
                    blocks.append(_samples(piece))
                    total += piece.samples
                if max_seconds is not None and total > max_seconds * rate + rate // 100:
                    raise _too_long(label, None, max_seconds)
            blocks.extend(_samples(piece) for piece in resampler.resample(None))
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        if total == 0:
            raise unreadable from error
        # what came before the damage is used: a recording that was cut off is still a question
    return (np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)), rate


def _samples(frame: "av.AudioFrame") -> npt.NDArray[np.float32]:
    return frame.to_ndarray().reshape(-1, len(frame.layout.channels)).astype(np.float32, copy=False)


def _open(data: bytes | Path) -> IO[bytes]:
    return io.BytesIO(data) if isinstance(data, bytes) else data.open("rb")


def _to_mono(samples: npt.NDArray[np.float32]) -> Pcm:
    """(n, 1 or 2) -> (n,). Samples beyond full scale are scaled down; channels that cancel out are not averaged."""
    peak = float(np.abs(samples).max())
    if peak > 1.0:
        samples = samples / peak
    mono = samples.mean(axis=1)
    power = np.square(samples).mean(axis=0, dtype=np.float64)
    if samples.shape[1] > 1 and float(np.square(mono).mean(dtype=np.float64)) < 0.05 * float(power.max()):
        mono = samples[:, int(power.argmax())]
    return mono
