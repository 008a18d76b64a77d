"""From rows to figures: the scorecard as data and as a table, with what must be reached and what is aimed at.

Knows nothing of how rows come about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.table import Table

from trainer.evaluation.draw import UNSEEN_TYPES, UNSEEN_WORDINGS
from trainer.evaluation.metrics import error_rate, mean, percentile, share, wilson
from trainer.evaluation.testset import HUMAN

__all__ = ["Figure", "figures", "format_value", "scorecard", "scorecard_table"]

Row = dict[str, Any]
SCHEMA: Final = 1
LANGUAGES: Final = ("en", "zh")
_SETS: Final = {UNSEEN_WORDINGS: "unseen wordings", UNSEEN_TYPES: "unseen question types", HUMAN: "human voice"}
_NAMES: Final = {"en": "English", "zh": "Mandarin"}


@dataclass(frozen=True)
class Figure:
    """One measured value over `items` items; None was not measured. `must` and `aim` are bounds, where there are."""

    name: str
    what: str
    value: float | None
    items: int
    unit: str
    must: float | None = None
    aim: float | None = None
    higher: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def met(self) -> str:
        """ "aim", "must", "no", or "" where nothing is asked or measured."""
        if self.value is None or self.must is None or self.aim is None:
            return ""
        if self.value == self.aim or (self.value > self.aim) == self.higher:
            return "aim"
        return "must" if self.value == self.must or (self.value > self.must) == self.higher else "no"


def figures(rows: Iterable[Row], similarity: Iterable[Row] = ()) -> list[Figure]:
    """All figures of the scorecard, in the order of the table."""
    everything = list(rows)
    by_task: dict[str, list[Row]] = {"asr": [], "reference": [], "tts": [], "dialogue": []}
    for row in everything:
        by_task[row["task"]].append(row)
    found = [*_recognition(by_task["asr"]), *_reference(by_task["reference"]), *_reading(by_task["tts"])]
    for split in (UNSEEN_WORDINGS, UNSEEN_TYPES):
        found += _dialogue([row for row in by_task["dialogue"] if row["set"] == split], split)
    found += _times(by_task["dialogue"])
    peak = max((row["memory"] for row in everything if row["memory"]), default=None)
    found.append(Figure("memory.peak", "peak memory of the engine", peak, len(everything), "bytes", 1.5e9, 1.0e9))
    for row in similarity:
        name, what = f"similarity.{row['language']}", f"speech-text similarity, {_NAMES[row['language']]}"
        found.append(Figure(f"{name}.cosine", f"{what} (cosine)", row["matched"], row["items"], "cosine"))
        found.append(Figure(f"{name}.normalised", f"{what}, against others", row["normalised"], row["items"], "cosine"))
    return found


def scorecard(found: Sequence[Figure], about: Row) -> Row:
    """The scorecard as it is written."""
    return {"schema": SCHEMA, **about, "figures": [{**asdict(figure), "met": figure.met} for figure in found]}


def scorecard_table(found: Sequence[Figure], title: str) -> Table:
    """For people."""
    table = Table(title=title, box=None, pad_edge=False, title_justify="left")
    for head in ("", "value", "items", "must", "aim", ""):
        table.add_column(head, justify="left" if not head else "right")
    colours = {"aim": "green", "must": "yellow", "no": "red", "": ""}
    for figure in found:
        colour = colours[figure.met]
        value = format_value(figure.value, figure.unit)
        interval = ""
        if figure.low is not None and figure.high is not None:
            interval = f" ({figure.low:.0%} to {figure.high:.0%})"
        table.add_row(
            figure.what,
            f"[{colour}]{value}[/]" if colour else value,
            str(figure.items),
            format_value(figure.must, figure.unit) if figure.must is not None else "",
            format_value(figure.aim, figure.unit) if figure.aim is not None else "",
            {"aim": "aim reached", "must": "reached", "no": "not reached", "": ""}[figure.met] + interval,
        )
    return table


def format_value(value: float | None, unit: str) -> str:
    """A value with its unit; a dash for none."""
    if value is None:
        return "-"
    if unit == "bytes":
        return f"{value / 1e9:.2f} GB"
    return {"WER": f"{value:.1%}", "CER": f"{value:.1%}", "share": f"{value:.1%}", "s": f"{value:.2f} s"}.get(
        unit, f"{value:.2f}"
    )


def _error_unit(language: str) -> str:
    return "CER" if language == "zh" else "WER"


def _recognition(rows: list[Row]) -> list[Figure]:
    found = []
    for split, words in _SETS.items():
        for language in LANGUAGES:
            chosen = [row for row in rows if row["set"] == split and row["language"] == language]
            if not chosen:
                continue
            rate = error_rate([(row["reference"], row["heard"]) for row in chosen], language)
            what = f"ASR {_error_unit(language)}, {_NAMES[language]}, {words}"
            bounds = (0.25, 0.12) if split == UNSEEN_WORDINGS else (None, None)
            found.append(Figure(f"asr.{split}.{language}", what, rate, len(chosen), _error_unit(language), *bounds))
    return found


def _reference(rows: list[Row]) -> list[Figure]:
    """The judge on the same questions: what a pack is measured with errs, too, and so does the voice that asks."""
    found = []
    for language in LANGUAGES:
        chosen = [(row["reference"], row["heard"]) for row in rows if row["language"] == language]
        if chosen:
            unit = _error_unit(language)
            what = f"  (Whisper on the same questions: {unit}, {_NAMES[language]})"
            found.append(Figure(f"reference.{language}", what, error_rate(chosen, language), len(chosen), unit))
    return found


def _reading(rows: list[Row]) -> list[Figure]:
    found = []
    for language, must, aim in (("en", 0.20, 0.08), ("zh", 0.25, 0.12)):
        chosen = [row for row in rows if row["language"] == language]
        if not chosen:
            continue
        judged = [(row["reference"], row["transcript"]) for row in chosen if row["transcript"] is not None]
        unit = _error_unit(language)
        what = f"TTS {unit} by Whisper, {_NAMES[language]}"
        found.append(Figure(f"tts.{language}", what, error_rate(judged, language), len(judged), unit, must, aim))
        found.append(_mean(f"tts.{language}.dnsmos", f"TTS DNSMOS, {_NAMES[language]}", chosen, "dnsmos", "MOS"))
    return found


def _dialogue(rows: list[Row], split: str) -> list[Figure]:
    if not rows:
        return []
    tested = split == UNSEEN_WORDINGS
    words = _SETS[split]
    found: list[Figure] = []

    def of(same: bool) -> list[Row]:
        return [row for row in rows if (row["language"] == row["reply_language"]) is same]

    for same, name, must, aim in ((True, "same", 0.65, 0.90), (False, "cross", 0.50, 0.80)):
        what = f"sensible answers, {'same language' if same else 'cross-lingual'}, {words}"
        bounds = (must, aim) if tested else (None, None)
        found.append(_share(f"dialogue.{split}.sensible.{name}", what, of(same), "sensible", *bounds, higher=True))
    for language in LANGUAGES:
        for target in LANGUAGES:
            chosen = [row for row in rows if (row["language"], row["reply_language"]) == (language, target)]
            if chosen:
                found += _direction(chosen, f"dialogue.{split}.{language}-{target}", f"{language} to {target}, {words}")
    bounds = (0.03, 0.01) if tested else (None, None)
    found.append(
        _share(f"dialogue.{split}.off_target", f"replies in the wrong language, {words}", rows, "off_target", *bounds)
    )
    rates = [_reply_errors([row for row in rows if row["reply_language"] == language]) for language in LANGUAGES]
    bounds = (0.20, 0.08) if tested else (None, None)
    judged = sum(bool(row["transcript"] is not None and row["text"]) for row in rows)
    what = f"ASR-ER of replies, mean of both languages, {words}"
    found.append(Figure(f"dialogue.{split}.asr_er", what, mean(rates), judged, "share", *bounds))
    found.append(_mean(f"dialogue.{split}.dnsmos", f"DNSMOS of replies, {words}", rows, "dnsmos", "MOS"))
    silent = [{"silent": row["failed"] is not None} for row in rows]
    found.append(_share(f"dialogue.{split}.no_reply", f"no reply at all, {words}", silent, "silent"))
    return found


def _direction(rows: list[Row], name: str, what: str) -> list[Figure]:
    language, target = rows[0]["language"], rows[0]["reply_language"]
    heard = error_rate([(row["question"], row["heard"]) for row in rows], language)
    judged = sum(bool(row["transcript"] is not None and row["text"]) for row in rows)
    return [
        _share(f"{name}.sensible", f"  {what}: sensible", rows, "sensible", higher=True),
        Figure(f"{name}.tq", f"  {what}: TQ {_error_unit(language)}", heard, len(rows), _error_unit(language)),
        Figure(f"{name}.asr_er", f"  {what}: ASR-ER", _reply_errors(rows), judged, _error_unit(target)),
        _share(f"{name}.off_target", f"  {what}: wrong language", rows, "off_target"),
    ]


def _reply_errors(rows: list[Row]) -> float | None:
    """Whisper's transcript of the reply's sound against the reply's text; for rows of one reply language."""
    judged = [row for row in rows if row["transcript"] is not None and row["text"]]
    if not judged:
        return None
    return error_rate([(row["text"], row["transcript"]) for row in judged], judged[0]["reply_language"])


