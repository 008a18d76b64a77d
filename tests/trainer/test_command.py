"""How commands end: nothing that a user can mend is told with a traceback, and no bug without one."""

import argparse
import errno
import importlib
import json
import math
from pathlib import Path

import pytest
import torch

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from trainer.cli_stages import STARTER
from trainer.command import run_command, settings_of
from trainer.decoder.job import Job
from trainer.recipe import Places, Stage, read_recipe

STAGES = {stage.module: stage for stage in reversed(read_recipe(STARTER).stages)}
"""The first stage of each command."""


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=1)
    return parser


def ended(error: BaseException) -> int:
    """The code with which a command ends in which this is raised."""

    def run(options: argparse.Namespace) -> None:
        raise error

    with pytest.raises(SystemExit) as caught:
        run_command(run, parser(), [])
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_a_command_that_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(lambda options: print(options.number), parser(), ["--number", "3"])
    assert capsys.readouterr() == ("3\n", "")


def test_a_result_is_no_exit_code() -> None:
    run_command(lambda options: options.number, parser(), [])


def test_wrong_options_are_told_by_the_parser(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(lambda options: None, parser(), ["--number", "x"])
    assert caught.value.code == 2
    assert "invalid int value: 'x'" in capsys.readouterr().err


def test_an_error_for_the_user_is_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(TrainingError("There is no voice; name one.")) == 2
    assert capsys.readouterr() == ("", "There is no voice; name one.\n")


def test_ctrl_c_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(KeyboardInterrupt()) == 130
    assert capsys.readouterr() == ("", "")


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ValueError, match="shapes"):
        run_command(lambda options: int("shapes"), parser(), [])


def test_a_file_that_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(lambda options: (tmp_path / "none.json").read_text(), parser(), [])
    assert caught.value.code == 2
    assert capsys.readouterr() == ("", f"No such file or directory: {str(tmp_path / 'none.json')!r}.\n")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device."),
        (OSError(errno.ENOTEMPTY, "Directory not empty", "a", None, "b"), "Directory not empty: 'a' -> 'b'."),
        (FileNotFoundError("No such file or directory: x"), "No such file or directory: x."),
        (OSError("x is no folder.\nIf this is a private repository, log in."), "x is no folder."),
        (OSError("\nx is no folder"), "x is no folder."),
        (OSError(), "OSError."),
    ],
)
def test_what_the_system_refuses_is_one_line(error: OSError, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(error) == 2
    assert capsys.readouterr().err == f"{sentence}\n"


def test_options_are_logged_as_json() -> None:
    options = argparse.Namespace(
        out=Path("job"), corpus=[Path("a"), Path("b")], start=Path("decoder"), rate=5e-4, minutes=math.inf, speaker=None
    )
    said = settings_of(options)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said == {"corpus": ["a", "b"], "start": "decoder", "rate": 5e-4, "minutes": None, "speaker": None}


# --- the commands themselves ---


@pytest.fixture(autouse=True)
def own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What commands change of their process, they do not change of this one."""
    monkeypatch.setattr(Job, "catch_signals", lambda job: None)
    monkeypatch.setattr(torch, "set_num_threads", lambda threads: None)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def told(module: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says that cannot go on: one line."""
    with pytest.raises(SystemExit) as caught:
        importlib.import_module(module).main(arguments)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.endswith(".\n")
    return said


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.module)
def test_a_stage_whose_needs_are_missing(stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = Places(work=tmp_path / "work", sources=tmp_path / "sources", assets=assets_folder(), recipe=STARTER.parent)
    module = "trainer.evaluation.__main__" if stage.module == "trainer.evaluation" else stage.module
    told(module, [places.fill(argument) for argument in stage.arguments], capsys)


@pytest.mark.parametrize(
    ("module", "arguments", "words"),
    [
        ("trainer.lm.from_pack", ["--pack", "nowhere", "--out", "start"], "nowhere"),
        ("trainer.decoder.evaluate", ["--corpus", "nowhere", "--whisper", "w"], "Nothing to judge"),
        ("trainer.language.bench", ["nowhere"], "nowhere"),
        ("trainer.sources.whisper", ["--model", "nowhere", "--out", "o"], "nowhere"),
    ],
)
def test_other_refusals(
    module: str,
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert words in told(module, arguments, capsys)
