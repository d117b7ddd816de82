"""Who looks: what the actor is to a review, what she may see of it, and how people are named to her."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.review import access, roles
from engine.review.access import Viewer
from engine.review.case import Actor, Relations
from engine.review.model import Review, Task
from engine.review.roles import AUDITOR
from engine.store.people import Person


@dataclass(frozen=True, slots=True)
class Named:
    """A person as others may know her: ref and the names to say."""

    ref: str
    name: str
    name_zh: str

    def said(self, lang: str) -> str:
        return (self.name_zh or self.name) if lang == "zh" else self.name


def viewer_of(definition: Definition, review: Review, relations: Relations, actor: Actor) -> Viewer:
    """What the actor is to the review; the system itself sees what an auditor sees, and nothing before its release.

    NotFound when the review is none of hers, as if it were not there.
    """
    if actor.person is None:
        return Viewer("", frozenset({AUDITOR}))
    viewer = access.relations_to(definition, review, relations, actor.person)
    if not access.may_read(viewer):
        raise NotFound("no_such_review", review=review.id)
    return viewer


def mine(definition: Definition, review: Review, relations: Relations, task: Task, person: str) -> bool:
    if task.status != "open" or task.visit != review.visit or review.ended_at is not None:
        return False
    if task.person is not None:
        return task.person == person
    return person in roles.resolve(definition, review, relations, task.role)


def named(person: Person) -> Named:
    return Named(person.ref, person.name, person.name_zh)
