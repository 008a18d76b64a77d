"""What is fetched, as the trainer takes it."""

import gzip
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cslm_core.errors import TrainingError
from trainer.corpora import load_corpus, read_utterance
from trainer.sources import prompts, wordnet
from trainer.sources.hsk import english, main, unpack

ROWS = [
    {"audio": "hsk1-0001.opus", "text": "您好！", "en": "Hello!"},
    {"audio": "hsk1-0002.opus", "text": "谢谢。", "en": "Thanks."},
]


@pytest.fixture
def tar(tmp_path: Path) -> Path:
    path = tmp_path / "audio.tar"
    with tarfile.open(path, "w") as archive:
        for number, row in enumerate(ROWS, start=1):
            sound = io.BytesIO()
            soundfile.write(sound, np.full(12_000 * number, 0.1, np.float32), 24_000, format="OGG", subtype="OPUS")
            member = tarfile.TarInfo(row["audio"])
            member.size = sound.tell()
            sound.seek(0)
            archive.addfile(member, sound)
    return path


def test_a_tar_and_its_list_become_a_corpus(tar: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.jsonl"
    listed.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    main(["--tar", str(tar), "--list", str(listed), "--out", str(tmp_path / "hsk")])
    first, second = load_corpus(tmp_path / "hsk")
    assert (first.id, first.text, first.language, first.speaker) == ("hsk1-0001", "您好！", "zh", "hsk")
    assert len(read_utterance(second)) == pytest.approx(16_000, abs=200)
    manifest = [json.loads(line) for line in (tmp_path / "hsk" / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert [row["translation"] for row in manifest] == ["Hello!", "Thanks."]
    spoken = [json.loads(line) for line in (tmp_path / "hsk" / "english.jsonl").read_text("utf-8").splitlines()]
    assert spoken[0] == {"id": "hsk1-0001.en", "text": "Hello!", "language": "en"}


def test_only_translations_that_can_be_read_aloud_are_to_be_spoken() -> None:
    texts = ["It\u2019s five.", "It's 5.", "A café.", " Fine - thanks. "]
    rows = [{"audio": f"a/{n}.opus", "en": text} for n, text in enumerate(texts)]
    assert [(t["id"], t["text"]) for t in english(rows)] == [("0.en", "It's five."), ("3.en", "Fine - thanks.")]


def test_a_tar_that_lacks_one_is_refused_and_no_manifest_is_left(tar: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"audio\.tar does not hold what the list names"):
        unpack(tar, [*ROWS, {"audio": "hsk9-0001.opus", "text": "无"}], tmp_path / "hsk")
    assert not (tmp_path / "hsk" / "manifest.jsonl").exists()
    tar.write_bytes(b"no tar at all")
    with pytest.raises(TrainingError, match="does not hold"):
        unpack(tar, ROWS, tmp_path / "hsk")


# --- WordNet's examples ---


def gloss(*examples: str) -> str:
    return "00001740 00 a 01 able 0 000 | having power; " + "; ".join(f'"{e}"' for e in examples) + "  \n"


@pytest.fixture
def words(tmp_path: Path) -> Path:
    folder = tmp_path / "wordnet"
    folder.mkdir()
    head = "  1 This software and database is being provided to you\n"
    for name in wordnet.FILES:
        (folder / name).write_text(head, "utf-8")
    (folder / "data.adj").write_text(
        head + gloss("able to swim very far", "too short", "he was born in 1902 in a town", "I know that I'm right!"),
        "utf-8",
    )
    (folder / "data.verb").write_text(
        head + gloss("Able to swim very far", "she met John in the park", "he hived the swarm, and left"), "utf-8"
    )
    return folder


def test_examples_that_are_sentences_are_taken_once(words: Path) -> None:
    assert list(wordnet.sentences(words)) == [
        "Able to swim very far.",
        "I know that I'm right!",
        "He hived the swarm, and left.",
    ]


def test_only_common_words_where_a_vocabulary_is_given(words: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    names = ["[?]", " able", " to", " swim", " very", " far", " he", " the", " and", " left", " swarm", " hived"]
    vocabulary = Tokenizer(WordLevel({name: n for n, name in enumerate(names)}, unk_token="[?]"))
    vocabulary.save(str(tmp_path / "tokenizer.json"))
    texts = ["Able to swim very far.", "He hived the swarm, and left."]
    assert list(wordnet.common(iter(texts), tmp_path / "tokenizer.json", 20)) == texts
    assert list(wordnet.common(iter(texts), tmp_path / "tokenizer.json", 11)) == texts[:1]


def test_the_command_writes_texts_to_be_spoken(words: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wordnet.main(["--folder", str(words), "--out", str(tmp_path / "texts.jsonl")])
    assert capsys.readouterr().out == "3 sentences\n"
    rows = [json.loads(line) for line in (tmp_path / "texts.jsonl").read_text("utf-8").splitlines()]
    assert rows[2] == {"id": "wordnet-00002.en", "text": "He hived the swarm, and left.", "language": "en"}
    with pytest.raises(SystemExit):
        wordnet.main(["--folder", str(tmp_path / "nowhere"), "--out", str(tmp_path / "texts.jsonl")])
    assert "install WordNet" in capsys.readouterr().err


def test_prompts_are_taken_where_both_witnesses_agree(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    for name in ("a", "digits/b", "c", "d"):
        path = sounds / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.full(1600, len(name) / 100, np.float32), 16_000)
    (tmp_path / "outside.wav").write_bytes((sounds / "a.wav").read_bytes())
    listed = tmp_path / "list.txt.gz"
    listed.write_bytes(
        gzip.compress(
            b"; a comment\na: Ese numero.\ndigits/b: Otro dia\nc: Gracias\nd: No es esto\nmissing: Nada de nada\n"
            b"../outside: Ese numero\n"
        )
    )
    texts = prompts.listed_texts(listed)
    assert texts["digits/b"] == "Otro dia"
    heard = {0.01: "¡Ese número!", 0.08: "Otro día."}
    found = dict(prompts.agreed(sounds, texts, lambda pcm: heard[round(float(pcm[800]), 2)]))
    assert found == {sounds / "a.wav": "¡Ese número!", sounds / "digits/b.wav": "Otro día.", sounds / "d.wav": None}


@pytest.mark.parametrize("content", [b"\x1f\x8bnothing", b"\x1f\x8b"])
def test_a_list_that_is_none_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.txt.gz").write_bytes(content)
    with pytest.raises(TrainingError, match="no list of prompts"):
        prompts.listed_texts(tmp_path / "list.txt.gz")
