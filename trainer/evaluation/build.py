"""Commands that make test sets: the whole one (`testset`) and the small one that the program ships (`subset`).

Knows where voices and prompts come from; what is drawn is the business of `draw.py`, how it is kept of `testset.py`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cslm_core.assets import assets_folder
from cslm_core.errors import TrainingError
from trainer.dialogues import load_types
from trainer.evaluation.draw import UNSEEN_TYPES, UNSEEN_WORDINGS, draw_answers, draw_questions
from trainer.evaluation.human import SureWhisper, choose_prompts, prompt_files
from trainer.evaluation.testset import HUMAN, VOICE, Speak, add_human, load_testset, make_testset, subset

__all__ = ["add_commands"]

SEED: Final = 7
PROMPTS: Final = Path("/usr/share/asterisk/sounds/en_US_f_Allison")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`testset` and `subset`."""
    whole = commands.add_parser("testset", help="make a test set: unseen wordings, unseen types, human prompts")
    whole.add_argument("--kokoro", type=Path, required=True, help="folder of the Kokoro voices")
    whole.add_argument("--out", type=Path, required=True)
    whole.add_argument("--dialogues", type=Path, default=assets_folder() / "dialogues" / "everyday")
    whole.add_argument("--wordings", type=int, default=60, help="unseen wordings per language")
    whole.add_argument("--types", type=int, default=30, help="questions of unseen types per language")
    whole.add_argument("--sentences", type=int, default=40, help="sentences to be read aloud, per language")
    whole.add_argument("--human", type=int, default=60, help="human prompts; 0: none")
    whole.add_argument("--prompts", type=Path, default=PROMPTS, help="folder of Asterisk prompts")
    whole.add_argument("--whisper", help="faster-whisper folder for the reference texts of human prompts")
    whole.add_argument("--seed", type=int, default=SEED)
    whole.add_argument("--threads", type=int, default=1)
    whole.set_defaults(run=make)
    small = commands.add_parser("subset", help="copy a few items of a test set, small enough to ship")
    small.add_argument("--testset", type=Path, required=True)
    small.add_argument("--out", type=Path, required=True)
    small.add_argument("--wordings", type=int, default=8)
    small.add_argument("--types", type=int, default=4)
    small.add_argument("--human", type=int, default=6)
    small.add_argument("--sentences", type=int, default=6)
    small.set_defaults(run=shrink)


def make(options: argparse.Namespace) -> None:
    """Make a test set; sound that is there already is kept."""
    if options.human and not options.whisper:
        raise TrainingError("Human prompts need a reference text; name a Whisper folder with --whisper, or --human 0.")
    types = load_types(options.dialogues)
    questions = draw_questions(types, options.wordings, options.types, options.seed)
    sentences = draw_answers(types, options.sentences, options.seed)
    about = {"seed": options.seed, "voice": f"Kokoro-82M {VOICE}, used in no training", "speed": 1.0}
    done = 0

    def tell(name: str) -> None:
        nonlocal done
        done += 1
        print(f"{done} {name}", flush=True)

    make_testset(options.out, questions, sentences, kokoro(options.kokoro, options.threads), about, tell)
    if options.human:
        files = prompt_files(options.prompts)
        Random(options.seed).shuffle(files)
        prompts = choose_prompts(files, options.human, SureWhisper(options.whisper, options.threads))
        whisper = Path(options.whisper).name
        add_human(
            options.out,
            prompts,
            f"asterisk-core-sounds-en (Allison Smith, CC-BY-SA-3.0); reference: {whisper}, where it is sure",
        )
    print(f"{len(load_testset(options.out).items)} items in {options.out}")


def shrink(options: argparse.Namespace) -> None:
    """Make the small test set out of a whole one."""
    counts = {UNSEEN_WORDINGS: options.wordings, UNSEEN_TYPES: options.types, HUMAN: options.human}
    kept = subset(load_testset(options.testset), options.out, counts, options.sentences)
    size = sum((options.out / item.audio).stat().st_size for item in kept)
    print(f"{len(kept)} items, {size / 1000:.0f} kB of sound in {options.out}")


def kokoro(folder: Path, threads: int) -> Speak:
    """The held-out voice."""
    from trainer.synth.kokoro import SAMPLE_RATE, Kokoro, Speaker

    teacher = Kokoro(folder, threads)

    def speak(text: str, language: str) -> tuple[NDArray[np.float32], int]:
        return teacher.speak(text, language, Speaker(VOICE)), SAMPLE_RATE

    return speak
