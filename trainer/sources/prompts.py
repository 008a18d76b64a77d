"""Human speech with texts that two witnesses agree on: the telephone prompts of Debian's `asterisk-core-sounds-*`.

    python -m trainer.sources.prompts --sounds /usr/share/asterisk/sounds/es_MX_f_Allison --whisper whisper-base \
        --texts /usr/share/doc/asterisk-core-sounds-es/core-sounds-es.txt.gz --language es --out DIR

The package's list of texts lacks accents and differs from what was said in places; Whisper mishears. Where both have
the same letters, accents aside, the text is right, and Whisper's spelling is taken. The result is a folder of sound
files with a text beside each, as `cslm-trainer language speech` reads it; the rest is left out and counted.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from cslm_core.audio import Pcm, read_audio
from cslm_core.errors import CslmError, TrainingError
from cslm_core.files import atomic_write_text
from trainer.command import run_command
from trainer.language.languages import text_key

__all__ = ["agreed", "listed_texts", "main", "without_accents"]


def without_accents(text: str) -> str:
    """The letters and digits that two spellings of the same words have in common."""
    return text_key("".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)))


def listed_texts(path: Path) -> dict[str, str]:
    """Text by the name of its prompt ("digits/1"), of a list with lines `name: text`. TrainingError if unreadable."""
    try:
        written = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = written.decode("utf-8").splitlines()
    except (OSError, EOFError, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise TrainingError(
            f"{path} is no list of prompts ({error}); name the core-sounds-*.txt of the package."
        ) from error
    pairs = (line.partition(":") for line in lines if not line.startswith(";"))
    return {name.strip(): text.strip() for name, colon, text in pairs if colon}


def agreed(
    sounds: Path, texts: dict[str, str], hear: Callable[[Pcm], str], least: int = 2
) -> Iterator[tuple[Path, str | None]]:
    """(sound file, its text or None) for every listed prompt of at least `least` words."""
    for name, text in texts.items():
        path = (sounds / name).with_suffix(".wav")
        if not path.resolve().is_relative_to(sounds.resolve()) or not path.is_file() or len(text.split()) < least:
            continue
        try:
            heard = hear(read_audio(path))
        except CslmError:
            continue
        yield path, heard if heard and without_accents(heard) == without_accents(text) else None


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sounds", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--whisper", required=True, help="a faster-whisper folder")
    parser.add_argument("--language", required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for files that are not what they should be."""
    from trainer.language.whisper import WhisperDrafts

    texts = listed_texts(options.texts)
    hear = WhisperDrafts(options.whisper, options.language)
    kept = left = 0
    for path, text in agreed(options.sounds, texts, hear):
        if text is None:
            left += 1
            continue
        kept += 1
        name = "-".join(path.relative_to(options.sounds).with_suffix("").parts)
        options.out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, options.out / f"{name}.wav")
        atomic_write_text(options.out / f"{name}.txt", text + "\n")
    if not kept:
        raise TrainingError(f"No prompt below {options.sounds} has a text that Whisper agrees on; check the folders.")
    print(f"{kept} prompts have a text that both agree on, {left} are left out")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
