"""Sense: whether the parts of a workflow fit each other; each check is one question with its own codes."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.arrival import check_arrival
from engine.definition.build import Workflow, mapping_of
from engine.definition.forms import Form
from engine.definition.names import check_names
from engine.definition.problem import Problem, has_errors
from engine.definition.questions import check_questions
from engine.definition.sense import Sense
from engine.definition.soundness import check_soundness
from engine.definition.source import Document
from engine.definition.tasks import check_tasks
from engine.definition.ways import check_ways
from rules.expressions.scope import Scope
from rules.scorecard.model import Card


def check_whole(
    document: Document, workflow: Workflow, card: Card | None, card_document: Document | None,
    forms: Mapping[str, Form], scope: Scope | None, *, broken: bool,
) -> list[Problem]:
    """All problems of sense. broken: an error was found before; proofs over the whole graph then say nothing."""
    data = mapping_of(document.data)
    initial = data.get("initial")
    names = tuple(mapping_of(data.get("forms")))
    sense = Sense(document, workflow, card, forms, initial if isinstance(initial, str) else "", names, card_document)
    check_names(sense)
    check_questions(sense)
    later(sense)
    # A state that nothing calls does not stand in the way of the proofs about the others.
    if not broken and not has_errors(one for one in sense.problems if one.code != "WF050"):
        check_tasks(sense)
        check_soundness(sense)
        if scope is not None:
            check_ways(sense, scope.names)
            check_arrival(sense, scope.names)
    return sense.problems


def later(sense: Sense) -> None:
    """Keys that are understood and not carried out yet."""
    for state in sense.states.values():
        for key, there in (("gathers", state.gathers), ("watch", bool(state.watch))):
            if there:
                sense.add("WF090", ("states", state.name, key), level="later", at_key=True, key=key)
