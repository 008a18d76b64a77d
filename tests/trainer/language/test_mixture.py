"""What is drawn while a language is taught: spliced speech, montages, what was spoken before what was only written."""

import random
from collections.abc import Iterable, Sequence

import pytest

from cslm_core.lm.layout import TokenLayout
from trainer.language.mixture import CPT, SFT, Dialogue, LanguageMixture, Material, Pair
from trainer.language.replay import Replay
from trainer.language.splicing import Words
from trainer.language.tinypack import write_tiny_pack
from trainer.lm.examples import Builder, Example, Spoken


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    folder = tmp_path_factory.mktemp("pack") / "tiny"
    write_tiny_pack(folder)
    return Builder(TokenLayout.load(folder / "lm"))


def spoken(text: str, *spans: Sequence[int], name: str = "u") -> Spoken:
    """Each word with its units."""
    units: list[int] = []
    words = []
    for word, own in zip(text.rstrip(".?").split(), spans, strict=True):
        words.append((word, len(units), len(units) + len(own)))
        units += own
    return Spoken(name, "en", text, units, words)


UTTERANCES = (spoken("The cat sleeps.", (1, 2), (3, 4), (5, 6)), spoken("A dog eats.", (7,), (8, 9), (10, 11)))
SAID = (spoken("The cat sleeps.", (21, 22), (3, 24), (25, 26)), spoken("A dog eats.", (27,), (28, 29), (30, 31)))


def test_a_text_is_put_together_of_words_with_their_units() -> None:
    said = Words("en", UTTERANCES).say("The dog sleeps?", random.Random(0))
    assert said == Spoken(
        "spliced", "en", "The dog sleeps?", [1, 2, 8, 9, 5, 6], [("The", 0, 2), ("dog", 2, 4), ("sleeps", 4, 6)]
    )


def test_equal_neighbours_become_one_run() -> None:
    bank = Words("en", [spoken("go on", (1, 2), (3,)), spoken("on go", (2, 4), (5,))])
    for seed in range(20):
        said = bank.say("go on", random.Random(seed))
        assert said is not None
        assert said.words is not None
        assert all(a != b for a, b in zip(said.units, said.units[1:], strict=False))
        assert said.words[-1][2] == len(said.units)


@pytest.mark.parametrize("text", ["The bird sleeps.", "", "?!"])
def test_what_was_never_said_is_not_made_up(text: str) -> None:
    assert Words("en", UTTERANCES).say(text, random.Random(0)) is None


def test_a_word_at_the_end_is_preferred_where_it_was_at_the_end() -> None:
    bank = Words("en", [spoken("go now go", (1,), (2,), (3,))])
    assert {tuple(s.units) for n in range(20) if (s := bank.say("now go", random.Random(n)))} == {(2, 3)}


def mixture(builder: Builder) -> LanguageMixture:
    material = Material(
        "en",
        spoken=list(UTTERANCES),
        said=list(SAID),
        pairs=[Pair("The dog sleeps.", "狗", "zh"), Pair("The cat sleeps.", "猫", "zh")],
        dialogues={
            "a.b": Dialogue(
                questions={"en": ["A cat eats?"], "zh": ["猫"]},
                answers={"en": [UTTERANCES[0]], "zh": ["吗", Spoken("r", "zh", "好", [20, 21], [("好", 0, 2)])]},
            )
        },
    )
    return LanguageMixture(
        builder, material, Replay(None), seed=1, longest=200, cpt_steps=20, sft_steps=20, replay_share=0.0
    )


def units_of(builder: Builder, example: Example) -> list[int]:
    first = builder.layout.unit_ids([0])[0]
    return [i - first for i in example.ids if first <= i < first + 64]


def heard_as(builder: Builder, units: Iterable[int]) -> set[int]:
    """As what the tiny pack hears them."""
    return set(units_of(builder, Example(builder.layout.heard_ids(units))))


def test_a_step_always_gives_the_same_batch(builder: Builder) -> None:
    for step in (0, 19, 25):
        one, other = (mixture(builder).batch(step, 300) for _ in range(2))
        assert [e.ids for e in one] == [e.ids for e in other]
    assert mixture(builder).stage(19) == CPT
    assert mixture(builder).stage(20) == SFT


def test_what_nobody_spoke_is_heard_too(builder: Builder) -> None:
    drawn = mixture(builder)
    assert drawn.material.written() == ["The dog sleeps.", "A cat eats?"]
    texts = set()
    for seed in range(80):
        example = drawn._recognition(random.Random(seed), 40, 8)
        texts.add(builder.layout.decode([i for i, learnt in zip(example.ids, example.learnt, strict=True) if learnt]))
    assert any("dog sleeps" in text for text in texts)
    assert any("cat sleeps" in text for text in texts)


def test_a_question_that_was_only_written_is_asked_aloud(builder: Builder) -> None:
    drawn = mixture(builder)
    asked = [drawn._turn(random.Random(seed), 40, 8) for seed in range(60)]
    heard = [example for example in asked if builder.layout.sosp in example.ids]
    assert len(heard) > 30
    assert any(set(units_of(builder, example)) >= heard_as(builder, [3, 4, 10, 11]) for example in heard)


def test_reading_aloud_is_learnt_from_the_units_to_say_texts_with(builder: Builder) -> None:
    drawn = mixture(builder)
    said = {unit for utterance in SAID for unit in utterance.units}
    read = [drawn._reading(random.Random(seed), 40, 8) for seed in range(60)]
    assert all(set(units_of(builder, example)) <= said for example in read)
    texts = [builder.layout.decode(example.ids) for example in read]
    assert any("dog sleeps" in text for text in texts)  # nobody read that


def test_answers_of_known_languages_are_mostly_spoken_ones(builder: Builder) -> None:
    drawn = mixture(builder)
    entries = drawn.material.dialogues["a.b"].answers
    rng = random.Random(0)
    assert sum(isinstance(drawn._one(rng, entries, "zh"), Spoken) for _ in range(200)) > 160


def test_montages_have_words_of_the_corpus(builder: Builder) -> None:
    drawn = mixture(builder)
    for seed in range(30):
        example = drawn._montage(random.Random(seed), 40, 8)
        assert set(units_of(builder, example)) <= heard_as(builder, range(1, 12))


def test_speech_without_words_can_still_be_learnt(builder: Builder) -> None:
    one = [Spoken("u", "en", "The cat.", [1, 2, 3], None)]
    material = Material("en", spoken=one, said=one)
    drawn = LanguageMixture(
        builder, material, Replay(None), seed=1, longest=200, cpt_steps=5, sft_steps=0, replay_share=0.0
    )
    assert drawn.batch(0, 100)
