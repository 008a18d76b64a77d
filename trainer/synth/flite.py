"""CMU Flite as fast English speakers: a woman (slt) and two men (rms, awb), all from recordings of people, 16 kHz.

The program `flite` is called once per text. Knows nothing of corpora.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cslm_core.errors import TrainingError

VOICES = ("slt", "rms", "awb")
_SECONDS = 60


class Flite:
    """The voices of an installed Flite; TrainingError where there is none."""

    sample_rate = 16_000

    def __init__(self) -> None:
        self._program = shutil.which("flite")
        if self._program is None:
            raise TrainingError("The program flite is missing; install it (Debian: apt install flite).")

    def speak(self, text: str, voice: str, *, speed: float = 1.0) -> NDArray[np.float32]:
        """Speech of `text`, shape (samples,), float32 at `sample_rate`. ValueError where Flite fails."""
        import soundfile

        assert self._program is not None
        with tempfile.TemporaryDirectory() as folder:
            written, out = Path(folder) / "text", Path(folder) / "out.wav"
            written.write_text(text, "utf-8")
            stretch = f"duration_stretch={1 / speed:.3f}"
            command = [self._program, "-voice", voice, "--setf", stretch, "-f", str(written), "-o", str(out)]
            try:
                subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
                pcm, rate = soundfile.read(out, dtype="float32")
            except (subprocess.SubprocessError, soundfile.LibsndfileError) as error:
                raise ValueError(f"flite could not speak {text!r}.") from error
        if rate != self.sample_rate or not len(pcm):
            raise ValueError(f"flite gave {len(pcm)} samples at {rate} Hz for {text!r}.")
        return np.asarray(pcm, np.float32)
