"""The everyday dialogues in the new language: offered as a sheet to fill in, taken back with checks, kept in the job.

The bundled set (`assets/dialogues`) has question types with wordings, test wordings, answers and key facts, and single
sentences. An entry of the sheet is one of these: `greetings.hello.q0`, `.t0`, `.a0`, `.k0` (alternatives of a key fact,
with ` | ` between), `sentence-0007`, `clarify-0003`. A translation need not have as many wordings as the original, but
each keeps the number of what it translates. Knows nothing of speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from trainer.dialogues import QuestionType, load_types
from trainer.language.importers.rows import BrokenText, json_lines
from trainer.language.job import Job, JobLanguage
from trainer.language.languages import script_share, text_key
from trainer.language.reasons import REASONS
from trainer.language.records import Row, read_rows, write_rows
from trainer.language.sheets import read_sheet, write_sheet
from trainer.language.texts import clean_text, tidy

__all__ = [
    "COLUMNS", "Dialogues", "Entry", "SheetReport", "export_sheet", "import_dialogues", "load_dialogues", "numbered",
]  # fmt: skip

COLUMNS: Final = ("id", "text", "translation")
_OFFERED: Final = 8
"""Wordings of a question: each costs somebody a translation."""
_PARTS: Final = {"q": "q", "t": "test", "a": "a", "k": "keys"}
_ENTRY: Final = re.compile(r"(?P<type>.+)\.(?P<part>[qtak])(?P<number>\d{1,2})")
_SENTENCE: Final = re.compile(r"(sentence|clarify)-\d{4}")


@dataclass(frozen=True)
class Entry:
    """One thing to translate: its id and what it is in the bridge language."""

    id: str
    text: str


@dataclass
class Dialogues:
    """What of the bundled set there is in the new language: question types by id, sentences by id."""

    types: dict[str, Row] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)

    def by_text(self) -> dict[str, str]:
        """Entry id by `text_key` of its text, without key facts; of equal texts the first."""
        found: dict[str, str] = {}
        for name, row in self.types.items():
            for letter, part in _PARTS.items():
                for number, text in numbered(row, part).items() if letter != "k" else ():
                    found.setdefault(text_key(text), f"{name}.{letter}{number}")
        for name, text in self.sentences.items():
            found.setdefault(text_key(text), name)
        return found

    def kept(self) -> set[str]:
        """Keys (`text_key`) of what must not be trained on: test wordings, and all questions of unseen types."""
        return {
            text_key(text)
            for row in self.types.values()
            for text in row["test"] + (row["q"] if row["split"] == "unseen" else [])
        }

    def trained(self) -> set[str]:
        """Keys (`text_key`) of what is trained on: questions and answers of the types that are."""
        return {
            text_key(text) for row in self.types.values() if row["split"] == "train" for text in row["q"] + row["a"]
        }

    def prompts(self) -> Iterator[tuple[str, str]]:
        """(id, text) of everything that can be read aloud, so that a short session has something of everything."""
        for letter, place in (("a", 0), ("q", 0), ("q", 1), ("a", 1), ("q", 2), ("t", 0)):
            for name, row in self.types.items():
                for number, text in list(numbered(row, _PARTS[letter]).items())[place : place + 1]:
                    yield f"{name}.{letter}{number}", text
        yield from self.sentences.items()

    def counts(self) -> dict[str, int]:
        return {
            "types": len(self.types),
            "questions": sum(len(row["q"]) for row in self.types.values()),
            "answers": sum(len(row["a"]) for row in self.types.values()),
            "sentences": len(self.sentences),
        }

    def save(self, job: Job) -> None:
        rows: list[Row] = list(self.types.values())
        rows += [{"id": name, "text": text} for name, text in self.sentences.items()]
        write_rows(job.dialogues, rows)


@dataclass
class SheetReport:
    """What became of a filled sheet: entries taken, and (place, id, reason) of those that were not."""

    taken: int = 0
    empty: int = 0
    rejected: list[tuple[str, str, str]] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """A sentence for each rejected entry."""
        return [f"{place} ({name}): {REASONS[reason]}." for place, name, reason in self.rejected]


def load_dialogues(job: Job) -> Dialogues:
    """The dialogues of a job, or empty ones. A row has `id, split, q, test, a, keys, numbers`, or `id, text` for a
    sentence. `numbers` are those of the entries of each part, in a row of older jobs 0, 1, 2 and so on."""
    found = Dialogues()
    for row in read_rows(job.dialogues):
        if "text" in row:
            found.sentences[row["id"]] = row["text"]
        else:
            found.types[row["id"]] = row
    return found


def numbered(row: Row, part: str) -> dict[int, Any]:
    """The entries of a question type's `part` ("q", "test", "a", "keys") by the number of what they translate."""
    numbers = row["numbers"][part] if "numbers" in row else range(len(row[part]))
    return dict(zip(numbers, row[part], strict=True))


