"""`data`: figures from outside."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Verbs, as_maybe, lang_option, option, verb
from api.refusals import DONE, REFUSED


@verb("data.import")
@click.argument("file", type=ExistingPath())
@option("--source", metavar="NAME", help="cli.option.source")
@option("--replace", metavar="REASON", help="cli.option.replace")
@option("--dry-run", is_flag=True, help="cli.option.dry_run")
@as_maybe
def import_(
    terminal: Terminal, file: Path, source: str | None, replace: str | None, dry_run: bool, person: str | None
) -> int:
    from engine.operations.figures import ImportFigures, import_figures
    from engine.operations.names import actor_named
    from engine.operations.telling import say_report

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        report = import_figures(runtime, actor, ImportFigures(file, source, replace, dry_run))
    terminal.answer(report, say_report(terminal.lang, report))
    return REFUSED if report.refused else DONE


@click.group("data", cls=Verbs, help="cli.help.data", commands={"import": import_})
@lang_option
def data() -> None:
    pass
