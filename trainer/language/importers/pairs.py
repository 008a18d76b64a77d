"""A folder of sound files with a text of the same name beside each (`a.wav`, `a.txt`), in any depth of folders.

Where all files lie in subfolders, the first folder is taken for the speaker. Knows nothing of what is in the sound.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cslm_core.errors import TrainingError
from trainer.language.importers.rows import AUDIO_SUFFIXES, Candidate, Refusal, is_broken, is_there, read_text

__all__ = ["TITLE", "read", "recognises", "sound_files"]

TITLE = "Sound files with texts beside them"
_TEXTS = (".txt", ".lab", ".normalized.txt", ".original.txt")


def sound_files(folder: Path) -> list[Path]:
    """The sound files below a folder, in order; hidden files and folders are passed over, links are not followed."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(parent, name)
            for name in sorted(names)
            if Path(name).suffix.lower() in AUDIO_SUFFIXES and not name.startswith(".")
        ]
    return found


def _text_of(sound: Path) -> Path | None:
    return next((sound.with_name(sound.stem + suffix) for suffix in _TEXTS if _is_file(sound, suffix)), None)


def _is_file(sound: Path, suffix: str) -> bool:
    return is_there(sound.with_name(sound.stem + suffix))


def recognises(path: Path) -> bool:
    """Whether there is a sound file with a text beside it."""
    return path.is_dir() and any(_text_of(sound) for sound in sound_files(path))


def read(path: Path) -> Iterator[Candidate | Refusal]:
    """A row per sound file. TrainingError when there is no sound file."""
    if not path.is_dir():
        raise TrainingError(f"{path} is not a folder; name the folder with the sound files.")
    sounds = sound_files(path)
    if not sounds:
        raise TrainingError(f"There is no sound file in {path}; name the folder with the sound files.")
    nested = all(sound.parent != path for sound in sounds)
    for sound in sounds:
        relative = sound.relative_to(path)
        if not sound.resolve().is_relative_to(path.resolve()):
            yield Refusal(str(relative), "outside", str(relative))
            continue
        source = _text_of(sound)
        text = " ".join(read_text(source).split()) if source is not None else ""
        if is_broken(text):
            yield Refusal(str(relative), "encoding", audio=sound)
            continue
        yield Candidate(str(relative), sound.resolve(), text, speaker=relative.parts[0] if nested else "")
