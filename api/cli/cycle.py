"""`cycle`: opens the reviews of a period and shows how far they are."""

from __future__ import annotations

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import Verbs, as_maybe, as_option, lang_option, option, verb


@verb("cycle.open")
@click.argument("workflow")
@click.argument("period")
@option("--for", "subjects", metavar="REF", multiple=True, help="cli.option.for")
@as_option
def open_(terminal: Terminal, workflow: str, period: str, subjects: tuple[str, ...], person: str) -> None:
    from engine.operations.cycles import OpenCycle, open_cycle
    from engine.operations.names import actor_named
    from engine.operations.telling import say_opened

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        result = open_cycle(runtime, actor, OpenCycle(workflow, period, subjects or None))
    terminal.answer(result, say_opened(terminal.lang, result))


@verb("cycle.show")
@click.argument("cycle")
@as_maybe
def show(terminal: Terminal, cycle: str, person: str | None) -> None:
    from engine.operations.names import actor_named, cycle_named
    from engine.operations.telling import say_grades
    from engine.operations.views import cycle_table

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        table = cycle_table(runtime, actor, cycle_named(runtime, cycle))
    terminal.answer(table, say_grades(terminal.lang, table))


@click.group("cycle", cls=Verbs, help="cli.help.cycle", commands={"open": open_, "show": show})
@lang_option
def cycle() -> None:
    pass
