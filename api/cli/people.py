"""`people`: the organisation, as it is imported and as it is known."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Instant, Verbs, as_maybe, lang_option, option, verb
from api.refusals import DONE, REFUSED


@verb("people.import")
@click.argument("file", type=ExistingPath())
@option("--since", type=Instant(), metavar="INSTANT", help="cli.option.since")
@option("--dry-run", is_flag=True, help="cli.option.dry_run")
@as_maybe
def import_(terminal: Terminal, file: Path, since: datetime | None, dry_run: bool, person: str | None) -> int:
    from engine.operations.names import actor_named
    from engine.operations.people import ImportPeople, import_people
    from engine.operations.telling import say_report

    with opened(terminal, create=True) as runtime:
        actor = actor_named(runtime, person)
        report = import_people(runtime, actor, ImportPeople(file, since, dry_run))
    terminal.answer(report, say_report(terminal.lang, report))
    return REFUSED if report.refused else DONE


@click.group("people", cls=Verbs, help="cli.help.people", commands={"import": import_})
@lang_option
def people() -> None:
    pass
