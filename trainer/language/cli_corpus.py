"""`cslm-trainer language new|base|speech|drafts|translations|dialogues|check|rejected|status`: before the training.

Prints a sentence for people, or one JSON document for programs (`--json`). Knows nothing of training.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from cslm_core.packs.store import PackStore
from trainer.language.corpus import CorpusRows
from trainer.language.dialogue_sheet import export_sheet
from trainer.language.drafts import export_drafts
from trainer.language.job import STEPS, Job
from trainer.language.languages import describe, make_language
from trainer.language.prompts import write_prompts
from trainer.language.records import printable
from trainer.language.splits import SPLITS

__all__ = ["JobArgument", "JsonOption", "register", "say"]

JobArgument = Annotated[Path, typer.Argument(metavar="JOB", help="The job folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
_SpeakerOption = Annotated[str, typer.Option("--speaker", help="Who speaks, where the source does not say.")]

_out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 400)


def say(value: dict[str, Any], sentences: list[str], *, as_json: bool) -> None:
    """Print `value` as JSON, or the sentences a line each."""
    if as_json:
        sys.stdout.write(printable(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")
    else:
        for sentence in sentences:
            if sentence:
                _out.print(printable(sentence), markup=False)


def register(commands: typer.Typer) -> None:
    """Add the commands of this module."""
    for name, function in (
        ("new", new), ("base", base), ("speech", speech), ("drafts", drafts), ("translations", translations),
        ("dialogues", dialogues), ("prompts", prompts), ("check", check), ("rejected", rejected), ("status", status),
    ):  # fmt: skip
        commands.command(name)(function)


def new(
    job: JobArgument,
    code: Annotated[str, typer.Option("--code", help="The language's BCP-47 code, such as es.")],
    bridge: Annotated[str, typer.Option("--bridge", help="A language of the pack that translations lead to.")] = "en",
    pack: Annotated[str | None, typer.Option("--pack", help="The base pack: name, 'name version' or folder.")] = None,
    name: Annotated[str, typer.Option("--name", help="The language's name; otherwise its English name.")] = "",
    script: Annotated[str, typer.Option("--script", help="ISO 15924 code of the script; otherwise the usual.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Begin a job for a new language."""
    language = make_language(code, bridge, name, script)
    made = Job.create(job, language, PackStore().find(pack).folder)
    said = describe(language)
    value = {"job": str(job), "language": msgspec.to_builtins(language), "remarks": said}
    say(value, [made.state("language").sentence, *said], as_json=as_json)


