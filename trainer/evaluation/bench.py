"""`python -m trainer.evaluation bench`: the pack, the same pack in full-chain order, and a cascade, side by side.

Each system runs alone in a process of its own, one after the other, with the same questions, so that times and peak
memory can be compared. `*-30` are answers of 30 words whose wording is given (`scripted.py`). Knows nothing of metrics
of quality.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from cslm_core.components import SpeechTokenizer
from cslm_core.errors import TrainingError
from cslm_core.files import atomic_write_json
from cslm_core.packs.store import PackStore
from trainer.evaluation.draw import UNSEEN_WORDINGS
from trainer.evaluation.journal import Journal
from trainer.evaluation.metrics import mean, percentile
from trainer.evaluation.run import add_pack_options, console, machine
from trainer.evaluation.scorecard import format_value
from trainer.evaluation.subject import Reply, collect, in_real_time, peak_memory
from trainer.evaluation.testset import Item, TestSet, load_testset

__all__ = ["RATIOS", "SYSTEMS", "add_commands", "ratios", "summarise"]

Row = dict[str, Any]
Pcm = NDArray[np.float32]

SYSTEMS: Final = ("interleaved", "full-chain", "cascade", "interleaved-30", "full-chain-30")
RATIOS: Final = (
    ("full chain to interleaved, first sound, 30-word answers", "full-chain-30", "interleaved-30", "first_sound"),
    (
        "  the same, if sound began only after all units, as in the paper",
        "full-chain-30",
        "interleaved-30",
        "all_units",
    ),
    ("full chain to interleaved, first sound, own answers", "full-chain", "interleaved", "first_sound"),
    ("cascade to interleaved, first sound", "cascade", "interleaved", "first_sound"),
    ("cascade to interleaved, memory", "cascade", "interleaved", "memory"),
)
WORDS: Final = 30


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`bench`, and `bench-one` for its processes."""
    for name, run in (("bench", bench), ("bench-one", bench_one)):
        parser = commands.add_parser(name, help="compare with the full chain and a cascade" if name == "bench" else "")
        add_pack_options(parser)
        parser.add_argument("--whisper", help="faster-whisper folder or model name, for the cascade")
        parser.add_argument(
            "--smollm2", type=Path, help="Hugging Face folder of SmolLM2-135M-Instruct, for the cascade"
        )
        parser.add_argument("--piper", type=Path, help="the .onnx file of a Piper voice, for the cascade")
        parser.add_argument("--out", type=Path, default=Path("bench.json"))
        if name == "bench-one":
            parser.add_argument("--system", choices=SYSTEMS, required=True)
        else:
            parser.set_defaults(limit=20)
        parser.set_defaults(run=run)


def bench(options: argparse.Namespace) -> None:
    """Run every system, then compare. Without the cascade's three parts it is left out."""
    folder = PackStore().find(options.pack).folder
    testset = load_testset(options.testset)
    questions = testset.of(UNSEEN_WORDINGS, "en")[: options.limit]
    if not questions:
        raise TrainingError(f"{options.testset} has no English questions; name another folder with --testset.")
    parts = (options.whisper, options.smollm2, options.piper)
    if any(parts) and not all(parts):
        raise TrainingError("The cascade needs --whisper, --smollm2 and --piper; give all three or none.")
    systems = [name for name in SYSTEMS if name != "cascade" or all(parts)]
    notes = Console(stderr=True)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="cslm-bench-") as scratch:
        text_lm = Path(scratch) / "text-lm"
        if "cascade" in systems:
            from trainer.evaluation.cascade import prepare_text_lm

            with notes.status("preparing the cascade's language model"):
                prepare_text_lm(options.smollm2, text_lm)
        for system in systems:
            with notes.status(f"{system}: {len(questions)} questions"):
                rows += _child(system, folder, options, text_lm, Path(scratch) / f"{system}.jsonl")
    found = summarise(rows)
    compared = ratios(found)
    result = {
        "schema": 1,
        "questions": len(questions),
        "testset": testset.digest,
        "machine": machine(),
        "systems": found,
        "ratios": compared,
        "items": rows,
    }
    atomic_write_json(options.out, result)
    if options.json:
        print(json.dumps({key: value for key, value in result.items() if key != "items"}, ensure_ascii=False, indent=2))
    else:
        for table in tables(found, compared):
            console().print(table)


def bench_one(options: argparse.Namespace) -> None:
    """One system, for `bench`: rows go to `--out`."""
    testset = load_testset(options.testset)
    questions = testset.of(UNSEEN_WORDINGS, "en")[: options.limit]
    ask, memory = open_system(options, testset)
    ask(questions[0])  # the first one warms up
    with Journal(options.out, {"system": options.system}) as journal:
        for item in questions:
            journal.add(item.id, {"system": options.system, **row_of(item, ask(item)), "memory": memory()})


