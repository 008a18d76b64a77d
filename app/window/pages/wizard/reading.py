"""Reading the prompts of a job aloud: which one is next, and the takes, kept at once in a folder of the job.

The folder is the one that the import knows as recordings (`trainer/language/importers/recordings.py`); whatever ends
the program, reading goes on where it was. Knows nothing of windows and microphones.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from cslm_core.audio import LISTEN_RATE, Pcm, write_wav
from cslm_core.errors import CslmError, TrainingError
from trainer.language.importers.recordings import Prompt, RecordingFolder
from trainer.language.records import Row, read_rows
from trainer.language.splits import speaker_key

__all__ = ["FOLDER", "Reading", "folder_of"]

FOLDER: Final = "recordings"
_NAME_LETTERS: Final = 40
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,100}")
"""Names that are file names everywhere."""


def folder_of(job: Path, speaker: str) -> Path:
    """Where the takes of a speaker are; two speakers never share one."""
    name = speaker_key(speaker)
    plain = re.sub(r"[^\w-]+", "-", name).strip("-")[:_NAME_LETTERS]
    if plain != name:
        plain = f"{plain or 'speaker'}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    return job / FOLDER / plain


class Reading:
    """The prompts of one speaker in order. `position` may be behind the last one: then all are read."""

    def __init__(self, folder: RecordingFolder, speaker: str, prompts: list[Prompt]) -> None:
        self.folder = folder
        self.speaker = speaker
        self.prompts = prompts
        self.recorded = set(folder.recorded())
        """Ids of what was read."""
        skipped = folder.skipped()
        left = (n for n, p in enumerate(prompts) if p.id not in self.recorded and p.id not in skipped)
        self.position = next(left, len(prompts))

    @classmethod
    def begin(cls, job: Path, speaker: str, prompts: Path, *, consent: bool) -> Reading:
        """Begin, or go on, with what `prompts` (JSON lines with `id` and `text`) says is to be read.

        TrainingError when nobody speaks, without consent, when there are no prompts or the folder cannot be used.
        """
        if not speaker.strip():
            raise TrainingError("Say who speaks first: the name keeps a voice out of the test that it is trained on.")
        folder = RecordingFolder(folder_of(job, speaker))
        try:
            known = folder.prompts() if folder.prompts_file.exists() else []
            wanted = _merged({prompt.id: prompt for prompt in known}, read_rows(prompts))
            ids = {prompt.id for prompt in known}
            # what is there keeps its line: by it the import knows again what it has taken in
            every = known + [prompt for prompt in wanted if prompt.id not in ids]
            made = RecordingFolder.create(folder.folder, speaker, every if wanted else [], consent=consent)
            (made.folder / "audio").mkdir(exist_ok=True)
            return cls(made, " ".join(speaker.split()), wanted)
        except OSError as error:
            raise TrainingError(f"{folder.folder} cannot be used ({error.strerror}); check the disk.") from error

    @property
    def prompt(self) -> Prompt | None:
        """What is to be read now; None when the end is reached."""
        return self.prompts[self.position] if self.position < len(self.prompts) else None

    @property
    def read(self) -> int:
        """How many of the prompts are read."""
        return sum(prompt.id in self.recorded for prompt in self.prompts)

    def sound(self) -> Path | None:
        """The take of the prompt that is shown, if it was read."""
        prompt = self.prompt
        return self.folder.sound(prompt) if prompt is not None and prompt.id in self.recorded else None

    def keep(self, prompt: Prompt, pcm: Pcm, peak: float) -> None:
        """Write a take, 16 kHz (n,), in place of the one before. CslmError when the system refuses."""
        write_wav(self.folder.sound(prompt), pcm, LISTEN_RATE)
        try:
            self.folder.note_take(prompt, peak)
        except OSError as error:
            raise _refused(self.folder, error) from error
        self.recorded.add(prompt.id)

    def throw_away(self) -> None:
        """The take of the prompt that is shown is not wanted. CslmError when the system refuses."""
        prompt = self.prompt
        if prompt is None or prompt.id not in self.recorded:
            return
        try:
            self.folder.note_retake(prompt)
        except OSError as error:
            raise _refused(self.folder, error) from error
        self.recorded.discard(prompt.id)

    def skip(self) -> None:
        """Note that the prompt that is shown, unless it was read, is not to be offered again when reading goes on.

        CslmError when the system refuses.
        """
        prompt = self.prompt
        if prompt is None or prompt.id in self.recorded:
            return
        try:
            self.folder.note_skip(prompt)
        except OSError as error:
            raise _refused(self.folder, error) from error

    def go_on(self) -> None:
        """To the next one."""
        self.position = min(len(self.prompts), self.position + 1)

    def go_back(self) -> None:
        """To the one before."""
        self.position = max(0, self.position - 1)


def _merged(known: dict[str, Prompt], rows: list[Row]) -> list[Prompt]:
    """The prompts of `rows`; one whose sentence was changed gets another id, since its take says the old one."""
    found: list[Prompt] = []
    for row in rows:
        name, text, number = str(row.get("id", "")), str(row.get("text", "")).strip(), 1
        if not _ID.fullmatch(name) or not text:
            continue
        made = Prompt(name, text)
        while known.setdefault(made.id, made).text != text:
            number += 1
            made = Prompt(f"{name}.{number}", text)
        found.append(made)
    return found


def _refused(folder: RecordingFolder, error: OSError) -> CslmError:
    return CslmError(f"The take could not be noted in {folder.folder} ({error.strerror}); free some space, try again.")
