"""Where the words of a text go: lines of words, each with its place, and the marks of speech between the chunks.

A layout of our own, because each word must be known by its place (to be highlighted and clicked) and because a reply
that grows must not cost more than itself. Words are numbered as `app/session/words.py` does. Text that is written from
right to left is mirrored. Knows nothing of painting and of turns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from app.session.words import words

__all__ = ["Flow", "Mark", "Metrics", "Part", "Run", "Word", "lay_out"]

_LINE: Final = 1.42
"""Line pitch in heights of the font."""
_OPENING: Final = frozenset("“‘「『（《〈【([{¿¡")
"""Punctuation that belongs to the word after it."""


class Part(NamedTuple):
    """A chunk of the text; `mark` is the width of the mark of its speech, 0 for none."""

    text: str
    mark: float = 0.0


class Word(NamedTuple):
    chunk: int
    word: int
    rect: QRectF


class Mark(NamedTuple):
    chunk: int
    rect: QRectF


class Run(NamedTuple):
    """Words that stand side by side in one line, to be drawn at once; `origin` is where the base line begins."""

    chunk: int
    first: int
    last: int
    origin: QPointF
    text: str


@dataclass(slots=True)
class Flow:
    width: float = 0.0
    """Of the longest line."""
    height: float = 0.0
    words: list[Word] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def word_at(self, point: QPointF) -> Word | None:
        return next((word for word in self.words if word.rect.contains(point)), None)

    def mark_at(self, point: QPointF) -> Mark | None:
        return next((mark for mark in self.marks if mark.rect.contains(point)), None)


class Metrics:
    """What a font says of widths, remembered."""

    def __init__(self, font: QFontMetricsF) -> None:
        self._font = font
        self._widths: dict[str, float] = {}
        self.line = round(font.height() * _LINE)
        self.ascent = (self.line - font.height()) / 2 + font.ascent()
        self.height = font.height()
        self.space = font.horizontalAdvance(" ")

    def width(self, text: str) -> float:
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) > 20_000:
                self._widths.clear()
            width = self._widths[text] = self._font.horizontalAdvance(text)
        return width


class _Piece(NamedTuple):
    """A word with the punctuation around it; `glue` is the space that stands before it if it begins no line."""

    word: int
    text: str
    glue: bool
    breaks: int


def _pieces(text: str) -> list[_Piece]:
    spans = words(text)
    if not spans:  # nothing to say, yet something to see, as "…"
        return [_Piece(0, text.strip(), False, 0)] if text.strip() else []
    starts = []
    for number, span in enumerate(spans):
        start = span.start if number else 0
        while number and start > spans[number - 1].end and text[start - 1] in _OPENING:
            start -= 1
        starts.append(start)
    pieces = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        raw = text[start:end]
        shown = raw.strip()
        before = text[starts[number - 1] : start] if number else raw[: len(raw) - len(raw.lstrip())]
        tail = before[len(before.rstrip()) :]
        pieces.append(_Piece(number, " ".join(shown.split()), bool(tail), tail.count("\n")))
    return pieces


class _Writer:
    def __init__(self, width: float, metrics: Metrics) -> None:
        self.flow = Flow()
        self._limit = max(width, 1.0)
        self._metrics = metrics
        self._x = 0.0
        self._y = 0.0
        self._run: tuple[int, int, float, list[str]] | None = None
        self._last = 0

    def _close_run(self) -> None:
        if self._run is not None:
            chunk, first, x, texts = self._run
            origin = QPointF(x, self._y + self._metrics.ascent)
            self.flow.runs.append(Run(chunk, first, self._last, origin, "".join(texts)))
            self._run = None

    def new_line(self) -> None:
        self._close_run()
        self._x = 0.0
        self._y += self._metrics.line

    def word(self, chunk: int, piece: _Piece) -> None:
        metrics = self._metrics
        for _ in range(piece.breaks if self._x else 0):
            self.new_line()
        width = metrics.width(piece.text)
        glue = metrics.space if piece.glue and self._x else 0.0
        if self._x and self._x + glue + width > self._limit:
            self.new_line()
            glue = 0.0
        text = piece.text
        while width > self._limit and len(text) > 1:  # longer than a line: cut where it ends
            size = max(1, _fitting(text, self._limit, metrics))
            self._put(chunk, piece.word, text[:size], 0.0)
            self.new_line()
            text = text[size:]
            width = metrics.width(text)
        self._put(chunk, piece.word, text, glue)

    def _put(self, chunk: int, number: int, text: str, glue: float) -> None:
        width = self._metrics.width(text)
        if self._run is None or self._run[0] != chunk:
            self._close_run()
            self._run = (chunk, number, self._x + glue, [])
        elif glue:
            self._run[3].append(" ")
        self._run[3].append(text)
        self._last = number
        x = self._x + glue
        self.flow.words.append(Word(chunk, number, QRectF(x, self._y, width, self._metrics.line)))
        self._x = x + width
        self.flow.width = max(self.flow.width, self._x)

    def mark(self, chunk: int, width: float) -> None:
        self._close_run()
        gap = self._metrics.space * 1.6
        if self._x and self._x + gap + width > self._limit:
            self.new_line()
        x = self._x + (gap if self._x else 0.0)
        height = self._metrics.height * 0.96
        self.flow.marks.append(Mark(chunk, QRectF(x, self._y + (self._metrics.line - height) / 2, width, height)))
        self._x = x + width + gap
        self.flow.width = max(self.flow.width, x + width)

    def finish(self) -> Flow:
        self._close_run()
        self.flow.height = self._y + (self._metrics.line if self._x else 0.0)
        return self.flow


def _fitting(text: str, limit: float, metrics: Metrics) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if metrics.width(text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def lay_out(parts: Sequence[Part], width: float, metrics: Metrics) -> Flow:
    """Put the chunks of a text, one after another, into lines of `width`."""
    writer = _Writer(width, metrics)
    for chunk, part in enumerate(parts):
        for piece in _pieces(part.text):
            writer.word(chunk, piece)
        if part.mark:
            writer.mark(chunk, part.mark)
    flow = writer.finish()
    if any(_right_to_left(part.text) for part in parts):
        _mirror(flow, flow.width, metrics.width)
    return flow


def _right_to_left(text: str) -> bool:
    return any("\u0590" <= character <= "\u08ff" for character in text)


def _mirror(flow: Flow, width: float, measure: Callable[[str], float]) -> None:
    flow.words[:] = [w._replace(rect=_mirrored(w.rect, width)) for w in flow.words]
    flow.marks[:] = [m._replace(rect=_mirrored(m.rect, width)) for m in flow.marks]
    flow.runs[:] = [r._replace(origin=QPointF(width - r.origin.x() - measure(r.text), r.origin.y())) for r in flow.runs]


def _mirrored(rect: QRectF, width: float) -> QRectF:
    return QRectF(width - rect.right(), rect.top(), rect.width(), rect.height())
