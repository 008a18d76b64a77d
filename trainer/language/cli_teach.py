"""`cslm-trainer language gate|plan|train|pause|resume|stop|scorecard|install|export|import|undo|key|demo`: the steps
from the gate on.

Prints a sentence for people, or one JSON document for programs (`--json`). Knows nothing of how a step is done.
"""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cslm_core.errors import TrainingError
from trainer.language.cli_corpus import JobArgument, JsonOption, say
from trainer.language.job import Job

__all__ = ["register"]

_Whisper = Annotated[str | None, typer.Option("--whisper", help="A faster-whisper folder or model name, as judge.")]
_STEP = "training"


def register(commands: typer.Typer) -> None:
    """Add the commands of this module."""
    for name, function in (
        ("gate", gate), ("plan", plan), ("train", train), ("pause", pause), ("resume", resume), ("stop", stop),
        ("scorecard", scorecard), ("install", install), ("export", export), ("import", import_), ("undo", undo),
        ("key", key), ("demo", demo),
    ):  # fmt: skip
        commands.command(name)(function)


def gate(
    job: JobArgument,
    whisper: _Whisper = None,
    items: Annotated[int, typer.Option(help="Utterances that are judged.")] = 12,
    adapt: Annotated[bool, typer.Option(help="Teach what the gate finds wanting.")] = True,
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads, of this and of the job's later steps.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find out whether the base pack can hear and speak the language, before any training."""
    from trainer.language.gate import run_gate
    from trainer.language.judge import open_ear
    from trainer.language.steps import check_alignment

    opened = Job.open(job)
    with opened.lock("gate"):
        if threads is not None:
            opened.set_options(training={**opened.option("training", {}), "threads": threads})
        ear = open_ear(whisper, opened.language.code)
        report = run_gate(opened, items=items, ear=ear, adapt=adapt, progress=_shown(as_json))
        rejected = check_alignment(opened)
    said = [*report.sentences, rejected, f"Listen to the pairs: {opened.report / 'gate.html'}"]
    say({**asdict(report), "rejected": rejected}, said, as_json=as_json)


def plan(
    job: JobArgument,
    hours: Annotated[float | None, typer.Option(help="How long the training may take; settles its steps.")] = None,
    steps: Annotated[int | None, typer.Option(help="Or the number of steps of pre-training.")] = None,
    turns: Annotated[int | None, typer.Option(help="And of the steps of spoken turns after it.")] = None,
    method: Annotated[str | None, typer.Option(help="'adapter' (default) or 'full' weights.")] = None,
    start: Annotated[
        Path | None, typer.Option(help="Go on from what was learnt before: the folder `training/adapter` of a job.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Set the training that was begun aside, and go on from what it learnt.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin from the base pack, although something was learnt before.")
    ] = False,
    device: Annotated[str | None, typer.Option(help="'cpu' or 'cuda'; default: the best there is.")] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what will be trained and what it takes here, from a short probe."""
    from trainer.language.plan import make_plan

    opened = Job.open(job)
    with opened.lock("plan"):
        found = make_plan(
            opened,
            hours=hours,
            again=again,
            anew=anew,
            progress=_shown(as_json),
            method=method,
            start=str(start.resolve()) if start else None,
            device=device,
            threads=threads,
            cpt_steps=steps,
            sft_steps=turns,
        )
    say(asdict(found), found.sentences, as_json=as_json)


def train(job: JobArgument, as_json: JsonOption = False) -> None:
    """Begin the training, or resume it exactly where it was. Ctrl-C stops and saves."""
    import signal

    from trainer.language.control import write_wish
    from trainer.language.training import train as run

    opened = Job.open(job)

    def stop_it(number: int, frame: object) -> None:
        write_wish(opened, "stop")
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second one does not wait

    before = signal.signal(signal.SIGINT, stop_it)
    try:
        with opened.lock("train"):
            run(opened)
    finally:
        signal.signal(signal.SIGINT, before)
    state = opened.state(_STEP)
    say({"sentence": state.sentence, **state.counts}, [state.sentence], as_json=as_json)


def pause(job: JobArgument) -> None:
    """Let a running training wait."""
    _wish(job, "pause", "paused")


def resume(job: JobArgument) -> None:
    """Let a training that was paused go on (one that was stopped goes on with `train`)."""
    _wish(job, "run", None)


def stop(job: JobArgument) -> None:
    """Let a running training save and end; waits until it has."""
    _wish(job, "stop", "end")


def scorecard(
    job: JobArgument,
    whisper: _Whisper = None,
    limit: Annotated[
        int, typer.Option(help="At most so many items of each kind; eight times as many to recognise.")
    ] = 24,
    as_json: JsonOption = False,
) -> None:
    """Measure what was learnt and what was forgotten; writes report/scorecard.html."""
    from trainer.language.scorecard import make_scorecard

    opened = Job.open(job)
    with opened.lock("scorecard"):
        card = make_scorecard(opened, whisper=whisper, limit=limit, progress=_shown(as_json))
    say(card, [*card["sentences"], f"All of it: {opened.report / 'scorecard.html'}"], as_json=as_json)


def install(
    job: JobArgument,
    version: Annotated[str | None, typer.Option(help="Default: one more than the last.")] = None,
    licence: Annotated[
        str | None, typer.Option(help="Under which the pack may be given away, such as CC-BY-4.0; kept in the job.")
    ] = None,
    consent: Annotated[
        str | None, typer.Option(help="Who is heard in it and has agreed to what, in a sentence; kept in the job.")
    ] = None,
    key_file: Annotated[Path | None, typer.Option("--key", help="Sign it with this private key.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make the language pack, install it and use it."""
    from trainer.language.install import install as run

    opened = Job.open(job)
    stated = {name: value for name, value in (("licence", licence), ("consent", consent)) if value is not None}
    with opened.lock("install"):
        if stated:
            opened.set_options(**{name: value.strip() or None for name, value in stated.items()})
        found = run(opened, version=version, key=key_file)
    missing = [name for name in ("licence", "consent") if not opened.option(name, "")]
    remark = f"Nobody has stated its {' and '.join(missing)}; say so with --licence and --consent." if missing else ""
    say(
        {"name": found.manifest.name, "version": found.manifest.version, "folder": str(found.folder)},
        [opened.state("install").sentence, remark],
        as_json=as_json,
    )


def export(
    pack: Annotated[str, typer.Argument(help="A job folder, or an installed language pack by name.")],
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, such as spanish.zip.")],
    as_json: JsonOption = False,
) -> None:
    """Write a language pack as one file to give away."""
    from cslm_core.packs.store import PackStore
    from trainer.language.install import export_pack

    folder = Path(pack) / "pack" if (Path(pack) / "job.toml").is_file() else PackStore().find(pack).folder
    size = export_pack(folder, target)
    say({"file": str(target), "bytes": size}, [f"{target} was written ({size / 1e6:.1f} MB)."], as_json=as_json)


def import_(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A language pack: a file, or its folder.")],
    as_json: JsonOption = False,
) -> None:
    """Take in a language pack and use it."""
    from cslm_core.packs.signing import read_signature
    from trainer.language.install import NOT_STATED, import_language

    found = import_language(source)
    consent = found.manifest.consent or NOT_STATED
    signature = read_signature(found.folder, found.manifest)
    signed = f"It is signed; the key's fingerprint is {signature.fingerprint}." if signature else "It is not signed."
    say(
        {
            "name": found.manifest.name,
            "version": found.manifest.version,
            "fingerprint": signature.fingerprint if signature else None,
            "consent": found.manifest.consent,
        },
        [f"{found.manifest.identity} is installed and in use.", signed, f"Consent of the speakers: {consent}"],
        as_json=as_json,
    )


def undo(
    pack: Annotated[str, typer.Argument(help="A job folder, or a language pack by name.")],
    base: Annotated[
        str | None, typer.Option("--base", help="Its base pack, as 'name version', where the name leaves that open.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Go back to the version of a language pack that was used before."""
    from trainer.language.install import pack_name
    from trainer.language.install import undo as run

    if (Path(pack) / "job.toml").is_file():
        opened = Job.open(Path(pack))
        pack, base = pack_name(opened), opened.base.sha256
    sentence = run(pack, base=base)
    say({"sentence": sentence}, [sentence], as_json=as_json)


def key(file: Annotated[Path, typer.Argument(metavar="FILE")], as_json: JsonOption = False) -> None:
    """Make a private key to sign packs with."""
    from cslm_core.packs.signing import make_key

    found = make_key(file)
    say({"fingerprint": found}, [f"{file} is your key: keep it to yourself. Its fingerprint is {found}."],
        as_json=as_json)  # fmt: skip


def demo(
    folder: Annotated[Path | None, typer.Argument(help="Keep everything in this new folder.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run all eight steps in miniature, on a tiny pack that cannot talk."""
    from trainer.language.demo import run_demo

    found = run_demo(folder, lambda line: say({}, [line], as_json=False) if not as_json else None)
    say(found, [], as_json=as_json)


def _wish(path: Path, wish: Any, answer: str | None) -> None:
    """Tell the training, and wait until it says that it has done so."""
    from trainer.language.control import write_wish
    from trainer.language.records import Tail

    job = Job.open(path)
    if job.busy() is None:
        raise TrainingError(f"Nothing is running on the job {path.name}.")
    tail = Tail(job.progress)
    tail.read()
    write_wish(job, wish)
    while answer is not None and job.busy() is not None:
        if any(record["kind"] == answer for record in tail.read()):
            break
        time.sleep(0.1)
    say({}, [job.state(_STEP).sentence if answer else "It goes on."], as_json=False)


def _shown(as_json: bool) -> Any:
    """Progress on the standard error: a line that changes in a terminal, a line for each thing in a log."""
    if as_json:
        return None
    last = [""]

    def show(share: float, what: str) -> None:
        if not sys.stderr.isatty():
            doing = what.partition(",")[0]  # behind it are figures
            if doing != last[0]:
                sys.stderr.write(f"{share:4.0%} {what}\n")
            last[0] = doing
            return
        sys.stderr.write(f"\r{share:4.0%} {what:60.60}")
        if share >= 1:
            sys.stderr.write("\r" + " " * 66 + "\r")
        sys.stderr.flush()

    return show
