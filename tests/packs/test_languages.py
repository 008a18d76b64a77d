"""Language packs: merged into their base when it is opened, refused elsewhere; switched on, off and back; signed."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cslm_core.errors import PackError
from cslm_core.lm.adapter import ADAPTER_KIND, Adapter, Rows
from cslm_core.lm.config import LlamaShape
from cslm_core.pack import open_pack
from cslm_core.packs.build import build_pack, refresh_pack
from cslm_core.packs.delta import DELTA_KINDS, save_delta
from cslm_core.packs.languages import ACTIVE_NAME, ActiveLanguages
from cslm_core.packs.manifest import SIGNATURE_NAME, Base, Component, read_manifest
from cslm_core.packs.signing import make_key, read_signature, sign_pack
from cslm_core.packs.store import PackStore
from cslm_core.packs.verify import verify_pack
from trainer.language.tinypack import write_tiny_pack

Teach = Callable[..., Path]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> PackStore:
    root = tmp_path_factory.mktemp("store")
    write_tiny_pack(root / "builtin" / "tiny")
    (root / "user").mkdir()
    return PackStore(root / "user", root / "builtin")


@pytest.fixture
def base(store: PackStore) -> Path:
    return store.builtin_folder / "tiny"


@pytest.fixture
def teach(base: Path, tmp_path: Path) -> Teach:
    """Makes a language pack of the tiny pack."""

    def make(code: str = "es", version: str = "0.1.0", *, duration: float = 0.0, sha256: str = "") -> Path:
        manifest = read_manifest(base)
        shape = LlamaShape.load(base / "lm")
        folder = tmp_path / f"{code}-{version}"
        random = np.random.default_rng(len(code) + int(version[2]))
        weight = "model.layers.0.mlp.up_proj.weight"
        pair = tuple(random.standard_normal(size).astype(np.float32) for size in ((2, shape.hidden), (shape.inner, 2)))
        none = np.zeros((0, shape.hidden), np.float32)
        rows = Rows(np.ones((2, shape.hidden), np.float32), np.zeros(0, np.int64), none)
        Adapter(code, shape.vocabulary, ("ж",), 1.0, rows, {weight: pair}).save(folder / "adapter")
        about = {"licence": "CC-BY-4.0", "source": "made up"}
        components = {"adapter": Component(kind=ADAPTER_KIND, folder="adapter", **about)}
        if duration:
            decoder = open_pack(base, threads=1).decoder
            before = {n: v.clone() for n, v in decoder.state_dict().items()}
            after = {**before, "duration.head.bias": before["duration.head.bias"] + duration}
            assert save_delta(folder / "decoder", before, after) == 1
            components["decoder"] = Component(kind=DELTA_KINDS["decoder"], folder="decoder", **about)
        build_pack(
            folder,
            name=f"{code}-test",
            version=version,
            title="A language",
            languages=[code],
            units=manifest.units,
            components=components,
            base=Base(name=manifest.name, version=manifest.version, sha256=sha256 or manifest.digest),
            consent="The speaker agreed.",
        )
        return folder

    return make


def test_languages_are_merged_into_their_base(base: Path, teach: Teach) -> None:
    plain = open_pack(base, threads=1)
    taught = open_pack(base, threads=1, languages=[teach("es", duration=0.5), teach("fr")])
    assert taught.languages == ["en", "zh", "es", "fr"]
    assert taught.info.languages == ["en", "zh", "es", "fr"]
    assert taught.info.added == ["es-test 0.1.0", "fr-test 0.1.0"]
    assert taught.info.digest == plain.info.digest
    assert taught.lm.layout.vocabulary == plain.lm.layout.vocabulary + 3
    own, base_bias = taught.decoder_for("es"), plain.decoder.duration.head.bias
    assert (own.duration.head.bias - base_bias).item() == pytest.approx(0.5, abs=1e-3)
    for language in ("en", "zh", "fr"):  # the others sound as they did
        assert taught.decoder_for(language).duration.head.bias.item() == base_bias.item()
    assert read_manifest(teach("it")).consent == "The speaker agreed."


def test_a_reply_is_spoken_by_the_decoder_of_its_language(base: Path, teach: Teach) -> None:
    pack = open_pack(base, threads=1, languages=[teach("es", duration=0.5), teach("fr")])
    asked: list[str] = []
    choose = pack.decoder_for
    pack.decoder_for = lambda language: asked.append(language) or choose(language)  # type: ignore[method-assign,func-returns-value]
    for language in ("es", "en", "fr"):
        list(pack.speak("Hello.", language))
    assert asked == ["es", "en", "fr"]
    assert choose("es") is not pack.decoder
    assert choose("fr") is pack.decoder


def test_another_base_is_refused(base: Path, teach: Teach, tmp_path: Path) -> None:
    other = teach("es", sha256="0" * 64)
    with pytest.raises(PackError, match=r"was made for the pack tiny 1\.0\.0 and does not fit another build of it"):
        open_pack(base, languages=[other])
    with pytest.raises(PackError, match="stands alone"):
        open_pack(base, languages=[base])
    with pytest.raises(PackError, match="open its base pack"):
        open_pack(other)
    with pytest.raises(PackError, match="both teach 'es'"):
        open_pack(base, languages=[teach("es"), teach("es", "0.2.0")])


def test_a_changed_adapter_is_refused(base: Path, teach: Teach) -> None:
    folder = teach("es")
    path = folder / "adapter" / "adapter.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(PackError, match="damaged or was changed"):
        open_pack(base, languages=[folder])


def test_deltas_that_do_not_fit_are_refused(base: Path, teach: Teach) -> None:
    import torch

    folder = teach("es", duration=0.5)
    save_delta(folder / "decoder", {"nothing": torch.zeros(1)}, {"nothing": torch.ones(1)})
    refresh_pack(folder)
    with pytest.raises(PackError, match="has not"):
        open_pack(base, languages=[folder])


def test_switching_on_off_and_back(store: PackStore, base: Path, teach: Teach) -> None:
    active, manifest = ActiveLanguages(store), read_manifest(base)

    def used() -> list[str]:
        return [pack.manifest.identity for pack in active.of(manifest)]

    first = store.import_pack(teach("es")).manifest
    second = store.import_pack(teach("es", "0.2.0")).manifest
    french = store.import_pack(teach("fr")).manifest
    assert used() == []
    active.use(first)
    active.use(second)
    active.use(french)
    assert used() == ["es-test 0.2.0", "fr-test 0.1.0"]
    assert active.undo(manifest.digest, "es-test") == "0.1.0"
    assert used() == ["es-test 0.1.0", "fr-test 0.1.0"]
    active.switch_off(french)
    assert used() == ["es-test 0.1.0"]
    assert active.undo(manifest.digest, "es-test") == ""
    assert used() == []
    with pytest.raises(PackError, match="nothing to go back to"):
        active.undo(manifest.digest, "es-test")
    active.use(second)
    store.remove(second.identity)
    assert used() == []
    with pytest.raises(PackError, match="stands alone"):
        active.use(manifest)
    (store.user_folder / ACTIVE_NAME).write_text("{")
    with pytest.raises(PackError, match="damaged"):
        active.of(manifest)
    (store.user_folder / ACTIVE_NAME).unlink()


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return target


def test_a_signature_holds_until_something_changes(store: PackStore, teach: Teach, tmp_path: Path) -> None:
    folder = teach("pt")
    key = tmp_path / "key.pem"
    fingerprint = make_key(key)
    assert read_signature(folder, read_manifest(folder)) is None
    assert sign_pack(folder, key).fingerprint == fingerprint
    verify_pack(folder)
    found = store.import_pack(zipped(folder, tmp_path / "pt.zip"))
    signature = read_signature(found.folder, found.manifest)
    assert signature is not None
    assert signature.fingerprint == fingerprint
    store.remove(found.manifest.identity)
    text = (folder / "pack.toml").read_text().replace("A language", "Another language")
    (folder / "pack.toml").write_text(text)
    with pytest.raises(PackError, match="changed after it was signed"):
        verify_pack(folder)
    refresh_pack(folder)  # a new manifest is nobody's yet
    assert not (folder / SIGNATURE_NAME).exists()
    verify_pack(folder)


@pytest.mark.parametrize("fault", ["json", "schema", "key", "long", "base64"])
def test_a_bad_signature_is_refused(teach: Teach, tmp_path: Path, fault: str) -> None:
    folder = teach("pt")
    make_key(tmp_path / "key.pem")
    sign_pack(folder, tmp_path / "key.pem")
    path = folder / SIGNATURE_NAME
    value = json.loads(path.read_text())
    changed = {
        "json": "{",
        "schema": json.dumps({**value, "schema": 2}),
        "key": json.dumps({**value, "key": "AAAA"}),
        "long": path.read_text() + " " * 5000,
        "base64": json.dumps({**value, "signature": "é"}),
    }
    path.write_text(changed[fault])
    with pytest.raises(PackError):
        verify_pack(folder)


def test_keys(teach: Teach, tmp_path: Path) -> None:
    folder = teach("pt")
    make_key(tmp_path / "key.pem")
    with pytest.raises(PackError, match="not written over"):
        make_key(tmp_path / "key.pem")
    (tmp_path / "no.pem").write_text("nothing")
    with pytest.raises(PackError, match="private key"):
        sign_pack(folder, tmp_path / "no.pem")
    shutil.rmtree(folder)
