"""Where everything of one turn goes, for a width: bubbles, words, marks, captions. Knows nothing of painting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from app.store.model import Chunk, Turn
from app.window.conversation.flow import Flow, Metrics, Part, lay_out
from app.window.conversation.waveforms import bar_count

__all__ = ["Fonts", "TurnGeometry", "mark_width", "measure", "note_width"]

PADDING: Final = 14.0
GAP: Final = 8.0
TURN_GAP: Final = 18.0
COLUMN: Final = 840.0
"""The widest column: longer lines are hard to read."""
BAR: Final = 3.0
BAR_STEP: Final = 5.0


class Fonts:
    """The fonts of a conversation and their metrics, made once for a font and screen."""

    def __init__(self, base: QFont) -> None:
        self.text = QFont(base)
        self.text.setPointSizeF(base.pointSizeF() * 1.12)
        self.caption = QFont(base)
        self.caption.setPointSizeF(max(7.0, base.pointSizeF() * 0.88))
        self.text_metrics = Metrics(QFontMetricsF(self.text))
        self.caption_metrics = Metrics(QFontMetricsF(self.caption))


@dataclass(slots=True)
class TurnGeometry:
    """Rectangles in the turn's own coordinates; flows are relative to their bubble's inner corner."""

    width: float
    height: float
    question_bubble: QRectF
    question: Flow
    question_caption: QRectF
    reply_bubble: QRectF
    reply: Flow
    reply_caption: QRectF
    notes: list[QRectF] = field(default_factory=list)
    """One for each row under the reply: wrong language, problem."""

    @property
    def question_origin(self) -> QPointF:
        return self.question_bubble.topLeft() + QPointF(PADDING, PADDING * 0.6)

    @property
    def reply_origin(self) -> QPointF:
        return self.reply_bubble.topLeft() + QPointF(PADDING, PADDING * 0.6)


def note_width(width: float) -> float:
    """The width of a row under a reply."""
    return min(width - 32.0, COLUMN) * 0.92


def mark_width(chunk: Chunk, fonts: Fonts) -> float:
    """The mark of a chunk's speech: bars and its length in words; a chunk without speech has none."""
    if not chunk.seconds:
        return 0.0
    return 10.0 + bar_count(chunk.seconds) * BAR_STEP + 5.0 + fonts.caption_metrics.width("00.0 s") + 8.0


def measure(
    turn: Turn, width: float, fonts: Fonts, *, notes: Sequence[float] = (), editor: float = 0.0
) -> TurnGeometry:
    """Lay a turn out. `notes` are the heights of the rows under the reply; `editor` the height of an open editor."""
    column = min(width - 32.0, COLUMN)
    left = (width - column) / 2
    text, caption = fonts.text_metrics, fonts.caption_metrics
    y = TURN_GAP / 2

    limit = column * 0.8 - 2 * PADDING
    question = lay_out([Part(turn.question or "…")], limit, text)
    inner = limit if editor else max(question.width, text.space * 4)
    bubble_width = inner + 2 * PADDING
    bubble_height = (editor or question.height) + 1.2 * PADDING
    question_bubble = QRectF(left + column - bubble_width, y, bubble_width, bubble_height)
    y = question_bubble.bottom() + 3
    question_caption = QRectF(left, y, column, caption.line)
    y = question_caption.bottom() + GAP

    reply = lay_out(_parts(turn.chunks, fonts), column * 0.92 - 2 * PADDING, text)
    waiting = not turn.chunks and turn.state in ("thinking", "speaking")
    reply_bubble = QRectF(left, y, 0.0, 0.0)
    if turn.chunks or waiting:
        reply_height = reply.height if turn.chunks else text.line
        reply_bubble = QRectF(left, y, max(reply.width, text.space * 12) + 2 * PADDING, reply_height + 1.2 * PADDING)
        y = reply_bubble.bottom() + 3
    places = []
    for height in notes:
        y += 4
        places.append(QRectF(left, y, note_width(width), height))
        y = places[-1].bottom()
    reply_caption = QRectF(left, y, column, max(34.0, caption.line))
    y = reply_caption.bottom() + TURN_GAP / 2
    return TurnGeometry(
        width, y, question_bubble, question, question_caption, reply_bubble, reply, reply_caption, places
    )


def _parts(chunks: Sequence[Chunk], fonts: Fonts) -> list[Part]:
    return [Part(chunk.text, mark_width(chunk, fonts)) for chunk in chunks]
