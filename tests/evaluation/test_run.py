"""A run is resumed item by item, and its rows become a scorecard."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from cslm_core.errors import CslmError
from cslm_core.events import TurnStats
from trainer.evaluation.draw import UNSEEN_TYPES, UNSEEN_WORDINGS, Facts, Sentence
from trainer.evaluation.journal import Journal
from trainer.evaluation.run import run_tasks
from trainer.evaluation.scorecard import Figure, figures, scorecard, scorecard_table
from trainer.evaluation.subject import Reply
from trainer.evaluation.tasks import Work, work_on
from trainer.evaluation.testset import HUMAN, Item, TestSet

FACTS = Facts({"en": [["paris"]], "zh": [["巴黎"]]}, {"en": [False], "zh": [False]})
SOUND = np.full(24_000, 0.1, np.float32)


class FakeSubject:
    """Hears every question right, answers in English only, and can be made to break."""

    def __init__(self) -> None:
        self.calls = 0
        self.break_at = -1

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self.break_at:
            raise KeyboardInterrupt

    def transcribe(self, pcm16k: np.ndarray) -> Reply:
        self._count()
        return Reply(text="What is the capital of France?", done=0.1)

    def speak(self, text: str, language: str) -> Reply:
        self._count()
        return Reply(text=text, pcm=SOUND, first_sound=0.2, done=0.5)

    def ask(self, pcm16k: np.ndarray, reply_language: str, *, paced: bool) -> Reply:
        self._count()
        return Reply(
            heard="What is the capital of France",
            text="It's Paris.",
            pcm=SOUND,
            first_text=0.1,
            first_sound=0.4 if paced else 9.0,
            done=0.7,
            stats=TurnStats(tokens_per_second=50.0, max_gap=0.0),
        )

    def memory(self) -> int:
        return 900_000_000


class FakeJudge:
    def hear(self, pcm16k: np.ndarray, language: str) -> str:
        return "it's paris"

    def quality(self, pcm16k: np.ndarray) -> float:
        return 3.0


@pytest.fixture
def testset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestSet:
    def item(split: str, language: str, number: int) -> Item:
        text = "What is the capital of France?" if language == "en" else "法国的首都是哪里？"
        facts = None if split == HUMAN else FACTS
        return Item(f"{split}.{number}.{language}", split, "x.flac", text, language, "v", 2.0, facts)

    items = [item(s, language, n) for s in (UNSEEN_WORDINGS, UNSEEN_TYPES) for language in ("en", "zh") for n in (0, 1)]
    items.append(item(HUMAN, "en", 0))
    sentences = [Sentence("s.en", "It's Paris.", "en"), Sentence("s.zh", "是巴黎。", "zh")]
    monkeypatch.setattr(TestSet, "read", lambda self, item: np.zeros(32_000, np.float32))
    return TestSet(tmp_path, items, sentences, {}, "digest")


def rows_of(testset: TestSet, work: Work) -> list[dict]:
    return [task.run() for task in work_on(work, testset)]


def test_tasks(testset: TestSet) -> None:
    tasks = list(work_on(Work(FakeSubject()), testset))
    assert len({task.key for task in tasks}) == len(tasks) == 9 + 2 + 2 * 2 * 4
    assert len(list(work_on(Work(FakeSubject()), testset, limit=1))) == 5 + 2 + 8
    assert {t.key.split("/")[0] for t in work_on(Work(FakeSubject()), testset, only=["asr", "tts"])} == {"asr", "tts"}


def test_an_interrupted_run_goes_on(testset: TestSet, tmp_path: Path) -> None:
    path = tmp_path / "out.items.jsonl"
    subject = FakeSubject()
    subject.break_at = 6
    with pytest.raises(KeyboardInterrupt), Journal(path, {"pack": 1}) as journal:
        run_tasks(work_on(Work(subject), testset), journal)
    with path.open("a") as file:
        file.write('{"key": "cut o')  # as a power cut would leave it
    subject = FakeSubject()
    with Journal(path, {"pack": 1}) as journal:
        assert len(journal.rows) == 5
        run_tasks(work_on(Work(subject), testset), journal)
        assert len(journal.rows) == 27
    assert subject.calls == 22
    assert all(json.loads(line) for line in path.read_text().splitlines())
    with Journal(path, {"pack": 2}) as journal:  # another pack: nothing of this one counts
        assert not journal.rows
    assert (tmp_path / "out.items.jsonl.old").exists()


def test_a_full_disk_keeps_the_results_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.items.jsonl"
    with Journal(path, {"pack": 1}) as journal:
        journal.add("asr/1", {"errors": 2})
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(CslmError, match="disk is full"):
        patch.setattr("os.fsync", full)
        Journal(path, {"pack": 1})
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_scorecard(testset: TestSet) -> None:
    rows = rows_of(testset, Work(FakeSubject(), FakeJudge(), paced=1))
    alike = [{"language": "en", "items": 2, "matched": 0.8, "mismatched": 0.5, "normalised": 0.6}]
    found = {figure.name: figure for figure in figures(rows, alike)}
    assert found["asr.unseen_wordings.en"].value == 0
    assert found["asr.unseen_wordings.en"].met == "aim"
    assert found["asr.unseen_wordings.zh"].met == "no"
    assert found["asr.human.en"].items == 1
    assert found["asr.human.en"].met == ""
    assert found["tts.en"].value == 0
    assert found["reference.en"].items == 2
    same, cross = (found[f"dialogue.unseen_wordings.sensible.{name}"] for name in ("same", "cross"))
    assert (same.value, same.items, same.met) == (0.5, 4, "no")
    assert (cross.value, cross.items, cross.met) == (0.5, 4, "must")
    assert found["dialogue.unseen_wordings.off_target"].value == 0.5
    assert found["dialogue.unseen_wordings.en-en.tq"].value == 0
    assert found["dialogue.unseen_wordings.en-zh.off_target"].value == 1
    assert found["dialogue.unseen_wordings.asr_er"].items == 8
    assert found["time.first_sound.p50"].value == 0.4  # only what was asked in real time
    assert found["time.first_sound.p50"].items == 4
    assert found["time.rtf"].value == pytest.approx(0.7)
    assert found["memory.peak"].met == "aim"
    assert found["similarity.en.normalised"].value == 0.6
    card = scorecard(list(found.values()), {"pack": {}})
    assert json.loads(json.dumps(card, allow_nan=False))["figures"][0]["unit"] == "WER"


def test_without_a_judge_speech_is_not_judged(testset: TestSet) -> None:
    found = {figure.name: figure for figure in figures(rows_of(testset, Work(FakeSubject())))}
    assert found["tts.en"].value is None
    assert found["tts.en"].items == 0
    assert found["tts.en"].met == ""


def test_replies_are_kept(testset: TestSet, tmp_path: Path) -> None:
    rows_of(testset, Work(FakeSubject(), keep=tmp_path / "replies"))
    assert len(list((tmp_path / "replies").glob("*.wav"))) == 2 + 16


def test_a_failed_turn_is_no_sensible_answer(testset: TestSet, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = FakeSubject()
    fail: Callable[..., Reply] = lambda pcm, language, *, paced: Reply(failed="Nothing was heard.")  # noqa: E731
    monkeypatch.setattr(subject, "ask", fail)
    found = {figure.name: figure for figure in figures(rows_of(testset, Work(subject, FakeJudge())))}
    assert found["dialogue.unseen_wordings.no_reply"].value == 1
    assert found["dialogue.unseen_wordings.sensible.same"].value == 0
    assert found["dialogue.unseen_wordings.off_target"].value == 0
    assert found["dialogue.unseen_wordings.asr_er"].value is None


def test_table() -> None:
    console = Console(width=200, record=True)
    found = [
        Figure("a", "errors", 0.1234, 60, "WER", 0.25, 0.12),
        Figure("b", "answers", 0.5, 8, "share", 0.65, 0.9, True, 0.2, 0.8),
        Figure("c", "sound", None, 0, "s", 1.2, 0.6),
        Figure("d", "memory", 1.2e9, 3, "bytes", 1.5e9, 1.0e9),
    ]
    console.print(scorecard_table(found, "Starter 1.0"))
    lines = console.export_text().splitlines()
    assert lines[0].startswith("Starter 1.0")
    assert "12.3%" in lines[2]
    assert lines[2].rstrip().endswith("reached")
    assert "not reached (20% to 80%)" in lines[3]
    assert "-" in lines[4]
    assert "1.20 GB" in lines[5]
