"""The engine process with stand-ins: start, load, ask, cancel, unload, crash, restart, and the end of either side."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cslm_core.engine.client import EngineClient
from cslm_core.engine.process import EngineProcess
from cslm_core.engine.turn import Turn
from cslm_core.errors import EngineError
from cslm_core.events import (
    Audio,
    EngineFailed,
    Event,
    Exchange,
    Heard,
    Pong,
    Ready,
    Recalled,
    TurnDone,
    TurnFailed,
)
from tests.fakes import make_pack, speech

IMPORTS = ("tests.fake_engine",)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "fake"
    make_pack(folder)
    return folder


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[EngineClient]:
    with EngineClient(imports=IMPORTS, log_folder=tmp_path / "logs") as client:
        yield client


@pytest.fixture
def loaded(client: EngineClient, folder: Path) -> EngineClient:
    client.load(folder)
    return client


def done(turn: Turn) -> TurnDone:
    *_, last = turn
    assert isinstance(last, TurnDone), last
    return last


def failed(turn: Turn) -> TurnFailed:
    *_, last = turn
    assert isinstance(last, TurnFailed), last
    return last


def test_load_tells_its_progress_and_what_the_pack_is(client: EngineClient, folder: Path) -> None:
    steps: list[tuple[float, str]] = []
    ready = client.load(folder, progress=lambda fraction, what: steps.append((fraction, what)))
    assert ready.pack.name == "fake"
    assert ready.pack.languages == ["en", "zh"]
    assert ready.seconds.keys() >= {"verify", "tokenizer", "lm", "decoder", "total"}
    assert [fraction for fraction, _ in steps] == sorted(fraction for fraction, _ in steps)
    assert {"checking", "tokenizer", "lm", "decoder", "warming up", "ready"} == {what for _, what in steps}


def test_asking_by_voice_and_by_text(loaded: EngineClient) -> None:
    events = list(loaded.ask(speech()))
    assert isinstance(events[0], Heard)
    assert any(isinstance(event, Audio) and event.seconds > 0 for event in events)
    assert isinstance(events[-1], TurnDone)
    assert done(loaded.ask("hi")).text == "reply to hi"
    silent = list(loaded.ask("hi", speak=False))
    assert not any(isinstance(event, Audio) for event in silent)


def test_listening_in_pieces(loaded: EngineClient) -> None:
    turn = loaded.listen(reply_language="zh")
    for piece in np.array_split(speech(2.0), 20):
        turn.push(piece)
    last = done(turn.finish())
    assert last.language == "zh"


def test_the_other_uses(loaded: EngineClient) -> None:
    assert done(loaded.transcribe(speech())).text.endswith("units")
    assert done(loaded.translate("hello", "zh")).text == "hello in zh"
    assert any(isinstance(event, Audio) for event in loaded.speak("one"))


def test_refusals_are_events(loaded: EngineClient) -> None:
    assert failed(loaded.ask(np.zeros(16_000, np.float32))).kind == "silence"
    assert failed(loaded.ask("hi", language="fr")).kind == "language"
    turn = loaded.listen()
    turn.push(np.full(100, np.nan, np.float32))
    assert failed(turn.finish()).kind == "audio"
    assert done(loaded.ask("still there")).text == "reply to still there"


def test_nothing_loaded_is_a_sentence(client: EngineClient) -> None:
    assert "No pack" in failed(client.ask("hi")).reason


def test_a_pack_that_cannot_be_loaded_is_a_sentence_and_the_engine_goes_on(
    client: EngineClient, folder: Path, tmp_path: Path
) -> None:
    make_pack(tmp_path / "broken", tokenizer="fake-broken")
    make_pack(tmp_path / "unknown", tokenizer="from-the-future")
    make_pack(tmp_path / "tampered")
    (tmp_path / "tampered" / "lm" / "config.json").write_text("[]")
    for name, words in (("broken", "is broken"), ("unknown", "from-the-future"), ("tampered", "lm/config.json")):
        with pytest.raises(EngineError, match=words):
            client.load(tmp_path / name)
    with pytest.raises(EngineError, match="pack"):
        client.load(tmp_path / "nothing")
    assert client.load(folder).pack.name == "fake"


def test_cancel_is_silent_and_quick(folder: Path, tmp_path: Path) -> None:
    seen: list[Event] = []
    with EngineClient(imports=IMPORTS, log_folder=tmp_path, on_event=seen.append) as client:
        client.load(folder)
        turn = client.ask("endless")
        for event in turn:
            if isinstance(event, Audio):
                break
        begin = time.monotonic()
        turn.cancel()
        count = len(seen)
        rest = list(turn)
        assert isinstance(rest[-1], TurnFailed)
        assert rest[-1].kind == "cancelled"
        assert done(client.ask("next")).text == "reply to next"
        assert time.monotonic() - begin < 2.0
        assert not [event for event in seen[count:] if getattr(event, "turn", None) == turn.number]


def test_turns_that_wait_can_be_cancelled_too(loaded: EngineClient) -> None:
    endless, waiting, wanted = loaded.ask("endless"), loaded.ask("waiting"), loaded.ask("wanted")
    listening = loaded.listen()
    listening.push(speech())
    waiting.cancel()
    listening.cancel()
    listening.push(speech())
    next(endless)
    endless.cancel()
    endless.cancel()
    assert done(wanted).text == "reply to wanted"
    assert failed(waiting).kind == "cancelled"
    assert done(loaded.ask("last")).text == "reply to last"


def test_what_was_played_and_forget(loaded: EngineClient) -> None:
    turn = loaded.ask("a b c")
    done(turn)
    turn.played(0.9)
    loaded.forget()
    assert done(loaded.ask("hi")).text == "reply to hi"


def test_pause_holds_a_turn_and_cancel_ends_it_all_the_same(loaded: EngineClient) -> None:
    turn = loaded.ask("endless", speak=False)
    turn.next(timeout=5)
    turn.pause()
    with pytest.raises(queue.Empty):
        while True:
            turn.next(timeout=0.4)
    turn.go_on()
    turn.next(timeout=5)
    turn.pause()
    turn.cancel()
    assert failed(turn).kind == "cancelled"
    turn.pause()
    assert done(loaded.ask("hi")).text == "reply to hi"


def test_recall_is_answered_with_how_much_there_was_room_for(folder: Path, tmp_path: Path) -> None:
    seen: queue.SimpleQueue[Event] = queue.SimpleQueue()
    with EngineClient(imports=IMPORTS, log_folder=tmp_path) as client:
        client.on_event = seen.put
        past = Exchange(question="hi", language="en", reply="hello", reply_language="en")
        client.recall([past])
        assert seen.get(timeout=10) == Recalled(kept=0, number=1)  # no pack
        client.load(folder)
        turn = client.ask("endless")
        turn.next(timeout=5)
        number = client.recall([past] * 5)
        assert failed(turn).kind == "cancelled"
        while not isinstance(event := seen.get(timeout=5), Recalled):
            pass
        assert event == Recalled(kept=3, number=number)
        assert done(client.ask("hi")).text == "reply to hi"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_engine_that_hangs_is_noticed_and_nobody_waits_for_it(folder: Path, tmp_path: Path) -> None:
    pongs: queue.SimpleQueue[Event] = queue.SimpleQueue()
    with EngineClient(imports=IMPORTS, log_folder=tmp_path) as client:
        client.load(folder)
        client.on_event = lambda event: pongs.put(event) if isinstance(event, Pong) else None
        number = client.ping()
        pong = pongs.get(timeout=10)
        assert isinstance(pong, Pong)
        assert pong.number == number
        assert pong.busy < 5.0
        turn = client.ask("endless")
        turn.next(timeout=10)
        client.ping()
        pong = pongs.get(timeout=10)
        assert isinstance(pong, Pong)
        assert pong.busy < 5.0
        assert client.pid is not None
        os.kill(client.pid, signal.SIGSTOP)
        os.waitpid(client.pid, os.WUNTRACED)
        client.ping()
        listening = client.listen()
        for _ in range(100):
            listening.push(speech(1.0))  # far more than a pipe holds
        with pytest.raises(queue.Empty):
            pongs.get(timeout=0.3)
        client.restart()
        assert done(client.ask("hi")).text == "reply to hi"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_pipe_is_closed_when_nobody_writes_any_more(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of what is written would go to whatever file has its number next."""
    close, writers = EngineProcess.close, []

    def closing(process: EngineProcess) -> None:
        writers.append([thread.name for thread in threading.enumerate() if thread.name.startswith("cslm-engine-c")])
        close(process)

    monkeypatch.setattr(EngineProcess, "close", closing)
    with EngineClient(imports=IMPORTS, log_folder=tmp_path) as client:
        client.load(folder)
        assert client.pid is not None
        os.kill(client.pid, signal.SIGSTOP)
        listening = client.listen()
        for _ in range(100):
            listening.push(speech(1.0))
        client.close(patience=0.0)
    assert writers == [[]]


