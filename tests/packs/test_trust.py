"""A pack is hashed once, and again as soon as anything about it has changed."""

import os
from pathlib import Path

import pytest

from cslm_core.errors import PackError
from cslm_core.packs import trust
from cslm_core.packs.trust import verify_once


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each verification computed the hashes."""
    seen: list[bool] = []
    verify = trust.verify_pack

    def watch(folder: Path, *, hashes: bool = True, progress: object = None) -> object:
        seen.append(hashes)
        return verify(folder, hashes=hashes)

    monkeypatch.setattr(trust, "verify_pack", watch)
    return seen


def test_hashes_are_computed_once(pack: Path, tmp_path: Path, hashed: list[bool]) -> None:
    for _ in range(3):
        assert verify_once(pack, cache=tmp_path / "cache").name == "tiny"
    assert hashed == [True, False, False]
    verify_once(pack, cache=tmp_path / "cache", force=True)
    verify_once(pack, cache=tmp_path / "cache")
    assert hashed[3:] == [True, False]


def test_a_file_that_was_touched_is_hashed_again(pack: Path, tmp_path: Path, hashed: list[bool]) -> None:
    verify_once(pack, cache=tmp_path / "cache")
    os.utime(pack / "lm" / "config.json", ns=(1, 1))
    verify_once(pack, cache=tmp_path / "cache")
    assert hashed == [True, True]


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no time of the last change of a file's state")
def test_a_change_that_hides_its_time_is_found(pack: Path, tmp_path: Path) -> None:
    verify_once(pack, cache=tmp_path / "cache")
    target = pack / "lm" / "config.json"
    state = target.stat()
    target.write_text(target.read_text().replace("4", "5"))
    os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
    with pytest.raises(PackError, match=r"lm/config\.json"):
        verify_once(pack, cache=tmp_path / "cache")


def test_a_missing_file_is_named(pack: Path, tmp_path: Path) -> None:
    verify_once(pack, cache=tmp_path / "cache")
    (pack / "lm" / "config.json").unlink()
    with pytest.raises(PackError, match=r"lm/config\.json"):
        verify_once(pack, cache=tmp_path / "cache")


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 1}', b"\xff"])
def test_a_broken_cache_is_no_trust(pack: Path, tmp_path: Path, hashed: list[bool], content: bytes) -> None:
    cache = tmp_path / "cache"
    verify_once(pack, cache=cache)
    (note,) = cache.iterdir()
    note.write_bytes(content)
    verify_once(pack, cache=cache)
    assert hashed == [True, True]


def test_a_cache_that_cannot_be_written_is_no_error(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert verify_once(pack, cache=tmp_path / "cache").name == "tiny"
