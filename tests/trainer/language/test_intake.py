"""Taking speech in: what becomes of each row, going on, and the corpus as a whole."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cslm_core.errors import CslmError, TrainingError
from tests.trainer.language import sounds
from tests.trainer.language.sounds import RATE, TEXTS, voice
from trainer.corpora import load_corpus, read_utterance
from trainer.language import intake as intake_module
from trainer.language.corpus import CorpusRows
from trainer.language.importers import read_source
from trainer.language.importers.rows import Candidate, Refusal
from trainer.language.intake import Intake, IntakeReport, Options
from trainer.language.job import Job
from trainer.language.reasons import REASONS
from trainer.language.records import read_rows, write_rows
from trainer.language.review import review, stored_scores
from trainer.language.steps import take_speech


def take(job: Job, folder: Path, options: Options | None = None) -> IntakeReport:
    return Intake(job, options or Options()).add(folder.name, read_source(folder))


def reasons(job: Job) -> list[str]:
    return [row["reason"] for row in read_rows(job.rejected)]


def row(path: Path, text: str, **more: object) -> Candidate:
    return Candidate(f"row {path.stem}", path, text, **more)  # type: ignore[arg-type]


def test_a_corpus_becomes_one_of_our_own(job: Job, tmp_path: Path) -> None:
    report = take(job, sounds.common_voice(tmp_path / "cv"))
    assert report.added == 8
    assert report.sentence == "8 of 8 rows of cv were taken in."
    utterances = load_corpus(job.corpus)
    assert [u.text for u in utterances] == list(TEXTS)
    assert {u.language for u in utterances} == {"es"}
    assert soundfile.info(utterances[0].audio).samplerate == RATE
    assert len(read_utterance(utterances[0])) == 32_000
    found = review(job)
    assert found.counts["usable"] == 8
    assert found.counts["train"] + found.counts["dev"] + found.counts["test"] == 8
    assert found.counts["test"] >= 1
    assert re.search(r"8 utterances \(16 seconds, 3 voices\) are usable", found.sentence)


def test_a_second_import_adds_only_what_is_new(job: Job, tmp_path: Path) -> None:
    folder = sounds.common_voice(tmp_path / "cv", 4)
    take(job, folder)
    before = job.manifest.read_bytes()
    again = take(job, folder)
    assert (again.added, again.there) == (0, 4)
    assert job.manifest.read_bytes() == before
    sounds.common_voice(folder, 6)
    grown = take(job, folder)
    assert (grown.added, grown.there) == (2, 4)
    text = (folder / "validated.tsv").read_text("utf-8")
    (folder / "validated.tsv").write_text(text.replace(TEXTS[0], "Me levanto a las ocho todas las mañanas."), "utf-8")
    corrected = take(job, folder)
    assert (corrected.added, corrected.there) == (1, 5)
    assert len(read_rows(job.manifest)) == 6
    assert "Me levanto a las ocho todas las mañanas." in {u.text for u in load_corpus(job.corpus)}


def test_a_take_that_was_made_again_takes_the_place_of_the_first(job: Job, tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.wav", seed=1)
    rows = [row(path, TEXTS[0], speaker="ana", id="greetings.hello.q0.es")]
    Intake(job, Options()).add("mine", rows)
    before = load_corpus(job.corpus)[0]
    old = read_utterance(before)
    sounds.write(path, voice(2.5, seed=2))
    again = Intake(job, Options()).add("mine", rows)
    assert (again.added, again.there) == (1, 0)
    found = read_utterance(load_corpus(job.corpus)[0])
    assert len(found) > len(old)
    assert len(read_rows(job.manifest)) == 1
    sounds.write(tmp_path / "b.wav", seed=1)  # what the first take was like is no double of anything any more
    assert Intake(job, Options()).add("other", [row(tmp_path / "b.wav", TEXTS[1])]).added == 1


def test_a_file_that_was_only_touched_or_is_of_an_older_job_is_there(job: Job, tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "a.wav", seed=1)
    Intake(job, Options()).add("mine", [row(path, TEXTS[0])])
    os.utime(path, (1, 1))
    assert Intake(job, Options()).add("mine", [row(path, TEXTS[0])]).there == 1
    stamped = read_rows(job.manifest)
    write_rows(job.manifest, ({k: v for k, v in r.items() if k != "stamp"} for r in stamped))
    assert Intake(job, Options()).add("mine", [row(path, TEXTS[0])]).there == 1
    assert read_rows(job.manifest) == stamped


def test_another_piece_of_the_same_file_is_taken(job: Job, tmp_path: Path) -> None:
    talk = sounds.write(tmp_path / "talk.wav", voice(6.0, seed=1))
    for start, added in ((0.0, 1), (0.0, 0), (3.0, 1)):
        piece = row(talk, TEXTS[0], speaker="ana", id="one", start=start, end=start + 2.5)
        assert Intake(job, Options()).add("talk", [piece]).added == added
    assert len(read_rows(job.manifest)) == 1


def test_names_and_cells_that_are_not_utf8_are_rejected(job: Job, tmp_path: Path) -> None:
    strange = tmp_path / "ma\udcf1ana.wav"
    sounds.write(tmp_path / "x.wav", seed=1).replace(strange)
    fine = [sounds.write(tmp_path / f"{n}.wav", seed=2 + n) for n in range(5)]
    rows: list[Candidate | Refusal] = [
        row(strange, TEXTS[0]),
        row(fine[0], TEXTS[1], recording="a\udcf1o"),
        row(fine[1], TEXTS[2], language="espa\udcf1ol"),
        row(fine[2], TEXTS[3], id="\udcf1"),
        Refusal("ma\udcf1ana.wav", "outside", "ma\udcf1ana.wav", strange, "\udcf1"),
        Candidate("ma\udcf1ana.tsv, line 2", fine[3], TEXTS[4]),
    ]
    report = Intake(job, Options()).add("mixed", rows)
    assert report.added == 1
    assert reasons(job) == ["name", "encoding", "encoding", "encoding", "outside"]
    assert read_rows(job.rejected)[4]["place"] == "ma?ana.wav"
    assert Intake(job, Options()).add("mixed", rows).there == 1


def test_a_folder_with_such_names_is_imported(job: Job, tmp_path: Path) -> None:
    folder = sounds.pairs(tmp_path / "corpus").rename(tmp_path / "ma\udcf1ana")
    with pytest.raises(TrainingError, match="4: the name of the sound file, or of a folder above it, is not UTF-8"):
        take_speech(job, folder, Options())
    assert {r["source"] for r in read_rows(job.rejected)} == {"ma?ana"}
    assert job.state("speech").phase == "failed"


def test_every_fault_is_listed_with_its_reason_and_can_be_heard(job: Job, tmp_path: Path) -> None:
    write = sounds.write
    a = write(tmp_path / "a.wav", seed=1)
    pause = np.zeros(RATE // 3, np.float32)
    (tmp_path / "broken.wav").write_bytes(b"RIFF broken")
    rows: list[Candidate | Refusal] = [
        row(a, TEXTS[0], speaker="ana"),
        Refusal("row x", "missing", "gone.wav"),
        row(tmp_path / "broken.wav", TEXTS[1]),
        row(write(tmp_path / "short.wav", voice(0.2)), TEXTS[1]),
        row(write(tmp_path / "long.wav", voice(25.0)), TEXTS[1]),
        row(write(tmp_path / "loud.wav", np.clip(9 * voice(), -1, 1)), TEXTS[1]),
        row(write(tmp_path / "silent.wav", np.zeros(RATE, np.float32)), TEXTS[1]),
        row(write(tmp_path / "two.wav", np.concatenate([voice(1.5, 105), pause, voice(1.5, 230, 2)])), TEXTS[1]),
        row(write(tmp_path / "fast.wav", voice(0.6, seed=5)), TEXTS[1]),
        row(write(tmp_path / "ru.wav", seed=6), "Я не говорю по-испански."),
        row(write(tmp_path / "b12.wav", seed=7), "Vitamina B12."),
        row(write(tmp_path / "none.wav", seed=8), " "),
        row(write(tmp_path / "copy.wav", seed=1), TEXTS[2]),
        row(write(tmp_path / "again.wav", seed=9), "Me levanto a las siete, todas las mañanas", speaker="ana"),
        row(write(tmp_path / "fr.wav", seed=10), TEXTS[3], language="fr"),
        row(write(tmp_path / "late.wav", seed=11), TEXTS[4], start=1.5, end=4.0),
        row(write(tmp_path / "bytes.wav", seed=12), "ma\udcf1ana"),
    ]
    report = Intake(job, Options()).add("mixed", rows)
    assert report.added == 1
    assert reasons(job) == [
        "missing", "unreadable", "too_short", "too_long", "clipped", "silent", "two_speakers", "rate", "wrong_script",
        "digits", "empty", "duplicate_sound", "duplicate_text", "other_language", "cut", "encoding",
    ]  # fmt: skip
    assert set(reasons(job)) <= set(REASONS)
    listed = read_rows(job.rejected)
    assert all(r["sentence"].endswith(".") and r["place"] for r in listed)
    assert all(Path(r["audio"]).is_file() for r in listed[1:])
    assert listed[14]["start"] == 1.5
    assert "1: the sound file does not exist" in report.sentence


def test_nothing_usable_is_said_with_the_reasons_counted(job: Job, tmp_path: Path) -> None:
    silent = sounds.write(tmp_path / "silent.wav", np.zeros(RATE, np.float32))
    rows: list[Candidate | Refusal] = [row(silent, TEXTS[0]), row(silent, TEXTS[1]), Refusal("row 3", "missing")]
    with pytest.raises(TrainingError) as caught:
        Intake(job, Options()).add("nothing", rows)
    assert str(caught.value) == (
        "None of the 3 rows of nothing can be used: 2: nothing is to be heard; 1: the sound file does not exist."
    )
    assert reasons(job) == ["silent", "silent", "missing"]
    with pytest.raises(TrainingError, match="has no rows"):
        Intake(job, Options()).add("empty", [])


def test_a_file_that_is_given_to_two_people_is_nobodys(job: Job, tmp_path: Path) -> None:
    a, b = sounds.write(tmp_path / "a.wav", seed=1), sounds.write(tmp_path / "b.wav", seed=2)
    rows = [row(a, TEXTS[0], speaker="ana"), row(b, TEXTS[1], speaker="ana"), row(a, TEXTS[2], speaker="luis")]
    report = Intake(job, Options()).add("x", rows)
    assert report.added == 1
    assert sorted(reasons(job)) == ["two_speakers", "two_speakers"]
    assert [u.text for u in load_corpus(job.corpus)] == [TEXTS[1]]


def test_a_file_that_gets_a_second_speaker_later_is_counted_once(job: Job, tmp_path: Path) -> None:
    a, b = sounds.write(tmp_path / "a.wav", seed=1), sounds.write(tmp_path / "b.wav", seed=2)
    rows = [row(a, TEXTS[0], speaker="ana"), row(b, TEXTS[1], speaker="ana")]
    Intake(job, Options()).add("x", rows)
    report = Intake(job, Options()).add("x", [*rows, row(a, TEXTS[2], speaker="luis")])
    assert (report.added, report.there, len(report.rejected)) == (0, 1, 2)


def test_one_speaker_in_two_spellings_is_no_second_one(job: Job, tmp_path: Path) -> None:
    a, b = sounds.write(tmp_path / "a.wav", seed=1), sounds.write(tmp_path / "b.wav", seed=2)
    rows = [row(a, TEXTS[0], speaker="Ana"), row(b, TEXTS[1], speaker="ana")]
    report = Intake(job, Options()).add("x", [*rows, row(a, TEXTS[0], speaker="ana")])
    assert (report.added, report.there, report.rejected) == (2, 1, [])
    assert CorpusRows.load(job).counts()["speakers"] == 1


def test_pieces_of_a_conversation_may_have_different_speakers(job: Job, tmp_path: Path) -> None:
    talk = sounds.write(tmp_path / "talk.wav", np.concatenate([voice(2.0, seed=1), voice(2.0, 180, seed=2)]))
    rows = [
        row(talk, TEXTS[0], speaker="ana", start=0.0, end=2.0),
        row(talk, TEXTS[1], speaker="luis", start=2.0, end=4.0),
    ]
    assert Intake(job, Options()).add("talk", rows).added == 2
    review(job)
    splits = {r["split"] for r in read_rows(job.manifest)}
    assert splits == {"train"}  # one recording is never divided


def test_without_a_speaker_a_source_is_one_person_unless_it_is_said(job: Job, tmp_path: Path) -> None:
    folder = sounds.ljspeech(tmp_path / "lj")
    rows = [row(folder / "wavs" / f"LJ{n}.wav", TEXTS[n]) for n in range(4)]
    Intake(job, Options()).add("plain", rows)
    assert {r["speaker"] for r in read_rows(job.manifest)} == {"plain"}
    assert "one person" in review(job).remarks[0]
    job.set_options(one_voice=True)
    assert "one voice only" in review(job).remarks[0]
    (job.manifest).unlink()
    Intake(job, Options(many_speakers=True)).add("plain", rows)
    assert review(job).counts["speakers"] == 4


def test_a_corpus_that_is_for_the_test_is_kept_for_it(job: Job, tmp_path: Path) -> None:
    def rows(names: str, first: int) -> list[Candidate]:
        return [
            row(sounds.write(tmp_path / f"{n}.wav", seed=n), TEXTS[n % 8], speaker=names[n % len(names)])
            for n in range(first, first + 8)
        ]

    Intake(job, Options()).add("many", rows("abcd", 0))
    Intake(job, Options(split="test")).add("unseen", rows("z", 8))
    review(job)
    kept = {r["speaker"] for r in read_rows(job.manifest) if r["split"] == "test"}
    assert kept == {"z"}
    assert "z" not in {r["speaker"] for r in read_rows(job.manifest) if r["split"] in ("train", "dev")}


def test_own_ids_are_kept_and_strange_ones_replaced(job: Job, tmp_path: Path) -> None:
    take(job, sounds.json_corpus(tmp_path / "own"))
    assert {r["id"] for r in read_rows(job.manifest)} == {f"greetings.hello.q{n}.es" for n in range(4)}
    rows = [
        row(sounds.write(tmp_path / f"{n}.wav", seed=20 + n), TEXTS[n], id=name)
        for n, name in enumerate(("../../etc/passwd", "greetings.hello.q0.es", "con.", "ñ"))
    ]
    Intake(job, Options()).add("Strange ones!", rows)
    names = [r["id"] for r in read_rows(job.manifest)][4:]
    assert len(set(names)) == 4
    assert all(re.fullmatch(r"strange-ones-[0-9a-f]{12}", name) for name in names)


def test_an_import_that_is_stopped_keeps_what_it_has_and_goes_on(job: Job, tmp_path: Path) -> None:
    folder = sounds.common_voice(tmp_path / "cv")

    def stop(done: int, place: str) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Intake(job, Options()).add("cv", read_source(folder), stop)
    assert len(read_rows(job.manifest)) == 5
    again = take(job, folder)
    assert (again.added, again.there) == (3, 5)


def test_a_full_disk_is_a_sentence_and_leaves_the_corpus_whole(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sounds.common_voice(tmp_path / "cv", 3)
    take(job, folder)
    sounds.common_voice(folder, 5)

    def full(path: Path, pcm: object) -> None:
        raise CslmError(f"{path} could not be written: the disk is full; free some space and try again.")

    monkeypatch.setattr(intake_module, "store_sound", full)
    with pytest.raises(CslmError, match="disk is full"):
        take(job, folder)
    assert len(load_corpus(job.corpus)) == 3


def test_many_rows_are_saved_along_the_way(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "_SAVE_EVERY", 2)
    seen = []

    def rows() -> Iterator[Candidate | Refusal]:
        for item in read_source(folder):
            seen.append(len(read_rows(job.manifest)))
            yield item

    folder = sounds.common_voice(tmp_path / "cv", 6)
    Intake(job, Options()).add("cv", rows())
    assert seen == [0, 0, 2, 2, 4, 4]


# --- the corpus as a whole ---


def test_odd_rates_and_bad_alignments_are_rejected_by_comparison(job: Job, tmp_path: Path) -> None:
    rows = [
        row(
            sounds.write(tmp_path / f"{n}.wav", voice(2.0, seed=n)),
            f"{TEXTS[n % 8]} {'abcdefghij'[n % 10]}",
            speaker=f"s{n % 5}",
        )
        for n in range(24)
    ]
    slow = row(sounds.write(tmp_path / "slow.wav", voice(9.0, seed=99)), "El tren sale en diez minutos.", speaker="s1")
    Intake(job, Options()).add("x", [*rows, slow])
    first = review(job)
    assert first.counts["usable"] == 24
    assert reasons(job) == ["rate"]
    assert (job.folder / read_rows(job.rejected)[0]["audio"]).is_file()
    names = [r["id"] for r in read_rows(job.manifest)]
    assert stored_scores(job) is None
    job.training.mkdir()
    units = [{"id": name, "score": 0.01 if number == 0 else 0.2} for number, name in enumerate(names)]
    write_rows(job.training / "units.jsonl", [*units[:-1], {"id": names[-1], "score": None}])
    second = review(job, stored_scores(job))
    assert second.counts["usable"] == 23
    assert reasons(job) == ["rate", "alignment"]
    assert "alignment 0.01, at least 0.08" in read_rows(job.rejected)[1]["sentence"]
    third = review(job, lambda r: 0.01)
    assert third.counts["usable"] == 23  # an aligner that is unsure of everything rejects nothing


def test_what_says_a_test_wording_is_not_trained_on(job: Job, tmp_path: Path) -> None:
    types = [
        {"id": "greetings.hello", "split": "train", "q": [TEXTS[0]], "test": [TEXTS[1]], "a": [TEXTS[2]], "keys": []},
        {"id": "greetings.good_evening", "split": "unseen", "q": [TEXTS[3]], "test": [], "a": [], "keys": []},
        {"id": "sentence-0000", "text": TEXTS[4]},
    ]
    job.dialogues.write_text("".join(json.dumps(t) + "\n" for t in types), "utf-8")
    take(job, sounds.common_voice(tmp_path / "cv"))
    review(job)
    by_text = {r["text"]: r for r in read_rows(job.manifest)}
    assert [by_text[TEXTS[n]].get("prompt") for n in range(6)] == [
        "greetings.hello.q0", "greetings.hello.t0", "greetings.hello.a0", "greetings.good_evening.q0", "sentence-0000",
        None,
    ]  # fmt: skip
    for n in (1, 3):
        assert by_text[TEXTS[n]]["split"] != "train"
    assert CorpusRows.load(job).counts()["usable"] == 8
