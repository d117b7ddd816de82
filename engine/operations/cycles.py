"""Runs a definition for a population: opens its reviews in one transaction, says how far they are, ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, overload

from engine.calendar import day_end, day_start, kind_of, local_day, parse_period, period_of
from engine.definition.model import Definition
from engine.errors import InputError, NotFound
from engine.history.event import Entry, Part, entry_of
from engine.operations.cycle_attributes import check_attributes
from engine.operations.moment import moment
from engine.operations.once import Once, Replayed, again, keep, known
from engine.operations.periods import keys_of
from engine.operations.rights import require_hr
from engine.operations.sight import cycle_in_sight, sight_of
from engine.operations.watching import watched_cycle
from engine.review.case import Actor, Period
from engine.review.decide.open_review import open_review
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.review.timers import timers_of
from engine.runtime import Runtime
from engine.store import cycles, definitions, figures, history, people, reviews, standings, timers
from engine.store.cycles import Cycle
from engine.store.database import Tx
from engine.store.people import Assignment, Person


@dataclass(frozen=True, slots=True)
class Population:
    """Who gets a review: these refs, or the members of a group, unit or department, or else everyone of the
    definition's kind who is employed in the period and has a manager."""

    refs: tuple[str, ...] = ()
    group: str | None = None
    unit: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class OpenCycle:
    """workflow: a published definition's name; period: its key; attributes: what rules may read of the cycle."""

    workflow: str
    period: str
    population: Population = field(default_factory=Population)
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """reviews: (ref, review id) in the order of refs; carried: refs that began from their last review's end."""

    cycle: Cycle
    reviews: tuple[tuple[str, str], ...]
    carried: tuple[str, ...]

    def receipt(self) -> dict[str, Any]:
        """What is kept for the key: the cycle and how many reviews it has; the reviews themselves are in the cycle."""
        return {**self.cycle.receipt(), "reviews": len(self.reviews), "carried": len(self.carried)}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a cycle is: reviews by state, open tasks by name, how many of these are overdue."""

    cycle: Cycle
    states: Mapping[str, int]
    tasks: Mapping[str, int]
    overdue: int


@overload
def open_cycle(rt: Runtime, actor: Actor, request: OpenCycle, *, most: int | None = None) -> Opened: ...


@overload
def open_cycle(
    rt: Runtime, actor: Actor, request: OpenCycle, once: Once | None, *, most: int | None = None
) -> Opened | Replayed: ...


def open_cycle(
    rt: Runtime, actor: Actor, request: OpenCycle, once: Once | None = None, *, most: int | None = None
) -> Opened | Replayed:
    """One transaction: the cycle's event, one event a review, all rows in bulk.

    most: more reviews than this are not opened now (None: any number). NotFound for an unpublished workflow or an
    unknown ref; InputError for a period of another kind, a cycle that is there already, attributes that the scorecard
    does not declare or lacks, a population of nobody or of too many; NotAllowed when the actor is not HR.
    """
    return again(lambda: _open(rt, actor, request, once, most))


def _open(
    rt: Runtime, actor: Actor, request: OpenCycle, once: Once | None, most: int | None
) -> Opened | Replayed:
    at = rt.clock.now()
    with rt.database.write() as tx:
        tx.take_turn()
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        require_hr(tx, actor, at)
        stored = definitions.approved(tx, request.workflow)
        if stored is None:
            raise NotFound("OP015", name=request.workflow)
        definition = rt.definition(tx, stored.fingerprint)
        cycle = _new_cycle(rt, tx, definition, request, actor, at)
        subjects = _population(tx, definition, request, at)
        if most is not None and len(subjects) > most:
            raise InputError("OP224", count=len(subjects), most=most)
        cycles.insert(tx, cycle)
        starts = cycles.starts(tx, workflow=definition.name, period=cycle.period)
        opened = _open_reviews(rt, tx, definition, cycle, subjects, starts, actor, at)
        plain = {"workflow": definition.name, "period": cycle.period, "reviews": [one.id for one in opened]}
        history.append(
            tx,
            [
                Entry(
                    f"cycle:{cycle.id}", "cycle_opened", at, actor.cause, actor.person,
                    definition=definition.fingerprint, parts=(Part(None, plain),),
                )
            ],
        )  # fmt: skip
        refs = {subject.id: subject.ref for subject in subjects}
        pairs = tuple((refs[review.subject], review.id) for review in opened)
        made = Opened(cycle, pairs, tuple(refs[one.id] for one in subjects if starts.get(one.id)))
        keep(tx, actor, once, made.receipt(), at)
        return made


def progress(rt: Runtime, actor: Actor, cycle: str) -> Progress:
    """How far the cycle is now: of HR of certain units, their reviews. NotAllowed for all but HR and auditors."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        found, definition, units = watched_cycle(rt, tx, actor, cycle, at)
        rows = standings.of_cycle(tx, found.id, at, units)
        tasks = standings.open_tasks(tx, found.id, at, units)
    counts = {state: sum(row.state == state for row in rows) for state in definition.states}
    states = {state: count for state, count in counts.items() if count}
    return Progress(found, states, {one.name: one.count for one in tasks}, sum(one.overdue for one in tasks))


@overload
def close_cycle(rt: Runtime, actor: Actor, cycle: str) -> Cycle: ...


@overload
def close_cycle(rt: Runtime, actor: Actor, cycle: str, once: Once | None) -> Cycle | Replayed: ...


