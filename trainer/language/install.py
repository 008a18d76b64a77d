"""A taught language as a pack: put together, installed and used at once, exported as one file, imported, taken back.

Knows nothing of training; the checks of packs are `cslm_core.packs`'.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Final

from cslm_core.errors import PackError, TrainingError
from cslm_core.files import atomic_path
from cslm_core.lm.adapter import ADAPTER_KIND
from cslm_core.packs.build import build_pack
from cslm_core.packs.delta import DELTA_KINDS
from cslm_core.packs.languages import ActiveLanguages, check_base
from cslm_core.packs.manifest import Base, Component, PackManifest
from cslm_core.packs.signing import sign_pack
from cslm_core.packs.store import FoundPack, PackStore
from cslm_core.packs.verify import verify_pack, walk_files
from trainer.language.corpus import CorpusRows
from trainer.language.digest import learnt_digest
from trainer.language.job import Job
from trainer.language.noting import noted

__all__ = ["NOT_STATED", "build_language_pack", "export_pack", "import_language", "install", "undo"]

STEP: Final = "install"
NOT_STATED: Final = "not stated"
"""The licence, and who agreed to what, of a pack whose maker has not said so: nobody else can."""


def pack_name(job: Job) -> str:
    """The name of the job's language pack: option `pack_name`, else one of the base and the language."""
    wanted = str(job.option("pack_name", f"{job.base.name}-{job.language.code}"))
    return re.sub(r"[^a-z0-9-]+", "-", wanted.lower()).strip("-")[:60] or "language"


def next_version(job: Job, store: PackStore) -> str:
    """One more than the newest that is installed for this base: 0.1.0, 0.2.0, ..."""
    name = pack_name(job)
    numbers = [
        int(match[1])
        for pack in store.scan()[0]
        if pack.manifest.name == name and (match := re.match(r"0\.(\d+)", pack.manifest.version))
    ]
    return f"0.{max(numbers, default=0) + 1}.0"


def build_language_pack(job: Job, version: str, *, key: Path | None = None) -> PackManifest:
    """Put what was learnt into the folder `pack` of the job, whole or not at all, signed if a `key` is given.

    TrainingError when nothing was trained; CslmError when the disk refuses.
    """
    if job.state("training").phase != "done" or not (job.training / "adapter").is_dir():
        raise TrainingError("The training has not come to its end; run or resume it first.")
    base = job.check_base()
    fresh = job.folder / ".pack.new"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        shutil.copytree(job.training / "adapter", fresh / "adapter")
        components = {"adapter": _component(job, ADAPTER_KIND, "adapter")}
        for role, kind in DELTA_KINDS.items():
            adapted = job.training / "adapted" / role
            if adapted.is_dir():
                shutil.copytree(adapted, fresh / role)
                components[role] = _component(job, kind, role)
        for name in ("scorecard.json", "scorecard.html") if _is_measured(job) else ():
            shutil.copyfile(job.report / name, fresh / name)
        (fresh / "NOTICE.md").write_text(_notice(job), "utf-8")
    except OSError as error:
        raise TrainingError(f"The language pack could not be put together: {error.strerror or error}.") from error
    manifest = build_pack(
        fresh,
        name=pack_name(job),
        version=version,
        title=f"{job.language.name} for {base.title}"[:120],
        languages=[job.language.code],
        units=base.units,
        components=components,
        listen_rate=base.listen_rate,
        speak_rate=base.speak_rate,
        base=Base(name=base.name, version=base.version, sha256=base.digest),
        consent=str(job.option("consent", NOT_STATED)),
    )
    if key is not None:
        sign_pack(fresh, key)
    verify_pack(fresh)
    shutil.rmtree(job.pack, ignore_errors=True)
    fresh.rename(job.pack)
    return manifest


def _is_measured(job: Job) -> bool:
    """Whether the scorecard in the job's report is of what is put together now, not of a training before it."""
    try:
        card = json.loads((job.report / "scorecard.json").read_text("utf-8"))
        return bool(card["pack"]["learnt"] == learnt_digest(job)) and (job.report / "scorecard.html").is_file()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _component(job: Job, kind: str, folder: str) -> Component:
    sources = ", ".join(sorted({str(row["source"]) for row in CorpusRows.load(job).usable})) or "the job's corpus"
    return Component(
        kind=kind,
        folder=folder,
        licence=str(job.option("licence", NOT_STATED)),
        source=f"learnt from {sources} by cslm-trainer on {job.base.identity}"[:500],
    )


