"""Where packs are: those that come with the program and those of the user; taking one in and removing one.

A pack is taken in whole or not at all. Knows nothing of loading one.
"""

import contextlib
import lzma
import os
import secrets
import shutil
import stat
import tempfile
import time
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final, NamedTuple

import platformdirs

from cslm_core.assets import assets_folder
from cslm_core.errors import PackError
from cslm_core.files import sync_folder
from cslm_core.packs.manifest import MANIFEST_NAME, SIGNATURE_NAME, PackManifest, parse_manifest, read_manifest
from cslm_core.packs.signing import MAX_SIGNATURE_BYTES
from cslm_core.packs.verify import Progress, verify_pack, walk_files

__all__ = ["BrokenPack", "FoundPack", "PackStore", "user_packs_folder", "verify_zip"]

_TEMPORARY: Final = ".incoming-"
_MAX_PACK_BYTES: Final = 200 * 2**30
_MAX_RATIO: Final = 100
_RATIO_FROM: Final = 16 * 2**20
_SPARE_BYTES: Final = 64 * 2**20
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    EOFError,
    ValueError,
)
"""What the library raises for a zip that is damaged or made in a way that it does not know."""


class FoundPack(NamedTuple):
    """A pack with a readable manifest (its files are not verified by finding it)."""

    folder: Path
    manifest: PackManifest
    builtin: bool


class BrokenPack(NamedTuple):
    """A folder that should be a pack and is not."""

    folder: Path
    reason: str


def user_packs_folder() -> Path:
    """The user's folder for packs; `CSLM_PACKS` names another one, `CSLM_HOME` one for everything."""
    if override := os.environ.get("CSLM_PACKS"):
        return Path(override)
    if home := os.environ.get("CSLM_HOME"):
        return Path(home).expanduser().absolute() / "data" / "packs"
    return Path(platformdirs.user_data_dir("cslm", appauthor=False)) / "packs"


