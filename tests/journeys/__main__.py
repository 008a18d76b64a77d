"""Run the journeys and print a table of what each gave.

    python -m tests.journeys [--only question --only barge-in] [--short] [--whisper FOLDER] [--json FILE]

With a faster-whisper model it says what the loudspeaker is understood to say. Needs Xvfb and PulseAudio (Debian: xvfb
pulseaudio pulseaudio-utils libasound2-plugins). Exit code 1: one has failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.journeys.virtual import Screen, SoundCard, missing_programs


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys", description=__doc__)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--short", action="store_true", help="the few that are tests")
    parser.add_argument("--whisper", type=Path, help="a faster-whisper folder: what the loudspeaker says is judged")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if missing := missing_programs():
        print(f"missing: {', '.join(missing)}; install them (Debian: apt install xvfb pulseaudio pulseaudio-utils).")
        return 2
    with tempfile.TemporaryDirectory() as home, Screen(), SoundCard() as card:
        results = run(Path(home), card, options.only, short=options.short, whisper=options.whisper)
    if options.json:
        options.json.write_text(json.dumps(results, ensure_ascii=False, indent=2), "utf-8")
    for name, figures in results.items():
        print(f"{name:14}" + "\n              ".join(f"{key}: {value}" for key, value in figures.items()))
    return 1 if any("failed" in figures for figures in results.values()) else 0


def run(
    home: Path, card: SoundCard, only: list[str], *, short: bool, whisper: Path | None = None
) -> dict[str, dict[str, Any]]:
    """Start the program and go through the journeys, one after the other in one conversation; a row for each."""
    from cslm_core.assets import assets_folder
    from tests.journeys.driver import Driver, TimedOutError
    from tests.journeys.journeys import JOURNEYS, SHORT, Room
    from trainer.decoder.judges import Judges

    room = Room(assets_folder() / "questions", None if whisper is None else Judges(whisper))
    results: dict[str, dict[str, Any]] = {}
    with Driver(home) as driver:
        ready = driver.wait_ready()
        results["start"] = {"window visible, s": round(driver.visible_after, 2), "pack ready, s": round(ready, 2)}
        driver.pump(1.0)
        for name in only or (SHORT if short else JOURNEYS):
            began = time.monotonic()
            try:
                results[name] = dict(JOURNEYS[name](driver, card, room))
            except (AssertionError, TimedOutError) as error:
                results[name] = {"failed": str(error)}
                driver.program.context.commands.stop()
                driver.pump(1.0)
            results[name]["took, s"] = round(time.monotonic() - began, 1)
            print(name, "failed" if "failed" in results[name] else "passed", file=sys.stderr, flush=True)
        stall = driver.program.context.stalls.longest
        results["end"] = {
            "longest main-thread stall, ms": round(stall.seconds * 1000),
            "in": stall.where.strip().splitlines()[-1].strip() if stall.where else "",
            "memory, MB": round(driver.memory()),
        }
    return results


if __name__ == "__main__":
    sys.exit(main())
