"""What the trainer says, as it says it: composed by its own functions, and then all of it in the other language."""

from __future__ import annotations

import errno
import itertools
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
import torch
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.pages.language import LanguagePage
from app.window.sentences import SENTENCES, in_words
from cslm_core.errors import TrainingError
from tests.app.window.pages.wizard.conftest import ScriptedTrainer
from trainer.language import plan, review, splits
from trainer.language.checkpoints import _sentence as of_a_checkpoint
from trainer.language.configuration import Config, settle
from trainer.language.corpus import CorpusRows, rejection
from trainer.language.dialogue_sheet import import_dialogues
from trainer.language.drafts import DraftReport, import_drafts
from trainer.language.figures import forgetting, shown_figures
from trainer.language.gate_report import decide
from trainer.language.importers import read_source
from trainer.language.intake import DISPUTED, IntakeReport
from trainer.language.job import STEPS, Job, StepState
from trainer.language.languages import describe, make_language
from trainer.language.noting import refused
from trainer.language.reasons import REASONS
from trainer.language.records import RecordWriter, write_rows
from trainer.language.translations import TranslationReport
from trainer.language.verdict import verdict

_FIT: Final = {
    "ASR", "B", "CC", "ER", "GB", "Hz", "ISO", "JSON", "M", "MB", "TOML", "UTF", "Whisper", "cpu", "cuda", "dBFS",
    "row", "text", "translation",
}  # fmt: skip
"""Names, units and columns, which are called the same in every language."""
_NAMES: Final = re.compile(r"'[^']*'|[\w./-]*[./][\w./-]+|\b(spanish|starter|cv|es|en|zh|yue|kab|Latn|Cyrl)\b")
"""Files, codes, and what the tests below call their corpora and packs."""


def left(sentence: str) -> set[str]:
    """Words of a sentence that are still English."""
    return set(re.findall(r"[A-Za-z]+", _NAMES.sub("", in_words(sentence)))) - _FIT


def english(sentences: Iterable[str]) -> dict[str, str]:
    """Those that are not all in Chinese, and what they come out as."""
    said = list(sentences)
    assert said
    return {sentence: in_words(sentence) for sentence in said if left(sentence)}


def error_of(what: Callable[[], Any]) -> str:
    with pytest.raises(TrainingError) as caught:
        what()
    return str(caught.value)


@pytest.fixture
def job(make_pack: Any, tmp_path: Path) -> Job:
    pack = make_pack(tmp_path / "pack", "starter")
    return Job.create(tmp_path / "spanish", make_language("es", "en"), pack)


# --- the scorecard ---

_RATES: Final = (None, 0.05, 0.25, 0.9)
_BEFORE: Final = {
    f"{kind}.{of}": 0.5
    for kind in ("asr", "tts", "sensible", "right_language", "asr_er")
    for of in (("en", "zh") if kind in ("asr", "tts") else ("en", "zh", "en-zh", "zh-en"))
}


def _figures(rate: float | None) -> dict[str, float | None]:
    better = None if rate is None else 1 - rate
    pairs = ("es-en", "es-es", "zh-es")
    return {
        "asr.es": rate,
        "tts.es": rate,
        **{f"{kind}.{pair}": better for kind in ("sensible", "right_language") for pair in pairs},
        **{f"{kind}.{pair}": rate for kind in ("no_reply", "asr_er") for pair in pairs},
        "similarity": rate,
    }


