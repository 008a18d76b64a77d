"""What holds of every split, whatever the corpus is like."""

import random

from hypothesis import given
from hypothesis import strategies as st

from trainer.language.languages import text_key
from trainer.language.splits import LEFT_OUT, SPLITS, Wishes, speaker_key, split_rows

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.sampled_from([f"texto {letter}" for letter in "abcdefghij"]),
            "speaker": st.sampled_from(["", "ana", "Ana ", "luis", "eva", "leo", "José", "Jose\u0301"]),
            "recording": st.sampled_from(["", "r1", "r2", "r3"]),
            "seconds": st.floats(0.5, 20),
            "wish": st.sampled_from(["", "", "train", "test", "dev"]),
        }
    ),
    max_size=40,
).map(lambda rows: [{**row, "id": f"u{n}"} for n, row in enumerate(rows)])


@given(ROWS, st.sets(st.sampled_from("abc").map(lambda c: text_key(f"texto {c}"))), st.booleans(), st.integers(0, 3))
def test_what_must_never_be_mixed_is_not(rows: list[dict], never: set[str], one_voice: bool, seed: int) -> None:
    wishes = Wishes(one_voice=one_voice, seed=seed)
    found, report = split_rows(rows, wishes, never)
    assert set(found) == {row["id"] for row in rows}
    assert all(bool(reason) == (split == LEFT_OUT) for split, reason in found.values())
    assert sum(report.counts.values()) == len(rows)
    rows = [{**row, "speaker": speaker_key(row["speaker"])} for row in rows]
    by_split = {name: [row for row in rows if found[row["id"]][0] == name] for name in SPLITS}
    single = len({row["speaker"] or row["id"] for row in rows}) == 1
    for first, second in (("train", "test"), ("train", "dev"), ("dev", "test")):
        for what in ("speaker", "recording"):
            if what == "speaker" and one_voice and single:
                continue
            common = {r[what] for r in by_split[first]} & {r[what] for r in by_split[second]} - {""}
            assert not common, (what, first, second)
        assert not {text_key(r["text"]) for r in by_split[first]} & {text_key(r["text"]) for r in by_split[second]}
    assert not {text_key(r["text"]) for r in by_split["train"]} & never
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    assert split_rows(shuffled, wishes, never) == (found, report)


@given(ROWS, ROWS, st.booleans(), st.integers(0, 3))
def test_what_was_learnt_never_comes_into_a_test(first: list[dict], more: list[dict], one: bool, seed: int) -> None:
    so_far = {name: split for name, (split, _) in split_rows(first, Wishes(one_voice=one))[0].items()}
    everything = [*first, *({**row, "id": f"later-{row['id']}"} for row in more)]
    found, _ = split_rows(everything, Wishes(one_voice=one, seed=seed), so_far=so_far)
    held = [row for row in everything if found[row["id"]][0] in ("dev", "test")]
    learnt = [row for row in first if so_far[row["id"]] == "train"]
    assert not {row["id"] for row in held} & {row["id"] for row in learnt}
    assert not {text_key(row["text"]) for row in held} & {text_key(row["text"]) for row in learnt}
    voices = {speaker_key(row["speaker"]) for row in learnt} - {""}
    if not one:
        assert not {speaker_key(row["speaker"]) for row in held} & voices


def test_who_was_kept_for_the_test_stays_when_more_comes_in() -> None:
    old = rows("abcdefghij", 20, shared=False)
    so_far = {name: split for name, (split, _) in split_rows(old, Wishes())[0].items()}
    assert set(so_far.values()) == {"train", "dev", "test"}
    found, _ = split_rows([*old, *rows("klmnop", 90, shared=False)], Wishes(seed=7), so_far=so_far)
    assert {name: found[name][0] for name in so_far} == so_far


def rows(speakers: str, texts: int, *, shared: bool) -> list[dict]:
    return [
        {"id": f"{s}{n}", "text": f"texto {n}" if shared else f"texto {s}{n}", "speaker": s, "seconds": 3.0}
        for s in speakers
        for n in range(texts)
    ]


def test_with_texts_of_their_own_nothing_is_left_out() -> None:
    _, report = split_rows(rows("abcdefghijklmnop", 20, shared=False), Wishes())
    assert report.counts == {"train": 280, "dev": 20, "test": 20, LEFT_OUT: 0}
    assert report.sentences == []


def test_where_all_read_the_same_most_of_the_training_is_kept() -> None:
    _, report = split_rows(rows("abcdefghijklmnop", 20, shared=True), Wishes())
    assert report.counts["train"] > 220
    assert report.counts["test"] >= 2
    assert report.counts["dev"] >= 1
    assert "no text of the test is trained on" in report.sentences[0]


def test_one_voice_is_tested_only_where_that_is_allowed() -> None:
    found, report = split_rows(rows("a", 50, shared=False), Wishes())
    assert report.counts["train"] == 50
    assert "all speech is of one person" in report.sentences[0]
    found, report = split_rows(rows("a", 50, shared=False), Wishes(one_voice=True))
    assert report.counts["test"] >= 3
    assert "one voice only" in report.sentences[0]
    assert {split for split, _ in found.values()} == {"train", "dev", "test"}


def test_two_voices_make_a_test_but_no_dev_and_none_makes_neither() -> None:
    _, report = split_rows(rows("ab", 20, shared=False), Wishes())
    assert report.counts == {"train": 20, "dev": 0, "test": 20, LEFT_OUT: 0}
    assert "only 2 voices" in report.sentences[0]
    assert split_rows([], Wishes())[1].sentences == ["There is no speech yet."]


def test_a_name_that_is_written_in_two_ways_is_one_person() -> None:
    names = {"a": "Ana", "b": " ana", "c": "ANA"}
    one = [{**row, "speaker": names[row["speaker"]]} for row in rows("abc", 20, shared=False)]
    found, report = split_rows(one, Wishes())
    assert {split for split, _ in found.values()} == {"train"}
    assert "all speech is of one person" in report.sentences[0]


def test_a_split_that_the_corpus_lays_down_is_followed() -> None:
    wished = [
        {**row, "wish": {"a": "test", "b": "dev"}.get(row["speaker"], "train")} for row in rows("abc", 9, shared=False)
    ]
    found, _ = split_rows(wished, Wishes())
    assert {(name[0], split) for name, (split, _) in found.items()} == {("a", "test"), ("b", "dev"), ("c", "train")}
