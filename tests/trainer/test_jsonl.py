"""Files of JSON lines that a kill has cut off, and lines whose texts hold other ends of lines."""

from pathlib import Path

import pytest

from cslm_core.errors import TrainingError
from trainer.jsonl import mend, read_rows

WHOLE = b'{"id": "a", "text": "x\xe2\x80\xa8y"}\n{"id": "b"}\n'  # with a line separator (U+2028) in a text


@pytest.mark.parametrize(
    ("last", "kept"), [(b"", ""), (b'{"id": "c', ""), (b'{"id": "\xe4\xb8', ""), (b'{"id": "c"}', "c"), (b"7", "")]
)
def test_a_last_line_that_is_not_whole_is_left_out(tmp_path: Path, last: bytes, kept: str) -> None:
    path = tmp_path / "units.jsonl"
    path.write_bytes(WHOLE + last)
    names = ["a", "b", *kept]
    assert [row["id"] for row in read_rows(path)] == names
    assert path.read_bytes() == WHOLE + last  # a reader changes nothing: another process may be writing
    mend(path)
    with path.open("ab") as file:
        file.write(b'{"id": "d"}\n')
    assert [row["id"] for row in read_rows(path)] == [*names, "d"]
    assert read_rows(path)[0]["text"] == "x\u2028y"


def test_another_line_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "units.jsonl"
    path.write_bytes(b'{"id": "a"}\n{"id\n{"id": "c"}\n')
    with pytest.raises(TrainingError, match=r"Line 2 of .*units\.jsonl is damaged"):
        read_rows(path)
    with pytest.raises(TrainingError, match="is missing"):
        read_rows(tmp_path / "none.jsonl")
    mend(tmp_path / "none.jsonl")
    assert not (tmp_path / "none.jsonl").exists()
