"""Sense: whether the parts of a workflow fit each other; each check is one question with its own codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.definition.arrival import check_arrival
from engine.definition.build import Workflow, mapping_of
from engine.definition.cohorts import check_cohorts
from engine.definition.duties import check_duties
from engine.definition.forms import Form
from engine.definition.names import check_names
from engine.definition.openings import check_openings
from engine.definition.problem import Problem, has_errors
from engine.definition.questions import check_questions
from engine.definition.sense import Sense
from engine.definition.soundness import check_soundness
from engine.definition.source import Document
from engine.definition.standstill import check_standstill
from engine.definition.tasks import check_tasks
from engine.definition.watches import check_watches
from engine.definition.ways import check_ways
from rules.expressions.scope import Scope
from rules.scorecard.model import Card


def check_whole(
    document: Document, workflow: Workflow, card: Card | None, card_document: Document | None,
    forms: Mapping[str, Form], scope: Scope | None, problems: Sequence[Problem],
) -> list[Problem]:
    """All problems of sense. problems: what was found before; after an error the proofs over the graph say nothing."""
    broken = has_errors(problems)
    data = mapping_of(document.data)
    initial = data.get("initial")
    names = tuple(mapping_of(data.get("forms")))
    sense = Sense(document, workflow, card, forms, initial if isinstance(initial, str) else "", names, card_document)
    check_names(sense)
    check_questions(sense)
    _results_by_another_name(sense, problems)
    # A state that nothing calls does not stand in the way of the proofs about the others.
    if not broken and not has_errors(one for one in sense.problems if one.code != "WF050"):
        check_tasks(sense)
        check_soundness(sense)
        if not any(one.code == "WF055" for one in sense.problems):
            check_standstill(sense)
        check_openings(sense)
        check_duties(sense)
        check_cohorts(sense)
        if scope is not None:
            check_ways(sense, scope.names)
            check_arrival(sense, scope.names)
            check_watches(sense)
    return sense.problems


def _results_by_another_name(sense: Sense, problems: Sequence[Problem]) -> None:
    """A condition asks for a name that is not there: the slip may be where the scorecard names its consequence."""
    if sense.card is None or sense.card_document is None:
        return
    names = [node.name for node in sense.card.consequences]
    for one in problems:
        near = one.values.get("nearest", "")
        if one.code == "EX021" and one.file == sense.document.file and near in names:
            values = {"word": near, "other": one.values.get("name", ""), "at": str(one.line)}
            place = ("consequences", near)
            sense.problems.append(sense.card_document.problem_with("WF010", place, values, "warning", True))

