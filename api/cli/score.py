"""`score`: one scorecard on given facts, of one card or of many, and of those that are graded together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from api.cli.explaining import explanation_of, show_explained
from api.cli.facts_file import read_document
from api.cli.problems import show_problems
from api.cli.results import show_cohort, show_result
from api.cli.terminal import Terminal
from api.cli.verbs import ExistingPath, option, verb
from api.refusals import DONE, REFUSED
from engine.errors import InputError
from rules.cohort.document import cohort_document
from rules.cohort.judging import judge_cohort
from rules.cohort.model import CohortResult
from rules.cohort.reading import read_members
from rules.cohort.units import graded_together
from rules.scorecard.evaluate import Result, result_document
from rules.scorecard.evaluate import score as judge
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card


@verb("score", data=False)
@click.argument("scorecard", type=ExistingPath())
@click.argument("facts", type=ExistingPath())
@option("--explain", is_flag=True, help="cli.option.explain")
def score(terminal: Terminal, scorecard: Path, facts: Path, explain: bool) -> int:
    from engine.definition.reader import read_scorecard
    from engine.operations.script import scorecard_of

    file = scorecard / scorecard_of(scorecard) if scorecard.is_dir() else scorecard
    card, problems = read_scorecard(file)
    if card is None:
        show_problems(terminal, problems)
        return REFUSED
    document, marks = read_document(facts)
    members, faults = read_members(card, document)
    show_problems(terminal, tuple(marks(fault, ()) for fault in faults))
    if members is None:
        return REFUSED
    if not members.facts:
        raise InputError("cli.no_cards", path=facts)
    if not (members.together and graded_together(card)):
        results = [(name, judge(card, one)) for name, one in zip(members.ids, members.facts, strict=True)]
        tell(terminal, card, results, members.facts if explain else ())
        return REFUSED if any(result.status == "refused" for _, result in results) else DONE
    cohort = judge_cohort(card, members.facts, members.cohort)
    results = list(zip(members.ids, cohort.results, strict=True))
    tell(terminal, card, results, members.facts if explain else (), cohort)
    refused = any(result.status == "refused" for _, result in results)
    return REFUSED if refused or (cohort.when_over == "refuse" and not cohort.kept) else DONE


def tell(
    terminal: Terminal, card: Card, results: list[tuple[str, Result]], explain: Sequence[Facts],
    cohort: CohortResult | None = None,
) -> None:
    """One result as an object or in sentences; many as a list with their ids, or as a table, then their cohort."""
    many = any(name for name, _ in results)
    if terminal.json:
        said = [document_of(card, name, result) for name, result in results]
        for one, (_, result), facts in zip(said, results, explain, strict=True) if explain else ():
            one.update(explanation_of(card, result, facts, terminal.lang))
        for place, one in enumerate(said) if cohort is not None else ():
            one["cohort"] = cohort_document(cohort, place) if cohort is not None else None
        terminal.data_out(said if many else said[0])
        return
    for place, (name, result) in enumerate(results):
        if many:
            terminal.show(name)
        show_result(terminal, card, result)
        if explain:
            show_explained(terminal, card, result, explain[place])
        if cohort is None and graded_together(card):
            terminal.say("cohort.alone")
    if cohort is not None:
        show_cohort(terminal, card, cohort)


def document_of(card: Card, name: str, result: Result) -> dict[str, Any]:
    """A result as JSON data: decimals as text; one alone of a cohort says so."""
    found = {"id": name, **result_document(result)} if name else result_document(result)
    if not name and graded_together(card):
        found["cohort"] = {"alone": True}
    return found
