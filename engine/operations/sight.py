"""Who looks at many reviews at once: what is read once for a list, and which of the candidates she may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.operations.names import cycles_in
from engine.review import access
from engine.review.access import Viewer
from engine.review.case import Actor, Relations
from engine.review.model import Review
from engine.review.roles import AUDITOR
from engine.runtime import Runtime
from engine.store import cycles, people, queries, reviews
from engine.store.cycles import Cycle
from engine.store.database import Tx
from engine.store.rows import slices
from engine.store.visible import Looker

AT_ONCE = 200
"""How many reviews are loaded together, with the people around them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks, and what is read once for a list: cycles by id, definitions by fingerprint, the groups they name."""

    actor: Actor
    looker: Looker
    cycles: Mapping[str, Cycle]
    definitions: Mapping[str, Definition]
    groups: frozenset[str]

    @property
    def all(self) -> bool:
        """Whether she reads every review."""
        return self.looker.standing.reads_all


class Sighted(NamedTuple):
    """A review, what the viewer is to it, and the people around it."""

    review: Review
    definition: Definition
    viewer: Viewer
    around: Relations


def sight_of(rt: Runtime, tx: Tx, actor: Actor, at: datetime) -> Sight:
    known = {one.id: one for one in cycles.list_all(tx)}
    definitions = {name: rt.definition(tx, name) for name in sorted({one.definition for one in known.values()})}
    listed = tuple(definitions.values())
    places = people.places_of(tx, actor.person, at) if actor.person is not None else people.NOWHERE
    groups = frozenset(group for one in listed for group in rt.groups(one))
    return Sight(actor, Looker(actor.person, at, listed, places), known, definitions, groups)


def sighted(tx: Tx, sight: Sight, ids: Sequence[str]) -> Iterator[Sighted]:
    """Those of the reviews that she may read, in the same order. The system sees what an auditor sees."""
    everybody = people.relations(tx, None, sight.looker.at) if len(ids) > AT_ONCE else None
    for some in slices(ids, AT_ONCE):
        loaded = reviews.load_many(tx, some)
        subjects = {one.subject for one in loaded.values()}
        around = everybody or people.relations(tx, subjects, sight.looker.at, sight.groups)
        for review in (loaded[one] for one in some if one in loaded):
            definition = sight.definitions[review.definition]
            viewer = Viewer("", frozenset({AUDITOR}))
            if sight.actor.person is not None:
                viewer = access.relations_to(definition, review, around, sight.actor.person)
            if access.may_read(viewer):
                yield Sighted(review, definition, viewer, around)


def cycles_in_sight(tx: Tx, sight: Sight) -> tuple[Cycle, ...]:
    """All cycles for whoever reads everything, else those in which she sees a review; in no order."""
    if sight.all:
        return tuple(sight.cycles.values())
    return tuple(
        sight.cycles[one.cycle]
        for one in queries.cycle_counts(tx, sight.looker)
        if one.sure or next(sighted(tx, sight, queries.unsure_in(tx, sight.looker, one.cycle)), None) is not None
    )


def cycle_in_sight(tx: Tx, sight: Sight, text: str) -> Cycle:
    """The newest cycle that is meant and that she sees. NotFound, as if it were not there, when there is none."""
    meant = cycles_in(tx, text)
    seen = {one.id for one in cycles_in_sight(tx, sight)} if meant else set()
    for one in meant:
        if one.id in seen:
            return one
    raise NotFound("OP003", ref=text)
