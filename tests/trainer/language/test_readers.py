"""After whom a language is read aloud."""

from pathlib import Path

from tests.trainer.language.tiny_job import make_job
from trainer.language.readers import readers_of
from trainer.language.records import read_rows, write_rows
from trainer.language.units import load_spoken, prepare_units


def row(speaker: str, seconds: float, split: str = "train") -> dict[str, object]:
    return {"speaker": speaker, "seconds": seconds, "split": split}


def test_one_voice_with_enough_speech_is_enough() -> None:
    rows = [*[row("many", 300.0)] * 4, row("few", 600.0), *[row("kept", 900.0, "test")] * 3]
    assert readers_of(rows) == {"many"}
    assert readers_of(rows, ["few"]) == {"few"}


def test_where_nobody_said_much_everybody_is_read_after() -> None:
    assert readers_of([row(f"s{n}", 300.0) for n in range(20)]) == frozenset()
    assert readers_of([]) == frozenset()


def test_what_is_said_is_of_the_readers_and_what_is_heard_of_all(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    prepare_units(job, steps=12)
    everybody = {spoken.id for _, spoken in load_spoken(job, "train")}
    assert {spoken.id for _, spoken in load_spoken(job, "train", aloud=True)} == everybody
    job.set_options(aloud=["s1", "s2"])
    assert {spoken.id for _, spoken in load_spoken(job, "train", aloud=True)} == {"u01", "u02"}
    assert {spoken.id for _, spoken in load_spoken(job, "train")} == everybody
    assert {s.id for _, s in load_spoken(job, "train", aloud=True, readers_only=False)} == everybody
    assert len(load_spoken(job, "dev", aloud=True)) == 2  # nobody of them is there: as before
    rows = read_rows(job.training / "units.jsonl")
    rows[1]["aloud"] = {"units": [1, 2], "durations": [3, 4], "words": None}
    write_rows(job.training / "units.jsonl", rows)
    said = {spoken.id: spoken.units for _, spoken in load_spoken(job, "train", aloud=True)}
    assert said["u01"] == [1, 2]
    assert {spoken.id: spoken.units for _, spoken in load_spoken(job, "train")}["u01"] == rows[1]["units"]
