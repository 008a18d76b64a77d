"""The job folder of a new language: what every step reads and leaves, on the command line and in the window alike.

| file | is |
|---|---|
| `job.toml` | schema, language, base pack, options |
| `steps/<step>.json` | the state of a step, written atomically |
| `corpus/manifest.jsonl`, `corpus/audio/` | the usable utterances, each with its `split` |
| `rejected.jsonl` | every row that is not usable, with its reason and where it can be heard |
| `drafts.jsonl` | machine transcriptions that nobody has confirmed yet |
| `sources.json` | what is called by which name as a source (`sources.py`) |
| `translations.jsonl`, `dialogues.jsonl` | text pairs with a known language; everyday questions and answers |
| `progress.jsonl` | records of the running training, appended (`records.py`) |
| `training/`, `report/`, `pack/` | what training, gate and scorecard, and the installation leave |

A light module, for the window too: no torch, no numpy. Knows nothing of what a step does.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import tomlkit

from cslm_core.errors import CslmError, PackError, TrainingError
from cslm_core.files import atomic_write_json, atomic_write_text
from cslm_core.packs.manifest import PackManifest, read_manifest
from trainer.language.lock import holder, job_lock
from trainer.language.records import printable

__all__ = ["JOB_NAME", "SCHEMA", "STEPS", "BasePack", "Job", "JobLanguage", "StepState", "jobs_in"]

JOB_NAME: Final = "job.toml"
SCHEMA: Final = 1
"""The version of the job folder that this program reads and writes."""
STEPS: Final = ("language", "speech", "texts", "gate", "plan", "training", "scorecard", "install")
"""The eight steps in order; `texts` are translations and dialogues."""
Phase = Literal["pending", "running", "done", "failed", "interrupted"]


class JobLanguage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The language that is taught: `code` is BCP-47 ("es"), `script` ISO 15924 ("Latn"), `bridge` the code of a
    language of the base pack that translations lead to."""

    name: str
    code: str
    script: str
    bridge: str


class BasePack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pack that is taught: `sha256` is its manifest's digest, `folder` where it was then."""

    name: str
    version: str
    sha256: str
    folder: str
    languages: list[str]

    @property
    def identity(self) -> str:
        return f"{self.name} {self.version}"


