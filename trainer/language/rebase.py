"""A job goes on with another version of its base pack, where that hears the corpus as the one before did.

Units are all that is learnt from; where they stay, so do the corpus, its splits and the aligner. Where the language
model is the same as well, an adapter fits as it is; else it is where the next training begins (`again.py`). A decoder
that was taught fits the base's decoder alone; beside another it is taught again by the gate. Knows nothing of how all
that is made.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import msgspec

from cslm_core.errors import PackError, TrainingError
from cslm_core.packs.manifest import PackManifest
from cslm_core.packs.verify import verify_pack
from trainer.language.adapt import adapted_folder
from trainer.language.again import is_begun, set_aside
from trainer.language.configuration import load_config, save_config
from trainer.language.corpus import CorpusRows
from trainer.language.job import Job
from trainer.language.noting import refused
from trainer.language.records import read_rows
from trainer.language.replay import rehearsed_folder
from trainer.language.units import keep_units, units_by, units_path

__all__ = ["rebase"]

_COMPARED: Final = 12
"""Utterances of the corpus that both versions must hear alike."""


def rebase(job: Job, folder: Path) -> list[str]:
    """Note the pack in `folder` as the job's base, and take away what does not fit it; what was done, in sentences.

    Hold the job's lock. TrainingError, and the job as it was, where the pack hears the corpus in other units or cannot
    be its base; PackError where it is damaged.
    """
    manifest = verify_pack(folder)
    if manifest.digest == job.base.sha256:
        job.check_base(folder)
        return [f"The job rests on {job.base.identity} already; nothing was changed."]
    before, base = job.base.identity, job.base_for(manifest, folder)
    if not _heard_alike(job, manifest, folder):
        raise TrainingError(
            f"{manifest.identity} hears this speech in other units than {before} did, so nothing that was learnt fits"
            " it; put back the old pack, or begin a new job with the same speech."
        )
    old = _old_pack(job)
    config, aside = load_config(job), None
    fits = config is not None and (config.lm or _part(old, "lm")) == manifest.part_digest("lm")
    speaks = _part(old, "decoder") == manifest.part_digest("decoder")
    if config is not None and fits:
        # Noted before the base is another one: a run may go on with either then.
        save_config(job, msgspec.structs.replace(config, base=manifest.digest, lm=manifest.part_digest("lm")))
    else:
        aside = set_aside(job)
        _take_away(job, rehearsed_folder(job))
    if not speaks:
        _take_away(job, adapted_folder(job))
    job.change_base(base)
    keep_units(job)
    said = [f"The job goes on with {manifest.identity} instead of {before}; its corpus and units stay."]
    if fits and is_begun(job):
        said.append("Its language model is the same, so what was trained stays as it is.")
    elif aside is not None:
        said.append(f"What was trained is in {aside.name}; the next training goes on from it.")
    if speaks:
        return [*said, "Its decoder is the same, so what that has been taught stays as it is."]
    job.reopen("gate")
    return [*said, "Run `cslm-trainer language gate` next: the pack's decoder must be taught the language again."]


def _old_pack(job: Job) -> PackManifest | None:
    """The pack that the job rested on until now, if it is still where it was."""
    try:
        return job.check_base()
    except TrainingError:
        return None


def _part(pack: PackManifest | None, role: str) -> str:
    """Digest of a part; "" where the pack is gone."""
    return "" if pack is None else pack.part_digest(role)


def _take_away(job: Job, made: Path) -> None:
    """Whole or not at all: half a decoder would be taken for one that was taught."""
    gone = job.folder / f".{made.name}.gone"
    shutil.rmtree(gone, ignore_errors=True)
    try:
        if made.is_dir():
            made.rename(gone)
    except OSError as error:
        raise TrainingError(f"{made} could not be taken away: {refused(error)}") from error
    shutil.rmtree(gone, ignore_errors=True)


def _heard_alike(job: Job, manifest: PackManifest, folder: Path) -> bool:
    """Whether a few utterances from all over the corpus have the units that were learnt from; there may be none yet."""
    if not units_path(job).is_file():
        return True
    units = {row["id"]: row["units"] for row in read_rows(units_path(job))}
    rows = [row for row in CorpusRows.load(job).usable if units.get(row["id"])]
    try:
        hear = units_by(job, manifest, folder)
    except PackError:
        return False
    return all(hear(row) == units[row["id"]] for row in rows[:: max(1, len(rows) // _COMPARED)])
