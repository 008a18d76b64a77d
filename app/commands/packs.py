"""`cslm packs`: which packs there are, what is in one, whether it is whole, and taking one in.

Reads manifests and hashes files; loads no model.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from app.output import JsonOption, human_size, notes, print_json, results
from cslm_core.packs.manifest import PackManifest
from cslm_core.packs.store import FoundPack, PackStore, verify_zip
from cslm_core.packs.verify import Progress, verify_pack

__all__ = ["commands"]

commands = typer.Typer(help="The packs that a model comes in.", no_args_is_help=True)

PackArgument = Annotated[
    str | None, typer.Argument(help="A pack's name, 'name version' or folder; without it the first pack found.")
]


def _summary(pack: FoundPack) -> dict[str, Any]:
    manifest = pack.manifest
    return {
        "name": manifest.name,
        "version": manifest.version,
        "title": manifest.title,
        "languages": manifest.languages,
        "base": None if manifest.base is None else f"{manifest.base.name} {manifest.base.version}",
        "bytes": manifest.size,
        "digest": manifest.digest,
        "builtin": pack.builtin,
        "folder": str(pack.folder),
    }


def _details(manifest: PackManifest) -> dict[str, Any]:
    return {
        "schema": manifest.schema,
        "listen_rate": manifest.listen_rate,
        "speak_rate": manifest.speak_rate,
        "units": {"size": manifest.units.size, "rate": manifest.units.rate},
        "components": {
            role: {"kind": part.kind, "folder": part.folder, "licence": part.licence, "source": part.source}
            for role, part in manifest.components.items()
        },
        "files": [{"path": file.path, "bytes": file.size, "sha256": file.sha256} for file in manifest.files],
    }


@commands.command("list")
def list_packs(as_json: JsonOption = False) -> None:
    """List the packs that came with the program and those imported."""
    store = PackStore()
    found, broken = store.scan()
    if as_json:
        print_json(
            {
                "packs": [_summary(pack) for pack in found],
                "broken": [{"folder": str(pack.folder), "reason": pack.reason} for pack in broken],
            }
        )
        return
    if found:
        table = Table("name", "version", "languages", "size", "where", box=None, pad_edge=False)
        for pack in found:
            manifest = pack.manifest
            where = "built in" if pack.builtin else escape(str(pack.folder))
            table.add_row(
                manifest.name, manifest.version, ", ".join(manifest.languages), human_size(manifest.size), where
            )
        results.print(table)
    else:
        notes.print(f"No pack was found in {store.builtin_folder} or {store.user_folder}.", markup=False)
    for folder in broken:
        notes.print(folder.reason, style="red", markup=False)


@commands.command("info")
def info(pack: PackArgument = None, as_json: JsonOption = False) -> None:
    """Show what a pack is and what it is made of."""
    found = PackStore().find(pack)
    manifest = found.manifest
    if as_json:
        print_json({**_summary(found), **_details(manifest)})
        return
    results.print(f"{manifest.title} ({manifest.identity})", style="bold", markup=False)
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("languages", ", ".join(manifest.languages))
    if manifest.base is not None:
        table.add_row("adds to", f"{manifest.base.name} {manifest.base.version}")
    table.add_row("units", f"{manifest.units.size} codes, {manifest.units.rate:g} a second")
    table.add_row("hears, speaks", f"{manifest.listen_rate} Hz, {manifest.speak_rate} Hz")
    table.add_row("size", f"{human_size(manifest.size)} in {len(manifest.files)} files")
    table.add_row("digest", manifest.digest)
    table.add_row("folder", escape(str(found.folder)))
    for role, part in manifest.components.items():
        table.add_row(role, escape(f"{part.kind}; {part.licence}; {part.source}"))
    results.print(table)


def _told(status: Status) -> Progress:
    return lambda name, done, total: status.update(escape(f"{name}  {done * 100 // max(1, total)} %"))


@commands.command("verify")
def verify(
    pack: Annotated[
        str | None,
        typer.Argument(help="A pack's name, 'name version', folder or zip; without it the first pack found."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check every file of a pack against its manifest; a pack that fails is refused with the file's name."""
    named = Path(pack) if pack is not None else None
    with notes.status("") as status:
        progress = _told(status)
        if named is not None and named.is_file():
            manifest = verify_zip(named, progress)
        else:
            folder = named if named is not None and named.is_dir() else PackStore().find(pack).folder
            manifest = verify_pack(folder, progress=progress)
    if as_json:
        print_json({"ok": True, "name": manifest.name, "version": manifest.version, "digest": manifest.digest,
                    "files": len(manifest.files), "bytes": manifest.size})  # fmt: skip
        return
    results.print(
        f"{manifest.identity}: {len(manifest.files)} files, {human_size(manifest.size)}, all as they were packed.",
        markup=False,
    )


@commands.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="A pack's folder or zip.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of another build with the same name and version.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Verify a pack and copy it to the user's packs: all of it or nothing."""
    with notes.status("") as status:
        found = PackStore().import_pack(source, replace=replace, progress=_told(status))
    if as_json:
        print_json(_summary(found))
        return
    results.print(f"{found.manifest.identity} is among the packs now, in {found.folder}.", markup=False)
    if found.manifest.is_language_pack:
        notes.print("It is a language pack: switch it on in the window, under Packs.", markup=False)
