"""Making a pack out of a folder of finished components: the manifest with every file's sha256.

Knows nothing of training; what it writes passes `verify_pack`, or it writes nothing that stays.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec
import tomlkit

from cslm_core.errors import PackError
from cslm_core.files import atomic_write_together
from cslm_core.packs.manifest import (
    MANIFEST_NAME,
    SCHEMA,
    SIGNATURE_NAME,
    Base,
    Component,
    PackFile,
    PackManifest,
    UnitVocabulary,
    check_file_name,
    parse_manifest,
    read_manifest,
)
from cslm_core.packs.verify import check_content, hash_file, walk_files

__all__ = ["build_pack", "put_file", "refresh_pack"]


def build_pack(
    folder: str | Path,
    *,
    name: str,
    version: str,
    title: str,
    languages: Sequence[str],
    units: UnitVocabulary,
    components: Mapping[str, Component],
    listen_rate: int = 16_000,
    speak_rate: int = 24_000,
    base: Base | None = None,
    consent: str = "",
) -> PackManifest:
    """Write `pack.toml` for the files in `folder` (replacing one that is there) and give the manifest.

    Raises PackError when a file may not be in a pack or a value is not valid; the old manifest stays then.
    """
    root = Path(folder)
    if not root.is_dir():
        raise PackError(f"{root} is not a folder; make the components first.")
    manifest = PackManifest(
        schema=SCHEMA,
        name=name,
        version=version,
        title=title,
        languages=list(languages),
        listen_rate=listen_rate,
        speak_rate=speak_rate,
        units=units,
        components=dict(components),
        files=_files(root),
        base=base,
        consent=consent,
    )
    return _write(root, manifest, {})


def refresh_pack(folder: str | Path) -> PackManifest:
    """Write the manifest of a pack anew after files were added or changed on purpose, else the same."""
    root = Path(folder)
    try:
        old = parse_manifest((root / MANIFEST_NAME).read_bytes(), str(root / MANIFEST_NAME))
    except OSError as error:
        raise PackError(f"{folder} has no readable {MANIFEST_NAME}; it is not a pack.") from error
    return _write(root, msgspec.structs.replace(old, files=_files(root)), {})


def put_file(folder: str | Path, name: str, data: bytes) -> PackManifest:
    """Write one file into a pack together with the manifest that lists it: as good as both or none.

    The other files stay listed as they were packed, so that damage to them stays known. Raises PackError when the file
    may not be in a pack, CslmError when it cannot be written.
    """
    root = Path(folder)
    old = read_manifest(root)
    if reason := check_file_name(name):
        raise PackError(f"{name} may not be in a pack: {reason}.")
    new = PackFile(path=name, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    files = [*(file for file in old.files if file.path != name), new]
    files.sort(key=lambda file: (PurePosixPath(file.path).parent.parts, file.path))  # as `walk_files` has them
    return _write(root, msgspec.structs.replace(old, files=files), {root / name: data})


def _write(root: Path, manifest: PackManifest, beside: Mapping[Path, bytes]) -> PackManifest:
    """Write files and the manifest that lists them, and give it as it will be read."""
    text = _toml(manifest)
    written = parse_manifest(text.encode("utf-8"), str(root / MANIFEST_NAME))
    gone = {root / SIGNATURE_NAME: None}  # what it signed is no more
    atomic_write_together({**gone, **beside, root / MANIFEST_NAME: text.encode("utf-8")})
    return written


def _toml(manifest: PackManifest) -> str:
    document = tomlkit.document()
    document["schema"] = manifest.schema
    document["name"] = manifest.name
    document["version"] = manifest.version
    document["title"] = manifest.title
    document["languages"] = list(manifest.languages)
    document["listen_rate"] = manifest.listen_rate
    document["speak_rate"] = manifest.speak_rate
    if manifest.consent:
        document["consent"] = manifest.consent
    document["units"] = {"size": manifest.units.size, "rate": float(manifest.units.rate)}
    if (base := manifest.base) is not None:
        document["base"] = {"name": base.name, "version": base.version, "sha256": base.sha256}
    parts = tomlkit.table(is_super_table=True)
    for role, part in manifest.components.items():
        parts[role] = {"kind": part.kind, "folder": part.folder, "licence": part.licence, "source": part.source}
    document["components"] = parts
    files = tomlkit.aot()
    for file in manifest.files:
        files.append(tomlkit.item({"path": file.path, "sha256": file.sha256, "size": file.size}))
    document["files"] = files
    return tomlkit.dumps(document)


def _files(root: Path) -> list[PackFile]:
    files = []
    for name in walk_files(root):
        if name in {MANIFEST_NAME, SIGNATURE_NAME}:
            continue
        reason = check_file_name(name)
        if reason:
            raise PackError(f"{name} may not be in a pack: {reason}.")
        path = root / name
        check_content(path, name)
        files.append(PackFile(path=name, sha256=hash_file(path), size=path.stat().st_size))
    return files
