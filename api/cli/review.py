"""`review`: what waits for a person, what is possible, and the steps themselves (in `review_steps`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import Misuse, Verbs, as_maybe, as_option, lang_option, option, verb

if TYPE_CHECKING:
    from engine.review.explain import Possible


@verb("review.list")
@option("--cycle", metavar="CYCLE", help="cli.option.cycle")
@option("--state", metavar="STATE", help="cli.option.state")
@option("--mine", is_flag=True, help="cli.option.mine")
@as_maybe
def list_(terminal: Terminal, cycle: str | None, state: str | None, mine: bool, person: str | None) -> None:
    from engine.operations.names import actor_named
    from engine.operations.telling import say_rows, say_work
    from engine.operations.work import my_work, review_rows

    if mine and (cycle or state or not person):
        raise Misuse("cli.review.mine")
    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        if mine:
            work = my_work(runtime, actor)
            terminal.answer(work, say_work(terminal.lang, work))
        else:
            rows = review_rows(runtime, actor, cycle=cycle, state=state)
            terminal.answer(rows, say_rows(terminal.lang, rows))


@verb("review.show")
@click.argument("review")
@as_maybe
def show(terminal: Terminal, review: str, person: str | None) -> None:
    from engine.operations.names import actor_named, review_named
    from engine.operations.telling import say_view
    from engine.operations.views import review_view

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        view = review_view(runtime, actor, review_named(runtime, review, actor=actor))
    terminal.answer(view, say_view(terminal.lang, view))


_TYPED: Final = {
    "delegate": " --to REF --reason TEXT", "retract": " --reason TEXT", "waive": " --reason TEXT",
    "reassign": " --to REF --reason TEXT", "extend": " --until DATE --reason TEXT", "hold": " --reason TEXT",
    "resume": " --reason TEXT", "skip": " --reason TEXT",
}  # fmt: skip
"""What is typed behind the review and its task, where there is one."""


@verb("review.why_not")
@click.argument("review")
@as_option
def why_not(terminal: Terminal, review: str, person: str) -> None:
    from engine.operations.names import actor_named, definition_of, review_named
    from engine.operations.offers import say_possible
    from engine.operations.views import possible

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        named = review_named(runtime, review, actor=actor)
        found, definition = possible(runtime, actor, named), definition_of(runtime, named)
    lines = [*say_possible(terminal.lang, found, definition), *to_type(terminal, found, review, person)]
    terminal.answer(found, lines)


def to_type(terminal: Terminal, found: Iterable[Possible], review: str, person: str) -> Iterator[str]:
    """The commands for what is possible: titles are for reading, keys are for typing. A verb that is possible with
    several tasks stands there once, with all of them."""
    calls: dict[str, list[str]] = {}
    for one in found:
        if not one.possible:
            continue
        if one.kind == "answer":
            outcomes = f" --outcome {'|'.join(one.outcomes)}" if one.outcomes not in ((), ("done",)) else ""
            calls.setdefault(f"answer {review} {one.task}{outcomes}", [])
        elif one.kind == "intervene":
            calls.setdefault(f"intervene {review} {one.task}", [])
        elif one.kind in _TYPED:
            place = "" if one.task is None else " {}"
            calls.setdefault(f"{one.kind} {review}{place}{_TYPED[one.kind]}", []).append(one.task or "")
    if calls:
        yield terminal.text("cli.why.type")
    for call, tasks in calls.items():
        yield f"  reviewcycle review {call.replace('{}', '|'.join(dict.fromkeys(tasks)))} --as {person}"


@click.group(
    "review", cls=Verbs, help="cli.help.review", commands={"list": list_, "show": show, "why-not": why_not},
    places={
        **{name: ("api.cli.review_steps", name) for name in ("answer", "delegate", "retract", "waive", "reassign")},
        **{name: ("api.cli.review_clocks", name) for name in ("extend", "hold", "resume", "skip")},
        **{name: ("api.cli.review_steps", name) for name in ("intervene", "remark", "correct")},
    },
)
@lang_option
def review() -> None:
    pass
