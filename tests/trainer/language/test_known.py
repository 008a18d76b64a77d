import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from cslm_core.packs.manifest import read_manifest
from tests.trainer.language.tiny_job import make_job
from trainer.language import known
from trainer.language.job import Job
from trainer.language.known import bring_known, known_of
from trainer.language.replay import rehearsed_spoken
from trainer.language.training import Run, begin

WORDS = [["Where", 0, 4], ["is", 4, 6], ["it", 6, 8]]


def rows(name: str, text: str, speaker: str) -> dict[str, bytes]:
    manifest = {"id": name, "audio": "", "text": text, "language": "en", "speaker": speaker}
    units = {"id": name, "units": [3, 9, 4, 8, 1, 2, 7, 5], "durations": [2] * 8, "words": WORDS}
    return {"manifest.jsonl": json.dumps(manifest).encode() + b"\n", "units.jsonl": json.dumps(units).encode() + b"\n"}


CORPORA = {
    "questions": rows("advice.sleep_better.q0.en", "How can I sleep better?", "somebody"),
    "answers": rows("advice.sleep_better.a0.en", "Keep a fixed bedtime.", "reader"),
    "others": rows("advice.sleep_better.a1.en", "Go to bed early.", "somebody"),
}


def write_recipes(folder: Path, base: Path, members: dict[str, bytes] | None = None, **about: object) -> Path:
    """An archive with its description, for the pack in `base`."""
    folder.mkdir()
    files = members or {f"{c}/{name}": data for c, corpus in CORPORA.items() for name, data in corpus.items()}
    archive = folder / "tiny-units.tar.xz"
    with tarfile.open(archive, "w:xz") as opened:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            opened.addfile(member, io.BytesIO(data))
    digests = {f.path.removeprefix("tokenizer/"): f.sha256 for f in read_manifest(base).files if "tokenizer/" in f.path}
    said = {"sha256": hashlib.sha256(archive.read_bytes()).hexdigest(), "tokenizer": digests, **about}
    table = "\n".join(f'"{name}" = "{digest}"' for name, digest in said["tokenizer"].items())
    (folder / "tiny-units.toml").write_text(
        f'sha256 = "{said["sha256"]}"\naloud = ["reader"]\n[tokenizer]\n{table}\n', "utf-8"
    )
    return folder


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return make_job(tmp_path / "job", rehearsal=0, samples=0)


def test_what_the_base_was_taught_with_is_brought_along(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "RECIPES", write_recipes(tmp_path / "recipes", Path(job.base.folder)))
    config = begin(job)
    found = known_of(job)
    assert [folder.name for folder in found.folders] == ["answers", "others", "questions"]
    assert found.aloud == ("reader",)
    spoken = rehearsed_spoken(job)
    assert spoken["advice.sleep_better.q0.en"][0].units == [3, 9, 4, 8, 1, 2, 7, 5]
    assert "advice.sleep_better.a0.en" in spoken
    assert "advice.sleep_better.a1.en" not in spoken  # the decoder does not know that voice
    run = Run(job, config)
    drawn = [example for step in range(20) for example in run.mixture.replay.batch(step, 200)]
    assert all(example.held for example in drawn)
    # Nothing was rehearsed, so that all speech in it is what was brought along.
    assert any(run.layout.sosp in example.ids for example in drawn)


def test_units_of_another_tokenizer_are_left_alone(job: Job, tmp_path: Path) -> None:
    recipes = write_recipes(tmp_path / "recipes", Path(job.base.folder), tokenizer={"quantiser.safetensors": "0" * 64})
    assert not bring_known(job, recipes)
    assert known_of(job).folders == ()


@pytest.mark.parametrize("name", ["../units.jsonl", "a/b/units.jsonl", "/units.jsonl", "a/run.sh", "A/units.jsonl"])
def test_nothing_leaves_the_folder(job: Job, tmp_path: Path, name: str) -> None:
    recipes = write_recipes(tmp_path / "recipes", Path(job.base.folder), {name: b"{}\n"})
    with pytest.raises(TrainingError, match="holds what it should not"):
        bring_known(job, recipes)
    assert known_of(job).folders == ()


def test_too_much_is_not_unpacked(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_MOST", 100)
    with pytest.raises(TrainingError, match="holds what it should not"):
        bring_known(job, write_recipes(tmp_path / "recipes", Path(job.base.folder)))


def test_a_damaged_archive_is_told(job: Job, tmp_path: Path) -> None:
    recipes = write_recipes(tmp_path / "recipes", Path(job.base.folder), sha256="1" * 64)
    with pytest.raises(TrainingError, match="is damaged; install the program again"):
        bring_known(job, recipes)
    archive = recipes / "tiny-units.tar.xz"
    archive.write_bytes(archive.read_bytes()[:60])
    about = recipes / "tiny-units.toml"
    about.write_text(about.read_text().replace("1" * 64, hashlib.sha256(archive.read_bytes()).hexdigest()))
    with pytest.raises(TrainingError, match="is damaged; install the program again"):
        bring_known(job, recipes)
    assert known_of(job).folders == ()


def test_an_interrupted_unpacking_begins_anew(job: Job, tmp_path: Path) -> None:
    half = job.training / "known" / "stale"
    half.mkdir(parents=True)
    (half / "units.jsonl").write_text("half")
    assert bring_known(job, write_recipes(tmp_path / "recipes", Path(job.base.folder)))
    assert [folder.name for folder in known_of(job).folders] == ["answers", "others", "questions"]


def test_the_starter_pack_brings_its_own(tmp_path: Path) -> None:
    """The archive beside the recipes is of the tokenizer that ships; else a language would be taught without it."""
    base = assets_folder() / "packs" / "starter"
    if not base.is_dir():
        pytest.skip("no starter pack here")
    starter_job = make_job(tmp_path / "job", base)
    assert bring_known(starter_job)
    folders = {folder.name for folder in known_of(starter_job).folders}
    assert {"hsk", "en-answers", "kokoro-zh", "en-q-joe"} <= folders
