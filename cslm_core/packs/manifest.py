"""`pack.toml` as typed structs: what a pack is and what is in it.

A light module: it reads and checks the manifest and never opens a component. Whether the files agree with it is the
business of `verify.py`; what a component's `kind` means is that of `registry.py`.
"""

import hashlib
import re
import tomllib
import unicodedata
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec

from cslm_core.errors import PackError

__all__ = [
    "ALLOWED_SUFFIXES",
    "MANIFEST_NAME",
    "SCHEMA",
    "SIGNATURE_NAME",
    "Base",
    "Component",
    "PackFile",
    "PackManifest",
    "UnitVocabulary",
    "check_file_name",
    "parse_manifest",
    "read_manifest",
]

MANIFEST_NAME: Final = "pack.toml"
SIGNATURE_NAME: Final = "pack.sig.json"
"""Beside the manifest, which it signs; the only file of a pack that the manifest does not list (`signing.py`)."""
SCHEMA: Final = 1
"""The version of the pack format that this program reads and writes."""
ALLOWED_SUFFIXES: Final = frozenset({".safetensors", ".json", ".toml", ".txt", ".md", ".wav", ".html", ".png"})
"""Data only: nothing that is run or unpickled when it is opened."""

_MAX_MANIFEST_BYTES: Final = 4 * 2**20
_MAX_FILE_BYTES: Final = 64 * 2**30
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_VERSION: Final = re.compile(r"[0-9]+(\.[0-9]+){0,3}([-+.][0-9A-Za-z.-]{1,32})?")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_WINDOWS_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of the model: `kind` says which code reads it, `folder` where it is inside the pack."""

    kind: str
    folder: str
    licence: str
    source: str


class UnitVocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The speech units: how many codes there are and how many frames a second they come at."""

    size: int
    rate: float


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The pack a language pack adds to; `sha256` is that pack's manifest digest."""

    name: str
    version: str
    sha256: str


class PackFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of the pack; `path` is relative, with forward slashes."""

    path: str
    sha256: str
    size: int


class PackManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of `pack.toml`. `digest` is the sha256 of its bytes and so, through the hashes in it, of the whole pack."""

    schema: int
    name: str
    version: str
    title: str
    languages: list[str]
    listen_rate: int
    speak_rate: int
    units: UnitVocabulary
    components: dict[str, Component]
    """By role: "tokenizer", "lm", "decoder" and whatever a language pack brings."""
    files: list[PackFile]
    base: Base | None = None
    consent: str = ""
    """Of a language pack: who agreed to what with the speech in it."""
    digest: str = ""

    @property
    def is_language_pack(self) -> bool:
        return self.base is not None

    @property
    def size(self) -> int:
        """Bytes of all listed files."""
        return sum(file.size for file in self.files)

    @property
    def identity(self) -> str:
        """Name and version, as in "starter 0.1.0"."""
        return f"{self.name} {self.version}"

    def component(self, role: str) -> Component:
        """The component of a role. Raises PackError when the pack has none."""
        try:
            return self.components[role]
        except KeyError:
            raise PackError(f"The pack {self.identity} has no component '{role}'; take another pack.") from None

    def part_digest(self, role: str) -> str:
        """Of the files of one component: the same in packs that have that part in common."""
        folder = self.component(role).folder + "/"
        listed = sorted((f.path.removeprefix(folder), f.sha256) for f in self.files if f.path.startswith(folder))
        return hashlib.sha256(repr(listed).encode()).hexdigest()


def read_manifest(folder: str | Path) -> PackManifest:
    """Read and check `pack.toml` in `folder`. Raises PackError naming the file."""
    path = Path(folder) / MANIFEST_NAME
    if not Path(folder).is_dir():
        raise PackError(f"{folder} is not a pack folder; name a folder with a {MANIFEST_NAME} in it.")
    if path.is_symlink():
        raise PackError(f"{path} is a link; a pack holds its own files.")
    try:
        with path.open("rb") as handle:
            data = handle.read(_MAX_MANIFEST_BYTES + 1)
    except FileNotFoundError:
        raise PackError(f"{folder} has no {MANIFEST_NAME}; it is not a pack, or not a whole one.") from None
    except OSError as error:
        raise PackError(f"{path} cannot be read; check that you may read it.") from error
    return parse_manifest(data, str(path))


def parse_manifest(data: bytes, label: str = MANIFEST_NAME) -> PackManifest:
    """Parse and check the bytes of a `pack.toml`; `label` is what messages call it. Raises PackError."""
    if len(data) > _MAX_MANIFEST_BYTES:
        raise PackError(f"{label} is larger than {_MAX_MANIFEST_BYTES >> 20} MB; it is not a pack's manifest.")
    try:
        raw = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PackError(f"{label} is damaged: it is not TOML; get the pack again.") from error
    _check_schema(raw, label)
    if "digest" in raw:
        raise PackError(f"{label} is damaged: it states its own digest; get the pack again.")
    try:
        manifest = msgspec.convert(raw, PackManifest)
    except msgspec.ValidationError as error:
        raise PackError(f"{label} is damaged: {_readable(error)}; get the pack again.") from error
    fault = _fault(manifest)
    if fault:
        raise PackError(f"{label} is not valid: {fault}; get the pack again.")
    return msgspec.structs.replace(manifest, digest=hashlib.sha256(data).hexdigest())


