"""The store of features: appending, going on after an interruption, and what training reads of it."""

import json
from pathlib import Path

import numpy as np
import pytest

from trainer.tokenizer.extract import WIDTH, FeatureStore
from trainer.tokenizer.train import IGNORED, Data, Trainer, parser, run


def piece(frames: int, value: float) -> np.ndarray:
    return np.full((frames, WIDTH), value, np.float16)


def row(name: str) -> dict[str, object]:
    return {"id": name, "language": "en", "speaker": "x", "words": [["yes", ["j", "ɛ", "s"]]]}


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path)
    store.append(row("a"), piece(3, 1))
    store.append(row("b"), piece(2, 2))
    again = FeatureStore(tmp_path)
    assert [(r["id"], r["offset"], r["frames"]) for r in again.rows] == [("a", 0, 3), ("b", 3, 2)]
    assert again.rows == store.rows
    assert again.matrix()[:, 0].tolist() == [1, 1, 1, 2, 2]


def test_an_interrupted_append_is_overwritten(tmp_path: Path) -> None:
    FeatureStore(tmp_path).append(row("a"), piece(3, 1))
    with (tmp_path / "features.f16").open("ab") as file:  # features came to the disk, the index line did not
        file.write(b"\0" * 1001)
    store = FeatureStore(tmp_path)
    assert store.matrix()[:, 0].tolist() == [1, 1, 1]
    store.append(row("b"), piece(2, 2))
    assert FeatureStore(tmp_path).matrix()[:5, 0].tolist() == [1, 1, 1, 2, 2]
    assert len(FeatureStore(tmp_path).matrix()) == 5


def test_a_line_that_was_cut_off_is_forgotten(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path)
    store.append(row("a"), piece(3, 1))
    with (tmp_path / "index.jsonl").open("a") as file:
        file.write('{"id": "b", "off')
    store = FeatureStore(tmp_path)
    assert [r["id"] for r in store.rows] == ["a"]
    store.append(row("b"), piece(2, 2))
    assert FeatureStore(tmp_path).rows == store.rows
    assert FeatureStore(tmp_path).matrix()[:, 0].tolist() == [1, 1, 1, 2, 2]


def test_an_empty_store(tmp_path: Path) -> None:
    assert FeatureStore(tmp_path / "new").rows == []


def test_training_data_keeps_sentences_on_one_side(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path)
    for number in range(200):
        for name in (f"c/{number}", f"c/{number}#aug"):
            store.append(row(name), piece(16, number))
    data = Data([tmp_path])
    assert data.inventory == ["sil", "j", "s", "ɛ"]
    assert len(data.train) + len(data.held_out) == 400
    sides = {
        side: {data.items[i][1]["id"].split("#")[0] for i in which}
        for side, which in vars(data).items()
        if side in ("train", "held_out")
    }
    assert sides["train"].isdisjoint(sides["held_out"])
    assert sides["held_out"]


def test_batches_are_padded_and_bounded(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path)
    for number in range(30):
        store.append(row(f"c/{number}"), piece(14 + number, number))
    data = Data([tmp_path])
    data.frame_labels[data.train[0]] = np.array([0, 1, 3, 2, 0, 0, 0])
    batches = data.batches(data.train, 60, np.random.default_rng(0))
    seen: set[int] = set()
    for _ in range(40):
        batch = next(batches)
        features, lengths = data.collate(batch)
        assert features.shape == (len(batch), 2 * int(lengths.max()), WIDTH)
        assert len(batch) == 1 or len(batch) * int(lengths.max()) <= 1.3 * 60
        labels = data.labels(batch, int(lengths.max()))
        known = [n for n, i in enumerate(batch) if i == data.train[0]]
        assert (labels != IGNORED).sum() == 7 * len(known)
        seen |= set(batch)
    assert seen == set(data.train)


def test_the_log_says_with_which_settings_a_training_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FeatureStore(tmp_path / "features").append(row("c/1"), piece(16, 1))
    monkeypatch.setattr(Trainer, "run", lambda *_: None)
    run(parser().parse_args(["--features", str(tmp_path / "features"), "--out", str(tmp_path), "--minutes", "1,1,1,1"]))
    line = json.loads((tmp_path / "log.jsonl").read_text("utf-8"))
    assert line["settings"]["minutes"] == "1,1,1,1"
    assert line["settings"]["features"] == [str(tmp_path / "features")]
