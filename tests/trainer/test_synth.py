"""Speaking plans into corpora: ids, draws, lanes, going on, and the voices that are kept for tests."""

import argparse
import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from tests.trainer.material import TYPES, lines, make_dialogues
from trainer.corpora import load_corpus, read_utterance
from trainer.dialogues import load_types, wording_key
from trainer.synth.flite import Flite
from trainer.synth.kokoro import STYLE, Speaker, read_styles
from trainer.synth.plans import PLANS, Text, plan_texts
from trainer.synth.run import (
    VOICES,
    Corpus,
    Sound,
    Voice,
    at_rate,
    check_voices,
    draw_speaker,
    draw_warp,
    draw_wide_speaker,
    in_lane,
    kokoro_voice,
    main,
    parse_lane,
    speak_all,
    taking_turns,
)

DIALOGUES = assets_folder() / "dialogues"


def tone(text: Text, rng: random.Random) -> Sound:
    if text.text == "...":
        raise ValueError("Nothing to speak.")
    speed = rng.uniform(0.85, 1.2)
    return Sound(np.full(int(2400 * speed), 0.1, np.float32), 24_000, f"voice{rng.randrange(3)}", speed)


BOTH: dict[str, Voice] = {"en": tone, "zh": tone}
TEXTS = [
    Text("a.q0.en", "Hello", "en"),
    Text("b.q0.zh", "你好", "zh"),
    Text("c.q0.en", "...", "en"),
    Text("d", "So", "en"),
]


# --- plans ---


@pytest.mark.parametrize("plan", sorted(set(PLANS) - {"texts"}))
def test_plans_of_the_project_have_unique_speakable_texts(plan: str) -> None:
    texts = plan_texts(plan, DIALOGUES)
    assert len({t.id for t in texts}) == len(texts) > 40
    assert {t.language for t in texts} == {"en", "zh"}
    assert [t.order for t in texts] == sorted(t.order for t in texts)
    assert not any(re.search("[0-9]", t.text) for t in texts)
    assert all(re.fullmatch(r"[a-z0-9_.-]+", t.id) for t in texts)  # they become file names


def test_questions_are_those_that_training_may_hear() -> None:
    types = load_types(DIALOGUES / "everyday")
    held = {wording_key(w) for t in types for c in ("en", "zh") for w in t.test_questions[c]}
    held |= {wording_key(w) for t in types if t.split == "unseen" for c in ("en", "zh") for w in t.questions[c]}
    texts = plan_texts("questions", DIALOGUES)
    assert not any(wording_key(t.text) in held for t in texts)
    by_id = {t.id: t for t in types}
    for text in texts[::50]:
        kind, number, language = text.id.rsplit(".", 2)
        assert by_id[kind].questions[language][int(number[1:])] == text.text


def test_ids_of_the_plans(tmp_path: Path) -> None:
    folder = make_dialogues(tmp_path)
    ids = {plan: {t.id for t in plan_texts(plan, folder)} for plan in PLANS if plan != "texts"}
    assert ids["answers"] == {f"{t}.a0.{c}" for t in TYPES for c in ("en", "zh")}
    assert ids["sentences"] == {"sentence-0000.en", "sentence-0000.zh"}
    assert ids["vocabulary"] == {"vocabulary-0000.en", "vocabulary-0000.zh"}
    assert ids["clarify"] == {"clarify-0000.en", "clarify-0000.zh"}
    assert ids["multiturn"] == {f"multiturn.one.{n}.{p}.{c}" for n in (0, 1) for p in "qa" for c in ("en", "zh")}
    assert "facts.rome.q1.en" in ids["questions"]


def test_a_file_of_texts(tmp_path: Path) -> None:
    lines(tmp_path / "t.jsonl", [{"id": "x-1", "text": "Yes", "language": "en", "more": 1}])
    assert plan_texts("texts", tmp_path, tmp_path / "t.jsonl") == [Text("x-1", "Yes", "en")]
    with pytest.raises(TrainingError, match="needs a file"):
        plan_texts("texts", tmp_path)
    with pytest.raises(TrainingError, match="no plan 'songs'"):
        plan_texts("songs", tmp_path)


# --- draws ---


