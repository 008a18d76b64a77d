"""Packs are found, taken in whole or not at all, and removed."""

import contextlib
import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from cslm_core.errors import PackError
from cslm_core.packs.build import refresh_pack
from cslm_core.packs.manifest import MANIFEST_NAME, Base, read_manifest
from cslm_core.packs.store import PackStore, verify_zip
from cslm_core.packs.verify import verify_pack


@pytest.fixture
def store(tmp_path: Path) -> PackStore:
    return PackStore(user_folder=tmp_path / "user", builtin_folder=tmp_path / "builtin")


def zipped(pack: Path, archive: Path, top: str = "") -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted(path for path in pack.rglob("*") if path.is_file()):
            out.write(file, top + file.relative_to(pack).as_posix())
    return archive


def leftovers(store: PackStore) -> list[str]:
    return [name for name in os.listdir(store.user_folder) if name.startswith(".")]


def refused(store: PackStore, source: Path, sentence: str) -> None:
    before = sorted(os.listdir(store.user_folder)) if store.user_folder.exists() else []
    with pytest.raises(PackError, match=sentence) as caught:
        store.import_pack(source)
    assert "\n" not in str(caught.value)
    assert sorted(os.listdir(store.user_folder)) == before


@pytest.mark.parametrize("form", ["folder", "zip", "zip with a folder around"])
def test_import_find_remove(store: PackStore, pack: Path, tmp_path: Path, form: str) -> None:
    top = "" if form == "zip" else "tiny-1.0.0/"
    source = pack if form == "folder" else zipped(pack, tmp_path / "p.zip", top)
    taken = store.import_pack(source)
    assert taken.folder == store.user_folder / "tiny-1.0.0"
    assert verify_pack(taken.folder).digest == read_manifest(pack).digest
    assert not leftovers(store)
    assert store.import_pack(source) == taken
    for name in (None, "tiny", "tiny 1.0.0", "tiny-1.0.0", taken.manifest.digest, str(taken.folder)):
        assert store.find(name).folder == taken.folder
    assert store.remove("tiny") == taken.folder
    assert os.listdir(store.user_folder) == []
    with pytest.raises(PackError, match="No pack was found"):
        store.find()
    with pytest.raises(PackError, match="There is no pack 'tiny'"):
        store.find("tiny")


def test_the_programs_own_come_first_and_stay(store: PackStore, pack: Path) -> None:
    shutil.copytree(pack, store.builtin_folder / "tiny")
    assert store.import_pack(pack).builtin
    assert store.find().builtin
    with pytest.raises(PackError, match="came with the program"):
        store.remove("tiny")


def test_another_build_of_the_same_version_needs_replace(store: PackStore, pack: Path) -> None:
    first = store.import_pack(pack)
    (pack / "NOTICE.md").write_text("Changed.\n")
    second = refresh_pack(pack)
    refused(store, pack, "is there already")
    assert read_manifest(first.folder).digest == first.manifest.digest
    assert store.import_pack(pack, replace=True).manifest.digest == second.digest
    assert os.listdir(store.user_folder) == ["tiny-1.0.0"]
    assert (first.folder / "NOTICE.md").read_text() == "Changed.\n"


def test_a_damaged_copy_is_put_right_by_importing_again(store: PackStore, pack: Path) -> None:
    taken = store.import_pack(pack)
    (taken.folder / "NOTICE.md").write_text("Spoilt.\n")
    assert store.import_pack(pack).folder == taken.folder
    verify_pack(taken.folder)


def test_the_newest_version_is_taken(store: PackStore, tmp_path: Path, make_pack) -> None:  # type: ignore[no-untyped-def]
    for version in ("1.9.0", "1.10.0", "1.2.0"):
        make_pack(tmp_path / version, version=version)
        store.import_pack(tmp_path / version)
    assert store.find("tiny").manifest.version == "1.10.0"


def test_a_language_pack_finds_its_very_base(store: PackStore, pack: Path, tmp_path: Path, make_pack) -> None:  # type: ignore[no-untyped-def]
    digest = read_manifest(pack).digest
    make_pack(tmp_path / "fr", name="tiny-fr", base=Base(name="tiny", version="1.0.0", sha256=digest))
    make_pack(tmp_path / "de", name="tiny-de", base=Base(name="tiny", version="1.0.0", sha256="0" * 64))
    french = store.import_pack(tmp_path / "fr")
    german = store.import_pack(tmp_path / "de")
    with pytest.raises(PackError, match=r"needs the pack tiny 1\.0\.0"):
        store.base_of(french.manifest)
    with pytest.raises(PackError, match="No pack was found"):
        store.find()
    store.import_pack(pack)
    assert store.base_of(french.manifest).manifest.digest == digest
    with pytest.raises(PackError, match="another build"):
        store.base_of(german.manifest)
    assert store.find().manifest.name == "tiny"