def base(
    job: JobArgument,
    pack: Annotated[str, typer.Argument(help="Where the base pack is now: its folder, name or 'name version'.")],
    another: Annotated[
        bool, typer.Option("--another", help="Go on with this version of it, another than the job was begun with.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say where the base pack of a job is now, when it was moved, or go on with another version of it."""
    opened = Job.open(job)
    folder = PackStore().find(pack).folder
    with opened.lock("note the base pack"):
        if another:
            from trainer.language.rebase import rebase

            said = rebase(opened, folder)
        else:
            identity = opened.check_base(folder).identity
            said = [f"The base pack {identity} of the job is at {opened.base.folder}."]
    say({"base": msgspec.to_builtins(opened.base)}, said, as_json=as_json)


def speech(
    job: JobArgument,
    source: Annotated[Path, typer.Argument(help="A corpus, a folder of sound and text, or recordings.")],
    format_name: Annotated[str | None, typer.Option("--format", help="The corpus format; otherwise found.")] = None,
    speaker: _SpeakerOption = "",
    many_speakers: Annotated[
        bool, typer.Option("--many-speakers", help="Each recording without a speaker may be another person's.")
    ] = False,
    split: Annotated[str, typer.Option("--split", help="What this corpus is for: train, dev or test.")] = "",
    transcribe: Annotated[
        str | None,
        typer.Option(
            "--transcribe",
            metavar="MODEL",
            help="Long recordings without text: cut them and write drafts with this Whisper model; `none` only cuts.",
        ),
    ] = None,
    shortest: Annotated[float, typer.Option(help="Seconds an utterance must have.")] = 0.4,
    longest: Annotated[float, typer.Option(help="Seconds an utterance may have.")] = 20.0,
    as_json: JsonOption = False,
) -> None:
    """Take in speech: Common Voice, LJSpeech, AudioFolder, JSON lines, sound with texts, recordings, corrections."""
    from cslm_core.speech import SpeechGate
    from trainer.language.checks import Limits
    from trainer.language.intake import Options
    from trainer.language.steps import draft, take_speech
    from trainer.language.whisper import WhisperDrafts

    opened = Job.open(job)
    if transcribe is not None:
        listener = None if transcribe == "none" else WhisperDrafts(transcribe, opened.language.code)
        drafted = draft(opened, source, listener, speaker=speaker)
        value: dict[str, Any] = {
            "pieces": drafted.pieces,
            "seconds": drafted.seconds,
            "rejected": len(drafted.rejected),
        }
        hint = f"Write them as a sheet with: cslm-trainer language drafts {job} --out drafts.csv"
        say(value, [drafted.sentence, hint], as_json=as_json)
        return
    if split not in ("", *SPLITS):
        raise typer.BadParameter(f"--split is one of {', '.join(SPLITS)}")
    options = Options(Limits(shortest, longest), speaker, many_speakers, split, SpeechGate.standard())
    report, found = take_speech(opened, source, options, format_name=format_name)
    value = {
        "added": report.added, "there": report.there, "rejected": report.rejected, "counts": found.counts,
        "remarks": found.remarks,
    }  # fmt: skip
    say(value, [report.sentence, found.sentence, *found.remarks], as_json=as_json)


def drafts(
    job: JobArgument,
    out: Annotated[Path | None, typer.Option("--out", help="Write the drafts as a sheet to correct.")] = None,
    sheet: Annotated[Path | None, typer.Option("--in", help="Take in a corrected sheet.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take all drafts as they are.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The drafts of long recordings: as a sheet, back from it, or taken as they are."""
    from cslm_core.speech import SpeechGate
    from trainer.language.intake import Options
    from trainer.language.steps import accept_drafts, take_drafts

    if sum((out is not None, sheet is not None, accept)) != 1:
        raise typer.BadParameter("say one of --out FILE, --in FILE and --accept")
    opened = Job.open(job)
    if out is not None:
        count = export_drafts(opened, out)
        say({"drafts": count}, [f"{count} drafts are in {out}; correct their texts, write - for what is not wanted."],
            as_json=as_json)  # fmt: skip
        return
    options = Options(gate=SpeechGate.standard())
    report, found = take_drafts(opened, sheet, options) if sheet is not None else accept_drafts(opened, options)
    value = {"added": report.added, "rejected": report.rejected, "counts": found.counts, "remarks": found.remarks}
    say(value, [report.sentence, found.sentence, *found.remarks], as_json=as_json)


def translations(
    job: JobArgument,
    source: Annotated[Path, typer.Argument(help="TSV, CSV, TMX, JSON lines, or one of two Moses files.")],
    other: Annotated[str | None, typer.Option("--with", help="The known language; otherwise the bridge.")] = None,
    columns: Annotated[str, typer.Option(help="Languages of a table without a header, such as es,en.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Take in translations between the new language and a known one."""
    from trainer.language.steps import take_translations

    names = [name.strip() for name in columns.split(",")] if columns else []
    report = take_translations(Job.open(job), source, other=other, columns=names)
    value = {"added": report.added, "there": report.there, "rejected": report.rejected}
    say(value, [report.sentence], as_json=as_json)


def dialogues(
    job: JobArgument,
    out: Annotated[Path | None, typer.Option("--out", help="Write the sheet to fill in.")] = None,
    sheet: Annotated[Path | None, typer.Option("--in", help="Take in a filled sheet.")] = None,
    types: Annotated[int | None, typer.Option(help="Only so many kinds of questions in the sheet.")] = None,
    as_json: JsonOption = False,
) -> None:
    """The bundled everyday dialogues: as a sheet to translate, or back from it."""
    from trainer.language.steps import take_dialogues

    if (out is None) == (sheet is None):
        raise typer.BadParameter("say one of --out FILE and --in FILE")
    opened = Job.open(job)
    if out is not None:
        count = export_sheet(opened, out, types)
        say({"entries": count}, [f"{count} entries are in {out}; fill in the column `translation`."], as_json=as_json)
        return
    assert sheet is not None
    report = take_dialogues(opened, sheet)
    value = {"taken": report.taken, "empty": report.empty, "rejected": report.sentences()}
    said = [opened.state("texts").details["last"], *report.sentences()[:20]]
    if len(report.rejected) > 20:
        said.append(f"... and {len(report.rejected) - 20} more (all of them with --json).")
    say(value, said, as_json=as_json)


def prompts(
    job: JobArgument,
    out: Annotated[Path, typer.Option("--out", help="Write them here, as JSON lines.")],
    count: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    as_json: JsonOption = False,
) -> None:
    """What is to be read aloud, by people or by a teacher voice (trainer.synth.run --plan texts)."""
    written = write_prompts(Job.open(job), out, count)
    say({"prompts": written}, [f"{written} prompts are in {out}."], as_json=as_json)


def check(
    job: JobArgument,
    one_voice: Annotated[
        bool | None, typer.Option("--one-voice/--no-one-voice", help="Allow a test with the voice that is trained on.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Draw other speakers for the test.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Look the whole corpus over and divide it into training, dev and test."""
    from trainer.language import steps

    opened = Job.open(job)
    opened.check_base()
    changed = {name: value for name, value in (("one_voice", one_voice), ("seed", seed)) if value is not None}
    if changed:
        with opened.lock("change options"):
            opened.set_options(**changed)
    found = steps.check(opened)
    say({"counts": found.counts, "remarks": found.remarks}, [found.sentence, *found.remarks], as_json=as_json)


def rejected(job: JobArgument, as_json: JsonOption = False) -> None:
    """List every row of speech that is not used, with its reason."""
    rows = CorpusRows.load(Job.open(job)).rejected
    say(
        {"rejected": rows},
        [f"{r['source']}, {r['place']}: {r['sentence']}" + (f" {r['text']!r}" if r["text"] else "") for r in rows],
        as_json=as_json,
    )


def status(job: JobArgument, as_json: JsonOption = False) -> None:
    """Say where the job is."""
    opened = Job.open(job)
    states = list(opened.states())
    value = {
        "job": str(job),
        "language": msgspec.to_builtins(opened.language),
        "base": msgspec.to_builtins(opened.base),
        "busy": opened.busy(),
        "steps": [{**msgspec.to_builtins(s), "outdated": opened.outdated(s.step)} for s in states],
    }
    said = [f"{opened.language.name} ({opened.language.code}) for the pack {opened.base.identity}"]
    for number, state in enumerate(states, 1):
        mark = " (an earlier step has changed since)" if opened.outdated(state.step) else ""
        said.append(f"{number}. {state.step}: {state.phase}{mark}. {state.sentence}".rstrip())
    assert len(states) == len(STEPS)
    say(value, said, as_json=as_json)
