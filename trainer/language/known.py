"""What the base pack was taught with, as units and texts, where the program brings that along for it.

The units mean something to one tokenizer only, so the description beside the archive says whose they are. They are
unpacked into the job, which so stays whole when the program is updated. Knows nothing of what is done with them.
"""

from __future__ import annotations

import lzma
import re
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_bytes
from cslm_core.packs.manifest import PackManifest
from cslm_core.packs.verify import hash_file
from trainer.language.job import Job

__all__ = ["Known", "bring_known", "known_of"]

RECIPES: Final = Path(__file__).parents[1] / "recipes"
_MEMBER: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}/(manifest|units)\.jsonl")
_MOST: Final = 256 * 2**20
"""Bytes that are unpacked at most."""
_ABOUT: Final = "about.toml"


class _About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`X-units.toml`, beside `X-units.tar.xz`; `tokenizer` has the sha256 of the files of the tokenizer they are of."""

    sha256: str
    aloud: list[str]
    tokenizer: dict[str, str]


@dataclass(frozen=True)
class Known:
    """Corpora with units but no sound, and the speakers among them after whom the pack reads aloud."""

    folders: tuple[Path, ...] = ()
    aloud: tuple[str, ...] = ()


def known_of(job: Job) -> Known:
    """What was brought into the job; nothing, where there was nothing to bring."""
    try:
        about = msgspec.toml.decode((_place(job) / _ABOUT).read_bytes(), type=_About)
    except FileNotFoundError:
        return Known()
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingError(
            f"{_place(job)} is damaged; delete it and plan the training again (`plan --again`)."
        ) from error
    folders = sorted(folder.parent for folder in _place(job).glob("*/units.jsonl"))
    return Known(tuple(folders), tuple(about.aloud))


def bring_known(job: Job, recipes: Path | None = None) -> bool:
    """Unpack what fits the job's base pack into the job, unless that was done; whether there is anything.

    TrainingError when the archive is not what its description says, or the disk refuses.
    """
    if (_place(job) / _ABOUT).is_file():
        return True
    manifest = job.check_base()
    for path in sorted((recipes or RECIPES).glob("*-units.toml")):
        written = path.read_bytes()
        about = msgspec.toml.decode(written, type=_About)
        archive = path.with_suffix(".tar.xz")
        if _fits(about, manifest) and archive.is_file():
            if hash_file(archive) != about.sha256:
                raise TrainingError(f"{archive} is damaged; install the program again.")
            shutil.rmtree(_place(job), ignore_errors=True)
            _unpack(archive, _place(job))
            atomic_write_bytes(_place(job) / _ABOUT, written)
            return True
    return False


def _place(job: Job) -> Path:
    return job.training / "known"


def _fits(about: _About, manifest: PackManifest) -> bool:
    folder = manifest.component("tokenizer").folder
    found = {file.path: file.sha256 for file in manifest.files}
    return all(found.get(f"{folder}/{name}") == digest for name, digest in about.tokenizer.items())


def _unpack(archive: Path, target: Path) -> None:
    total = 0
    try:
        with tarfile.open(archive, "r:xz") as opened:
            for member in opened:
                total += member.size
                if member.isdir():
                    continue
                if not member.isfile() or not _MEMBER.fullmatch(member.name) or total > _MOST:
                    raise TrainingError(
                        f"{archive} holds what it should not ({member.name}); install the program again."
                    )
                reader = opened.extractfile(member)
                assert reader is not None  # it is a file
                place = target / member.name
                place.parent.mkdir(parents=True, exist_ok=True)
                with reader, place.open("wb") as writer:
                    shutil.copyfileobj(reader, writer, 1 << 20)
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise TrainingError(f"{archive} is damaged; install the program again.") from error
    except OSError as error:
        raise TrainingError(f"{target} cannot be written ({error.strerror}); make room on the disk.") from error
