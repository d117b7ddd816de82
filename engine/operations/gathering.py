"""Opens the barrier of a cohort: all of it judged once from what its reviews froze, one event for each that waited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.definition.model import Definition
from engine.history.event import review_stream
from engine.operations.barriers import FIGURES, Group, Key, figures_for, groups_of, joint, own_unit
from engine.operations.handle import apply
from engine.review.barrier import review_waits
from engine.review.case import Actor, Together
from engine.review.commands import Gather
from engine.review.decide.gather import gathered_at
from engine.review.figures import COHORT
from engine.review.model import Gathered
from engine.review.timers import timers_of
from engine.runtime import Runtime
from engine.store import cycles, history, reviews, timers
from engine.store.cohorts import Member
from engine.store.cycles import Cycle
from engine.store.database import Tx
from rules.cohort.judging import judge_cohort
from rules.cohort.model import CohortFacts, CohortResult, Settled, Unit
from rules.cohort.reading import read_cohort_facts
from rules.scorecard.facts import Facts, read_facts
from rules.scorecard.fields import Faults
from rules.scorecard.model import Card

BATCH = Actor(None, "batch")


@dataclass(frozen=True, slots=True)
class Judged:
    """A cohort judged: documents by review as they were frozen, what the rules said, and where each review stands."""

    definition: Definition
    cycle: Cycle
    groups: tuple[Group, ...]
    documents: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, int]
    result: CohortResult

    def gathered(self, member: Member) -> Gathered:
        """What the judgement brings to one of them."""
        card = self.definition.card
        place = self.places.get(member.review)
        group = next(one for one in self.groups if member in one.members)
        given = figures_for(card, self.cycle, group.name)
        if place is None:  # its facts cannot be read (any more): it stays as it is
            kind, own = group.kind, own_unit(card, member)
            return Gathered(member.visit, kind, group.name, own, len(group.members), member.grade, figures=given)
        made = gathered_at(self.result, place, member.visit, own_unit(card, member), given)
        return replace(made, members=len(group.members))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is decided of some reviews beforehand. sharing: those that share the pools anew; grades: review -> the grade
    that it shall have, whatever the quota says; people: review -> the grade that a person has set, None for none."""

    sharing: frozenset[str]
    grades: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str | None] = field(default_factory=dict)
    approved: frozenset[str] = frozenset()


def gather(rt: Runtime, tx: Tx, review_id: str, ref: str, at: datetime) -> bool:
    """Opens the barrier that the review stands behind, for all that are here, and every other where nobody is awaited
    any more (by one that will come no more, is held, or was moved to another unit); whether one was to be opened.

    ref: the state when all may have come; anything else: time is up, and nobody waits for the others any more.
    """
    review = reviews.load(tx, review_id)
    definition = rt.definition(tx, review.definition)
    waits = review_waits(definition, review) and review.held is None
    groups = groups_of(tx, definition, review.cycle, at)
    late = waits and ref != review.state
    mine = [one for one in groups if waits and any(member.review == review_id for member in one.members)]
    wanted = mine if late else [one for one in groups if one in mine or one.complete]
    opened = False
    for key in [(one.kind, one.name) for one in wanted if one.here]:
        opened = _open(rt, tx, definition, review.cycle, key, late=late, at=at) or opened
    if opened or not waits:
        timers.sync(tx, review_id, timers_of(reviews.load(tx, review_id), definition))
    return opened


def _open(
    rt: Runtime, tx: Tx, definition: Definition, cycle_id: str, key: Key, *, late: bool, at: datetime
) -> bool:
    """The barrier of one unit, with those that share a pool with it; whether it was to be opened."""
    groups, cycle = groups_of(tx, definition, cycle_id, at), cycles.get(tx, cycle_id)
    mine = next(one for one in groups if (one.kind, one.name) == key)
    together = joint(definition.card, groups, mine, cycle)
    opening = _opening(together, mine, late=late)
    here = sorted((one for group in opening for one in group.here), key=lambda one: one.review)
    if not here:
        return False
    judged = judge(tx, definition, cycle, together, Wish(frozenset(one.review for one in here)))
    for one in here:
        brought = Together(judged.gathered(one), judged.documents.get(one.review))
        apply(rt, tx, BATCH, Gather(one.review), at, together=brought)
    return True


