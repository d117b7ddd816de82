"""What another scorecard would have made of a cycle's reviews: judged anew from the facts frozen with each score."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.definition.model import Definition
from engine.definition.reader import read_scorecard
from engine.errors import InputError, NotFound
from engine.history.event import review_stream
from engine.operations.barriers import FIGURES
from engine.operations.definitions import definition_view, listing
from engine.operations.seeing import Named, named
from engine.operations.sight import Sight, sight_of, sighted
from engine.operations.watching import watched_cycle
from engine.review import access
from engine.review.case import Actor
from engine.review.figures import COHORT
from engine.runtime import Runtime
from engine.store import history, people, standings
from engine.store.cycles import Cycle
from engine.store.database import Tx
from engine.store.rows import slices
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card
from rules.trial.compare import Member, Row, compare
from rules.trial.document import comparison_document
from rules.trial.stability import Graded, Interval, graded_one, intervals_in_time
from rules.trial.together import together
from rules.trial.weighing import weights_of

AT_ONCE: Final = 100
"""Reviews whose facts are read together."""

Progress = tuple[str, int, int]
"""Phase (`reviews`, `weights`), how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Trial:
    """document: what `rules.trial.document` says, reviews by their ids; unreleased: how many reviews of the cycle have
    no result that the actor may see; erased: how many have one whose facts are erased."""

    cycle: Cycle
    definition: Definition
    unreleased: int
    erased: int
    document: Mapping[str, Any]

    @property
    def reviews(self) -> list[str]:
        """Ids of all reviews that the document names."""
        named_there = [one["id"] for key in ("rows", "unjudged") for one in self.document[key]]
        for weight in self.document["weights"]:
            ends = [weight[side] for side in ("low", "high")]
            named_there.extend(end["mover"]["id"] for end in ends if end is not None and end["mover"] is not None)
        return list(dict.fromkeys(named_there))


@dataclass(frozen=True, slots=True)
class Scene:
    """The reviews of a cycle that can be tried: id -> the event that judged it; units: id -> the subject's unit."""

    cycle: Cycle
    definition: Definition
    judged: Mapping[str, int]
    units: Mapping[str, str]
    unreleased: int


@dataclass
class _Done:
    rows: list[Row] = field(default_factory=list)
    graded: list[Graded] = field(default_factory=list)


def whatif(
    rt: Runtime, actor: Actor, cycle: str, new: Card, old: Card | None = None, most: int | None = None
) -> Trial:
    """The whole comparison at once; most: more reviews than that are refused (InputError WI021)."""
    return carried_out(trying(rt, actor, cycle, new, old, most))


def carried_out(steps: Generator[Progress, None, Trial]) -> Trial:
    """All steps of a comparison, one after the other."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Trial = end.value
            return made


def trying(
    rt: Runtime, actor: Actor, cycle: str, new: Card, old: Card | None = None, most: int | None = None
) -> Generator[Progress, None, Trial]:
    """The same step by step; nothing is written, so whoever is interrupted begins again.

    old: None for the scorecard of the cycle. For HR of the reviews' units and auditors, and of each review only when
    its result is released to them: NotAllowed for everybody else, NotFound for an unknown cycle, InputError WI022
    where there is nothing to compare.
    """
    scene = scene_of(rt, actor, cycle)
    if not scene.judged:
        raise InputError("WI022", cycle=scene.cycle.period)
    if most is not None and len(scene.judged) > most:
        raise InputError("WI021", count=len(scene.judged), most=most)
    base = old or scene.definition.card
    done = _Done()
    for some in slices(list(scene.judged), AT_ONCE):
        for member in _members(rt, scene, some):
            row = compare(base, new, member, (scene.definition.card,))
            done.rows.append(row)
            _keep(new, done, row)
        yield "reviews", len(done.rows), len(scene.judged)
    intervals = yield from _weights(new, done.graded)
    given = scene.cycle.attributes.get(FIGURES) or {}
    rows = together(base, new, done.rows, given.get("all"), given.get("units"))
    document = comparison_document(base, new, rows, intervals)
    erased = len(scene.judged) - len(done.rows)
    return Trial(scene.cycle, scene.definition, scene.unreleased, erased, document)


def from_facts(
    old: Card, new: Card, members: Sequence[Member], cohort: Any = None
) -> Generator[Progress, None, dict[str, Any]]:
    """The comparison on facts that were handed in; cohort: what they say of all together."""
    done = _Done()
    for some in slices(list(members), AT_ONCE):
        for member in some:
            done.rows.append(compare(old, new, member))
            _keep(new, done, done.rows[-1])
        yield "reviews", len(done.rows), len(members)
    intervals = yield from _weights(new, done.graded)
    return comparison_document(old, new, together(old, new, done.rows, cohort), intervals)


def _keep(new: Card, done: _Done, row: Row) -> None:
    facts: Facts | None = row.read[1]
    one = None if facts is None else graded_one(new, row.id, facts)
    if one is not None:
        done.graded.append(one)


def _weights(new: Card, reviews: Sequence[Graded]) -> Generator[Progress, None, list[Interval]]:
    found: list[Interval] = []
    weights = weights_of(new) if new.grades is not None and reviews else ()
    for interval in intervals_in_time(new, weights, reviews):
        found.append(interval)
        yield "weights", len(found), len(weights)
    return found


def scene_of(rt: Runtime, actor: Actor, cycle: str) -> Scene:
    """The reviews of the cycle whose results the actor may see, and which event holds each one's facts."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        found, definition, scope = watched_cycle(rt, tx, actor, cycle, at)
        rows = standings.of_cycle(tx, found.id, at, scope)
        units = standings.units_in(tx, found.id, at)
        sight = sight_of(rt, tx, actor, at)
        judged, places = {}, {}
        for one in sighted(tx, sight, [row.id for row in rows]):
            review = one.review
            if review.result is not None and access.sees(one.definition, review, one.viewer, "result"):
                judged[review.id] = review.result.seq
                own = [unit for unit in units.get(review.subject, ()) if scope is None or unit in scope]
                places[review.id] = own[-1] if own else ""
    return Scene(found, definition, judged, places, len(rows) - len(judged))


