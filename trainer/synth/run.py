"""Speaks a plan of texts into a corpus, with a teacher voice or with many.

    python -m trainer.synth.run --plan questions|answers|sentences --kokoro DIR --dialogues assets/dialogues \
        --out CORPUS_DIR [--lane 1/2]
    python -m trainer.synth.run --plan questions --piper en_US-joe-medium.onnx --hibari hibari.onnx --flite \
        --dialogues assets/dialogues --out DIR

Kokoro speaks seven languages; Piper, Hibari and Flite speak English only, then in its place, and take turns where
several are named. What is spoken how is drawn from the id, so it does not depend on what else there is; ids that stand
in the manifest are skipped, so the command goes on where it was ended and grows with the dialogues. Lanes (1/2 and 2/2)
are processes that share the work of one corpus.

`--manner varied` takes random voices, blends of them and speeds (resampling makes other speakers of one); `wide` goes
beyond the voices that are blended, and plays Kokoro's speech faster or slower too; `teacher` takes one voice at its own
speed, `teachers` one of several for each text. Some voices are for tests alone and never heard in training: they speak
with `--test` only. Knows nothing of units or models.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_path
from trainer.command import run_command
from trainer.synth.g2p import KOKORO_LANGUAGES
from trainer.synth.kokoro import Speaker
from trainer.synth.plans import PLANS, Text, plan_texts

TEACHER = "jf_alpha"
VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jm_kumo")
HELD_OUT = frozenset({"jf_tebukuro"})
"""Test sets are spoken in these voices."""
TEACHER_PLANS = frozenset({"answers", "sentences", "vocabulary", "clarify"})


@dataclass(frozen=True)
class Sound:
    """Speech `pcm` (samples,) to be played at `rate`, in the voice `speaker` at `speed`."""

    pcm: NDArray[np.float32]
    rate: int
    speaker: str
    speed: float


Voice = Callable[[Text, random.Random], Sound]
"""Speaks a text as drawn from the generator; ValueError where it cannot."""


def draw_speaker(rng: random.Random, voices: list[str]) -> tuple[Speaker, float]:
    """A voice in 30 %, else a blend of two, and a speed from 0.85 to 1.2."""
    first = rng.choice(voices)
    others = [v for v in voices if v != first]
    speaker = Speaker(first)
    if others and rng.random() < 0.7:
        speaker = Speaker(first, rng.choice(others), rng.uniform(0.35, 0.65))
    return speaker, rng.uniform(0.85, 1.2)


def draw_wide_speaker(rng: random.Random, voices: list[str]) -> Speaker:
    """Anywhere on the line through two voices, up to a third beyond either."""
    first = rng.choice(voices)
    others = [v for v in voices if v != first]
    return Speaker(first, rng.choice(others), rng.uniform(-0.3, 1.3)) if others else Speaker(first)


def draw_warp(rng: random.Random) -> tuple[float, float]:
    """How much faster a voice's samples are played (another vocal tract; 1 in 30 %), and the speed then heard."""
    warp = rng.uniform(0.85, 1.2) if rng.random() < 0.7 else 1.0
    return warp, rng.uniform(0.85, 1.25)


def kokoro_voice(folder: Path, voices: list[str], manner: str, threads: int) -> Voice:
    """Kokoro, in the first of the voices or in all of them. TrainingError for a voice it does not have."""
    from trainer.synth.kokoro import SAMPLE_RATE, Kokoro

    kokoro = Kokoro(folder, threads)
    missing = sorted(set(voices) - set(kokoro.voices))
    if missing:
        raise TrainingError(f"There is no voice {missing[0]}; there are {', '.join(kokoro.voices)}.")

    def speak(text: Text, rng: random.Random) -> Sound:
        if manner == "wide":
            speaker, (warp, speed) = draw_wide_speaker(rng, voices), draw_warp(rng)
            pcm = kokoro.speak(text.text, text.language, speaker, speed / warp)
            return Sound(pcm, int(SAMPLE_RATE * warp), f"{speaker.name}*{warp:.2f}", speed)
        if manner == "varied":
            speaker, speed = draw_speaker(rng, voices)
        else:
            speaker, speed = Speaker(rng.choice(voices) if manner == "teachers" else voices[0]), 1.0
        return Sound(kokoro.speak(text.text, text.language, speaker, speed), SAMPLE_RATE, speaker.name, speed)

    return speak


