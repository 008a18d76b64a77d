"""The messages between a program and the engine: commands down, events up, as MessagePack.

The same events come from the library (`chat.py`) and, encoded, from the engine process (`engine/`). A light module: it
knows nothing of models, processes or pipes, and nothing here is ever unpickled.

Every message about a turn carries its number, which the caller chooses (increasing). Sound is float32 little-endian
bytes: 16 kHz mono when it is heard, `rate` when it is to be played.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from cslm_core.errors import EngineError

__all__ = [
    "AUTO",
    "MAX_SEED",
    "Ask",
    "Audio",
    "Cancel",
    "Command",
    "Continue",
    "EngineFailed",
    "Event",
    "Exchange",
    "Finish",
    "Forget",
    "Heard",
    "Listen",
    "Load",
    "Loading",
    "PackInfo",
    "Pause",
    "Ping",
    "Played",
    "Pong",
    "Push",
    "Ready",
    "Recall",
    "Recalled",
    "Shutdown",
    "Speak",
    "TextDelta",
    "Transcribe",
    "Translate",
    "TurnDone",
    "TurnEvent",
    "TurnFailed",
    "TurnStats",
    "UnitsChunk",
    "Unload",
    "Unloaded",
    "decode_command",
    "decode_event",
    "encode",
    "from_bytes",
    "to_bytes",
]

AUTO: Final = "auto"
"""As a language: the language of the question."""

MAX_SEED: Final = 2**63 - 1
"""The largest seed; the smallest is 0."""

FailureKind = Literal["silence", "no-speech", "language", "audio", "cancelled", "engine"]


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="is", forbid_unknown_fields=True):
    pass


def to_bytes(pcm: NDArray[np.float32]) -> bytes:
    """Samples (n,) as float32 little-endian bytes."""
    return np.ascontiguousarray(pcm, dtype="<f4").tobytes()


def from_bytes(data: bytes) -> NDArray[np.float32]:
    """The samples (n,) of `to_bytes`, read-only. Raises EngineError when the bytes are no whole number of samples."""
    if len(data) % 4:
        raise EngineError("The engine was given sound that is not float32; send whole samples.")
    return np.frombuffer(data, dtype="<f4")


# --- commands ---------------------------------------------------------------------------------------------------------


class Load(_Message, frozen=True, tag="load"):
    """Load a pack folder, in place of the one that is loaded; answered by Loading..., then Ready or EngineFailed."""

    folder: str
    number: int = 0
    """Comes back with every answer to this Load."""
    device: str = AUTO
    threads: int | None = None
    verify: bool = False
    """Hash every file again, even if nothing has changed since the last time."""
    languages: list[str] | None = None
    """Folders of the language packs to add; None: those that the user has switched on for this pack."""


class Ask(_Message, frozen=True, tag="ask"):
    """A whole question, spoken or typed (exactly one of the two)."""

    turn: int
    pcm: bytes | None = None
    text: str | None = None
    language: str = AUTO
    """The language of the question. For a spoken one it is only checked, since the model hears it itself."""
    reply_language: str = AUTO
    temperature: float | None = None
    """None: as the pack is best used; 0: always the likeliest."""
    seed: int = 0
    speak: bool = True
    """False: text only, no sound."""


class Listen(_Message, frozen=True, tag="listen"):
    """A spoken question begins; its sound follows by Push and ends with Finish. One at a time."""

    turn: int
    language: str = AUTO
    reply_language: str = AUTO
    temperature: float | None = None
    seed: int = 0
    speak: bool = True


class Push(_Message, frozen=True, tag="push"):
    """More sound of the question."""

    turn: int
    pcm: bytes


class Finish(_Message, frozen=True, tag="finish"):
    """The question is over: answer it. (To throw it away instead, a cough or a door, Cancel the turn.)"""

    turn: int


class Cancel(_Message, frozen=True, tag="cancel"):
    """Stop a turn; it takes effect within one token of the LM, and no event of the turn follows."""

    turn: int


class Pause(_Message, frozen=True, tag="pause"):
    """Let a turn wait within one token (somebody may be speaking over it), until Continue or Cancel."""

    turn: int


class Continue(_Message, frozen=True, tag="continue"):
    """Let a turn that waits go on."""

    turn: int


class Played(_Message, frozen=True, tag="played"):
    """How much of the last reply the user has heard; the history keeps only that."""

    turn: int
    seconds: float


class Transcribe(_Message, frozen=True, tag="transcribe"):
    """Only recognise: answered by Heard and TurnDone, and not part of the conversation."""

    turn: int
    pcm: bytes


class Speak(_Message, frozen=True, tag="speak"):
    """Read a text aloud: answered by Audio... and TurnDone."""

    turn: int
    text: str
    language: str = AUTO
    seed: int = 0


class Translate(_Message, frozen=True, tag="translate"):
    """Translate a text: answered by TextDelta... and TurnDone."""

    turn: int
    text: str
    to: str
    language: str = AUTO


class Forget(_Message, frozen=True, tag="forget"):
    """Begin a new conversation."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A turn of the past as text: what was asked and what was heard of the reply, each with its language."""

    question: str
    language: str
    reply: str
    reply_language: str