def test_speakers_are_voices_and_blends() -> None:
    draws = [draw_speaker(random.Random(f"id{i}"), list(VOICES)) for i in range(1000)]
    blends = [s for s, _ in draws if s.second is not None]
    assert 650 < len(blends) < 750
    assert all(0.35 <= s.weight <= 0.65 and s.first != s.second for s in blends)
    assert all(0.85 <= speed <= 1.2 for _, speed in draws)
    assert {s.first for s, _ in draws} == set(VOICES)
    assert draw_speaker(random.Random("id1"), list(VOICES)) == draws[1]
    assert draw_speaker(random.Random("id1"), ["jm_kumo"])[0].name == "jm_kumo"


def test_wide_speakers_lie_beyond_the_voices_too() -> None:
    draws = [draw_wide_speaker(random.Random(i), list(VOICES)) for i in range(1000)]
    assert all(s.second is not None and s.first != s.second and -0.3 <= s.weight <= 1.3 for s in draws)
    assert min(s.weight for s in draws) < -0.2
    assert max(s.weight for s in draws) > 1.2
    assert draw_wide_speaker(random.Random(1), ["jm_kumo"]).name == "jm_kumo"


def test_warps_are_within_bounds() -> None:
    draws = [draw_warp(random.Random(i)) for i in range(1000)]
    assert 250 < sum(warp == 1.0 for warp, _ in draws) < 350
    assert all(0.85 <= warp <= 1.2 and 0.85 <= speed <= 1.25 for warp, speed in draws)


def test_each_of_several_teachers_speaks_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Spoken:
        voices = ("one", "other", "third")

        def __init__(self, folder: Path, threads: int) -> None:
            assert folder == tmp_path

        def speak(self, text: str, language: str, speaker: Speaker, speed: float) -> np.ndarray:
            assert speed == 1.0
            assert speaker.second is None
            return np.zeros(10, np.float32)

    monkeypatch.setattr("trainer.synth.kokoro.Kokoro", Spoken)
    voice = kokoro_voice(tmp_path, ["one", "third"], "teachers", 1)
    spoken = [voice(TEXTS[1], random.Random(f"id{n}")).speaker for n in range(100)]
    assert 30 < spoken.count("one") < 70
    assert set(spoken) == {"one", "third"}
    alone = kokoro_voice(tmp_path, ["one", "third"], "teacher", 1)
    assert {alone(TEXTS[1], random.Random(n)).speaker for n in range(20)} == {"one"}
    with pytest.raises(TrainingError, match="no voice fourth; there are one, other, third"):
        kokoro_voice(tmp_path, ["one", "fourth"], "teachers", 1)


def test_styles_are_read_from_both_kinds_of_files(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"has no voices; put Kokoro's there"):
        read_styles(tmp_path)
    first, second = (np.random.default_rng(n).standard_normal((5, 1, STYLE)).astype(np.float32) for n in (1, 2))
    np.savez(tmp_path / "voices.npz", jf_one=first)
    assert list(read_styles(tmp_path)) == ["jf_one"]
    (tmp_path / "voices").mkdir()
    second.tofile(tmp_path / "voices" / "zf_two.bin")
    styles = read_styles(tmp_path)
    assert sorted(styles) == ["jf_one", "zf_two"]
    assert np.array_equal(styles["zf_two"], second)
    (tmp_path / "voices.npz").unlink()
    assert list(read_styles(tmp_path)) == ["zf_two"]
    (tmp_path / "voices" / "half.bin").write_bytes(b"1234567")
    with pytest.raises(TrainingError, match=r"half\.bin is not a voice of Kokoro's; copy it again"):
        read_styles(tmp_path)


def test_several_voices_take_turns() -> None:
    def called(name: str) -> Voice:
        return lambda text, rng: Sound(np.zeros(1, np.float32), 16_000, name, 1.0)

    one, other = called("one"), called("other")
    assert taking_turns([one]) is one
    voice = taking_turns([one, other])
    spoken = [voice(TEXTS[0], random.Random(f"id{n}")).speaker for n in range(100)]
    assert 30 < spoken.count("one") < 70
    assert spoken == [voice(TEXTS[0], random.Random(f"id{n}")).speaker for n in range(100)]


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "sleep 5"], ids=["fails", "writes nothing", "hangs"])
def test_a_text_that_flite_cannot_speak_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    program = tmp_path / "flite"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("trainer.synth.flite._SECONDS", 0.5)
    with pytest.raises(ValueError, match="flite could not speak 'Hello'"):
        Flite().speak("Hello", "slt")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(TrainingError, match="apt install flite"):
        Flite()


