"""A job folder with a taken-in corpus of a made-up language, on the tiny pack: ready to be trained in seconds."""

from pathlib import Path

import numpy as np

from cslm_core.audio import write_wav
from trainer.language.job import Job, JobLanguage
from trainer.language.records import write_rows
from trainer.language.tinypack import write_tiny_pack

WORDS = ("casa", "perro", "шар", "luna", "мир", "sol", "agua", "pan")
TRAINING = {
    "rank": 4, "text_rows": 40, "row": 160, "step_tokens": 400, "micro_rows": 2, "cpt_steps": 8, "sft_steps": 4,
    "peak": 3e-3, "warmup": 2, "rehearsal": 4, "evaluate_every": 6, "save_every": 2, "samples": 1, "align_steps": 12,
    "threads": 1, "precision": "float32", "device": "cpu",
}  # fmt: skip


def tone(text: str, seed: int) -> np.ndarray:
    """A sound that depends on the letters of the text, 90 ms each."""
    random = np.random.default_rng(seed)
    pieces = []
    for letter in text:
        t = np.arange(24_000 * 9 // 100) / 24_000
        pitch = 200 + 37 * (ord(letter) % 50)
        pieces.append(0.3 * np.sin(2 * np.pi * pitch * t) * (0 if letter == " " else 1))
    sound = np.concatenate(pieces)
    return (sound + 0.01 * random.standard_normal(len(sound))).astype(np.float32)


def make_job(folder: Path, base: Path | None = None, **training: object) -> Job:
    """Ten training utterances, two to watch, two for the test, translations and a question type."""
    if base is None:
        base = folder.parent / "tiny-base"
        if not base.exists():
            write_tiny_pack(base)
    language = JobLanguage(name="Test", code="tst", script="Latn", bridge="en")
    job = Job.create(folder, language, base, {"training": {**TRAINING, **training}})
    random = np.random.default_rng(0)
    rows = []
    for number in range(14):
        text = " ".join(random.choice(WORDS, 3))
        name = f"u{number:02d}"
        write_wav(job.corpus / "audio" / f"{name}.wav", tone(text, number))
        split = "dev" if number >= 12 else "test" if number >= 10 else "train"
        rows.append(
            {
                "id": name, "audio": f"audio/{name}.wav", "text": text, "language": "tst", "speaker": f"s{number}",
                "seconds": len(text) * 0.09, "split": split, "recording": name, "source": "made", "sound": name,
                "reasons": [],
            }
        )  # fmt: skip
    rows[0]["prompt"], rows[1]["prompt"] = "greetings.hello.q0", "greetings.hello.a0"
    write_rows(job.manifest, rows)
    write_rows(
        job.translations,
        [
            {"id": f"t{n}", "text": row["text"], "other": "The capital is Paris.", "language": "en",
             "split": "dev" if n == 3 else "train", "source": "made"}
            for n, row in enumerate(rows[:4])
        ],
    )  # fmt: skip
    question, answer = rows[0]["text"], rows[1]["text"]
    types = {"id": "greetings.hello", "split": "train", "q": [question], "test": ["luna"], "a": [answer]}
    types["keys"] = [["luna"]]
    write_rows(job.dialogues, [types])
    job.finish("speech", "Made up.")
    job.finish("texts", "Made up.")
    return job
