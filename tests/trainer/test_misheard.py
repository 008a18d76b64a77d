"""Words in the place of others that sound alike: which, how many, and what stays."""

import importlib.util
import random
import re

import pytest

from cslm_core.lm.layout import TokenLayout
from tests.trainer.material import an_utterance, tiny_layout
from trainer.lm.examples import SLIPS, Builder, Example, Spoken
from trainer.lm.misheard import CHANGED, NEIGHBOURS, Misheard

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


def test_near_ones_are_likelier_and_about_a_quarter_is_changed() -> None:
    misheard = Misheard({"zh": {c: ["甲", "乙", "丙", "丁"] for c in "一二三四五六七八九十"}})
    texts = all_changes(misheard, "一二三四五六七八九十", "zh")
    stands_in = "".join(re.sub("[一二三四五六七八九十]", "", text) for text in texts)
    assert stands_in.count("甲") > 2 * stands_in.count("丁") > 0
    kept = sum(len(re.findall("[一二三四五六七八九十]", text)) for text in texts) / (10 * len(texts))
    assert pytest.approx(kept, abs=0.05) == 1 - CHANGED / 2
    assert any(len(text) < 10 for text in texts)
    assert texts.count("一二三四五六七八九十") > 10


def test_signs_and_what_is_no_word_stay() -> None:
    misheard = Misheard({"zh": {"好": ["号"]}, "en": {"my": ["mine"]}})
    assert {"你好，天。", "你号，天。", "你，天。"} == set(all_changes(misheard, "你好，天。", "zh"))
    assert {"...", "好"} == {misheard.changed("...", "zh", random.Random(0)), *all_changes(misheard, "好", "fr")}
    assert all(map(str.strip, all_changes(misheard, "好", "zh")))  # never nothing


def test_english_keeps_its_capitals_and_single_spaces() -> None:
    misheard = Misheard({"en": {"the": ["they"], "cat": ["cut"]}})
    texts = set(all_changes(misheard, "The cat sleeps, the cat!", "en"))
    assert {"They cut sleeps, the cat!", "The cat sleeps, they cut!"} <= texts
    assert all("  " not in text and text == text.strip() for text in texts)


@needs_espeak
def test_english_words_are_taken_for_those_of_a_near_sound() -> None:
    misheard = Misheard.of_texts({"en": ["I write a night light.", "Right, knight!", "Elephants enjoyed bananas"]})
    first = {text.split()[0] for text in all_changes(misheard, "night owl", "en")}
    assert {"night", "knight", "light"} <= first
    assert "elephants" not in first


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
        lambda b, rng: b.text_answer(question.text, "en", "你好。", "zh", rng),
    ]
    for task in tasks:
        whole = learnt_ids(task(plain, random.Random(0)))
        text = builder.text(question.text, "en")
        slips = 0
        for n in range(300):
            learnt = learnt_ids(task(builder, random.Random(n)))
            if learnt != whole:
                slips += 1
                assert learnt == whole[-len(learnt) :]
                assert len(whole) - len(learnt) >= len(text)
        assert slips / 300 == pytest.approx(SLIPS, abs=0.09)


def test_typed_questions_of_turns_are_as_they_were_typed() -> None:
    layout = tiny_layout()
    typed = [b.turn("Hello?", "Hello?", "en", "zh", [("你好。", [1])], random.Random(0)).ids
             for b in (Builder(layout), Builder(layout, None, Shifted()))]  # fmt: skip
    assert typed[0] == typed[1]
