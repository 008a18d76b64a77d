"""Taking speech in: each row of a source is read, checked, and copied into the job's corpus or rejected with a reason.

What is in the corpus already is passed over, so that an import that was ended goes on where it was, and a source that
has grown can be named again. Knows nothing of formats (`importers/`) or of how a sound is judged (`checks.py`).
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from cslm_core.audio import Pcm, read_audio
from cslm_core.errors import AudioError, TrainingError
from cslm_core.files import atomic_path
from cslm_core.speech import SpeechGate
from trainer.language.checks import Limits, check_sound, plausible_rate, sound_hash
from trainer.language.corpus import RATE, CorpusRows, rejection
from trainer.language.importers.rows import Candidate, Refusal, is_broken
from trainer.language.job import Job
from trainer.language.languages import text_key
from trainer.language.reasons import count_reasons, summary
from trainer.language.records import Row, printable
from trainer.language.splits import speaker_key
from trainer.language.texts import clean_text

__all__ = ["Intake", "IntakeReport", "Options", "store_sound"]

Progress = Callable[[int, str], None]
"""Called with the number of rows done and the place of the last one; what it raises ends the import."""

_SAVE_EVERY: Final = 200
_LONGEST_FILE: Final = 3600.0
DISPUTED: Final = "its rows name different speakers"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,120}")


@dataclass(frozen=True)
class Options:
    """`speaker` is who speaks where a source does not say: without a name one unknown person, unless `many_speakers`
    says that every recording may be another's. `split` is what a source without splits of its own is for. `gate` None
    leaves out the search for speech."""

    limits: Limits = field(default_factory=Limits)
    speaker: str = ""
    many_speakers: bool = False
    split: str = ""
    gate: SpeechGate | None = None


@dataclass
class IntakeReport:
    """What became of the rows of one source."""

    source: str
    added: int = 0
    there: int = 0
    drafts: int = 0
    rejected: list[Row] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        said = f"{self.added} of {self.added + self.there + len(self.rejected)} rows of {self.source} were taken in"
        if self.there:
            said += f", {self.there} were there already"
        reasons = count_reasons(row["reason"] for row in self.rejected)
        return said + (f"; {len(self.rejected)} were rejected ({summary(reasons)})." if reasons else ".")


class Intake:
    """Adds sources to the corpus of a job. Hold the job's lock."""

    def __init__(self, job: Job, options: Options) -> None:
        self.job = job
        self.options = options
        self.rows = CorpusRows.load(job)
        self._ids = {row["id"]: row for row in self.rows.usable}
        self._sounds = {row["sound"]: row["id"] for row in self.rows.usable}
        self._said = {_saying(row["speaker"], row["text"]) for row in self.rows.usable if row["speaker"]}
        self._added: set[str] = set()
        """Ids of what the source that is being read has brought."""
        self._there: set[str] = set()
        """And of what of it was there already."""

    def add(
        self, source: str, candidates: Iterable[Candidate | Refusal], progress: Progress | None = None
    ) -> IntakeReport:
        """Take in the rows of a source; `source` is its short name, and part of the ids.

        TrainingError when not one row of it is usable, with the reasons counted; the rows are listed even then.
        CslmError when the disk is full; what came before is kept.
        """
        report = IntakeReport(source)
        self._added, self._there = set(), set()
        self.rows.rejected = [row for row in self.rows.rejected if row["source"] != source]
        owners = _Owners()
        done, next_save = 0, _SAVE_EVERY
        try:
            for done, found in enumerate(candidates, 1):
                item = replace(found, place=printable(found.place))  # as it is in the list, which it is compared with
                rejected = (
                    self._refused(source, item) if isinstance(item, Refusal) else self._take(item, report, owners)
                )
                if rejected is not None:
                    report.rejected.append(rejected)
                if progress is not None:
                    progress(done, item.place)
                if done >= next_save:
                    self._save(report)
                    next_save = done + max(_SAVE_EVERY, len(self.rows.usable) // 10)  # large corpora are written rarely
            self._give_up(owners.disputed, report)
        finally:
            self._save(report)
        if not report.added and not report.there:
            if not done:
                raise TrainingError(f"{source} has no rows; name a corpus with speech in it.")
            reasons = summary(count_reasons(row["reason"] for row in report.rejected))
            raise TrainingError(f"None of the {done} rows of {source} can be used: {reasons}.")
        return report

    def _save(self, report: IntakeReport) -> None:
        kept = self.rows.rejected
        self.rows.rejected = kept + report.rejected
        try:
            self.rows.save(self.job)
        finally:
            self.rows.rejected = kept

    def _give_up(self, disputed: set[Path], report: IntakeReport) -> None:
        """Take rows out again whose file turned out to be given to a second speaker."""
        names = {str(path) for path in disputed}
        for row in [r for r in self.rows.usable if r["source"] == report.source and r["file"] in names]:
            self.rows.usable.remove(row)
            del self._ids[row["id"]]
            self._forget(row)
            report.added -= row["id"] in self._added
            report.there -= row["id"] in self._there
            audio = Path(row["file"])
            report.rejected.append(
                rejection(report.source, row["place"], "two_speakers", DISPUTED, audio=audio, text=row["text"])
            )

    def _forget(self, row: Row) -> None:
        """What the row sounds like and says is free again."""
        self._sounds.pop(row["sound"], None)
        self._said.discard(_saying(row["speaker"], row["text"]))

    @staticmethod
    def _refused(source: str, refusal: Refusal) -> Row:
        return rejection(source, refusal.place, refusal.reason, refusal.detail, audio=refusal.audio, text=refusal.text)

    def _take(self, row: Candidate, report: IntakeReport, owners: _Owners) -> Row | None:
        """Add one row; or the row of the list of rejected ones."""
        reject = functools.partial(
            rejection, report.source, row.place, audio=row.audio, text=row.text, start=row.start, end=row.end
        )
        language = self.job.language
        if is_broken(str(row.audio)):
            return reject("name", audio=None)
        if is_broken(row.text, row.speaker, row.recording, row.language, row.id):
            return reject("encoding")
        if row.language and row.language.casefold().split("-")[0] != language.code.casefold().split("-")[0]:
            return reject("other_language", row.language[:20])
        cleaned = clean_text(row.text, language)
        if cleaned.reason:
            return reject(cleaned.reason)
        speaker = (row.speaker or self.options.speaker or ("" if self.options.many_speakers else report.source)).strip()
        if not owners.agrees(row, speaker):
            return reject("two_speakers", DISPUTED)
        name = self._name(report.source, row)
        there = self._ids.get(name)
        same = there is not None and (there["place"], there["text"]) == (row.place, cleaned.text)
        if there is not None and same and _same_sound(there, row):
            self._there.add(name)
            report.there += 1
            return None
        try:
            pcm = read_piece(row.audio, row.start, row.end)
        except AudioError as error:
            return reject("unreadable", str(error).rstrip("."))
        if pcm is None:
            return reject("cut")
        finding = check_sound(pcm, RATE, self.options.limits, self.options.gate)
        if finding.reason:
            return reject(finding.reason, finding.detail)
        if not plausible_rate(cleaned.text, finding.active or finding.seconds, language):
            return reject("rate", f"{len(text_key(cleaned.text))} letters in {finding.active:.1f} s")
        sound = sound_hash(pcm)
        if self._sounds.get(sound, name) != name:
            return reject("duplicate_sound", f"as {self._sounds[sound]}")
        said = _saying(speaker, cleaned.text)
        if speaker and there is None and said in self._said:
            return reject("duplicate_text")
        added: Row = {
            "id": name,
            "audio": f"audio/{name}.flac",
            "text": cleaned.text,
            "language": language.code,
            "speaker": speaker,
            "seconds": round(finding.seconds, 3),
            "split": "",
            "reasons": [],
            "recording": f"{report.source}/{row.recording}" if row.recording else str(row.audio),
            "source": report.source,
            "file": str(row.audio),
            "place": row.place,
            "active": round(finding.active, 2),
            "level": round(finding.level, 1),
            "sound": sound,
            "stamp": _stamp(row),
            **({"wish": row.split or self.options.split} if row.split or self.options.split else {}),
            **row.extra,
        }
        store_sound(self.job.corpus / added["audio"], pcm)
        if there is not None:
            self._forget(there)
            there.clear()
            there.update(added)
        else:
            self.rows.usable.append(added)
            self._ids[name] = added
        self._sounds[sound] = name
        self._said.add(said)
        self._added.add(name)
        report.added += 1
        return None

    def _name(self, source: str, row: Candidate) -> str:
        """The row's own id where it has a usable one that nobody else has; else one made of where it comes from."""
        if _ID.fullmatch(row.id) and row.id[-1] != ".":
            there = self._ids.get(row.id)
            if there is None or (there["source"], there["place"]) == (source, row.place):
                return row.id
        key = f"{row.audio}\0{row.start}\0{row.end}"
        return f"{_slug(source)}-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


class _Owners:
    """Who speaks in each file of a source: a file that its rows give to two people is nobody's."""

    def __init__(self) -> None:
        self._speakers: dict[Path, str] = {}
        self.disputed: set[Path] = set()

    def agrees(self, row: Candidate, speaker: str) -> bool:
        if row.start or row.end is not None:
            return True  # pieces of a conversation, each with its speaker
        if self._speakers.setdefault(row.audio, speaker_key(speaker)) != speaker_key(speaker):
            self.disputed.add(row.audio)
        return row.audio not in self.disputed


def _saying(speaker: str, text: str) -> tuple[str, str]:
    """Who says what, to be compared."""
    return speaker_key(speaker), text_key(text)


def _stamp(row: Candidate) -> str:
    """Changes with the file, or with which piece of it is meant; "" for a file that cannot be looked at."""
    try:
        found = row.audio.stat()
    except OSError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}-{row.start}-{row.end}"


