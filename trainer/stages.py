"""Runs the stages of a recipe as child processes, and knows which of them are done.

A stage that is run writes its stamp twice: when it begins, and when it has ended well and made what it should. The
stamp holds the hash of the stage's definition, its sources and the stamps of the stages that it needs; a stage is done
while that hash is still the same. What was made from something else is set aside (`WORK/outdated`), never deleted.
Knows nothing of speech, nor of what the modules do.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_json
from trainer.language.lock import job_lock
from trainer.recipe import Places, Recipe, Source, Stage

__all__ = ["Run", "State"]

_ENVIRONMENT: Final = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "HF_HUB_OFFLINE": "1"}
"""Of a child: what it says is in its log at once, and libraries do not ask a hub for what the recipe does not name."""
_PATIENCE: Final = 120.0
"""Seconds that an interrupted child has for its last checkpoint."""


class State(StrEnum):
    """How it stands with a stage."""

    DONE = "done"
    OUTDATED = "outdated"
    """Made, but from something else than would be taken now."""
    UNFINISHED = "unfinished"
    """Interrupted; the next run goes on with it."""
    MISSING = "missing"


class Run:
    """A recipe in its folders. `tell` hears one line whenever something begins or ends."""

    def __init__(self, recipe: Recipe, places: Places, tell: Callable[[str], None] = print) -> None:
        self.recipe, self.places, self.tell = recipe, places, tell
        self._verified: set[tuple[str, int, int]] = set()
        self._project: dict[str, str] = {}

    # --- how it stands ---

    def states(self) -> dict[str, State]:
        """The state of each stage, in order."""
        found: dict[str, State] = {}
        for stage in self.recipe.stages:
            found[stage.name] = self._state(stage, found)
        return found

    def _state(self, stage: Stage, before: dict[str, State]) -> State:
        stamp = self._stamp(stage)
        if stamp is None:
            return State.MISSING
        if not stamp["done"]:
            return State.UNFINISHED if stage.resumes else State.MISSING
        if not all(self.places.path(path).exists() for path in stage.makes):
            return State.MISSING
        fits = stamp["hash"] == self.fingerprint(stage) and all(before[n] is State.DONE for n in stage.needs)
        return State.DONE if fits else State.OUTDATED

    def fingerprint(self, stage: Stage) -> str:
        """The hash of all that the stage's result depends on, but for the programs that are installed."""
        sources = {s.name: self._hashes(s) for s in map(self.recipe.source, stage.sources) if s.paths}
        needs = {name: self._stamp(self.recipe.stage(name)) for name in stage.needs}
        whole = {"run": stage.run, "makes": stage.makes, "sources": sources, "needs": needs}
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    def _stamp_path(self, stage: Stage) -> Path:
        return self.places.work / "stamps" / f"{stage.name}.json"

    def _stamp(self, stage: Stage) -> dict[str, Any] | None:
        try:
            stamp = json.loads(self._stamp_path(stage).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return stamp if isinstance(stamp, dict) and {"done", "hash", "at"} <= stamp.keys() else None

    # --- sources ---

    def absent(self, source: Source) -> list[str]:
        """What of a source is not there: paths, and names of what is not installed."""
        paths = [str(path) for path in map(self.places.path, source.paths) if not path.exists()]
        programs = [name for name in source.programs if shutil.which(name) is None]
        return paths + programs + [name for name in source.modules if importlib.util.find_spec(name) is None]

    def _hashes(self, source: Source) -> dict[str, str]:
        return source.files or {path: self._tree(path) for path in source.project}

    def _tree(self, path: str) -> str:
        """The hash of a file or of all files of a folder, read once; "" where there is none."""
        if path not in self._project:
            root = self.places.path(path)
            files = sorted(f for f in root.rglob("*") if f.is_file()) if root.is_dir() else [root]
            lines = [f"{f.relative_to(root).as_posix()} {_sha256(f)}\n" for f in files if f.exists()]
            self._project[path] = hashlib.sha256("".join(lines).encode()).hexdigest() if lines else ""
        return self._project[path]

    def _check_there(self, stages: Sequence[Stage]) -> None:
        for name in dict.fromkeys(name for stage in stages for name in stage.sources):
            source = self.recipe.source(name)
            if absent := self.absent(source):
                where = f"get it from {source.origin} and put it there" if source.files else "it belongs to the project"
                if not source.paths:
                    where = f"install it: {source.origin}"
                raise TrainingError(f"{absent[0]} is missing ({source.title}); {where}.")

    def _verify(self, stage: Stage) -> None:
        """TrainingError where a fetched file is not the one that the recipe means."""
        for source in map(self.recipe.source, stage.sources):
            for name, digest in source.files.items():
                path = self.places.sources / name
                about = path.stat()
                key = (name, about.st_size, about.st_mtime_ns)
                if key in self._verified:
                    continue
                if _sha256(path) != digest:
                    raise TrainingError(
                        f"{path} is not the file that the recipe means (its sha256 is another); "
                        f"get it again from {source.origin}."
                    )
                self._verified.add(key)

    # --- running ---

    def run(self, names: Sequence[str] = (), *, again: bool = False) -> list[str]:
        """Run the named stages, or all, that are not done (`again`: all of them); the names of those that were run.

        TrainingError for an unknown name, a source that is missing or another file, a stage whose needs are not done,
        and a stage that fails. KeyboardInterrupt when interrupted; the child has ended by then.
        """
        wanted = {self.recipe.stage(name).name for name in names} or {s.name for s in self.recipe.stages}
        with self._alone():
            states = self.states()
            waiting = [s for s in self.recipe.stages if s.name in wanted and (again or states[s.name] != State.DONE)]
            self._check_there(waiting)  # now, not after hours
            ran: list[str] = []
            for stage in self.recipe.stages:
                if stage.name not in wanted:
                    continue
                states = self.states()
                if states[stage.name] is State.DONE and not again:
                    continue
                if waits := [name for name in stage.needs if states[name] is not State.DONE]:
                    raise TrainingError(
                        f"The stage {stage.name} needs {waits[0]}, which is {states[waits[0]]}; run {waits[0]} first."
                    )
                with self._held(stage) as held:
                    self._run(stage, held, again=again)
                ran.append(stage.name)
            return ran

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            for folder in ("stamps", "logs"):
                (self.places.work / folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TrainingError(f"{self.places.work} cannot be made; choose another folder with --work.") from error
        with job_lock(self.places.work, "run"):
            yield

    def _run(self, stage: Stage, held: tuple[int, ...], *, again: bool) -> None:
        self._verify(stage)
        stamp, own = self._stamp(stage), self.fingerprint(stage)
        goes_on = stage.resumes and not again and stamp is not None and not stamp["done"] and stamp["hash"] == own
        if not goes_on:
            self._set_aside(stage)
        for made in self._made(stage):
            made.parent.mkdir(parents=True, exist_ok=True)
        self._write_stamp(stage, own, done=False)
        log = self.places.work / "logs" / f"{stage.name}.log"
        self.tell(f"{stage.name}: {'goes on' if goes_on else 'begins'}; log: {log}")
        began = time.monotonic()
        finished = False
        try:
            self._child(stage, log, held)
            if missing := [p for p in map(self.places.path, stage.makes) if not p.exists()]:
                raise TrainingError(f"The stage {stage.name} ended without making {missing[0]}; read {log}.")
            finished = True
        finally:
            if not finished and not stage.resumes:
                for made in self._made(stage):
                    _remove(made)
        self._write_stamp(stage, own, done=True)
        self.tell(f"{stage.name}: done in {time.monotonic() - began:.0f} s")

    def _child(self, stage: Stage, log: Path, held: tuple[int, ...]) -> None:
        """Run the stage's command. It has a group of its own, so that only this process hears Ctrl-C and passes it on
        once: a second one would interrupt a last checkpoint."""
        command = [sys.executable, "-m", stage.module, *map(self.places.fill, stage.arguments)]
        with log.open("ab") as out:
            out.write(f"\n$ {' '.join(command[1:])}\n".encode())
            out.flush()
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **_ENVIRONMENT},
                start_new_session=True,
                pass_fds=held,
            )
            try:
                code = child.wait()
            finally:  # Ctrl-C, or anything else: nobody goes on writing
                _end(child)
        if code:
            raise TrainingError(f"The stage {stage.name} failed ({_last_line(log)}); all it said is in {log}.")

    @contextlib.contextmanager
    def _held(self, stage: Stage) -> Iterator[tuple[int, ...]]:
        """A lock that is the child's too: when this process is killed, it is held as long as the child lives."""
        if sys.platform == "win32":
            yield ()
            return
        import fcntl

        with self._stamp_path(stage).with_suffix(".lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise TrainingError(
                    f"A process of an earlier run still works on the stage {stage.name}; wait for its end, or end it."
                ) from error
            yield (file.fileno(),)

    def _write_stamp(self, stage: Stage, own: str, *, done: bool) -> None:
        # `at` makes stamps of two runs different, so that a stage run again makes those after it outdated.
        atomic_write_json(self._stamp_path(stage), {"done": done, "hash": own, "at": time.time_ns()})

    def _made(self, stage: Stage) -> list[Path]:
        """What the stage makes, folders before what is in them."""
        return sorted(map(self.places.path, stage.makes), key=lambda path: len(path.parts))

    def _set_aside(self, stage: Stage) -> None:
        """Move what the stage has made to `WORK/outdated`, in place of what was set aside there before."""
        for path in self._made(stage):
            if path.exists():
                aside = self.places.work / "outdated" / path.relative_to(self.places.work)
                _remove(aside)
                aside.parent.mkdir(parents=True, exist_ok=True)
                path.rename(aside)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask the child to end, wait for its last checkpoint, and end it with all that it started if need be."""
    if child.poll() is not None:
        return
    try:
        if os.name == "posix":
            child.send_signal(signal.SIGINT)
        else:
            child.terminate()
        child.wait(_PATIENCE)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
        child.wait()


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:300].rstrip(".")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
