"""Sound in which nobody says anything: what the LM learns to answer with a request to say it again.

    python -m trainer.synth.noise --out corpora/noise --count 400 [--babble CORPUS_DIR ...]

Kinds: noise from white to brown that swells, mains hum, knocks, chords as of music, and, of the corpora named, many
people at once. The folder is a corpus without texts, to be labelled like any other. Knows nothing of units.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.command import run_command
from trainer.corpora import Utterance, load_corpus, read_utterance
from trainer.synth.plans import Text
from trainer.synth.run import Corpus, Sound

RATE = 16_000
SHORTEST, LONGEST = 0.8, 4.0
"""Seconds."""
PEOPLE = 6
"""How many speak at once in a babble."""

Pcm = NDArray[np.float32]


def _level(pcm: NDArray[np.float64], source: np.random.Generator) -> Pcm:
    """At a peak from -36 to -3 dBFS."""
    peak = 10 ** (source.uniform(-36, -3) / 20)
    return (pcm * peak / (np.abs(pcm).max() + 1e-9)).astype(np.float32)


def rustle(length: int, source: np.random.Generator) -> NDArray[np.float64]:
    """White to brown noise (length,) whose loudness comes and goes."""
    spectrum = np.fft.rfft(source.standard_normal(length))
    spectrum /= np.maximum(np.arange(len(spectrum)), 1) ** source.uniform(0, 1.2)
    swell = np.interp(np.arange(length), np.linspace(0, length, 9), source.uniform(0.1, 1, 9))
    return np.fft.irfft(spectrum, length) * swell


def hum(length: int, source: np.random.Generator) -> NDArray[np.float64]:
    """A fan or a transformer: a low tone (length,) with its overtones, and a little noise."""
    time = np.arange(length) / RATE
    base = source.uniform(45, 130)
    tones = [np.sin(2 * np.pi * base * k * time + source.uniform(0, 6)) / k**1.2 for k in range(1, 9)]
    return np.sum(tones, 0) + 0.05 * source.standard_normal(length)


def knocks(length: int, source: np.random.Generator) -> NDArray[np.float64]:
    """Doors, keys, a cup put down: short decaying bursts in (length,)."""
    out = 0.002 * source.standard_normal(length)
    for _ in range(source.integers(1, 9)):
        size = int(source.uniform(0.02, 0.25) * RATE)
        start = int(source.integers(0, max(1, length - size)))
        burst = source.standard_normal(size) * np.exp(-6 * np.arange(size) / size)
        ring = np.sin(2 * np.pi * source.uniform(150, 2500) * np.arange(size) / RATE)
        piece = burst * (0.4 + ring)
        out[start : start + size] += piece[: length - start] * source.uniform(0.3, 1)
    return out


def chords(length: int, source: np.random.Generator) -> NDArray[np.float64]:
    """Music of a kind: a chord (length,) a third of a second long after another."""
    out = np.zeros(length)
    for start in range(0, length, int(source.uniform(0.2, 0.6) * RATE)):
        time = np.arange(length - start) / RATE
        for step in source.choice([0, 3, 4, 5, 7, 9, 12], source.integers(1, 4), replace=False):
            pitch = 130.8 * 2 ** ((step + source.integers(0, 24)) / 12)
            out[start:] += sum(np.sin(2 * np.pi * pitch * k * time) / k**1.5 for k in range(1, 6)) * np.exp(-4 * time)
    return out


def babble(people: list[Utterance], rng: random.Random) -> Callable[[int, np.random.Generator], NDArray[np.float64]]:
    """Many people at once, of whom none is understood."""

    def speak(length: int, source: np.random.Generator) -> NDArray[np.float64]:
        out = np.zeros(length)
        for utterance in rng.sample(people, min(PEOPLE, len(people))):
            pcm = np.resize(read_utterance(utterance), length)
            out += np.roll(pcm / (np.sqrt(np.mean(pcm**2)) + 1e-6), int(source.integers(0, length)))
        return out

    return speak


def make(corpus: Corpus, count: int, people: list[Utterance]) -> int:
    """Add what is not there yet, `noise-0000` and on; how many there are more."""
    made = 0
    for number in range(count):
        name = f"noise-{number:04d}"
        if name in corpus.done:
            continue
        rng, source = random.Random(name), np.random.default_rng(number)
        kinds = [rustle, hum, knocks, chords, *([babble(people, rng)] * 2 if people else [])]
        length = int(rng.uniform(SHORTEST, LONGEST) * RATE)
        pcm = _level(rng.choice(kinds)(length, source), source)
        corpus.add(Text(name, "", "en"), Sound(pcm, RATE, "nobody", 1.0))
        made += 1
    return made


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=Path, required=True, help="corpus folder; the mixture knows it by the name `noise`"
    )
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--babble", type=Path, nargs="+", default=[], help="corpora whose speakers talk all at once")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command."""
    people = [utterance for corpus in options.babble for utterance in load_corpus(corpus)]
    print(f"{make(Corpus(options.out), options.count, people)} made")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