def piper_voice(model: Path, *, varied: bool, threads: int) -> Voice:
    """A Piper voice as it is, or as many speakers."""
    from trainer.synth.piper import Piper

    piper = Piper(model, threads)
    name = model.stem.split("-")[1] if "-" in model.stem else model.stem

    def speak(text: Text, rng: random.Random) -> Sound:
        warp, speed = draw_warp(rng) if varied else (1.0, 1.0)
        noise = rng.uniform(0.4, 0.9) if varied else 0.667
        pcm = piper.speak(text.text, speed=speed / warp, noise=noise)
        return Sound(pcm, int(piper.sample_rate * warp), f"{name}*{warp:.2f}", speed)

    return speak


def hibari_voice(model: Path, *, varied: bool, threads: int) -> Voice:
    """Hibari's voice as it is, or as many speakers."""
    from trainer.synth.hibari import Heart

    heart = Heart(model, threads)

    def speak(text: Text, rng: random.Random) -> Sound:
        warp, speed = draw_warp(rng) if varied else (1.0, 1.0)
        pcm = heart.speak(text.text, speed=speed / warp, seed=rng.getrandbits(31))
        return Sound(pcm, int(heart.sample_rate * warp), f"{heart.name}*{warp:.2f}", speed)

    return speak


def flite_voice() -> Voice:
    """Flite's voices, each as many speakers."""
    from trainer.synth.flite import VOICES as FLITE_VOICES
    from trainer.synth.flite import Flite

    flite = Flite()

    def speak(text: Text, rng: random.Random) -> Sound:
        name = rng.choice(FLITE_VOICES)
        warp, speed = draw_warp(rng)
        pcm = flite.speak(text.text, name, speed=speed / warp)
        return Sound(pcm, int(flite.sample_rate * warp), f"{name}*{warp:.2f}", speed)

    return speak


def taking_turns(voices: list[Voice]) -> Voice:
    """One of the voices, drawn anew for each text."""
    if len(voices) == 1:
        return voices[0]
    return lambda text, rng: rng.choice(voices)(text, rng)


