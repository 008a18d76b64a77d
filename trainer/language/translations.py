"""The translations of a job: pairs taken in from files, checked, and kept in `translations.jsonl`.

A row has `id, text` (the new language), `other` (the known one), `language` (the code of that), `split`, `source`.
Knows nothing of file formats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cslm_core.errors import TrainingError
from trainer.language.corpus import CorpusRows, rejection
from trainer.language.dialogue_sheet import load_dialogues
from trainer.language.job import Job, JobLanguage
from trainer.language.languages import make_language, text_key
from trainer.language.pairs_of_texts import Pair, read_pairs
from trainer.language.reasons import count_reasons, summary
from trainer.language.records import Row, read_rows, write_rows
from trainer.language.review import mark_translations
from trainer.language.sources import source_name
from trainer.language.texts import clean_text, tidy

__all__ = ["TranslationReport", "add_translations", "rejected_path"]

_LONGER: Final = 3.0
_SLACK: Final = 12
"""Letters by which a side may be longer than `_LONGER` times the other: "Yes." and "Por supuesto que sí."."""
_DENSE: Final = {"Hani": 3.0, "Hans": 3.0, "Hant": 3.0, "Jpan": 2.0, "Kore": 2.0, "Hang": 2.0}
"""How many letters of an alphabet a sign is worth."""


@dataclass
class TranslationReport:
    """What became of the pairs of one source."""

    source: str
    added: int = 0
    there: int = 0
    rejected: list[Row] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        said = f"{self.added} pairs of {self.source} were taken in"
        if self.there:
            said += f", {self.there} were there already"
        reasons = count_reasons(row["reason"] for row in self.rejected)
        return said + (f"; {len(self.rejected)} were rejected ({summary(reasons)})." if reasons else ".")


def rejected_path(job: Job) -> Path:
    """Where the rejected pairs are listed."""
    return job.folder / "rejected-translations.jsonl"


def add_translations(
    job: Job, path: Path, *, other: str | None = None, columns: Sequence[str] = ()
) -> TranslationReport:
    """Take in the pairs of a file; `other` is a language of the base pack, without it the bridge language.

    TrainingError when no pair of it is usable, with the reasons counted. Hold the job's lock.
    """
    code = other or job.language.bridge
    if code not in job.base.languages:
        known = ", ".join(job.base.languages)
        raise TrainingError(f"The pack {job.base.identity} does not know {code}; translations lead to one of {known}.")
    rows = read_rows(job.translations)
    report = TranslationReport(source_name(job, path))
    rows += _usable(job.language, make_language(code, code), read_pairs(path, job.language.code, code, columns), rows,
                    report)  # fmt: skip
    kept = [row for row in read_rows(rejected_path(job)) if row["source"] != report.source]
    write_rows(rejected_path(job), kept + report.rejected)
    if not report.added and not report.there:
        reasons = summary(count_reasons(row["reason"] for row in report.rejected)) or "there are none"
        raise TrainingError(f"None of the {len(report.rejected)} pairs of {report.source} can be used: {reasons}.")
    write_rows(job.translations, rows)
    mark_translations(job, CorpusRows.load(job), load_dialogues(job))
    return report


def _usable(
    new: JobLanguage, known: JobLanguage, pairs: Iterable[Pair], before: list[Row], report: TranslationReport
) -> list[Row]:
    keys = {(row["language"], text_key(row["text"]), text_key(row["other"])) for row in before}
    mine = {row["id"] for row in before}
    added: list[Row] = []
    for pair in pairs:
        text, other = clean_text(pair.text, new), tidy(pair.other, known.script)
        key = (known.code, text_key(text.text), text_key(other))
        name = hashlib.sha256("\0".join(key).encode("utf-8", "replace")).hexdigest()[:12]
        reason = pair.reason or text.reason or _reason(text.text, other, new, known)
        if not reason and key in keys:
            if name in mine:
                report.there += 1
                continue
            reason = "duplicate"
        if reason:
            shown = f"{pair.text} | {pair.other}" if pair.text or pair.other else ""
            report.rejected.append(rejection(report.source, pair.place, reason, text=shown))
            continue
        keys.add(key)
        added.append(
            {"id": name, "text": text.text, "other": other, "language": known.code, "split": "train",
             "source": report.source}
        )  # fmt: skip
        report.added += 1
    return added


def _reason(text: str, other: str, new: JobLanguage, known: JobLanguage) -> str:
    reason = clean_text(other, known).reason
    if reason and reason != "digits":
        return reason
    if text_key(text) == text_key(other) and len(text_key(text)) > 12:
        return "untranslated"
    sizes = [len(text_key(side)) * _DENSE.get(of.script, 1.0) for side, of in ((text, new), (other, known))]
    return "lengths" if max(sizes) > _LONGER * min(sizes) + _SLACK else ""
