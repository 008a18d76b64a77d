"""Sounds and corpora made on the spot: buzzing that passes for speech by level and pitch, in each shape of corpus."""

import json
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 24_000


def voice(seconds: float = 2.0, pitch: float = 140.0, seed: int = 0, level: float = 0.3) -> NDArray[np.float32]:
    """A buzz of changing loudness, like syllables, with a little noise; no two seeds are alike."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.03 * np.sin(2 * np.pi * 0.7 * time + seed))) / RATE
    buzz = sum(np.sin(k * phase) / k for k in range(1, 12))
    syllables = 0.25 + 0.75 * np.abs(np.sin(2 * np.pi * 2.2 * time + rng.uniform(0, 3)))
    wave = buzz * syllables + 0.01 * rng.standard_normal(len(time))
    return (level * wave / np.abs(wave).max()).astype(np.float32)


def write(path: Path, pcm: NDArray[np.float32] | None = None, *, rate: int = RATE, seed: int = 0) -> Path:
    """A wav file of `pcm`, or of a voice of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, voice(seed=seed) if pcm is None else pcm, rate, format="WAV")
    return path


TEXTS = (
    "Me levanto a las siete todas las mañanas.",
    "Por favor, abre un poco la ventana.",
    "La sopa todavía está demasiado caliente.",
    "Mi hermana trabaja en un hospital.",
    "¿Podría hablar un poco más despacio?",
    "Los niños están jugando en el jardín.",
    "El tren sale en diez minutos.",
    "Las flores huelen de maravilla.",
)


def common_voice(folder: Path, count: int = 8) -> Path:
    """Three speakers in turn."""
    lines = ["client_id\tpath\tsentence\tup_votes\tdown_votes\tlocale"]
    for n in range(count):
        write(folder / "clips" / f"clip{n}.wav", seed=n)
        lines.append(f"person{n % 3}\tclip{n}.wav\t{TEXTS[n % len(TEXTS)]}\t2\t0\tes")
    (folder / "validated.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def ljspeech(folder: Path) -> Path:
    for n in range(4):
        write(folder / "wavs" / f"LJ{n}.wav", seed=n)
    (folder / "metadata.csv").write_text("".join(f"LJ{n}|Tengo {n} gatos.|{TEXTS[n]}\n" for n in range(4)), "utf-8")
    return folder


def audiofolder(folder: Path, *, as_json: bool = False) -> Path:
    for n in range(4):
        write(folder / "data" / f"{n}.wav", seed=n)
    if as_json:
        rows = [{"file_name": f"data/{n}.wav", "transcription": TEXTS[n], "speaker_id": n % 2} for n in range(4)]
        (folder / "metadata.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    else:
        rows_csv = "".join(f'data/{n}.wav,"{TEXTS[n]}",s{n % 2}\n' for n in range(4))
        (folder / "metadata.csv").write_text("\ufefffile_name,text,speaker\n" + rows_csv, "utf-8")
    return folder


def pairs(folder: Path) -> Path:
    for n in range(4):
        write(folder / f"speaker{n % 2}" / f"{n}.wav", seed=n)
        (folder / f"speaker{n % 2}" / f"{n}.txt").write_text(TEXTS[n] + "\n", "utf-8")
    return folder


def json_corpus(folder: Path) -> Path:
    rows = []
    for n in range(4):
        write(folder / "audio" / f"{n}.wav", seed=n)
        rows.append({"id": f"greetings.hello.q{n}.es", "audio": f"audio/{n}.wav", "text": TEXTS[n], "speaker": f"s{n}"})
    (folder / "manifest.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    return folder
