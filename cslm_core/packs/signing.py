"""Who made a pack: an Ed25519 signature of its manifest, and so, through the hashes in it, of every file.

`pack.sig.json` beside the manifest holds the maker's public key and the signature. It proves that the pack is as the
holder of that key made it, not who that is: people compare fingerprints. Knows nothing of what is in a pack.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from cslm_core.errors import PackError
from cslm_core.files import atomic_write_bytes, atomic_write_json
from cslm_core.packs.manifest import SIGNATURE_NAME, PackManifest, read_manifest

__all__ = ["MAX_SIGNATURE_BYTES", "Signature", "make_key", "read_signature", "sign_pack"]

MAX_SIGNATURE_BYTES: Final = 4096
_PREFIX: Final = b"cslm pack manifest, sha256: "


class Signature(NamedTuple):
    """Of a signed pack: the maker's key as 32 bytes, and its fingerprint in groups of four digits."""

    key: bytes
    fingerprint: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    algorithm: str
    key: str
    signature: str


def make_key(path: Path) -> str:
    """Make a private key file (PEM, for its owner only) and give its fingerprint. PackError when one is there."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if path.exists():
        raise PackError(f"{path} is there already; a key is not written over.")
    key = Ed25519PrivateKey.generate()
    atomic_write_bytes(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    return fingerprint(key.public_key().public_bytes_raw())


def sign_pack(folder: Path, key_file: Path) -> Signature:
    """Sign the manifest of the pack in `folder`. PackError when the key cannot be used."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    manifest = read_manifest(folder)
    try:
        key = load_pem_private_key(key_file.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PackError(f"{key_file} is not a readable private key without a password; make one first.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise PackError(f"{key_file} is not an Ed25519 key; make one first.")
    public = key.public_key().public_bytes_raw()
    signature = key.sign(_message(manifest))
    atomic_write_json(
        folder / SIGNATURE_NAME,
        {
            "schema": 1,
            "algorithm": "ed25519",
            "key": base64.b64encode(public).decode(),
            "signature": base64.b64encode(signature).decode(),
        },
    )
    return Signature(public, fingerprint(public))


def read_signature(folder: Path, manifest: PackManifest) -> Signature | None:
    """The signature of the pack in `folder`, None when it has none. PackError when it is not that of this manifest."""
    path = folder / SIGNATURE_NAME
    try:
        if path.stat().st_size > MAX_SIGNATURE_BYTES:
            raise PackError(f"The pack {manifest.identity} is refused: its signature is too large.")
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PackError(f"{path} cannot be read; check that you may read it.") from error
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        file = msgspec.json.decode(data, type=_File)
        if file.schema != 1 or file.algorithm != "ed25519":
            raise PackError(f"The signature of the pack {manifest.identity} is of another version; update the program.")
        key = base64.b64decode(file.key, validate=True)
        signature = base64.b64decode(file.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _message(manifest))
    except (msgspec.DecodeError, binascii.Error, ValueError, InvalidSignature) as error:
        raise PackError(
            f"The signature of the pack {manifest.identity} is wrong: the pack was changed after it was signed; do not"
            " use it."
        ) from error
    return Signature(key, fingerprint(key))


def fingerprint(key: bytes) -> str:
    """What people compare."""
    digits = hashlib.sha256(key).hexdigest()[:24]
    return " ".join(digits[start : start + 4] for start in range(0, 24, 4))


def _message(manifest: PackManifest) -> bytes:
    return _PREFIX + manifest.digest.encode()
