"""A recipe as typed structs: its sources with licences and hashes, and its stages in the order of their needs.

A stage is one module command. Its arguments may hold `{work}` (what the stages make), `{sources}` (what was fetched),
`{assets}` (what comes with the program) and `{recipe}` (the recipe's own folder). The reader checks that a stage names
all that it takes: every path below `{work}` is made by the stage or by one that it needs, every other one belongs to
one of its sources. Knows nothing of speech, and not whether anything is there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from cslm_core.errors import TrainingError

__all__ = ["Places", "Recipe", "Source", "Stage", "parse_recipe", "read_recipe"]

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MODULE: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_PLACES: Final = ("work", "sources", "assets", "recipe")
_KEPT: Final = frozenset({"logs", "lock", "outdated", "sources", "stamps"})
"""Names in the work folder that no stage may make."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a stage takes from outside.

    Either `files`, fetched by a person: their paths below `{sources}` with their sha256, and `origin` says where they
    are to be had. Or `project`: files and folders that belong to the project (`{assets}/...`, `{recipe}/...`), whose
    state is that of the tree and so is not pinned. Or what must be installed, and `origin` says how: `programs` that
    are called, and `modules` of Python packages; they are not pinned either.
    """

    name: str
    title: str
    licence: str
    origin: str = ""
    files: dict[str, str] = {}
    project: list[str] = []
    programs: list[str] = []
    modules: list[str] = []

    @property
    def paths(self) -> list[str]:
        """All its paths, with placeholders; none of what is installed."""
        return [*(f"{{sources}}/{path}" for path in self.files), *self.project]


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One command: a module that is run with arguments.

    `makes` is there when it has ended well. `resumes`: the module goes on with what an interrupted run has left; of
    any other stage nothing is left.
    """

    name: str
    about: str
    run: list[str]
    makes: list[str]
    needs: list[str] = []
    sources: list[str] = []
    resumes: bool = False

    @property
    def module(self) -> str:
        return self.run[0]

    @property
    def arguments(self) -> list[str]:
        return self.run[1:]


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of a recipe; the stages stand in an order in which they can be run."""

    title: str
    sources: list[Source] = msgspec.field(name="source", default_factory=list)
    stages: list[Stage] = msgspec.field(name="stage")

    def source(self, name: str) -> Source:
        return next(s for s in self.sources if s.name == name)

    def stage(self, name: str) -> Stage:
        """TrainingError for a name that no stage has."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise TrainingError(f"There is no stage {name}; there are {', '.join(s.name for s in self.stages)}.")


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """The folders that the placeholders stand for."""

    work: Path
    sources: Path
    assets: Path
    recipe: Path

    def fill(self, text: str) -> str:
        """`text` with its placeholders replaced."""
        return _PLACE.sub(lambda match: str(getattr(self, match[1])), text)

    def path(self, text: str) -> Path:
        return Path(self.fill(text))


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe file. TrainingError naming the file."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise TrainingError(f"There is no recipe {path}; name another with --recipe.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"The recipe {path} cannot be read; check that it is a text file you may read.") from error
    return parse_recipe(text, str(path))


def parse_recipe(text: str, label: str = "recipe") -> Recipe:
    """Parse and check the text of a recipe; `label` is what messages call it. TrainingError."""
    try:
        recipe = msgspec.convert(tomllib.loads(text), Recipe)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise TrainingError(f"The recipe {label} is not TOML: {error}.") from error
    except msgspec.ValidationError as error:
        fault = str(error).replace("`", "'").replace("$.", "").rstrip(".")
        raise TrainingError(f"The recipe {label} is not valid: {fault}.") from error
    for fault in _faults(recipe):
        raise TrainingError(f"The recipe {label} is not valid: {fault}.")
    return msgspec.structs.replace(recipe, stages=_in_order(recipe.stages, label))