def open_system(
    options: argparse.Namespace, testset: TestSet
) -> tuple[Callable[[Item], Reply], Callable[[], int | None]]:
    """What asks one question of a system, and what tells its memory."""
    if options.system == "cascade":
        from trainer.evaluation.cascade import Cascade

        cascade = Cascade.load(options.whisper, options.smollm2, options.piper)
        return lambda item: cascade.ask(testset.read(item), "en", paced=False), cascade.memory
    from cslm_core.chat import Chat
    from cslm_core.dialogue import open_dialogue
    from cslm_core.pack import open_pack
    from trainer.evaluation.scripted import FullChainDialogue, ScriptedLm, write_script

    pack = open_pack(options.pack, device=options.device, threads=options.threads)
    scripted = ScriptedLm(pack.lm)
    lm = scripted if options.system.endswith("-30") else pack.lm
    full = options.system.startswith("full-chain")
    answer = words_of(" ".join(s.text for s in testset.sentences if s.language == "en"), WORDS)

    def ask(item: Item) -> Reply:
        pcm = testset.read(item)
        if lm is scripted:
            scripted.script = write_script(lm.layout, item.text, answer, "en", *some_units(pack.tokenizer, testset))
        chat = Chat(pack, FullChainDialogue(lm) if full else open_dialogue(lm, pack.languages))
        listening = chat.listen(reply_language="en", seed=options.seed)
        for block in in_real_time(pcm):
            listening.push(block)
        begin = time.perf_counter()
        return collect(listening.finish(), begin)

    return ask, lambda: peak_memory(os.getpid())


def some_units(tokenizer: SpeechTokenizer, testset: TestSet) -> tuple[list[int], float]:
    """The units of a few questions, and how many there are for a letter."""
    units: list[int] = []
    letters = 0
    for item in testset.of(UNSEEN_WORDINGS, "en")[:5]:
        units += tokenizer.encode(testset.read(item)).units.tolist()
        letters += len(item.text)
    return units, len(units) / max(1, letters)


def words_of(text: str, count: int) -> str:
    """The first `count` words."""
    return " ".join(text.split()[:count])


def row_of(item: Item, reply: Reply) -> Row:
    """One question of one system."""
    stats = reply.stats
    return {
        "question_seconds": item.seconds,
        "heard": reply.heard,
        "text": reply.text,
        "words": len(reply.text.split()),
        "first_text": reply.first_text,
        "first_sound": reply.first_sound,
        "all_units": stats.generation_done if stats else None,
        "rtf": reply.real_time_factor,
        "reply_seconds": reply.seconds,
        "failed": reply.failed,
    }


def summarise(rows: list[Row]) -> dict[str, Row]:
    """By system: latencies, RTF, memory, and over how many answers."""
    found = {}
    for system in SYSTEMS:
        chosen = [row for row in rows if row["system"] == system]
        if not chosen:
            continue
        there = [row for row in chosen if row["failed"] is None]
        found[system] = {
            "items": len(there),
            "failed": len(chosen) - len(there),
            "words": mean(row["words"] for row in there),
            "first_text_p50": percentile((row["first_text"] for row in there), 50),
            "first_sound_p50": percentile((row["first_sound"] for row in there), 50),
            "first_sound_p95": percentile((row["first_sound"] for row in there), 95),
            "all_units_p50": percentile((row["all_units"] for row in there), 50),
            "rtf": mean(row["rtf"] for row in there),
            "memory": max((row["memory"] for row in chosen if row["memory"]), default=None),
        }
    return found


def ratios(found: dict[str, Row]) -> list[Row]:
    """How many times as slow or large the first system is, for all pairs that were measured."""
    compared = []
    for what, first, second, key in RATIOS:
        if first not in found or second not in found:
            continue
        above = {"first_sound": "first_sound_p50", "all_units": "all_units_p50", "memory": "memory"}[key]
        below = "memory" if key == "memory" else "first_sound_p50"
        a, b = found[first][above], found[second][below]
        compared.append({"what": what, "ratio": a / b if a is not None and b else None})
    return compared


def tables(found: dict[str, Row], compared: list[Row]) -> list[Table]:
    """For people."""
    heads = ("system", "answers", "words", "first text", "first sound p50", "p95", "RTF", "memory")
    systems = Table(*heads, box=None, pad_edge=False)
    for system, row in found.items():
        systems.add_row(
            system,
            f"{row['items']}" + (f" ({row['failed']} failed)" if row["failed"] else ""),
            format_value(row["words"], ""),
            format_value(row["first_text_p50"], "s"),
            format_value(row["first_sound_p50"], "s"),
            format_value(row["first_sound_p95"], "s"),
            format_value(row["rtf"], ""),
            format_value(row["memory"], "bytes"),
        )
    pairs = Table("", "times", box=None, pad_edge=False)
    for row in compared:
        pairs.add_row(row["what"], format_value(row["ratio"], ""))
    return [systems, pairs]


def _child(system: str, pack: Path, options: argparse.Namespace, text_lm: Path, rows: Path) -> list[Row]:
    """Run one system in a process of its own. Raises TrainingError when it fails."""
    command = [sys.executable, "-m", "trainer.evaluation", "bench-one", "--system", system, "--pack", str(pack)]
    command += ["--testset", str(options.testset), "--out", str(rows), "--seed", str(options.seed)]
    command += ["--device", options.device]
    for name, value in (("limit", options.limit), ("threads", options.threads)):
        if value is not None:
            command += [f"--{name}", str(value)]
    if system == "cascade":
        command += ["--whisper", options.whisper, "--smollm2", str(text_lm), "--piper", str(options.piper)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise TrainingError(f"The system '{system}' could not be measured: {reason}")
    return [json.loads(line) for line in rows.read_text("utf-8").splitlines()[1:]]
