"""What the gate says: its figures, what should be adapted for which reason, and the page with pairs to listen to.

Knows nothing of how the figures come about.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from cslm_core.files import atomic_write_json, atomic_write_text
from trainer.language.job import Job
from trainer.language.report import audio_link, page, table

__all__ = ["GateReport", "Pair", "decide", "write_report"]

_LETTERS_LOST: Final = 0.55
_ROUND_TRIP: Final = 0.6
_WORSE: Final = 0.25
_PACE: Final = 0.12
_DURATIONS: Final = 0.45


@dataclass(frozen=True)
class Pair:
    """An utterance before and after. Errors are shares, None where nobody judged; sounds are relative to `report/`."""

    id: str
    text: str
    original: str
    rebuilt: str
    unit_error: float
    letters_original: float
    letters_rebuilt: float
    heard_original: str | None = None
    heard_rebuilt: str | None = None


@dataclass(frozen=True)
class GateReport:
    """Figures of the gate and what follows from them; `adapt` names what should be adapted, `sentences` say why."""

    items: int
    judge: str
    unit_error: float
    letters_original: float
    letters_rebuilt: float
    wer_original: float | None
    wer_rebuilt: float | None
    duration_error: float
    pace: float
    passed: bool
    adapt: list[str]
    sentences: list[str]
    pairs: list[Pair]
    wer_reader: float | None = None
    """Of the recordings of whom the language will be read aloud after."""


def decide(
    means: dict[str, float],
    wer_original: float | None,
    wer_rebuilt: float | None,
    duration: float,
    pace: float,
    name: str,
    *,
    adapted: bool = False,
) -> tuple[list[str], list[str], bool]:
    """(what to adapt, why, whether training makes sense) from the figures; `adapted` once that has been done, or
    can be done no more."""
    adapt, sentences = [], []
    if means["letters_original"] > _LETTERS_LOST:
        adapt.append("quantiser")
        sentences.append(
            f"The letters of {name} are hard to hear for this pack ({means['letters_original']:.0%} are wrong): more or"
            " cleaner speech is needed, or a tokenizer that was trained on the language."
        )
    if duration > _DURATIONS or abs(pace - 1) > _PACE:
        adapt.append("durations")
        advice = "more speech would help its durations" if adapted else "its durations should be adapted"
        sentences.append(f"The pack speaks {name} at {pace:.0%} of its length; {advice}.")
    if wer_original is not None and wer_rebuilt is not None:
        bad = wer_rebuilt - wer_original > _WORSE
        figure = f"{wer_rebuilt:.0%} of the words are wrong after it, {wer_original:.0%} before"
    else:
        bad = means["unit_error"] > _ROUND_TRIP or means["letters_rebuilt"] - means["letters_original"] > _WORSE
        figure = (
            f"{means['letters_rebuilt']:.0%} of the letters are wrong after it, {means['letters_original']:.0%} before"
        )
    if bad:
        adapt.append("decoder")
        sentences.append(f"The decoder does not speak {name} well ({figure}).")
    passed = "decoder" not in adapt and "quantiser" not in adapt
    verdict = (
        f"The pack can speak {name}: what it repeats can be understood ({figure})."
        if passed
        else f"The pack cannot speak {name} well yet ({figure}); listen to the pairs before you train."
    )
    return adapt, [verdict, *sentences], passed


def write_report(job: Job, report: GateReport) -> None:
    """Write `report/gate.json` and `report/gate.html`."""
    job.report.mkdir(exist_ok=True)
    atomic_write_json(job.report / "gate.json", asdict(report))
    figures = [
        ("Units that change in the round trip", f"{report.unit_error:.0%}"),
        ("Letters misheard in the original", f"{report.letters_original:.0%}"),
        ("Letters misheard in the rebuilt sound", f"{report.letters_rebuilt:.0%}"),
        ("Words misheard by Whisper, original", _percent(report.wer_original)),
        ("Words misheard by Whisper, rebuilt", _percent(report.wer_rebuilt)),
        ("Words misheard by Whisper of whom the language is read aloud after", _percent(report.wer_reader)),
        ("Error of log durations", f"{report.duration_error:.2f}"),
        ("Length of its speech against what it should be", f"{report.pace:.0%}"),
    ]
    rows = [
        [p.text, audio_link(p.original), audio_link(p.rebuilt), f"{p.unit_error:.0%}", p.heard_rebuilt or ""]
        for p in report.pairs
    ]
    body = table(["", ""], [list(figure) for figure in figures])
    body += table(["text", "original", "rebuilt", "units changed", "heard"], rows, raw=(1, 2))
    title = f"Can {job.base.identity} speak {job.language.name}?"
    atomic_write_text(job.report / "gate.html", page(title, [*report.sentences, f"Judged by {report.judge}."], body))


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
