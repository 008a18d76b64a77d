"""Long recordings without a text: cut at pauses, transcribed as drafts, corrected by a person, and then taken in.

A row of `drafts.jsonl` has `id, audio` (in the job folder), `text` (what the machine heard, or ""), `speaker`,
`recording, start, end, seconds, source`. Nothing of it is trained on before somebody has looked at it, or has said that
the drafts are to be taken as they are (the utterance is marked `draft` then). Knows nothing of models.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cslm_core.audio import LISTEN_RATE, Pcm, read_audio, resample
from cslm_core.errors import AudioError, TrainingError
from trainer.language.corpus import RATE, rejection
from trainer.language.cutting import CutLimits, cut_at_pauses
from trainer.language.importers.pairs import sound_files
from trainer.language.importers.rows import AUDIO_SUFFIXES, Candidate, is_broken
from trainer.language.intake import store_sound
from trainer.language.job import Job
from trainer.language.reasons import count_reasons, summary
from trainer.language.records import Row, read_rows, write_rows
from trainer.language.sheets import read_sheet, write_sheet
from trainer.language.sources import source_name

__all__ = ["COLUMNS", "DraftReport", "Transcriber", "confirmed", "draft_recordings", "export_drafts", "import_drafts"]

COLUMNS = ("id", "audio", "seconds", "text")
DROP = "-"
"""What a user writes for a piece that is not wanted."""
_LONGEST: float = 3600.0


class Transcriber(Protocol):
    """What is said in samples (n,) of 16 kHz; "" where nothing is."""

    def __call__(self, pcm16k: Pcm) -> str: ...


SpeechProbability = Callable[[Pcm], NDArray[np.float32]]
"""Of samples (n,) of 16 kHz, for each 32 ms (`cslm_core.speech.SileroVad.probabilities`)."""


@dataclass
class DraftReport:
    """What became of the recordings of a source."""

    source: str
    pieces: int = 0
    seconds: float = 0.0
    rejected: list[Row] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        minutes = f"{self.seconds / 60:.0f}"
        reasons = count_reasons(row["reason"] for row in self.rejected)
        if reasons:
            return (
                f"{self.source} was cut into {self.pieces} pieces ({minutes} minutes); {len(self.rejected)} recordings"
                f" were rejected ({summary(reasons)}). Correct the drafts of their texts before they are used."
            )
        return (
            f"{self.source} was cut into {self.pieces} pieces ({minutes} minutes). Correct the drafts of their texts"
            " before they are used."
        )


def draft_recordings(
    job: Job,
    path: Path,
    probabilities: SpeechProbability,
    transcribe: Transcriber | None,
    *,
    speaker: str = "",
    limits: CutLimits | None = None,
    progress: Callable[[int, str], None] | None = None,
) -> DraftReport:
    """Cut the sound file, or all of a folder, and add the pieces to the job's drafts; `transcribe` None leaves texts
    empty. Recordings that are there already are passed over. Hold the job's lock.

    TrainingError when there is no recording, or no speech in any.
    """
    files = [path] if path.is_file() and path.suffix.lower() in AUDIO_SUFFIXES else sound_files(path)
    if not files:
        raise TrainingError(f"There is no sound file in {path}; name a recording, or a folder of them.")
    rows = read_rows(job.drafts)
    there = {row["recording"] for row in rows}
    report = DraftReport(source_name(job, path))
    for number, file in enumerate(files, 1):
        if str(file.resolve()) not in there:
            found = list(_pieces(job, file, probabilities, transcribe, speaker or path.stem, limits, report))
            rows += found
            write_rows(job.drafts, rows)
        if progress is not None:
            progress(number, file.name)
    kept = [row for row in read_rows(job.rejected) if row["source"] != report.source]
    write_rows(job.rejected, kept + report.rejected)
    if not report.pieces and not there & {str(file.resolve()) for file in files}:
        reasons = summary(count_reasons(row["reason"] for row in report.rejected))
        raise TrainingError(f"None of the {len(files)} recordings of {report.source} can be used: {reasons}.")
    return report


def _pieces(
    job: Job,
    file: Path,
    probabilities: SpeechProbability,
    transcribe: Transcriber | None,
    speaker: str,
    limits: CutLimits | None,
    report: DraftReport,
) -> Iterator[Row]:
    if is_broken(str(file.resolve())):
        report.rejected.append(rejection(report.source, file.name, "name"))
        return
    try:
        pcm = read_audio(file, max_seconds=_LONGEST, rate=RATE)
    except AudioError as error:
        report.rejected.append(rejection(report.source, file.name, "unreadable", str(error).rstrip("."), audio=file))
        return
    heard = resample(pcm, RATE, LISTEN_RATE)
    cuts = cut_at_pauses(probabilities(heard), limits or CutLimits())
    if not cuts:
        report.rejected.append(rejection(report.source, file.name, "no_speech", audio=file))
    recording = str(file.resolve())
    for start, end in cuts:
        name = hashlib.sha256(f"{recording}\0{start:.3f}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
        audio = f"drafts/{name}.flac"
        store_sound(job.folder / audio, pcm[round(start * RATE) : round(end * RATE)])
        text = transcribe(heard[round(start * LISTEN_RATE) : round(end * LISTEN_RATE)]) if transcribe else ""
        report.pieces += 1
        report.seconds += end - start
        yield {
            "id": name,
            "audio": audio,
            "text": text.strip(),
            "speaker": speaker,
            "recording": recording,
            "start": round(start, 3),
            "end": round(end, 3),
            "seconds": round(end - start, 2),
            "source": report.source,
        }


def export_drafts(job: Job, path: Path) -> int:
    """Write the drafts as a sheet to correct; how many there are. TrainingError when there are none."""
    rows = read_rows(job.drafts)
    if not rows:
        raise TrainingError("There are no drafts; add a recording without a text first.")
    return write_sheet(path, COLUMNS, ((r["id"], r["audio"], f"{r['seconds']:.1f}", r["text"]) for r in rows))


def import_drafts(job: Job, path: Path) -> list[Candidate]:
    """The pieces whose texts a person has looked at, for the intake. A piece with no text, or with "-", is left out.

    TrainingError when the sheet is another job's.
    """
    known = {row["id"]: row for row in read_rows(job.drafts)}
    found = []
    strange = 0
    for number, cells in read_sheet(path, ("id", "text")):
        row = known.get(cells["id"]) if cells is not None else None
        if row is None or cells is None:
            strange += 1
            continue
        text = cells.get("text", "").strip()
        if text and text != DROP:
            found.append(_candidate(job, row, text, f"{path.name}, line {number}", draft=False))
    if not found:
        if strange:
            raise TrainingError(
                f"No text of {path.name} can be taken in; {strange} of its rows are of no draft of this job; fill in"
                " the column `text`."
            )
        raise TrainingError(f"No text of {path.name} can be taken in; fill in the column `text`.")
    return found


def confirmed(job: Job) -> list[Candidate]:
    """All drafts as they are, unseen by any person, for the intake: their utterances are marked `draft`."""
    rows = [row for row in read_rows(job.drafts) if row["text"]]
    if not rows:
        raise TrainingError("There are no drafts with a text; add a recording without a text first.")
    return [_candidate(job, row, row["text"], f"draft {row['id']}", draft=True) for row in rows]


def _candidate(job: Job, row: Row, text: str, place: str, *, draft: bool) -> Candidate:
    return Candidate(
        place=place,
        audio=job.folder / row["audio"],
        text=text,
        speaker=row["speaker"],
        recording=row["recording"],
        id=f"draft-{row['id']}",
        extra={"draft": True} if draft else {},
    )
