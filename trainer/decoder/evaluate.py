"""Judge a decoder on held-out utterances: `python -m trainer.decoder.evaluate --corpus DIR --whisper DIR ...`.

What is compared: the original; the vocoder on its true mel; units with true durations through flow and vocoder, for
each number of Euler steps and share of noise asked for; units with predicted durations. Writes JSON, prints a table.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cslm_core.decoder.decoder import FlowDecoder
from cslm_core.decoder.mel import MARGIN, SAMPLE_RATE, log_mel
from cslm_core.decoder.vocoder import Vocoder
from cslm_core.errors import TrainingError
from cslm_core.files import atomic_path, atomic_write_json
from trainer.command import run_command
from trainer.decoder.data import Clip, Speech, UnitClip, unit_clips
from trainer.decoder.export import assemble, read_vocoder
from trainer.decoder.job import one_thread
from trainer.decoder.judges import WHISPER_RATE, Judges, error_rate
from trainer.jsonl import read_rows

Pcm = NDArray[np.float32]
Way = Callable[[UnitClip], Pcm]


def original(clip: UnitClip) -> Pcm:
    """The samples (n,) as they are."""
    return clip.clip.crop(0, clip.clip.frames)[MARGIN:-MARGIN]


def vocoded(vocoder: Vocoder) -> Way:
    """The vocoder on the mel of the original."""

    def speak(clip: UnitClip) -> Pcm:
        with torch.inference_mode():
            mel = log_mel(torch.from_numpy(clip.clip.crop(0, clip.clip.frames))[None], margins=True)
            return vocoder(mel)[0].clamp(-1, 1).numpy()

    return speak


def resynthesised(decoder: FlowDecoder, steps: int, temperature: float, true_durations: bool) -> Way:
    """The units of the original through the stream that the engine uses."""

    def speak(clip: UnitClip) -> Pcm:
        stream = decoder.stream(0, steps=steps, temperature=temperature)
        if true_durations:
            early = stream.push_runs(clip.units.tolist(), clip.durations.tolist())
        else:
            early = stream.push(clip.units.tolist())
        return np.concatenate((early, stream.finish()))

    return speak


def judge(name: str, speak: Way, clips: list[UnitClip], judges: Judges, keep: Path | None) -> dict[str, Any]:
    """One way of making speech, over all clips."""
    import soundfile
    import soxr

    heard: dict[str, list[tuple[str, str]]] = {"en": [], "zh": []}
    qualities, spent, seconds, wanted = [], 0.0, 0.0, 0.0
    for clip in clips:
        began = time.process_time()  # processor time: other programs on the machine must not count
        pcm = speak(clip)
        spent += time.process_time() - began
        seconds += len(pcm) / SAMPLE_RATE
        wanted += len(clip.clip.pcm) / SAMPLE_RATE
        low = np.asarray(soxr.resample(pcm, SAMPLE_RATE, WHISPER_RATE), np.float32)
        heard.setdefault(clip.clip.language, []).append((clip.clip.text, judges.hear(low, clip.clip.language)))
        qualities.append(judges.quality(low))
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            with atomic_path(keep / f"{clip.clip.id}.{name}.wav") as temporary:
                soundfile.write(temporary, pcm, SAMPLE_RATE, format="WAV")
    return {
        "way": name,
        "en_wer": error_rate(heard["en"], "en"),
        "zh_cer": error_rate(heard["zh"], "zh"),
        "dnsmos": float(np.mean(qualities)),
        "length": seconds / wanted,
        "rtf": spent / seconds,
        "utterances": len(clips),
    }


def choose(speech: Speech, units: list[Path] | None, folders: list[Path], count: int, codes: int) -> list[UnitClip]:
    """Held-out clips, as many of each language where there are; with units where units are given or needed."""
    files = units or [folder / "units.jsonl" for folder in folders]
    rows = [row for file in files if file.is_file() for row in read_rows(file)]
    clips = unit_clips(speech.held_out, rows, codes) if codes else [bare(clip) for clip in speech.held_out]
    by_language: dict[str, list[UnitClip]] = {}
    for clip in sorted(clips, key=lambda clip: clip.clip.id):
        by_language.setdefault(clip.clip.language, []).append(clip)
    share = max(1, count // max(1, len(by_language)))
    return [clip for language in sorted(by_language) for clip in by_language[language][:share]]


def bare(clip: Clip) -> UnitClip:
    """A clip without units, for the ways that need none."""
    return UnitClip(clip, np.zeros(0, np.int64), np.zeros(0, np.int64))


def table(results: list[dict[str, Any]]) -> str:
    """The results as lines of text."""

    def percent(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}"

    head = f"{'way':<28}{'en WER':>8}{'zh CER':>8}{'DNSMOS':>8}{'length':>8}{'RTF':>8}"
    lines = [
        f"{r['way']:<28}{percent(r['en_wer']):>8}{percent(r['zh_cer']):>8}{r['dnsmos']:>8.2f}{r['length']:>8.2f}{r['rtf']:>8.3f}"
        for r in results
    ]
    return "\n".join([head, *lines])


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="corpus folders")
    parser.add_argument("--units", type=Path, nargs="+", help="units.jsonl files, where they are not in the corpora")
    parser.add_argument("--speaker", help="only this speaker of the corpora")
    parser.add_argument("--voice", help="the voice of the flow; otherwise its first")
    parser.add_argument("--whisper", type=Path, required=True, help="folder of a faster-whisper model")
    parser.add_argument("--decoder", type=Path, help="decoder folder")
    parser.add_argument("--vocoder", type=Path, help="job folder, instead of a decoder")
    parser.add_argument("--flow", type=Path, help="job folder; without it only the vocoder is judged")
    parser.add_argument("--steps", type=int, nargs="+", default=[4], help="Euler steps to compare")
    parser.add_argument("--temperature", type=float, nargs="+", help="shares of noise to compare; else the decoder's")
    parser.add_argument("--count", type=int, default=40, help="utterances in all")
    parser.add_argument("--keep", type=Path, help="write the speech there")
    parser.add_argument("--out", type=Path, help="JSON file")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError where there is nothing to judge, or nothing to judge it on."""
    one_thread(options.threads)
    decoder = None
    if options.decoder is not None:
        decoder = FlowDecoder.load(options.decoder)
    elif options.flow is not None and options.vocoder is not None:
        decoder = assemble(options.vocoder, options.flow, speaker=options.voice)
    elif options.vocoder is None:
        raise TrainingError("Nothing to judge: give --decoder, or --vocoder with or without --flow.")
    vocoder = read_vocoder(options.vocoder) if decoder is None else decoder.vocoder
    codes = 0 if decoder is None else decoder.flow.config.codes
    clips = choose(Speech(options.corpus, options.speaker), options.units, options.corpus, options.count, codes)
    if not clips:
        raise TrainingError("No held-out utterance to judge; synthesise more of the corpus or make its units.")
    ways: dict[str, Way] = {"original": original, "vocoded": vocoded(vocoder)}
    if decoder is not None:
        for steps in options.steps:
            for heat in options.temperature or [decoder.temperature]:
                ways[f"true durations, {steps} steps, {heat:g}"] = resynthesised(decoder, steps, heat, True)
        said = f"predicted, {decoder.steps} steps, {decoder.temperature:g}"
        ways[said] = resynthesised(decoder, decoder.steps, decoder.temperature, False)
    judges = Judges(options.whisper, options.threads)
    results = [judge(name, way, clips, judges, options.keep) for name, way in ways.items()]
    print(table(results))
    if options.out is not None:
        atomic_write_json(options.out, results)


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
