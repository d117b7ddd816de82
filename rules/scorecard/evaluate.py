"""From facts to result, in the order of the language: who, agreed, inputs, computed, metrics, total, grade, after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rules.expressions.types import MISSING, Missing, Value
from rules.scorecard.combining import judge_metric, judge_total
from rules.scorecard.course import Course, Number, Reason, plain, text_at
from rules.scorecard.facts import Facts
from rules.scorecard.folding import fold_inputs
from rules.scorecard.following import Proposal, follow, propose
from rules.scorecard.grading import Bounds, Graded, give_grade
from rules.scorecard.judging import judge_leaf, shown
from rules.scorecard.model import Card
from rules.scorecard.retiring import in_force, retired_steps
from rules.scorecard.settling import metric_rows, settle, tell_rows

STEPS = (
    "who", "agreed", "inputs", "computed", "metrics", "total", "grade", "people", "cohort", "consequences", "re_adjust",
)


class Part(NamedTuple):
    """One metric or part. score None: missing; score_text has the declared digits; contribution: to its group."""

    score: Number | None
    score_text: str | None
    weight: Number | None = None
    target: Value | None = None
    value: Value | None = None
    contribution: Number | str | None = None
    judged: bool = True
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """status: `scored`, `blocked` (something lacks: see reasons) or `refused` (what was agreed breaks the card).

    A total and a grade are there only when it is scored; the trace tells how far it came.
    bounds: what a later adjustment of the grade must keep; computed: derived figures by name; trace: plain steps;
    lists: rows by name, of the card's lists, of `metrics` and of a group's `parts`, for whoever asks about them.
    """

    status: str
    reasons: tuple[Reason, ...] = ()
    total: Number | None = None
    total_text: str | None = None
    grade: str | None = None
    first_grade: str | None = None
    bounds: Bounds = field(default_factory=Bounds)
    figures: Mapping[str, Value | Missing] = field(default_factory=dict)
    metrics: Mapping[str, Part] = field(default_factory=dict)
    consequences: Mapping[str, Value | Missing] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    trace: tuple[dict[str, Any], ...] = ()
    lists: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict, compare=False)


def score(card: Card, facts: Facts) -> Result:
    """Judge one review. The same facts give the same digits for ever; nothing here reads a clock or a setting."""
    whole = card
    if facts.retired:
        card, facts = in_force(card, facts)
    course = Course(card, facts)
    settle(course)
    if facts.retired:
        course.trace.extend(retired_steps(whole, facts))
    if course.refusals or course.reasons:
        return _stopped(course)
    fold_inputs(course)
    for node in card.computed:
        judged = judge_leaf(course, node, {}, None)
        course.names[node.name] = judged.score
        if judged.score is MISSING:
            course.lacks[node.name] = judged.lacking
            if judged.unrated:
                course.unrated.add(node.name)
        text = judged.step["score"] = shown(judged, node)
        course.texts[node.name] = judged.score, text
        course.trace.append(judged.step)
    for node in course.judged:
        judge_metric(course, node)
    return _results(course)


def _results(course: Course) -> Result:
    card = course.card
    tell_rows(course, "metrics", course.judged)
    if card.total is not None:
        judge_total(course, card.total, card.metrics)
    graded = Graded()
    if card.grades is not None and not course.reasons:
        graded = give_grade(course, card.grades)
    consequences: Mapping[str, Any] = {}
    proposals: tuple[Proposal, ...] = ()
    if not course.reasons:
        consequences = follow(course)
        proposals = propose(course)
    status = "refused" if course.refusals else "blocked" if course.reasons else "scored"
    return _result(course, status, graded, consequences, proposals)


def _stopped(course: Course) -> Result:
    status = "refused" if course.refusals else "blocked"
    return _result(course, status, Graded(), {}, ())


def _result(
    course: Course, status: str, graded: Graded, consequences: Mapping[str, Any], proposals: tuple[Proposal, ...]
) -> Result:
    total = course.names.get("total", MISSING) if status == "scored" else MISSING
    node = course.card.total
    return Result(
        status=status,
        reasons=(*course.refusals, *course.reasons),
        total=None if total is MISSING else total,
        total_text=None if total is MISSING or node is None else text_at(total, node.round),
        grade=graded.grade if status == "scored" else None,
        first_grade=graded.first if status == "scored" else None,
        bounds=graded.bounds,
        figures={name: course.names[name] for name in course.prepared.figures if name in course.names},
        metrics=_parts(course),
        consequences=consequences,
        proposals=proposals,
        trace=tuple(course.trace),
        lists=_lists(course),
    )


def _lists(course: Course) -> dict[str, tuple[Mapping[str, Any], ...]]:
    listed = {name: course.names[name] for name in course.card.lists if name in course.names}
    listed["metrics"] = metric_rows(course, course.judged)
    for key, node in course.card.nodes().items():
        if node.parts:
            listed[f"{key}.parts"] = metric_rows(course, [part for part in node.parts if part.key in course.parts])
    return listed


def _parts(course: Course) -> dict[str, Part]:
    """Every metric and part by dotted name, also those that this profile does not judge."""
    found, names = {}, course.names
    for plan in course.prepared.metrics:
        key = plan.node.key
        judged, local = course.parts.get(key), course.settled.get(key, {})
        weight, target = local.get("weight"), local.get("target")
        if judged is None:
            found[key] = Part(None, None, weight, target, judged=False)
            continue
        score_now, value, text = names[plan.score_key], names[plan.value_key], judged.text
        if score_now is MISSING:
            score_now = text = None
        elif text is None or score_now is not judged.score:
            text = text_at(score_now, plan.node.round)
        found[key] = Part(
            score_now, text, weight, target, None if value is MISSING else value, judged.step.get("contribution"),
            True, judged.lacking,
        )
    return found


def result_document(result: Result) -> dict[str, Any]:
    """The result as it is printed: decimals as text, a rational without end as `11/3`, what is missing as null."""
    return {
        "total": result.total_text,
        "grade": result.grade,
        "status": result.status,
        "first_grade": result.first_grade,
        "metrics": {
            name: {
                "score": part.score_text, "weight": plain(part.weight), "target": plain(part.target),
                "value": plain(part.value), "contribution": plain(part.contribution),
            }
            for name, part in result.metrics.items()
        },
        "consequences": {name: plain(value) for name, value in result.consequences.items()},
        "proposals": [
            {"metric": one.metric, "what": one.what, "old": plain(one.old), "new": plain(one.new)}
            for one in result.proposals
        ],
        "reasons": [
            {"code": one.code, "path": list(one.path), "values": dict(one.values)} for one in result.reasons
        ],
    }
