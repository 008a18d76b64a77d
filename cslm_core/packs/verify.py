"""Whether a pack's folder is what its manifest says, and holds nothing but data.

Opens every file but loads none: no weights are given to a library before they have passed. Knows nothing of what the
components mean.
"""

import hashlib
import json
import math
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from cslm_core.errors import PackError
from cslm_core.packs.manifest import (
    MANIFEST_NAME,
    SIGNATURE_NAME,
    PackFile,
    PackManifest,
    check_file_name,
    read_manifest,
)
from cslm_core.packs.signing import read_signature

__all__ = ["Progress", "check_content", "check_safetensors", "hash_file", "verify_pack", "walk_files"]

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes hashed so far and all bytes."""

_MAX_HEADER: Final = 64 * 2**20
_DTYPE_BITS: Final = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
    "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64,
}  # fmt: skip
_CODE_KEYS: Final = frozenset({"auto_map", "custom_pipelines", "trust_remote_code"})
_TEXT_SUFFIXES: Final = frozenset({".txt", ".md", ".html", ".toml"})


def verify_pack(folder: str | Path, *, hashes: bool = True, progress: Progress | None = None) -> PackManifest:
    """Check a pack folder from the manifest to the last byte and give its manifest.

    `hashes=False` skips the sha256 of the files (names, sizes and headers are still checked): for a pack that was
    verified when it came in. A signature need not be there, but one that is there must be right. Raises PackError
    naming the first file that is not as it should be.
    """
    root = Path(folder)
    manifest = read_manifest(root)
    listed = {file.path: file for file in manifest.files}
    found = set()
    for name in walk_files(root):
        if name in {MANIFEST_NAME, SIGNATURE_NAME}:
            continue
        reason = check_file_name(name)
        if reason:
            raise PackError(f"The pack {manifest.identity} is refused: {name} may not be in a pack ({reason}).")
        if name not in listed:
            raise PackError(f"The pack {manifest.identity} is refused: {name} is not listed in {MANIFEST_NAME}.")
        found.add(name)
    for file in manifest.files:
        if file.path not in found:
            raise PackError(f"The pack {manifest.identity} is not whole: {file.path} is missing; get the pack again.")
        size = (root / file.path).stat().st_size
        if size != file.size:
            change = "cut short" if size < file.size else "longer than it was"
            raise PackError(
                f"The pack {manifest.identity} is damaged: {file.path} is {change} ({size} of {file.size} bytes);"
                " get the pack again."
            )
    for file in manifest.files:
        check_content(root / file.path, file.path)
    read_signature(root, manifest)
    if hashes:
        _check_hashes(root, manifest, progress)
    return manifest


def walk_files(root: Path) -> Iterator[str]:
    """The files under `root` as relative paths with forward slashes, sorted; links and devices raise PackError."""
    for parent, folders, files in os.walk(root, followlinks=False):
        folders.sort()
        for name in sorted(folders + files):
            path = Path(parent) / name
            label = path.relative_to(root).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise PackError(f"{label} in {root} is a link or a device; a pack holds plain files only.")
            if path.is_file():
                yield label


def hash_file(path: Path, report: Callable[[int], None] | None = None) -> str:
    """The sha256 of a file in hexadecimal digits; `report` is called with the size of each piece."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
            if report:
                report(len(piece))
    return digest.hexdigest()


def _check_hashes(root: Path, manifest: PackManifest, progress: Progress | None) -> None:
    done, total = 0, manifest.size
    for file in manifest.files:

        def report(count: int, file: PackFile = file) -> None:
            nonlocal done
            done += count
            if progress:
                progress(file.path, done, total)

        try:
            digest = hash_file(root / file.path, report)
        except OSError as error:
            raise PackError(f"{root / file.path} cannot be read; check the disk and that you may read it.") from error
        if digest != file.sha256:
            raise PackError(
                f"The pack {manifest.identity} is damaged or was changed: {file.path} is not the file that was packed;"
                " get the pack again."
            )


def check_content(path: Path, label: str) -> None:
    """Refuse a file whose content is not what its suffix says, or that holds code. Raises PackError naming it."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".safetensors":
            check_safetensors(path, label)
        elif suffix == ".json":
            _check_json(path, label)
        elif suffix in _TEXT_SUFFIXES:
            _check_text(path, label, suffix)
        elif suffix in {".png", ".wav"}:
            with path.open("rb") as handle:
                start = handle.read(8)
            if not start.startswith(b"\x89PNG\r\n\x1a\n" if suffix == ".png" else b"RIFF"):
                raise PackError(f"{label} is refused: it is not a {suffix[1:]} file.")
        else:
            raise PackError(f"{label} is refused: a pack may hold only data, not {suffix or 'files without a suffix'}.")
    except OSError as error:
        raise PackError(f"{path} cannot be read; check the disk and that you may read it.") from error


def _check_json(path: Path, label: str) -> None:
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise PackError(f"{label} is damaged: it is not JSON; get the pack again.") from error
    if isinstance(value, dict) and _CODE_KEYS & value.keys():
        key = sorted(_CODE_KEYS & value.keys())[0]
        raise PackError(f"{label} is refused: its entry '{key}' asks for code to be run.")


def _check_text(path: Path, label: str, suffix: str) -> None:
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackError(f"{label} is refused: it is not text.") from error
    if "\0" in text:
        raise PackError(f"{label} is refused: it is not text.")
    if suffix == ".html" and "<script" in text.lower():
        raise PackError(f"{label} is refused: it holds a script.")


def check_safetensors(path: Path, label: str) -> None:
    """Check a safetensors header against the file: known types, and tensors that fill the data without gap or overlap.

    Raises PackError naming the file. Reads the header only.
    """

    def damaged(why: str) -> PackError:
        return PackError(f"{label} is damaged: {why}; get the pack again.")

    size = path.stat().st_size
    with path.open("rb") as handle:
        start = handle.read(8)
        if len(start) < 8:
            raise damaged("it is too short for a safetensors file")
        (length,) = struct.unpack("<Q", start)
        if length < 2 or length > _MAX_HEADER or 8 + length > size:
            raise damaged("its header does not fit the file")
        header_bytes = handle.read(length)
    try:
        header = json.loads(header_bytes)
    except (ValueError, RecursionError) as error:
        raise damaged("its header is not readable") from error
    if not isinstance(header, dict):
        raise damaged("its header is not readable")
    spans = []
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        span = _tensor_span(entry)
        if span is None:
            raise damaged(f"the tensor '{name}' is not described properly")
        spans.append(span)
    end = 0
    for first, last in sorted(spans):
        if first != end:
            raise damaged("its tensors overlap or leave a gap")
        end = last
    if 8 + length + end != size:
        raise damaged("its tensors do not fill the file")


def _tensor_span(entry: Any) -> tuple[int, int] | None:
    """Where a tensor's bytes are, or None when its header entry is not sound."""
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        return None
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not isinstance(shape, list) or not isinstance(offsets, list) or len(offsets) != 2:
        return None
    if any(not isinstance(value, int) or isinstance(value, bool) or value < 0 for value in [*shape, *offsets]):
        return None
    bits = _DTYPE_BITS.get(entry["dtype"]) if isinstance(entry["dtype"], str) else None
    if bits is None or offsets[1] - offsets[0] != math.prod(shape) * bits // 8:
        return None
    return offsets[0], offsets[1]
