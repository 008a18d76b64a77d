"""The spoken-language gate: before any training, can this pack hear and speak the language at all?

Recordings of the corpus go through the tokenizer and the decoder of the base pack, and what comes out is judged: by
Whisper where it knows the language, and always by what the tokenizer makes of it (round trip) and by the letters that
the job's aligner hears. The report has pairs to listen to. Knows nothing of the LM.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch

from cslm_core.audio import LISTEN_RATE, Pcm, read_audio, resample, write_wav
from cslm_core.errors import CslmError, TrainingError
from cslm_core.lm.load import load_lm
from cslm_core.tokenizer.encode import features
from cslm_core.tokenizer.tokenizer import WhisperVqTokenizer
from trainer.language.adapt import adapt_durations, base_decoder, duration_error, pairs_of, slowness
from trainer.language.again import is_begun
from trainer.language.align import Aligner, letters
from trainer.language.clarity import clarity_of
from trainer.language.configuration import job_threads, settle
from trainer.language.corpus import CorpusRows
from trainer.language.gate_report import GateReport, Pair, decide, write_report
from trainer.language.halfway import Halfway
from trainer.language.hearing import adapt_hearing
from trainer.language.job import Job
from trainer.language.judge import WhisperEar, distance, error_rate
from trainer.language.noting import noted
from trainer.language.pronounce import adapt_prior
from trainer.language.records import Row
from trainer.language.replay import rehearse, rehearsed_units
from trainer.language.units import Features, listen, load_tokenizer_of, prepare_units, units_ready

__all__ = ["AdaptSteps", "run_gate"]

STEP: Final = "gate"
Progress = Callable[[float, str], None]
_REHEARSED: Final = 80
"""Sentences of the known languages whose durations are kept."""


@dataclass(frozen=True)
class AdaptSteps:
    """How long what is adapted is trained; None: as long as it deserves."""

    durations: int = 2400
    hearing: int | None = None
    prior: int | None = None


def run_gate(
    job: Job,
    *,
    items: int = 12,
    ear: WhisperEar | None = None,
    adapt: bool = True,
    align_steps: int | None = None,
    adapt_steps: AdaptSteps = AdaptSteps(),
    progress: Progress | None = None,
) -> GateReport:
    """Judge, adapt what can be adapted, write `report/gate.html` and note the step. Hold the job's lock.

    TrainingError when there is no speech.
    """
    tell = progress or (lambda share, what: None)
    with noted(job, STEP, "The pack is listening to the language and repeating it."):
        torch.set_num_threads(job_threads(job))
        heard = None if units_ready(job) else listen(job, lambda share, what: tell(0.6 * share, what))
        prepare_units(job, steps=align_steps, heard=heard, progress=lambda share, what: tell(0.6 * share, what))
        begun = is_begun(job)  # its units must stay what they are
        halfway = None if begun or not adapt else Halfway.resume(job)
        if halfway is None:
            report = _judge(job, items, ear, lambda share: tell(0.6 + 0.3 * share, "repeating"), adapted=begun)
        else:
            report = halfway.found
        if adapt and report.adapt and not begun:
            halfway = halfway or Halfway.begin(job, report)
            report = _adapted(job, halfway, items, ear, adapt_steps, heard, lambda what: tell(0.8, what))
        clear = clarity_of(job, ear)
        if clear is not None:
            said = [*report.sentences, *([clear.sentence] if clear.sentence else [])]
            report = replace(report, wer_reader=clear.error, sentences=said)
        write_report(job, report)
        job.finish(
            STEP,
            report.sentences[0],
            {"items": report.items, "passed": int(report.passed)},
            {k: v for k, v in asdict(report).items() if k != "pairs"},
        )
        if adapt:  # else what was taught of it stays to be gone on from
            Halfway.end(job)
    tell(1.0, "done")
    return report


def _adapted(
    job: Job,
    halfway: Halfway,
    items: int,
    ear: WhisperEar | None,
    steps: AdaptSteps,
    heard: Features | None,
    tell: Callable[[str], None],
) -> GateReport:
    """Adapt what was found to need it and is not adapted yet; a report of the pack as it is then. `heard` as `listen`
    gave it, if it did."""
    tell("saying what must not be forgotten")
    kept, report = _known_units(job), halfway.found
    if {"quantiser", "decoder"} & set(report.adapt):

        def hearing() -> str:
            features_of = heard or listen(job)
            tell("learning to tell its sounds apart")
            before, after = adapt_hearing(job, features_of, kept, steps.hearing)
            prepare_units(job, heard=features_of)
            return f"The tokenizer was adapted: its units lose {after:.0%} of the letters; it was {before:.0%}."

        halfway.teach(job, "tokenizer", hearing)
    if "decoder" in report.adapt:

        def sound() -> str:
            tell("learning how the language sounds")
            before, after = adapt_prior(job, kept, steps.prior)
            return f"The decoder was adapted: the error of its sound went from {before:.2f} to {after:.2f}."

        halfway.teach(job, "prior", sound)

    def rhythm() -> str:
        tell("learning its rhythm")
        before, after = adapt_durations(job, steps.durations, kept)
        return f"The duration predictor was adapted: its error went from {before:.2f} to {after:.2f}."

    halfway.teach(job, "durations", rhythm)
    after_all = _judge(job, items, ear, lambda share: tell("repeating once more"), adapted=True)
    said = [*after_all.sentences, *halfway.taught.values(), _improved(report, after_all)]
    return replace(after_all, adapt=report.adapt, sentences=said)


def _improved(before: GateReport, after: GateReport) -> str:
    if before.wer_rebuilt is not None and after.wer_rebuilt is not None:
        return f"Before that {before.wer_rebuilt:.0%} of the words were wrong in what it repeated."
    return f"Before that {before.letters_rebuilt:.0%} of the letters were wrong in what it repeated."


def _known_units(job: Job) -> list[list[int]]:
    """What the base pack says in its own languages; the training goes on from there with its replay."""
    manifest = job.check_base()
    config = settle(job)
    lm = load_lm(Path(job.base.folder) / manifest.component("lm").folder, "cpu", config.threads)
    rehearse(job, lm, min(_REHEARSED, config.rehearsal), config.seed)
    return rehearsed_units(job)


def _judge(
    job: Job, items: int, ear: WhisperEar | None, tell: Callable[[float], None], *, adapted: bool = False
) -> GateReport:
    tokenizer, decoder, aligner = load_tokenizer_of(job), base_decoder(job), Aligner.load(job.training / "aligner")
    rows = _sample(job, items)
    pairs = []
    sounds: list[tuple[Pcm, Pcm]] = []
    for number, row in enumerate(rows):
        tell(number / len(rows))
        try:
            pcm = read_audio(job.corpus / row["audio"])
        except CslmError:
            continue
        runs = tokenizer.encode(pcm)
        if not len(runs):
            continue
        spoken = decoder.speak(runs.units.tolist())
        rebuilt = resample(spoken, decoder.sample_rate, LISTEN_RATE)
        sounds.append((pcm, rebuilt))
        pairs.append(_pair(job, row, tokenizer, aligner, pcm, spoken, rebuilt, runs.units.tolist(), ear))
    if not pairs:
        raise TrainingError("None of the recordings could be used for the gate; check the speech once more.")
    judged = [(p, p.heard_original, p.heard_rebuilt) for p in pairs if p.heard_rebuilt is not None]
    wer_original = error_rate([(p.text, str(original)) for p, original, _ in judged], job.language)
    wer_rebuilt = error_rate([(p.text, str(rebuilt)) for p, _, rebuilt in judged], job.language)
    watched = pairs_of(job, "dev") or pairs_of(job, "train")
    error, pace = duration_error(decoder.duration, watched)
    pace /= decoder.pace * slowness(job)
    means = {
        name: float(np.mean([getattr(p, name) for p in pairs]))
        for name in ("unit_error", "letters_original", "letters_rebuilt")
    }
    adapt, sentences, passed = decide(means, wer_original, wer_rebuilt, error, pace, job.language.name, adapted=adapted)
    judge = (
        "Whisper" if ear is not None else "the job's own aligner (Whisper is not there or does not know the language)"
    )
    return GateReport(
        items=len(pairs),
        judge=judge,
        **means,
        wer_original=wer_original,
        wer_rebuilt=wer_rebuilt,
        duration_error=error,
        pace=pace,
        passed=passed,
        adapt=adapt,
        sentences=sentences,
        pairs=pairs,
    )


def _pair(
    job: Job,
    row: Row,
    tokenizer: WhisperVqTokenizer,
    aligner: Aligner,
    pcm: Pcm,
    spoken: Pcm,
    rebuilt: Pcm,
    units: list[int],
    ear: WhisperEar | None,
) -> Pair:
    folder = job.report / "gate"
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in str(row["id"]))[:60]
    write_wav(folder / f"{name}-original.wav", pcm, LISTEN_RATE)
    write_wav(folder / f"{name}-rebuilt.wav", spoken)
    wanted = letters(row["text"])
    code = job.language.code

    def lost(sound: Pcm) -> float:
        with torch.inference_mode():
            heard = aligner.hear(features(tokenizer.encoder, sound).numpy())
        return distance(wanted, heard) / max(1, len(wanted))

    again = tokenizer.encode(rebuilt).units.tolist()
    return Pair(
        id=str(row["id"]),
        text=row["text"],
        original=f"gate/{name}-original.wav",
        rebuilt=f"gate/{name}-rebuilt.wav",
        unit_error=distance(units, again) / max(1, len(units)),
        letters_original=lost(pcm),
        letters_rebuilt=lost(rebuilt),
        heard_original=ear.hear(pcm, code) if ear is not None else None,
        heard_rebuilt=ear.hear(rebuilt, code) if ear is not None else None,
    )


def _sample(job: Job, items: int) -> list[Row]:
    rows = [row for row in CorpusRows.load(job).usable if row.get("split") in ("dev", "test", "train")]
    held = [row for row in rows if row["split"] != "train"]
    rng = random.Random(0)
    chosen = rng.sample(held, min(items, len(held)))
    rest = [row for row in rows if row["split"] == "train"]
    return chosen + rng.sample(rest, min(items - len(chosen), len(rest)))
