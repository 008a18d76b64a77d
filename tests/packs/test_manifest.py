"""pack.toml: what is read back, and what is refused with which sentence."""

import contextlib
import hashlib
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.errors import PackError
from cslm_core.packs.build import build_pack, put_file, refresh_pack
from cslm_core.packs.manifest import (
    MANIFEST_NAME,
    SIGNATURE_NAME,
    Component,
    UnitVocabulary,
    check_file_name,
    parse_manifest,
    read_manifest,
)
from cslm_core.packs.verify import verify_pack


def edit(pack: Path, old: str, new: str) -> None:
    path = pack / MANIFEST_NAME
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_manifest_comes_back(pack: Path) -> None:
    manifest = read_manifest(pack)
    assert manifest.identity == "tiny 1.0.0"
    assert manifest.languages == ["en", "zh"]
    assert (manifest.units.size, manifest.units.rate) == (4096, 25.0)
    assert manifest.component("lm").kind == "llama"
    assert [file.path for file in manifest.files] == [
        "NOTICE.md", "lm/config.json", "lm/model.safetensors", "tokenizer/model.safetensors"
    ]  # fmt: skip
    assert manifest.digest == hashlib.sha256((pack / MANIFEST_NAME).read_bytes()).hexdigest()
    assert manifest.size == sum(file.stat().st_size for file in pack.rglob("*.*") if file.name != MANIFEST_NAME)
    assert not manifest.is_language_pack
    with pytest.raises(PackError, match="no component 'decoder'"):
        manifest.component("decoder")


def test_building_twice_gives_the_same_digest_and_a_change_another(pack: Path) -> None:
    digest = read_manifest(pack).digest
    assert refresh_pack(pack).digest == digest
    (pack / "scorecard.json").write_text("{}")
    assert refresh_pack(pack).digest != digest


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("schema = 1", "schema = 2", "version 2 of the pack format, this program reads 1; update the program"),
        ("schema = 1", "schema = 0", "get a newer pack"),
        ("schema = 1", 'schema = "1"', "does not say which version"),
        ("schema = 1\n", "", "does not say which version"),
        ("schema = 1", "schema = ", "it is not TOML"),
        ('name = "tiny"', 'name = "../tiny"', "is not small letters"),
        ('name = "tiny"', "name = 3", "Expected 'str', got 'int' - at 'name'"),
        ('version = "1.0.0"', 'version = "new"', "is not like 1.2.3"),
        ('"zh"]', '"en"]', "stated twice"),
        ('["en", "zh"]', "[]", "no language"),
        ("listen_rate = 16000", "listen_rate = 1", "not a usable sample rate"),
        ("size = 4096", "size = 0", "0 units"),
        ('folder = "lm"', 'folder = "../lm"', "holds no listed file"),
        ('licence = "Apache-2.0"', 'licence = " "', "no licence or source"),
        ('path = "NOTICE.md"', 'path = "../NOTICE.md"', "leaves the pack"),
        ('path = "NOTICE.md"', 'path = "/etc/NOTICE.md"', "leaves the pack"),
        ('path = "NOTICE.md"', 'path = "lm/CONFIG.json"', "listed twice"),
        ('path = "NOTICE.md"', 'path = "weights.pt"', "'weights.pt' is refused: a pack may hold only data"),
        ('title = "A tiny pack"', 'title = "A"\nrun = "code"', "unknown field 'run'"),
        ('title = "A tiny pack"', 'title = "A"\ndigest = "0"', "its own digest"),
        ('title = "A tiny pack"', 'title = "A"\nbase = {name = "b", version = "1", sha256 = "0"}', "64 hexadecimal"),
    ],
)
def test_what_is_wrong_is_named(pack: Path, old: str, new: str, sentence: str) -> None:
    edit(pack, old, new)
    with pytest.raises(PackError) as caught:
        read_manifest(pack)
    assert sentence in str(caught.value)
    assert MANIFEST_NAME in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"has no pack\.toml"):
        read_manifest(tmp_path)
    with pytest.raises(PackError, match="is not a pack folder"):
        read_manifest(tmp_path / "no")


