"""Which language packs are added to a pack: checked against their base, and switched on, off and back.

The versions of a language pack lie side by side in the user's folder of packs; `active.json` there says which of them
is used with which base, and which were used before, so that going back is writing one small file. Several language
packs of one base can be active at once: they are merged (`lm/adapter.py`). Knows nothing of weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from cslm_core.errors import PackError
from cslm_core.files import atomic_write_bytes
from cslm_core.packs.manifest import PackManifest
from cslm_core.packs.store import FoundPack, PackStore
from cslm_core.packs.trust import verify_once
from cslm_core.packs.verify import Progress

__all__ = ["ACTIVE_NAME", "ActiveLanguages", "check_base", "verify_languages"]

ACTIVE_NAME: Final = "active.json"
_SCHEMA: Final = 1
_MOST_BEFORE: Final = 20


class _File(msgspec.Struct):
    schema: int = _SCHEMA
    bases: dict[str, dict[str, list[str]]] = {}
    """Digest of a base -> name of a language pack -> its versions in use, the last is the one now; "" is off."""


def check_base(addition: PackManifest, base: PackManifest) -> None:
    """Raises PackError when `addition` is no language pack of `base`."""
    if addition.base is None:
        raise PackError(f"The pack {addition.identity} stands alone; only language packs can be added to another.")
    if addition.base.sha256 != base.digest:
        wanted = f"{addition.base.name} {addition.base.version}"
        found = "another build of it" if wanted == base.identity else base.identity
        raise PackError(
            f"The language pack {addition.identity} was made for the pack {wanted} and does not fit {found}; get the"
            " one that it was made for."
        )


def verify_languages(
    base: PackManifest, folders: Sequence[Path], *, force: bool = False, progress: Progress | None = None
) -> list[PackManifest]:
    """Verify language packs before anything of them is loaded. Raises PackError, also when two teach one language."""
    taught: dict[str, str] = {}
    manifests = []
    for folder in folders:
        manifest = verify_once(folder, force=force, progress=progress)
        check_base(manifest, base)
        if "adapter" not in manifest.components:
            raise PackError(f"The language pack {manifest.identity} has no adapter; import it again.")
        for code in manifest.languages:
            if code in base.languages:
                raise PackError(f"The pack {base.identity} knows '{code}' already; switch {manifest.identity} off.")
            if code in taught:
                raise PackError(
                    f"The language packs {taught[code]} and {manifest.identity} both teach '{code}'; switch one off."
                )
            taught[code] = manifest.identity
        manifests.append(manifest)
    return manifests


class ActiveLanguages:
    """Which language packs of a store are in use."""

    def __init__(self, store: PackStore | None = None) -> None:
        self._store = store or PackStore()
        self._path = self._store.user_folder / ACTIVE_NAME

    def of(self, base: PackManifest) -> list[FoundPack]:
        """The language packs in use with a base, those that are there and whose base it is, in order of their names."""
        used = self._read().bases.get(base.digest, {})
        if not used:
            return []
        found, _ = self._store.scan()
        by_identity = {(pack.manifest.name, pack.manifest.version): pack for pack in found}
        packs = [by_identity.get((name, versions[-1])) for name, versions in sorted(used.items()) if versions]
        return [p for p in packs if p is not None and p.manifest.base and p.manifest.base.sha256 == base.digest]

    def use(self, pack: PackManifest) -> None:
        """Use this version from now on. Raises PackError when it is no language pack or its base is not there."""
        base = self._store.base_of(pack).manifest
        for other in self.of(base):
            shared = set(other.manifest.languages) & set(pack.languages)
            if other.manifest.name != pack.name and shared:
                raise PackError(
                    f"The pack {other.manifest.identity} teaches '{min(shared)}' already; switch it off first."
                )
        self._put(base.digest, pack.name, pack.version)

    def switch_off(self, pack: PackManifest) -> None:
        """Use no version of it."""
        if pack.base is not None:
            self._put(pack.base.sha256, pack.name, "")

    def undo(self, base_digest: str, name: str) -> str:
        """Go back to what was used before, and give its version ("" when that was none). PackError without any."""
        file = self._read()
        versions = file.bases.get(base_digest, {}).get(name, [])
        if not versions:
            raise PackError(f"The language pack {name} was never switched on here; there is nothing to go back to.")
        there = {pack.manifest.version for pack in self._store.scan()[0] if pack.manifest.name == name} | {""}
        before = [version for version in versions[:-1] if version in there]
        file.bases[base_digest][name] = before
        self._write(file)
        return before[-1] if before else ""

    def _put(self, digest: str, name: str, version: str) -> None:
        file = self._read()
        versions = file.bases.setdefault(digest, {}).setdefault(name, [])
        if (versions[-1] if versions else "") != version:
            versions.append(version)
            del versions[:-_MOST_BEFORE]
            self._write(file)

    def _read(self) -> _File:
        try:
            file = msgspec.json.decode(self._path.read_bytes(), type=_File)
        except FileNotFoundError:
            return _File(bases={})
        except (OSError, msgspec.DecodeError) as error:
            raise PackError(f"{self._path} is damaged; delete it and switch the language packs on again.") from error
        if file.schema > _SCHEMA:
            raise PackError(f"{self._path} is from a newer version of the program; update the program.")
        return file

    def _write(self, file: _File) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write_bytes(self._path, msgspec.json.encode(file))
