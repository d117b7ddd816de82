"""People and figures to look up: whom one may know, where they stand, and what was measured of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from engine.errors import InputError, NotFound
from engine.operations.cursors import cursor_at, item_at
from engine.operations.listing import PAGE, PAGE_MAX, Page
from engine.operations.seeing import Named, named
from engine.review.case import Actor, Observation
from engine.review.roles import HR
from engine.runtime import Runtime
from engine.store import directory, figures, people
from engine.store.database import Tx
from engine.store.directory import Asker
from engine.store.people import Person

Place = TypeVar("Place", Person, Observation)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody as the asker may know her. manager: of an account, its owner; attributes: None where they are not the
    asker's to read."""

    id: str
    person: Named
    kind: str
    units: tuple[str, ...]
    manager: Named | None
    attributes: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Observed:
    """A measured value with whose it is."""

    observation: Observation
    subject: Named


def people_page(
    rt: Runtime, actor: Actor, search: str | None = None, unit: str | None = None, limit: int = PAGE,
    cursor: str | None = None,
) -> Page[KnownPerson]:  # fmt: skip
    """People by ref: everybody for HR, auditors and the system; of HR of certain units those there; for others
    themselves, the colleagues of their units, those below them, and their accounts.

    search: a part of a ref or a name. InputError for a cursor that is not of this list.
    """
    at = rt.clock.now()
    with rt.database.read() as tx:
        last = _last(rt, actor, "people", cursor, limit)
        after = None
        if last is not None:
            after = _known(people.by_id(tx, [last]).get(last)).ref
        asker = _asker(tx, actor, at)
        found = directory.find(tx, asker, search=search, unit=unit, after=after, limit=limit + 1)
        shown = found[:limit]
        more = cursor_at(rt, actor, "people", shown[-1].id) if len(found) > limit else None
        return Page(_described(tx, asker, shown), more)


def person_view(rt: Runtime, actor: Actor, ref: str) -> KnownPerson:
    """One of them. NotFound when nobody has this ref, or nobody whom the actor may know."""
    with rt.database.read() as tx:
        asker = _asker(tx, actor, rt.clock.now())
        found = directory.find(tx, asker, ref=ref, limit=1)
        if not found:
            raise NotFound("OP001", ref=ref)
        return _described(tx, asker, found)[0]


def observations_page(
    rt: Runtime, actor: Actor, subject: str | None = None, period: str | None = None, limit: int = PAGE,
    cursor: str | None = None,
) -> Page[Observed]:  # fmt: skip
    """Observed figures, the newest taken first: everybody's for HR, auditors and the system (of HR of certain units
    those there), for others their own and of those below them.

    subject: a ref; period: its key, or a month. NotFound for a subject whom the actor may not know; InputError for a
    cursor that is not of this list.
    """
    with rt.database.read() as tx:
        last = _last(rt, actor, "observations", cursor, limit)
        after = None
        if last is not None:
            place = _known(figures.by_ids(tx, [last]).get(last))
            after = (place.taken_at, place.id)
        asker = _asker(tx, actor, rt.clock.now())
        whose = None
        if subject is not None:
            known = directory.find(tx, asker, ref=subject, limit=1)
            if not known:
                raise NotFound("OP001", ref=subject)
            whose = known[0].id
        found = directory.observed(tx, asker, subject=whose, period=period, after=after, limit=limit + 1)
        shown = found[:limit]
        names = people.by_id(tx, {one.subject for one in shown})
        more = cursor_at(rt, actor, "observations", shown[-1].id) if len(found) > limit else None
        return Page(tuple(Observed(one, named(names[one.subject])) for one in shown), more)


def _asker(tx: Tx, actor: Actor, at: datetime) -> Asker:
    places = people.places_of(tx, actor.person, at) if actor.person is not None else people.NOWHERE
    return Asker(actor.person, at, places)


def _described(tx: Tx, asker: Asker, found: Iterable[Person]) -> tuple[KnownPerson, ...]:
    listed = tuple(found)
    around = directory.around(tx, (one.id for one in listed), asker.at)
    owners = directory.around(tx, (around.above[one.id] for one in listed if one.id in around.above), asker.at)
    above = people.by_id(tx, set(around.above.values()))

    def described(one: Person) -> KnownPerson:
        units, manager = around.units.get(one.id, ()), around.above.get(one.id, "")
        in_charge = asker.finds_all or one.id == asker.person
        if HR in asker.places.groups and not in_charge:
            # As for reviews: an account that is in no unit belongs where its owner does.
            place = units or (owners.units.get(manager, ()) if one.kind == "account" else ())
            in_charge = not set(place).isdisjoint(asker.places.hr_of)
        return KnownPerson(
            one.id, named(one), one.kind, units, named(above[manager]) if manager in above else None,
            one.attributes if in_charge else None,
        )  # fmt: skip

    return tuple(described(one) for one in listed)


def _last(rt: Runtime, actor: Actor, kind: str, cursor: str | None, limit: int) -> str | None:
    """The id that the cursor holds: of the last item shown."""
    if not 1 <= limit <= PAGE_MAX:
        raise InputError("OP203", limit=limit, most=PAGE_MAX)
    return None if cursor is None else item_at(rt, actor, kind, cursor)


def _known(place: Place | None) -> Place:
    """What a cursor points at. InputError when that was never there."""
    if place is None:
        raise InputError("OP202")
    return place
