"""Steps 1 and 2: which profile holds, then every target, weight and standard, and whether they agree with the card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from rules.expressions.types import MISSING
from rules.numbers import number_text, subtract
from rules.scorecard.course import Course, plain
from rules.scorecard.figures import Figure
from rules.scorecard.folding import fold_row
from rules.scorecard.model import Node, Profile
from rules.scorecard.plans import NodePlan, Stand
from rules.scorecard.preparing import prepared_of
from rules.totals import ZERO, total

_NONE: Mapping[str, Decimal] = {}


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
    _stand(course, profile)
    for name in course.facts.agreed:
        if name not in course.settled:
            course.refuse("SR011", (), name=name)
    weighted = course.prepared.weighted
    course.judged = [node for node in course.card.metrics if not weighted or "weight" in course.settled[node.key]]
    _inputs_agreed(course)
    total = course.card.total
    if total is not None and total.weights_sum is not None:
        _sum(course, total, _weights(course, course.judged))
    for group in course.prepared.summed:
        weights = _weights(course, group.parts) if group.over is None else _row_weights(course, group)
        if MISSING not in weights:
            _sum(course, group, weights)
    tell_rows(course, "metrics", course.judged)
    if course.card.require:
        _requirements(course)


def _who(course: Course) -> Profile | None:
    """The profile that holds; without a declared attribute that it asks for nothing can be judged."""
    if not course.card.profiles:
        return None
    for profile in course.card.profiles:
        truth = True if profile.condition is None else course.value(profile.condition, course.names)
        if truth is MISSING:
            lacking = course.wanting(profile.condition, course.names)
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


def _stand(course: Course, profile: Profile | None) -> None:
    """The file's own targets and weights, with what was agreed in their place."""
    name = None if profile is None else profile.name
    names, settled, sourced, trace = course.names, course.settled, course.sourced, course.trace
    for plan in course.prepared.metrics:
        key = plan.node.key
        agreed = course.facts.agreed.get(key)
        stand = plan.stands.get(name) if agreed is None else None
        if stand is None:
            stand = _stand_of(course, plan, profile, agreed or {})
            if agreed is None and all(one.term.run is None for one in plan.settled):
                plan.stands[name] = stand
        names.update(stand.names)
        settled[key], sourced[key] = stand.local, stand.sourced
        if course.traced:
            trace.extend(stand.steps if agreed is not None else map(dict.copy, stand.steps))


def _stand_of(course: Course, plan: NodePlan, profile: Profile | None, agreed: Mapping[str, Figure]) -> Stand:
    """Made from what is known before any of the node's own names."""
    node, key = plan.node, plan.node.key
    found = Stand({}, {}, {}, [])
    for what in agreed:
        if what not in node.agree:
            course.refuse("SR012", node.path, name=key, what=what)
    for what, dotted, term, head in plan.settled:
        value, text, source = term.value, term.text, "file"
        numbers = _NONE if profile is None else _profiled(profile, what)
        if key in numbers:
            value, text, source = numbers[key], plain(numbers[key]), "profile"
        elif term.run is not None:
            value = term.run(course.names, course.moment)
            text = plain(value)
            if value is MISSING and term.term is not None:
                course.lacks[dotted] = course.wanting(term.term.expression, course.names)
        figure = agreed.get(what)
        if figure is not None and type(figure.value) is Decimal and what in node.agree:
            value, text, source = figure.value, plain(figure.value), figure.source or "agreed"
            span = node.agree[what]
            if not span.holds(figure.value):
                course.refuse("SR013", node.path, name=key, what=what, value=text, range=span.text())
        if value is not None:
            found.local[what] = found.names[dotted] = value
            if what in ("target", "weight"):
                found.sourced[what] = {"value": text, "source": source}
            step = head.copy()
            step["value"], step["source"] = text, source
            found.steps.append(step)
    return found


def _profiled(profile: Profile, what: str) -> Mapping[str, Decimal]:
    """What a profile says of this, by metric."""
    return profile.weights if what == "weight" else profile.targets if what == "target" else _NONE


def _inputs_agreed(course: Course) -> None:
    for plan in course.prepared.agreed:
        given = course.facts.inputs.get(plan.input.name)
        if given is not None and given.single is not None:
            single = given.single
            course.trace.append({**plan.head, "value": plain(single.value), "source": single.source or "given"})


def _weights(course: Course, nodes: Iterable[Node]) -> list[Any]:
    return [course.settled[node.key].get("weight", ZERO) for node in nodes]


def _row_weights(course: Course, group: Node) -> list[Any]:
    """Each row's own weight; one that lacks is told where the rows are combined."""
    rows, each = course.card.lists[group.over or ""], group.each
    every = ZERO if each is None or each.weight is None else each.weight
    return [fold_row(rows.fields, row).get("weight", every) for row in course.facts.lists.get(rows.name, ())]


def _sum(course: Course, group: Node, weights: list[Any]) -> None:
    found = total(weights)
    step = {"step": "agreed", "name": group.key, "what": "weights_sum", "value": plain(found),
            "source": plain(group.weights_sum), "path": [*group.path, "weights_sum"]}
    if group.over is not None:
        step["terms"] = [plain(one) for one in weights]
    course.trace.append(step)
    if found != group.weights_sum:
        wanted = group.weights_sum or ZERO
        course.refuse("SR014", (*group.path, "weights_sum"), sum=number_text(found), wanted=number_text(wanted),
                      lacking=number_text(subtract(wanted, found)))


def _requirements(course: Course) -> None:
    names = {**course.names, **_rows_before(course)}
    for one in course.card.require:
        truth = course.value(one.that, names)
        course.trace.append({"step": "agreed", "name": "require", "what": "require", "value": plain(truth),
                             "source": one.that.text, "path": list(one.path)})
        if truth is MISSING:
            lacking = ", ".join(course.wanting(one.that, names))
            course.block("SR003", one.path, rule=one.that.text, names=lacking)
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


def tell_rows(course: Course, name: str, nodes: Any) -> None:
    """Puts metrics or parts as rows under the name of their list, where anything reads it."""
    if name in course.prepared.read:
        course.names[name] = metric_rows(course, nodes)


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
