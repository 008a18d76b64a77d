"""A base pack in name alone, and a job on it."""

from pathlib import Path

import pytest

from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Component, UnitVocabulary
from trainer.language.job import Job, JobLanguage

SPANISH = JobLanguage(name="Spanish", code="es", script="Latn", bridge="en")


@pytest.fixture
def base_pack(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    (folder / "lm").mkdir(parents=True)
    (folder / "lm" / "config.json").write_text("{}", "utf-8")
    build_pack(
        folder,
        name="tiny",
        version="1.0.0",
        title="A tiny pack",
        languages=["en", "zh"],
        units=UnitVocabulary(size=4096, rate=25),
        components={"lm": Component(kind="llama", folder="lm", licence="Apache-2.0", source="made up")},
    )
    return folder


@pytest.fixture
def job(tmp_path: Path, base_pack: Path) -> Job:
    return Job.create(tmp_path / "job", SPANISH, base_pack)
