"""A pack that is not as it was packed, or holds more than data, is refused naming the file."""

import json
import os
import pickle
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cslm_core.errors import PackError
from cslm_core.packs.build import refresh_pack
from cslm_core.packs.manifest import MANIFEST_NAME
from cslm_core.packs.verify import check_safetensors, verify_pack

WEIGHTS = "lm/model.safetensors"


def refused(pack: Path, *parts: str, hashes: bool = True) -> None:
    with pytest.raises(PackError) as caught:
        verify_pack(pack, hashes=hashes)
    for part in parts:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_whole_pack_passes_and_tells_how_far_it_is(pack: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    manifest = verify_pack(pack, progress=lambda *call: calls.append(call))
    assert calls[-1][1:] == (manifest.size, manifest.size)
    assert verify_pack(pack, hashes=False) == manifest


def test_tampered(pack: Path) -> None:
    data = bytearray((pack / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (pack / WEIGHTS).write_bytes(data)
    refused(pack, WEIGHTS, "not the file that was packed")
    verify_pack(pack, hashes=False)


def test_cut_short_longer_and_missing(pack: Path) -> None:
    data = (pack / WEIGHTS).read_bytes()
    (pack / WEIGHTS).write_bytes(data[:-1])
    refused(pack, WEIGHTS, "cut short", hashes=False)
    (pack / WEIGHTS).write_bytes(data + b"\0")
    refused(pack, WEIGHTS, "longer", hashes=False)
    (pack / WEIGHTS).unlink()
    refused(pack, WEIGHTS, "missing", hashes=False)


def test_unlisted(pack: Path) -> None:
    (pack / "extra.json").write_text("{}")
    refused(pack, "extra.json", "not listed")


@pytest.mark.parametrize(
    "name", ["lm/pytorch_model.bin", "lm/model.pt", "lm/x.pkl", "lm/modeling.py", "lm/x.npy", ".hidden"]
)
def test_code_and_pickles(pack: Path, name: str) -> None:
    (pack / name).write_bytes(pickle.dumps([1]))
    refused(pack, name, "may not be in a pack")


@pytest.mark.parametrize("name", ["NOTICE.md", "lm/config.json", WEIGHTS])
def test_a_pickle_under_another_name(pack: Path, name: str) -> None:
    (pack / name).write_bytes(pickle.dumps({"a": [1] * 50}))
    with pytest.raises(PackError, match=name):
        refresh_pack(pack)


def test_remote_code_and_scripts(pack: Path) -> None:
    (pack / "lm/config.json").write_text(json.dumps({"auto_map": {"AutoModel": "x--y"}}))
    with pytest.raises(PackError, match=r"lm/config\.json is refused: its entry 'auto_map'"):
        refresh_pack(pack)
    (pack / "lm/config.json").write_text("{}")
    (pack / "card.html").write_text("<p>fine</p><SCRIPT>x()</SCRIPT>")
    with pytest.raises(PackError, match=r"card\.html is refused: it holds a script"):
        refresh_pack(pack)


@pytest.mark.skipif(os.name != "posix", reason="making links needs no rights on POSIX only")
def test_links(pack: Path) -> None:
    (pack / "NOTICE.md").unlink()
    (pack / "NOTICE.md").symlink_to("/etc/hostname")
    refused(pack, "NOTICE.md", "link")
    (pack / "NOTICE.md").unlink()
    (pack / "more").symlink_to(pack / "lm", target_is_directory=True)
    refused(pack, "more", "link")


def test_foreign_version_comes_before_anything_else(pack: Path) -> None:
    text = (pack / MANIFEST_NAME).read_text().replace("schema = 1", "schema = 7\nnew_thing = 3")
    (pack / MANIFEST_NAME).write_text(text)
    refused(pack, MANIFEST_NAME, "version 7", "update the program")


def shaped(header: object, data: bytes = b"") -> bytes:
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + data


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "too short"),
        (struct.pack("<Q", 1 << 60) + b"{}", "does not fit"),
        (struct.pack("<Q", 4) + b"}}}}", "not readable"),
        (shaped([]), "not readable"),
        (shaped({"w": {**ENTRY, "dtype": "P32"}}, b"\0" * 8), "'w' is not described"),
        (shaped({"w": {**ENTRY, "shape": [3]}}, b"\0" * 8), "'w' is not described"),
        (shaped({"w": {**ENTRY, "shape": [-2]}}, b"\0" * 8), "'w' is not described"),
        (shaped({"w": {**ENTRY, "more": 1}}, b"\0" * 8), "'w' is not described"),
        (shaped({"w": ENTRY, "v": ENTRY}, b"\0" * 8), "overlap"),
        (shaped({"w": {**ENTRY, "data_offsets": [4, 12]}}, b"\0" * 12), "gap"),
        (shaped({"w": ENTRY}, b"\0" * 9), "do not fill"),
        (shaped({"w": ENTRY}, b"\0" * 7), "do not fill"),
    ],
)
def test_safetensors_headers(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "w.safetensors").write_bytes(data)
    with pytest.raises(PackError, match=why) as caught:
        check_safetensors(tmp_path / "w.safetensors", "w.safetensors")
    assert str(caught.value).startswith("w.safetensors")


def test_sound_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(
        shaped(
            {"__metadata__": {"format": "pt"}, "w": ENTRY, "e": {**ENTRY, "shape": [0], "data_offsets": [8, 8]}},
            b"\0" * 8,
        )
    )
    check_safetensors(path, "w")


@given(data=st.binary(max_size=64))
def test_any_bytes_are_refused_or_sound(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("w") / "w.safetensors"
    path.write_bytes(struct.pack("<Q", max(0, len(data) - 4)) + data)
    with pytest.raises(PackError):
        check_safetensors(path, "w")
