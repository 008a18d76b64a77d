"""Atomic writing: the old file stays until the new one is whole."""

import contextlib
import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError

from cslm_core.errors import CslmError
from cslm_core.files import (
    atomic_folder,
    atomic_path,
    atomic_write_bytes,
    atomic_write_json,
    atomic_write_text,
    atomic_write_together,
)


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


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Error while serializing: I/O error: No space left on device (os error 28)", "the disk is full; free some"),
        ("Error while serializing: I/O error: File too large (os error 27)", "File too large"),
        ("Error while serializing: something else", "something else"),
    ],
)
def test_what_safetensors_meets_is_told_like_any_full_disk(tmp_path: Path, said: str, sentence: str) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"old")
    with pytest.raises(CslmError, match=sentence), atomic_path(path) as temporary:
        temporary.write_bytes(b"half")
        raise SafetensorError(said)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["weights.safetensors"]


def test_a_folder_takes_the_place_of_another_whole(tmp_path: Path) -> None:
    path = tmp_path / "parent" / "model"
    for content in ("first", "second"):
        with atomic_folder(path) as fresh:
            (fresh / content).write_text(content)
        assert os.listdir(path) == [content]
        assert os.listdir(path.parent) == ["model"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), SafetensorError("x (os error 28)")])
def test_a_folder_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "model"
    path.mkdir()
    (path / "old").touch()
    with pytest.raises(CslmError, match="the disk is full"), atomic_folder(path) as fresh:
        (fresh / "half").touch()
        raise error
    assert os.listdir(path) == ["old"]
    assert os.listdir(tmp_path) == ["model"]


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_ctrl_c_between_the_renames_leaves_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    path, done = tmp_path / "model", []
    path.mkdir()
    (path / "old").touch()
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if len(done) == renames:
            done.append(None)
            raise KeyboardInterrupt
        done.append(target)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with contextlib.suppress(KeyboardInterrupt), atomic_folder(path) as fresh:
        (fresh / "new").touch()
    assert os.listdir(path) == (["new"] if renames == 2 else ["old"])
    assert os.listdir(tmp_path) == ["model"]


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_files_that_fit_each_other_change_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    first, second, gone = tmp_path / "first", tmp_path / "second", tmp_path / "gone"
    done = []
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if len(done) == renames:
            done.append(None)
            raise KeyboardInterrupt
        done.append(target)
        return replace(self, target)

    gone.touch()
    first.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", interrupted)
    with contextlib.suppress(KeyboardInterrupt):
        atomic_write_together({gone: None, first: b"new", second: b"new"})
    assert (first.read_bytes(), second.read_bytes()) == (b"new", b"new")
    assert sorted(os.listdir(tmp_path)) == ["first", "second"]


def test_a_full_disk_changes_none_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, gone = tmp_path / "first", tmp_path / "gone"
    first.write_bytes(b"old")
    gone.touch()
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if "second" in self.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CslmError, match="second could not be written: the disk is full"):
        atomic_write_together({gone: None, first: b"new", tmp_path / "second": b"new"})
    assert first.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["first", "gone"]


@pytest.mark.skipif(os.name != "posix", reason="links are those of POSIX")
def test_a_link_to_a_folder_stays_and_a_file_is_no_folder(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.mkdir()
    link.symlink_to(target)
    with atomic_folder(link) as fresh:
        (fresh / "new").touch()
    assert link.is_symlink()
    assert os.listdir(target) == ["new"]
    (tmp_path / "file").touch()
    with pytest.raises(CslmError, match="could not be written"), atomic_folder(tmp_path / "file"):
        pass
    assert sorted(os.listdir(tmp_path)) == ["file", "link", "target"]
