"""Human speech: the telephone prompts of Debian's packages `asterisk-core-sounds-en-*` (Allison Smith, CC-BY-SA-3.0).

They come without their texts, so Whisper's transcript, where it is sure, is the reference: what is measured with them
is how far a recogniser agrees with Whisper. Knows nothing of questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cslm_core.audio import LISTEN_RATE, resample
from cslm_core.errors import TrainingError

__all__ = ["Heard", "SureWhisper", "choose_prompts", "prompt_files", "read_prompt"]

Pcm = NDArray[np.float32]

SECONDS = (2.0, 10.0)
SURE = -0.35
"""The least mean log probability of a transcript that is used as a reference."""


class Heard(NamedTuple):
    """A transcript, with the mean log probability of its tokens and how far it repeats itself (gzip ratio)."""

    text: str
    sureness: float
    repetition: float


class SureWhisper:
    """A Whisper folder for references: English, beam search."""

    def __init__(self, model: str, threads: int = 1) -> None:
        from faster_whisper import WhisperModel

        self._model: Any = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=threads)

    def __call__(self, pcm16k: Pcm) -> Heard:
        segments, _ = self._model.transcribe(pcm16k, language="en", beam_size=5, temperature=0.0)
        found = list(segments)
        return Heard(
            " ".join(segment.text.strip() for segment in found),
            min((segment.avg_logprob for segment in found), default=-9.0),
            max((segment.compression_ratio for segment in found), default=9.0),
        )


def prompt_files(folder: Path) -> list[Path]:
    """The prompts in `folder`, the 16 kHz version where there are two. Raises TrainingError when there are none."""
    names: dict[str, Path] = {}
    for suffix in (".wav", ".g722"):
        names |= {path.stem: path for path in folder.glob(f"*{suffix}")}
    if not names:
        raise TrainingError(
            f"{folder} holds no prompts; install Debian's asterisk-core-sounds-en-g722 or name another folder."
        )
    return [names[name] for name in sorted(names)]


def read_prompt(path: Path) -> Pcm:
    """The samples (n,) of 16 kHz. G.722 has no header, so the suffix says what a file is."""
    import av

    blocks = []
    with av.open(str(path), format="g722" if path.suffix == ".g722" else None) as container:
        rate = container.streams.audio[0].rate
        for frame in container.decode(audio=0):
            block = frame.to_ndarray()
            blocks.append(block.reshape(-1).astype(np.float32) / (32768 if block.dtype == np.int16 else 1))
    pcm: Pcm = np.concatenate(blocks).astype(np.float32) if blocks else np.zeros(0, np.float32)
    return resample(pcm, rate, LISTEN_RATE)


def sensible_text(text: str) -> bool:
    """Whether a transcript can be a reference: four words at least, plain English, not one word again and again."""
    words = re.findall(r"[a-z']+", text.lower())
    return len(words) >= 4 and len(set(words)) * 2 > len(words) and re.fullmatch(r"[\w\s.,?!'’:;-]+", text) is not None


def choose_prompts(
    files: list[Path], count: int, hear: Callable[[Pcm], Heard], read: Callable[[Path], Pcm] = read_prompt
) -> list[tuple[Path, Pcm, str]]:
    """(file, samples, reference) of the first `count` of `files` that are long enough and surely understood."""
    chosen: list[tuple[Path, Pcm, str]] = []
    for file in files:
        if len(chosen) >= count:
            break
        pcm = read(file)
        if not SECONDS[0] <= len(pcm) / LISTEN_RATE <= SECONDS[1]:
            continue
        heard = hear(pcm)
        if heard.sureness >= SURE and heard.repetition < 2 and sensible_text(heard.text):
            chosen.append((file, pcm, heard.text))
    return chosen