class Corpus:
    """A corpus that grows: sound first, its manifest line last. Several processes may add to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "audio").mkdir(parents=True, exist_ok=True)
        self._manifest = folder / "manifest.jsonl"
        text = self._manifest.read_text("utf-8") if self._manifest.exists() else ""
        if text and not text.endswith("\n"):
            raise TrainingError(f"The last line of {self._manifest} is not whole; delete it and start again.")
        self.done = {json.loads(line)["id"] for line in text.splitlines()}

    def add(self, text: Text, sound: Sound) -> None:
        """CslmError where the disk refuses."""
        import soundfile

        name = f"audio/{text.id}.flac"
        with atomic_path(self.folder / name) as temporary:
            soundfile.write(temporary, np.clip(sound.pcm, -1, 1), sound.rate, format="FLAC")
        row = {
            "id": text.id,
            "audio": name,
            "text": text.text,
            "language": text.language,
            "speaker": sound.speaker,
            "speed": round(sound.speed, 3),
            "seconds": round(len(sound.pcm) / sound.rate, 2),
        }
        with self._manifest.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.done.add(text.id)


def in_lane(name: str, lane: int, lanes: int) -> bool:
    """Whether an id belongs to lane `lane` (from 1) of `lanes`; it does so for ever, however the plan grows."""
    return zlib.crc32(name.encode()) % lanes == lane - 1


def at_rate(voice: Voice, rate: int) -> Voice:
    """The voice, resampled to `rate`: the decoder wants 24 kHz from all of them."""
    import soxr

    def speak(text: Text, rng: random.Random) -> Sound:
        sound = voice(text, rng)
        pcm = np.asarray(soxr.resample(sound.pcm, sound.rate, rate), np.float32)
        return Sound(pcm, rate, sound.speaker, sound.speed)

    return speak


def speak_all(texts: Iterable[Text], corpus: Corpus, voices: dict[str, Voice], limit: int | None = None) -> int:
    """Speak what is not in the corpus yet and has a voice for its language; how many there were."""
    spoken = 0
    for text in texts:
        if limit is not None and spoken >= limit:
            break
        if text.id in corpus.done or text.language not in voices:
            continue
        try:
            sound = voices[text.language](text, random.Random(text.id))
        except ValueError as error:
            print(f"{text.id} is left out: {error}", file=sys.stderr)
            continue
        corpus.add(text, sound)
        spoken += 1
    return spoken


def parse_lane(written: str) -> tuple[int, int]:
    """(2, 3) of `2/3`."""
    first, _, second = written.partition("/")
    if not (first.isdecimal() and second.isdecimal() and 1 <= int(first) <= int(second)):
        raise argparse.ArgumentTypeError(f"{written} is not a lane; for two lanes they are 1/2 and 2/2")
    return int(first), int(second)


def check_voices(voices: list[str], *, test: bool = False) -> list[str]:
    """The voices, if training (or the `test` of something) may hear them; TrainingError for one that it may not."""
    for voice in voices:
        if voice in HELD_OUT and not test:
            raise TrainingError(f"The voice {voice} is kept for tests; training must never hear it.")
        if test and voice not in HELD_OUT:
            raise TrainingError(f"The voice {voice} is heard in training; tests are spoken by others.")
    return voices


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError where there is no voice, or one that cannot be had."""
    if options.kokoro is None and options.piper is None and options.hibari is None and not options.flite:
        raise TrainingError("There is no voice; name --kokoro DIR, --piper MODEL, --hibari MODEL or --flite.")
    if options.test and (options.piper or options.hibari or options.flite):
        raise TrainingError("Only Kokoro has voices that are kept for tests; leave the others out.")
    manner = options.manner or ("teacher" if options.plan in TEACHER_PLANS else "varied")
    varied = manner in ("varied", "wide")
    usual = sorted(HELD_OUT) if options.test else list(VOICES) if varied else [TEACHER]
    names = check_voices(options.voices or usual, test=options.test)
    for voice in (options.kokoro, options.piper, options.hibari):
        if voice is not None and not voice.exists():
            raise TrainingError(f"{voice} is missing; name a voice that is there.")
    voices: dict[str, Voice] = {}
    if options.kokoro is not None:
        speak = kokoro_voice(options.kokoro, names, manner, options.threads)
        voices = dict.fromkeys(KOKORO_LANGUAGES, speak)
    english: list[Voice] = []
    if options.piper is not None:
        english.append(piper_voice(options.piper, varied=varied, threads=options.threads))
    if options.hibari is not None:
        english.append(hibari_voice(options.hibari, varied=varied, threads=options.threads))
    if options.flite:
        if not varied:
            raise TrainingError("Flite's voices are for the manner `varied`.")
        english.append(flite_voice())
    if english:
        voices["en"] = taking_turns(english)
    if options.language:
        voices = {code: voice for code, voice in voices.items() if code in options.language}
    if options.rate:
        voices = {code: at_rate(voice, options.rate) for code, voice in voices.items()}
    texts = [t for t in plan_texts(options.plan, options.dialogues, options.texts) if in_lane(t.id, *options.lane)]
    print(f"{speak_all(texts, Corpus(options.out), voices, options.limit)} spoken")


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", choices=PLANS, required=True)
    parser.add_argument("--kokoro", type=Path, help="folder of kokoro.onnx, vocab.json, voices.npz, voices/")
    parser.add_argument("--piper", type=Path, help="a Piper voice (.onnx), for English")
    parser.add_argument("--hibari", type=Path, help="hibari.onnx of the package hibari-tts (voice heart), for English")
    parser.add_argument("--flite", action="store_true", help="the voices of an installed Flite, for English")
    parser.add_argument("--dialogues", type=Path, default=Path("assets/dialogues"))
    parser.add_argument("--texts", type=Path, help="the file of the plan `texts`")
    parser.add_argument("--out", type=Path, required=True, help="corpus folder")
    parser.add_argument("--voices", nargs="+", help="Kokoro's voices")
    parser.add_argument(
        "--manner", choices=("teacher", "teachers", "varied", "wide"), help="otherwise as suits the plan"
    )
    parser.add_argument("--test", action="store_true", help="for a test: in the voices that are kept for it")
    parser.add_argument("--language", nargs="+", help="only these languages")
    parser.add_argument("--rate", type=int, help="of the sound; otherwise what the voice has")
    parser.add_argument("--lane", type=parse_lane, default=(1, 1), help="i/n")
    parser.add_argument("--limit", type=int, help="at most so many texts in this run")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
