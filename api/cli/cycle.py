"""`cycle`: opens the reviews of a period, shows how far they are, settles those graded together, and ends it."""

from __future__ import annotations

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import Verbs, as_maybe, as_option, lang_option, option, pairs, verb


@verb("cycle.open")
@click.argument("workflow")
@click.argument("period")
@option("--for", "refs", metavar="REF", multiple=True, help="cli.option.for")
@option("--group", metavar="NAME", help="cli.option.group")
@option("--unit", metavar="NAME", help="cli.option.unit")
@option("--department", metavar="NAME", help="cli.option.department")
@option("--attribute", "attributes", metavar="NAME=VALUE", multiple=True, help="cli.option.attribute")
@as_option
def open_(
    terminal: Terminal, workflow: str, period: str, refs: tuple[str, ...], group: str | None, unit: str | None,
    department: str | None, attributes: tuple[str, ...], person: str,
) -> None:
    from engine.operations.cycles import OpenCycle, Population, open_cycle
    from engine.operations.names import actor_named
    from engine.operations.telling import say_opened

    wanted = Population(refs, group, unit, department)
    told = pairs(attributes)
    with opened(terminal) as runtime:
        made = open_cycle(runtime, actor_named(runtime, person), OpenCycle(workflow, period, wanted, told))
    terminal.answer(made, say_opened(terminal.lang, made))


@verb("cycle.show")
@click.argument("cycle")
@as_maybe
def show(terminal: Terminal, cycle: str, person: str | None) -> None:
    from engine.operations.cycles import progress
    from engine.operations.names import actor_named
    from engine.operations.telling import say_grades, say_progress
    from engine.operations.work import cycle_table

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        table = cycle_table(runtime, actor, cycle)
        far = progress(runtime, actor, cycle)
    lines = (*say_grades(terminal.lang, table), "", *say_progress(terminal.lang, far, table.definition))
    terminal.answer({"progress": far, "reviews": table.rows}, lines)


PLACES = {
    **{name: ("api.cli.cohort", name) for name in ("cohort", "calibrate", "give")},
    "close": ("api.cli.cycle_end", "close"),
}


@click.group("cycle", cls=Verbs, help="cli.help.cycle", commands={"open": open_, "show": show}, places=PLACES)
@lang_option
def cycle() -> None:
    pass
