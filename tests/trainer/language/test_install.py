"""Installing and taking back where there are several base packs; what the maker states, and what nobody stated."""

from pathlib import Path
from typing import Any

import pytest

from cslm_core.errors import PackError
from cslm_core.lm.adapter import ADAPTER_KIND
from cslm_core.packs.build import build_pack
from cslm_core.packs.languages import ActiveLanguages
from cslm_core.packs.manifest import Base, Component, PackManifest, UnitVocabulary
from cslm_core.packs.store import PackStore
from trainer import cli
from trainer.language.install import undo
from trainer.language.job import Job


def write_pack(folder: Path, version: str, base: PackManifest | None = None, consent: str = "") -> PackManifest:
    """A pack in name alone: "tiny", or "tiny-es" on a base."""
    (folder / "part").mkdir(parents=True)
    (folder / "part" / "config.json").write_text(f'"{version} {base and base.version}"', "utf-8")
    role, kind = ("adapter", ADAPTER_KIND) if base else ("lm", "llama")
    return build_pack(
        folder,
        name="tiny-es" if base else "tiny",
        version=version,
        title="A pack",
        languages=["es"] if base else ["en", "zh"],
        units=UnitVocabulary(size=4096, rate=25),
        components={role: Component(kind=kind, folder="part", licence="CC0-1.0", source="made up")},
        base=Base(name=base.name, version=base.version, sha256=base.digest) if base else None,
        consent=consent,
    )


@pytest.fixture
def store(tmp_path: Path) -> PackStore:
    """Two versions of a base pack, and of each a language pack in two versions, the second in use."""
    store = PackStore(tmp_path / "packs", tmp_path / "none")
    for number in (1, 2):
        base = write_pack(tmp_path / f"base-{number}", f"{number}.0.0")
        store.import_pack(tmp_path / f"base-{number}")
        for version in (f"0.{number}.1", f"0.{number}.2"):
            manifest = write_pack(tmp_path / f"es-{version}", version, base)
            store.import_pack(tmp_path / f"es-{version}")
            ActiveLanguages(store).use(manifest)
    return store


def in_use(store: PackStore) -> dict[str, list[str]]:
    active = ActiveLanguages(store)
    bases = [pack.manifest for pack in store.scan()[0] if not pack.manifest.base]
    return {base.version: [pack.manifest.version for pack in active.of(base)] for base in bases}


def test_the_base_says_which_is_taken_back(store: PackStore) -> None:
    assert in_use(store) == {"1.0.0": ["0.1.2"], "2.0.0": ["0.2.2"]}
    with pytest.raises(
        PackError, match=r"for several base packs \('tiny 1.0.0', 'tiny 2.0.0'\); say which with --base"
    ):
        undo("tiny-es", store=store)
    with pytest.raises(PackError, match=r"no language pack 'tiny-es' for the base pack 'tiny 3.0.0'"):
        undo("tiny-es", base="tiny 3.0.0", store=store)
    assert in_use(store) == {"1.0.0": ["0.1.2"], "2.0.0": ["0.2.2"]}
    assert undo("tiny-es", base="tiny 2.0.0", store=store) == "tiny-es 0.2.1 is in use again."
    assert in_use(store) == {"1.0.0": ["0.1.2"], "2.0.0": ["0.2.1"]}


def test_the_one_that_is_in_use_is_taken_back(store: PackStore) -> None:
    first = next(pack.manifest for pack in store.scan()[0] if pack.manifest.version == "0.1.2")
    ActiveLanguages(store).switch_off(first)
    assert undo("tiny-es", store=store) == "tiny-es 0.2.1 is in use again."
    assert in_use(store) == {"1.0.0": [], "2.0.0": ["0.2.1"]}


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["language", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_a_job_takes_its_own_back(
    job: Job, store: PackStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("trainer.language.install.undo", lambda name, **named: asked.append({"name": name, **named}))
    run("undo", job.folder)
    run("undo", "tiny-es", "--base", "tiny 1.0.0")
    assert asked == [
        {"name": "tiny-es", "base": job.base.sha256}, {"name": "tiny-es", "base": "tiny 1.0.0"},
    ]  # fmt: skip


def test_licence_and_consent_are_stated_on_the_command_line(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("install", job.folder, "--licence", "CC-BY-4.0", "--consent", "Ana agreed.") == 2  # nothing is trained
    again = Job.open(job.folder)
    assert (again.option("licence", ""), again.option("consent", "")) == ("CC-BY-4.0", "Ana agreed.")
    run("install", job.folder, "--consent", "")
    again = Job.open(job.folder)
    assert (again.option("licence", ""), again.option("consent", "?")) == ("CC-BY-4.0", "?")


def test_what_nobody_stated_is_said_at_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CSLM_PACKS", str(tmp_path / "packs"))
    base = write_pack(tmp_path / "base", "1.0.0")
    PackStore().import_pack(tmp_path / "base")
    for version, consent, said in (("0.1.0", "", "not stated"), ("0.2.0", "Ana agreed.", "Ana agreed.")):
        write_pack(tmp_path / version, version, base, consent)
        assert run("import", tmp_path / version) == 0
        assert f"Consent of the speakers: {said}\n" in capsys.readouterr().out
