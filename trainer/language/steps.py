"""The first three steps of a job as the command line and the window run them: locked, noted, and said in a sentence.

What a step does is in its own module. A failure leaves what was there before, and says so. Knows nothing of terminals.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from cslm_core.errors import CslmError
from cslm_core.speech import SileroVad, silero_path
from trainer.language.corpus import CorpusRows
from trainer.language.dialogue_sheet import SheetReport, import_dialogues, load_dialogues
from trainer.language.drafts import DraftReport, Transcriber, confirmed, draft_recordings, import_drafts
from trainer.language.importers import read_source
from trainer.language.importers.rows import Candidate, Refusal
from trainer.language.intake import Intake, IntakeReport, Options
from trainer.language.job import Job
from trainer.language.records import read_rows
from trainer.language.review import Review, reject_misaligned, review, stored_scores
from trainer.language.sources import DRAFTS, source_name
from trainer.language.translations import TranslationReport, add_translations

__all__ = [
    "accept_drafts", "check", "check_alignment", "draft", "take_dialogues", "take_drafts", "take_speech",
    "take_translations",
]  # fmt: skip

Progress = Callable[[int, str], None]
_SPEECH, _TEXTS, _GATE = "speech", "texts", "gate"
_NOTE_EVERY = 0.5


def take_speech(
    job: Job, path: Path, options: Options, *, format_name: str | None = None, progress: Progress | None = None
) -> tuple[IntakeReport, Review]:
    """Import a corpus and look the whole over. TrainingError as the importer and the intake say."""
    return _take(job, path, lambda: read_source(path, format_name), options, progress)


def take_drafts(job: Job, sheet: Path, options: Options) -> tuple[IntakeReport, Review]:
    """Take in the drafts whose texts a person has looked at."""
    return _take(job, None, lambda: import_drafts(job, sheet), options, None)


def accept_drafts(job: Job, options: Options) -> tuple[IntakeReport, Review]:
    """Take in all drafts as the machine heard them."""
    return _take(job, None, lambda: confirmed(job), options, None)


def _take(
    job: Job,
    path: Path | None,
    rows: Callable[[], Iterable[Candidate | Refusal]],
    options: Options,
    progress: Progress | None,
) -> tuple[IntakeReport, Review]:
    """Take in the source at `path`, or what was drafted in the job."""
    shown = path.resolve().name if path is not None else DRAFTS
    with _step(job, _SPEECH, f"Reading {shown}."):
        found_rows = rows()  # what is no source needs no name
        source = source_name(job, path) if path is not None else DRAFTS
        report = Intake(job, options).add(source, found_rows, _noting(job, f"Reading {shown}", progress))
        found = review(job)
        _speech_done(job, found, report.sentence)
        return report, found


def draft(
    job: Job,
    path: Path,
    transcribe: Transcriber | None,
    *,
    speaker: str = "",
    progress: Progress | None = None,
) -> DraftReport:
    """Cut long recordings at their pauses and write down what is said, for a person to correct."""
    vad = SileroVad(_vad_path())
    with _step(job, _SPEECH, f"Listening to {path.name}."):
        report = draft_recordings(
            job,
            path,
            vad.probabilities,
            transcribe,
            speaker=speaker,
            progress=_noting(job, f"Listening to {path.name}", progress),
        )
        _speech_done(job, review(job), report.sentence)
        return report


def _vad_path() -> Path:
    path = silero_path()
    if path is None:
        raise CslmError("The detector of speech is missing from faster-whisper; install that package again.")
    return path


def check(job: Job) -> Review:
    """Look the corpus over once more: options may have changed, and after the gate there are alignment scores."""
    with _step(job, _SPEECH, "Checking the corpus."):
        found = review(job, stored_scores(job))
        _speech_done(job, found, "")
        return found


def check_alignment(job: Job) -> str:
    """The end of the gate: what its alignment scores find amiss is rejected. That in a sentence, or "" when nothing
    was. Hold the job's lock.

    Once a training has begun, nothing is taken from under it.
    """
    from trainer.language.units import keep_units  # not needed by the steps before

    scores = stored_scores(job)
    if scores is None or any((job.training / "checkpoints").glob("*")):
        return ""
    count, found = reject_misaligned(job, scores)
    if not count:
        return ""
    said = (
        f"{count} utterance was rejected: the text is not found in the sound."
        if count == 1
        else f"{count} utterances were rejected: the text is not found in the sound."
    )
    _speech_done(job, found, said)
    keep_units(job)
    gate = job.state(_GATE)  # it rests on what it has left of the speech
    details = {**gate.details, "sentences": [*gate.details.get("sentences", []), said]}
    job.finish(_GATE, gate.sentence, gate.counts, details)
    return said


def _speech_done(job: Job, found: Review, last: str) -> None:
    rows = CorpusRows.load(job)
    details = {
        "remarks": found.remarks,
        "reasons": rows.reasons(),
        "sources": sorted({row["source"] for row in rows.usable}),
        "drafts": len(read_rows(job.drafts)),
        "last": last,
    }
    job.finish(_SPEECH, found.sentence, found.counts, details)


def take_translations(
    job: Job, path: Path, *, other: str | None = None, columns: Sequence[str] = ()
) -> TranslationReport:
    """Import translations. TrainingError as their reader and checks say."""
    with _step(job, _TEXTS, f"Reading {path.name}."):
        report = add_translations(job, path, other=other, columns=columns)
        _texts_done(job, report.sentence)
        return report


def take_dialogues(job: Job, path: Path) -> SheetReport:
    """Import a filled sheet of dialogues; what is said in the corpus is then linked to it."""
    with _step(job, _TEXTS, f"Reading {path.name}."):
        report = import_dialogues(job, path)
        review(job)
        last = f"{report.taken} entries of {path.name} were taken in."
        if report.rejected:
            last = f"{report.taken} entries of {path.name} were taken in; {len(report.rejected)} were rejected."
        _texts_done(job, last)
        return report


def _texts_done(job: Job, last: str) -> None:
    pairs = len(read_rows(job.translations))
    dialogues = load_dialogues(job).counts()
    sentence = f"There are {pairs} translations, and {dialogues['types']} kinds of questions with answers."
    job.finish(_TEXTS, sentence, {"translations": pairs, **dialogues}, {"last": last})


@contextlib.contextmanager
def _step(job: Job, step: str, sentence: str) -> Iterator[None]:
    """Run a step under the lock. When it fails, what was done before stays done, and the failure is noted beside it."""
    with job.lock(sentence.rstrip(".").lower()):
        before = job.state(step)
        job.begin(step, sentence)
        try:
            yield
        except (CslmError, KeyboardInterrupt) as error:
            said = str(error) or "It was stopped; what was taken in until then is kept."
            if before.phase == "done":
                job.finish(step, before.sentence, before.counts, {**before.details, "last": said})
            else:
                job.fail(step, said)
            raise


def _noting(job: Job, doing: str, progress: Progress | None) -> Progress:
    """Note in the job how far an import is, now and then, and pass it on."""
    noted = 0.0

    def note(done: int, place: str) -> None:
        nonlocal noted
        if time.monotonic() - noted >= _NOTE_EVERY:
            noted = time.monotonic()
            job.advance(_SPEECH, f"{doing}: {place}.", rows=done)
        if progress is not None:
            progress(done, place)

    return note
