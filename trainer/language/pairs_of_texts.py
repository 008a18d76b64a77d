"""Readers of translations: TSV and CSV, Moses (two files of lines), TMX, JSON lines. Each gives pairs by language code.

Knows nothing of what a pair is good for.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from cslm_core.errors import TrainingError
from trainer.language.importers.rows import BrokenText, is_broken, json_lines, read_text, table

__all__ = ["Pair", "read_pairs"]

_INLINE: Final = frozenset({"bpt", "ept", "ph", "it", "ut", "hi", "sub"})
_KEEPS_TEXT: Final = frozenset({"hi", "sub"})
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Pair:
    """A text in the new language and one in a known one; `reason` (of `reasons.REASONS`) when the row is broken."""

    place: str
    text: str = ""
    other: str = ""
    reason: str = ""


def read_pairs(path: Path, new: str, other: str, columns: Sequence[str] = ()) -> Iterator[Pair]:
    """The pairs of `new` and `other` (language codes) in a file.

    `columns` name the languages of a table without a header, "-" one to pass over. TrainingError when the file does not
    have these languages, or is not what it seems.
    """
    if path.suffix == ".tmx":
        return _tmx(path, new, other)
    if path.suffix in (".jsonl", ".ndjson"):
        return _jsonl(path, new, other)
    if path.suffix in (".tsv", ".csv") or (path.suffix == ".txt" and columns):
        return _table(path, new, other, columns)
    return _moses(path, new, other)


def _same(code: str, wanted: str) -> bool:
    """Whether two codes are of one language: es and es-MX are, es and en are not."""
    return code.strip().casefold().replace("_", "-").split("-")[0] == wanted.casefold().split("-")[0]


def _table(path: Path, new: str, other: str, columns: Sequence[str]) -> Iterator[Pair]:
    first = read_text(path).split("\n", 1)[0].rstrip("\r")
    delimiter = "\t" if path.suffix != ".csv" else max(",;\t", key=first.count)
    names = list(columns) or [name.strip().strip('"') for name in first.split(delimiter)]
    at = [next((i for i, name in enumerate(names) if _same(name, code)), None) for code in (new, other)]
    if at[0] is None or at[1] is None:
        raise TrainingError(
            f"{path} does not say which column is {new} and which {other}: write the codes in its first line, or name"
            f" them in order (--columns {new},{other})."
        )
    rows = table(path, delimiter=delimiter, columns=[str(i) for i in range(len(names))], quoted=path.suffix == ".csv")
    for number, row in rows:
        place = f"{path.name}, line {number}"
        if number == 1 and not columns:
            continue
        if isinstance(row, BrokenText):
            yield Pair(place, reason="columns")
        else:
            yield _pair(place, row[str(at[0])], row[str(at[1])])


def _pair(place: str, text: str, other: str) -> Pair:
    if is_broken(text, other):
        return Pair(place, reason="encoding")
    return Pair(place, text.strip(), other.strip())


def _jsonl(path: Path, new: str, other: str) -> Iterator[Pair]:
    known = False
    for number, row in json_lines(path):
        place = f"{path.name}, line {number}"
        if isinstance(row, BrokenText):
            yield Pair(place, reason="columns")
            continue
        both = row["translation"] if isinstance(row.get("translation"), dict) else row
        found = [next((str(v) for k, v in both.items() if _same(k, code) and v), "") for code in (new, other)]
        if not all(found):
            yield Pair(place, found[0], found[1], reason="empty" if known or any(found) else "columns")
            continue
        known = True
        yield _pair(place, *found)


def _moses(path: Path, new: str, other: str) -> Iterator[Pair]:
    files = _moses_files(path, new, other)
    lines = [read_text(file).removesuffix("\n").split("\n") for file in files]
    if len(lines[0]) != len(lines[1]):
        raise TrainingError(
            f"{files[0].name} has {len(lines[0])} lines and {files[1].name} {len(lines[1])}; line by line they must be"
            " translations of each other."
        )
    for number, (text, translation) in enumerate(zip(*lines, strict=True), 1):
        yield _pair(f"{files[0].name}, line {number}", text.rstrip("\r"), translation.rstrip("\r"))


def _moses_files(path: Path, new: str, other: str) -> tuple[Path, Path]:
    stem = path.with_suffix("") if path.suffix and _known(path, new, other) else path
    found = []
    for code in (new, other):
        here = sorted(stem.parent.glob(f"{stem.name}.*")) if stem.parent.is_dir() else []
        match = [file for file in here if file.is_file() and _same(file.suffix.removeprefix("."), code)]
        if not match:
            raise TrainingError(
                f"{path} is no table of translations (.tsv, .csv, .tmx, .jsonl), and for two files of lines"
                f" {stem.name}.{code} is missing beside it."
            )
        found.append(match[0])
    return found[0], found[1]


def _known(path: Path, new: str, other: str) -> bool:
    return any(_same(path.suffix.removeprefix("."), code) for code in (new, other))


def _tmx(path: Path, new: str, other: str) -> Iterator[Pair]:
    from defusedxml import DefusedXmlException
    from defusedxml import ElementTree as Safe

    try:
        with path.open("rb") as file:
            yield from _units(path, file, Safe, new, other)
    except OSError as error:
        raise TrainingError(f"{path} cannot be read; check that it exists and that you may read it.") from error
    except DefusedXmlException as error:
        raise TrainingError(
            f"{path} defines XML entities, which can blow a small file up until the memory is full; it was not read."
        ) from error
    except (ET.ParseError, ValueError, LookupError) as error:
        raise TrainingError(f"{path} is damaged after what was read ({error}); get it again.") from error


def _units(path: Path, file: IO[bytes], safe: object, new: str, other: str) -> Iterator[Pair]:
    number = 0
    root = None
    events = safe.iterparse(file, events=("start", "end"), forbid_entities=True, forbid_external=True)  # type: ignore[attr-defined]
    for event, element in events:
        if root is None:
            root = element
            if _tag(element) != "tmx":
                raise TrainingError(f"{path} is XML, but not TMX; name a file of translations.")
        if event != "end" or _tag(element) != "tu":
            continue
        number += 1
        texts: dict[str, str] = {}
        for variant in element:
            code = variant.get(_LANG) or variant.get("lang") or ""
            segment = next((part for part in variant if _tag(part) == "seg"), None)
            for wanted in (new, other):
                if segment is not None and _same(code, wanted):
                    texts.setdefault(wanted, " ".join(_text(segment).split()))
        place = f"{path.name}, unit {number}"
        if new in texts and other in texts:
            yield _pair(place, texts[new], texts[other])
        else:
            yield Pair(place, reason="other_language")
        element.clear()
        if number % 1_000 == 0:  # what was read must not pile up in the body
            for body in root:
                body.clear()


def _tag(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _text(element: ET.Element) -> str:
    """The text of a segment without the codes of its formatting."""
    pieces: list[str] = []
    left: list[ET.Element | str] = [element]  # no recursion: a file decides how deep it is
    while left:
        part = left.pop()
        if isinstance(part, str):
            pieces.append(part)
            continue
        pieces.append(part.text or "")
        for inner in reversed(part):
            left.append(inner.tail or "")
            if _tag(inner) not in _INLINE or _tag(inner) in _KEEPS_TEXT:
                left.append(inner)
    return "".join(pieces)
