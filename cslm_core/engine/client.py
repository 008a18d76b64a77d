"""The engine as the program sees it: start it, load a pack, ask, cancel, and start it again when it has crashed.

Usable from any thread. One thread reads events and hands each to its Turn (iterate) and to `on_event` (a callback, for
a window); another writes commands, so that nobody waits for an engine that hangs. A light module: knows nothing of
models, and importing it loads none.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from cslm_core.engine.process import EngineProcess
from cslm_core.engine.turn import ListeningTurn, Turn, is_last
from cslm_core.errors import EngineError
from cslm_core.events import (
    AUTO,
    Ask,
    Cancel,
    Command,
    Continue,
    EngineFailed,
    Event,
    Exchange,
    Forget,
    Listen,
    Load,
    Loading,
    Pause,
    Ping,
    Played,
    Pong,
    Ready,
    Recall,
    Recalled,
    Shutdown,
    Speak,
    Transcribe,
    Translate,
    TurnFailed,
    Unload,
    Unloaded,
    decode_event,
    encode,
    to_bytes,
)

__all__ = ["EngineClient"]

Answer: TypeAlias = Loading | Ready | Unloaded | EngineFailed | EngineError
AnyTurn = TypeVar("AnyTurn", bound=Turn)
_NOT_RUNNING = "The engine is not running; start it first."
_THREADS_END = 5.0
"""Seconds within which a thread ends whose pipe is broken."""


class EngineClient:
    """One engine process at a time. Use it in a `with` block, or call `start` and `close`.

    `on_event` (it may be set later) is called in the reading thread with every event that is still wanted; it must be
    quick and must not wait for other threads. `imports` are modules that the engine imports first (they may register
    kinds of components).
    """

    def __init__(
        self,
        *,
        on_event: Callable[[Event], None] | None = None,
        log_folder: Path | None = None,
        imports: Sequence[str] = (),
    ) -> None:
        self.on_event = on_event
        self._log_folder = log_folder
        self._imports = tuple(imports)
        self._life = threading.RLock()
        """Held while the process is started or ended."""
        self._lock = threading.RLock()
        """Held while turns and answers are looked at."""
        self._numbers = itertools.count(1)
        self._process: EngineProcess | None = None
        self._reader: threading.Thread | None = None
        self._writer: threading.Thread | None = None
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._turns: dict[int, Turn] = {}
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._loaded: Load | None = None
        self._closing = False
        self._failure: EngineError | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- the process --------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        process = self._process
        return process is not None and process.alive and self._failure is None

    @property
    def failure(self) -> EngineError | None:
        """Why the engine ended although nobody asked it to; None when it did not."""
        return self._failure

    @property
    def pid(self) -> int | None:
        """The process id of the engine."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the process (no pack yet). Does nothing when it runs."""
        with self._life:
            if self.running:
                return
            self.close()
            self._failure = None
            self._closing = False
            process = EngineProcess(imports=self._imports, log_folder=self._log_folder)
            self._process = process
            self._outbox = queue.SimpleQueue()
            self._writer = threading.Thread(
                target=self._write, args=(process, self._outbox), name="cslm-engine-commands", daemon=True
            )
            self._writer.start()
            self._reader = threading.Thread(target=self._read, args=(process,), name="cslm-engine-events", daemon=True)
            self._reader.start()

    def close(self, patience: float = 2.0) -> None:
        """End the process, at the latest after `patience` seconds by force. Turns that are open end as cancelled."""
        with self._life:
            with self._lock:
                process, threads = self._process, (self._writer, self._reader)
                self._process = self._writer = self._reader = None
                self._closing = True
                self._end_turns()
                self._answers.put(EngineError("The engine was closed."))
            if process is None:
                return
            self._outbox.put(encode(Shutdown()))
            self._outbox.put(None)
            process.end(patience)
            for thread in threads:  # the pipe broke when the process went, so nobody waits for it any more
                if thread is not None and thread is not threading.current_thread():
                    thread.join(_THREADS_END)
            process.close()

    def restart(self) -> Ready | None:
        """A new process with the pack that was loaded before, whatever the old one is doing."""
        loaded = self._loaded
        self.close(patience=0.2)
        self.start()
        if loaded is None:
            return None
        return self.load(loaded.folder, device=loaded.device, threads=loaded.threads, languages=loaded.languages)

    # --- packs --------------------------------------------------------------------------------------------------------

    def load(
        self,
        folder: str | Path,
        *,
        device: str = AUTO,
        threads: int | None = None,
        verify: bool = False,
        progress: Callable[[float, str], None] | None = None,
        languages: Sequence[str | Path] | None = None,
    ) -> Ready:
        """Load a pack folder and wait until it is ready. Raises EngineError with the reason if it cannot be.

        `languages` are folders of language packs to add; None: those that the user has switched on for the pack.
        """
        with self._lock:
            self.begin_load(folder, device=device, threads=threads, verify=verify, languages=languages)
            answers = self._answers
        while True:
            answer = answers.get()
            if isinstance(answer, Loading):
                if progress is not None:
                    progress(answer.progress, answer.what)
            elif isinstance(answer, Ready):
                return answer
            elif isinstance(answer, EngineFailed):
                self._loaded = None
                raise EngineError(answer.reason)
            elif isinstance(answer, EngineError):
                raise answer

    def begin_load(
        self,
        folder: str | Path,
        *,
        device: str = AUTO,
        threads: int | None = None,
        verify: bool = False,
        languages: Sequence[str | Path] | None = None,
    ) -> Load:
        """The same without waiting: `on_event` gets Loading..., then Ready or EngineFailed."""
        number = next(self._numbers)
        command = Load(
            folder=str(Path(folder).absolute()),
            number=number,
            device=device,
            threads=threads,
            verify=verify,
            languages=None if languages is None else [str(Path(one).absolute()) for one in languages],
        )
        with self._lock:
            self._end_turns()
            self._new_answers()
            self._loaded = command
            self.send(command)
        return command

    def unload(self) -> None:
        """Give the memory of the pack back and wait until that is done."""
        with self._lock:
            self._end_turns()
            answers = self._new_answers()
            self._loaded = None
            self.send(Unload())
        while True:
            answer = answers.get()
            if isinstance(answer, Unloaded):
                return
            if isinstance(answer, EngineError):
                raise answer

    # --- turns --------------------------------------------------------------------------------------------------------

    def ask(
        self,
        question: NDArray[np.float32] | str,
        *,
        language: str = AUTO,
        reply_language: str = AUTO,
        temperature: float | None = None,
        seed: int = 0,
        speak: bool = True,
    ) -> Turn:
        """Ask a whole question: samples (n,) of 16 kHz, or a text."""
        number = next(self._numbers)
        typed = isinstance(question, str)
        command = Ask(
            turn=number,
            pcm=None if isinstance(question, str) else to_bytes(question),
            text=str(question) if typed else None,
            language=language,
            reply_language=reply_language,
            temperature=temperature,
            seed=seed,
            speak=speak,
        )
        return self._begin(Turn(self, number), command)

    def listen(
        self,
        *,
        language: str = AUTO,
        reply_language: str = AUTO,
        temperature: float | None = None,
        seed: int = 0,
        speak: bool = True,
    ) -> ListeningTurn:
        """A question that is about to be spoken: `push` its sound, then `finish`."""
        number = next(self._numbers)
        command = Listen(
            turn=number,
            language=language,
            reply_language=reply_language,
            temperature=temperature,
            seed=seed,
            speak=speak,
        )
        return self._begin(ListeningTurn(self, number), command)

    def transcribe(self, pcm16k: NDArray[np.float32]) -> Turn:
        """Only recognise what is said: Heard, then TurnDone with the text."""
        number = next(self._numbers)
        return self._begin(Turn(self, number), Transcribe(turn=number, pcm=to_bytes(pcm16k)))

    def speak(self, text: str, language: str = AUTO, *, seed: int = 0) -> Turn:
        """Read a text aloud: Audio..., then TurnDone."""
        number = next(self._numbers)
        return self._begin(Turn(self, number), Speak(turn=number, text=text, language=language, seed=seed))

    def translate(self, text: str, to: str, language: str = AUTO) -> Turn:
        """Translate a text: TextDelta..., then TurnDone with all of it."""
        number = next(self._numbers)
        return self._begin(Turn(self, number), Translate(turn=number, text=text, to=to, language=language))

    def cancel(self, number: int) -> None:
        """Stop a turn; from now on its events are dropped."""
        with self._lock:
            turn = self._turns.pop(number, None)
            if turn is None:
                return
            turn.put(TurnFailed(turn=number, reason="The turn was cancelled.", kind="cancelled"))
            with contextlib.suppress(EngineError):
                self.send(Cancel(turn=number))

    def pause(self, number: int) -> None:
        """Let a turn wait within one token. Nothing happens to a turn that is over."""
        self._while_running(number, Pause(turn=number))

    def go_on(self, number: int) -> None:
        """Let a turn that waits go on."""
        self._while_running(number, Continue(turn=number))

    def played(self, number: int, seconds: float) -> None:
        """Say how many seconds of a reply were heard; the history keeps only that."""
        self.send(Played(turn=number, seconds=seconds))

    def forget(self) -> None:
        """Begin a new conversation."""
        self.send(Forget())

    def recall(self, exchanges: Sequence[Exchange]) -> int:
        """Make these turns the conversation, without waiting: `on_event` gets Recalled with the number given back."""
        number = next(self._numbers)
        with self._lock:
            self._end_turns()
            self.send(Recall(turns=list(exchanges), number=number))
        return number

    def ping(self) -> int:
        """Ask for a sign of life, without waiting: `on_event` gets Pong with the number given back."""
        number = next(self._numbers)
        self.send(Ping(number=number))
        return number

    def send(self, command: Command) -> None:
        """Send a command as it is, without waiting.

        Raises EngineError when the engine does not run, or the command holds what cannot be sent.
        """
        process = self._process
        if self._failure is not None:
            raise self._failure
        if process is None:
            raise EngineError(_NOT_RUNNING)
        # Encoded here, because the writing thread has nobody to tell what is wrong with a command.
        try:
            data = encode(command)
        except OverflowError as error:
            raise EngineError("A number is too large for the engine; give a smaller one.") from error
        self._outbox.put(data)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _begin(self, turn: AnyTurn, command: Command) -> AnyTurn:
        with self._lock:
            self._turns[turn.number] = turn
            try:
                self.send(command)
            except EngineError:
                self._turns.pop(turn.number, None)
                raise
        return turn

    def _new_answers(self) -> queue.SimpleQueue[Answer]:
        """Whoever waits for the answer to an earlier command is sent away."""
        self._answers.put(EngineError("The engine was given something else to do."))
        self._answers = queue.SimpleQueue()
        return self._answers

    def _end_turns(self, error: EngineError | None = None) -> None:
        for turn in self._turns.values():
            turn.put(error or TurnFailed(turn=turn.number, reason="The turn was cancelled.", kind="cancelled"))
        self._turns.clear()

    def _while_running(self, number: int, command: Command) -> None:
        with self._lock, contextlib.suppress(EngineError):
            if number in self._turns:
                self.send(command)

    @staticmethod
    def _write(process: EngineProcess, outbox: queue.SimpleQueue[bytes | None]) -> None:
        """Send commands until None comes, or the pipe closes (which the reading thread tells)."""
        with contextlib.suppress(OSError):
            while (data := outbox.get()) is not None:
                process.connection.send_bytes(data)

    def _read(self, process: EngineProcess) -> None:
        """Hand out events until the pipe closes."""
        last_words: str | None = None
        while True:
            try:
                data = process.connection.recv_bytes()
            except (EOFError, OSError):
                break
            event = decode_event(data)
            if isinstance(event, EngineFailed) and event.fatal:
                last_words = event.reason
            else:
                self._hand_out(event)
        process.wait(1.0)
        with self._lock:
            if self._closing or self._process is not process:
                return
            reason = last_words or process.why()
            self._failure = EngineError(reason)
            self._end_turns(self._failure)
            self._answers.put(self._failure)
            if self.on_event is not None:
                self.on_event(EngineFailed(reason=reason, fatal=True))

    def _hand_out(self, event: Event) -> None:
        with self._lock:  # held while the callback runs, so that a turn is silent once `cancel` has returned
            if isinstance(event, Loading | Ready | EngineFailed):
                if self._loaded is None or event.number != self._loaded.number:
                    return  # of a load that is not wanted any more
                self._answers.put(event)
            elif isinstance(event, Unloaded):
                self._answers.put(event)
            elif not isinstance(event, Recalled | Pong):
                turn = self._turns.get(event.turn)
                if turn is None:
                    return  # cancelled
                turn.put(event)
                if is_last(event):
                    del self._turns[event.turn]
            if self.on_event is not None:
                self.on_event(event)
