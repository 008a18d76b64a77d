"""LJSpeech: `metadata.csv` of `name|text` or `name|text|normalised text`, sound in `wavs`. One speaker, unless a
fourth column names them. Knows nothing of what is in the sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cslm_core.errors import TrainingError
from trainer.language.importers.rows import AUDIO_SUFFIXES, Candidate, Refusal, is_broken, is_there, read_text
from trainer.language.importers.tables import candidate

__all__ = ["TITLE", "read", "recognises"]

TITLE = "LJSpeech (wav|text)"
_TABLES = ("metadata.csv", "metadata.txt", "train.csv", "filelist.txt")
_FOLDERS = ("wavs", "wav", "audio", "clips", "")


def _table(path: Path) -> Path | None:
    if path.is_file():
        return path
    return next((path / name for name in _TABLES if (path / name).is_file()), None)


def recognises(path: Path) -> bool:
    """Whether the first line of its table has `|` and neither tabs nor a header of other columns."""
    source = _table(path)
    if source is None or source.suffix not in (".csv", ".txt"):
        return False
    try:
        lines = read_text(source).split("\n", 1)
    except TrainingError:
        return False
    return "|" in lines[0] and "\t" not in lines[0]


def read(path: Path) -> Iterator[Candidate | Refusal]:
    """The rows of the table. TrainingError when there is none, or when not one line is `wav|text`."""
    source = _table(path)
    if source is None:
        raise TrainingError(f"{path} has no metadata.csv; LJSpeech has one with lines like `name|text`.")
    lines = [(n, line.rstrip("\r")) for n, line in enumerate(read_text(source).split("\n"), 1) if line.strip()]
    if not any("|" in line for _, line in lines):
        raise TrainingError(f"{source} has no lines like `name|text`; check that it is the table of the corpus.")
    for number, line in lines:
        place = f"{source.name}, line {number}"
        cells = line.split("|")
        if not 2 <= len(cells) <= 4:
            yield Refusal(place, "columns", f"{len(cells)} columns instead of 2 or 3")
            continue
        name, text = cells[0].strip(), (cells[2] if len(cells) > 2 and cells[2].strip() else cells[1])
        speaker = cells[3].strip() if len(cells) == 4 else source.parent.resolve().name
        if is_broken(name):
            yield Refusal(place, "encoding")
            continue
        yield candidate(source.parent, place, _find(source.parent, name), {"speaker": speaker}, text=text)


def _find(folder: Path, name: str) -> str:
    """Where the sound is, relative to the folder; the name as it is when it is nowhere."""
    if Path(name).suffix.lower() in AUDIO_SUFFIXES:
        names = [name]
    else:
        names = [name + suffix for suffix in (".wav", ".flac", ".mp3", ".ogg", ".opus")]
    for place in _FOLDERS:
        for written in names:
            relative = f"{place}/{written}" if place else written
            if is_there(folder / relative):
                return relative
    return names[0]
