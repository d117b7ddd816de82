"""`timeline`: every date that a person's review would meet, before it is opened, or from where a live one stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.diff import definition_at
from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, as_maybe, option, verb
from api.refusals import DONE, REFUSED

if TYPE_CHECKING:
    from engine.operations.preview import Preview

BOTH = ("quick", "late")


@verb("timeline")
@click.argument("workflow", required=False)
@option("--for", "ref", metavar="REF", help="cli.option.timeline_for")
@option("--from", "start", metavar="DATE", help="cli.option.timeline_from")
@option("--period", metavar="PERIOD", help="cli.option.timeline_period")
@option("--people", "file", type=ExistingPath(), help="cli.option.timeline_people")
@option("--review", metavar="REVIEW", help="cli.option.timeline_review")
@option("--role", "roles", metavar="ROLE", multiple=True, help="cli.option.timeline_role")
@option("--whole", is_flag=True, help="cli.option.timeline_whole")
@option("--via", metavar="STATE", multiple=True, help="cli.option.timeline_via")
@option("--view", type=click.Choice((*BOTH, "both")), default="both", help="cli.option.timeline_view")
@as_maybe
def timeline(
    terminal: Terminal, workflow: str | None, ref: str | None, start: str | None, period: str | None,
    file: Path | None, review: str | None, roles: tuple[str, ...], whole: bool, via: tuple[str, ...], view: str,
    person: str | None,
) -> int:  # fmt: skip
    from engine.operations.dates_told import preview_lines, preview_plain

    if (workflow is None) == (review is None) or (workflow is not None and (ref is None or start is None)):
        raise Misuse("dates.wants")
    if review is not None:
        found: Preview | None = _of_review(terminal, review, via, person)
    else:
        found = _of_workflow(terminal, str(workflow), str(ref), _day(str(start)), period, file, via, person)
    if found is None:
        return REFUSED
    asked = None if whole else frozenset(roles) or found.subject_roles
    views = BOTH if view == "both" else (view,)
    lang = terminal.lang
    terminal.answer(preview_plain(lang, found, asked, views), preview_lines(lang, found, asked, views))
    return DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misuse("dates.no_day", text=text) from None


def _of_workflow(
    terminal: Terminal, workflow: str, ref: str, start: date, period: str | None, file: Path | None,
    via: tuple[str, ...], person: str | None,
) -> Preview | None:  # fmt: skip
    from engine.operations.names import actor_named
    from engine.operations.preview import preview, preview_from_file

    definition = definition_at(terminal, workflow, person)
    if definition is None:
        return None
    if file is not None:
        return preview_from_file(definition, file, ref, start, period, via)
    with opened(terminal) as runtime:
        return preview(runtime, actor_named(runtime, person), definition, ref, start, period, via)


def _of_review(terminal: Terminal, review: str, via: tuple[str, ...], person: str | None) -> Preview:
    from engine.operations.names import actor_named, review_named
    from engine.operations.preview import ahead_of

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        return ahead_of(runtime, actor, review_named(runtime, review, actor=actor), via)