def _same_sound(there: Row, row: Candidate) -> bool:
    """Whether what was taken in (`there`, which is stamped anew) is still what is to be heard in the file."""
    stamp = _stamp(row)
    if stamp and (there.get("stamp"), there["file"]) == (stamp, str(row.audio)):
        return True
    try:
        pcm = read_piece(row.audio, row.start, row.end)
    except AudioError:
        return False
    if pcm is None or sound_hash(pcm) != there["sound"]:
        return False
    there.update(stamp=stamp, file=str(row.audio))
    return True


@functools.lru_cache(maxsize=1)
def _whole(path: Path, _changed: int) -> Pcm:
    """A file at `RATE`; the last one is kept, as its pieces are read one after the other."""
    return read_audio(path, max_seconds=_LONGEST_FILE, rate=RATE)


def read_piece(path: Path, start: float = 0.0, end: float | None = None) -> Pcm | None:
    """The samples (n,) of a file, or of a piece of it, at `RATE`; None when it ends before the piece does.

    Raises AudioError when the file cannot be read.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise AudioError(f"{path.name} cannot be read; check that you may read it.") from error
    pcm = _whole(path, changed)
    if end is None and not start:
        return pcm
    last = len(pcm) if end is None else round(end * RATE)
    if last > len(pcm) + RATE // 10 or round(start * RATE) >= len(pcm):
        return None
    return np.ascontiguousarray(pcm[round(start * RATE) : last])


def store_sound(path: Path, pcm: Pcm) -> None:
    """Write samples (n,) at `RATE` as 16-bit FLAC, all or nothing. CslmError when the system refuses."""
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        try:
            soundfile.write(temporary, np.clip(pcm, -1, 1), RATE, format="FLAC", subtype="PCM_16")
        except soundfile.LibsndfileError as error:
            raise TrainingError(f"{path} could not be written: {error.error_string.rstrip('.')}.") from error


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "speech"
