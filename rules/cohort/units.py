"""Which reviews are graded together: one unit for each value of an attribute, small ones put together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rules.cohort.model import Unit
from rules.expressions.types import MISSING
from rules.scorecard.course import plain
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card
from rules.scorecard.quotas import Cohort


def graded_together(card: Card) -> bool:
    """Whether a result of this card needs the others."""
    return card.quota is not None or any(node.split is not None for node in card.consequences) or any(
        one.of is not None for one in card.inputs.values()
    )


def unit_name(cohort: Cohort | None, facts: Facts, attribute: str | None = None) -> str | None:
    """The value of the attribute (by default the one that makes the units) as text; None where there is none."""
    name = attribute or (cohort.by if cohort is not None else None)
    value = facts.subject.get(name, MISSING) if name is not None else MISSING
    return None if value is MISSING else plain(value)


def units_of(cohort: Cohort | None, members: Sequence[Facts], counted: Collection[int]) -> tuple[Unit, ...]:
    """Every card in exactly one unit, in the order of their first cards. Only cards in `counted` make a unit large."""
    if cohort is None or cohort.by is None:
        return (Unit("all", None, tuple(range(len(members)))),)
    own: dict[str | None, list[int]] = {}
    for place, facts in enumerate(members):
        own.setdefault(unit_name(cohort, facts), []).append(place)
    made: dict[tuple[str, str | None], list[int]] = {}
    sources: dict[tuple[str, str | None], dict[str, None]] = {}
    for name, places in own.items():
        small = name is not None and cohort.below is not None and sum(one in counted for one in places) < cohort.below
        for place in places:
            into = unit_name(cohort, members[place], cohort.into) if small and cohort.into else None
            key = ("pooled", into) if into is not None else ("nowhere", None) if name is None else ("unit", name)
            made.setdefault(key, []).append(place)
            if into is not None and name is not None:
                sources.setdefault(key, {})[name] = None
    return tuple(Unit(kind, name, tuple(places), tuple(sources.get((kind, name), ())))
                 for (kind, name), places in made.items())
