"""The command line: results on the standard output, one sentence and exit code 2 for what a user can put right."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from cslm_core import __version__
from cslm_core.packs.build import build_pack
from cslm_core.packs.manifest import Component, UnitVocabulary


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No packs but those a test makes."""
    monkeypatch.setenv("CSLM_ASSETS", str(tmp_path / "assets"))
    monkeypatch.setenv("CSLM_PACKS", str(tmp_path / "packs"))
    return tmp_path


@pytest.fixture
def pack(folders: Path) -> Path:
    folder = folders / "assets" / "packs" / "tiny"
    (folder / "lm").mkdir(parents=True)
    (folder / "lm" / "config.json").write_text("{}")
    build_pack(
        folder,
        name="tiny",
        version="1.0",
        title="小的 [bold]",
        languages=["en"],
        units=UnitVocabulary(size=8, rate=25),
        components={"lm": Component(kind="llama", folder="lm", licence="Apache-2.0", source="made up")},
    )
    return folder


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"cslm {__version__}\n"


def test_packs(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("packs", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed["packs"]] == ["tiny"]
    assert run("packs", "info", "--json") == 0
    details = json.loads(capsys.readouterr().out)
    assert details["title"] == "小的 [bold]"
    assert details["components"]["lm"]["kind"] == "llama"
    assert run("packs", "verify", str(pack), "--json") == 0
    assert json.loads(capsys.readouterr().out)["digest"] == details["digest"]
    for command in (["list"], ["info", "tiny"], ["verify", "tiny"]):
        assert run("packs", *command) == 0
        assert "tiny" in capsys.readouterr().out


def test_a_damaged_pack_is_one_sentence(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "lm" / "config.json").write_text("[]")
    assert run("packs", "verify", "tiny") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.strip().count("\n") == 0
    assert "lm/config.json" in printed.err


def test_a_broken_and_a_missing_pack(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "pack.toml").write_text("schema = 99\n")
    assert run("packs", "list") == 0
    assert "update the program" in capsys.readouterr().err
    shutil.rmtree(pack)
    assert run("packs", "info") == 2
    assert "No pack was found" in capsys.readouterr().err


@pytest.mark.usefixtures("folders")
def test_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["version"] == __version__
    assert report["cores"]["usable"] >= 1
    assert report["memory"]["total"] > 0
    assert report["libraries"]["numpy"]
    assert run("doctor") == 0
    assert "cores" in capsys.readouterr().out


def test_a_wrong_option_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("packs", "list", "--nonsense") == 2
    assert "nonsense" in capsys.readouterr().err


def test_the_command_line_loads_nothing_heavy() -> None:
    heavy = {"torch", "transformers", "ctranslate2", "onnxruntime", "PySide6"}
    code = f"import sys, app.cli; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["ask", "--text", "hi", "--seed", "-1"], "Invalid value for '--seed'"),
        (["ask", "--text", "hi", "--seed", str(2**70)], "Invalid value for '--seed'"),
        (["speak", "hi", "--seed", "-1"], "Invalid value for '--seed'"),
        (["talk", "--seed", "-1"], "Invalid value for '--seed'"),
        (["ask", "--text", "hi", "--temperature", "nan"], "Invalid value for '--temperature'"),
        (["eval", "--temperature", "nan"], "Invalid value for '--temperature'"),
        (["ask", "--text", "hi", "--temperature", "inf"], "Invalid value for '--temperature'"),
        (["ask", "--text", "a", "--text", "b", "--out", "."], ". is a folder; name a file in it with --out."),
        (["ask", "--text", "a", "--text", "b", "--out", ""], "is a folder"),
        (["ask", "--text", "hi", "--out", "nowhere/a.wav"], "The folder nowhere is not there"),
        (["speak", "hi", "--out", "."], "is a folder"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_begun(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*options) == 2
    assert sentence in " ".join(capsys.readouterr().err.replace("│", " ").split())  # in a frame


def test_a_pack_is_verified_and_imported_from_a_zip(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = shutil.move(pack, pack.parents[2] / "elsewhere")
    archive = shutil.make_archive(str(other), "zip", other)
    assert run("packs", "verify", archive, "--json") == 0
    verified = json.loads(capsys.readouterr().out)
    assert (verified["ok"], verified["name"]) == (True, "tiny")
    assert run("packs", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["packs"] == []
    assert run("packs", "import", archive) == 0
    assert "tiny 1.0 is among the packs now" in capsys.readouterr().out
    assert run("packs", "import", str(other), "--json") == 0  # the same again
    taken = json.loads(capsys.readouterr().out)
    assert taken["digest"] == verified["digest"]
    assert Path(taken["folder"]).is_relative_to(pack.parents[2] / "packs")
    Path(archive).write_bytes(Path(archive).read_bytes()[:-40])
    for command in ("verify", "import"):
        assert run("packs", command, archive) == 2
        printed = capsys.readouterr()
        assert "damaged or not a zip" in printed.err
        assert printed.err.strip().count("\n") == 0
    assert run("packs", "import", "nowhere.zip") == 2
    assert "nowhere.zip does not exist" in capsys.readouterr().err
