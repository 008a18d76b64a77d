"""A room whose microphone hears what a test says, and prompts to read."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.audio.echo import Clean
from app.audio.recording import Recording
from cslm_core.audio import Pcm, read_audio
from trainer.language.job import JobLanguage
from trainer.language.records import write_rows

QUESTIONS = Path(__file__).parents[5] / "assets" / "questions"
ENGLISH = JobLanguage(name="English", code="en", script="Latn", bridge="zh")
SENTENCE = "What is the capital of Brazil?"


def spoken(level: float = 0.5, noise: float = 0.0005) -> Pcm:
    """`SENTENCE`, read aloud in a room, 16 kHz (n,); `level` is its peak."""
    pcm = read_audio(QUESTIONS / "en-1-brazil.flac")
    pcm = np.pad(pcm * np.float32(level / np.abs(pcm).max()), 3200)
    return (pcm + np.random.default_rng(0).normal(0, noise, pcm.size)).astype(np.float32)


def write_prompts(path: Path, texts: list[str]) -> Path:
    write_rows(path, ({"id": f"pair-{n}.es", "text": text, "language": "es"} for n, text in enumerate(texts)))
    return path


class ReadingRoom:
    """It hears what `say` is given while a recording is on."""

    def __init__(self) -> None:
        self.recording: Recording | None = None
        self.problem = ""
        self.played: list[Pcm] = []
        self.stopped = 0

    def record(self, recording: Recording) -> None:
        assert self.recording is None
        if self.problem:
            recording.problem = self.problem
        else:
            self.recording = recording

    def end_recording(self, recording: Recording) -> None:
        assert self.recording in (None, recording)
        self.recording = None

    def say(self, pcm: Pcm) -> None:
        assert self.recording is not None
        for frame in pcm[: pcm.size // 160 * 160].reshape(-1, 160):
            self.recording.frame(frame, Clean(frame, frame, -20.0, -20.0), None)

    def play(self, stream: int, pcm: Pcm) -> None:
        self.played.append(pcm)

    def end(self, stream: int) -> None: ...

    def stop(self) -> float:
        self.stopped += 1
        return 0.0