def _bundled() -> dict[str, QuestionType]:
    return {t.id: t for t in load_types(assets_folder() / "dialogues" / "everyday")}


def _bundled_sentences() -> Iterator[tuple[str, Row]]:
    """The ids are those of `trainer.synth.plans`."""
    for plan, name in (("sentences", "sentence"), ("clarify", "clarify")):
        for number, row in enumerate(read_rows(assets_folder() / "dialogues" / f"{plan}.jsonl")):
            yield f"{name}-{number:04d}", row


def entries(bridge: str, types: int | None = None) -> Iterator[Entry]:
    """What there is to translate, from the bridge language (English where the set lacks it).

    `types` limits the question types; those of the beginning of every topic come first. Of the wordings of a question
    eight are offered; more may be taken in.
    """
    for kind in _spread(_bundled().values(), types):
        asked = bridge if bridge in kind.questions else "en"
        for letter, texts in (("q", kind.questions), ("t", kind.test_questions), ("a", kind.answers)):
            for number, text in enumerate(texts[asked][:_OFFERED]):
                yield Entry(f"{kind.id}.{letter}{number}", text)
        for number, group in enumerate(kind.keys[asked]):
            yield Entry(f"{kind.id}.k{number}", " | ".join(group))
    for name, row in _bundled_sentences():
        yield Entry(name, str(row[bridge if bridge in row else "en"]))


def _spread(types: Iterable[QuestionType], count: int | None) -> list[QuestionType]:
    topics: dict[str, list[QuestionType]] = {}
    for kind in types:
        topics.setdefault(kind.id.split(".")[0], []).append(kind)
    order = [(place / len(members), kind.id, kind) for members in topics.values() for place, kind in enumerate(members)]
    return [kind for _, _, kind in sorted(order, key=lambda item: item[:2])][:count]


def export_sheet(job: Job, path: Path, types: int | None = None) -> int:
    """Write the sheet, with what is translated already filled in; how many entries it has."""
    there = load_dialogues(job)
    return write_sheet(
        path, COLUMNS, ((e.id, e.text, _translation(there, e.id)) for e in entries(job.language.bridge, types))
    )


def _translation(there: Dialogues, name: str) -> str:
    if name in there.sentences:
        return there.sentences[name]
    match = _ENTRY.fullmatch(name)
    row = there.types.get(match["type"]) if match else None
    value = numbered(row, _PARTS[match["part"]]).get(int(match["number"])) if match and row else None
    if match is None or value is None:
        return ""
    return " | ".join(value) if match["part"] == "k" else str(value)


