"""Scorecard and workflow fit: every question is put, every figure arrives somewhere, once, and nobody is unmasked."""

from __future__ import annotations

from collections import defaultdict

from engine.definition.cohorts import check_approvals
from engine.definition.names import roles_of
from engine.definition.problem import Path
from engine.definition.schema import nearest
from engine.definition.sense import Sense
from engine.definition.tasks import most_of
from rules.scorecard.model import Card


def check_questions(sense: Sense) -> None:
    if sense.card is None:
        return
    _asked(sense, sense.card)
    _collected(sense, sense.card)
    _masked(sense, sense.card)
    _settled(sense, sense.card)


def _asked(sense: Sense, card: Card) -> None:
    questions = card.questions()
    put: dict[str, set[str]] = defaultdict(set)
    for path, _, task in sense.tasks():
        for index, name in enumerate(task.asks):
            place: Path = (*path, "asks", index)
            if name not in card.inputs:
                sense.add("WF015", place, word=name, nearest=nearest(name, questions))
            elif name not in questions:
                sense.add("WF016", place, word=name, nearest=nearest(name, questions))
            else:
                put[name].add(task.by)
                roles = list(questions[name].asked)
                if task.by not in roles and task.by in roles_of(sense):
                    sense.add("WF018", place, word=name, role=task.by, roles=", ".join(roles))
    for name, question in questions.items():
        for role in question.asked:
            if role not in roles_of(sense):
                near = nearest(role, roles_of(sense))
                sense.add_to_card("WF027", ("inputs", name, "asked", role), word=name, role=role, nearest=near)
            elif role not in put[name]:
                sense.add_to_card("WF019", ("inputs", name, "asked", role), word=name, role=role)


def _collected(sense: Sense, card: Card) -> None:
    observed = card.collectable()
    places: dict[str, str] = {}
    for state in sense.states.values():
        for index, name in enumerate(state.collects):
            place: Path = ("states", state.name, "collects", index)
            if name not in card.inputs and name not in card.lists:
                sense.add("WF015", place, word=name, nearest=nearest(name, [*observed, *card.lists]))
            elif name in card.inputs and name not in observed:
                sense.add("WF017", place, word=name)
            elif name in places:
                sense.add("WF021", place, word=name, state=places[name])
            places.setdefault(name, state.name)
    for name in observed:
        if name not in places:
            sense.add_to_card("WF020", ("inputs", name), word=name)
    for name in card.lists:
        if name not in places:
            sense.add_to_card("WF020", ("lists", name), word=name)


def _masked(sense: Sense, card: Card) -> None:
    """A mean of fewer answers than `anonymous_below` would tell who said what; of more than there are none comes."""
    for name, question in card.questions().items():
        for role in question.asked:
            plan = sense.workflow.roles.get(role)
            if plan is not None and plan.anonymous_below and question.least_of(role) < plan.anonymous_below:
                values = {"word": name, "role": role, "least": question.least_of(role), "below": plan.anonymous_below}
                sense.add_with("WF029", ("roles", role, "anonymous_below"), values)
                sense.add_to_card("WF029", ("inputs", name, "least", role), **values)
            people = most_of(sense.workflow.roles, role)
            if people is not None and question.least_of(role) > people[1]:
                values = {"word": name, "role": role, "need": str(question.least_of(role)), "most": str(people[1])}
                sense.add_to_card_with("WF094", ("inputs", name, "least", role), values, "warning")


def _settled(sense: Sense, card: Card) -> None:
    """What the card leaves open needs a task that settles it, and a task that adjusts needs something to adjust."""
    setters = [task for _, _, task in sense.tasks() if task.sets == "targets"]
    agreed = [name for name, one in card.inputs.items() if one.agreed]
    if not setters and agreed:
        sense.add("WF032", ("scorecard",), level="warning", words=", ".join(agreed))
    for path, _, task in sense.tasks():
        if task.adjusts == "grade" and card.grades is None:
            sense.add("WF031", (*path, "adjusts"))
    check_approvals(sense, card)
    if not any(state.gathers for state in sense.states.values()):
        if card.quota is not None:
            sense.add_to_card("WF091", ("quota",), key="quota")
        for node in card.consequences:
            if node.split is not None:
                sense.add_to_card("WF091", (*node.path, "split"), key="split")
