"""A conversation as a file for others: Markdown to read, JSON for programs, one wav to listen to.

Files appear whole or not at all. Knows nothing of where conversations are stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np
import soundfile

from app.store.model import Conversation, Turn
from app.store.sounds import Sound
from cslm_core import __version__
from cslm_core.audio import SPEAK_RATE, Pcm, resample
from cslm_core.errors import CslmError
from cslm_core.files import atomic_path, atomic_write_text

__all__ = ["ExportFormat", "export_conversation"]

ExportFormat = Literal["markdown", "json", "wav"]
SoundOf = Callable[[int, Literal["question", "reply"]], Sound | None]

_ENDINGS: Final = {"markdown": ".md", "json": ".json", "wav": ".wav"}
_PAUSE_BEFORE_REPLY: Final = 0.4
_PAUSE_BEFORE_QUESTION: Final = 0.9
_NAME_LETTERS: Final = 60


def export_conversation(
    conversation: Conversation, turns: Sequence[Turn], sound: SoundOf, folder_or_file: Path, format: ExportFormat
) -> Path:
    """Write the file and give its path. Raises CslmError when there is nothing to write or the system refuses."""
    if not turns:
        raise CslmError("There is nothing in this conversation yet; ask something first.")
    path = folder_or_file
    if path.is_dir():
        path = _free_name(path, conversation, _ENDINGS[format])
    if format == "markdown":
        atomic_write_text(path, _markdown(conversation, turns))
    elif format == "json":
        atomic_write_text(path, json.dumps(_plain(conversation, turns), ensure_ascii=False, indent=2) + "\n")
    else:
        _write_wav(path, turns, sound)
    return path


def _free_name(folder: Path, conversation: Conversation, ending: str) -> Path:
    """A name that every file system takes and that no file has."""
    stem = re.sub(r"[\x00-\x1f\x7f<>:\"/\\|?*]+", " ", conversation.title)
    stem = " ".join(stem.split())[:_NAME_LETTERS].strip(" .") or "conversation"
    stem = f"{conversation.created:%Y-%m-%d} {stem}"
    path = folder / (stem + ending)
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{stem} ({number}){ending}"
    return path


def _markdown(conversation: Conversation, turns: Sequence[Turn]) -> str:
    title = _escaped(" ".join(conversation.title.split())) or "Conversation"
    parts = [f"# {title}", f"{conversation.created:%Y-%m-%d %H:%M}"]
    for turn in turns:
        asked = f"{turn.asked:%H:%M}" + (f", {turn.question_language}" if turn.question_language else "")
        parts.append(f"**You** ({asked}):\n\n{_quoted(turn.question or '…')}")
        if turn.misheard:
            parts.append(f"*(heard as: {_escaped(' '.join(turn.misheard.split()))})*")
        if turn.reply:
            language = f" ({turn.reply_language})" if turn.reply_language else ""
            parts.append(f"**CSLM**{language}:\n\n{_quoted(turn.reply)}")
        if turn.state == "interrupted":
            parts.append("*(interrupted)*")
        if turn.problem:
            parts.append(f"*({_escaped(turn.problem)})*")
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    """Text in which nothing is a mark of Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


def _quoted(text: str) -> str:
    return "\n".join("> " + _escaped(line) for line in text.splitlines() or [""])


def _plain(conversation: Conversation, turns: Sequence[Turn]) -> dict[str, Any]:
    return {
        "format": "cslm-conversation",
        "schema": 1,
        "program": __version__,
        "title": conversation.title,
        "created": conversation.created.isoformat(),
        "updated": conversation.updated.isoformat(),
        "turns": [
            {
                "asked": turn.asked.isoformat(),
                "origin": turn.origin,
                "state": turn.state,
                "question": turn.question,
                "question_language": turn.question_language,
                "misheard": turn.misheard,
                "reply": turn.reply,
                "reply_language": turn.reply_language,
                "wanted_language": turn.wanted_language,
                "chunks": [asdict(chunk) for chunk in turn.chunks],
                "heard_seconds": turn.heard_seconds,
                "problem": turn.problem,
                "stats": None if turn.stats is None else msgspec.to_builtins(turn.stats),
                "waterfall": None if turn.waterfall is None else asdict(turn.waterfall),
            }
            for turn in turns
        ],
    }


def _write_wav(path: Path, turns: Sequence[Turn], sound: SoundOf) -> None:
    """Questions and what was heard of the replies, 24 kHz mono; one turn at a time is in memory."""
    written = 0
    with atomic_path(path) as temporary:
        try:
            with soundfile.SoundFile(temporary, "w", SPEAK_RATE, 1, "PCM_16", format="WAV") as wav:
                for pcm in _spoken(turns, sound):
                    wav.write(np.clip(pcm, -1.0, 1.0))
                    written += pcm.shape[0]
        except soundfile.LibsndfileError as error:
            raise CslmError(f"{path} could not be written ({error}); choose another place.") from error
        if not written:
            raise CslmError("No sound is stored of this conversation; export it as text.")


def _spoken(turns: Sequence[Turn], sound: SoundOf) -> Iterator[Pcm]:
    first = True
    for turn in turns:
        question, reply = sound(turn.id, "question"), sound(turn.id, "reply")
        if question is not None:
            if not first:
                yield _silence(_PAUSE_BEFORE_QUESTION)
            yield resample(*question, SPEAK_RATE)
            first = False
        if reply is not None:
            if not first:
                yield _silence(_PAUSE_BEFORE_REPLY if question is not None else _PAUSE_BEFORE_QUESTION)
            pcm, rate = reply
            if turn.heard_seconds is not None:
                pcm = pcm[: max(0, round(turn.heard_seconds * rate))]
            yield resample(pcm, rate, SPEAK_RATE)
            first = False


def _silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * SPEAK_RATE), np.float32)