def _members(rt: Runtime, scene: Scene, some: Sequence[str]) -> list[Member]:
    places = {review: (review_stream(review), scene.judged[review]) for review in some}
    with rt.database.read() as tx:
        found = history.payloads_of(tx, set(places.values()))
    members = []
    for review, place in places.items():
        facts = ((found.get(place) or {}).get("result") or {}).get("facts")
        if facts is not None:  # else erased; what its cohort made of it is found anew by either card
            alone = {name: value for name, value in facts.items() if name != COHORT}
            members.append(Member(review, scene.units[review], _shielded(scene.definition, alone)))
    return members


def _shielded(definition: Definition, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the answers of an anonymous role that too few gave: no scorecard may bring them to light."""
    floors = {name: role.anonymous_below for name, role in definition.roles.items() if role.anonymous_below}
    inputs = facts.get("inputs")
    if not floors or not isinstance(inputs, Mapping):
        return facts
    kept = {}
    for name, value in inputs.items():
        if isinstance(value, Mapping) and "value" not in value:
            value = {role: answers for role, answers in value.items() if len(answers) >= floors.get(role, 0)}
        kept[name] = value
    return {**facts, "inputs": kept}


def subjects_of(rt: Runtime, actor: Actor, reviews: Sequence[str]) -> dict[str, Named]:
    """Who the subjects of these reviews are, of those that the actor may read."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        sight: Sight = sight_of(rt, tx, actor, at)
        return _subjects(tx, sight, reviews)


def _subjects(tx: Tx, sight: Sight, reviews: Sequence[str]) -> dict[str, Named]:
    subjects = {one.review.id: one.review.subject for one in sighted(tx, sight, list(reviews))}
    persons = people.by_id(tx, set(subjects.values()))
    return {review: named(persons[subject]) for review, subject in subjects.items()}


def card_of(text: str) -> Card:
    """The scorecard of a text. InputError WI023 for one with faults: `read_scorecard` says them all."""
    card, problems = read_scorecard(text)
    if card is None:
        errors = [one for one in problems if one.level == "error"]
        raise InputError("WI023", count=len(errors), problem=errors[0].code, line=errors[0].line)
    return card


def card_named(rt: Runtime, actor: Actor, cycle: str, text: str) -> Card:
    """The scorecard of a stored definition: a version of the cycle's workflow (`2`), a fingerprint, or a definition's
    name. NotFound WI020 where nothing is meant that the actor may see."""
    at = rt.clock.now()
    with rt.database.read() as tx:
        _, definition, _ = watched_cycle(rt, tx, actor, cycle, at)
    known = listing(rt, actor)
    versions = [one for one in known if one.name == definition.name and str(one.version) == text]
    meant = max(versions, key=lambda one: one.proposed_at).fingerprint if versions else text
    try:
        return definition_view(rt, actor, meant).definition.card
    except NotFound:
        raise NotFound("WI020", workflow=definition.name, name=text[:80]) from None
