"""Atomic writing: the old file stays until the new one is whole."""

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.errors import CslmError
from cslm_core.files import atomic_path, atomic_write_bytes, atomic_write_json, atomic_write_text


@given(data=st.binary(max_size=4096))
def test_bytes_come_back(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("files") / "file.bin"
    atomic_write_bytes(path, data)
    assert path.read_bytes() == data
    assert [entry.name for entry in path.parent.iterdir()] == ["file.bin"]


def test_text_and_json(tmp_path: Path) -> None:
    atomic_write_text(tmp_path / "a.txt", "你好\n")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "你好\n"
    atomic_write_json(tmp_path / "a.json", {"说": [1, 2.5]})
    assert "说" in (tmp_path / "a.json").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="JSON"):
        atomic_write_json(tmp_path / "a.json", float("nan"))
    assert "说" in (tmp_path / "a.json").read_text(encoding="utf-8")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.txt"
    atomic_write_text(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CslmError, match="the disk is full") as caught:
        atomic_write_text(path, "new")
    assert isinstance(caught.value.__cause__, OSError)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["kept.txt"]


def test_an_interrupted_block_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    with pytest.raises(KeyboardInterrupt), atomic_path(path) as temporary:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CslmError, match="its folder does not exist"):
        atomic_write_text(tmp_path / "no" / "file", "x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CslmError, match=r"could not be written"):
        atomic_write_text(tmp_path / "folder", "x")


@pytest.mark.skipif(os.name != "posix", reason="links and modes are those of POSIX")
def test_links_and_modes_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    atomic_write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