class PackStore:
    """The packs in the program's own folder (read only) and in the user's."""

    def __init__(self, user_folder: Path | None = None, builtin_folder: Path | None = None) -> None:
        self.user_folder = user_folder if user_folder is not None else user_packs_folder()
        self.builtin_folder = builtin_folder if builtin_folder is not None else assets_folder() / "packs"

    def scan(self) -> tuple[list[FoundPack], list[BrokenPack]]:
        """All packs, the program's own first, and what is no pack though it is in a place of packs."""
        found: list[FoundPack] = []
        broken: list[BrokenPack] = []
        for root, builtin in ((self.builtin_folder, True), (self.user_folder, False)):
            for folder in _folders(root):
                try:
                    found.append(FoundPack(folder, read_manifest(folder), builtin))
                except PackError as error:
                    broken.append(BrokenPack(folder, str(error)))
        return found, broken

    def find(self, wanted: str | None = None) -> FoundPack:
        """A pack by name, by "name version", by digest, or by its folder; without `wanted` the first that stands alone.

        Of several versions the newest is taken. Raises PackError when there is none.
        """
        if wanted is not None and (os.sep in wanted or "/" in wanted or Path(wanted, MANIFEST_NAME).is_file()):
            return FoundPack(Path(wanted), read_manifest(wanted), builtin=False)
        found, broken = self.scan()
        fitting = [pack for pack in found if _fits(pack.manifest, wanted)]
        if fitting:
            first = fitting[0].manifest.name
            return max((pack for pack in fitting if pack.manifest.name == first), key=_newest)
        for pack in broken:
            if wanted is None or pack.folder.name == wanted or pack.folder.name.startswith(f"{wanted}-"):
                raise PackError(pack.reason)
        if wanted is None:
            raise PackError(f"No pack was found in {self.builtin_folder} or {self.user_folder}; import one first.")
        names = ", ".join(sorted({pack.manifest.name for pack in found})) or "none"
        raise PackError(f"There is no pack '{wanted}'; there is: {names}.")

    def base_of(self, manifest: PackManifest) -> FoundPack:
        """The pack that a language pack adds to, the very one it was made for. Raises PackError without it."""
        if manifest.base is None:
            raise PackError(f"The pack {manifest.identity} stands alone; it has no base pack.")
        found, _ = self.scan()
        for pack in found:
            if pack.manifest.digest == manifest.base.sha256:
                return pack
        base = manifest.base
        if any(pack.manifest.name == base.name and pack.manifest.version == base.version for pack in found):
            raise PackError(
                f"The pack {manifest.identity} was made for another build of {base.name} {base.version}; get that one."
            )
        raise PackError(f"The pack {manifest.identity} needs the pack {base.name} {base.version}; import that first.")

    def import_pack(self, source: str | Path, *, replace: bool = False, progress: Progress | None = None) -> FoundPack:
        """Take in a pack from a folder or a zip and give it, verified.

        The same pack again is no error; another one of the same name and version needs `replace`. Raises PackError;
        then the store is as before.
        """
        path = Path(source)
        try:
            self.user_folder.mkdir(parents=True, exist_ok=True)
            _sweep(self.user_folder)
            incoming = self.user_folder / f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}"
            incoming.mkdir()
            try:
                if path.is_dir():
                    _copy_folder(path, incoming)
                elif path.is_file():
                    _extract_zip(path, incoming)
                else:
                    raise PackError(f"{path} does not exist; name a pack's folder or zip.")
                manifest = verify_pack(incoming, progress=progress)
                return self._place(incoming, manifest, replace)
            finally:
                shutil.rmtree(incoming, ignore_errors=True)
        except OSError as error:
            raise PackError(f"{path} could not be taken in: {error.strerror or error}.") from error

    def _place(self, incoming: Path, manifest: PackManifest, replace: bool) -> FoundPack:
        target = self.user_folder / f"{manifest.name}-{manifest.version}"
        for pack in self.scan()[0]:
            if pack.manifest.digest == manifest.digest and not replace:
                try:
                    verify_pack(pack.folder)
                except PackError:  # it has been damaged since; this import puts it right
                    replace = pack.folder == target
                else:
                    return pack
        aside: Path | None = None
        if target.exists():
            if not replace:
                raise PackError(f"Another pack {manifest.identity} is there already; remove it first, or replace it.")
            aside = self.user_folder / f"{_TEMPORARY}old-{os.getpid()}-{secrets.token_hex(4)}"
            target.rename(aside)
        try:
            incoming.rename(target)
        except OSError:
            if aside is not None:
                aside.rename(target)
            raise
        sync_folder(self.user_folder)
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        return FoundPack(target, manifest, builtin=False)

    def remove(self, wanted: str) -> Path:
        """Delete one of the user's packs and give the folder it was in. Raises PackError; those built in stay."""
        for broken in self.scan()[1]:
            if broken.folder.name == wanted and broken.folder.parent == self.user_folder:
                shutil.rmtree(broken.folder, ignore_errors=True)
                return broken.folder
        pack = self.find(wanted)
        if pack.builtin or pack.folder.resolve().parent != self.user_folder.resolve():
            raise PackError(
                f"The pack {pack.manifest.identity} came with the program; only imported packs can be removed."
            )
        aside = self.user_folder / f"{_TEMPORARY}old-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            pack.folder.rename(aside)
        except OSError as error:
            raise PackError(
                f"The pack {pack.manifest.identity} is in use or may not be removed; close what uses it."
            ) from error
        shutil.rmtree(aside, ignore_errors=True)
        return pack.folder


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []


def _fits(manifest: PackManifest, wanted: str | None) -> bool:
    if wanted is None:
        return not manifest.is_language_pack
    return wanted in {manifest.name, manifest.identity, f"{manifest.name}-{manifest.version}", manifest.digest}


def _newest(pack: FoundPack) -> tuple[list[int], bool]:
    numbers = pack.manifest.version.replace("-", ".").replace("+", ".").split(".")
    return [int(number) for number in numbers if number.isdigit()], not pack.builtin


