"""Digests: of what a training learns from, and of what it has learnt. Knows nothing of how either is made."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from cslm_core.packs.verify import hash_file
from trainer.language.corpus import CorpusRows
from trainer.language.job import Job
from trainer.language.records import read_rows
from trainer.language.splits import SPLITS

__all__ = ["corpus_digest", "learnt_digest"]

_SPOKEN: Final = ("id", "text", "language", "speaker", "seconds", "split", "sound", "prompt")
_PAIR: Final = ("text", "other", "language", "split")
_DIALOGUE: Final = ("id", "split", "q", "test", "a", "keys", "numbers", "text")
_OPTIONS: Final = ("aloud", "replay", "dialogues")


def corpus_digest(job: Job) -> str:
    """Changes with any utterance, text or translation of the job, and with the options that say which are used.

    A batch is drawn from all of them: with any other one, every later batch is another.
    """
    tables = (
        ([row for row in CorpusRows.load(job).usable if row.get("split") in SPLITS], _SPOKEN),
        ([row for row in read_rows(job.translations) if row.get("split", "train") != "test"], _PAIR),
        (read_rows(job.dialogues), _DIALOGUE),
    )
    digest = hashlib.sha256(json.dumps({name: job.option(name, None) for name in _OPTIONS}).encode())
    for rows, names in tables:
        for row in rows:
            digest.update(json.dumps([row.get(name) for name in names], ensure_ascii=False).encode() + b"\n")
        digest.update(b"\n")
    return digest.hexdigest()


def learnt_digest(job: Job) -> str:
    """Of the adapter and of what was adapted with it: everything that a language pack brings along."""
    digest = hashlib.sha256()
    for folder in (job.training / "adapter", job.training / "adapted"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(job.training).as_posix()} {hash_file(path)}\n".encode())
    return digest.hexdigest()