def close_cycle(rt: Runtime, actor: Actor, cycle: str, once: Once | None = None) -> Cycle | Replayed:
    """Ends a cycle whose reviews have all ended. InputError while some have not, or when it is closed already; NotFound
    for a cycle in which the actor sees no review, NotAllowed when she is not HR."""
    return again(lambda: _close(rt, actor, cycle, once))


def _close(rt: Runtime, actor: Actor, cycle: str, once: Once | None) -> Cycle | Replayed:
    at = rt.clock.now()
    with rt.database.write() as tx:
        tx.take_turn()
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        found = cycle_in_sight(tx, sight_of(rt, tx, actor, at), cycle)
        require_hr(tx, actor, at)
        if found.state != "open":
            raise InputError("OP016", period=found.period)
        waiting = [row for row in reviews.find(tx, cycle=found.id) if row.ended_at is None]
        if waiting:
            raise InputError("OP017", period=found.period, count=len(waiting))
        at = moment(tx, at, [f"cycle:{found.id}"])
        cycles.close(tx, found.id, at)
        entry = Entry(
            f"cycle:{found.id}", "cycle_closed", at, actor.cause, actor.person, definition=found.definition
        )  # fmt: skip
        history.append(tx, [entry])
        closed = cycles.get(tx, found.id)
        keep(tx, actor, once, closed.receipt(), at)
        return closed


def _new_cycle(
    rt: Runtime, tx: Tx, definition: Definition, request: OpenCycle, actor: Actor, at: datetime
) -> Cycle:
    try:
        kind = kind_of(request.period)
    except ValueError:
        kind = ""
    if kind != definition.period:
        today = local_day(definition.calendar.timezone, at)
        raise InputError("OP018", period=request.period, example=period_of(definition.period, today)[0])
    for one in cycles.list_all(tx):
        if (one.workflow, one.period) == (definition.name, request.period):
            raise InputError("OP019", name=definition.name, period=request.period)
    check_attributes(definition.card, request.attributes)
    return Cycle(
        rt.ids.new_id(), definition.fingerprint, definition.name, request.period, "open", at, actor.person, None,
        request.attributes,
    )  # fmt: skip


def _population(tx: Tx, definition: Definition, request: OpenCycle, at: datetime) -> tuple[Person, ...]:
    wanted = request.population
    everybody = people.by_ref(tx)
    if wanted.refs:
        unknown = [ref for ref in wanted.refs if ref not in everybody]
        if unknown:
            raise NotFound("OP001", ref=unknown[0])
        chosen = {everybody[ref].id for ref in wanted.refs}
    else:
        held: dict[str, list[Assignment]] = {}
        for one in people.assignments_at(tx, at):
            held.setdefault(one.person, []).append(one)
        chosen = {person.id for person in everybody.values() if _belongs(held.get(person.id, []), definition, wanted)}
        _, first, last = parse_period(request.period)
        zone = definition.calendar.timezone
        chosen = {one for one in chosen if _employed(held.get(one, []), day_start(zone, first), day_end(zone, last))}
    found = tuple(person for person in everybody.values() if person.id in chosen and person.kind == definition.subject)
    if not found or (wanted.refs and len(found) < len(chosen)):
        raise InputError("OP020", kind=definition.subject)
    return found


def _belongs(held: list[Assignment], definition: Definition, wanted: Population) -> bool:
    named = (("group", wanted.group), ("unit", wanted.unit), ("department", wanted.department))
    if any(target for _, target in named):
        return all(any((one.kind, one.target) == (kind, target) for one in held) for kind, target in named if target)
    return definition.subject != "employee" or any(one.kind == "manager" for one in held)


def _employed(held: list[Assignment], start: datetime, end: datetime) -> bool:
    """Whether some employment touches the period; who has none written down is taken as employed."""
    spans = [one for one in held if one.kind == "employment"]
    return not spans or any(one.since < end and (one.until is None or one.until > start) for one in spans)


def _open_reviews(
    rt: Runtime,
    tx: Tx,
    definition: Definition,
    cycle: Cycle,
    subjects: tuple[Person, ...],
    starts: Mapping[str, Mapping[str, Any]],
    actor: Actor,
    at: datetime,
) -> tuple[Review, ...]:
    everybody = people.relations(tx, None, at)
    observed = figures.by_subjects(tx, [subject.id for subject in subjects], keys_of(cycle.period))
    events = [
        open_review(
            definition,
            review_id=rt.ids.new_id(),
            cycle=cycle.id,
            subject=subject.id,
            period=Period(*parse_period(cycle.period)),
            relations=everybody,
            days=definition.days,
            zone=subject.timezone or definition.calendar.timezone,
            actor=actor,
            at=at,
            start=starts.get(subject.id),
            observations=observed.get(subject.id, ()),
            attributes=subject.attributes,
            cycle_attributes=cycle.attributes,
        )
        for subject in subjects
    ]
    entries = [
        entry_of(event, definition=definition.fingerprint, subject=subject.id)
        for event, subject in zip(events, subjects, strict=True)
    ]
    appended = history.append(tx, entries)
    opened = tuple(evolve(None, event, one.leaf_hash) for event, one in zip(events, appended, strict=True))
    reviews.insert_many(tx, opened)
    firsts = [found[0] for review in opened if (found := timers_of(review, definition))]
    timers.insert_many(tx, firsts)
    return opened
