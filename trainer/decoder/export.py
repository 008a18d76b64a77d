"""Make a decoder folder of two training runs: `python -m trainer.decoder.export --vocoder JOB --flow JOB --out DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from cslm_core.decoder.decoder import CONFIG_FILE, FlowDecoder
from cslm_core.decoder.vocoder import Vocoder
from cslm_core.errors import TrainingError
from trainer.command import run_command
from trainer.decoder.job import Job
from trainer.decoder.train_flow import parts_of
from trainer.decoder.train_vocoder import vocoder_of


def read_vocoder(job: Path) -> Vocoder:
    """The averaged vocoder of a job folder, or that of a decoder folder. TrainingError where it has no checkpoint."""
    if (job / CONFIG_FILE).is_file():
        return FlowDecoder.load(job).vocoder
    state = Job(job).load()
    if state is None:
        raise TrainingError(f"{job} has no checkpoint yet; train the vocoder first.")
    return vocoder_of(state)


def assemble(vocoder: Path, flow: Path, steps: int = 4, speaker: str | None = None, pace: float = 1.0) -> FlowDecoder:
    """The decoder of two job folders, in one voice. TrainingError where one has no checkpoint."""
    state = Job(flow).load()
    if state is None:
        raise TrainingError(f"{flow} has no checkpoint yet; train the flow first.")
    return FlowDecoder(*parts_of(state, speaker), read_vocoder(vocoder), steps=steps, pace=pace)


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocoder", type=Path, required=True, help="job folder, or a decoder folder to take it from")
    parser.add_argument("--flow", type=Path, required=True, help="job folder")
    parser.add_argument("--steps", type=int, default=4, help="Euler steps")
    parser.add_argument("--pace", type=float, default=1.0, help="below 1 slower than the durations that are predicted")
    parser.add_argument("--speaker", help="the voice; otherwise the first of the flow's")
    parser.add_argument("--out", type=Path, required=True, help="decoder folder")
    return parser


def run(options: argparse.Namespace) -> None:
    """The command. TrainingError where a job has no checkpoint."""
    assemble(options.vocoder, options.flow, options.steps, options.speaker, options.pace).save(options.out)


def main(arguments: list[str] | None = None) -> None:
    run_command(run, parser(), arguments)


if __name__ == "__main__":
    main()
