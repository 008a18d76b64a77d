"""Looking over the whole corpus of a job: what only shows in comparison, what is said in it, and its splits.

Done again after every import; what it decides depends only on the rows. Knows nothing of how rows came in.
"""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from trainer.language.again import has_learnt
from trainer.language.checks import odd_rates, speech_rate
from trainer.language.corpus import CorpusRows, rejection
from trainer.language.dialogue_sheet import Dialogues, load_dialogues
from trainer.language.job import Job
from trainer.language.languages import text_key, text_tokens
from trainer.language.records import Row, read_rows, write_rows
from trainer.language.splits import LEFT_OUT, SPLITS, Wishes, split_rows

__all__ = [
    "AlignmentScore", "Review", "mark_translations", "reject_misaligned", "reject_rows", "review", "stored_scores",
    "wishes_of",
]  # fmt: skip

AlignmentScore = Callable[[Row], float | None]
"""How well the text of a row fits its sound, from 0 to 1; None where that cannot be told."""
_LEAST_ALIGNMENT: Final = 0.35
_LEAST_SHARE: Final = 0.4
"""Of the middle score of the corpus: an aligner that has heard little is unsure of everything."""
_ENOUGH_SCORES: Final = 10
_WATCHED: Final = 32
"""Translations that are watched at most; and one of so many:"""
_WATCHED_OF: Final = 20


@dataclass(frozen=True)
class Review:
    """The corpus as it is now, and what a user should know of it."""

    counts: dict[str, int]
    sentence: str
    remarks: list[str]


def wishes_of(job: Job) -> Wishes:
    """How the corpus is to be divided, from the job's options `one_voice`, `test_share`, `seed`."""
    return Wishes(
        share=float(job.option("test_share", Wishes.share)),
        one_voice=bool(job.option("one_voice", False)),
        seed=int(job.option("seed", 0)),
    )


def review(job: Job, aligned: AlignmentScore | None = None) -> Review:
    """Check the corpus as a whole, divide it, and save it. Hold the job's lock.

    `aligned` is asked about every usable row, if there is one (the gate has it).
    """
    rows = CorpusRows.load(job)
    _odd(job, rows)
    if aligned is not None:
        _misaligned(rows, aligned)
    dialogues = load_dialogues(job)
    _link(dialogues, rows)
    so_far = {row["id"]: row["split"] for row in rows.usable if "split" in row} if has_learnt(job) else {}
    splits, report = split_rows(rows.usable, wishes_of(job), dialogues.kept(), so_far)
    for row in rows.usable:
        row["split"], reason = splits[row["id"]]
        row["reasons"] = [reason] if reason else []
    rows.save(job)
    mark_translations(job, rows, dialogues)
    return _said(rows, report.sentences)


def reject_misaligned(job: Job, aligned: AlignmentScore) -> tuple[int, Review]:
    """Reject what `aligned` finds amiss, and leave the splits as they are: what the pack was adapted to does not come
    into the test. How many utterances that were, and the corpus as it is then. Hold the job's lock."""
    rows = CorpusRows.load(job)
    before = len(rows.usable)
    _misaligned(rows, aligned)
    count = before - len(rows.usable)
    if count:
        rows.save(job)
        mark_translations(job, rows, load_dialogues(job))
    return count, _said(rows, job.state("speech").details.get("remarks", []))


def reject_rows(rows: CorpusRows, details: Mapping[str, str], reason: str) -> None:
    """Move usable rows (by id, with a detail each) to the rejected ones. Their sound stays, so it can be heard."""
    rows.rejected += [_moved(row, reason, details[row["id"]]) for row in rows.usable if row["id"] in details]
    rows.usable = [row for row in rows.usable if row["id"] not in details]


def _moved(row: Row, reason: str, detail: str) -> Row:
    # The sound in the corpus is what was judged; its source may be gone. Relative, as a job may be moved.
    moved = rejection(row["source"], row["place"], reason, detail, text=row["text"])
    return {**moved, "audio": f"corpus/{row['audio']}"}


def _misaligned(rows: CorpusRows, aligned: AlignmentScore) -> None:
    scores = {row["id"]: score for row in rows.usable if (score := aligned(row)) is not None}
    if len(scores) < _ENOUGH_SCORES:
        return
    least = min(_LEAST_ALIGNMENT, _LEAST_SHARE * statistics.median(scores.values()))
    details = {name: f"alignment {score:.2f}, at least {least:.2f}" for name, score in scores.items() if score < least}
    reject_rows(rows, details, "alignment")


def stored_scores(job: Job) -> AlignmentScore | None:
    """The scores that the gate's aligner left in `training/units.jsonl`, or None before the gate."""
    path = job.training / "units.jsonl"
    if not path.is_file():
        return None
    scores = {row["id"]: row.get("score") for row in read_rows(path)}
    return lambda row: scores.get(row["id"])


def _odd(job: Job, rows: CorpusRows) -> None:
    rates = [speech_rate(row["text"], row["active"] or row["seconds"], job.language) for row in rows.usable]
    letters = [sum(map(len, text_tokens(row["text"], job.language))) for row in rows.usable]
    details = {
        row["id"]: f"{rate:.0f} letters a second, unlike the rest"
        for row, rate, odd in zip(rows.usable, rates, odd_rates(rates, letters), strict=True)
        if odd
    }
    reject_rows(rows, details, "rate")


def _link(dialogues: Dialogues, rows: CorpusRows) -> None:
    """Note which utterances say an entry of the dialogues, whatever corpus they come from."""
    entries = dialogues.by_text()
    for row in rows.usable:
        found = entries.get(text_key(row["text"]))
        if found is not None:
            row["prompt"] = found
        else:
            row.pop("prompt", None)


def mark_translations(job: Job, rows: CorpusRows, dialogues: Dialogues) -> None:
    """Divide the translations by their texts (`text_key`), of which none of test or dev is trained on in any task.

    What is kept for the test is for the test here too, what is said in dev is watched, and besides that a few that
    nobody says in training.
    """
    pairs = read_rows(job.translations)
    keys = [text_key(pair["text"]) for pair in pairs]
    said = {name: {text_key(row["text"]) for row in rows.usable if row["split"] == name} for name in SPLITS}
    test = said["test"] | dialogues.kept()
    dev = (said["dev"] & set(keys)) - test
    taken = test | dev | said["train"] | dialogues.trained()
    free = sorted({key for key in keys if key not in taken}, key=_draw)
    dev |= set(free[: max(0, min(_WATCHED, len(set(keys)) // _WATCHED_OF) - len(dev))])
    for pair, key in zip(pairs, keys, strict=True):
        pair["split"] = "test" if key in test else "dev" if key in dev else "train"
    if pairs:
        write_rows(job.translations, pairs)


def _draw(key: str) -> bytes:
    return hashlib.sha256(f"translation/{key}".encode()).digest()


def _said(rows: CorpusRows, remarks: list[str]) -> Review:
    counts = rows.counts()
    voices = "one voice" if counts["speakers"] == 1 else f"{counts['speakers']} voices"
    sentence = (
        f"{counts['usable']} utterances ({_length(rows.seconds)}, {voices}) are usable, {counts['rejected']} are"
        f" rejected; {counts['train']} are for training, {counts['dev']} for watching it, {counts['test']} for the test"
        + (f", {counts[LEFT_OUT]} left out." if counts[LEFT_OUT] else ".")
    )
    return Review(counts, sentence, remarks)


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
