"""Verifying a pack without hashing 150 MB at every start.

What was verified is remembered in the user's cache folder with every file's size, times and inode; as long as those and
the manifest's digest are the same, the hashes are not computed again (names, sizes and headers always are checked).
Knows nothing of loading.
"""

import contextlib
import hashlib
from pathlib import Path
from typing import Final

import msgspec
import platformdirs

from cslm_core.errors import CslmError
from cslm_core.files import atomic_write_bytes
from cslm_core.packs.manifest import PackManifest, read_manifest
from cslm_core.packs.verify import Progress, verify_pack

__all__ = ["cache_folder", "verify_once"]

_VERSION: Final = 1


class _Seen(msgspec.Struct, frozen=True):
    version: int
    folder: str
    digest: str
    files: dict[str, tuple[int, int, int, int]]


def cache_folder() -> Path:
    """Where it is remembered; losing it costs a second of hashing."""
    return Path(platformdirs.user_cache_dir("cslm", appauthor=False)) / "verified"


def verify_once(
    folder: str | Path, *, force: bool = False, progress: Progress | None = None, cache: Path | None = None
) -> PackManifest:
    """Verify the pack in `folder`, with hashes unless nothing has changed since they last agreed.

    `force` computes them in any case. Raises PackError naming the first file that is not as it should be.
    """
    root = Path(folder).absolute()
    note = (cache or cache_folder()) / f"{hashlib.sha256(str(root).encode()).hexdigest()[:24]}.json"
    before = None if force else _look(root)
    known = before is not None and before == _read(note)
    manifest = verify_pack(root, hashes=not known, progress=progress)
    if not known:
        after = _look(root)
        if force or before == after:  # not changed while it was hashed
            with contextlib.suppress(CslmError, OSError):  # a cache that cannot be written is no reason to stop
                note.parent.mkdir(parents=True, exist_ok=True)
                atomic_write_bytes(note, msgspec.json.encode(after))
    return manifest


def _look(root: Path) -> _Seen | None:
    """What can be seen without reading the files; None when something is missing (verify_pack says what)."""
    manifest = read_manifest(root)
    files = {}
    for file in manifest.files:
        try:
            state = (root / file.path).stat()
        except OSError:
            return None
        files[file.path] = (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
    return _Seen(_VERSION, str(root), manifest.digest, files)


def _read(note: Path) -> _Seen | None:
    try:
        return msgspec.json.decode(note.read_bytes(), type=_Seen)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
