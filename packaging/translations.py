"""Translations of the window: strings out of the sources into `.ts`, and `.ts` compiled into what the program loads.

    python packaging/translations.py            both
    python packaging/translations.py --check    fails when a string is missing, unfinished or not compiled

Knows nothing of what is translated.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

import PySide6

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "app" / "window" / "i18n"
LANGUAGES: Final = ("zh_CN",)
_TOOLS: Final = Path(PySide6.__file__).parent


def ts_file(language: str) -> Path:
    return FOLDER / f"cslm_{language}.ts"


def update(ts: Path) -> None:
    """Take all strings of the sources into a `.ts`; those that are gone leave it."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "app" / "window").rglob("*.py"))
    _run("lupdate", *sources, "-no-obsolete", "-locations", "none", "-silent", "-ts", str(ts))


def release(ts: Path, qm: Path) -> None:
    """Compile a `.ts`."""
    _run("lrelease", "-silent", "-removeidentical", str(ts), "-qm", str(qm))


def messages(ts: Path) -> dict[tuple[str, str, str], str | None]:
    """Context, source and comment of each message, and its translation; None: there is none, or it is unfinished."""
    found: dict[tuple[str, str, str], str | None] = {}
    for context in ET.parse(ts).getroot().iter("context"):
        for message in context.iter("message"):
            key = (context.findtext("name") or "", message.findtext("source") or "", message.findtext("comment") or "")
            translation = message.find("translation")
            text = None if translation is None else "".join(translation.itertext()).strip()
            unfinished = translation is None or translation.get("type") is not None
            found[key] = None if unfinished or not text else text
    return found


def problems(language: str) -> list[str]:
    """What is wrong with a translation, one sentence each."""
    ts = ts_file(language)
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name) / ts.name
        shutil.copy(ts, fresh)
        update(fresh)
        old, new = messages(ts), messages(fresh)
        wrong += [f"{key[0]}: “{key[1]}” is not in {ts.name}" for key in new if key not in old]
        wrong += [f"{key[0]}: “{key[1]}” is in no source any more" for key in old if key not in new]
        wrong += [f"{key[0]}: “{key[1]}” is not translated" for key, text in old.items() if text is None]
        qm = Path(name) / "fresh.qm"
        release(ts, qm)
        if qm.read_bytes() != ts.with_suffix(".qm").read_bytes():
            wrong.append(f"{ts.with_suffix('.qm').name} is not what {ts.name} gives")
    return wrong


def _run(tool: str, *arguments: str) -> None:
    program = _TOOLS / (tool + (".exe" if sys.platform == "win32" else ""))
    subprocess.run([str(program), *arguments], cwd=ROOT, check=True)


def main(arguments: list[str]) -> int:
    wrong = []
    for language in LANGUAGES:
        if "--check" in arguments:
            wrong += problems(language)
        else:
            update(ts_file(language))
            release(ts_file(language), ts_file(language).with_suffix(".qm"))
            wrong += [
                f"{key[0]}: “{key[1]}” is not translated"
                for key, text in messages(ts_file(language)).items()
                if not text
            ]
    for sentence in wrong:
        print(sentence)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
