"""The entry in the desktop's menu: its files are well-formed, complete in Chinese, and put in place and out again."""

import configparser
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from defusedxml import ElementTree

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def entries(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser


def test_the_entry_is_complete() -> None:
    desktop = entries(LINUX / "cslm.desktop")
    main = desktop["Desktop Entry"]
    assert main["Exec"] == "cslm window"
    assert main["Icon"] == "cslm"
    for section in desktop.values():
        for key in ("Name", "GenericName", "Comment", "Keywords"):
            assert (key in section) == (f"{key}[zh_CN]" in section)
    for action in filter(None, main["Actions"].split(";")):
        assert desktop[f"Desktop Action {action}"]["Exec"].startswith("cslm ")


def test_the_description_is_complete() -> None:
    root = ElementTree.parse(LINUX / "cslm.metainfo.xml").getroot()
    assert root is not None
    assert root.findtext("launchable") == "cslm.desktop"
    texts = [element for element in root.iter() if element.tag in ("summary", "p", "li")]
    assert sum(element.get(LANGUAGE) == "zh_CN" for element in texts) * 2 == len(texts)


def test_the_icon_is_drawn_of_shapes_only() -> None:
    root = ElementTree.parse(ROOT / "assets" / "icons" / "cslm.svg").getroot()
    assert root is not None
    assert root.get("viewBox") == "0 0 256 256"
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "defs", "linearGradient", "stop", "rect", "g", "path"}  # no font, no picture


@pytest.mark.skipif(os.name != "posix" or shutil.which("bash") is None, reason="bash")
def test_it_is_put_into_the_menu_and_out_again(tmp_path: Path) -> None:
    program = tmp_path / "a folder" / "cslm $1"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    data = tmp_path / "data"
    environment = {**os.environ, "XDG_DATA_HOME": str(data), "PROGRAM": str(program)}
    script = str(LINUX / "install.sh")
    subprocess.run(["bash", script], env=environment, check=True)
    entry = entries(data / "applications" / "cslm.desktop")["Desktop Entry"]
    assert entry["Exec"] == f'"{tmp_path}/a folder/cslm \\\\$1" window'
    assert (data / "icons" / "hicolor" / "scalable" / "apps" / "cslm.svg").is_file()
    subprocess.run(["bash", script, "--remove"], env=environment, check=True)
    assert [path for path in data.rglob("*.*") if path.is_file() and "cslm" in path.name] == []
