"""What is written into the form of a task: whom it names, what the path chooses, and the least of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definition.model import TaskPlan
from engine.operations.simulate.filling import filled
from engine.operations.simulate.play import Play
from engine.review import roles


def form_for(play: Play, plan: TaskPlan) -> dict[str, Any] | None:
    """None where nothing was found that fits the form."""
    if plan.form is None:
        return {}
    people, chosen = _people(play, plan)
    picked = _under(play.figures.choices, plan.name)
    return filled(play.definition.forms[plan.form], people, {**chosen, **picked})


def _people(play: Play, plan: TaskPlan) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Whom a form may name, and the fields that a role is chosen in with as many as the role wants."""
    definition, relations = play.definition, play.stage.organisation.relations
    subject = play.review.subject
    everybody = dict.fromkeys((*relations.teams.get(subject, ()), *relations.managers))
    chosen: dict[str, Any] = {}
    for role in definition.roles.values():
        if (role.who.kind, role.who.task) != ("chosen", plan.name) or role.who.field_name is None:
            continue
        barred = {subject}
        for other in role.excludes:
            barred.update(roles.resolve(definition, play.review, relations, other))
        free = [person for person in everybody if person not in barred]
        count = role.count[0] if role.count else 1
        schema = definition.forms[str(plan.form)].get("properties", {}).get(role.who.field_name, {})
        named = free[: max(count, int(schema.get("minItems", 1)))]
        if named:
            chosen[role.who.field_name] = named if schema.get("type") == "array" else named[0]
    return tuple(person for person in everybody if person != subject), chosen


def _under(choices: Mapping[str, Any], task: str) -> dict[str, Any]:
    return {name.removeprefix(f"{task}."): value for name, value in choices.items() if name.startswith(f"{task}.")}