def _times(rows: list[Row]) -> list[Figure]:
    live = [row for row in rows if row["paced"] and row["failed"] is None]
    length = mean(row["question_seconds"] for row in live)
    after = f"after the question ({length:.1f} s on average)" if length else "after the question"
    spoken = [row for row in rows if row["failed"] is None]

    def summary(
        name: str, what: str, chosen: list[Row], key: str, unit: str, how: Callable[[list[Any]], float | None]
    ) -> Figure:
        values = [row[key] for row in chosen if row[key] is not None]
        bounds = {"time.first_sound.p50": (1.2, 0.6), "time.rtf": (0.9, 0.5)}.get(name, (None, None))
        return Figure(name, what, how(values), len(values), unit, *bounds)

    return [
        summary(
            "time.first_text.p50", f"first text {after}, median", live, "first_text", "s", lambda v: percentile(v, 50)
        ),
        summary(
            "time.first_sound.p50",
            f"first sound {after}, median",
            live,
            "first_sound",
            "s",
            lambda v: percentile(v, 50),
        ),
        summary(
            "time.first_sound.p95",
            f"first sound {after}, 95th percentile",
            live,
            "first_sound",
            "s",
            lambda v: percentile(v, 95),
        ),
        summary("time.rtf", "reply RTF, mean", spoken, "rtf", "ratio", mean),
        summary(
            "time.max_gap.p95",
            "longest pause while it speaks, 95th percentile",
            spoken,
            "max_gap",
            "s",
            lambda v: percentile(v, 95),
        ),
        summary("time.tokens_per_second", "LM tokens a second, mean", spoken, "tokens_per_second", "1/s", mean),
    ]


def _share(
    name: str,
    what: str,
    rows: list[Row],
    key: str,
    must: float | None = None,
    aim: float | None = None,
    *,
    higher: bool = False,
) -> Figure:
    value = share([row[key] for row in rows])
    low, high = (None, None) if value is None else wilson(value, len(rows))
    return Figure(name, what, value, len(rows), "share", must, aim, higher, low, high)


def _mean(name: str, what: str, rows: list[Row], key: str, unit: str) -> Figure:
    there = [row[key] for row in rows if row[key] is not None]
    return Figure(name, what, mean(there), len(there), unit)