def _faults(recipe: Recipe) -> Iterator[str]:
    """What is wrong with well-typed values."""
    sources = {s.name: s for s in recipe.sources}
    stages = {s.name: s for s in recipe.stages}
    for kind, names in (("source", [s.name for s in recipe.sources]), ("stage", [s.name for s in recipe.stages])):
        for number, name in enumerate(names):
            if not _NAME.fullmatch(name):
                yield f"{name!r} is no name for a {kind}; use small letters, digits and hyphens"
            if name in names[:number]:
                yield f"there are two {kind}s {name}"
    for source in recipe.sources:
        yield from _faults_of_source(source)
    for stage in recipe.stages:
        yield from (f"the stage {stage.name} needs {n}, which is no stage" for n in stage.needs if n not in stages)
        yield from (f"the stage {stage.name} takes {n}, which is no source" for n in stage.sources if n not in sources)
    made_by: dict[str, str] = {}
    for stage in recipe.stages:
        for path in stage.makes:
            if path in made_by:
                yield f"{path} is made by {made_by[path]} and {stage.name}"
            made_by[path] = stage.name
        yield from _faults_of_stage(stage, sources, stages)


def _faults_of_source(source: Source) -> Iterator[str]:
    if sum(map(bool, (source.files, source.project, source.programs or source.modules))) != 1:
        yield f"the source {source.name} must have either files, or paths of the project, or what is installed"
    if not source.project and not source.origin:
        yield f"the source {source.name} does not say where it is to be had"
    for path, digest in source.files.items():
        if not _SHA256.fullmatch(digest):
            yield f"{path} of the source {source.name} has no sha256"
    yield from (f"{path} of the source {source.name} is no plain path" for path in source.paths if not _plain(path))
    for path in source.project:
        if not path.startswith(("{assets}/", "{recipe}/")):
            yield f"{path} of the source {source.name} is not below {{assets}} or {{recipe}}"


def _faults_of_stage(stage: Stage, sources: Mapping[str, Source], stages: Mapping[str, Stage]) -> Iterator[str]:
    if not stage.run or not _MODULE.fullmatch(stage.module):
        yield f"the stage {stage.name} runs no module"
        return
    if not stage.makes:
        yield f"the stage {stage.name} makes nothing"
    for path in stage.makes:
        if not (path.startswith("{work}/") and _plain(path)):
            yield f"the stage {stage.name} makes {path}, which is not below {{work}}"
        elif path.split("/")[1] in _KEPT:
            yield f"the stage {stage.name} makes {path}, whose name is kept for something else"
    made = [path for name in (stage.name, *stage.needs) for path in stages[name].makes]
    taken = [path for name in stage.sources for path in sources[name].paths]
    for argument in stage.arguments:
        places = _PLACE.findall(argument)
        unknown = [place for place in places if place not in _PLACES]
        if unknown:
            yield f"the stage {stage.name} has {{{unknown[0]}}}; there are {', '.join(f'{{{p}}}' for p in _PLACES)}"
        elif places and not (argument.startswith("{") and len(places) == 1 and _plain(argument)):
            yield f"the stage {stage.name} has {argument}, where a path must begin with its one placeholder"
        elif places == ["work"] and not _touches(argument, made):
            yield f"the stage {stage.name} has {argument}, which neither it nor a stage that it needs makes"
        elif places and places != ["work"] and not _touches(argument, taken):
            yield f"the stage {stage.name} has {argument}, which is in none of its sources"


def _plain(path: str) -> bool:
    """Whether every part of the path is a name, so that it stays where it begins."""
    return "\\" not in path and all(part not in {"", ".", ".."} for part in path.split("/"))


def _touches(path: str, others: Iterable[str]) -> bool:
    """Whether the path is one of the others, or lies in one, or holds one."""
    own = PurePosixPath(path)
    return any(own.is_relative_to(other) or PurePosixPath(other).is_relative_to(own) for other in others)


def _in_order(stages: Sequence[Stage], label: str) -> list[Stage]:
    """Each stage after what it needs, else as they stand. TrainingError for stages that need each other."""
    ordered: list[Stage] = []
    waiting = list(stages)
    while waiting:
        done = {s.name for s in ordered}
        ready = next((s for s in waiting if done.issuperset(s.needs)), None)
        if ready is None:
            raise TrainingError(f"The recipe {label} goes in a circle: {_circle(waiting)}.")
        waiting.remove(ready)
        ordered.append(ready)
    return ordered


def _circle(stages: Sequence[Stage]) -> str:
    """One circle among stages of which each needs another of them: "a needs b needs a"."""
    left = {s.name: s for s in stages}
    path = [stages[0].name]
    while path.count(path[-1]) == 1:
        path.append(next(name for name in left[path[-1]].needs if name in left))
    return " needs ".join(path[path.index(path[-1]) :])
