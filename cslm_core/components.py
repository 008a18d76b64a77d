"""What the parts of a pack can do: one Protocol for each component, chosen by `kind` in the manifest.

Contracts only: knows neither an implementation nor where it is (`packs/registry.py`) nor how a turn goes (`chat.py`).
Samples to be heard are 16 kHz mono float32, samples to be played 24 kHz mono float32; ids are those of the joint LM,
units those of `units.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from cslm_core.units import UnitRuns

if TYPE_CHECKING:
    from cslm_core.lm.layout import TokenLayout

__all__ = [
    "DecoderStream",
    "LanguageModel",
    "LmBranches",
    "LmSession",
    "Pcm",
    "SpeechDecoder",
    "SpeechTokenizer",
    "TokenizerStream",
]

Pcm = NDArray[np.float32]
"""Samples in [-1, 1], shape (n,)."""


@runtime_checkable
class TokenizerStream(Protocol):
    """One utterance that is still being spoken. All runs given, joined, are what `encode` of all samples gives."""

    def push(self, pcm16k: Pcm, /) -> UnitRuns:
        """Take more samples (n,) of 16 kHz and give the runs that have become certain (often none)."""
        ...

    def finish(self) -> UnitRuns:
        """The utterance is over: the runs that are left. Nothing may be pushed afterwards."""
        ...

    def fork(self) -> TokenizerStream:
        """Another stream that has taken the same samples: to finish it, and go on with this one all the same."""
        ...


@runtime_checkable
class SpeechTokenizer(Protocol):
    """Speech to merged units (paper: the supervised semantic tokenizer)."""

    def encode(self, pcm16k: Pcm, /) -> UnitRuns:
        """The runs of an utterance (n,) of 16 kHz, of any length, with bounded memory."""
        ...

    def stream(self) -> TokenizerStream:
        """The same while the user is still speaking."""
        ...


@runtime_checkable
class LmSession(Protocol):
    """One sequence of the joint LM; the KV cache lives here."""

    @property
    def length(self) -> int:
        """How many tokens have been fed and not truncated."""
        ...

    def feed(self, ids: Sequence[int], /) -> NDArray[np.float32]:
        """Append `ids` (at least one) and give the logits (vocabulary,) that follow the last of them."""
        ...

    def truncate(self, length: int, /) -> None:
        """Forget all tokens from position `length` on (0 <= length <= self.length)."""
        ...

    def branch(self, rows: int, most: int, /) -> LmBranches:
        """`rows` copies of the sequence that go on side by side by at most `most` tokens; this one stays as it is.

        Raises EngineError when there is no room for so many.
        """
        ...


@runtime_checkable
class LmBranches(Protocol):
    """Several continuations of one sequence, always of one length. Of a runtime they cost little more than one."""

    def feed(self, ids: Sequence[int], /) -> NDArray[np.float32]:
        """Append one token to each row, and give the logits (rows, vocabulary) that follow."""
        ...

    def select(self, rows: Sequence[int], /) -> None:
        """Row i becomes a copy of what row `rows[i]` was; as many as there are."""
        ...


@runtime_checkable
class LanguageModel(Protocol):
    """The joint LM over text and units."""

    @property
    def layout(self) -> TokenLayout:
        """Which id is a unit, a marker or a piece of text."""
        ...

    def session(self) -> LmSession:
        """An empty sequence; several can be open at once."""
        ...

    def along(self, sequences: Sequence[Sequence[int]], tokens: NDArray[np.bool_], /) -> list[NDArray[np.float32]]:
        """For each sequence, read from nothing, the logits (length, those of `tokens`) that follow each of its tokens.

        `tokens` (vocabulary,) is a mask; the sequences must not be empty.
        """
        ...


@runtime_checkable
class DecoderStream(Protocol):
    """One reply that is being spoken; caches are bounded, and `push` in pieces equals one `push` of all."""

    @property
    def begins(self) -> Sequence[int]:
        """The sample at which each unit begins, counted from the first of the reply; known before its sound is given.

        So it is as long as the number of units whose place is certain.
        """
        ...

    @property
    def first_mel(self) -> float | None:
        """When flow matching gave its first frames, by `time.perf_counter()`; None before, or where there is no mel."""
        ...

    def push(self, units: Sequence[int] | NDArray[np.integer], /) -> Pcm:
        """Take merged units (no durations) and give the samples (n,) of 24 kHz that have become certain."""
        ...

    def finish(self) -> Pcm:
        """The reply is over: the samples that are left. Nothing may be pushed afterwards."""
        ...


@runtime_checkable
class SpeechDecoder(Protocol):
    """Merged units to speech (paper: duration predictor, flow matching, vocoder)."""

    def stream(self, seed: int, /) -> DecoderStream:
        """A new reply; the same seed and units give the same samples."""
        ...
