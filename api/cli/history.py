"""`history`: what happened to a review, what it was at an instant, and why it got its grade."""

from __future__ import annotations

from datetime import datetime

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import Instant, as_maybe, option, verb


@verb("history")
@click.argument("review")
@option("--at", type=Instant(), metavar="INSTANT", help="cli.option.at")
@option("--why-grade", is_flag=True, help="cli.option.why_grade")
@as_maybe
def history(terminal: Terminal, review: str, at: datetime | None, why_grade: bool, person: str | None) -> None:
    from engine.operations import timeline
    from engine.operations.names import actor_named, review_named
    from engine.operations.telling import say_history, say_state

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        named = review_named(runtime, review, actor=actor)
        if why_grade:
            lines = timeline.why_grade(runtime, actor, named, terminal.lang)
            terminal.answer(lines, lines)
        elif at is not None:
            stood = timeline.state_at(runtime, actor, named, at)
            terminal.answer(stood, say_state(terminal.lang, stood))
        else:
            found = timeline.history(runtime, actor, named)
            terminal.answer(found, say_history(terminal.lang, found))
