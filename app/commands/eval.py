"""`cslm eval`: judge a pack on questions it was never trained on, and show its scorecard.

The work is the trainer's, in a process of its own (`evaluation.py`).
"""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.evaluation import flags, run_evaluation
from app.engine import DeviceOption, PackOption, SeedOption, TemperatureOption
from app.output import JsonOption
from cslm_core.events import AUTO

__all__ = ["evaluate"]


def evaluate(
    testset: Annotated[
        Path | None, typer.Option("--testset", help="A folder of test items; without it the small one that ships.")
    ] = None,
    whisper: Annotated[
        str | None,
        typer.Option("--whisper", help="A faster-whisper folder or model name; without it no speech is judged."),
    ] = None,
    beam: Annotated[int, typer.Option("--beam", min=1, help="Texts that Whisper follows at once; 1: greedy.")] = 1,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Only asr, reference (the judge on the same), tts or dialogue; may be repeated."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many items of each kind.")] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The scorecard; an interrupted run with the same name goes on.")
    ] = Path("scorecard.json"),
    temperature: TemperatureOption = None,
    paced: Annotated[
        int, typer.Option("--paced", min=0, help="Questions per direction asked in real time, for latencies.")
    ] = 20,
    keep: Annotated[Path | None, typer.Option("--keep", help="Write the spoken replies into this folder.")] = None,
    similarity: Annotated[bool, typer.Option("--similarity/--no-similarity", help="Compare units with text.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do not go on with an interrupted run.")] = False,
    into_pack: Annotated[
        bool,
        typer.Option(
            "--into-pack",
            help="Also write the scorecard into the pack; language packs made for it as it was no longer fit it then.",
        ),
    ] = False,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="CPU threads of each part.")] = None,
    seed: SeedOption = 0,
    pack: PackOption = None,
    device: DeviceOption = AUTO,
    as_json: JsonOption = False,
) -> None:
    """Measure recognition, speech and answers of a pack on held-out questions."""
    run_evaluation(
        "run",
        flags(
            pack=pack,
            testset=testset,
            whisper=whisper,
            beam=beam,
            only=only,
            limit=limit,
            out=out,
            temperature=temperature,
            paced=paced,
            keep=keep,
            no_similarity=not similarity,
            fresh=fresh,
            into_pack=into_pack,
            threads=threads,
            seed=seed,
            device=device,
            json=as_json,
        ),
    )