def import_dialogues(job: Job, path: Path) -> SheetReport:
    """Take in a filled sheet, or JSON lines of whole types (`id, q, test, a, keys`), replacing what they name.

    TrainingError when nothing in it can be used. Hold the job's lock.
    """
    report = SheetReport()
    bundled = _bundled()
    found = load_dialogues(job)
    cells = list(_type_cells(path)) if _is_types(path) else list(_sheet_cells(path))
    parts: dict[str, dict[str, dict[int, Any]]] = {}
    sentences = {name for name, _ in _bundled_sentences()}
    for place, name, written in cells:
        if not written.strip():
            report.empty += 1
            continue
        reason = _put(name, written, bundled, sentences, job.language, parts, found)
        if reason:
            report.rejected.append((place, name, reason))
        else:
            report.taken += 1
    for name, by_part in parts.items():
        _merge(found, bundled[name], by_part, report)
    if not report.taken:
        if report.rejected:
            place, name, reason = report.rejected[0]
            raise TrainingError(
                f"Nothing in {path} could be taken in ({place} ({name}): {REASONS[reason]}.); fill in the column"
                " `translation`."
            )
        raise TrainingError(f"Nothing in {path} could be taken in; fill in the column `translation`.")
    found.save(job)
    return report


def _is_types(path: Path) -> bool:
    if path.suffix not in (".jsonl", ".ndjson"):
        return False
    row = next(json_lines(path), (0, BrokenText("")))[1]
    return isinstance(row, dict) and isinstance(row.get("q"), list)


def _sheet_cells(path: Path) -> Iterator[tuple[str, str, str]]:
    for number, row in read_sheet(path, ("id", "translation")):
        place = f"line {number}"
        if row is None:
            yield place, "", "-"
        else:
            yield place, row.get("id", ""), row.get("translation", "")


def _type_cells(path: Path) -> Iterator[tuple[str, str, str]]:
    for number, row in json_lines(path):
        place = f"line {number}"
        if isinstance(row, BrokenText) or not isinstance(row.get("id"), str):
            yield place, "", "-"
            continue
        for letter, part in _PARTS.items():
            values = row.get(part, [])
            for index, value in enumerate(values if isinstance(values, list) else []):
                text = " | ".join(map(str, value)) if letter == "k" and isinstance(value, list) else str(value)
                yield place, f"{row['id']}.{letter}{index}", text


def _put(
    name: str,
    written: str,
    bundled: dict[str, QuestionType],
    sentences: set[str],
    language: JobLanguage,
    parts: dict[str, dict[str, dict[int, Any]]],
    found: Dialogues,
) -> str:
    """Put one entry where it belongs; the reason when it cannot be used."""
    match = _ENTRY.fullmatch(name)
    if match and match["part"] == "k":
        if match["type"] not in bundled:
            return "unknown_id"
        alternatives = [tidy(part, language.script).lower() for part in written.split("|")]
        alternatives = [a for a in alternatives if a and script_share(a, language.script) > 0.5]
        if not alternatives:
            return "wrong_script"
        parts.setdefault(match["type"], {}).setdefault("keys", {})[int(match["number"])] = alternatives
        return ""
    if not (match and match["type"] in bundled) and name not in sentences:
        return "unknown_id" if name else "columns"
    cleaned = clean_text(written, language)
    if cleaned.reason:
        return cleaned.reason
    if match and match["type"] in bundled:
        parts.setdefault(match["type"], {}).setdefault(_PARTS[match["part"]], {})[int(match["number"])] = cleaned.text
    else:
        found.sentences[name] = cleaned.text
    return ""


def _merge(found: Dialogues, kind: QuestionType, by_part: dict[str, dict[int, Any]], report: SheetReport) -> None:
    """Put what the sheet says into the question type; one that has no question or no answer yet waits for them."""
    row = found.types.get(kind.id, {"id": kind.id, "split": kind.split, "q": [], "test": [], "a": [], "keys": []})
    numbers = {}
    for part in _PARTS.values():
        said, values = by_part.get(part, {}), numbered(row, part)
        if "numbers" not in row:  # an older job may have moved an entry up where one before it was missing
            values = {number: value for number, value in values.items() if value not in said.values()}
        values.update(said)
        numbers[part] = sorted(values)
        row[part] = [values[number] for number in numbers[part]]
    row["numbers"] = numbers
    for answer in row["a"]:
        if not all(any(key in answer.lower() for key in group) for group in row["keys"]):
            report.rejected.append(("", kind.id, "missing_key"))
            break
    found.types[kind.id] = row