def test_verdicts(chinese: None) -> None:
    said = set()
    for rate, judged, whisper in itertools.product((*_RATES, 0.5, 0.75, 0.0), (True, False), (True, False)):
        for then, same in itertools.product((0.05, 0.5, 0.95), (True, False)):
            previous = {"version": "0.2.0", "figures": _figures(then), "same_judge": True, "same_test": same}
            said |= set(
                verdict("Spanish", _figures(rate), {}, judged=judged, whisper=whisper, previous=previous),
            )
    worse = {**_figures(0.05), "asr.es": 0.9}
    mixed = {"version": "0.2.0", "figures": _figures(0.5), "same_judge": True}
    for same in (True, False):
        said |= set(verdict("Spanish", worse, {}, judged=True, previous={**mixed, "same_test": same}))
    for name, change in itertools.product(_BEFORE, (0.0, 0.04, 0.3)):
        after = {**_BEFORE, name: 0.5 + (-change if name.startswith(("sensible", "right")) else change)}
        said |= set(verdict("Spanish", {}, forgetting(dict(_BEFORE), after), judged=True))
    assert len(said) > 100
    assert english(said) == {}
    assert {len(re.findall("better|worse", text)) for text in said if text.startswith("Compared")} == {1, 2}


def test_figures_of_a_scorecard(chinese: None) -> None:
    rows = [{"task": "turn", "language": "es", "target": "en"}]
    shown = shown_figures(_figures(0.5), forgetting(dict(_BEFORE), dict(_BEFORE)), rows, "Spanish")
    assert english(figure.what for figure in shown) == {}
    assert in_words("Sensible answers, Spanish to English") == "合理的回答，西班牙语问英语答"


# --- gate, plan, training ---


def test_the_gate(chinese: None) -> None:
    said: set[str] = set()
    for lost, errors, duration, pace, adapted in itertools.product(
        (0.1, 0.9), ((None, None), (0.1, 0.2), (0.1, 0.9)), (0.1, 0.9), (1.0, 0.5), (True, False)
    ):
        means = {"unit_error": 0.2, "letters_original": lost, "letters_rebuilt": lost}
        said |= set(decide(means, *errors, duration, pace, "Spanish", adapted=adapted)[1])
    assert english(said) == {}


