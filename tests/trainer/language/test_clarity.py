"""Whether the one can be understood after whom a language is read aloud."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.trainer.language.tiny_job import make_job
from trainer.language.clarity import Clarity, clarity_of
from trainer.language.corpus import CorpusRows
from trainer.language.job import Job


class Ear:
    """Mishears every word of whoever is loud."""

    def __init__(self) -> None:
        self.asked = 0

    def knows(self, code: str) -> bool:
        return True

    def hear(self, pcm16k: np.ndarray, code: str) -> str:
        self.asked += 1
        return ""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return make_job(tmp_path / "job")


def test_of_nobody_and_without_a_judge_nothing_is_said(job: Job) -> None:
    assert clarity_of(job, Ear()) is None  # type: ignore[arg-type]  # nobody said much, so all are read after
    job.set_options(aloud=["s1"])
    assert clarity_of(job, None) is None


def test_the_readers_alone_are_judged(job: Job) -> None:
    job.set_options(aloud=["s1", "s2"])
    ear = Ear()
    found = clarity_of(job, ear)  # type: ignore[arg-type]
    train = [row for row in CorpusRows.load(job).usable if row["split"] == "train"]
    assert ear.asked == len([row for row in train if row["speaker"] in ("s1", "s2")]) < len(train)
    assert found == Clarity(("s1", "s2"), 1.0)
    assert found.sentence.startswith("Whisper mishears 100% of the words in the recordings of s1, s2, after whom")


def test_as_many_as_asked_for_and_no_damaged_ones(job: Job) -> None:
    job.set_options(aloud=["s1", "s2"])
    ear = Ear()
    assert clarity_of(job, ear, items=1) is not None  # type: ignore[arg-type]
    assert ear.asked == 1
    for row in CorpusRows.load(job).usable:
        (job.corpus / row["audio"]).write_bytes(b"")
    assert clarity_of(job, ear) is None  # type: ignore[arg-type]
    assert ear.asked == 1


def test_clear_speech_needs_no_words() -> None:
    assert Clarity(("ana",), 0.11).sentence == ""
