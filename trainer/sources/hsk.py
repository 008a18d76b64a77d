"""The HSK sentences as a corpus: from one tar of Opus files and a list of their texts.

    python -m trainer.sources.hsk --tar audio.tar --list manifest.jsonl --out CORPUS_DIR

A line of the list is `{"audio": name in the tar, "text": sentence, "en": translation}`. The translations are also
written as `english.jsonl`, to be spoken by `trainer.synth.run --plan texts`. Knows nothing of units.
"""

from __future__ import annotations

import argparse
import json
import re
import tarfile
from pathlib import Path
from typing import Any, Final

from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_text
from trainer.command import run_command

SPEAKER: Final = "hsk"


_READABLE = re.compile(r"[A-Za-z' ,.?!;:\"-]+")


def english(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The translations that can be read aloud without interpretation, as texts with ids."""
    texts = [(Path(row["audio"]).stem, row["en"].strip().replace("\u2019", "'")) for row in rows]
    return [{"id": f"{name}.en", "text": text, "language": "en"} for name, text in texts if _READABLE.fullmatch(text)]


def unpack(tar: Path, rows: list[dict[str, Any]], out: Path) -> int:
    """Write the corpus, its manifest last; how many utterances. TrainingError for a tar that lacks one of them."""
    import soundfile

    (out / "audio").mkdir(parents=True, exist_ok=True)
    lines = []
    try:
        with tarfile.open(tar) as archive:
            for row in rows:
                name = Path(row["audio"]).name
                member = archive.extractfile(row["audio"])
                if member is None:
                    raise KeyError(row["audio"])
                (out / "audio" / name).write_bytes(member.read())  # whole once the manifest is there
                about = {
                    "id": Path(name).stem,
                    "audio": f"audio/{name}",
                    "text": row["text"],
                    "language": "zh",
                    "speaker": SPEAKER,
                    "translation": row["en"],
                    "seconds": round(soundfile.info(out / "audio" / name).duration, 3),
                }
                lines.append(json.dumps(about, ensure_ascii=False) + "\n")
    except (KeyError, tarfile.TarError, soundfile.LibsndfileError) as error:
        raise TrainingError(f"{tar} does not hold what the list names; fetch both again: {error}.") from error
    atomic_write_text(out / "english.jsonl", "".join(json.dumps(text) + "\n" for text in english(rows)))
    atomic_write_text(out / "manifest.jsonl", "".join(lines))
    return len(lines)


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tar", type=Path, required=True)
    parser.add_argument("--list", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="corpus folder")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError for a tar that lacks what the list names."""
    rows = [json.loads(line) for line in options.list.read_text("utf-8").splitlines()]
    print(f"{unpack(options.tar, rows, options.out)} utterances")


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
