"""Running a tiny recipe with real child processes: what is done stays, what has changed is made anew."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cslm_core.errors import TrainingError
from trainer import cli
from trainer.recipe import Places, parse_recipe
from trainer.stages import Run, State

ROOT = Path(__file__).parents[2]
ORIGIN = "the hub repository someone/words (words.txt)"
WORDS = b"one two three four five six"

SHOUT = """
import sys
from pathlib import Path
took, made = map(Path, sys.argv[1:3])
made.write_text(took.read_text().upper() + "".join(sys.argv[3:]))
"""
# Takes the words one by one into its folder; stops before the fourth until somebody lets it go on.
COLLECT = """
import sys, time
from pathlib import Path
took, out, gate = map(Path, sys.argv[1:4])
out.mkdir(exist_ok=True)
done = sorted(out.glob("*.txt"))
print("begins with", len(done), flush=True)
for number, word in enumerate(took.read_text().split()):
    if number < len(done):
        continue
    while number == 3 and not gate.exists():
        time.sleep(0.02)
    (out / f"{number}.txt").write_text(word)
(out / "whole").write_text("")
"""
BREAK = """
import sys
from pathlib import Path
out = Path(sys.argv[1]); out.mkdir(); (out / "half").write_text("")
sys.exit("There is no more paper.")
"""
LAZY = "print('Nothing to do.')"

RECIPE = """
title = "Words"
[[source]]
name = "words"
title = "Words"
licence = "CC0"
origin = "ORIGIN"
[source.files]
"w/words.txt" = "DIGEST"
[[source]]
name = "gate"
title = "The gate"
licence = "Apache-2.0"
project = ["{assets}/note"]
[[stage]]
name = "shout"
about = "The words in capitals"
sources = ["words"]
run = ["tiny_shout", "{sources}/w/words.txt", "{work}/loud.txt", "!"]
makes = ["{work}/loud.txt"]
[[stage]]
name = "collect"
about = "One file per word"
needs = ["shout"]
sources = ["gate"]
resumes = true
run = ["tiny_collect", "{work}/loud.txt", "{work}/words", "{assets}/note/gate"]
makes = ["{work}/words", "{work}/words/whole"]
[[stage]]
name = "copy"
about = "The capitals again"
needs = ["shout"]
run = ["tiny_shout", "{work}/loud.txt", "{work}/deep/copy.txt"]
makes = ["{work}/deep/copy.txt"]
""".replace("ORIGIN", ORIGIN).replace("DIGEST", hashlib.sha256(WORDS).hexdigest())

GATED = RECIPE.replace('sources = ["gate"]\n', "").replace("{assets}/note/gate", "{work}/words/gate")
"""The same, where the gate is not one of the sources: to open it changes no stage."""


class World:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in (("shout", SHOUT), ("collect", COLLECT), ("break", BREAK), ("lazy", LAZY)):
            (folder / f"tiny_{name}.py").write_text(text)
        self.work, self.sources, self.assets = folder / "work", folder / "sources", folder / "assets"
        (self.sources / "w").mkdir(parents=True)
        (self.sources / "w" / "words.txt").write_bytes(WORDS)
        (self.assets / "note").mkdir(parents=True)
        (self.assets / "note" / "about").write_text("A gate.")
        self.file = folder / "recipe.toml"
        self.told: list[str] = []

    @property
    def options(self) -> list[str]:
        return ["--recipe", str(self.file), "--work", str(self.work), "--sources", str(self.sources)]

    def open_gate(self) -> None:
        (self.assets / "note" / "gate").write_text("")

    def run(self, recipe: str = RECIPE) -> Run:
        places = Places(work=self.work, sources=self.sources, assets=self.assets, recipe=self.folder)
        return Run(parse_recipe(recipe), places, self.told.append)

    def states(self, recipe: str = RECIPE) -> list[str]:
        return [str(state) for state in self.run(recipe).states().values()]

    def start(self, *, background: bool = False) -> subprocess.Popen[str]:
        """`cslm-trainer run` as a process of its own; in the `background` of a shell, Ctrl-C is ignored at first."""
        self.file.write_text(GATED)
        return subprocess.Popen(
            [sys.executable, "-m", "trainer.cli", "run", *self.options],
            env={**os.environ, "CSLM_ASSETS": str(self.assets)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if background else None,
        )

    def log(self, stage: str) -> str:
        return (self.work / "logs" / f"{stage}.log").read_text()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(ROOT))))
    return World(tmp_path)


@pytest.fixture
def whole(world: World) -> World:
    """Everything is done."""
    world.open_gate()
    assert world.run().run() == ["shout", "collect", "copy"]
    return world


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_all_that_is_not_done_is_run_once(whole: World) -> None:
    assert (whole.work / "loud.txt").read_text() == "ONE TWO THREE FOUR FIVE SIX!"
    assert (whole.work / "deep" / "copy.txt").read_text() == "ONE TWO THREE FOUR FIVE SIX!"
    assert len(list((whole.work / "words").glob("*.txt"))) == 6
    assert whole.states() == ["done"] * 3
    assert whole.run().run() == []
    assert [line.split(":")[0] for line in whole.told] == ["shout", "shout", "collect", "collect", "copy", "copy"]


def test_what_depends_on_a_changed_stage_is_made_anew(whole: World) -> None:
    changed = RECIPE.replace('"{work}/loud.txt", "!"', '"{work}/loud.txt", "?"')
    assert whole.states(changed) == ["outdated"] * 3
    assert whole.run(changed).run() == ["shout", "collect", "copy"]
    assert (whole.work / "deep" / "copy.txt").read_text().endswith("SIX?")
    assert (whole.work / "words" / "5.txt").read_text() == "SIX?"
    assert "begins with 0" in whole.log("collect").split("$ ")[-1]
    assert (whole.work / "outdated" / "loud.txt").read_text().endswith("SIX!")
    assert (whole.work / "outdated" / "words" / "5.txt").read_text() == "SIX!"


def test_only_the_changed_stage_and_what_needs_it(whole: World) -> None:
    changed = RECIPE.replace('"{work}/deep/copy.txt"]\nmakes', '"{work}/deep/copy.txt", "."]\nmakes')
    assert whole.states(changed) == ["done", "done", "outdated"]
    assert whole.run(changed).run() == ["copy"]
    (whole.assets / "note" / "about").write_text("Another gate.")
    assert whole.states(changed) == ["done", "outdated", "done"]
    assert whole.run(changed).run(["collect"]) == ["collect"]


def test_a_stage_run_again_makes_those_after_it_outdated(whole: World) -> None:
    assert whole.run().run(["shout"]) == []
    assert whole.run().run(["shout"], again=True) == ["shout"]
    assert whole.states() == ["done", "outdated", "outdated"]


def test_what_was_deleted_or_whose_stamp_is_damaged_is_missing(whole: World) -> None:
    (whole.work / "deep" / "copy.txt").unlink()
    (whole.work / "stamps" / "collect.json").write_text("{")
    assert whole.states() == ["done", "missing", "missing"]
    assert whole.run().run() == ["collect", "copy"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_goes_on(world: World, how: signal.Signals, background: bool) -> None:
    process = world.start(background=background)
    wait_until((world.work / "words" / "2.txt").exists)
    with pytest.raises(TrainingError, match="in use by process"):  # one at a time
        world.run().run()
    process.send_signal(how)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130, out
    assert "KeyboardInterrupt" in world.log("collect")  # the child has ended too
    assert world.states(GATED) == ["done", "unfinished", "missing"]
    (world.work / "words" / "0.txt").write_text("kept")
    (world.work / "words" / "gate").write_text("")
    assert world.run(GATED).run() == ["collect", "copy"]
    assert "begins with 3" in world.log("collect")
    assert (world.work / "words" / "0.txt").read_text() == "kept"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_what_an_interrupted_run_of_another_stage_has_left_is_not_gone_on_with(world: World) -> None:
    process = world.start()
    wait_until((world.work / "words" / "2.txt").exists)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    changed = GATED.replace('"{work}/words/gate"]', '"{work}/words/gate", "slower"]')
    world.open_gate()
    assert world.run(
        changed.replace("{work}/words/gate", "{assets}/note/gate").replace("resumes", 'sources = ["gate"]\nresumes')
    ).run(["collect"]) == ["collect"]
    assert "begins with 0" in world.log("collect").split("$ ")[-1]
    assert (world.work / "outdated" / "words" / "2.txt").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_stage_that_cannot_resume_leaves_nothing(world: World) -> None:
    text = GATED.replace("resumes = true\n", "")
    run = world.run(text)

    class Interrupted(Run):
        def _child(self, stage: Any, log: Path, held: tuple[int, ...]) -> None:
            if stage.name == "collect":
                threading.Timer(
                    0,
                    lambda: (wait_until((world.work / "words" / "2.txt").exists), os.kill(os.getpid(), signal.SIGINT)),
                ).start()
            super()._child(stage, log, held)

    with pytest.raises(KeyboardInterrupt):
        Interrupted(run.recipe, run.places, world.told.append).run()
    assert not (world.work / "words").exists()
    assert world.states(text) == ["done", "missing", "missing"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_killed_child_is_told_and_the_next_run_goes_on_where_it_was(world: World) -> None:
    killed: list[int] = []

    class Killing(Run):
        def _child(self, stage: Any, log: Path, held: tuple[int, ...]) -> None:
            def kill() -> None:
                wait_until((world.work / "words" / "2.txt").exists)
                (found,) = (p for p in Path("/proc").iterdir() if p.name.isdecimal() and _is(p, "tiny_collect", world))
                killed.append(int(found.name))
                os.kill(killed[0], signal.SIGKILL)

            if stage.name == "collect":
                thread = threading.Thread(target=kill)
                thread.start()
                try:
                    super()._child(stage, log, held)
                finally:
                    thread.join()
            else:
                super()._child(stage, log, held)

    if not Path("/proc/self/cmdline").exists():
        pytest.skip("finding the child needs /proc")
    run = world.run(GATED)
    with pytest.raises(TrainingError, match=r"The stage collect failed \(begins with 0\); all it said is in "):
        Killing(run.recipe, run.places, world.told.append).run()
    assert len(killed) == 1
    assert world.states(GATED) == ["done", "unfinished", "missing"]
    (world.work / "words" / "0.txt").write_text("kept")
    (world.work / "words" / "gate").write_text("")
    assert world.run(GATED).run() == ["collect", "copy"]
    assert "begins with 3" in world.log("collect")
    assert (world.work / "words" / "0.txt").read_text() == "kept"
    assert world.states(GATED) == ["done"] * 3


def test_a_child_that_was_left_behind_is_not_joined_by_another(world: World) -> None:
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("finding the child needs /proc")
    process = world.start()
    wait_until((world.work / "words" / "2.txt").exists)
    process.kill()
    process.communicate(timeout=60)
    (child,) = (p for p in Path("/proc").iterdir() if p.name.isdecimal() and _is(p, "tiny_collect", world))
    with pytest.raises(TrainingError, match="A process of an earlier run still works on the stage collect"):
        world.run(GATED).run()
    assert (world.work / "words" / "2.txt").exists()
    os.kill(int(child.name), signal.SIGKILL)
    (world.work / "words" / "gate").write_text("")
    wait_until(lambda: not _is(child, "tiny_collect", world))
    assert world.run(GATED).run() == ["collect", "copy"]
    assert "begins with 3" in world.log("collect").split("$ ")[-1]


def _is(process: Path, module: str, world: World) -> bool:
    try:
        line = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return module.encode() in line and str(world.work / "words").encode() in line


def test_of_a_failed_stage_nothing_is_left(world: World) -> None:
    text = RECIPE.replace('"tiny_shout", "{sources}/w/words.txt", ', '"tiny_break", ')
    with pytest.raises(TrainingError, match=r"The stage shout failed \(There is no more paper\); all it said is in .*"):
        world.run(text).run()
    assert not (world.work / "loud.txt").exists()
    assert world.states(text) == ["missing"] * 3
    text = RECIPE.replace('"tiny_shout", "{sources}/w/words.txt", ', '"tiny_lazy", ')
    with pytest.raises(TrainingError, match=r"The stage shout ended without making .*loud\.txt; read .*shout\.log"):
        world.run(text).run()


def test_a_missing_source_is_told_with_its_origin_before_anything_runs(world: World) -> None:
    path = world.sources / "w" / "words.txt"
    path.unlink()
    with pytest.raises(TrainingError) as refused:
        world.run().run()
    assert str(refused.value) == f"{path} is missing (Words); get it from {ORIGIN} and put it there."
    assert world.told == []


@pytest.mark.parametrize("kind", ["programs", "modules"])
def test_what_is_not_installed_is_told_before_anything_runs(world: World, kind: str) -> None:
    tool = f'[[source]]\nname = "tool"\ntitle = "A tool"\nlicence = "MIT"\norigin = "apt"\n{kind} = ["no_such_tool"]\n'
    recipe = RECIPE.replace("[[stage]]", f"{tool}[[stage]]", 1).replace('["words"]', '["words", "tool"]')
    with pytest.raises(TrainingError) as refused:
        world.run(recipe).run()
    assert str(refused.value) == "no_such_tool is missing (A tool); install it: apt."
    assert world.told == []
    there = recipe.replace("no_such_tool", "sh" if kind == "programs" else "json")
    world.open_gate()
    world.run(there).run(["shout"])
    assert world.states(there)[0] == world.states()[0] == "done"  # what is installed is not pinned


def test_another_file_is_refused(world: World) -> None:
    (world.sources / "w" / "words.txt").write_bytes(WORDS + b"?")
    with pytest.raises(TrainingError, match=r"is not the file that the recipe means .* get it again from the hub"):
        world.run().run()
    assert world.told == []
    assert world.states() == ["missing"] * 3


def test_a_stage_by_name(world: World) -> None:
    with pytest.raises(TrainingError, match="There is no stage whisper; there are shout, collect, copy"):
        world.run().run(["whisper"])
    with pytest.raises(TrainingError, match="The stage copy needs shout, which is missing; run shout first"):
        world.run().run(["copy"])
    assert world.run().run(["copy", "shout"]) == ["shout", "copy"]
    assert world.run().states()["collect"] is State.MISSING


def command(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main([*map(str, arguments)])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_the_command_line(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSLM_ASSETS", str(world.assets))
    world.file.write_text(RECIPE)
    world.open_gate()
    folders = world.options
    code, out, _ = command(capsys, "run", "shout", *folders)
    assert (code, out.splitlines()[-1].startswith("shout: done in")) == (0, True)
    found = json.loads(command(capsys, "stages", *folders, "--json")[1])
    assert [s["state"] for s in found["stages"]] == ["done", "missing", "missing"]
    assert found["stages"][0]["sources"] == [{"name": "words", "licence": "CC0"}]
    assert found["sources"][0]["missing"] == []
    out = command(capsys, "stages", *folders)[1]
    assert "collect" in out
    assert "CC0" in out
    assert command(capsys, "run", *folders)[0] == 0
    assert command(capsys, "run", *folders)[1] == "Everything is done already.\n"
    assert command(capsys, "run", "nothing", *folders)[0] == 2
    assert command(capsys, "run", "--again", *folders)[0] == 2
    code, _, err = command(capsys, "stages", "--recipe", world.folder / "none.toml")
    assert (code, "There is no recipe" in err) == (2, True)


def test_the_starter_recipe_is_listed_anywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(command(capsys, "stages", "--work", tmp_path, "--json")[1])
    assert {s["state"] for s in found["stages"]} == {"missing"}
    assert list(tmp_path.iterdir()) == []
