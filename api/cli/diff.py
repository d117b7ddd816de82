"""`diff`: what two definitions differ in, for whom, and which open reviews stand where something has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.opened import has_data, opened
from api.cli.terminal import Terminal
from api.cli.verbs import Misuse, as_maybe, option, verb
from api.refusals import DONE, MISUSED, REFUSED
from engine.errors import ReviewcycleError

if TYPE_CHECKING:
    from engine.definition.differences.model import Side
    from engine.definition.model import Definition
    from engine.operations.differing import Comparison

SAME, DIFFERENT = DONE, REFUSED


@verb("diff")
@click.argument("before")
@click.argument("after")
@option("--cycle", metavar="CYCLE", help="cli.option.diff_cycle")
@option("--all", "everything", is_flag=True, help="cli.option.diff_all")
@as_maybe
def diff(
    terminal: Terminal, before: str, after: str, cycle: str | None, everything: bool, person: str | None
) -> int:
    """Exit code as of the program `diff`: 0 the same, 1 different, 2 not comparable."""
    from engine.operations.differing import comparison_lines, comparison_plain

    try:
        found = _compared(terminal, before, after, person)
        found = found and _with_reviews(terminal, found, cycle, person)
    except ReviewcycleError as error:
        terminal.warn(error.code, **error.values)
        return MISUSED
    if found is None:
        return MISUSED
    terminal.answer(
        comparison_plain(terminal.lang, found), comparison_lines(terminal.lang, found, everything=everything)
    )
    return SAME if found.same else DIFFERENT


def _compared(terminal: Terminal, before: str, after: str, person: str | None) -> Comparison | None:
    from engine.operations.differing import compared, compared_cards

    if all(_is_card(text) for text in (before, after)):
        cards = [_card(terminal, Path(text)) for text in (before, after)]
        return None if cards[0] is None or cards[1] is None else compared_cards(cards[0], cards[1])
    sides = [definition_at(terminal, text, person) for text in (before, after)]
    return None if sides[0] is None or sides[1] is None else compared(sides[0], sides[1])


def _is_card(text: str) -> bool:
    path = Path(text)
    return path.is_file() and path.name != "workflow.yaml"


def _card(terminal: Terminal, path: Path) -> Side | None:
    from api.cli.problems import show_problems
    from engine.definition.differences.compare import side_of_card
    from engine.definition.reader import read_scorecard

    card, problems = read_scorecard(path)
    if card is None:
        show_problems(terminal, problems)
        return None
    return side_of_card(path)


def definition_at(terminal: Terminal, text: str, person: str | None) -> Definition | None:
    """A definition from a folder (or its workflow file), else a published one by name, `NAME:VERSION` or fingerprint.
    None when the folder's files are at fault, which is then told."""
    from api.cli.problems import show_problems
    from engine.definition.reader import read_definition
    from engine.operations.names import actor_named
    from engine.operations.touched import published

    path = Path(text)
    if path.exists():
        checked = read_definition(path.parent if path.is_file() else path)
        if checked.definition is None:
            show_problems(terminal, checked.problems)
        return checked.definition
    if "/" in text or not has_data(terminal):
        raise Misuse("cli.no_such_file", path=text)
    with opened(terminal) as runtime:
        return published(runtime, actor_named(runtime, person), text).definition


def _with_reviews(terminal: Terminal, found: Comparison, cycle: str | None, person: str | None) -> Comparison:
    """With the open reviews of the older definition, where there is data to look into."""
    from engine.operations.names import actor_named
    from engine.operations.touched import touched

    if found.before is None or not (cycle is not None or terminal.data is not None or has_data(terminal)):
        return found
    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)
        return replace(found, touched=touched(runtime, actor, found.before, found.changes, cycle))