class StepState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a step. `sentence` is for the user; `counts` are numbers by name ("usable", "rejected");
    `details` is whatever else the step leaves for a report. Times are Unix seconds."""

    step: str
    phase: Phase = "pending"
    sentence: str = ""
    counts: dict[str, int] = {}
    details: dict[str, Any] = {}
    started: float = 0.0
    finished: float = 0.0


class _File(msgspec.Struct, frozen=True, kw_only=True):
    schema: int
    language: JobLanguage
    base: BasePack
    options: dict[str, Any] = {}


class Job:
    """A job folder that is there and readable. Reading needs no lock; a step that changes something holds `lock()`."""

    def __init__(self, folder: Path, file: _File) -> None:
        self.folder = folder
        self._file = file

    @classmethod
    def create(
        cls, folder: Path, language: JobLanguage, base_folder: Path, options: dict[str, Any] | None = None
    ) -> Job:
        """Begin a job in a new or empty folder. `language` is taken as checked (`languages.py`).

        TrainingError when the folder is in use or the pack already knows the language; PackError for a bad base pack.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise TrainingError(f"{folder} is not an empty folder; name a new one for the job.")
        base = _base_for(language, read_manifest(base_folder), base_folder)
        try:
            (folder / "steps").mkdir(parents=True)
            (folder / "corpus" / "audio").mkdir(parents=True)
        except OSError as error:
            raise TrainingError(f"The job folder {folder} could not be made; choose another place.") from error
        job = cls(folder, _File(schema=SCHEMA, language=language, base=base, options=dict(options or {})))
        job._save()
        job.finish("language", f"{language.name} ({language.code}) will be taught to the pack {base.identity}.")
        return job

    @classmethod
    def open(cls, folder: Path) -> Job:
        """The job in `folder`. TrainingError when there is none, it is damaged, or a newer program made it."""
        path = folder / JOB_NAME
        try:
            raw = tomllib.loads(path.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise TrainingError(f"{folder} is not a job folder; begin one with `cslm-trainer language new`.") from None
        except OSError as error:
            raise TrainingError(f"{path} cannot be read; check that you may read it.") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise TrainingError(f"{path} is damaged: it is not TOML; put back a copy of it.") from error
        schema = raw.get("schema")
        if not isinstance(schema, int) or isinstance(schema, bool):
            raise TrainingError(f"{path} is damaged: it does not say its version; put back a copy of it.")
        if schema > SCHEMA:
            raise TrainingError(
                f"The job {folder.name} is from a newer version of the program (format {schema}, this one knows"
                f" {SCHEMA}); update the program."
            )
        try:
            return cls(folder, msgspec.convert(raw, _File))
        except msgspec.ValidationError as error:
            fault = str(error).replace("`", "'").replace("$.", "")
            raise TrainingError(f"{path} is damaged: {fault}; put back a copy of it.") from error

    # --- what it is about ---

    @property
    def language(self) -> JobLanguage:
        return self._file.language

    @property
    def base(self) -> BasePack:
        return self._file.base

    @property
    def options(self) -> dict[str, Any]:
        """Everything under [options] of `job.toml`; the steps know their own names there."""
        return self._file.options

    def option(self, name: str, default: Any) -> Any:
        return self._file.options.get(name, default)

    def set_options(self, **options: Any) -> None:
        """Change or add options; None takes one away. CslmError when the system refuses to write."""
        merged = {k: v for k, v in {**self._file.options, **options}.items() if v is not None}
        self._file = msgspec.structs.replace(self._file, options=merged)
        self._save()

    def check_base(self, folder: Path | None = None) -> PackManifest:
        """The base pack's manifest, if the pack is still the one the job was begun with.

        `folder` says where the pack is now (and is noted), if it was moved. TrainingError when it changed or is gone.
        """
        place = folder or Path(self.base.folder)
        try:
            manifest = read_manifest(place)
        except PackError as error:
            raise TrainingError(
                f"The base pack {self.base.identity} of the job is not at {place} any more; put it back, or say where"
                " it is with `cslm-trainer language base`."
            ) from error
        if manifest.digest != self.base.sha256:
            raise TrainingError(
                f"The base pack has changed since the job was begun ({self.base.identity}, now {manifest.identity});"
                " put back the old one, or go on with this one (`cslm-trainer language base --another`)."
            )
        if folder is not None and str(folder.resolve()) != self.base.folder:
            base = msgspec.structs.replace(self.base, folder=str(folder.resolve()))
            self._file = msgspec.structs.replace(self._file, base=base)
            self._save()
        return manifest

    def base_for(self, manifest: PackManifest, folder: Path) -> BasePack:
        """A pack as the base of this job. TrainingError when it cannot be that, as for a new job."""
        return _base_for(self.language, manifest, folder)

    def change_base(self, base: BasePack) -> None:
        """Note another pack as the base; what does not fit it is taken away first (`rebase.py`). Hold `lock()`."""
        self._file = msgspec.structs.replace(self._file, base=base)
        self._save()

    def _save(self) -> None:
        values = msgspec.to_builtins(self._file)
        atomic_write_text(self.folder / JOB_NAME, tomlkit.dumps(values))

    # --- places ---

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def manifest(self) -> Path:
        return self.corpus / "manifest.jsonl"

    @property
    def rejected(self) -> Path:
        return self.folder / "rejected.jsonl"

    @property
    def drafts(self) -> Path:
        return self.folder / "drafts.jsonl"

    @property
    def translations(self) -> Path:
        return self.folder / "translations.jsonl"

    @property
    def dialogues(self) -> Path:
        return self.folder / "dialogues.jsonl"

    @property
    def progress(self) -> Path:
        return self.folder / "progress.jsonl"

    @property
    def training(self) -> Path:
        return self.folder / "training"

    @property
    def report(self) -> Path:
        return self.folder / "report"

    @property
    def pack(self) -> Path:
        return self.folder / "pack"

    # --- steps ---

    def lock(self, doing: str) -> AbstractContextManager[None]:
        """Work on the folder alone. TrainingError when another process is at it."""
        return job_lock(self.folder, printable(doing))

    def busy(self) -> str | None:
        """What another process is doing here ("process 123: train"), or None."""
        return holder(self.folder)

    def state(self, step: str) -> StepState:
        """The state of a step. A step that says "running" while no process holds the lock is "interrupted"."""
        path = self._step_path(step)
        try:
            found = msgspec.json.decode(path.read_bytes(), type=StepState)
        except FileNotFoundError:
            return StepState(step=step)
        except (OSError, msgspec.DecodeError):
            return StepState(step=step, phase="failed", sentence="Its record is damaged; do this step again.")
        if found.phase == "running" and self.busy() is None:
            return msgspec.structs.replace(
                found, phase="interrupted", sentence="It was interrupted; it can go on where it was."
            )
        return found

    def states(self) -> Iterator[StepState]:
        return (self.state(step) for step in STEPS)

    def outdated(self, step: str) -> bool:
        """Whether a step is done, but an earlier one that it rests on was done again after it."""
        own = self.state(step)
        earlier = STEPS[:1] if step == "texts" else STEPS[: STEPS.index(step)]  # texts do not rest on speech
        return own.phase == "done" and any(self.state(s).finished > own.finished for s in earlier)

    def begin(self, step: str, sentence: str = "") -> None:
        """Note that a step has started. Hold `lock()`."""
        self._write(StepState(step=step, phase="running", sentence=sentence, started=time.time()))

    def advance(self, step: str, sentence: str, **counts: int) -> None:
        """Note how far a running step is."""
        self._write(msgspec.structs.replace(self.state(step), phase="running", sentence=sentence, counts=counts))

    def finish(
        self, step: str, sentence: str, counts: dict[str, int] | None = None, details: dict[str, Any] | None = None
    ) -> None:
        """Note that a step has come to its end. Written last, when all that it leaves is on the disk."""
        self._end(step, "done", sentence, counts, details)

    def fail(
        self, step: str, sentence: str, counts: dict[str, int] | None = None, details: dict[str, Any] | None = None
    ) -> None:
        """Note that a step has failed, and why."""
        self._end(step, "failed", sentence, counts, details)

    def reopen(self, step: str) -> None:
        """Take the note of a step away: it is to be done again. Hold `lock()`."""
        self._step_path(step).unlink(missing_ok=True)

    def _end(
        self, step: str, phase: Phase, sentence: str, counts: dict[str, int] | None, details: dict[str, Any] | None
    ) -> None:
        before = self.state(step)
        self._write(
            StepState(
                step=step,
                phase=phase,
                sentence=sentence,
                counts=counts or {},
                details=details or {},
                started=before.started or time.time(),
                finished=time.time(),
            )
        )

    def _step_path(self, step: str) -> Path:
        if step not in STEPS:
            raise ValueError(f"There is no step {step!r}; the steps are {', '.join(STEPS)}.")
        return self.folder / "steps" / f"{step}.json"

    def _write(self, state: StepState) -> None:
        (self.folder / "steps").mkdir(exist_ok=True)
        plain = json.loads(printable(json.dumps(msgspec.to_builtins(state), ensure_ascii=False)))
        atomic_write_json(self._step_path(state.step), json.loads(msgspec.json.encode(plain)))  # NaN becomes null


def jobs_in(folder: Path) -> list[Job]:
    """The readable jobs directly below `folder`, the newest first."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if (path / JOB_NAME).is_file():
            try:
                found.append(Job.open(path))
            except CslmError:
                continue  # said when it is opened by name
    return sorted(found, key=lambda job: (job.folder / JOB_NAME).stat().st_mtime, reverse=True)


def _primary(code: str) -> str:
    """The language of a tag, whatever its script and region: en of en-GB."""
    return code.casefold().split("-")[0]


def _base_for(language: JobLanguage, manifest: PackManifest, folder: Path) -> BasePack:
    if manifest.is_language_pack:
        raise TrainingError(f"{manifest.identity} is a language pack; name the pack that it adds to as the base.")
    known = next((code for code in manifest.languages if _primary(code) == _primary(language.code)), None)
    if known is not None:  # both columns of a translation would be taken for the same language
        if known == language.code:
            raise TrainingError(f"The pack {manifest.identity} knows {language.name} already; choose another language.")
        raise TrainingError(
            f"The pack {manifest.identity} knows {language.name} already ({known}, of which {language.code} is a form);"
            " choose another language."
        )
    if language.bridge not in manifest.languages:
        offered = ", ".join(manifest.languages)
        raise TrainingError(
            f"The pack {manifest.identity} does not know {language.bridge}; bridge to one of {offered}."
        )
    return BasePack(
        name=manifest.name,
        version=manifest.version,
        sha256=manifest.digest,
        folder=str(folder.resolve()),
        languages=list(manifest.languages),
    )
