"""The token stream of the joint LM to typed pieces, the moment they are certain.

Takes any sequence of ids, also malformed ones and ids outside the vocabulary, without an exception; what it gives never
holds a marker or half a character, and stays within the limits of the grammar. Knows nothing of the model.
"""

from __future__ import annotations

from cslm_core.chain.grammar import Machine, Step
from cslm_core.chain.pieces import ChunkPiece, Counts, EndPiece, EndReason, HeardPiece, Piece, TextPiece, UnitPiece
from cslm_core.lm.layout import TokenKind, TokenLayout

__all__ = ["Parser"]


class Parser:
    """Reads one turn. `language` is that of the reply as soon as it is known, `counts` what has come so far."""

    def __init__(self, layout: TokenLayout, machine: Machine, *, language: str = "", chunk_text: str = "") -> None:
        """`language` and `chunk_text`: what the prompt has settled, the reply's language and the chunk's text."""
        self.machine = machine
        self.language = language
        self.heard_language = ""
        self.heard = ""
        self.counts = Counts()
        self._layout = layout
        self._decoder = layout.text_decoder()
        self._text: list[str] = []
        self._chunk_text = [chunk_text] if chunk_text else []
        self._chunk_units: list[int] = []
        self._heard_complete = False

    @property
    def text(self) -> str:
        """The reply so far."""
        return "".join(self._text)

    def push(self, token: int) -> list[Piece]:
        """The pieces that this token makes certain, often none."""
        kind = self._layout.kind(token)
        if kind is TokenKind.UNIT:
            self.counts.unit_tokens += 1
        elif kind is TokenKind.TEXT:
            self.counts.text_tokens += 1
        pieces: list[Piece] = []
        chunk = self.machine.chunk
        for step in self.machine.step(kind):
            if step is Step.LANGUAGE:
                self._set_language(self._layout.language_of(token))
            elif step is Step.HEARD:
                self._hear(self._decoder.push(token), pieces)
            elif step is Step.HEARD_END:
                self._end_heard(pieces)
            elif step is Step.TEXT:
                self._say(self._decoder.push(token), self.machine.chunk, pieces)
            elif step is Step.UNIT:
                unit = self._layout.unit_of(token)
                self._chunk_units.append(unit)
                pieces.append(UnitPiece(chunk, unit))
            elif step is Step.CHUNK_END:
                pieces.append(self._end_chunk(chunk))
            elif step is Step.END:
                pieces.append(self._end())
        return pieces

    def finish(self, reason: EndReason) -> list[Piece]:
        """End by force, wherever the stream is: an incomplete chunk stays so. Nothing if it has already ended."""
        if self.machine.done:
            return []
        self.machine.reason = reason
        self.machine.step(TokenKind.END)
        return [self._end()]

    def _set_language(self, code: str) -> None:
        if self._heard_complete or self.language:
            self.language = code
        else:
            self.heard_language = code

    def _hear(self, text: str, pieces: list[Piece]) -> None:
        if not self.heard:
            text = text.lstrip()
        if text:
            self.heard += text
            pieces.append(HeardPiece(self.heard, self.heard_language))

    def _end_heard(self, pieces: list[Piece]) -> None:
        self._decoder.finish()
        self._heard_complete = True
        pieces.append(HeardPiece(self.heard, self.heard_language, final=True))

    def _say(self, text: str, chunk: int, pieces: list[Piece]) -> None:
        if not self._text:
            text = text.lstrip()
        if text:
            self._text.append(text)
            self._chunk_text.append(text)
            pieces.append(TextPiece(chunk, text))

    def _end_chunk(self, chunk: int) -> ChunkPiece:
        piece = ChunkPiece(chunk, "".join(self._chunk_text), tuple(self._chunk_units))
        self._chunk_text, self._chunk_units = [], []
        return piece

    def _end(self) -> EndPiece:
        return EndPiece(self.text, self.language or self.heard_language, self.machine.reason, self.counts)
