"""Steps 1 and 2: which profile holds, then every target, weight and standard, and whether they agree with the card."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rules.expressions.types import MISSING
from rules.numbers import add, number_text
from rules.scorecard.course import Course, Names, plain
from rules.scorecard.folding import fold_row
from rules.scorecard.model import Node, Profile
from rules.scorecard.plans import Settled
from rules.scorecard.preparing import plan_of, prepared_of

WEIGHTED = ("weighted_mean", "weighted_sum")


def settle(course: Course) -> None:
    """Fills `course.settled`, `course.judged` and the dotted names; refuses what is outside its range or sum."""
    course.prepared = prepared_of(course.card)
    for prefix, values in (("subject", course.facts.subject), ("cycle", course.facts.cycle)):
        for name, value in values.items():
            course.names[f"{prefix}.{name}"] = value
    profile = _who(course)
    if course.reasons:
        return
    _known(course)
    for node in course.card.metrics:
        _settle_node(course, node, profile)
    for name in course.facts.agreed:
        if name not in course.settled:
            course.refuse("SR011", (), name=name)
    course.judged = [node.key for node in course.card.metrics if _is_judged(course, node)]
    _inputs_agreed(course)
    _sums(course)
    if "metrics" in course.prepared.lists:
        course.names["metrics"] = metric_rows(course, [n for n in course.card.metrics if n.key in course.judged])
    if course.card.require:
        _requirements(course)


def _who(course: Course) -> Profile | None:
    """The profile that holds; without a declared attribute that it asks for nothing can be judged."""
    if not course.card.profiles:
        return None
    for profile in course.card.profiles:
        truth = True if profile.condition is None else course.value(profile.condition, course.names)
        if truth is MISSING:
            lacking = course.lacking(profile.condition, course.names)
            course.block("SR001", profile.path, names=", ".join(lacking))
            return None
        if truth:
            course.trace.append({"step": "who", "name": profile.name, "path": list(profile.path),
                                 "condition": profile.condition.text if profile.condition else None})
            return profile
    course.block("SR002", ("profiles",))
    return None


def _known(course: Course) -> None:
    """Targets may be expressions over attributes and earlier periods; nothing else is known yet."""
    for name, figures in course.facts.agreed.items():
        for what, figure in figures.items():
            course.names[f"{name}.{what}"] = figure.value


def _settle_node(course: Course, node: Node, profile: Profile | None) -> None:
    local: Names = {}
    sources: dict[str, str] = {}
    agreed = course.facts.agreed.get(node.key, {})
    for what in agreed:
        if what not in node.agree:
            course.refuse("SR012", node.path, name=node.key, what=what)
    for one, value in _from_file(course, node, profile, sources):
        what = one.what
        figure = agreed.get(what)
        if figure is not None and isinstance(figure.value, Decimal) and what in node.agree:
            value, sources[what] = figure.value, figure.source or "agreed"
            span = node.agree[what]
            if not span.holds(figure.value):
                told = number_text(figure.value)
                course.refuse("SR013", node.path, name=node.key, what=what, value=told, range=span.text())
        if value is not None:
            local[what] = course.names[one.key] = value
            source = sources.setdefault(what, "file")
            if course.traced:
                step = one.step.copy()
                text = step["value"] = one.term.text if value is one.term.value else plain(value)
                step["source"] = source
                course.trace.append(step)
                course.texts[one.key] = value, text
    course.settled[node.key], course.sources[node.key] = local, sources
    for part in node.parts:
        _settle_node(course, part, profile)


def _from_file(
    course: Course, node: Node, profile: Profile | None, sources: dict[str, str]
) -> list[tuple[Settled, Any]]:
    """What the card says by itself, all of it before the first is known by name; notes what the profile says."""
    found = []
    for one in plan_of(course, node).settled:
        term, what = one.term, one.what
        value = term.value if term.run is None else term.run(course.names, course.moment)
        if profile is not None and what in ("weight", "target"):
            numbers = profile.weights if what == "weight" else profile.targets
            if node.key in numbers:
                value, sources[what] = numbers[node.key], "profile"
        found.append((one, value))
    return found


def _is_judged(course: Course, node: Node) -> bool:
    """With weights in play a metric without one is not judged."""
    total = course.card.total
    weighted = bool(course.card.profiles) or (total is not None and total.combine in WEIGHTED)
    return not weighted or "weight" in course.settled[node.key]


def _inputs_agreed(course: Course) -> None:
    for one in course.card.inputs.values():
        given = course.facts.inputs.get(one.name)
        if one.agreed and given is not None and given.single is not None:
            course.trace.append({
                "step": "agreed", "name": one.name, "what": "input", "value": plain(given.single.value),
                "source": given.single.source or "given", "path": list(one.path),
            })


def _sums(course: Course) -> None:
    total = course.card.total
    if total is not None and total.weights_sum is not None:
        nodes = [node for node in course.card.metrics if node.key in course.judged]
        _sum(course, total, nodes)
    for node in course.card.nodes().values():
        if node.parts and node.weights_sum is not None:
            _sum(course, node, node.parts)


def _sum(course: Course, group: Node, nodes: Any) -> None:
    found: Any = Decimal(0)
    for node in nodes:
        found = add(found, course.settled[node.key].get("weight", Decimal(0)))
    step = {"step": "agreed", "name": group.key, "what": "weights_sum", "value": plain(found),
            "source": plain(group.weights_sum), "path": [*group.path, "weights_sum"]}
    course.trace.append(step)
    if found != group.weights_sum:
        wanted = group.weights_sum or Decimal(0)
        course.refuse("SR014", (*group.path, "weights_sum"), sum=number_text(found), wanted=number_text(wanted),
                      lacking=number_text(wanted - found))


def _requirements(course: Course) -> None:
    names = {**course.names, **_rows_before(course)}
    for one in course.card.require:
        truth = course.value(one.that, names)
        course.trace.append({"step": "agreed", "name": "require", "what": "require", "value": plain(truth),
                             "source": one.that.text, "path": list(one.path)})
        if truth is MISSING:
            lacking = course.lacking(one.that, names) or tuple(sorted(one.that.reads))
            course.block("SR003", one.path, rule=one.that.text, names=", ".join(lacking))
        elif not truth:
            course.refuse("SR015", one.path, that=one.that.text, say=_said(one.say))


def _rows_before(course: Course) -> dict[str, Any]:
    """Lists as agreed: the fields that are set with the targets."""
    return {
        name: tuple(fold_row(rows.fields, row) for row in course.facts.lists.get(name, ()))
        for name, rows in course.card.lists.items()
    }


def _said(say: Mapping[str, str]) -> str:
    return say.get("", "") or next(iter(say.values()), "")


def metric_rows(course: Course, nodes: Any) -> tuple[dict[str, Any], ...]:
    """Metrics or parts as rows: settled names, labels as yes or no, and score and value where they are made."""
    labels = {label for node in nodes for label in node.labels}
    rows = []
    for node in nodes:
        row: dict[str, Any] = {label: label in node.labels for label in labels}
        row |= course.settled.get(node.key, {})
        for made in ("score", "value"):
            row[made] = course.names.get(f"{node.key}.{made}", MISSING)
        rows.append(row)
    return tuple(rows)
