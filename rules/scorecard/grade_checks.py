"""Which grades a card can give: words that nothing gives, rules that do nothing, tables against their ladder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from rules.expressions.types import Type
from rules.scorecard.draft import Draft
from rules.scorecard.model import Grades, Rule
from rules.scorecard.ranges import term_type
from rules.scorecard.reach_checks import unreached
from rules.scorecard.shapes import Bands, Choose, Grid, Lookup, Shape, Term
from rules.scorecard.turn_checks import check_ladder


def check_grades(draft: Draft, grades: Grades | None, document: Any, by_others: bool) -> None:
    """by_others: a quota may give grades, too. The grade that people set is told of, as the card does not know."""
    if grades is None or grades.node.shape is None:
        return
    shape, ladder = grades.node.shape, grades.ladder
    key = next((one for one in ("bands", "lookup", "grid", "choose") if _holds(document, one)), "bands")
    stated = _holds(document, "ladder")
    if stated:
        check_ladder(draft.faults, shape, ("grades", key), ladder)
    value = term_type(grades.node.values[0]) if grades.node.values else Type(draft.known["grade"].kind)
    dead = {place[0] for place in unreached(shape, value)}
    first = {word for place, word in _words(shape) if place not in dead}
    given = set(first)
    for rule in grades.node.rules:
        _check_rule(draft, grades, rule, given)
        given |= _after(grades, rule, given)
    told = {word for _, word in _words(shape)}
    for word in (*ladder, *grades.outside):
        if word not in given | told and not by_others and stated:
            place = ("grades", "ladder" if word in ladder else "outside")
            draft.faults.add("SC116", place, level="warning", grade=word)


def _holds(document: Any, key: str) -> bool:
    return isinstance(document, Mapping) and document.get(key) is not None


def _words(shape: Shape) -> Iterator[tuple[str | int, str]]:
    """Place in the table and word of each of its rows."""
    rows: list[tuple[str | int, Term | None]] = []
    if isinstance(shape, Bands | Choose):
        rows = [(row.index, row.gives) for row in shape.rows]
        rows.append((shape.rows[-1].index + 1 if shape.rows else 0, shape.otherwise))
    elif isinstance(shape, Lookup):
        rows = [*shape.options.items(), ("else", shape.otherwise)]
    elif isinstance(shape, Grid):
        rows = [(f"{a} {b}", term) for a, row in shape.cells.items() for b, term in row.items()]
    for place, term in rows:
        if term is not None:
            yield place, str(term.constant)


def _after(grades: Grades, rule: Rule, given: set[str]) -> set[str]:
    """The words that a rule can make of those that are possible above it."""
    amount = None if rule.amount is None else rule.amount.constant
    if isinstance(amount, Decimal):
        ladder = grades.ladder
        way = int(amount) if rule.effect == "lower" else -int(amount)
        places = [ladder.index(word) + way for word in given if word in ladder]
        return {ladder[max(0, min(place, len(ladder) - 1))] for place in places}
    return {str(amount)}


def _check_rule(draft: Draft, grades: Grades, rule: Rule, given: set[str]) -> None:
    """A cap that nobody exceeds, a floor that everybody stands on: at the ladder's end, where they bind no people."""
    word = str(rule.amount.constant) if rule.amount is not None else ""
    alone = tuple(given) if len(given) == 1 else ()
    ends = {"at_most": grades.ladder[:1], "at_least": grades.ladder[-1:], "set": alone}
    idle = rule.effect in ("raise", "lower") and len(grades.ladder) == 1
    if idle or word in ends.get(rule.effect, ()):
        reach = ", ".join(one for one in (*grades.ladder, *grades.outside) if one in given)
        draft.faults.add(
            "SC122", (*rule.path, rule.effect), level="warning", rule=rule.name, effect=f"{rule.effect}: {word}",
            range=reach,
        )