class Recall(_Message, frozen=True, tag="recall"):
    """Make these turns (oldest first) the conversation; answered by Recalled. Any turn that runs is ended."""

    turns: list[Exchange]
    number: int = 0
    """Comes back with the answer."""


class Ping(_Message, frozen=True, tag="ping"):
    """Answered by Pong at once, whatever the engine is doing."""

    number: int = 0


class Unload(_Message, frozen=True, tag="unload"):
    """Give the memory of the pack back; answered by Unloaded."""


class Shutdown(_Message, frozen=True, tag="shutdown"):
    """End the engine process."""


# --- events -----------------------------------------------------------------------------------------------------------


class PackInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a program must know of the pack that is loaded."""

    name: str
    version: str
    title: str
    languages: list[str]
    listen_rate: int
    speak_rate: int
    digest: str
    added: list[str] = []
    """The language packs that are merged into it, as "name version"."""


class Loading(_Message, frozen=True, tag="loading"):
    """How far loading is: `progress` from 0 to 1 and what is being done ("checking", "tokenizer", "lm", ...)."""

    progress: float
    what: str
    number: int = 0


class Ready(_Message, frozen=True, tag="ready"):
    """The pack is loaded. `seconds` by part ("verify", "tokenizer", "lm", "decoder", "warm-up", "total")."""

    pack: PackInfo
    seconds: dict[str, float]
    number: int = 0


class Unloaded(_Message, frozen=True, tag="unloaded"):
    """No pack is loaded any more."""


class Recalled(_Message, frozen=True, tag="recalled"):
    """The conversation is the one that was given, or its `kept` last turns: as many as there is room for."""

    kept: int
    number: int = 0


class Pong(_Message, frozen=True, tag="pong"):
    """The engine's reading thread lives; `busy` is since when its work has shown no sign of life (0: it has none)."""

    busy: float
    number: int = 0


class EngineFailed(_Message, frozen=True, tag="engine-failed"):
    """A pack could not be loaded (the engine goes on), or the engine is about to end (`fatal`)."""

    reason: str
    fatal: bool = False
    number: int = 0


class Heard(_Message, frozen=True, tag="heard"):
    """What was asked (TQ), as far as it is known; `final` when no more follows."""

    turn: int
    text: str
    language: str
    final: bool = True


class TextDelta(_Message, frozen=True, tag="text"):
    """More text of a chunk of the reply; chunks count from 0."""

    turn: int
    chunk: int
    text: str


class UnitsChunk(_Message, frozen=True, tag="units"):
    """All units of a chunk: it is complete now. `text` is all of its text."""

    turn: int
    chunk: int
    units: list[int]
    text: str = ""


