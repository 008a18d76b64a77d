"""Files that are damaged, foreign, locked or of another version, and a process that is killed: nothing is fatal."""

import dataclasses
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.store.latencies import last_latencies
from app.store.store import Store
from cslm_core.errors import CslmError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conversations.db"


def fill(path: Path, turns: int = 40) -> None:
    store = Store(path)
    for number in range(turns):
        if number % 10 == 0:
            conversation = store.create(f"conversation {number}")
        turn = store.new_turn(conversation.id, "typed", question=f"question {number} " * 20)
        store.add_sound(turn.id, "reply", np.zeros(2400, np.float32), 24_000)
    store.close()


@pytest.mark.parametrize("content", [b"this is no database", b"\0" * 8192, b"SQLite format 3\0" + b"\xff" * 5000])
def test_no_database_is_set_aside(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    store = Store(path)
    assert "set aside" in store.problem
    assert store.problem.count(".") >= 1
    aside = [file for file in path.parent.iterdir() if "damaged" in file.name]
    assert [file.read_bytes() for file in aside] == [content]
    conversation = store.create("new")
    assert not conversation.private
    store.close()
    again = Store(path)
    assert again.problem == ""
    assert [found.title for found in again.conversations()] == ["new"]
    again.close()


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_is_survived(path: Path, seed: int) -> None:
    fill(path)
    data = bytearray(path.read_bytes())
    random_ = random.Random(seed)
    if seed % 3 == 0:
        del data[random_.randrange(100, len(data)) :]
    else:
        for _ in range(3):
            begin = random_.randrange(len(data) - 600)
            data[begin : begin + 600] = random_.randbytes(600)
    path.write_bytes(data)
    store = Store(path)
    try:
        for conversation in store.conversations("question"):
            for turn in store.turns(conversation.id):
                store.sound(turn.id, "reply")
        made = store.create("after")
        store.new_turn(made.id, "typed", question="goes on")
    except CslmError as error:
        assert "damaged" in str(error)  # told in a sentence; the next start sets it aside or goes on
    store.close()
    assert isinstance(last_latencies(path), list)


def test_two_damaged_files_in_one_second(path: Path) -> None:
    for _ in range(3):
        path.write_bytes(b"no database at all")
        Store(path).close()
    assert len([file for file in path.parent.iterdir() if "damaged" in file.name]) == 3


def test_a_newer_file_is_not_touched(path: Path) -> None:
    fill(path, 1)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    store = Store(path)
    assert "newer version" in store.problem
    assert store.conversations() == []
    assert store.create("meanwhile").private
    store.close()
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "conversations.db")
    assert "cannot be used" in store.problem
    assert store.create().private
    store.close()
    store = Store(tmp_path)  # a folder
    assert "cannot be used" in store.problem
    store.close()


def test_a_full_disk_is_one_sentence(path: Path) -> None:
    store = Store(path)
    conversation = store.create()
    disk = store._disk
    assert disk is not None
    pages = disk._db.execute("PRAGMA page_count").fetchone()[0]
    disk._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CslmError, match="the disk is full"):
        for number in range(100):
            store.new_turn(conversation.id, "typed", question=f"{number}" * 4000)
    disk._db.execute("PRAGMA max_page_count = 100000")
    count = store.conversation(conversation.id).turns
    store.new_turn(conversation.id, "typed")
    assert store.conversation(conversation.id).turns == count + 1
    store.close()


def test_figures_that_cannot_be_understood_cost_only_themselves(path: Path) -> None:
    store = Store(path)
    turn = store.new_turn(store.create().id, "typed", question="still here")
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE turns SET stats = '{\"done\": \"x\"}', waterfall = '{', chunks = '[1]'")
    connection.close()
    store = Store(path)
    assert store.turn(turn.id) == dataclasses.replace(turn, state="interrupted")
    store.close()
    assert last_latencies(path)[0]["waterfall"] == {}


_KILLED = """
import sys
import numpy as np
from pathlib import Path
from app.store.store import Store
store = Store(Path(sys.argv[1]))
conversation = store.create("talk")
turn = store.new_turn(conversation.id, "spoken", question="before the crash")
number = 0
while True:
    store.add_sound(turn.id, "reply", np.full(480, 0.1, np.float32), 24_000)
    number += 1
    print(number, flush=True)
"""


def test_a_killed_program_keeps_what_was_saved(path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert child.stdout is not None
    said = 0
    while said < 20:
        said = int(child.stdout.readline())
    child.kill()
    rest = [int(line) for line in child.stdout if line.strip()]
    child.stdout.close()
    child.wait()
    store = Store(path)
    assert store.problem == ""
    (conversation,) = store.conversations()
    (turn,) = store.turns(conversation.id)
    assert turn.question == "before the crash"
    assert turn.state == "interrupted"  # it was being listened to
    sound = store.sound(turn.id, "reply")
    assert sound is not None
    assert sound[0].shape[0] >= 480 * max([said, *rest])
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_file_is_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "conversations.db"
    Store(path).close()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_what_can_be_read_of_a_damaged_file_is_kept(path: Path) -> None:
    fill(path, 60)
    data = bytearray(path.read_bytes())
    place = data.index(b"question 31 ")
    page = place // 4096 * 4096
    data[page : page + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    store = Store(path)
    assert "could be read and are kept" in store.problem
    kept = [turn for conversation in store.conversations() for turn in store.turns(conversation.id)]
    assert 40 <= len(kept) < 60
    assert all(store.sound(turn.id, "reply") is not None for turn in kept)
    new = store.new_turn(store.create().id, "typed", question="goes on")
    assert new.id > max(turn.id for turn in kept)
    store.close()
    assert Store(path).problem == ""


def test_damage_found_while_running_is_mended_at_the_next_start(path: Path) -> None:
    fill(path, 10)
    store = Store(path)
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorname = "SQLITE_CORRUPT_INDEX"
    with pytest.raises(CslmError, match="will set the file aside"), store._using():
        raise error
    store.close()
    store = Store(path)
    assert "10 questions in 1 conversations" in store.problem
    assert store.conversations()[0].turns == 10
    store.close()
    assert Store(path).problem == ""
    assert len([file for file in path.parent.iterdir() if "damaged" in file.name]) == 1


def test_letters_and_times_that_are_damaged_cost_only_themselves(path: Path) -> None:
    fill(path, 1)
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE turns SET asked = 'yesterday', origin = 'x', state = 'y', question = CAST(x'4142FF' AS TEXT)"
    )
    connection.commit()
    connection.close()
    store = Store(path)
    (turn,) = store.turns(store.conversations()[0].id)
    assert turn.question == "AB\N{REPLACEMENT CHARACTER}"
    assert (turn.origin, turn.state, turn.asked.year) == ("typed", "done", 1970)
    store.close()
