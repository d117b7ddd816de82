"""`diagram`: the states of a workflow as a picture, with one review's way or a cycle's counts on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from api.cli.diff import definition_at
from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import Misuse, as_maybe, option, verb
from api.refusals import DONE, REFUSED

if TYPE_CHECKING:
    from engine.definition.model import Definition

FORMATS = ("mermaid", "svg")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What to draw, and what to mark on it."""

    definition: Definition
    path: tuple[str, ...] = ()
    here: str | None = None
    counts: Mapping[str, int] | None = None


@verb("diagram", formats=False)
@click.argument("workflow", required=False)
@option("--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], help="cli.option.diagram_format")
@option("--narrow", is_flag=True, help="cli.option.narrow")
@option("--review", metavar="REVIEW", help="cli.option.diagram_review")
@option("--cycle", metavar="CYCLE", help="cli.option.diagram_cycle")
@as_maybe
def diagram(
    terminal: Terminal, workflow: str | None, form: str, narrow: bool, review: str | None, cycle: str | None,
    person: str | None,
) -> int:
    from api.drawing.mermaid import mermaid
    from api.drawing.svg import definition_svg

    if sum(one is not None for one in (workflow, review, cycle)) != 1:
        raise Misuse("cli.diagram_one")
    found = _drawn(terminal, workflow, review, cycle, person)
    if found is None:
        return REFUSED
    plan, path, here, counts = found.definition, found.path, found.here, found.counts
    if form == "svg":
        text = definition_svg(plan, terminal.lang, path=path, here=here, counts=counts, narrow=narrow, alone=True)
        click.echo(text, nl=False)
    else:
        terminal.show(mermaid(plan, terminal.lang, path=path, here=here, counts=counts))
    return DONE


def _drawn(
    terminal: Terminal, workflow: str | None, review: str | None, cycle: str | None, person: str | None
) -> Drawn | None:
    if review is not None:
        return _of_review(terminal, review, person)
    if cycle is not None:
        return _of_cycle(terminal, cycle, person)
    definition = definition_at(terminal, str(workflow), person)
    return None if definition is None else Drawn(definition)


def _of_review(terminal: Terminal, review: str, person: str | None) -> Drawn:
    from engine.operations.names import actor_named, review_named
    from engine.operations.timeline import way_of
    from engine.operations.views import review_view

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        view = review_view(runtime, actor, review_named(runtime, review, actor=actor))
        return Drawn(view.definition, way_of(runtime, actor, view.id), view.state)


def _of_cycle(terminal: Terminal, cycle: str, person: str | None) -> Drawn:
    from engine.operations.cycles import progress
    from engine.operations.listing import cycle_seen
    from engine.operations.names import actor_named

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        found = cycle_seen(runtime, actor, cycle)
        far = progress(runtime, actor, found.id)
        with runtime.database.read() as tx:
            definition = runtime.definition(tx, found.definition)
        return Drawn(definition, counts=dict(far.states))