def test_the_plan(chinese: None, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    model = SimpleNamespace(
        learnt=lambda: {"a": torch.zeros(3)},
        parameters=lambda: [torch.zeros(3)],
        table=torch.zeros(3),
        characters=[],
        changed=[],
    )
    run: Any = SimpleNamespace(model=model, material=SimpleNamespace(spoken=[], pairs=[], dialogues=[]))
    said: set[str] = set()
    for known, replay, method in itertools.product(([], ["x"]), ([], ["x"]), ("adapter", "full")):
        monkeypatch.setattr(plan, "known_of", lambda job, known=known: SimpleNamespace(folders=known))
        job.set_options(replay=replay)
        for seconds, start in ((0.01, ""), (1.0, "training-1/adapter"), (9.0, "")):
            said |= set(plan._plan(job, run, Config(method=method, start=start), seconds, 1.0).sentences)
    nothing_free = SimpleNamespace(available=0)
    monkeypatch.setattr(plan.psutil, "virtual_memory", lambda: nothing_free)
    monkeypatch.setattr(plan.psutil.Process, "memory_info", lambda self: SimpleNamespace(rss=0))
    monkeypatch.setattr(plan.shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    said |= set(plan._plan(job, run, Config(), 1.0, 1.0).sentences)
    assert len(said) > 8
    assert english(said) == {}
    said = {error_of(lambda: plan.make_plan(job, hours=-1.0)), error_of(lambda: settle(job, rank=0))}
    said.add(error_of(lambda: settle(job, method="other")))
    assert {word for text in said for word in left(text)} <= {"rank", "method", "replay", "share", "within", "sft",
                                                              "steps", "replay_share", "sft_steps"}  # fmt: skip


def test_the_training(chinese: None) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    other = OSError(errno.EACCES, "Permission denied", "/x/y")
    said = [of_a_checkpoint(error, steps) for error in (full, other) for steps in ([], [50])]
    said += [refused(error) for error in (full, other, OSError(errno.ENOSPC, "", "/x/y"))]
    said += ["Preparing: letters, loss 0.52.", "Preparing: listening.", "Step 10 of 2800, loss 3.210."]
    said.append("A sample could not be spoken: This is too long for the model; use fewer words at a time.")
    assert english(re.sub(r"\[Errno \d+\] ", "", sentence) for sentence in said) == {}


# --- speech and texts ---


def test_reasons(chinese: None) -> None:
    details = (
        "", "7 columns instead of 3", "no JSON object", "0.20 s, at least 0.4", "31.0 s, at most 20", "-70 dBFS",
        "voices of about 110 and 220 Hz", DISPUTED, "90 letters in 1.2 s", "30 letters a second, unlike the rest",
        "alignment 0.01, at least 0.08", "a.wav is empty (0 bytes); record it again", "start and end are no times in "
        "order", "no sound file is named",
    )  # fmt: skip
    rows = [rejection("cv", "validated.tsv, line 7", reason, more) for reason in REASONS for more in details]
    rows.append(rejection("cv", "a.wav", "duplicate_sound", "as es-001"))
    assert english(row["sentence"] for row in rows) == {}
    assert {row["place"] for row in rows if left(row["place"])} == set()
    assert english(f"7: {sentence}" for sentence in REASONS.values()) == {}
    assert in_words(rows[0]["sentence"]) == "这一行的列与其他行不同。"


def _reports() -> Iterator[str]:
    rejected = [{"reason": reason} for reason in ("digits", "digits", "name", "rate", "empty")]
    for there, rows in itertools.product((0, 3), ([], rejected)):
        yield IntakeReport("cv", 12, there, 0, rows).sentence
        yield TranslationReport("cv", 12, there, rows).sentence
        yield DraftReport("cv", 12, 70.0, rows).sentence


def test_reports(chinese: None) -> None:
    assert english(_reports()) == {}


def test_the_corpus(chinese: None) -> None:
    row = {"seconds": 3.0, "speaker": "ana", "recording": "r", "split": "train"}
    said = [review._said(CorpusRows([row] * count), []).sentence for count in (1, 60, 9000)]
    said.append(review._said(CorpusRows([row, {**row, "speaker": "bo", "split": "left-out"}]), []).sentence)
    counts = {"train": 1, "dev": 0, "test": 0, "left-out": 3}
    for changed, one_voice in itertools.product(({}, {"train": 0}, {"test": 1}), (True, False)):
        said += splits._said({**counts, **changed}, 2, one_voice)
    assert {word for text in said for word in left(text)} == set()


def test_states_and_places(chinese: None, job: Job) -> None:
    said = [job.state("language").sentence]
    (job.folder / "steps" / "speech.json").write_text("{", "utf-8")
    job.begin("texts", "Reading a.tsv.")
    said += [job.state("speech").sentence, job.state("texts").sentence]
    said += ["Reading cv: validated.tsv, line 7.", "Reading cv.", "Listening to a.wav.", "process 12: reading cv"]
    with job.lock("gate"):
        said.append(str(job.busy()))
        said.append(error_of(lambda: job.lock("plan").__enter__()))
    assert english(said) == {}
    assert [StepState(step=step).sentence for step in STEPS] == [""] * len(STEPS)


def test_errors(chinese: None, job: Job, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", "utf-8")
    (tmp_path / "table.csv").write_text("id,text\nx,\n", "utf-8")
    (tmp_path / "sheet.csv").write_text("id,translation\nnobody,Hola\n", "utf-8")
    known = make_language("en-GB", "zh")
    said = [
        error_of(lambda: make_language("spanish", "en")),
        error_of(lambda: make_language("xyzzy", "en")),
        error_of(lambda: Job.open(tmp_path)),
        error_of(lambda: Job.create(job.folder, job.language, Path(job.base.folder))),
        error_of(lambda: Job.create(tmp_path / "new", known, Path(job.base.folder))),
        error_of(lambda: Job.create(tmp_path / "new", make_language("en", "zh"), Path(job.base.folder))),
        error_of(lambda: list(read_source(tmp_path / "a.txt", None))),
        error_of(lambda: import_drafts(job, tmp_path / "table.csv")),
        error_of(lambda: import_dialogues(job, tmp_path / "sheet.csv")),
    ]
    tools = {"validated", "tsv", "clips", "metadata", "csv", "jsonl", "manifest", "nobody", "sheet"}
    assert {word for text in said for word in left(text)} <= tools
    remarks = describe(make_language("sr-Cyrl", "en", script="Latn")) + describe(make_language("yue", "en"))
    assert {word for text in remarks for word in left(text)} <= {"Serbian", "Yue", "Chinese", "Hant"}


# --- where the window shows them ---


def test_the_wizard_shows_them(chinese: None, job_page: LanguagePage, trainer: ScriptedTrainer, qtbot: QtBot) -> None:
    desk, job, steps = job_page.desk, job_page.desk.job, dict[str, Any](job_page.steps)
    assert job is not None
    gate = decide({"unit_error": 0.2, "letters_original": 0.9, "letters_rebuilt": 0.9}, None, None, 1, 1, "Spanish")[1]
    card = verdict("Spanish", _figures(0.9), {}, judged=True)
    job.finish("speech", IntakeReport("cv", 1).sentence, {"usable": 1}, {"remarks": ["There is no speech yet."]})
    job.finish("gate", gate[0], {}, {"sentences": gate})
    job.finish("scorecard", card[0], {}, {"sentences": card})
    job.fail("training", "It was stopped and saved at step 5 of 9; it can be resumed.")
    write_rows(job.rejected, [rejection("cv", "validated.tsv, line 7", "too_short", "0.20 s, at least 0.4")])
    with RecordWriter(job.progress) as records:
        records.write(
            "note", step=1, sentence="The checkpoint of step 9 was damaged; the training goes on from step 4."
        )
    shown = shown_figures({"asr.es": 0.5}, {}, [{"task": "asr", "language": "es"}], "Spanish")
    job.report.mkdir()
    card_file = {"figures": [{**asdict(figure), "met": figure.met} for figure in shown]}
    (job.report / "scorecard.json").write_text(json.dumps(card_file), "utf-8")
    trainer.answers(line="There are no drafts; add a recording without a text first.", code=2)
    desk.run("drafts", "--accept")
    rejected, training, score = steps["speech"].rejected, steps["training"], steps["scorecard"]
    qtbot.waitUntil(lambda: bool(job_page.outcome.sentence.text()), timeout=20_000)
    desk.look()
    qtbot.waitUntil(lambda: bool(rejected.reasons.text() and training.notes.text() and score.chart), timeout=20_000)
    texts = [job_page.outcome.sentence.text(), job_page.job_name.text(), rejected.reasons.text(), training.notes.text()]
    texts += [label.text() for step in steps.values() for label in (step.phase, step.counts, step.remarks)]
    texts += [rejected.table.item(0, column).text() for column in (0, 1)]
    texts += [score.chart.accessibleDescription(), job_page.doing.text()]
    assert {text for text in texts if left(text.replace("own 1.0.0", ""))} == set()
    assert rejected.table.item(0, 0).text() == "cv，validated.tsv，第 7 行"
    assert "：它听西班牙语听得不好：90% 的词听错；" in score.phase.text()


# --- all of them ---


def test_nothing_is_changed_without_a_translation(qapp: QApplication) -> None:
    said = [*_reports(), *verdict("Spanish", _figures(0.9), forgetting(dict(_BEFORE), {}), judged=True)]
    said += [rejection("cv", "a", reason, "as es-1")["sentence"] for reason in REASONS]
    assert [in_words(sentence) for sentence in said] == said


def test_a_sentence_is_found_at_once(chinese: None) -> None:
    """It is looked for in the main thread; the least of several times is what it takes by itself."""
    said = [text.format(*(["listening"] * 8)) for text in SENTENCES]
    said += [*_reports(), "Something that nobody has listed (it is about 7 rows of cv), and not known at all."]
    in_words("")

    def least(sentence: str) -> float:
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            in_words(sentence)
            times.append(time.perf_counter() - begin)
        return min(times)

    assert max(map(least, said)) < 0.002
