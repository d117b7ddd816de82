"""Whom somebody may name in a form: the people she may look up, and those around the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.operations.seeing import Named, named
from engine.review.case import Case
from engine.store import directory
from engine.store.database import Tx
from engine.store.directory import Asker

CHOICES_MOST: Final = 200
"""Longer lists than this are no help to anybody: then those around the subject stand there, others are typed."""


@dataclass(frozen=True, slots=True)
class Choices:
    """people: who may be named, by id, in the order of refs; more: whether there are others, known by their refs."""

    people: Mapping[str, Named] = field(default_factory=dict)
    more: bool = False


def choices_for(tx: Tx, asker: Asker, case: Case) -> Choices:
    """Employees of the instant. Nobody is listed who is neither hers to look up nor around the subject."""
    found = directory.find(tx, asker, kind="employee", employed=True, limit=CHOICES_MOST + 1)
    more = len(found) > CHOICES_MOST
    near = directory.employees(tx, _around(case), asker.at)
    known = {one.id: one for one in (*(() if more else found), *near)}
    ordered = sorted(known.values(), key=lambda one: one.ref)
    return Choices({one.id: named(one) for one in ordered}, more)


def _around(case: Case) -> set[str]:
    """The subject, her colleagues, and the chain above her."""
    subject, relations = case.review.subject, case.relations
    chain = [subject]
    while (above := relations.managers.get(chain[-1])) is not None and above not in chain:
        chain.append(above)
    return {*chain, *relations.teams.get(subject, ())}
