"""`python -m trainer.evaluation run`: judge a pack on a test set and write its scorecard.

What is done is in `tasks.py`, what it amounts to in `scorecard.py`; here are the options, the progress and the files.
An interrupted run goes on from its journal (`<out>.items.jsonl`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cslm_core import __version__
from cslm_core.assets import assets_folder
from cslm_core.dialogue import check_drawing
from cslm_core.errors import CslmError, TrainingError
from cslm_core.events import AUTO, PackInfo
from cslm_core.files import atomic_write_json
from cslm_core.packs.build import put_file
from cslm_core.packs.store import PackStore
from trainer.evaluation.journal import Journal
from trainer.evaluation.normalise import knows_traditional
from trainer.evaluation.scorecard import figures, scorecard, scorecard_table
from trainer.evaluation.subject import open_subject
from trainer.evaluation.tasks import KINDS, Judge, Task, Work, work_on
from trainer.evaluation.testset import TestSet, load_testset

__all__ = ["SCORECARD", "add_command", "add_pack_options", "console", "machine", "run_tasks"]

SCORECARD = "scorecard.json"
"""Its name in a pack."""
CHANGED = (
    "The pack {} is another build now, with another digest: language packs that were made for it as it was no longer"
    " fit it, so keep a copy of it for them, or teach them again."
)


def console() -> Console:
    """The standard output; without a terminal, lines are as long as they must be."""
    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def seed(written: str) -> int:
    """Of `--seed`."""
    value = int(written)
    _check_drawing(None, value)
    return value


def temperature(written: str) -> float:
    """Of `--temperature`."""
    value = float(written)
    _check_drawing(value, 0)
    return value


def beam(written: str) -> int:
    """Of `--beam`."""
    if not written.isdecimal() or int(written) < 1:
        raise argparse.ArgumentTypeError("a beam is a whole number from 1 on")
    return int(written)


def _check_drawing(warmth: float | None, number: int) -> None:
    """Now: the engine would refuse each item of the test set."""
    try:
        check_drawing(warmth, number)
    except CslmError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_pack_options(parser: argparse.ArgumentParser) -> None:
    """What `run` and `bench` share."""
    parser.add_argument("--pack", help="a pack's folder or name; without it the first pack found")
    parser.add_argument(
        "--testset", type=Path, default=assets_folder() / "evaluation", help="default: the one that ships"
    )
    parser.add_argument("--limit", type=int, help="at most so many items of each kind")
    parser.add_argument("--device", default=AUTO)
    parser.add_argument("--threads", type=int, help="CPU threads of each part of the pack; default: as the pack likes")
    parser.add_argument("--seed", type=seed, default=0)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`run`."""
    parser = commands.add_parser("run", help="judge a pack and write its scorecard")
    add_pack_options(parser)
    parser.add_argument(
        "--only", action="append", choices=KINDS, help="only this kind of task; several may be named one by one"
    )
    parser.add_argument("--whisper", help="faster-whisper folder or model name; without it speech is not judged")
    parser.add_argument("--beam", type=beam, default=1, help="texts that Whisper follows at once; default: greedy")
    parser.add_argument("--out", type=Path, default=Path(SCORECARD))
    parser.add_argument("--temperature", type=temperature, help="default: as the pack is best used")
    parser.add_argument(
        "--paced", type=int, default=20, help="questions per direction asked in real time, for latencies"
    )
    parser.add_argument("--keep", type=Path, help="write the spoken replies there")
    parser.add_argument("--no-similarity", action="store_true")
    parser.add_argument("--fresh", action="store_true", help="do not go on with an interrupted run")
    parser.add_argument(
        "--into-pack",
        action="store_true",
        help="also write the scorecard into the pack, which makes it another build: language packs made for it"
        " as it was no longer fit",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Judge, write, print."""
    folder = PackStore().find(options.pack).folder
    testset = load_testset(options.testset)
    judge = open_judge(options.whisper, options.beam)
    search = "greedy" if options.beam == 1 else f"beam of {options.beam}"
    settings = {
        "limit": options.limit,
        "device": options.device,
        "threads": options.threads,
        "seed": options.seed,
        "temperature": options.temperature,
        "paced": options.paced,
        "judge": None if judge is None else f"faster-whisper {Path(options.whisper).name} int8, {search}; DNSMOS",
        "traditional_to_simplified": knows_traditional(),
    }
    journal_path = options.out.with_suffix(".items.jsonl")
    if options.fresh:
        journal_path.unlink(missing_ok=True)
    with open_subject(
        folder, device=options.device, threads=options.threads, seed=options.seed, temperature=options.temperature
    ) as subject:
        pack = subject.ready.pack
        header = {"pack": pack.digest, "testset": testset.digest, "settings": settings, "version": __version__}
        with Journal(journal_path, header) as journal:
            work = Work(subject, judge, options.paced, options.keep)
            run_tasks(work_on(work, testset, options.limit, options.only or KINDS), journal)
            rows = [row for key, row in journal.rows.items() if "task" in row]
    alike = [] if options.no_similarity else alikeness(folder, testset, options, journal_path, header)
    found = figures(rows, alike)
    card = scorecard(found, about(pack, testset, settings))
    atomic_write_json(options.out, card)
    if options.into_pack:
        put_file(folder, SCORECARD, options.out.read_bytes())
        print(CHANGED.format(f"{pack.name} {pack.version}"), file=sys.stderr)
    if options.json:
        print(json.dumps(card, ensure_ascii=False, indent=2))
    else:
        console().print(scorecard_table(found, f"{pack.title} {pack.version}"))


def run_tasks(tasks: Iterable[Task], journal: Journal) -> None:
    """Do what is not in the journal yet, and show how far it is."""
    waiting = list(tasks)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with bar:
        shown = bar.add_task("", total=len(waiting))
        for task in waiting:
            bar.update(shown, description=task.key.split("/")[0])
            if task.key not in journal.rows:
                journal.add(task.key, task.run())
            bar.advance(shown)


def alikeness(
    folder: Path, testset: TestSet, options: argparse.Namespace, journal_path: Path, header: dict[str, Any]
) -> list[dict[str, Any]]:
    """Speech-text similarity, kept in the journal like everything else; the engine's memory is free again by now."""
    from trainer.evaluation.similarity import similarity

    with Journal(journal_path, header) as journal:
        if "similarity" not in journal.rows:
            journal.add("similarity", {"rows": similarity(folder, testset, options.limit)})
        return list(journal.rows["similarity"]["rows"])


def open_judge(whisper: str | None, beam: int = 1) -> Judge | None:
    """Whisper, which follows `beam` texts at once, and DNSMOS. TrainingError when what they need is not installed."""
    if whisper is None:
        return None
    if len(Path(whisper).parts) > 1 and not Path(whisper).is_dir():
        raise TrainingError(f"{whisper} is not a folder; name a faster-whisper folder or model with --whisper.")
    try:
        import librosa  # noqa: F401
        import speechmos  # noqa: F401
    except ImportError as error:
        raise TrainingError(f"{error.name} is not installed; install the project with its extra 'train'.") from error
    from trainer.decoder.judges import Judges

    return Judges(Path(whisper), beam=beam)


def about(pack: PackInfo, testset: TestSet, settings: dict[str, Any]) -> dict[str, Any]:
    """What a scorecard says besides its figures."""
    return {
        "pack": {"name": pack.name, "version": pack.version, "digest": pack.digest},
        "testset": {"digest": testset.digest, "items": len(testset.items), **testset.about},
        "settings": settings,
        "machine": machine(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "program": __version__,
    }


def machine() -> dict[str, Any]:
    """What the figures of speed belong to; `load` is how busy the cores were with other things and this."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"system": platform.system(), "machine": platform.machine(), "cores": os.cpu_count(), "load": load}
