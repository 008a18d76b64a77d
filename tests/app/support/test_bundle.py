"""The diagnostics bundle: what helps is in it, what was said and who the user is are not."""

import dataclasses
import json
import logging
import zipfile
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from app.settings.file import SettingsFile
from app.settings.model import AudioSettings, Conversing, Settings
from app.settings.places import Places
from app.store.model import Chunk, Waterfall
from app.store.store import Store
from app.support.bundle import _Impersonal, _known_lines, write_bundle
from app.support.crash import CrashLog
from app.support.logs import start_logging
from cslm_core.errors import CslmError
from cslm_core.events import TurnStats

SECRET = "xylophone"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Of a user called anna with everything under her home folder."""
    home = tmp_path / "users" / "anna"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "anna")
    monkeypatch.setenv("CSLM_HOME", str(home / "cslm"))
    monkeypatch.setenv("CSLM_ASSETS", str(tmp_path / "assets"))
    for name in ("CSLM_LOGS", "CSLM_PACKS"):
        monkeypatch.delenv(name, raising=False)
    found = Places.find()
    found.make()
    return found


def talk(places: Places) -> None:
    """A conversation that goes wrong in every way."""
    store = Store(places.conversations)
    conversation = store.create(f"title {SECRET}")
    turn = store.new_turn(conversation.id, "spoken")
    store.add_sound(turn.id, "question", np.full(1600, 0.1, np.float32), 16_000)
    store.save(
        dataclasses.replace(
            turn,
            question=f"question {SECRET}",
            misheard=f"misheard {SECRET}",
            chunks=(Chunk(f"reply {SECRET}"),),
            problem=f"problem {SECRET}",
            stats=TurnStats(first_sound=0.4242),
            waterfall=Waterfall(played=0.5757),
        )
    )
    store.close()
    root = logging.getLogger()
    level = root.level
    handler = start_logging(places.log)
    assert handler is not None
    crash = CrashLog(places.state)
    try:
        logging.getLogger("app.session").info("the pack in %s is ready", Path.home() / "packs")
        logging.getLogger("other.library").error("cannot say %s", SECRET)
        logging.getLogger("app.session").error("a step failed\n%s\nin two lines", SECRET)
        try:
            raise ValueError(f"no token for {SECRET}")
        except ValueError as error:
            logging.getLogger("app.session").exception("a step failed")
            (places.state / "crash.log").write_text("", encoding="utf-8")
            crash.start()
            crash.record(error, "main thread")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
        crash.close()
    (places.log / "engine.log").write_text(
        "2026-05-01 08:00:00,123 [42] Traceback (most recent call last):\n"
        '2026-05-01 08:00:00,123 [42]   File "/x/chat.py", line 7, in ask\n'
        f"2026-05-01 08:00:00,123 [42]     raise KeyError({SECRET!r})\n"
        f"2026-05-01 08:00:00,123 [42] KeyError: '{SECRET}'\n"
        f"2026-05-01 08:00:00,123 [42] {SECRET} in a line of its own\n",
        encoding="utf-8",
    )
    SettingsFile(places.settings).save(
        Settings(
            audio=AudioSettings(microphone="Anna's headphones"), conversing=Conversing(pack=str(Path.home() / "my"))
        )
    )


def contents(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def test_it_helps_and_tells_nothing_personal(places: Places, tmp_path: Path) -> None:
    talk(places)
    path = write_bundle(tmp_path / "bundle.zip")
    files = contents(path)
    assert set(files) == {
        "README.txt",
        "machine.json",
        "devices.json",
        "settings.json",
        "latencies.json",
        "cslm.txt",
        "engine.txt",
        "crash.txt",
    }
    for name, text in files.items():
        for personal in (SECRET, str(Path.home()), "anna", "Anna"):
            assert personal not in text, name
        assert not text.encode().startswith(b"fLaC")
    assert json.loads(files["machine.json"])["libraries"]["torch"]
    stored = json.loads(files["settings.json"])
    assert stored["audio"]["microphone"] == "<user>'s headphones"
    assert stored["conversing"]["pack"].startswith("~")
    (latency,) = json.loads(files["latencies.json"])
    assert latency["stats"]["first_sound"] == 0.4242
    assert latency["waterfall"]["played"] == 0.5757
    assert "the pack in ~/packs is ready" in files["cslm.txt"].replace("\\", "/")
    assert "ERROR other.library\n" in files["cslm.txt"]
    assert "in talk\nValueError\n" in files["cslm.txt"]
    assert "[42] KeyError\n" in files["engine.txt"]
    assert 'File "/x/chat.py", line 7, in ask' in files["engine.txt"]
    assert "ValueError" in files["crash.txt"]


def test_what_the_window_knows_can_be_given(places: Places, tmp_path: Path) -> None:
    given_latencies = [Waterfall(played=1.25), TurnStats(done=2.5, cut="length"), {"text": "no", "gap": 0.5}]
    path = write_bundle(tmp_path, settings=Settings(), latencies=given_latencies)
    assert path.parent == tmp_path
    assert path.name.startswith("cslm-diagnostics-")
    figures = json.loads(contents(path)["latencies.json"])
    assert figures[0]["played"] == 1.25
    assert figures[1]["done"] == 2.5
    assert "cut" not in figures[1]
    assert figures[2] == {"gap": 0.5}
    assert not places.settings.exists()  # looking on touches nothing
    assert not places.conversations.exists()


def test_a_second_bundle_does_not_take_the_place_of_the_first(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls(2026, 11, 30, 12, 0, 0, tzinfo=tz)

    monkeypatch.setattr("app.support.bundle.datetime", Stopped)
    folder = tmp_path / "downloads"
    folder.mkdir()
    names = [write_bundle(folder, settings=Settings(), latencies=[]).name for _ in range(3)]
    stem = "cslm-diagnostics-20261130-120000"
    assert names == [f"{stem}.zip", f"{stem}-2.zip", f"{stem}-3.zip"]


def test_a_place_that_cannot_be_written_to(places: Places, tmp_path: Path) -> None:
    with pytest.raises(CslmError, match="could not be written"):
        write_bundle(tmp_path / "missing" / "bundle.zip")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_lines_of_a_log_that_are_no_places_do_not_pass(said: str) -> None:
    text = f"2026-05-01 08:00:00,123 [7] {said}\n2026-05-01 08:00:00,123 ERROR httpx: {said}\nValueError: {said}"
    words = {word for line in _known_lines(text) for word in line.split()}
    known = {"2026-05-01", "08:00:00,123", "ERROR", "httpx", "[7]", "ValueError"}
    assert all(word in known or word.endswith(("Error", "Exception", "Warning", "Exit", "Interrupt")) for word in words)


def test_names_of_others_stay(places: Places) -> None:
    clean = _Impersonal()
    assert clean(f"{Path.home()}/x") == "~/x"
    assert clean([f"by anna, not by susanna {Path.home()}", 1, None]) == ["by <user>, not by susanna ~", 1, None]
    assert clean({"place": "/users/annabel"}) == {"place": "/users/annabel"}