class Audio(_Message, frozen=True, tag="audio"):
    """Sound that follows the sound before it without a gap.

    `chunk` is the newest chunk that has gone into the decoder, which may be ahead of the sound.
    """

    turn: int
    chunk: int
    pcm: bytes
    rate: int
    starts: list[tuple[int, int]] = []
    """(chunk, sample) of every chunk whose sound begins in this piece, the sample counted within it."""

    @property
    def samples(self) -> NDArray[np.float32]:
        """The samples (n,), read-only."""
        return from_bytes(self.pcm)

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 4 / self.rate


class TurnStats(msgspec.Struct, kw_only=True):
    """Where the time of a turn went. Times are seconds since the question was over; None: there was no such thing."""

    question_seconds: float = 0.0
    reply_seconds: float = 0.0
    tokenizer_done: float | None = None
    heard: float | None = None
    """TQ was complete."""
    first_text: float | None = None
    first_unit: float | None = None
    first_chunk: float | None = None
    """All units of the first chunk were there."""
    first_mel: float | None = None
    """Flow matching gave its first frames; the vocoder begins."""
    first_sound: float | None = None
    generation_done: float | None = None
    done: float = 0.0
    tokenizer_busy: float = 0.0
    """Seconds spent computing, also while the user was speaking."""
    prompt_busy: float = 0.0
    """Seconds the LM took to read what it was given."""
    decoder_busy: float = 0.0
    prompt_tokens: int = 0
    text_tokens: int = 0
    unit_tokens: int = 0
    tokens_per_second: float = 0.0
    real_time_factor: float | None = None
    """Time from the end of the question to the last sound, per second of reply; below 1 it keeps up with its speech."""
    max_gap: float | None = None
    """The longest pause in seconds that playing would have had to make while it waited for sound (0: none)."""
    cut: str = ""
    """Why the reply was ended by force ("length", "repetition"), empty if it was not."""


class TurnDone(_Message, frozen=True, tag="done"):
    """The turn is over. `text` is the whole reply (or transcript, or translation) in `language`."""

    turn: int
    text: str
    language: str
    stats: TurnStats


class TurnFailed(_Message, frozen=True, tag="failed"):
    """There is no reply, or only what came before; `reason` is a sentence for the user."""

    turn: int
    reason: str
    kind: FailureKind


Command: TypeAlias = (
    Load
    | Ask
    | Listen
    | Push
    | Finish
    | Cancel
    | Pause
    | Continue
    | Played
    | Transcribe
    | Speak
    | Translate
    | Forget
    | Recall
    | Ping
    | Unload
    | Shutdown
)
TurnEvent: TypeAlias = Heard | TextDelta | UnitsChunk | Audio | TurnDone | TurnFailed
Event: TypeAlias = Loading | Ready | Unloaded | Recalled | Pong | EngineFailed | TurnEvent

_ENCODER = msgspec.msgpack.Encoder()
_COMMANDS: msgspec.msgpack.Decoder[Command] = msgspec.msgpack.Decoder(Command)
_EVENTS: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)


def encode(message: Command | Event) -> bytes:
    """One message as MessagePack. Half a character (a lone surrogate) in a text is sent as U+FFFD."""
    try:
        return _ENCODER.encode(message)
    except UnicodeEncodeError:
        return _ENCODER.encode(_whole(msgspec.to_builtins(message, builtin_types=(bytes,))))


def _whole(value: Any) -> Any:
    """The same without halves of characters, which no text file or message can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value


def decode_command(data: bytes) -> Command:
    """Raises EngineError for anything that is not a command."""
    try:
        return _COMMANDS.decode(data)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise EngineError(
            "The engine was given a message that it does not know; use the same version of both."
        ) from error


def decode_event(data: bytes) -> Event:
    """Raises EngineError for anything that is not an event."""
    try:
        return _EVENTS.decode(data)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise EngineError("The engine sent a message that is not known; use the same version of both.") from error
