"""`cslm bench`: how fast a pack answers, beside the full-chain order and a cascade of separate models.

The work is the trainer's, in a process of its own (`evaluation.py`).
"""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.evaluation import flags, run_evaluation
from app.engine import DeviceOption, PackOption, SeedOption
from app.output import JsonOption
from cslm_core.events import AUTO

__all__ = ["bench"]


def bench(
    testset: Annotated[
        Path | None, typer.Option("--testset", help="A folder of test items; without it the small one that ships.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many questions.")] = 20,
    whisper: Annotated[
        str | None, typer.Option("--whisper", help="The cascade hears with this faster-whisper folder or model name.")
    ] = None,
    smollm2: Annotated[
        Path | None,
        typer.Option("--smollm2", help="It answers with this Hugging Face folder of SmolLM2-135M-Instruct."),
    ] = None,
    piper: Annotated[
        Path | None, typer.Option("--piper", help="It speaks with this Piper voice (.onnx). Give all three or none.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the figures are written.")] = Path("bench.json"),
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="CPU threads of each part.")] = None,
    seed: SeedOption = 0,
    pack: PackOption = None,
    device: DeviceOption = AUTO,
    as_json: JsonOption = False,
) -> None:
    """Measure latency, speed and memory, one system after the other on the same questions."""
    run_evaluation(
        "bench",
        flags(
            pack=pack,
            testset=testset,
            limit=limit,
            whisper=whisper,
            smollm2=smollm2,
            piper=piper,
            out=out,
            threads=threads,
            seed=seed,
            device=device,
            json=as_json,
        ),
    )
