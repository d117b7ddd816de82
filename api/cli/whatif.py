"""`whatif`: what another scorecard would have made of the same reviews."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.opened import opened
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, Misuse, as_maybe, option, verb
from api.refusals import DONE, REFUSED
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.runtime import Runtime
    from rules.scorecard.model import Card

CYCLES_OWN = "-"


@verb("whatif")
@click.argument("old")
@click.argument("new")
@option("--cycle", metavar="CYCLE", help="cli.option.whatif_cycle")
@option("--facts", type=ExistingPath(), help="cli.option.whatif_facts")
@as_maybe
def whatif(
    terminal: Terminal, old: str, new: str, cycle: str | None, facts: Path | None, person: str | None
) -> int:
    if (cycle is None) == (facts is None):
        raise Misuse("cli.whatif_one")
    if facts is not None:
        return _on_facts(terminal, old, new, facts)
    return _on_cycle(terminal, old, new, str(cycle), person)


def _on_facts(terminal: Terminal, old: str, new: str, facts: Path) -> int:
    from api.cli.facts_file import read_document
    from api.cli.whatif_text import whatif_lines
    from engine.operations.whatif import from_facts
    from engine.operations.whatif_told import told_of
    from rules.scorecard.facts import card_documents
    from rules.trial.compare import Member, unit_of

    cards = [_card_at(terminal, text) for text in (old, new)]
    if cards[0] is None or cards[1] is None:
        return REFUSED
    before, after = cards[0], cards[1]
    document, _ = read_document(facts)
    listed = card_documents({"cards": document} if isinstance(document, list) else document)
    members = [Member(name or "1", unit_of(after, one), one) for name, one in listed]
    if not members:
        raise InputError("cli.no_cards", path=facts)
    cohort = document.get("cohort") if isinstance(document, dict) else None
    found = _carried_out(terminal, from_facts(before, after, members, cohort))
    told = told_of(terminal.lang, found, {})
    terminal.answer(told, whatif_lines(terminal.lang, told))
    return DONE


def _on_cycle(terminal: Terminal, old: str, new: str, cycle: str, person: str | None) -> int:
    from api.cli.whatif_text import whatif_lines
    from engine.operations.names import actor_named
    from engine.operations.whatif import subjects_of, trying
    from engine.operations.whatif_told import told_trial

    with opened(terminal) as runtime:
        actor = actor_named(runtime, person)

        def card(text: str) -> Card | None:
            return _card(terminal, runtime, actor, cycle, text)

        after = card(new)
        before = None if old == CYCLES_OWN else card(old)
        if after is None or (before is None and old != CYCLES_OWN):
            return REFUSED
        trial = _carried_out(terminal, trying(runtime, actor, cycle, after, before))
        told = told_trial(terminal.lang, trial, subjects_of(runtime, actor, trial.reviews))
    terminal.answer(told, whatif_lines(terminal.lang, told))
    return DONE


def _card(terminal: Terminal, runtime: Runtime, actor: Any, cycle: str, text: str) -> Card | None:
    """A scorecard from a file or folder, else from what is published; None where its problems were shown."""
    from engine.operations.whatif import card_named

    if Path(text).exists():
        return _card_at(terminal, text)
    return card_named(runtime, actor, cycle, text)


def _card_at(terminal: Terminal, text: str) -> Card | None:
    from api.cli.problems import show_problems
    from engine.definition.reader import read_scorecard
    from engine.operations.script import scorecard_of

    path = Path(text)
    if not path.exists():
        raise Misuse("cli.no_such_file", path=path)
    card, problems = read_scorecard(path / scorecard_of(path) if path.is_dir() else path)
    if card is None:
        show_problems(terminal, problems)
    return card


def _carried_out(terminal: Terminal, steps: Generator[tuple[str, int, int], None, Any]) -> Any:
    """To the end, saying on a terminal how far it is."""
    shown = sys.stderr.isatty()
    while True:
        try:
            phase, done, count = next(steps)
        except StopIteration as end:
            if shown:
                click.echo("\r\033[K", nl=False, err=True)
            return end.value
        if shown:
            what = terminal.text(f"whatif.phase.{phase}")
            said = terminal.text("whatif.progress", phase=what, done=done, count=count)
            click.echo(f"\r\033[K{said}", nl=False, err=True)
