"""What is fetched, as the trainer takes it."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cslm_core.errors import TrainingError
from trainer.corpora import load_corpus, read_utterance
from trainer.sources.hsk import main, unpack

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


def test_a_tar_that_lacks_one_is_refused_and_no_manifest_is_left(tar: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"audio\.tar does not hold what the list names"):
        unpack(tar, [*ROWS, {"audio": "hsk9-0001.opus", "text": "无"}], tmp_path / "hsk")
    assert not (tmp_path / "hsk" / "manifest.jsonl").exists()
    tar.write_bytes(b"no tar at all")
    with pytest.raises(TrainingError, match="does not hold"):
        unpack(tar, ROWS, tmp_path / "hsk")
