"""Test sets hold nothing that was trained, are drawn the same again, and survive being made twice and shrunk."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from trainer.dialogues import LANGUAGES, QuestionType, load_types, training_wordings, wording_key
from trainer.evaluation.draw import UNSEEN_TYPES, UNSEEN_WORDINGS, draw_answers, draw_questions, facts_of
from trainer.evaluation.human import Heard, choose_prompts, sensible_text
from trainer.evaluation.testset import HUMAN, add_human, load_testset, make_testset, subset

TYPES = load_types(assets_folder() / "dialogues" / "everyday")


def kind(name: str, split: str) -> QuestionType:
    text = {language: [f"{name} {language} {n}?" for n in range(3)] for language in LANGUAGES}
    test = {language: [f"{name} {language} test {n}?" for n in range(2)] for language in LANGUAGES}
    answers = {language: [f"{name} is seven {language}."] for language in LANGUAGES}
    return QuestionType(name, split, text, test, answers, {"en": [["seven"]], "zh": [["七"]]})


def test_nothing_drawn_was_trained() -> None:
    drawn = draw_questions(TYPES, 60, 30, seed=7)
    assert Counter((q.set, q.language) for q in drawn) == {
        **{(UNSEEN_WORDINGS, language): 60 for language in LANGUAGES},
        **{(UNSEEN_TYPES, language): 30 for language in LANGUAGES},
    }
    assert len({q.id for q in drawn}) == len(drawn)
    split = {t.id: t.split for t in TYPES}
    for language in LANGUAGES:
        trained = {wording_key(text) for _, _, text in training_wordings(TYPES, language)}
        assert not trained & {wording_key(q.text) for q in drawn if q.language == language}
    assert {split[q.type] for q in drawn if q.set == UNSEEN_TYPES} == {"unseen"}
    categories = Counter(q.type.split(".")[0] for q in drawn if q.set == UNSEEN_WORDINGS and q.language == "en")
    assert set(categories) == {t.id.split(".")[0] for t in TYPES}
    assert max(categories.values()) - min(categories.values()) <= 1


def test_drawing_depends_on_the_seed_alone_and_grows_at_its_end() -> None:
    few, many = draw_questions(TYPES, 8, 4, seed=1), draw_questions(TYPES, 20, 10, seed=1)
    assert few == draw_questions(TYPES, 8, 4, seed=1)
    assert {q.id for q in few} <= {q.id for q in many}
    assert {q.id for q in few} != {q.id for q in draw_questions(TYPES, 8, 4, seed=2)}


def test_a_type_comes_twice_only_when_all_have_been_there() -> None:
    drawn = draw_questions([kind(f"a.{n}", "train") for n in range(3)], 5, 0, seed=0)
    english = Counter(q.type for q in drawn if q.language == "en")
    assert sorted(english.values()) == [1, 2, 2]
    assert len(draw_questions([kind("a.0", "train")], 9, 0, seed=0)) == 4  # there are no more wordings


def test_every_answer_of_every_type_is_sensible() -> None:
    for question_type in TYPES:
        facts = facts_of(question_type)
        for language in LANGUAGES:
            for answer in question_type.answers[language]:
                assert facts.sensible(answer, language), answer


def test_answers_to_be_read_are_of_unseen_types() -> None:
    sentences = draw_answers(TYPES, 40, seed=7)
    assert Counter(s.language for s in sentences) == {"en": 40, "zh": 40}
    assert len({s.id for s in sentences}) == 80


def tone(text: str, language: str) -> tuple[np.ndarray, int]:
    return (0.3 * np.sin(np.arange(24_000) * (len(text) + 5) / 50)).astype(np.float32), 24_000


def test_making_again_makes_only_what_is_missing(tmp_path: Path) -> None:
    questions = draw_questions([kind("a.0", "train"), kind("a.1", "unseen")], 1, 1, seed=0)
    sentences = draw_answers([kind("a.1", "unseen")], 1, seed=0)
    made: list[str] = []
    make_testset(tmp_path, questions, sentences, tone, {"seed": 0}, made.append)
    assert len(made) == 4
    before = load_testset(tmp_path)
    (tmp_path / before.items[0].audio).unlink()
    with pytest.raises(TrainingError, match="not a whole test set"):
        load_testset(tmp_path)
    make_testset(tmp_path, questions, sentences, tone, {"seed": 0}, made.append)
    assert len(made) == 5
    after = load_testset(tmp_path)
    assert after.digest == before.digest
    assert after.of(UNSEEN_TYPES, "zh")[0].facts == facts_of(kind("a.1", "unseen"))
    assert after.read(after.items[0]).shape == (16_000,)

    prompt = (Path("x/hello-there.g722"), np.full(32_000, 0.1, np.float32), "Hello there.")
    add_human(tmp_path, [prompt], "somebody")
    add_human(tmp_path, [prompt], "somebody")
    whole = load_testset(tmp_path)
    assert [item.id for item in whole.of(HUMAN, "en")] == ["human.hello-there"]
    assert whole.of(HUMAN, "en")[0].facts is None

    small = tmp_path / "small"
    subset(whole, small, {UNSEEN_WORDINGS: 1, HUMAN: 3}, 1)
    shrunk = load_testset(small)
    assert Counter(item.split for item in shrunk.items) == {UNSEEN_WORDINGS: 2, HUMAN: 1}
    assert shrunk.read(shrunk.items[0]).size == pytest.approx(16_000, abs=400)


def test_only_sure_prompts_are_references(tmp_path: Path) -> None:
    lengths = {"a": 1.0, "b": 3.0, "c": 3.1, "d": 3.2, "e": 12.0, "f": 3.3, "g": 3.4}
    heard = {
        3.0: Heard("Please enter your number now.", -0.1, 1.0),
        3.1: Heard("Please enter your number now.", -0.9, 1.0),
        3.2: Heard("la la la la la la", -0.1, 1.0),
        3.3: Heard("Goodbye and thank you.", -0.1, 1.0),
    }
    chosen = choose_prompts(
        [tmp_path / name for name in lengths],
        2,
        lambda pcm: heard[round(len(pcm) / 16_000, 1)],
        lambda path: np.zeros(round(lengths[path.name] * 16_000), np.float32),
    )
    assert [file.name for file, _, _ in chosen] == ["b", "f"]
    assert not sensible_text("♪ oh la la la ♪")