def _sweep(folder: Path) -> None:
    """Remove what an import or removal that was killed has left (older than a day: another may be at work)."""
    for path in folder.glob(f"{_TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - 86_400:
                shutil.rmtree(path, ignore_errors=True)


def _check_room(folder: Path, needed: int, label: str) -> None:
    if needed > _MAX_PACK_BYTES:
        raise PackError(f"{label} is refused: it says it has {needed >> 30} GB, more than any pack.")
    free = shutil.disk_usage(folder).free
    if needed + _SPARE_BYTES > free:
        raise PackError(f"{label} needs {needed >> 20} MB and the disk has {free >> 20} MB free; make room first.")


def _copy_folder(source: Path, target: Path) -> None:
    manifest = read_manifest(source)
    listed = {file.path: file for file in manifest.files}
    _check_room(target, manifest.size, str(source))
    for name in walk_files(source):
        if name not in {MANIFEST_NAME, SIGNATURE_NAME} and name not in listed:
            raise PackError(f"The pack {manifest.identity} is refused: {name} is not listed in {MANIFEST_NAME}.")
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        with (source / name).open("rb") as reader:
            _copy(reader, destination, listed[name].size if name in listed else (source / name).stat().st_size, name)


def _extract_zip(source: Path, target: Path) -> None:
    """Extract only what the manifest inside lists, never more bytes than it states."""
    try:
        with zipfile.ZipFile(source) as archive:
            members = _members(archive, source)
            head = members.pop(MANIFEST_NAME)
            if head.file_size > 4 * 2**20:
                raise PackError(f"{source} is refused: its {MANIFEST_NAME} is too large.")
            data = archive.read(head)
            manifest = parse_manifest(data, f"{MANIFEST_NAME} in {source.name}")
            _check_room(target, manifest.size, str(source))
            (target / MANIFEST_NAME).write_bytes(data)
            signature = members.pop(SIGNATURE_NAME, None)
            if signature is not None:
                if signature.file_size > MAX_SIGNATURE_BYTES:
                    raise PackError(f"{source} is refused: its {SIGNATURE_NAME} is too large.")
                (target / SIGNATURE_NAME).write_bytes(archive.read(signature))
            for name in members:
                if name not in {file.path for file in manifest.files}:
                    raise PackError(
                        f"The pack {manifest.identity} is refused: {name} is not listed in {MANIFEST_NAME}."
                    )
            for file in manifest.files:
                info = members.get(file.path)
                if info is None:
                    raise PackError(
                        f"The pack {manifest.identity} is not whole: {file.path} is missing; get the pack again."
                    )
                if info.file_size != file.size:
                    raise PackError(
                        f"The pack {manifest.identity} is damaged: {file.path} has another size; get the pack again."
                    )
                if info.file_size > _RATIO_FROM and info.file_size > _MAX_RATIO * max(1, info.compress_size):
                    raise PackError(
                        f"{source} is refused: {file.path} unpacks to far more than it should (a zip bomb)."
                    )
                destination = target / file.path
                destination.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as reader:
                    _copy(reader, destination, file.size, file.path)
    except _DAMAGE as error:
        raise PackError(f"{source} is damaged or not a zip; get the pack again.") from error
    except OSError as error:
        if error.errno is not None:  # the system's, not the library's for what bzip2 cannot unpack
            raise
        raise PackError(f"{source} is damaged; get the pack again.") from error


def verify_zip(source: Path, progress: Progress | None = None) -> PackManifest:
    """Check a pack in a zip as an import would, and leave nothing. Raises PackError."""
    try:
        with tempfile.TemporaryDirectory(prefix="cslm-verify-") as folder:
            _extract_zip(source, Path(folder))
            return verify_pack(folder, progress=progress)
    except OSError as error:
        raise PackError(f"{source} could not be unpacked to be checked: {error.strerror or error}.") from error


def _members(archive: zipfile.ZipFile, source: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of a zip by name, without the one folder that may be around them all."""
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename
        mode = info.external_attr >> 16
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise PackError(f"{source} is refused: the name {name!r} in it leads out of the pack.")
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise PackError(f"{source} is refused: {name} in it is a link or a device.")
        if info.flag_bits & 0x1:
            raise PackError(f"{source} is refused: {name} in it is encrypted.")
        if info.is_dir():
            continue
        if name in members:
            raise PackError(f"{source} is refused: {name} is in it twice.")
        members[name] = info
    if MANIFEST_NAME in members:
        return members
    tops = {name.split("/")[0] for name in members}
    if len(tops) == 1:
        top = tops.pop()
        inner = {name.removeprefix(f"{top}/"): info for name, info in members.items()}
        if MANIFEST_NAME in inner and len(inner) == len(members):
            return inner
    raise PackError(f"{source} has no {MANIFEST_NAME}; it is not a pack.")


def _copy(reader: IO[bytes], destination: Path, size: int, label: str) -> None:
    """Copy at most `size` bytes; more or fewer is an error."""
    left = size
    with destination.open("xb") as writer:
        while piece := reader.read(min(1 << 20, left + 1)):
            left -= len(piece)
            if left < 0:
                raise PackError(f"{label} is longer than the manifest says; get the pack again.")
            writer.write(piece)
        writer.flush()
        os.fsync(writer.fileno())
    if left:
        raise PackError(f"{label} is cut short; get the pack again.")
