"""Reports as plain HTML that needs nothing besides: no script, no font, no network. Knows nothing of what they say."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Collection, Sequence

import numpy as np
import soundfile

from cslm_core.audio import Pcm

__all__ = ["audio_inside", "audio_link", "page", "table"]

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0;width:100%}td,th{border-bottom:1px solid #ddd;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top}audio{height:2rem;width:14rem}.good{color:#176b2c}.bad{color:#a11}"
    "@media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}td,th{border-color:#444}}"
)


def page(title: str, sentences: Sequence[str], body: str) -> str:
    """A page with sentences (text) under its title and `body` (HTML) below."""
    said = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{html.escape(title)}</h1>{said}{body}</body></html>\n"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, raw: Collection[int] = ()) -> str:
    """A table; cells are text, except in the columns `raw`, which are HTML."""
    head = "".join(f"<th>{html.escape(text)}</th>" for text in heads) if any(heads) else ""
    lines = []
    for row in rows:
        cells = (cell if number in raw else html.escape(cell) for number, cell in enumerate(row))
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f"<table>{f'<tr>{head}</tr>' if head else ''}{''.join(lines)}</table>"


def audio_link(path: str) -> str:
    """A player of a file beside the report."""
    return f'<audio controls preload="none" src="{html.escape(path, quote=True)}"></audio>'


def audio_inside(pcm: Pcm, rate: int) -> str:
    """A player of a sound that is inside the page, as Ogg Vorbis."""
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(pcm, -1, 1), rate, format="OGG", subtype="VORBIS")
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<audio controls preload="none" src="data:audio/ogg;base64,{data}"></audio>'
