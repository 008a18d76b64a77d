"""The engine process: takes commands from a pipe, holds the pack, sends events.

One thread reads (so that a Cancel is seen at once), the main thread works off the commands in order. It ends when the
pipe closes, so it never outlives the program. What is not a CslmError is a bug: it is told, logged, and ends the
process; the client starts a new one. Knows nothing of windows and devices.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import faulthandler
import gc
import importlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from cslm_core.engine.process import FROZEN_FLAG
from cslm_core.errors import CslmError
from cslm_core.events import (
    Ask,
    Cancel,
    Command,
    Continue,
    EngineFailed,
    Event,
    Finish,
    Forget,
    Listen,
    Load,
    Loading,
    Pause,
    Ping,
    Played,
    Pong,
    Push,
    Ready,
    Recall,
    Recalled,
    Shutdown,
    Speak,
    Transcribe,
    Translate,
    TurnEvent,
    TurnFailed,
    Unload,
    Unloaded,
    decode_command,
    encode,
    from_bytes,
)
from cslm_core.halt import Halt

if TYPE_CHECKING:
    from cslm_core.chat import Chat, Listening
    from cslm_core.pack import Pack

__all__ = ["Worker", "main", "run_if_asked"]

_BUG: Final = 70


class Worker:
    """The commands of one pipe, until it closes or Shutdown comes."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._stops: dict[int, Halt] = {}
        """What stops each turn that has not ended."""
        self._pack: Pack | None = None
        self._chat: Chat | None = None
        self._listening: tuple[int, Listening] | None = None
        self._working: Halt | None = None
        """Of what is being done; None while nothing is."""
        self._alive = time.monotonic()
        """When the work last showed a sign of life."""

    def run(self) -> None:
        """Work until Shutdown. Ends the process when the other side is gone."""
        threading.Thread(target=self._read, name="commands", daemon=True).start()
        while True:
            command = self._commands.get()
            if isinstance(command, Shutdown):
                return
            self._alive = time.monotonic()
            self._working = self._stops.get(getattr(command, "turn", 0)) or Halt()
            self._obey(command)
            self._working = None

    def send(self, event: Event) -> None:
        """From any thread."""
        if not isinstance(event, Pong):
            self._alive = time.monotonic()
        try:
            with self._sending:
                self._connection.send_bytes(encode(event))
        except OSError:
            os._exit(0)  # nobody is there

    def _read(self) -> None:
        while True:
            try:
                data = self._connection.recv_bytes()
            except (EOFError, OSError):
                os._exit(0)  # the program has ended, in whatever way
            command = decode_command(data)
            if isinstance(command, Ping):
                self.send(Pong(busy=self._busy(), number=command.number))
                continue
            if isinstance(command, Cancel | Pause | Continue):
                stop = self._stops.get(command.turn)
                if stop is not None and isinstance(command, Cancel):
                    stop.set()
                elif stop is not None:
                    (stop.pause if isinstance(command, Pause) else stop.go_on)()
            elif isinstance(command, Ask | Listen | Transcribe | Speak | Translate):
                self._stops[command.turn] = Halt()
            elif isinstance(command, Shutdown | Unload | Load | Recall):
                for stop in list(self._stops.values()):
                    stop.set()
            self._commands.put(command)

    def _busy(self) -> float:
        """Seconds since the work showed a sign of life; 0 while there is none, or it was told to wait."""
        working = self._working
        if working is None or working.paused:
            return 0.0
        return time.monotonic() - max(self._alive, working.passed)

    def _obey(self, command: Command) -> None:
        match command:
            case Load():
                self._load(command)
            case Unload():
                self._unload()
                self.send(Unloaded())
            case Forget():
                if self._chat is not None:
                    self._chat.forget()
            case Played():
                if self._chat is not None:
                    self._chat.heard(command.turn, command.seconds)
            case Recall():
                self._listening = None
                kept = 0 if self._chat is None else self._chat.recall(command.turns)
                self.send(Recalled(kept=kept, number=command.number))
            case Cancel():
                if self._listening is not None and self._listening[0] == command.turn:
                    self._listening = None
                    self._stops.pop(command.turn, None)
            case Push():
                self._push(command)
            case Listen() | Finish() | Ask() | Transcribe() | Speak() | Translate():
                self._turn(command)
            case Shutdown() | Pause() | Continue() | Ping():
                pass  # the reading thread has seen to it

    def _push(self, command: Push) -> None:
        if self._listening is None or self._listening[0] != command.turn:
            return
        try:
            self._listening[1].push(from_bytes(command.pcm))
        except CslmError as error:
            self._listening = None
            if self._stops.pop(command.turn, None) is not None:
                self.send(TurnFailed(turn=command.turn, reason=str(error), kind="audio"))

    def _load(self, command: Load) -> None:
        from cslm_core.pack import open_pack

        self._unload()
        try:
            pack = open_pack(
                command.folder,
                languages=_languages(command),
                device=command.device,
                threads=command.threads,
                verify=command.verify,
                progress=lambda fraction, what: self.send(Loading(progress=fraction, what=what, number=command.number)),
            )
        except CslmError as error:
            self.send(EngineFailed(reason=str(error), number=command.number))
            return
        self._pack, self._chat = pack, pack.chat()
        self.send(Ready(pack=pack.info, seconds=pack.seconds, number=command.number))

    def _unload(self) -> None:
        if self._chat is not None:
            self._chat.close()
        self._pack = self._chat = self._listening = None
        gc.collect()
        if sys.platform == "linux":  # glibc keeps what is free unless it is told
            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).malloc_trim(0)

    def _turn(self, command: Listen | Finish | Ask | Transcribe | Speak | Translate) -> None:
        turn = command.turn
        stop = self._stops.get(turn)
        if stop is None:
            return  # Finish of a turn that was cancelled
        ended = False
        try:
            for event in self._events(command, stop):
                if not stop.is_set():  # a cancelled turn is followed to its end, which comes within a token
                    self.send(event)
            ended = not isinstance(command, Listen)
        except CslmError as error:
            ended = True
            if not stop.is_set():
                self.send(TurnFailed(turn=turn, reason=str(error), kind="engine"))
        if ended or stop.is_set():
            self._stops.pop(turn, None)

    def _events(
        self, command: Listen | Finish | Ask | Transcribe | Speak | Translate, stop: Halt
    ) -> Iterable[TurnEvent]:
        if stop.is_set():
            return ()
        if self._chat is None or self._pack is None:
            raise CslmError("No pack is loaded; load one first.")
        chat = self._chat
        match command:
            case Listen():
                listening = chat.listen(
                    turn=command.turn,
                    stop=stop,
                    language=command.language,
                    reply_language=command.reply_language,
                    temperature=command.temperature,
                    seed=command.seed,
                    speak=command.speak,
                )
                self._listening = (command.turn, listening)
                return ()
            case Finish():
                return self._finish(command)
            case Ask():
                if (command.pcm is None) == (command.text is None):
                    raise CslmError("A question is either spoken or typed; give one of the two.")
                return chat.ask(
                    from_bytes(command.pcm) if command.pcm is not None else str(command.text),
                    turn=command.turn,
                    stop=stop,
                    language=command.language,
                    reply_language=command.reply_language,
                    temperature=command.temperature,
                    seed=command.seed,
                    speak=command.speak,
                )
            case Transcribe():
                return chat.transcribe(from_bytes(command.pcm), turn=command.turn, stop=stop)
            case Speak():
                return chat.speak(command.text, command.language, seed=command.seed, turn=command.turn, stop=stop)
            case Translate():
                return chat.translate(command.text, command.to, command.language, turn=command.turn, stop=stop)

    def _finish(self, command: Finish) -> Iterator[TurnEvent]:
        current, self._listening = self._listening, None
        if current is None or current[0] != command.turn:
            raise CslmError("This question was not being listened to; ask it again.")
        return current[1].finish()