def test_a_broken_folder_is_told_and_can_be_removed(store: PackStore, pack: Path) -> None:
    folder = store.import_pack(pack).folder
    (folder / MANIFEST_NAME).write_text("schema = ")
    found, broken = store.scan()
    assert not found
    assert "it is not TOML" in broken[0].reason
    with pytest.raises(PackError, match="it is not TOML"):
        store.find("tiny")
    store.remove("tiny-1.0.0")
    assert os.listdir(store.user_folder) == []


def test_what_is_no_pack(store: PackStore, tmp_path: Path) -> None:
    refused(store, tmp_path / "none.zip", "does not exist")
    (tmp_path / "text.zip").write_text("no zip")
    refused(store, tmp_path / "text.zip", "damaged or not a zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as out:
        out.writestr("a/readme.txt", "hello")
    refused(store, tmp_path / "other.zip", r"has no pack\.toml")


def test_a_damaged_folder_or_zip(store: PackStore, pack: Path, tmp_path: Path) -> None:
    whole = zipped(pack, tmp_path / "p.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    refused(store, tmp_path / "cut.zip", "damaged or not a zip")
    (pack / "lm/config.json").write_text('{"hidden": 5}')
    refused(store, pack, r"lm/config\.json is not the file that was packed")
    refused(store, zipped(pack, tmp_path / "q.zip"), r"lm/config\.json is not the file that was packed")
    (pack / "lm/config.json").unlink()
    refused(store, pack, r"lm/config\.json is missing")
    refused(store, zipped(pack, tmp_path / "r.zip"), r"lm/config\.json is missing")


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "lm/../../evil.txt", "..\\evil.txt", "C:evil.txt"])
def test_names_that_lead_out(store: PackStore, pack: Path, tmp_path: Path, name: str) -> None:
    archive = zipped(pack, tmp_path / "p.zip")
    with zipfile.ZipFile(archive, "a") as out:
        out.writestr(name, "evil")
    refused(store, archive, "leads out of the pack")
    assert not list(tmp_path.rglob("evil.txt"))


def test_links_unlisted_files_and_bombs_in_a_zip(store: PackStore, pack: Path, tmp_path: Path) -> None:
    archive = zipped(pack, tmp_path / "link.zip")
    with zipfile.ZipFile(archive, "a") as out:
        link = zipfile.ZipInfo("lm/link.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(link, "/etc/passwd")
    refused(store, archive, "is a link")
    archive = zipped(pack, tmp_path / "more.zip")
    with zipfile.ZipFile(archive, "a") as out:
        out.writestr("lm/modeling.py", "print()")
    refused(store, archive, r"lm/modeling\.py is not listed")
    (pack / "zeros.txt").write_text("0" * (20 << 20))
    refresh_pack(pack)
    refused(store, zipped(pack, tmp_path / "bomb.zip"), "zip bomb")


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")  # making the bad zip is the point
def test_a_name_that_is_there_twice(store: PackStore, pack: Path, tmp_path: Path) -> None:
    archive = zipped(pack, tmp_path / "p.zip")
    with zipfile.ZipFile(archive, "a") as out:
        out.writestr("NOTICE.md", "another")
    refused(store, archive, "is in it twice")


def test_a_full_disk_is_told_before_anything_is_written(
    store: PackStore, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(pack)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    refused(store, pack, "make room first")


@pytest.mark.skipif(os.name != "posix", reason="making links needs no rights on POSIX only")
def test_a_link_in_a_folder(store: PackStore, pack: Path) -> None:
    (pack / "NOTICE.md").unlink()
    (pack / "NOTICE.md").symlink_to("/etc/hostname")
    refused(store, pack, "link")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_flipped_byte_anywhere_in_a_zip_is_a_sentence(
    store: PackStore, pack: Path, tmp_path: Path, method: int
) -> None:
    archive = tmp_path / "p.zip"
    with zipfile.ZipFile(archive, "w", method) as out:
        for file in sorted(path for path in pack.rglob("*") if path.is_file()):
            out.write(file, file.relative_to(pack).as_posix())
    whole = archive.read_bytes()
    with zipfile.ZipFile(archive) as read:
        first = read.infolist()[-1].header_offset
    for place in range(0, len(whole), 7):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        with contextlib.suppress(PackError):  # of some bytes nobody reads what they say
            verify_zip(archive)
    archive.write_bytes(whole[: first + 60] + b"\xff" * 8 + whole[first + 68 :])
    refused(store, archive, "get the pack again")


def test_a_zip_is_verified_without_being_taken_in(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    archive = zipped(pack, tmp_path / "p.zip")
    assert verify_zip(archive) == read_manifest(pack)
    (pack / "lm/config.json").write_text('{"hidden": 5}')
    with pytest.raises(PackError, match=r"lm/config\.json is not the file that was packed"):
        verify_zip(zipped(pack, archive))
    with zipfile.ZipFile(archive, "a") as out:
        out.writestr("../evil.txt", "evil")
    with pytest.raises(PackError, match="leads out of the pack"):
        verify_zip(archive)
    assert os.listdir(tmp_path / "temporary") == []