@given(data=st.binary(max_size=300))
def test_rubbish_is_a_pack_error(data: bytes) -> None:
    with pytest.raises(PackError):
        parse_manifest(data)


@given(name=st.text(max_size=30))
def test_allowed_names_stay_inside(name: str) -> None:
    if check_file_name(name) is None:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert "\\" not in name
        assert ":" not in name


@pytest.mark.parametrize(
    "name",
    ["", "a", "../a.json", "a/../b.json", "/a.json", "a//b.json", "./a.json", "C:/a.json", "a\\b.json", "nul.txt",
     "a/COM1.json", "a\n.json", "a .json/b.json.", " a.json", ".hidden.json", "model.bin", "model.pt", "code.py",
     "x.pkl", "x.safetensors.exe", "x.so", "x" * 300 + ".json"],
)  # fmt: skip
def test_names_that_are_refused(name: str) -> None:
    assert check_file_name(name)


@pytest.mark.parametrize(
    "name", ["a.json", "lm/tokenizer.json", "lm/model-00001.safetensors", "README.md", "samples/问.wav"]
)
def test_names_that_are_taken(name: str) -> None:
    assert check_file_name(name) is None


def test_building_refuses_what_may_not_be_in_a_pack(pack: Path) -> None:
    old = (pack / MANIFEST_NAME).read_bytes()
    (pack / "lm" / "weights.bin").write_bytes(b"x")
    with pytest.raises(PackError, match=r"lm/weights\.bin may not be in a pack"):
        refresh_pack(pack)
    (pack / "lm" / "weights.bin").unlink()
    with pytest.raises(PackError, match="the component 'x' names the folder 'none'"):
        build_pack(
            pack,
            name="tiny",
            version="1",
            title="t",
            languages=["en"],
            units=UnitVocabulary(size=1, rate=1),
            components={"x": Component(kind="k", folder="none", licence="l", source="s")},
        )
    assert (pack / MANIFEST_NAME).read_bytes() == old


def test_a_file_is_put_into_a_pack_as_if_it_had_been_there(pack: Path) -> None:
    put = put_file(pack, "scorecard.json", b"{}")
    assert (pack / "scorecard.json").read_bytes() == b"{}"
    assert verify_pack(pack) == put == refresh_pack(pack)
    again = put_file(pack, "lm/config.json", b"[]")
    assert verify_pack(pack) == again == refresh_pack(pack)
    with pytest.raises(PackError, match="may not be in a pack"):
        put_file(pack, "../scorecard.json", b"{}")
    assert verify_pack(pack) == again


def test_a_file_that_is_put_in_does_not_make_damage_right(pack: Path) -> None:
    (pack / "lm/config.json").write_text('{"hidden": 5}')
    put_file(pack, "scorecard.json", b"{}")
    with pytest.raises(PackError, match=r"lm/config\.json is not the file that was packed"):
        verify_pack(pack)


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize("place", ["replace", "write_bytes", "unlink"])
def test_ctrl_c_leaves_the_old_pack_or_the_new_one(
    pack: Path, monkeypatch: pytest.MonkeyPatch, place: str, at: int
) -> None:
    put_file(pack, "scorecard.json", b"{}")
    (pack / SIGNATURE_NAME).write_text("of nobody")
    real = getattr(Path, place)
    count = itertools.count()

    def interrupted(self: Path, *arguments: object, **options: object) -> object:
        if next(count) == at:
            raise KeyboardInterrupt
        return real(self, *arguments, **options)

    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(Path, place, interrupted)
        put_file(pack, "scorecard.json", b"[1]")
    old = (pack / "scorecard.json").read_bytes() == b"{}"
    assert (pack / SIGNATURE_NAME).exists() is old
    (pack / SIGNATURE_NAME).unlink(missing_ok=True)
    verify_pack(pack)
