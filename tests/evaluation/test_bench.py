"""The comparison: a scripted LM, the cascade's clauses, summaries and ratios."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cslm_core.audio import LISTEN_RATE
from cslm_core.chain.pieces import ChunkPiece, EndPiece, HeardPiece, UnitPiece
from cslm_core.components import LmSession
from cslm_core.dialogue import Options, open_dialogue
from cslm_core.lm.layout import TokenLayout
from tests.tiny import tiny_tokenizer
from trainer.evaluation.bench import ratios, summarise, tables, words_of
from trainer.evaluation.cascade import Cascade, clauses
from trainer.evaluation.scripted import FullChainDialogue, ScriptedLm, write_script
from trainer.evaluation.subject import collect, in_real_time, peak_memory


class FlatLm:
    """Logits that say nothing."""

    def __init__(self) -> None:
        self.layout = TokenLayout(*tiny_tokenizer())

    def session(self) -> LmSession:
        return FlatSession(self.layout.vocabulary)

    def along(self, sequences: list[list[int]], tokens: np.ndarray) -> list[np.ndarray]:
        return [np.zeros((len(ids), int(tokens.sum())), np.float32) for ids in sequences]


class FlatSession:
    def __init__(self, vocabulary: int) -> None:
        self._vocabulary = vocabulary
        self.length = 0

    def feed(self, ids: list[int]) -> np.ndarray:
        self.length += len(ids)
        return np.zeros(self._vocabulary, np.float32)

    def truncate(self, length: int) -> None:
        self.length = length

    def branch(self, rows: int, most: int) -> "FlatBranches":
        return FlatBranches(rows, self._vocabulary)


class FlatBranches:
    def __init__(self, rows: int, vocabulary: int) -> None:
        self._size = (rows, vocabulary)

    def feed(self, ids: list[int]) -> np.ndarray:
        assert len(ids) == self._size[0]
        return np.zeros(self._size, np.float32)

    def select(self, rows: list[int]) -> None:
        assert len(rows) == self._size[0]


@pytest.mark.parametrize("full", [False, True])
def test_a_scripted_turn_says_what_it_is_told(full: bool) -> None:
    lm = ScriptedLm(FlatLm())
    answer = "The capital of France is Paris, and it is a very large city in the north."
    units = list(range(40))
    lm.script = write_script(lm.layout, "What is the capital?", answer, "en", units, 0.8)
    dialogue = FullChainDialogue(lm) if full else open_dialogue(lm, ["en", "zh"])
    dialogue.hear([5, 6, 7])
    steps = [step for step in dialogue.reply(Options(language="en")) if step is not None]
    heard = [step for step in steps if isinstance(step, HeardPiece)]
    assert heard[-1].text.strip() == "What is the capital?"
    chunks = [step for step in steps if isinstance(step, ChunkPiece)]
    assert "".join(chunk.text for chunk in chunks).strip() == answer
    assert (len(chunks) == 1) is full
    spoken = [step.unit for step in steps if isinstance(step, UnitPiece)]
    assert spoken[:6] == [0, 1, 2, 3, 4, 5]
    assert len(spoken) == pytest.approx(0.8 * len(answer), abs=3)
    assert isinstance(steps[-1], EndPiece)
    assert steps[-1].reason == ""


def growing(text: str) -> Iterator[str]:
    words = text.split(" ")
    return (" ".join(words[: n + 1]) for n in range(len(words)))


def test_clauses_are_spoken_as_soon_as_they_are_complete() -> None:
    spoken = [clause for _, clause in clauses(growing("Well, it's Paris, of course. It has 3.5 million people"))]
    assert [clause for clause in spoken if clause] == ["Well, it's Paris,", "of course. It has 3.5 million people"]
    assert spoken.index("Well, it's Paris,") == 3  # one word after its comma
    assert list(clauses(iter(()))) == []


def test_cascade() -> None:
    def slow(text: str) -> tuple[np.ndarray, int]:
        time.sleep(0.01)
        return np.ones(len(text), np.float32), 22_050

    cascade = Cascade(lambda pcm: "hi", lambda question: growing("Hello my friend, how are you today?"), slow)
    reply = cascade.ask(np.zeros(100, np.float32), "en", paced=True)
    assert reply.text == "Hello my friend, how are you today?"
    assert len(reply.pcm) == len("Hello my friend,") + len("how are you today?")
    assert reply.first_text is not None
    assert reply.first_sound is not None
    assert reply.first_text < reply.first_sound < reply.done
    assert Cascade(lambda pcm: "", lambda question: iter(()), slow).ask(np.zeros(9), "en", paced=False).failed


def test_questions_are_given_as_fast_as_they_are_spoken() -> None:
    begin = time.perf_counter()
    pieces = list(in_real_time(np.zeros(LISTEN_RATE // 4, np.float32)))
    assert time.perf_counter() - begin >= 0.25
    assert sum(map(len, pieces)) == LISTEN_RATE // 4
    assert collect([], 0.0).pcm.size == 0


def test_memory() -> None:
    import os

    assert (peak_memory(os.getpid()) or 0) > 10_000_000
    assert peak_memory(2**31 - 1) is None


def test_summary_and_ratios() -> None:
    def row(system: str, first: float, failed: str | None = None) -> dict:
        return {
            "system": system,
            "words": 30,
            "first_text": 0.1,
            "first_sound": first,
            "all_units": 2 * first,
            "rtf": 0.5,
            "memory": 10**9,
            "failed": failed,
        }

    rows = [row("interleaved", 0.5), row("interleaved", 0.7), row("cascade", 1.2), row("cascade", 9.0, "no")]
    found = summarise(rows)
    assert list(found) == ["interleaved", "cascade"]
    assert found["interleaved"]["first_sound_p50"] == pytest.approx(0.6)
    assert (found["cascade"]["items"], found["cascade"]["failed"]) == (1, 1)
    compared = {pair["what"]: pair["ratio"] for pair in ratios(found)}
    assert compared["cascade to interleaved, first sound"] == pytest.approx(2.0)
    assert len(compared) == 2
    assert len(tables(found, ratios(found))) == 2
    assert words_of("a b  c d", 3) == "a b c"


def test_parts_of_the_cascade_must_be_there(tmp_path: Path) -> None:
    from cslm_core.errors import TrainingError
    from trainer.evaluation.cascade import prepare_text_lm

    with pytest.raises(TrainingError, match=r"config\.json"):
        prepare_text_lm(tmp_path, tmp_path / "target")
