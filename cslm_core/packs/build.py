"""Making a pack out of a folder of finished components: the manifest with every file's sha256.

Knows nothing of training; what it writes passes `verify_pack`, or it writes nothing that stays.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit

from cslm_core.errors import PackError
from cslm_core.files import atomic_write_text
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
)
from cslm_core.packs.verify import check_content, hash_file, walk_files

__all__ = ["build_pack", "refresh_pack"]


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
    document = tomlkit.document()
    document["schema"] = SCHEMA
    document["name"] = name
    document["version"] = version
    document["title"] = title
    document["languages"] = list(languages)
    document["listen_rate"] = listen_rate
    document["speak_rate"] = speak_rate
    if consent:
        document["consent"] = consent
    document["units"] = {"size": units.size, "rate": float(units.rate)}
    if base is not None:
        document["base"] = {"name": base.name, "version": base.version, "sha256": base.sha256}
    parts = tomlkit.table(is_super_table=True)
    for role in components:
        part = components[role]
        parts[role] = {"kind": part.kind, "folder": part.folder, "licence": part.licence, "source": part.source}
    document["components"] = parts
    files = tomlkit.aot()
    for file in _files(root):
        files.append(tomlkit.item({"path": file.path, "sha256": file.sha256, "size": file.size}))
    document["files"] = files
    text = tomlkit.dumps(document)
    manifest = parse_manifest(text.encode("utf-8"), str(root / MANIFEST_NAME))
    (root / SIGNATURE_NAME).unlink(missing_ok=True)  # what it signed is gone
    atomic_write_text(root / MANIFEST_NAME, text)
    return manifest


def refresh_pack(folder: str | Path) -> PackManifest:
    """Write the manifest of a pack anew after files were added or changed on purpose (a scorecard), else the same."""
    try:
        old = parse_manifest((Path(folder) / MANIFEST_NAME).read_bytes(), str(Path(folder) / MANIFEST_NAME))
    except OSError as error:
        raise PackError(f"{folder} has no readable {MANIFEST_NAME}; it is not a pack.") from error
    return build_pack(
        folder,
        name=old.name,
        version=old.version,
        title=old.title,
        languages=old.languages,
        units=old.units,
        components=old.components,
        listen_rate=old.listen_rate,
        speak_rate=old.speak_rate,
        base=old.base,
        consent=old.consent,
    )


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
