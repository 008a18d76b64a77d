"""Rows and growing records: whole files, half lines, readers that read along."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.errors import TrainingError
from trainer.language.records import RecordWriter, Tail, newest_by_step, read_records, read_rows, write_rows

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


def test_rows_come_back(tmp_path: Path) -> None:
    rows = [{"a": "é\u2028\n"}, {"b": [1, None]}]
    write_rows(tmp_path / "x.jsonl", rows)
    assert read_rows(tmp_path / "x.jsonl") == rows
    assert read_rows(tmp_path / "none.jsonl") == []


@pytest.mark.parametrize(("data", "sentence"), [(b'{"a": 1}\n{"b"', "Line 2"), (b"[1]", "Line 1"), (b"\xff", "UTF-8")])
def test_bad_rows_are_named(tmp_path: Path, data: bytes, sentence: str) -> None:
    (tmp_path / "x.jsonl").write_bytes(data)
    with pytest.raises(TrainingError, match=sentence):
        read_rows(tmp_path / "x.jsonl")


@given(st.lists(TEXTS, max_size=5), st.floats(0, 1))
def test_a_file_cut_anywhere_is_read_and_gone_on_with(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], share: float
) -> None:
    path = tmp_path_factory.mktemp("records") / "progress.jsonl"
    with RecordWriter(path) as writer:
        for step, text in enumerate(texts):
            writer.write("step", step=step, text=text)
    whole = path.read_bytes()
    cut = int(share * len(whole))
    path.write_bytes(whole[:cut])
    kept = whole[:cut].count(b"\n")
    assert [r["text"] for r in read_records(path)] == texts[:kept]
    with RecordWriter(path) as writer:
        writer.write("step", step=99)
    assert [r["step"] for r in read_records(path)] == [*range(kept), 99]


def test_a_tail_sees_only_whole_lines_and_each_once(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    tail = Tail(path)
    assert tail.read() == []
    writer = RecordWriter(path)
    writer.write("step", step=1)
    assert [r["step"] for r in tail.read()] == [1]
    with path.open("ab") as file:
        file.write(b'{"kind": "step", "st')
        file.flush()
        assert tail.read() == []
        file.write(b'ep": 2}\nrubbish\n{"kind": 3}\n')
    assert [r["step"] for r in tail.read()] == [2]
    assert tail.read() == []
    writer.close()
    path.write_bytes(json.dumps({"kind": "new"}).encode() + b"\n")
    assert [r["kind"] for r in tail.read()] == ["new"]
    assert tail.restarted
    path.unlink()
    assert tail.read() == []
    assert tail.restarted


def test_what_is_run_again_after_a_resume_replaces(tmp_path: Path) -> None:
    records = [{"kind": "step", "step": s, "loss": loss} for s, loss in ((1, 5.0), (2, 4.0), (3, 3.0), (2, 4.5))]
    assert [(r["step"], r["loss"]) for r in newest_by_step([*records, {"kind": "note"}], "step")] == [
        (1, 5.0), (2, 4.5), (3, 3.0),
    ]  # fmt: skip
