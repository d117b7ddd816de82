"""Who is graded together in a cycle, who of them is here, and whose barrier may open; nothing is judged here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.definition.model import Definition
from engine.review.barrier import PASSED, gathering_state, review_waits
from engine.review.model import Review
from engine.runtime import Runtime
from engine.store import cohorts, cycles, reviews, timers
from engine.store.cohorts import Member
from engine.store.cycles import Cycle
from engine.store.database import Tx
from rules.cohort.units import graded_together
from rules.scorecard.course import plain
from rules.scorecard.model import Card

FIGURES: Final = "of: cohort"
"""The key of a cycle's attributes under which its cohort's figures lie; no attribute of a scorecard has such a name."""

Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Group:
    """Reviews that are graded together: kind, name and pooled as in `rules.cohort.model.Unit`.

    members: all that count; here: those behind the barrier, but for whoever is held there; missing: how many are under
    way before it and were never judged together; opened: whether some were, so that who comes now is judged at once
    against them.
    """

    kind: str
    name: str | None
    pooled: tuple[str, ...]
    members: tuple[Member, ...]
    here: tuple[Member, ...]
    missing: int
    opened: bool

    @property
    def complete(self) -> bool:
        return not self.missing or self.opened


def groups_of(tx: Tx, definition: Definition, cycle: str, at: datetime) -> tuple[Group, ...]:
    """The cohorts of a cycle in the order of their first members; none where its workflow gathers nowhere."""
    state, card = gathering_state(definition), definition.card
    if state is None:
        return ()
    by = (None, None) if card.cohort is None else (card.cohort.by, card.cohort.into)
    members = [one for one in cohorts.members_of(tx, cycle, at, by) if _counts(definition, state, one)]
    found: dict[Key, list[Member]] = {}
    keys = keys_of(card, members)
    for one in members:
        found.setdefault(keys[one.review], []).append(one)
    return tuple(_group(definition, state, key, some) for key, some in found.items())


def own_unit(card: Card, member: Member) -> str | None:
    """The unit of its subject before small ones are put together."""
    return _value(member.attributes, None if card.cohort is None else card.cohort.by)


def keys_of(card: Card, members: Iterable[Member]) -> dict[str, Key]:
    """Review -> kind and name of its unit. Who was judged in a unit stays there, and so do later ones of its own unit;
    others are put together where their own unit is small."""
    known = list(members)
    sizes = Counter(own_unit(card, one) for one in known)
    judged: dict[str, Key] = {}
    fellows: dict[str | None, Key] = {}
    for one in known:
        if one.gathered is not None and one.gathered.kind != PASSED:
            judged[one.review] = (one.gathered.kind, one.gathered.unit)
            fellows.setdefault(one.gathered.own, judged[one.review])
    return {
        one.review: judged.get(one.review) or fellows.get(own_unit(card, one)) or _key(card, one, sizes)
        for one in known
    }


def figures_for(card: Card, cycle: Cycle, unit: str | None) -> dict[str, Any]:
    """The figures `of: cohort` as they hold for a unit: its own before those of all."""
    given: Mapping[str, Any] = cycle.attributes.get(FIGURES) or {}
    own = (given.get("units") or {}).get(unit or "") or {}
    return {name: value for name, value in {**(given.get("all") or {}), **own}.items() if name in card.inputs}


def attributes_of(cycle: Cycle) -> dict[str, Any]:
    """What rules may read of the cycle itself."""
    return {name: value for name, value in cycle.attributes.items() if name != FIGURES}


def unit_of(card: Card, attributes: Mapping[str, Any]) -> str | None:
    return _value(attributes, None if card.cohort is None else card.cohort.by)


def assembled(tx: Tx, definition: Definition, review: Review, at: datetime) -> tuple[int, int] | None:
    """How many of how many of the review's cohort are here or were judged, while it waits for them."""
    if not review_waits(definition, review):
        return None
    for group in groups_of(tx, definition, review.cycle, at):
        if any(one.review == review.id for one in group.members):
            return len(group.members) - group.missing, len(group.members)
    return 1, 1