def test_voices_for_tests_are_refused() -> None:
    assert check_voices(["jm_kumo"]) == ["jm_kumo"]
    with pytest.raises(TrainingError, match="jf_tebukuro is kept for tests"):
        check_voices(["jf_alpha", "jf_tebukuro"])
    assert check_voices(["jf_tebukuro"], test=True) == ["jf_tebukuro"]
    with pytest.raises(TrainingError, match="jm_kumo is heard in training"):
        check_voices(["jm_kumo"], test=True)


# --- lanes ---


def test_lanes_share_everything_for_ever() -> None:
    names = [f"{t}.q{i}.en" for t in TYPES for i in range(100)]
    shares = [{n for n in names if in_lane(n, lane, 3)} for lane in (1, 2, 3)]
    assert set.union(*shares) == set(names)
    assert sum(map(len, shares)) == len(names)
    assert all(len(share) > 60 for share in shares)
    assert in_lane("x", 1, 1)


@pytest.mark.parametrize("written", ["0/2", "3/2", "1", "a/b", "1/", "-1/2"])
def test_what_is_no_lane(written: str) -> None:
    assert parse_lane("2/3") == (2, 3)
    with pytest.raises(argparse.ArgumentTypeError, match="not a lane"):
        parse_lane(written)


# --- corpora ---


def test_a_corpus_is_spoken_and_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert speak_all(TEXTS, Corpus(tmp_path), BOTH) == 3
    assert "c.q0.en is left out: Nothing to speak." in capsys.readouterr().err
    utterances = load_corpus(tmp_path)
    assert [(u.id, u.text, u.language) for u in utterances] == [
        (t.id, t.text, t.language) for t in TEXTS if t.text != "..."
    ]
    row = json.loads((tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()[0])
    pcm, rate = soundfile.read(tmp_path / row["audio"])
    assert rate == 24_000
    assert row["seconds"] == pytest.approx(len(pcm) / rate, abs=0.006)
    assert 0.85 <= row["speed"] <= 1.2
    assert len(read_utterance(utterances[0])) == pytest.approx(len(pcm) * 2 / 3, abs=1)
    assert not list((tmp_path / "audio").glob(".*"))


def test_it_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    speak_all(TEXTS, Corpus(tmp_path / "whole"), BOTH)
    assert speak_all(TEXTS, Corpus(tmp_path / "parts"), BOTH, limit=1) == 1
    assert speak_all(TEXTS, Corpus(tmp_path / "parts"), BOTH) == 2
    assert speak_all(TEXTS, Corpus(tmp_path / "parts"), BOTH) == 0
    assert (tmp_path / "parts" / "manifest.jsonl").read_text() == (tmp_path / "whole" / "manifest.jsonl").read_text()


def test_a_corpus_that_others_began_is_continued(tmp_path: Path) -> None:
    lines(tmp_path / "manifest.jsonl", [{"id": "a.q0.en", "audio": "audio/a.wav", "text": "Hello"}])
    assert speak_all(TEXTS, Corpus(tmp_path), {"en": tone}) == 1  # no voice for Chinese
    assert Corpus(tmp_path).done == {"a.q0.en", "d"}


def test_an_unfinished_line_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('{"id": "a"}\n{"id": "b')
    with pytest.raises(TrainingError, match="last line"):
        Corpus(tmp_path)


# --- the command ---


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "There is no voice"),
        (["--kokoro", "nowhere", "--voices", "jf_tebukuro"], "kept for tests"),
        (["--flite", "--test"], "Only Kokoro"),
    ],
)
def test_refusals_are_one_sentence(
    tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--plan", "questions", "--out", str(tmp_path / "out"), *arguments])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_voice_at_another_rate_says_the_same_as_long() -> None:
    text = Text("a.q0.en", "Hello", "en")
    plain, resampled = tone(text, random.Random(3)), at_rate(tone, 16_000)(text, random.Random(3))
    assert resampled.rate == 16_000
    assert (resampled.speaker, resampled.speed) == (plain.speaker, plain.speed)
    assert len(resampled.pcm) / 16_000 == pytest.approx(len(plain.pcm) / plain.rate, abs=1e-3)
    assert resampled.pcm.dtype == np.float32
