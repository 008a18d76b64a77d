"""Words in the place of others that sound alike: which, how many, and what stays."""

import importlib.util
import random
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.errors import TrainingError
from cslm_core.lm.layout import TokenLayout
from tests.trainer.material import an_utterance, tiny_layout
from trainer.lm.examples import SLIPS, Builder, Example, Spoken
from trainer.lm.misheard import CHANGED, NEIGHBOURS, SAME_SOUND, Misheard

needs_espeak = pytest.mark.skipif(
    importlib.util.find_spec("phonemizer") is None or importlib.util.find_spec("espeakng_loader") is None,
    reason="espeak is not installed (the extra `train`)",
)
MANDARIN = ["法国的首都是哪里？", "发过的手读是那里？", "天气很好。", "我想喝水。", "电费花得太多。"]


def all_changes(misheard: Misheard, text: str, language: str, times: int = 400) -> list[str]:
    return [misheard.changed(text, language, random.Random(n)) for n in range(times)]


def test_characters_are_taken_for_those_of_a_near_sound() -> None:
    misheard = Misheard.of_texts({"zh": MANDARIN})
    once = {text[0] for text in all_changes(misheard, "法国", "zh", 2000)}
    assert "发" in once  # the tone alone differs
    assert not once & set("天水喝")
    assert len(once) <= NEIGHBOURS + 2


def test_frequent_homophones_and_other_sounds() -> None:
    homophones = "是事世市式室视试示势"
    lines = [homophones, "事事事是是", "视视视视", "十时食"]
    near = Misheard.of_texts({"zh": lines}).near("是", "zh")
    assert near[:2] == ["视", "事"]
    assert len(near) <= NEIGHBOURS
    assert sum(c in homophones for c in near) == SAME_SOUND
    assert set("十时食") & set(near)  # another tone


def test_near_ones_are_likelier_and_about_a_quarter_is_changed() -> None:
    numbers = "一二三四五六七八九十"
    misheard = Misheard({"zh": {c: ["甲", "乙", "丙", "丁"] for c in numbers}})
    texts = all_changes(misheard, numbers, "zh")
    stands_in = "".join(re.sub(f"[{numbers}]", "", text) for text in texts)
    assert stands_in.count("甲") > 2 * stands_in.count("丁") > 0
    kept = sum(len(re.findall(f"[{numbers}]", text)) for text in texts) / (10 * len(texts))
    assert kept == pytest.approx(1 - CHANGED / 2, abs=0.06)
    assert any(len(text) < 10 for text in texts)
    assert texts.count(numbers) < 0.06 * len(texts)  # once decided, something is changed


def test_signs_and_what_is_no_word_stay() -> None:
    misheard = Misheard({"zh": {"好": ["号"]}, "en": {"my": ["mine"]}})
    assert set(all_changes(misheard, "你好，天。", "zh")) <= {"你好，天。", "你号，天。", "你，天。"}
    assert {"...", "好"} == {misheard.changed("...", "zh", random.Random(0)), *all_changes(misheard, "好", "fr")}
    assert all(map(str.strip, all_changes(misheard, "好", "zh")))  # never nothing


@given(st.text(alphabet="the cat'.,?!X", max_size=30), st.integers(0, 99))
def test_english_is_written_as_it_would_be(text: str, seed: int) -> None:
    misheard = Misheard({"en": {"the": ["Tea", "they"], "cat": ["cut"]}})
    written = misheard.changed(text, "en", random.Random(seed))
    if written != text:
        assert "  " not in written
        assert written == written.strip()
        assert not re.search(r" [,.?!]|^[,.?!]|,[,.?!]", written)
        assert written[0].isupper() == text[0].isupper() or not text[0].isalpha()


def test_english_slips() -> None:
    misheard = Misheard({"en": {"the": ["they"], "cat": ["cut"], "paris": ["Pairs"]}})
    texts = set(all_changes(misheard, "The cat sees Paris, the cat!", "en", 2000))
    assert {"They cut sees Paris, the cat!", "The cat sees Pairs, they cut!", "Cat sees Paris, the cat!"} <= texts
    assert {"The cat sees Paris, the!", "The cat sees, the cat!"} <= texts


@needs_espeak
def test_english_words_are_taken_for_those_of_a_near_sound() -> None:
    misheard = Misheard.of_texts({"en": ["I write a night light.", "Right, Knight!", "Elephants enjoyed bananas"]})
    near = misheard.near("night", "en")
    assert near[0] == "Knight"  # written as it is mostly
    assert "light" in near
    assert "Elephants" not in near


def test_without_pronunciations_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "phonemizer.separator", None)
    with pytest.raises(TrainingError, match="extra `train`"):
        Misheard.of_texts({"en": ["Hello there"]})


class Shifted(Misheard):
    """Each time it is asked, a question has slips."""

    def __init__(self) -> None:
        super().__init__({})

    def changed(self, text: str, language: str, rng: random.Random) -> str:
        return f"{text} {text}"


def learnt_ids(example: Example) -> list[int]:
    return [i for i, learn in zip(example.ids, example.learnt, strict=True) if learn]


def test_what_was_written_wrongly_is_answered_and_not_learnt() -> None:
    layout: TokenLayout = tiny_layout()
    builder, plain = Builder(layout, None, Shifted()), Builder(layout)
    question: Spoken = an_utterance()
    tasks = [
        lambda b, rng: b.turn_in_text(question, "en", "zh", "你好。", rng),
        lambda b, rng: b.opening(question, question.text, "en", "zh", "你好。", rng),
        lambda b, rng: b.turn(question, question.text, "en", "zh", [("你好。", [1, 2])], rng),
    ]
    wrong = str(builder.text(f"{question.text} {question.text}", "en"))[1:-1]
    for task in tasks:
        whole = learnt_ids(task(plain, random.Random(0)))
        slips = 0
        for n in range(300):
            example = task(builder, random.Random(n))
            learnt = learnt_ids(example)
            if wrong in str(example.ids):
                slips += 1
                assert learnt == whole[-len(learnt) :]
                assert len(whole) - len(learnt) >= len(builder.text(question.text, "en"))
            else:
                assert learnt == whole
        assert slips / 300 == pytest.approx(SLIPS, abs=0.09)


def test_what_nobody_said_is_as_it_was_typed() -> None:
    layout = tiny_layout()
    for task in (
        lambda b: b.turn("Hello?", "Hello?", "en", "zh", [("你好。", [1])], random.Random(0)),
        lambda b: b.text_answer("Hello?", "en", "你好。", "zh"),
    ):
        assert task(Builder(layout)).ids == task(Builder(layout, None, Shifted())).ids
