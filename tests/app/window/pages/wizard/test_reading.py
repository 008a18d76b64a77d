"""The folder of a reading: goes on where it was, whatever happened, and is what the import takes in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.window.pages.wizard.reading import Reading, folder_of
from cslm_core.audio import read_audio
from cslm_core.errors import TrainingError
from tests.app.window.pages.wizard.readers import spoken, write_prompts
from tests.trainer.language import sounds
from trainer.language.importers import Candidate, find_format, read_source
from trainer.language.intake import Options
from trainer.language.job import Job, JobLanguage
from trainer.language.prompts import prompts_of
from trainer.language.records import read_rows, write_rows
from trainer.language.steps import take_speech


def begin(job: Path, texts: list[str], speaker: str = "Ana") -> Reading:
    return Reading.begin(job, speaker, write_prompts(job / "prompts.jsonl", texts), consent=True)


def read(reading: Reading) -> None:
    assert reading.prompt is not None
    reading.keep(reading.prompt, spoken(), -6.0)


def text(reading: Reading) -> str:
    return reading.prompt.text if reading.prompt is not None else ""


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    texts = ["one", "two", "three", "four"]
    reading = begin(tmp_path, texts)
    assert (text(reading), reading.read, reading.sound()) == ("one", 0, None)
    read(reading)
    sound = reading.sound()
    assert sound is not None
    assert np.abs(read_audio(sound) - spoken()).max() < 1e-4
    reading.skip()  # it is read: nothing is skipped
    reading.go_on()
    reading.skip()
    reading.go_on()
    assert text(reading) == "three"
    again = begin(tmp_path, texts)
    assert (text(again), again.read) == ("three", 1)
    again.go_back()
    assert text(again) == "two"
    read(again)
    again.go_back()
    again.go_back()
    assert (text(again), again.sound()) == ("one", sound)
    again.throw_away()
    again.throw_away()
    assert (again.sound(), again.read) == (None, 1)
    third = begin(tmp_path, texts)
    assert text(third) == "one"
    for _ in range(5):
        third.skip()
        third.go_on()
    assert (text(third), third.sound()) == ("", None)
    assert begin(tmp_path, texts).prompt is None


def test_half_a_note_is_no_take(tmp_path: Path) -> None:
    reading = begin(tmp_path, ["one", "two"])
    read(reading)
    notes = reading.folder.folder / "recordings.jsonl"
    with notes.open("ab") as file:
        file.write(b'{"kind": "take", "id": "pair-1')
    again = begin(tmp_path, ["one", "two"])
    assert (text(again), again.recorded) == ("two", {"pair-0.es"})
    read(again)
    assert begin(tmp_path, ["one", "two"]).read == 2


def test_other_prompts_keep_what_was_read(tmp_path: Path) -> None:
    reading = begin(tmp_path, ["one", "two"])
    read(reading)
    lines = reading.folder.prompts_file.read_text("utf-8")
    again = begin(tmp_path, ["one, put right", "two", "three"])
    assert again.folder.prompts_file.read_text("utf-8").startswith(lines)
    assert [p.id for p in again.prompts] == ["pair-0.es.2", "pair-1.es", "pair-2.es"]
    assert again.recorded == {"pair-0.es"}
    assert again.read == 0
    assert [p.id for p in begin(tmp_path, ["one, put right"]).prompts] == ["pair-0.es.2"]


def test_names_that_lead_out_of_the_folder_are_left_out(tmp_path: Path) -> None:
    prompts = tmp_path / "prompts.jsonl"
    write_rows(prompts, [{"id": "../../up", "text": "no"}, {"id": "good", "text": "yes"}, {"text": "nameless"}])
    assert [p.text for p in Reading.begin(tmp_path, "Ana", prompts, consent=True).prompts] == ["yes"]


def test_speakers_have_folders_of_their_own(tmp_path: Path) -> None:
    names = ["Ana", "Ana María", "Ana/María", "../Ana", "王芳", "..", "ana-maría"]
    assert len({folder_of(tmp_path, name) for name in names}) == len(names)
    assert all(folder_of(tmp_path, name).parent == tmp_path / "recordings" for name in names)
    assert folder_of(tmp_path, " ana ") == folder_of(tmp_path, "Ana") == tmp_path / "recordings" / "ana"


def test_nobody_nothing_and_no_consent(tmp_path: Path) -> None:
    prompts = write_prompts(tmp_path / "prompts.jsonl", ["one"])
    with pytest.raises(TrainingError, match="Say who speaks"):
        Reading.begin(tmp_path, " ", prompts, consent=True)
    with pytest.raises(TrainingError, match="consent"):
        Reading.begin(tmp_path, "Ana", prompts, consent=False)
    with pytest.raises(TrainingError, match="nothing to read"):
        Reading.begin(tmp_path, "Ana", write_prompts(prompts, []), consent=True)
    (tmp_path / "recordings").write_text("in the way")
    with pytest.raises(TrainingError, match="cannot be used"):
        Reading.begin(tmp_path, "Ana", write_prompts(prompts, ["one"]), consent=True)


@pytest.fixture
def job(tmp_path: Path, make_pack: object) -> Job:
    pack = make_pack(tmp_path / "pack")  # type: ignore[operator]
    made = Job.create(tmp_path / "job", JobLanguage(name="Spanish", code="es", script="Latn", bridge="en"), pack)
    rows = [
        {"id": f"{n:012x}", "text": sentence, "other": f"Sentence {n}.", "language": "en", "split": "train",
         "source": "pairs"}
        for n, sentence in enumerate(sounds.TEXTS[:4])
    ]  # fmt: skip
    write_rows(made.translations, rows)
    return made


def test_what_was_read_is_taken_in_by_the_real_import(job: Job) -> None:
    prompts = job.folder / "prompts.jsonl"

    def go_on() -> Reading:
        write_rows(prompts, ({"id": p.id, "text": p.text} for p in prompts_of(job)))
        return Reading.begin(job.folder, "Ana María", prompts, consent=True)

    def take_in(reading: Reading) -> tuple[int, int, list[object]]:
        report, _ = take_speech(job, reading.folder.folder, Options(speaker="Ana María"))
        return report.added, report.there, report.rejected

    reading = go_on()
    texts = [prompt.text for prompt in reading.prompts]
    assert sorted(texts) == sorted(sounds.TEXTS[:4])
    for seed in range(2):
        assert reading.prompt is not None
        pcm = sounds.voice(2.5, seed=seed)
        reading.keep(reading.prompt, np.ascontiguousarray(pcm[::2]), -10.0)
        reading.go_on()
    folder = reading.folder.folder
    assert find_format(folder) == "recordings"
    found = [row for row in read_source(folder) if isinstance(row, Candidate)]
    assert [(row.text, row.speaker) for row in found] == [(t, "Ana María") for t in texts[:2]]
    assert take_in(reading) == (2, 0, [])
    again = go_on()  # what is in the corpus is not read again
    assert [p.text for p in again.prompts] == texts[2:]
    assert again.prompt is not None
    again.keep(again.prompt, np.ascontiguousarray(sounds.voice(2.5, seed=5)[::2]), -10.0)
    assert take_in(again) == (1, 2, [])
    rows = read_rows(job.manifest)
    assert {row["speaker"] for row in rows} == {"Ana María"}
    assert sorted(row["text"] for row in rows) == sorted(texts[:3])
