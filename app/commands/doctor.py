"""`cslm doctor`: what this machine and this installation have, in one look, or as a file for who is to help."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.output import JsonOption, human_size, notes, print_json, results
from app.support.bundle import write_bundle
from app.support.machine import examine

__all__ = ["doctor"]


def doctor(
    as_json: JsonOption = False,
    bundle: Annotated[
        Path | None,
        typer.Option(
            "--bundle",
            metavar="FILE",
            help="Write a zip for who is to help: versions, devices, settings, log, latencies; nothing that was said.",
        ),
    ] = None,
) -> None:
    """Show versions, cores, memory, sound devices, packs and folders."""
    if bundle is not None:
        written = write_bundle(bundle)
        notes.print(f"Diagnostics are in {written}; it holds nothing that was said or typed.", markup=False)
        return
    report = examine()
    if as_json:
        print_json(report)
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("cslm", f"{report['version']} on Python {report['python']}, {report['system']}")
    table.add_row("cores", f"{report['cores']['usable']} usable of {report['cores']['logical']}")
    memory = report["memory"]
    table.add_row("memory", f"{human_size(memory['available'])} free of {human_size(memory['total'])}")
    for name, version in report["libraries"].items():
        table.add_row(name, version or "[red]not installed[/red]")
    sound = report["sound"]
    if sound["error"]:
        table.add_row("sound", escape(sound["error"]))
    else:
        table.add_row("microphone", escape(sound["input"] or "none"))
        table.add_row("loudspeaker", escape(sound["output"] or "none"))
    for pack in report["packs"]:
        table.add_row("pack", escape(f"{pack['name']} {pack['version']} in {pack['folder']}"))
    for pack in report["broken_packs"]:
        table.add_row("pack", f"[red]{escape(pack['reason'])}[/red]")
    if not report["packs"]:
        table.add_row("pack", "none found")
    for folder in report["folders"]:
        state = f"{human_size(folder['free'])} free" if folder["writable"] else "[red]cannot be written to[/red]"
        table.add_row(folder["use"], f"{escape(folder['path'])} ({state})")
    results.print(table)