def test_unload_and_load_again(loaded: EngineClient, folder: Path) -> None:
    turn = loaded.ask("endless")
    next(turn)
    loaded.unload()
    assert failed(turn).kind == "cancelled"
    assert "No pack" in failed(loaded.ask("hi")).reason
    loaded.load(folder)
    assert done(loaded.ask("hi")).text == "reply to hi"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_killed_engine_is_told_and_restarted(folder: Path, tmp_path: Path) -> None:
    seen: list[Event] = []
    with EngineClient(imports=IMPORTS, log_folder=tmp_path, on_event=seen.append) as client:
        client.load(folder)
        turn = client.ask("endless")
        next(turn)
        assert client.pid is not None
        os.kill(client.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="ended from outside"):
            list(turn)
        assert not client.running
        with pytest.raises(EngineError, match="start it again"):
            client.ask("hi")
        assert isinstance(seen[-1], EngineFailed)
        assert seen[-1].fatal
        ready = client.restart()
        assert isinstance(ready, Ready)
        assert done(client.ask("hi")).text == "reply to hi"


def test_a_bug_is_one_sentence_and_the_log_has_the_rest(loaded: EngineClient, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="RuntimeError"):
        list(loaded.ask("crash"))
    loaded.close()
    log = (tmp_path / "logs" / "engine.log").read_text("utf-8")
    assert "a bug" in log
    assert "Traceback" in log


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_crash_while_loading_does_not_hang(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSLM_TEST_DIES", "1")
    with (
        EngineClient(imports=IMPORTS, log_folder=tmp_path) as client,
        pytest.raises(EngineError, match=r"SIGSEGV|not running"),
    ):
        client.load(folder)


def test_several_threads_may_ask(loaded: EngineClient) -> None:
    replies: queue.SimpleQueue[str] = queue.SimpleQueue()
    threads = [
        threading.Thread(target=lambda n=n: replies.put(done(loaded.ask(f"q{n}", speak=False)).text)) for n in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(replies.get(timeout=1) for _ in threads) == [f"reply to q{n}" for n in range(5)]


def test_close_is_quick_in_the_middle_of_a_turn(client: EngineClient, folder: Path) -> None:
    client.load(folder)
    turn = client.ask("endless")
    assert turn.next(timeout=5).turn == turn.number
    begin = time.monotonic()
    client.close()
    assert time.monotonic() - begin < 1.5
    assert failed(turn).kind == "cancelled"
    with pytest.raises(EngineError, match="not running"):
        client.ask("hi")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_the_engine_ends_when_the_program_is_killed(folder: Path, tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from cslm_core.engine.client import EngineClient\n"
        "from pathlib import Path\n"
        f"client = EngineClient(imports={IMPORTS!r}, log_folder=Path({str(tmp_path)!r}))\n"
        "client.start()\n"
        f"client.load({str(folder)!r})\n"
        "turn = client.ask('endless')\n"
        "next(turn)\n"
        "print(client.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _lives(pid):
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_numbers_that_cannot_be_are_refused_and_the_engine_goes_on(loaded: EngineClient) -> None:
    with pytest.raises(EngineError, match="too large"):
        loaded.ask("hi", seed=2**70)
    assert not loaded._turns
    assert "The seed -1 cannot be used" in failed(loaded.ask("hi", seed=-1)).reason
    assert "The seed -1 cannot be used" in failed(loaded.ask(speech(), seed=-1)).reason
    assert "The seed -1 cannot be used" in failed(loaded.speak("hi", seed=-1)).reason
    assert "The temperature nan cannot be used" in failed(loaded.ask("hi", temperature=float("nan"))).reason
    turn = loaded.listen(seed=-1)
    turn.push(speech())
    assert "The seed -1 cannot be used" in failed(turn.finish()).reason
    assert done(loaded.ask("still there")).text == "reply to still there"
