"""The mixture: a function of seed and step, shares near the weights, and nothing of what is held out."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from cslm_core.errors import TrainingError
from tests.trainer.material import lines, make_corpora, make_dialogues, speak, tiny_builder
from tests.trainer.test_examples import shape
from trainer.corpora import SPLICED
from trainer.lm.data import TASKS, Corpora, Mixture, Phase, phase_at
from trainer.lm.examples import Example
from trainer.lm.train import read_mixture

EVEN = {"recognition": 0.3, "reading": 0.2, "translation": 0.1, "text_answer": 0.1, "turn": 0.2, "conversation": 0.1}
SHAPES = {
    "recognition": r"Q<u>ltA",
    "montage": r"Q<u>ltA",
    "reading": r"Sl(t<u>)+\.",
    "vocabulary": r"Sl(t<u>)+\.|Q<u>ltA",
    "translation": r"Mltlt\.",
    "text_answer": r"QltTlt\.",
    "turn": r"Q(<u>)?ltAl(t<u>)+\.",
    "turn_in_text": r"Q<u>lt(Tlt\.|Alt<)",
    "conversation": r"(Q(<u>)?ltAl(t<u>)+\.){2,3}",
    "template": r"QltTlt\.|QltAlt<",
    "multiturn": r"(QltTlt\.){2}",
    "clarify": r"Q<u>ltAlt<",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Path]:
    folder = tmp_path_factory.mktemp("world")
    return make_corpora(folder), make_dialogues(folder / "dialogues")


def mixture(world: tuple[list[Path], Path], weights: dict[str, float], *more: Path, seed: int = 1) -> Mixture:
    corpora = Corpora([*world[0], *more], world[1])
    return Mixture(tiny_builder(), corpora, [Phase(0, 30, 8, weights)], seed, 300)


def draws(mixture: Mixture, steps: int = 20) -> list[Example]:
    return [e for step in range(steps) for e in mixture.batch(step, 0, 400)]


def test_phases_are_interpolated() -> None:
    phases = [Phase(100, 1, 1, {"turn": 0.0, "reading": 1.0}), Phase(200, 11, 3, {"turn": 0.5})]
    assert phase_at(phases, 0) is phases[0]
    assert phase_at(phases, 150) == Phase(150, 6, 2, {"turn": 0.25, "reading": 0.5})
    assert phase_at(phases, 200) is phase_at(phases, 10**9) is phases[1]


def test_a_batch_is_a_function_of_seed_and_step(world: tuple[list[Path], Path]) -> None:
    first, second = mixture(world, EVEN), mixture(world, EVEN)
    later = second.batch(7, 0, 400)  # nothing was drawn before
    for step in range(7):
        first.batch(step, 0, 400)
    assert first.batch(7, 0, 400) == later
    assert first.batch(8, 0, 400) != later
    assert mixture(world, EVEN, seed=2).batch(7, 0, 400) != later


def test_a_task_without_weight_changes_nothing(world: tuple[list[Path], Path]) -> None:
    assert draws(mixture(world, EVEN), 3) == draws(mixture(world, {**EVEN, "template": 0.0}), 3)


def test_a_task_without_material_changes_nothing(world: tuple[list[Path], Path]) -> None:
    assert draws(mixture(world, EVEN), 3) == draws(mixture(world, {**EVEN, "clarify": 0.5}), 3)


def test_shares_of_tokens_are_near_the_weights(world: tuple[list[Path], Path]) -> None:
    mixed = mixture(world, EVEN)
    spent: Counter[str] = Counter()
    for name, draw in list(mixed._draw.items()):

        def counted(rng: object, phase: Phase, name: str = name, draw: object = draw) -> Example | None:
            example = draw(rng, phase)  # type: ignore[operator]
            spent[name] += len(example)
            return example

        mixed._draw[name] = counted
    for step in range(30):
        mixed.batch(step, 0, 1840)
    for name, weight in EVEN.items():
        assert spent[name] / spent.total() == pytest.approx(weight, abs=0.04)


@pytest.mark.parametrize("task", TASKS)
def test_each_task_has_its_shape(world: tuple[list[Path], Path], task: str, tmp_path: Path) -> None:
    noise = tmp_path / "noise"
    lines(noise / "units.jsonl", [{"id": "n", "units": [60, 61, 62], "durations": [1, 1, 1], "words": None}])
    words = speak(tmp_path / "words", [("words-1.zh", "你好天气。", "zh")])
    layout = tiny_builder().layout
    examples = draws(mixture(world, {task: 1.0}, noise, words), 3)
    for example in examples:
        assert re.fullmatch(SHAPES[task], shape(layout, example.ids)), shape(layout, example.ids)
        assert len(example) <= 300
        assert any(example.learnt)
    if task == "clarify":
        assert all(layout.unit_ids([60])[0] in e.ids or layout.unit_ids([61])[0] in e.ids for e in examples)


def test_conversations_are_spoken_where_a_corpus_speaks_them(world: tuple[list[Path], Path], tmp_path: Path) -> None:
    texts = [("Hello the capital?", "The capital is Paris."), ("And Rome?", "Yes, hello.")]
    asked = [(f"multiturn.one.{n}.q.{c}", q, c) for n, (q, _) in enumerate(texts) for c in ("en", "zh")]
    said = [(f"multiturn.one.{n}.a.{c}", a, c) for n, (_, a) in enumerate(texts) for c in ("en", "zh")]
    layout = tiny_builder().layout

    def shapes(corpus: Path) -> set[str]:
        return {shape(layout, e.ids) for e in draws(mixture(world, {"multiturn": 1.0}, corpus))}

    heard = shapes(speak(tmp_path / "asked", asked))
    assert {"QltTlt.QltTlt.", "QltTlt.Q<u>ltTlt.", "Q<u>ltTlt.Q<u>ltTlt."} <= heard
    whole = shapes(speak(tmp_path / "both", asked + said))
    assert any(re.fullmatch(r"(Q<u>ltAl(t<u>)+\.){2}", s) for s in whole)
    assert any(re.fullmatch(r"QltTlt\.Q<u>ltAl(t<u>)+\.", s) for s in whole)


def test_words_that_make_no_sentence_are_in_no_other_task(world: tuple[list[Path], Path], tmp_path: Path) -> None:
    words = speak(tmp_path / "words", [("words-1.zh", "你好天气。", "zh")])
    wide = speak(tmp_path / "wide", [("vocabulary-0000.zh", "巴黎很好。", "zh")])
    corpora = Corpora([*world[0], words, wide], world[1])
    assert [s.text for s in corpora.wide["zh"]] == ["你好天气。", "巴黎很好。"]
    for use in (corpora.spoken, corpora.real, corpora.aligned, corpora.aloud):
        assert {s.text for s in use["zh"]} & {"你好天气。", "巴黎很好。"} == {"巴黎很好。"}


def test_clarifying_and_repeating_are_spoken_where_a_corpus_says_so(
    world: tuple[list[Path], Path], tmp_path: Path
) -> None:
    noise = tmp_path / "noise"
    lines(noise / "units.jsonl", [{"id": "n", "units": [60], "durations": [1], "words": None}])
    said = speak(tmp_path / "said", [("clarify.en", "Say it again.", "en"), ("clarify.zh", "请再说。", "zh")])
    layout = tiny_builder().layout
    examples = draws(mixture(world, {"clarify": 1.0}, noise, said), 2)
    assert {shape(layout, e.ids) for e in examples} == {"Q<u>ltAlt<u>."}


def test_nothing_held_out_is_drawn(world: tuple[list[Path], Path], tmp_path: Path) -> None:
    held = speak(tmp_path / "held", [("multiturn.held.0.q.en", "And Rome?", "en")])
    corpora = Corpora([*world[0], held], world[1])
    texts = {s.text for spoken in corpora.spoken.values() for s in spoken}
    assert not texts & {"Tested facts.paris?", "Never heard?", "And Rome?"}
    assert "The facts.paris is?" in texts
    assert all(sum(s.id.split("#")[0].encode()) % 40 for s in corpora.spoken["en"])
    assert "facts.unseen" not in corpora.answerable


def test_answers_are_never_noisy(tmp_path: Path) -> None:
    folder = speak(tmp_path / "c", [("facts.rome.a0.en", "The facts.rome is Paris.", "en")], noisy=True)
    corpora = Corpora([folder], make_dialogues(tmp_path / "d"))
    assert [s.id for s in corpora.answers["facts.rome", "en"]] == ["facts.rome.a0.en"]
    assert len(corpora.spoken["en"]) == 2
    assert len(corpora.heard("facts.rome.a0.en")) == 2
    assert len(corpora.said("facts.rome.a0.en")) == 1


def test_what_is_spliced_is_no_material_of_montages_and_rare_in_recognition(tmp_path: Path) -> None:
    texts = [(f"own-{n}", "The capital of France is Paris.", "en") for n in range(5)]
    real = speak(tmp_path / "real", texts)
    spliced = speak(tmp_path / "spliced", [(f"s-{n}", text, code) for n, (_, text, code) in enumerate(texts)])
    rows = [json.loads(line) for line in (spliced / "manifest.jsonl").read_text().splitlines()]
    lines(spliced / "manifest.jsonl", [row | {"speaker": SPLICED} for row in rows])
    corpora = Corpora([real, spliced], make_dialogues(tmp_path / "dialogues"))
    assert {s.id for s in corpora.real["en"]} == {s.id for s in corpora.aligned["en"]} == {t[0] for t in texts}
    assert len(corpora.spoken["en"]) == 10


def test_mixtures_that_cannot_be(world: tuple[list[Path], Path]) -> None:
    with pytest.raises(TrainingError, match="'singing'"):
        mixture(world, {"singing": 1.0})
    with pytest.raises(TrainingError, match="no task"):
        mixture(world, {"clarify": 1.0}).batch(0, 0, 100)
    tight = mixture(world, {"conversation": 1.0})
    tight.longest_example = 3
    with pytest.raises(TrainingError, match="a row of 3 tokens"):
        tight.batch(0, 0, 100)


def test_the_recipe_s_mixture_is_known() -> None:
    settings, phases = read_mixture(Path(__file__).parents[2] / "trainer" / "recipes" / "mixture.toml")
    assert settings.step_tokens > settings.row
    assert [p.tokens for p in phases] == sorted(p.tokens for p in phases)
    for phase in phases:
        assert set(phase.weights) <= set(TASKS)
        assert sum(phase.weights.values()) == pytest.approx(1)


def test_reading_aloud_is_learnt_from_the_named_speakers_without_noise(tmp_path: Path) -> None:
    folder = speak(tmp_path / "two", [("x-1", "Hello Paris", "en"), ("x-2", "So so", "en")], noisy=True)
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    lines(folder / "manifest.jsonl", [{**row, "speaker": f"voice{n}"} for n, row in enumerate(rows)])
    dialogues = make_dialogues(tmp_path / "dialogues")
    everybody, one = (Corpora([folder], dialogues, who) for who in ((), ("voice1",)))
    assert [s.id for s in everybody.aloud["en"]] == ["x-1", "x-2"]
    assert [s.id for s in one.aloud["en"]] == ["x-2"]
    assert len(one.spoken["en"]) == 4
    drawn = Mixture(tiny_builder(), one, [Phase(0, 30, 8, {"reading": 1.0})], 1, 300).batch(0, 0, 400)
    assert len(drawn) > 2
    with pytest.raises(TrainingError, match="no task for which there is material"):
        nobody = Corpora([folder], dialogues, ("stranger",))
        Mixture(tiny_builder(), nobody, [Phase(0, 30, 8, {"reading": 1.0})], 1, 300).batch(0, 0, 400)


def test_what_is_said_has_the_units_to_say_it_with(tmp_path: Path) -> None:
    folder = speak(tmp_path / "answers", [("facts.rome.a0.en", "Hello Paris", "en")], noisy=True)
    rows = [json.loads(line) for line in (folder / "units.jsonl").read_text("utf-8").splitlines()]
    aloud = {"units": [7, 8, 9, 7], "durations": [1, 1, 1, 1], "words": [["Hello", 0, 2], ["Paris", 2, 4]]}
    lines(folder / "units.jsonl", [{**rows[0], "aloud": aloud}, *rows[1:]])
    corpora = Corpora([folder], make_dialogues(tmp_path / "dialogues"))
    assert [s.units for s in corpora.heard("facts.rome.a0.en")] == [rows[0]["units"], rows[1]["units"]]
    assert [s.units for s in corpora.said("facts.rome.a0.en")] == [[7, 8, 9, 7]]
    assert [s.words for s in corpora.answers["facts.rome", "en"]] == [[("Hello", 0, 2), ("Paris", 2, 4)]]
    assert [s.units for s in corpora.saying("Hello Paris", "en")] == [[7, 8, 9, 7]]
    assert [s.units for s in corpora.hearing("Hello Paris", "en")] == [rows[0]["units"]]
    assert len(corpora.spoken["en"]) == 2
