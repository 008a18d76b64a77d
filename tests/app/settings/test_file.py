"""The settings file: read whatever is in it, written without losing what others wrote."""

import os
import random
from pathlib import Path

import hypothesis.strategies as st
import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from tomlkit import TOMLDocument

from app.settings import migrations
from app.settings.file import SettingsFile, read_settings
from app.settings.migrations import STEPS, migrate, version_of
from app.settings.model import SCHEMA, Appearance, AudioSettings, Conversing, Settings
from app.settings.places import Places
from cslm_core.errors import CslmError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SETTINGS = st.builds(
    Settings,
    schema_version=st.just(SCHEMA),
    audio=st.builds(AudioSettings, microphone=TEXTS, loudspeaker=TEXTS),
    conversing=st.builds(Conversing, pack=TEXTS, input_language=TEXTS, reply_language=TEXTS),
    appearance=st.builds(Appearance),
    shortcuts=st.dictionaries(TEXTS, TEXTS, max_size=3).map(lambda more: {**Settings().shortcuts, **more}),
)
DAMAGE = [b"[", b"]]", b'"', b"=", b"\n", b"\0", b"nan", b"{", b"[[audio]]\n", b"'''", b"9e999", b"audio.", b"-"]
WRITTEN = """\
# mine
schema_version = 1
future = { a = 1 }

[audio]
volume = 0.3   # not so loud
microphone = "Kopfhörer 麦克风"

[unknown]
key = "kept"

[shortcuts]
stop = "F8"
"""


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.toml")


def write(file: SettingsFile, text: str | bytes) -> None:
    file.path.parent.mkdir(exist_ok=True)
    file.path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_without_a_file_there_are_defaults(file: SettingsFile) -> None:
    assert file.load() == (Settings(), "")
    assert not file.path.exists()
    file.save(Settings())
    assert file.load() == (Settings(), "")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=SETTINGS, second=SETTINGS)
def test_what_is_saved_is_loaded(tmp_path: Path, first: Settings, second: Settings) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.unlink(missing_ok=True)
    file.save(first)
    assert file.load() == (first, "")
    file.save(second)
    loaded, problem = file.load()
    assert problem == ""
    # Shortcuts that are not known any more stay in the file, as everything that is not known.
    assert loaded == second.model_copy(update={"shortcuts": {**first.shortcuts, **second.shortcuts}})
    assert read_settings(file.path) == loaded


def test_comments_and_unknown_keys_stay(file: SettingsFile) -> None:
    write(file, WRITTEN)
    loaded, problem = file.load()
    assert problem == ""
    assert loaded.audio.volume == 0.3
    assert loaded.audio.microphone == "Kopfhörer 麦克风"
    assert loaded.shortcuts == {**Settings().shortcuts, "stop": "F8"}
    file.save(loaded)
    assert file.path.read_text(encoding="utf-8") == WRITTEN
    file.save(loaded.model_copy(update={"audio": loaded.audio.model_copy(update={"volume": 0.7, "pause": 1.0})}))
    text = file.path.read_text(encoding="utf-8")
    for kept in ("# mine\n", "# not so loud\n", "future = { a = 1 }\n", 'key = "kept"\n', 'stop = "F8"\n'):
        assert kept in text
    assert "volume = 0.7 " in text
    assert file.load()[0].audio.pause == 1.0


@pytest.mark.parametrize(
    "content",
    [b"[audio", b"a = ", b"\xff\xfe\0", b"\0" * 100, b"x = 1\nx = 2\n", b"d = 2024-13-45\n", b"a=" + b"[" * 3000],
)
def test_a_broken_file_is_set_aside(file: SettingsFile, content: bytes) -> None:
    write(file, content)
    assert read_settings(file.path) == Settings()
    assert file.path.read_bytes() == content
    loaded, problem = file.load()
    assert loaded == Settings()
    assert "set aside" in problem
    (aside,) = file.path.parent.iterdir()
    assert "damaged" in aside.name
    assert aside.read_bytes() == content
    file.save(loaded)
    assert file.load() == (Settings(), "")


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), saved=SETTINGS)
def test_random_damage_is_never_fatal(tmp_path: Path, seed: int, saved: Settings) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    for old in tmp_path.iterdir():
        old.unlink()
    file.path.write_text(WRITTEN, encoding="utf-8")
    file.save(saved)
    data = bytearray(file.path.read_bytes())
    chance = random.Random(seed)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(data))
        if chance.random() < 0.5:
            del data[place : place + chance.randrange(1, 30)]
        else:
            data[place : place + chance.randrange(1, 5)] = chance.choice(
                [
                    b"[",
                    b"]]",
                    b'"',
                    b"=",
                    b"\n",
                    b"\0",
                    b"nan",
                    b"{",
                    b"[[audio]]\n",
                    b"'''",
                    b"9e999",
                    chance.randbytes(3),
                ]
            )
        data = data or bytearray(b"x")
    file.path.write_bytes(data)
    loaded, _ = file.load()
    changed = loaded.model_copy(update={"audio": AudioSettings(volume=0.25, loudspeaker="new")})
    file.save(changed)
    assert file.load() == (changed, "")


