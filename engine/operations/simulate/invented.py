"""An organisation made up for one workflow: whoever its roles need, and enough of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.definition.model import Definition, Who
from engine.review.case import Relations

SUBJECT = "subject"
HR = "hr"
FEWEST = 3  # members of a group or team where the workflow asks for no more
CHAIN = 6  # managers above one another


@dataclass(frozen=True, slots=True)
class Organisation:
    """attributes and name: those of the subject, where real people were handed in."""

    subject: str
    relations: Relations
    zone: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


def invented(definition: Definition) -> Organisation:
    """Everybody whom the definition's roles lead to, each person in one place only, so that no role bars another."""
    enough = _enough(definition)
    groups = {name: tuple(f"{name}-{place + 1}" for place in range(enough)) for name in sorted(_groups(definition))}
    team = tuple(f"colleague-{place + 1}" for place in range(enough + 1))
    chain = [f"manager-{place + 1}" for place in range(CHAIN)]
    managers = {SUBJECT: chain[0], **dict(itertools.pairwise(chain)), "owner": chain[0]}
    members = tuple(one for group in groups.values() for one in group)
    managers.update(dict.fromkeys((*team, *members), chain[0]))
    everybody = (SUBJECT, "owner", *chain, *members)
    teams = dict.fromkeys(everybody, team)
    teams.update({one: tuple(other for other in team if other != one) for one in team})
    owners = dict.fromkeys((*everybody, *team), "owner")
    return Organisation(SUBJECT, Relations(managers, teams, groups, owners), definition.calendar.timezone)


def _enough(definition: Definition) -> int:
    """The most people that any role is said to have, or that any task wants answers of."""
    counts = [role.count[0] for role in definition.roles.values() if role.count is not None]
    minima = [role.anonymous_below or 0 for role in definition.roles.values()]
    needs = [
        task.need for state in definition.states.values() for task in state.tasks.values() if isinstance(task.need, int)
    ]
    least = [
        one.least_of(role) for one in definition.card.questions().values() for role in one.asked
    ]
    return max(FEWEST, *counts, *minima, *needs, *least, 0)


def _groups(definition: Definition) -> set[str]:
    return {HR, *(who.group for who in _everyone(definition) if who.kind == "group" and who.group)}


def _everyone(definition: Definition) -> Iterator[Who]:
    for role in definition.roles.values():
        yield role.who
        if role.otherwise is not None:
            yield role.otherwise
    for state in definition.states.values():
        for step in state.deadline:
            if isinstance(step.escalate, Who):
                yield step.escalate