def _opening(together: tuple[Group, ...], mine: Group, *, late: bool) -> tuple[Group, ...]:
    """Whose barriers open: everybody has come, of all who share a pool, or time is up; else only where some were judged
    before, whom the review joins."""
    if late or all(group.complete for group in together):
        return together
    return (mine,) if mine.opened else ()


def judge(tx: Tx, definition: Definition, cycle: Cycle, groups: Iterable[Group], wish: Wish) -> Judged:
    """Judges these cohorts from the facts that lie frozen with their results. Who shares nothing anew and was judged
    before counts with what it has."""
    # Who is still under way, or waits behind a barrier that stays shut, has no part in it.
    groups = tuple(
        replace(group, members=tuple(
            one for one in group.members if one.gathered is not None or one.review in wish.sharing))
        for group in groups
    )
    documents = documents_of(tx, [one for group in groups for one in group.members])
    card, known = definition.card, {}
    facts: list[Facts] = []
    for one in (member for group in groups for member in group.members):
        read = _facts(card, documents.get(one.review), wish, one.review)
        if read is not None:
            known[one.review] = len(facts)
            facts.append(read)
    units = tuple(
        Unit(group.kind, group.name, tuple(known[one.review] for one in group.members if one.review in known),
             group.pooled)
        for group in groups
    )
    settled = {
        known[one.review]: found
        for group in groups for one in group.members
        if one.review in known and (found := _settled(card, one, wish)) is not None
    }
    given = cohort_facts(card, cycle, [group.name for group in groups], wish.approved)
    result = judge_cohort(card, facts, given, units=units, settled=settled)
    return Judged(definition, cycle, groups, documents, known, result)


def cohort_facts(
    card: Card, cycle: Cycle, units: Iterable[str | None], approved: frozenset[str] = frozenset()
) -> CohortFacts:
    """The figures of a cycle's cohort, as the rules take them."""
    given = cycle.attributes.get(FIGURES) or {}
    names = {name for name in units if name is not None}
    every = read_cohort_facts(card, given.get("all") or None, Faults(), ()).figures
    by_unit = {
        unit: read_cohort_facts(card, figures, Faults(), ()).figures
        for unit, figures in (given.get("units") or {}).items() if unit in names
    }
    return CohortFacts(every, by_unit, approved)


def documents_of(tx: Tx, members: Iterable[Member]) -> dict[str, Mapping[str, Any]]:
    """Review -> the facts of its result on record, without what a cohort brought; none where they are erased."""
    places = {one.review: (review_stream(one.review), one.seq) for one in members if one.seq is not None}
    payloads = history.payloads_of(tx, set(places.values())) if places else {}
    found: dict[str, Mapping[str, Any]] = {}
    for review, place in places.items():
        document = ((payloads.get(place) or {}).get("result") or {}).get("facts")
        if document is not None:
            found[review] = {name: value for name, value in document.items() if name != COHORT}
    return found


def _facts(card: Card, document: Mapping[str, Any] | None, wish: Wish, review: str) -> Facts | None:
    if document is None:
        return None
    if review in wish.people:
        document = {**document, "adjusted": wish.people[review]}
    return read_facts(card, document)[0]


def _settled(card: Card, one: Member, wish: Wish) -> Settled | None:
    grade = wish.grades.get(one.review)
    if one.review in wish.sharing:
        return None if grade is None else Settled(grade)
    shares = {name: Decimal(text) for name, text in one.gathered.shares.items()} if one.gathered else {}
    ladder = card.grades.ladder if card.grades is not None else ()
    return Settled(grade or (one.grade if one.grade in ladder else None), shares)