def _notice(job: Job) -> str:
    rows = CorpusRows.load(job)
    lines = [
        f"# {job.language.name} ({job.language.code}) for {job.base.identity}",
        "",
        f"- Licence: {job.option('licence', NOT_STATED)}",
        f"- Consent: {job.option('consent', NOT_STATED)}",
        f"- Speech: {len(rows.usable)} utterances, {rows.seconds / 60:.0f} minutes. **The voice is synthetic.**",
    ]
    lines += [f"- Source: {source}" for source in sorted({str(row["source"]) for row in rows.usable})]
    return "\n".join(lines) + "\n"


def install(
    job: Job, *, store: PackStore | None = None, version: str | None = None, key: Path | None = None
) -> FoundPack:
    """Build the pack, take it into the user's packs and use it from now on. Hold the job's lock."""
    store = store or PackStore()
    chosen = version or next_version(job, store)
    with noted(job, STEP, "The language pack is being put together."):
        build_language_pack(job, chosen, key=key)
        _base_is_there(store, job)
        found = store.import_pack(job.pack)
        ActiveLanguages(store).use(found.manifest)
        size = found.manifest.size
        job.finish(
            STEP,
            f"{found.manifest.identity} is installed and in use ({size / 1e6:.1f} MB).",
            {"bytes": size},
            {"name": found.manifest.name, "version": found.manifest.version},
        )
    return found


def _base_is_there(store: PackStore, job: Job) -> None:
    """The base must be among the packs, too: a job may be on a folder elsewhere."""
    if all(pack.manifest.digest != job.base.sha256 for pack in store.scan()[0]):
        store.import_pack(Path(job.base.folder))


def export_pack(folder: Path, target: Path) -> int:
    """Write the pack in `folder` as one file, verified; its size in bytes. Raises PackError or CslmError.

    The same pack gives the same bytes.
    """
    manifest = verify_pack(folder)
    with atomic_path(target) as temporary:
        try:
            with zipfile.ZipFile(temporary, "x", zipfile.ZIP_DEFLATED) as archive:
                for name in walk_files(folder):
                    info = zipfile.ZipInfo(f"{manifest.name}-{manifest.version}/{name}", (1980, 1, 1, 0, 0, 0))
                    info.external_attr = 0o644 << 16
                    info.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(info, (folder / name).read_bytes())
        except zipfile.LargeZipFile as error:
            raise PackError(f"The pack {manifest.identity} is too large for one file.") from error
    return target.stat().st_size


def import_language(source: Path, *, store: PackStore | None = None, replace: bool = False) -> FoundPack:
    """Take in a language pack from a file or folder and use it. PackError when it is none, or its base is not here;
    the packs are then as before."""
    store = store or PackStore()
    before = {pack.folder for pack in store.scan()[0]}
    found = store.import_pack(source, replace=replace)
    try:
        check_base(found.manifest, store.base_of(found.manifest).manifest)
        ActiveLanguages(store).use(found.manifest)
    except PackError:
        if found.folder not in before and not found.builtin:
            store.remove(found.manifest.identity)
        raise
    return found


def undo(name: str, *, base: str | None = None, store: PackStore | None = None) -> str:
    """Go back to the version that was used before; a sentence that says which.

    `base` is the base pack, by digest or "name version", where language packs of this name are there for several; by
    itself it is the one with which one of them is in use. PackError when there is none, or that leaves it open.
    """
    store = store or PackStore()
    version = ActiveLanguages(store).undo(_its_base(store, name, base), name)
    if not version:
        return f"{name} is switched off; it was not in use before."
    return f"{name} {version} is in use again."


def _its_base(store: PackStore, name: str, base: str | None) -> str:
    packs = [pack.manifest for pack in store.scan()[0]]
    bases = {pack.base.sha256: pack.base for pack in packs if pack.name == name and pack.base}
    if not bases:
        raise PackError(f"There is no language pack '{name}'; `cslm packs list` shows which there are.")
    there = ", ".join(sorted(f"'{its.name} {its.version}'" for its in bases.values()))
    if base is not None:
        chosen = [digest for digest, its in bases.items() if base in (digest, f"{its.name} {its.version}")]
        refusal = f"There is no language pack '{name}' for the base pack '{base}'; there is one for {there}."
    else:
        chosen = list(bases)
        if len(chosen) > 1:
            active = ActiveLanguages(store)
            known = [pack for pack in packs if pack.digest in bases]
            chosen = [own.digest for own in known if any(pack.manifest.name == name for pack in active.of(own))]
        refusal = f"There are language packs '{name}' for several base packs ({there}); say which with --base."
    if len(chosen) != 1:
        raise PackError(refusal)
    return chosen[0]
