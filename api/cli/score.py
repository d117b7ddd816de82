"""`score`: one scorecard on given facts, of one card or of many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from api.cli.facts_file import read_document
from api.cli.problems import show_problems
from api.cli.results import show_result, show_trace
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, option, verb
from api.refusals import DONE, REFUSED
from engine.errors import InputError
from rules.scorecard.evaluate import Result, result_document
from rules.scorecard.evaluate import score as judge
from rules.scorecard.facts import card_documents, read_facts
from rules.scorecard.model import Card


@verb("score", data=False)
@click.argument("scorecard", type=ExistingPath())
@click.argument("facts", type=ExistingPath())
@option("--explain", is_flag=True, help="cli.option.explain")
def score(terminal: Terminal, scorecard: Path, facts: Path, explain: bool) -> int:
    from engine.definition.reader import read_scorecard

    file = scorecard / "scorecard.yaml" if scorecard.is_dir() else scorecard
    card, problems = read_scorecard(file)
    if card is None:
        show_problems(terminal, problems)
        return REFUSED
    document, marks = read_document(facts)
    listed = isinstance(document, list)
    results: list[tuple[str, Result]] = []
    broken = False
    for place, (name, one) in enumerate(card_documents({"cards": document} if listed else document)):
        known, faults = read_facts(card, one)
        above: tuple[str | int, ...] = (place,) if listed else ("cards", place) if name else ()
        found = tuple(marks(fault, above) for fault in faults)
        show_problems(terminal, found)
        broken = broken or known is None
        if known is not None:
            results.append((name, judge(card, known)))
    if broken:
        return REFUSED
    if not results:
        raise InputError("cli.no_cards", path=facts)
    tell(terminal, card, results, explain)
    return REFUSED if any(result.status == "refused" for _, result in results) else DONE


def tell(terminal: Terminal, card: Card, results: list[tuple[str, Result]], explain: bool) -> None:
    """One result as an object or in sentences; many as a list with their ids, or as a table."""
    many = any(name for name, _ in results)
    if terminal.json:
        said = [document_of(name, result, explain) for name, result in results]
        terminal.data_out(said if many else said[0])
        return
    for name, result in results:
        if many:
            terminal.show(name)
        show_result(terminal, card, result)
        if explain:
            show_trace(terminal, result)


def document_of(name: str, result: Result, explain: bool) -> dict[str, Any]:
    """A result as JSON data: decimals as text; the trace only when asked for."""
    found = {"id": name, **result_document(result)} if name else result_document(result)
    return {**found, "trace": result.trace} if explain else found
