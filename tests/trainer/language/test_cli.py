"""The command line: the first three steps from nothing to a divided corpus, and how a fault is told."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cslm_core.errors import TrainingError
from tests.trainer.language import sounds
from tests.trainer.language.sounds import RATE, TEXTS, voice
from trainer import cli
from trainer.language import steps
from trainer.language.importers.rows import Candidate
from trainer.language.intake import Intake, Options
from trainer.language.job import Job
from trainer.language.prompts import prompts_of
from trainer.language.records import read_rows, write_rows
from trainer.language.review import review
from trainer.language.translations import rejected_path


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """`cslm-trainer language ...`; whether somebody speaks is not asked of sounds that are made here."""
    from cslm_core.speech import SpeechGate

    monkeypatch.setattr(SpeechGate, "find", lambda self, pcm: "speech")

    def run(*arguments: object) -> Result:
        with pytest.raises(SystemExit) as ended:
            cli.main(["language", *map(str, arguments)])
        out, err = capsys.readouterr()
        return Result(int(ended.value.code or 0), out, err)

    return run


def test_from_nothing_to_a_divided_corpus(run: Any, tmp_path: Path, base_pack: Path) -> None:
    job = tmp_path / "spanish"
    made = run("new", job, "--code", "es", "--pack", base_pack)
    assert (made.code, made.out) == (0, "Spanish (es) will be taught to the pack tiny 1.0.0.\n")
    spoken = run("speech", job, sounds.common_voice(tmp_path / "cv"), "--json").json
    assert spoken["added"] == 8
    assert spoken["counts"]["usable"] == 8
    pairs = tmp_path / "p.tsv"
    pairs.write_text("es\ten\nBuenas noches.\tGood night.\n", "utf-8")
    assert "1 pairs of p.tsv were taken in" in run("translations", job, pairs).out
    sheet = tmp_path / "sheet.csv"
    assert run("dialogues", job, "--out", sheet, "--types", "3", "--json").json["entries"] > 1200
    sheet.write_text("id,translation\r\ngreetings.hello.q0,Hola asistente.\r\nnope,Hola\r\n", "utf-8")
    taken = run("dialogues", job, "--in", sheet).out
    assert "1 entries of sheet.csv were taken in; 1 were rejected." in taken
    assert "line 3 (nope): the bundled set has no entry of this name." in taken
    assert run("prompts", job, "--out", tmp_path / "prompts.jsonl", "--json").json == {"prompts": 2}
    assert [(r["id"].rsplit("-", 1)[0], r["text"], r["language"]) for r in read_rows(tmp_path / "prompts.jsonl")] == [
        ("greetings.hello.q0.es", "Hola asistente.", "es"), ("pair", "Buenas noches.", "es"),
    ]  # fmt: skip
    checked = run("check", job, "--seed", "5", "--json").json
    assert checked["counts"]["test"] >= 1
    assert Job.open(job).option("seed", 0) == 5
    status = run("status", job, "--json").json
    assert [s["phase"] for s in status["steps"][:4]] == ["done", "done", "done", "pending"]
    assert status["busy"] is None
    assert "2. speech: done. 8 utterances" in run("status", job).out
    assert run("rejected", job).out == ""


def test_a_fault_is_one_sentence_and_the_code_two(run: Any, tmp_path: Path, base_pack: Path) -> None:
    assert run("new", tmp_path / "x", "--code", "klingonisch", "--pack", base_pack).code == 2
    assert "Nobody knows the language code" in run("new", tmp_path / "x", "--code", "xx", "--pack", base_pack).err
    assert not (tmp_path / "x").exists()
    assert "not a job folder" in run("status", tmp_path).err
    said = run("new", tmp_path / "kab", "--code", "kab", "--pack", base_pack).out
    assert "Numbers cannot be read out in Kabyle" in said
    assert "does not exist" in run("speech", tmp_path / "kab", tmp_path / "none").err
    assert run("dialogues", tmp_path / "kab").code == 2
    assert run("drafts", tmp_path / "kab").code == 2
    assert run("speech", tmp_path / "kab", tmp_path, "--split", "exam").code == 2


def test_rejected_rows_are_listed_and_failures_noted(run: Any, tmp_path: Path, job: Job) -> None:
    sounds.write(tmp_path / "c" / "a.wav", np.zeros(RATE, np.float32))
    (tmp_path / "c" / "a.txt").write_text("Hola.", "utf-8")
    failed = run("speech", job.folder, tmp_path / "c")
    assert failed.code == 2
    assert "None of the 1 rows of c can be used: 1: nothing is to be heard." in failed.err
    assert job.state("speech").phase == "failed"
    assert "c, a.wav: Nothing is to be heard" in run("rejected", job.folder).out
    assert run("rejected", job.folder, "--json").json["rejected"][0]["reason"] == "silent"
    run("speech", job.folder, sounds.common_voice(tmp_path / "cv"))
    run("speech", job.folder, tmp_path / "c")
    state = job.state("speech")
    assert state.phase == "done"
    assert "None of the 1 rows" in state.details["last"]
    assert state.counts["usable"] == 8


def test_long_recordings_go_through_a_sheet(
    run: Any, tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = np.zeros(RATE, np.float32)
    long = sounds.write(tmp_path / "long.wav", np.concatenate([voice(2.0, seed=1), pause, voice(2.0, seed=2)]))
    monkeypatch.setattr(
        steps.SileroVad,
        "probabilities",
        lambda self, pcm: (np.abs(np.pad(pcm, (0, -len(pcm) % 512)).reshape(-1, 512)).max(1) > 0.02).astype("f4"),
    )
    drafted = run("speech", job.folder, long, "--transcribe", "none", "--speaker", "Ana")
    assert "cut into 2 pieces" in drafted.out
    sheet = tmp_path / "drafts.csv"
    assert run("drafts", job.folder, "--out", sheet, "--json").json == {"drafts": 2}
    assert "no drafts with a text" in run("drafts", job.folder, "--accept").err
    names = [row["id"] for row in read_rows(job.drafts)]
    sheet.write_text(f"id,text\n{names[0]},{TEXTS[0]}\n{names[1]},-\n", "utf-8")
    assert run("drafts", job.folder, "--in", sheet, "--json").json["added"] == 1
    row = read_rows(job.manifest)[0]
    assert (row["text"], row["speaker"], row["source"]) == (TEXTS[0], "Ana", "drafts")


def test_a_base_that_changed_stops_the_check_and_nothing_else(run: Any, job: Job, base_pack: Path) -> None:
    (base_pack / "pack.toml").write_text((base_pack / "pack.toml").read_text("utf-8") + "\n", "utf-8")
    failed = run("check", job.folder)
    assert failed.code == 2
    assert "base pack has changed" in failed.err
    assert job.state("speech").phase == "pending"


def test_where_a_base_that_was_moved_is_can_be_said(run: Any, job: Job, base_pack: Path, tmp_path: Path) -> None:
    moved = base_pack.rename(tmp_path / "moved")
    assert "say where it is with `cslm-trainer language base`" in run("check", job.folder).err
    said = run("base", job.folder, moved)
    assert said.out == f"The base pack tiny 1.0.0 of the job is at {moved}.\n"
    assert run("check", job.folder).code == 0
    (moved / "pack.toml").write_text((moved / "pack.toml").read_text("utf-8") + "\n", "utf-8")
    assert "base pack has changed" in run("base", job.folder, moved).err
    assert "nowhere is not a pack folder" in run("base", job.folder, tmp_path / "nowhere").err


def other_corpus(folder: Path) -> Path:
    """Ids and places as of `sounds.json_corpus`, other sounds and texts."""
    sounds.json_corpus(folder)
    text = (folder / "manifest.jsonl").read_text("utf-8")
    for n in range(4):
        sounds.write(folder / "audio" / f"{n}.wav", seed=50 + n)
        text = text.replace(TEXTS[n], TEXTS[4 + n])
    (folder / "manifest.jsonl").write_text(text, "utf-8")
    return folder


def test_sources_of_one_name_do_not_replace_each_other(job: Job, tmp_path: Path) -> None:
    first, second = (
        sounds.json_corpus(tmp_path / "a") / "manifest.jsonl",
        other_corpus(tmp_path / "b") / "manifest.jsonl",
    )
    with first.open("a") as file:
        file.write("no row\n")
    for path in (first, second, first):
        steps.take_speech(job, path, Options())
    rows = read_rows(job.manifest)
    assert sorted(row["text"] for row in rows) == sorted(TEXTS)
    names = list(dict.fromkeys(row["source"] for row in rows))
    assert names[0] == "manifest.jsonl"
    assert re.fullmatch(r"manifest\.jsonl-[0-9a-f]{6}", names[1])
    assert [row["source"] for row in read_rows(job.rejected)] == ["manifest.jsonl"]
    steps.take_speech(job, second, Options())
    assert [row["source"] for row in read_rows(job.rejected)] == ["manifest.jsonl"]


def test_sources_of_an_older_job_keep_their_names(job: Job, tmp_path: Path) -> None:
    first, second = (
        sounds.json_corpus(tmp_path / "a") / "manifest.jsonl",
        other_corpus(tmp_path / "b") / "manifest.jsonl",
    )
    steps.take_speech(job, first, Options())
    (job.folder / "sources.json").unlink()
    report, _ = steps.take_speech(job, second, Options())
    assert report.source != "manifest.jsonl"
    (job.folder / "sources.json").unlink()
    report, _ = steps.take_speech(job, first, Options())
    assert (report.source, report.there) == ("manifest.jsonl", 4)


def test_what_is_in_a_job_that_was_moved_is_the_same_source(job: Job, tmp_path: Path) -> None:
    sounds.json_corpus(job.folder / "recordings" / "ana")
    steps.take_speech(job, job.folder / "recordings" / "ana", Options())
    moved = Job.open(job.folder.rename(tmp_path / "moved"))
    report, _ = steps.take_speech(moved, moved.folder / "recordings" / "ana", Options())
    assert (report.source, report.added, report.there) == ("ana", 0, 4)


def test_rejected_lists_of_equally_named_files_are_kept(job: Job, tmp_path: Path) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.tsv").write_text(f"es\ten\nFrase {folder}.\tSentence.\nUna\tdos\ttres\n", "utf-8")
        steps.take_translations(job, tmp_path / folder / "p.tsv")
    assert [row["reason"] for row in read_rows(rejected_path(job))] == ["columns", "columns"]


def test_the_gate_ends_with_what_its_scores_find_amiss(
    run: Any, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.language import gate, units

    rows = [
        Candidate(
            f"row {n}", sounds.write(tmp_path / f"{n}.wav", seed=n), f"{TEXTS[n % 8]} {'abcdefghijkl'[n]}", f"s{n}"
        )
        for n in range(12)
    ]
    Intake(job, Options()).add("x", rows)
    review(job)
    before = {row["id"]: row["split"] for row in read_rows(job.manifest)}
    trained = [name for name, split in before.items() if split == "train"]
    scores = dict.fromkeys(before, 0.5) | {trained[0]: 0.01}

    def judged(opened: Job, **options: object) -> gate.GateReport:
        opened.training.mkdir(exist_ok=True)
        write_rows(units.units_path(opened), [{"id": name, "score": score} for name, score in scores.items()])
        write_rows(opened.training / "hears.json", [])
        opened.finish("gate", "It can.", {"items": 2}, {"sentences": ["It can."]})
        return gate.GateReport(2, "", 0.0, 0.0, 0.0, None, None, 0.0, 1.0, True, [], ["It can."], [])

    monkeypatch.setattr(gate, "run_gate", judged)
    said = run("gate", job.folder).out
    sentence = "1 utterance was rejected: the text is not found in the sound."
    assert sentence in said
    assert [row["reason"] for row in read_rows(job.rejected)] == ["alignment"]
    assert {row["id"]: row["split"] for row in read_rows(job.manifest)} == {
        name: split for name, split in before.items() if name != trained[0]
    }
    assert job.state("gate").details["sentences"] == ["It can.", sentence]
    assert job.state("speech").counts["usable"] == 11
    assert not job.outdated("gate")
    assert units.units_ready(job)  # nothing is to be heard once more
    again = run("gate", job.folder)
    assert (again.code, sentence in again.out) == (0, False)
    (job.training / "checkpoints" / "step-00000002").mkdir(parents=True)
    scores[trained[1]] = 0.01
    run("gate", job.folder)
    assert len(read_rows(job.manifest)) == 11  # it is being trained on


def test_two_commands_on_one_job_do_not_mix(job: Job, tmp_path: Path) -> None:
    folder = sounds.common_voice(tmp_path / "cv")
    with job.lock("train"), pytest.raises(TrainingError, match="is in use by process"):
        steps.take_speech(Job.open(job.folder), folder, Options())
    assert job.state("speech").phase == "pending"


def test_progress_is_noted_in_the_job_and_ctrl_c_said(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "_NOTE_EVERY", 0.0)
    seen = []

    def watch(done: int, place: str) -> None:
        seen.append(job.state("speech"))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        steps.take_speech(job, sounds.common_voice(tmp_path / "cv"), Options(), progress=watch)
    assert [state.counts["rows"] for state in seen] == [1, 2, 3]
    assert seen[0].sentence == "Reading cv: validated.tsv, line 2."
    assert job.state("speech").phase == "failed"
    assert "until then is kept" in job.state("speech").sentence
    assert len(read_rows(job.manifest)) == 3
    report, _ = steps.take_speech(job, tmp_path / "cv", Options())
    assert (report.added, report.there) == (5, 3)
    assert job.state("speech").phase == "done"


def test_without_texts_there_are_no_prompts(run: Any, job: Job, tmp_path: Path) -> None:
    assert "nothing to read aloud" in run("prompts", job.folder, "--out", tmp_path / "p.jsonl").err


def test_prompts_are_of_everything_and_end_with_what_is_kept(job: Job) -> None:
    question = {"id": "greetings.hello", "split": "train", "q": ["Hola."], "test": ["Muy buenas."], "a": ["Buenas."]}
    unseen = {"id": "z.z", "split": "unseen", "q": ["¿Cómo?"], "test": [], "a": ["Así."]}
    write_rows(job.dialogues, [row | {"keys": []} for row in (question, unseen)])
    write_rows(job.translations, [{"id": f"{n}", "text": f"Frase {n}."} for n in "123"])
    names = [prompt.id for prompt in prompts_of(job)]
    assert names == [
        "greetings.hello.q0.es", "z.z.a0.es", "pair-1.es", "greetings.hello.a0.es", "pair-2.es", "pair-3.es",
        "z.z.q0.es", "greetings.hello.t0.es",
    ]  # fmt: skip
    assert [prompt.id for prompt in prompts_of(job, 2)] == names[:2]


def test_what_has_the_most_new_words_for_its_length_is_read_first(job: Job) -> None:
    texts = ["uno uno uno", "uno dos tres", "Tres, dos.", "cuatro cinco seis", "uno dos tres cuatro cinco seis"]
    write_rows(job.translations, [{"id": f"{n}", "text": text} for n, text in enumerate(texts)])
    assert [prompt.text for prompt in prompts_of(job)] == [texts[n] for n in (4, 1, 3, 2, 0)]
    write_rows(job.manifest, [{"text": "cuatro cinco seis siete"}])
    assert prompts_of(job)[0].text == texts[1]


def test_every_command_has_help(run: Any) -> None:
    assert all(name in run("--help").out for name in ("new", "speech", "drafts", "translations", "dialogues", "check"))
