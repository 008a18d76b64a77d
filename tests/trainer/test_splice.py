"""Splicing: words as they were spoken, noisy copies only where asked for, and nothing lost by a wrong option."""

import json
import random
from pathlib import Path

import pytest

from tests.tiny import tiny_tokenizer
from tests.trainer.material import lines, make_dialogues
from trainer.corpora import SPLICED
from trainer.tokenizer import splice
from trainer.tokenizer.splice import Bank, main

TEXT = "你好吗？"


def a_corpus(folder: Path) -> Path:
    """One sentence by one speaker, and a noisy copy of it in other units."""
    about = {"id": "a", "audio": "", "text": TEXT, "language": "zh", "speaker": "x"}
    words = [[c, 2 * i, 2 * i + 2] for i, c in enumerate("你好吗")]
    rows = [
        {"id": name, "units": [u + more for u in range(6)], "words": words} for name, more in (("a", 0), ("a#aug", 100))
    ]
    lines(folder / "manifest.jsonl", [about])
    lines(folder / "units.jsonl", rows)
    return folder


def test_a_sentence_is_put_together_of_words_with_their_units(tmp_path: Path) -> None:
    units, words = Bank("zh", [a_corpus(tmp_path)]).splice("吗你好。", random.Random(0))
    assert units == [4, 5, 0, 1, 2, 3]
    assert words == [["吗", 0, 2], ["你", 2, 4], ["好", 4, 6]]


def test_noisy_copies_are_heard_only_where_asked_for(tmp_path: Path) -> None:
    corpus = a_corpus(tmp_path)
    clean, noisy = Bank("zh", [corpus]), Bank("zh", [corpus], noisy=True)
    drawn = [[bank.splice(TEXT, random.Random(n))[0] for n in range(30)] for bank in (clean, noisy)]
    assert {tuple(units) for units in drawn[0]} == {(0, 1, 2, 3, 4, 5)}
    # one speaker throughout
    assert {tuple(units) for units in drawn[1]} == {(0, 1, 2, 3, 4, 5), (100, 101, 102, 103, 104, 105)}


def test_a_word_that_was_never_heard_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="天"):
        Bank("zh", [a_corpus(tmp_path)]).splice("天", random.Random(0))


def test_a_syllable_that_nobody_said_is_put_together_of_two(tmp_path: Path) -> None:
    bank = Bank("zh", [a_corpus(tmp_path)])  # nǐ hǎo ma
    assert bank.splice("脑", random.Random(0))[0] == [0, 3]  # nǎo
    assert bank.splice("袄", random.Random(0))[0] == [3]  # ǎo


def test_word_lists_are_spliced_for_the_characters_of_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(splice, "common_words", lambda: {"天你": 3, "好天": 2})
    tokenizer, layout = tiny_tokenizer()
    lines(tmp_path / "lm" / "tokenizer.json", [tokenizer])
    lines(tmp_path / "lm" / "layout.json", [layout])
    corpus, out = a_corpus(tmp_path / "known"), tmp_path / "words"
    options = ["--from", str(corpus), "--plan", "words", "--language", "zh", "--variants", "1", "--out", str(out)]
    main([*options, "--lm", str(tmp_path / "lm"), "--known", str(corpus), "--times", "3"])
    texts = "".join(json.loads(line)["text"] for line in (out / "manifest.jsonl").read_text("utf-8").splitlines())
    assert texts.count("你") >= 2
    assert texts.count("天") >= 3
    assert "很" in texts  # in no word: said alone
    with pytest.raises(SystemExit):
        main(options)
    assert "needs --lm" in capsys.readouterr().err


def test_the_command_writes_a_corpus_and_a_wrong_plan_leaves_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, dialogues, out = a_corpus(tmp_path / "corpus"), make_dialogues(tmp_path / "dialogues"), tmp_path / "out"
    options = ["--from", str(corpus), "--dialogues", str(dialogues), "--language", "zh", "--out", str(out)]
    main([*options, "--plan", "questions", "--variants", "2"])
    manifest = (out / "manifest.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in (out / "units.jsonl").read_text("utf-8").splitlines()]
    assert {json.loads(line)["speaker"] for line in manifest.splitlines()} == {SPLICED}
    assert [row["id"] for row in rows[:2]] == ["facts.paris.q1.zh", "facts.paris.q1.zh#1"]
    with pytest.raises(SystemExit) as ended:
        main([*options, "--plan", "typo"])
    assert ended.value.code == 2
    assert "typo" in capsys.readouterr().err
    assert (out / "manifest.jsonl").read_text("utf-8") == manifest
    assert not [f for f in out.iterdir() if f.name.startswith(".")]