def _languages(command: Load) -> list[Path]:
    """Folders of the language packs that are to be added."""
    if command.languages is not None:
        return [Path(folder) for folder in command.languages]
    from cslm_core.packs.languages import ActiveLanguages
    from cslm_core.packs.manifest import read_manifest

    return [pack.folder for pack in ActiveLanguages().of(read_manifest(command.folder))]


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None, worker: Worker) -> None:
    """A bug: the log gets all of it, the user one sentence."""
    traceback.print_exception(kind, error, trace)
    sys.stderr.flush()
    memory = issubclass(kind, MemoryError) or (issubclass(kind, RuntimeError) and "allocate" in str(error))
    if memory:
        reason = "The engine ran out of memory; close other programs or take a smaller pack, then start it again."
    else:
        reason = f"The engine failed ({kind.__name__}); start it again. Its log says more."
    worker.send(EngineFailed(reason=reason, fatal=True))
    os._exit(_BUG)


def _open(handle: int) -> Connection[Any, Any]:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)
    return Connection(handle)


def main(arguments: Sequence[str] | None = None) -> None:
    """Be the engine. `--pipe` is the inherited end of the pipe, `--import` a module that registers kinds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program decides what Ctrl-C means
    faulthandler.enable()
    parser = argparse.ArgumentParser(prog="cslm-engine")
    parser.add_argument("--pipe", type=int, required=True)
    parser.add_argument("--import", dest="imports", action="append", default=[])
    options = parser.parse_args(arguments)
    worker = Worker(_open(options.pipe))
    sys.excepthook = lambda kind, error, trace: _tell(kind, error, trace, worker)
    threading.excepthook = lambda args: _tell(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback, worker
    )
    for name in options.imports:
        importlib.import_module(name)
    worker.run()
    os._exit(0)  # threads of libraries must not keep it


def run_if_asked() -> None:
    """For a frozen program: the first thing it calls. Does not return when the program is to be the engine."""
    if len(sys.argv) > 1 and sys.argv[1] == FROZEN_FLAG:
        main(sys.argv[2:])


if __name__ == "__main__":
    main()
