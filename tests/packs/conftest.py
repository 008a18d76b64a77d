"""Tiny made-up packs: the shape of a pack, nothing that could speak."""

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Base, Component, PackManifest, UnitVocabulary

MakePack = Callable[..., PackManifest]


def tensors(values: bytes = b"\0" * 16) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [len(values) // 4], "data_offsets": [0, len(values)]}}).encode()
    return struct.pack("<Q", len(header)) + header + values


@pytest.fixture
def make_pack() -> MakePack:
    def make(folder: Path, name: str = "tiny", version: str = "1.0.0", base: Base | None = None) -> PackManifest:
        for role in ("tokenizer", "lm"):
            (folder / role).mkdir(parents=True, exist_ok=True)
            (folder / role / "model.safetensors").write_bytes(tensors())
        (folder / "lm" / "config.json").write_text('{"hidden": 4}')
        (folder / "NOTICE.md").write_text("Made up.\n")
        part = {"licence": "Apache-2.0", "source": "made up"}
        return build_pack(
            folder,
            name=name,
            version=version,
            title="A tiny pack",
            languages=["en", "zh"],
            units=UnitVocabulary(size=4096, rate=25),
            components={
                "tokenizer": Component(kind="units", folder="tokenizer", **part),
                "lm": Component(kind="llama", folder="lm", **part),
            },
            base=base,
        )

    return make


@pytest.fixture
def pack(tmp_path: Path, make_pack: MakePack) -> Path:
    make_pack(tmp_path / "tiny")
    return tmp_path / "tiny"
