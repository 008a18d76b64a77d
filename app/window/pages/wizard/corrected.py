"""Questions that were misheard and put right, copied with their sound into the folder of a job, where it takes them in.

The folder is the one that the import knows as corrections (`trainer/language/importers/corrections.py`). Knows nothing
of windows.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from app.store.model import Turn
from app.store.store import Store
from cslm_core.audio import write_wav
from cslm_core.errors import CslmError
from cslm_core.events import AUTO
from trainer.language.importers.corrections import TABLE, CorrectionWriter
from trainer.language.records import read_rows

__all__ = ["FOLDER", "copied", "copy_corrections", "offered"]

FOLDER: Final = "corrections"


def offered(store: Store, code: str) -> list[Turn]:
    """Corrected questions in a language (BCP-47 code), or in one that was not recognised."""
    return store.corrected({code, "", AUTO})


def copied(job: Path) -> dict[str, str]:
    """What was copied into a job already: the text by the number of the turn. TrainingError for a damaged list."""
    rows = read_rows(job / FOLDER / TABLE)
    return {str(row.get("id")).removeprefix("turn-"): str(row.get("text")) for row in rows}


def copy_corrections(store: Store, job: Path, code: str, speaker: str, chosen: Collection[int]) -> Path | None:
    """Copy the turns that somebody has chosen, who agrees to their use with that. The folder they are in.

    What was deleted since is left out; None when nothing is left. CslmError when the system refuses to write.
    """
    folder = job / FOLDER
    turns = [turn for turn in offered(store, code) if turn.id in chosen]
    sounds = [(turn, store.sound(turn.id, "question")) for turn in turns]
    if not any(sound is not None for _, sound in sounds):
        return None
    try:
        writer = CorrectionWriter(folder, consent=True)
    except OSError as error:
        raise CslmError(f"{folder} cannot be used ({error.strerror}); check the disk.") from error
    for turn, sound in sounds:
        if sound is not None:
            path = writer.add(
                f"turn-{turn.id}", text=turn.question, heard=turn.misheard, language=code, speaker=speaker
            )
            write_wav(path, *sound)
    writer.close()
    return folder