@dataclass(frozen=True, slots=True)
class Poke:
    """A timer of a review that will come no more, due at once: the worker looks whether the others are complete."""

    review: str
    at: datetime
    ref: str
    kind: str = "gather"


def poked(definition: Definition, review: Review) -> Poke | None:
    """The timer by which the worker is to look whether the others are complete, where this review will come no more,
    or is held behind the barrier; it follows from the review alone, so that it can be proven.

    Not a timer of theirs: two transactions would wait for each other's reviews.
    """
    state = gathering_state(definition)
    if state is None:
        return None
    if review.held is not None and review_waits(definition, review):
        return Poke(review.id, review.held.since, state)
    if review.ended_at is not None:
        return Poke(review.id, review.ended_at, state)
    passed = review.gathered is not None and review.gathered.kind == PASSED
    return Poke(review.id, review.entered_at, state) if passed else None


def poke(tx: Tx, definition: Definition, review: Review) -> None:
    """Leaves that timer while anybody is in the state; with every event anew, since each sets the review's timers."""
    one = poked(definition, review)
    if one is not None and cohorts.any_in(tx, review.cycle, one.ref):
        timers.sync(tx, review.id, [one])


def poke_moved(rt: Runtime, tx: Tx, subjects: Collection[str], at: datetime) -> None:
    """Where these people were moved, a unit of an open cycle may be complete without them: the worker is to look at all
    units of it, by a timer of one of their reviews."""
    for cycle in cycles.list_all(tx):
        state = gathering_state(rt.definition(tx, cycle.definition)) if cycle.state == "open" else None
        if state is None or not cohorts.any_in(tx, cycle.id, state):
            continue
        moved = [one.id for one in reviews.find(tx, cycle=cycle.id) if one.ended_at is None and one.subject in subjects]
        if moved:
            timers.sync(tx, min(moved), [Poke(min(moved), at, state)])


def joint(card: Card, groups: tuple[Group, ...], group: Group, cycle: Cycle) -> tuple[Group, ...]:
    """The cohorts whose barriers open together: all of them where they share one pool, else this one alone."""
    shared = {one.split.pool for one in card.consequences if one.split is not None}
    if not shared or not graded_together(card):
        return (group,)
    given: Mapping[str, Any] = cycle.attributes.get(FIGURES) or {}
    own = given.get("units") or {}
    apart = [one for one in groups if shared <= set(own.get(one.name or "") or {})]
    return (group,) if group in apart else tuple(one for one in groups if one not in apart)


def _counts(definition: Definition, state: str, one: Member) -> bool:
    """Who ended without having been judged, or was taken out before the result was fixed, is nobody's fellow."""
    if not one.ended:
        return True
    return one.gathered is not None and (one.fixed or "result" not in definition.states[state].leaving)


def _group(definition: Definition, state: str, key: Key, members: list[Member]) -> Group:
    here = tuple(one for one in members if _is_here(state, one))
    come = {one.review for one in here}
    missing = sum(
        not one.ended and one.gathered is None and one.review not in come and not (one.held and one.state == state)
        for one in members
    )
    opened = any(one.gathered is not None and one.gathered.kind != PASSED for one in members)
    owns = [own_unit(definition.card, one) for one in members]
    pooled = tuple(dict.fromkeys(one for one in owns if one is not None)) if key[0] == "pooled" else ()
    return Group(key[0], key[1], pooled, tuple(members), here, missing, opened)


def _is_here(state: str, one: Member) -> bool:
    waits = one.gathered is None or one.gathered.visit != one.visit
    return waits and one.state == state and not (one.ended or one.held)


def _key(card: Card, one: Member, sizes: Counter[str | None]) -> Key:
    cohort, own = card.cohort, own_unit(card, one)
    if cohort is None or cohort.by is None:
        return "all", None
    if own is None:
        return "nowhere", None
    into = _value(one.attributes, cohort.into)
    small = cohort.below is not None and sizes[own] < cohort.below
    return ("pooled", into) if small and into is not None else ("unit", own)


def _value(attributes: Mapping[str, Any], name: str | None) -> str | None:
    value = attributes.get(name) if name is not None else None
    return None if value in (None, "") else str(plain(value))