def test_single_values_that_are_wrong_cost_only_themselves(file: SettingsFile) -> None:
    write(
        file,
        'schema_version = 1\nappearance = 5\n[audio]\nvolume = 7\npause = "long"\nmode = "push-to-talk"\n'
        '[conversing]\npack = "starter"\n[shortcuts]\nstop = 3\nnew = "F2"\n',
    )
    loaded, problem = file.load()
    assert loaded.audio == AudioSettings(mode="push-to-talk")
    assert loaded.conversing.pack == "starter"
    assert loaded.shortcuts == {**Settings().shortcuts, "new": "F2"}
    for name in ("appearance", "audio.volume", "audio.pause", "shortcuts.stop"):
        assert name in problem
    file.save(loaded)
    assert file.load() == (loaded, "")


def test_a_newer_file_is_read_as_far_as_it_goes_and_keeps_what_it_has(file: SettingsFile) -> None:
    newer = 'schema_version = 9\n[audio]\nvolume = "loud"\nmode = "telepathy"\npause = 1.5\n[hologram]\nsize = 3\n'
    write(file, newer)
    loaded, problem = file.load()
    assert problem == ""
    assert loaded.audio == AudioSettings(pause=1.5)
    file.save(loaded)
    assert file.path.read_text() == newer
    file.save(loaded.model_copy(update={"appearance": Appearance(theme="dark")}))
    text = file.path.read_text()
    for kept in newer.splitlines():
        assert kept in text
    assert file.load()[0].appearance.theme == "dark"


def test_migrations_are_numbered_and_keep_a_copy(file: SettingsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(STEPS) == SCHEMA - 1

    def louder(document: TOMLDocument) -> None:
        document["audio"]["volume"] = document["audio"].pop("loudness") / 10  # type: ignore[index,union-attr]

    def renamed(document: TOMLDocument) -> None:
        document["sound"] = document.pop("audio")

    old = "# mine\nschema_version = 1\n[audio]\nloudness = 4 # four\n"
    document = tomlkit.parse(old)
    assert migrate(document, [louder, renamed])
    assert not migrate(document, [louder, renamed])
    assert document.unwrap() == {"schema_version": 3, "sound": {"volume": 0.4}}
    assert version_of(tomlkit.parse("schema_version = 'x'")) == SCHEMA

    monkeypatch.setattr("app.settings.file.SCHEMA", 2)
    monkeypatch.setattr("app.settings.file.migrate", lambda document: migrations.migrate(document, [louder]))
    write(file, old)
    loaded, problem = file.load()
    assert problem == ""
    assert loaded.audio.volume == 0.4
    file.save(loaded)
    assert file.path.with_name("settings.schema-1.toml").read_text() == old
    assert "schema_version = 2" in file.path.read_text()
    assert "# mine" in file.path.read_text()


def test_nothing_is_written_when_nothing_changed(file: SettingsFile) -> None:
    file.save(Settings())
    before = file.path.stat().st_mtime_ns, file.path.stat().st_ino
    file.save(Settings())
    assert (file.path.stat().st_mtime_ns, file.path.stat().st_ino) == before


def test_an_optional_value_can_be_taken_away(file: SettingsFile) -> None:
    warm = Settings(conversing=Conversing(temperature=0.5))
    file.save(warm)
    assert file.load() == (warm, "")
    file.save(Settings())
    assert "temperature" not in file.path.read_text()


def test_a_place_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = SettingsFile(tmp_path / "file" / "settings.toml")
    loaded, problem = file.load()
    assert loaded == Settings()
    assert "cannot be read" in problem
    with pytest.raises(CslmError, match="could not be saved"):
        file.save(loaded)


def test_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CSLM_LOGS", "CSLM_PACKS", "CSLM_HOME"):
        monkeypatch.delenv(name, raising=False)
    ordinary = Places.find()
    assert ordinary.config.name == "cslm"
    assert len({ordinary.settings, ordinary.conversations, ordinary.log, ordinary.packs}) == 4
    monkeypatch.setenv("CSLM_HOME", str(tmp_path / "home"))
    places = Places.find()
    places.make()
    places.make()
    for folder in (places.config, places.data, places.log, places.state):
        assert folder.is_dir()
        assert folder.is_relative_to(tmp_path / "home")
        assert os.name != "posix" or folder.stat().st_mode & 0o077 == 0
    assert places.packs.is_relative_to(tmp_path / "home")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CSLM_HOME", str(tmp_path / "file"))
    with pytest.raises(CslmError, match="CSLM_HOME"):
        Places.find().make()
