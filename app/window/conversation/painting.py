"""Painting one turn: bubbles, words, the mark of each chunk's speech, captions. Knows nothing of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.store.model import Turn
from app.window.conversation.flow import Flow, Run
from app.window.conversation.geometry import BAR, BAR_STEP, PADDING, Fonts, TurnGeometry
from app.window.conversation.waveforms import Bars, bar_count
from app.window.theme import Tokens

__all__ = ["Look", "paint_turn"]

_RADIUS: Final = 15.0
_ALL: Final = (-10_000.0, 10_000.0)


@dataclass(slots=True)
class Look:
    """What of a turn is not in its value: what is being spoken, pointed at, and not heard."""

    spoken: tuple[int, int | None] | None = None
    """Chunk and word that are being played."""
    cursor: tuple[int, int] | None = None
    """Chunk and word of the keyboard's cursor."""
    hovered: tuple[int, int | None] | None = None
    unheard: tuple[int, int] | None = None
    """The first chunk and word that were not heard; what follows was not heard either."""
    focused: bool = False
    phase: int = 0
    """Of the waiting dots."""
    question_caption: str = ""
    reply_caption: str = ""


def paint_turn(
    painter: QPainter,
    turn: Turn,
    place: TurnGeometry,
    fonts: Fonts,
    tokens: Tokens,
    look: Look,
    bars: Sequence[Bars],
    *,
    question: bool = True,
) -> None:
    """Paint a turn; without `question` its text is left out (an editor lies over it)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _bubble(painter, place.question_bubble, tokens.question, tokens.accent if look.focused else "")
    painter.setFont(fonts.text)
    if question:
        painter.setPen(QColor(tokens.on_question))
        _text(painter, place.question, place.question_origin)
    _caption(painter, place.question_caption, look.question_caption, fonts, tokens, Qt.AlignmentFlag.AlignRight)
    if place.reply_bubble.height() > 0:
        _bubble(painter, place.reply_bubble, tokens.surface, tokens.border)
        if turn.chunks:
            _reply(painter, turn, place, fonts, tokens, look, bars)
        else:
            _dots(painter, place.reply_bubble, tokens, look.phase)
    _caption(painter, place.reply_caption, look.reply_caption, fonts, tokens, Qt.AlignmentFlag.AlignLeft)


def _bubble(painter: QPainter, rect: QRectF, fill: str, line: str) -> None:
    painter.setPen(QPen(QColor(line), 1.0) if line else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(inner, _RADIUS, _RADIUS)


def _text(painter: QPainter, flow: Flow, origin: QPointF) -> None:
    for run in flow.runs:
        painter.drawText(origin + run.origin, run.text)


def _reply(
    painter: QPainter, turn: Turn, place: TurnGeometry, fonts: Fonts, tokens: Tokens, look: Look, bars: Sequence[Bars]
) -> None:
    origin = place.reply_origin
    _grounds(painter, place.reply, origin, tokens, look)
    painter.setFont(fonts.text)
    for run in place.reply.runs:
        for begin, end, colour in _inks(run, place.reply, tokens, look):
            painter.save()
            if (begin, end) != _ALL:
                painter.setClipRect(QRectF(origin.x() + begin, origin.y() + run.origin.y() - 200, end - begin, 400))
            painter.setPen(colour)
            painter.drawText(origin + run.origin, run.text)
            painter.restore()
    for mark in place.reply.marks:
        _mark(painter, mark.rect.translated(origin), turn, mark.chunk, fonts, tokens, look, bars)


def _inks(run: Run, flow: Flow, tokens: Tokens, look: Look) -> list[tuple[float, float, QColor]]:
    """Which parts of a run (from x to x in the flow) are drawn in which colour."""
    ink, dim = QColor(tokens.text), QColor(tokens.faint)
    dim.setAlphaF(0.62)
    begin, end = _ALL
    inks: list[tuple[float, float, QColor]] = []
    if look.unheard is not None and (run.chunk, run.last) >= look.unheard:
        if (run.chunk, run.first) >= look.unheard:
            ink = dim
        else:
            border = next(word.rect.left() for word in flow.words if (word.chunk, word.word) == look.unheard)
            inks.append((border, end, dim))
            end = border
    spoken = look.spoken
    if spoken is not None and spoken[1] is not None and run.chunk == spoken[0] and run.first <= spoken[1] <= run.last:
        for word in flow.words:
            if (word.chunk, word.word) == spoken and abs(word.rect.center().y() - run.origin.y()) < word.rect.height():
                inks.append((word.rect.left(), word.rect.right(), QColor(tokens.on_spoken)))
                inks.append((word.rect.right(), end, ink))
                end = word.rect.left()
                break
    return [*inks, (begin, end, ink)]


def _grounds(painter: QPainter, flow: Flow, origin: QPointF, tokens: Tokens, look: Look) -> None:
    """What lies behind words: the word being spoken, the keyboard's cursor, the word under the mouse."""
    painter.setPen(Qt.PenStyle.NoPen)
    for word in flow.words:
        here = (word.chunk, word.word)
        rect = word.rect.translated(origin).adjusted(-1.5, 1.5, 1.5, -1.5)
        if look.spoken == here:
            painter.setBrush(QColor(tokens.spoken))
            painter.drawRoundedRect(rect, 5, 5)
        elif look.hovered == here:
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(rect, 5, 5)
        if look.cursor == here:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2.0))
            painter.drawRoundedRect(rect, 5, 5)
            painter.setPen(Qt.PenStyle.NoPen)


def _mark(
    painter: QPainter,
    rect: QRectF,
    turn: Turn,
    number: int,
    fonts: Fonts,
    tokens: Tokens,
    look: Look,
    bars: Sequence[Bars],
) -> None:
    """The speech of a chunk: a small waveform and its length."""
    chunk = turn.chunks[number]
    sounding = look.spoken is not None and look.spoken[0] == number
    dimmed = look.unheard is not None and (number, 0) >= look.unheard
    painter.setPen(QPen(QColor(tokens.wave), 1.4) if sounding or look.hovered == (number, None) else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.pill))
    painter.setOpacity(0.55 if dimmed else 1.0)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.wave))
    count = bar_count(chunk.seconds)
    heights = bars[number] if number < len(bars) else ()
    x = rect.left() + 10.0
    room = rect.height() - 8.0
    for index in range(count):
        height = max(2.5, room * (heights[index] if index < len(heights) else 0.18))
        painter.drawRoundedRect(QRectF(x, rect.center().y() - height / 2, BAR, height), BAR / 2, BAR / 2)
        x += BAR_STEP
    painter.setFont(fonts.caption)
    painter.setPen(QColor(tokens.wave))
    label = QRectF(x + 3.0, rect.top(), rect.right() - x - 3.0, rect.height())
    painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, f"{chunk.seconds:.1f} s")
    painter.setOpacity(1.0)
    painter.setFont(fonts.text)


def _dots(painter: QPainter, bubble: QRectF, tokens: Tokens, phase: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for index in range(3):
        painter.setBrush(QColor(tokens.accent if phase % 3 == index else tokens.border))
        painter.drawEllipse(QPointF(bubble.left() + PADDING + 5 + index * 15, bubble.center().y()), 4.0, 4.0)


def _caption(painter: QPainter, rect: QRectF, text: str, fonts: Fonts, tokens: Tokens, align: Qt.AlignmentFlag) -> None:
    painter.setFont(fonts.caption)
    painter.setPen(QColor(tokens.faint))
    painter.drawText(rect.adjusted(4, 0, -4, 0), align | Qt.AlignmentFlag.AlignVCenter, text)