def check_file_name(path: str) -> str | None:
    """Why `path` may not be a file's name inside a pack, or None when it may."""
    parts = path.split("/")
    if path == SIGNATURE_NAME:
        return "the name is kept for the signature"
    if not path or path.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        return "the path leaves the pack or is not plain"
    if len(path) > 240 or any(len(part.encode("utf-8")) > 200 for part in parts):
        return "the path is too long"
    if any(character in '\\:*?"<>|' or unicodedata.category(character)[0] == "C" for character in path):
        return "the path has a character that not every system allows"
    if any(part[0] in ". " or part[-1] in ". " or _WINDOWS_DEVICE.fullmatch(part) for part in parts):
        return "the path has a name that not every system allows"
    if PurePosixPath(path).suffix.lower() not in ALLOWED_SUFFIXES:
        return "a pack may hold only data (" + " ".join(sorted(ALLOWED_SUFFIXES)) + ")"
    return None


def _check_schema(raw: dict[str, Any], label: str) -> None:
    schema = raw.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool):
        raise PackError(f"{label} does not say which version of the pack format it has; get the pack again.")
    if schema > SCHEMA:
        raise PackError(
            f"{label} has version {schema} of the pack format, this program reads {SCHEMA}; update the program."
        )
    if schema < SCHEMA:
        raise PackError(
            f"{label} has version {schema} of the pack format, this program reads {SCHEMA}; get a newer pack."
        )


def _readable(error: msgspec.ValidationError) -> str:
    return str(error).replace("`", "'").replace("$.", "").rstrip(".")


def _fault(manifest: PackManifest) -> str | None:
    """The first thing that is wrong with well-typed values."""
    checks = [
        (_NAME.fullmatch(manifest.name), f"the name {manifest.name!r} is not small letters, digits and hyphens"),
        (_VERSION.fullmatch(manifest.version), f"the version {manifest.version!r} is not like 1.2.3"),
        (manifest.title.strip(), "the title is empty"),
        (manifest.languages, "no language is stated"),
        (len(set(manifest.languages)) == len(manifest.languages), "a language is stated twice"),
        (8_000 <= manifest.listen_rate <= 48_000, f"listen_rate {manifest.listen_rate} is not a usable sample rate"),
        (8_000 <= manifest.speak_rate <= 48_000, f"speak_rate {manifest.speak_rate} is not a usable sample rate"),
        (1 <= manifest.units.size <= 1_000_000, f"{manifest.units.size} units are not usable"),
        (1 <= manifest.units.rate <= 1_000, f"{manifest.units.rate} units a second are not usable"),
        (manifest.components, "no component is stated"),
        (manifest.files, "no file is listed"),
        (len(manifest.consent) <= 4000 and "\0" not in manifest.consent, "the consent statement is not usable"),
    ]
    checks += [
        (_LANGUAGE.fullmatch(code), f"the language {code!r} is not a code like en or zh") for code in manifest.languages
    ]
    for fine, fault in checks:
        if not fine:
            return fault
    return _base_fault(manifest.base) or _components_fault(manifest) or _files_fault(manifest.files)


def _base_fault(base: Base | None) -> str | None:
    if base is None:
        return None
    if not _NAME.fullmatch(base.name) or not _VERSION.fullmatch(base.version):
        return "the base pack's name or version is not valid"
    return None if _SHA256.fullmatch(base.sha256) else "the base pack's sha256 is not 64 hexadecimal digits"


def _components_fault(manifest: PackManifest) -> str | None:
    tops = {file.path.split("/")[0] for file in manifest.files if "/" in file.path}
    for role, component in manifest.components.items():
        if not _KEY.fullmatch(role) or not _KEY.fullmatch(component.kind):
            return f"the component '{role}' has a role or kind that is not small letters, digits, - and _"
        if not _KEY.fullmatch(component.folder) or component.folder not in tops:
            return f"the component '{role}' names the folder {component.folder!r}, which holds no listed file"
        if not component.licence.strip() or not component.source.strip():
            return f"the component '{role}' states no licence or source"
    return None


def _files_fault(files: list[PackFile]) -> str | None:
    seen: set[str] = {MANIFEST_NAME}
    for file in files:
        reason = check_file_name(file.path)
        if reason:
            return f"the file {file.path!r} is refused: {reason}"
        if not _SHA256.fullmatch(file.sha256) or not 0 <= file.size <= _MAX_FILE_BYTES:
            return f"the file {file.path!r} has no usable sha256 or size"
        folded = unicodedata.normalize("NFC", file.path).casefold()
        if folded in seen:
            return f"the file {file.path!r} is listed twice"
        seen.add(folded)
    return None
