"""The shipped account manager's card written out by hand: the same trace from the same facts, knowing this card alone.

A careful person's Decimal function. It takes the house's exact arithmetic, so that every quotient is told to the last
digit, and nothing else of the rules. It knows the usual way: every figure is there and was agreed within its range.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Any

from rules.numbers import Rounding, absolute, add, decimal_text, divide, multiply, number_text, round_number, subtract
from rules.scorecard.facts import Facts
from rules.totals import less, total

CENTS = Rounding(2, "half_up")
ZERO, HUNDRED = Decimal(0), Decimal(100)
TITLES = {
    "satisfaction": ("Customer satisfaction", "客户满意度"), "sales": ("Sales", "销售额"),
    "sales_plan": ("Sales plan", "销售计划"), "new_customers": ("New customers", "新增客户数"),
    "complaint_rate": ("Complaint rate", "客户投诉率"), "response_hours": ("Mean response time", "平均响应时间"),
    "violations": ("Violations", "违规次数"), "teamwork": ("Teamwork", "团队协作"),
}  # fmt: skip
FILE = tuple(
    (name, {what: (Decimal(text), text) for what, text in zip(("target", "weight"), texts, strict=True) if text})
    for name, *texts in (
        ("satisfaction", "90", "20"), ("sales", "95", "25"), ("new_customers", "10", "15"), ("complaints", "5", "10"),
        ("response", "24", "10"), ("teamwork", "", "10"), ("improvement", "10", "10"),
    )
)  # fmt: skip
TOPS = {"100": HUNDRED, "120": Decimal(120)}
Step = dict[str, Any]
Settled = dict[str, tuple[Any, Step | None, Any, Step]]


def agreed(facts: Facts, trace: list[Step]) -> Settled:
    """Target and weight of each metric with how they are told."""
    found: Settled = {}
    whole: Any = ZERO
    for name, written in FILE:
        figures: Any = facts.agreed.get(name)
        given: dict[str, Any] = {}
        for what, (value, text) in written.items():
            source = "file"
            figure = None if figures is None else figures.get(what)
            if figure is not None:
                value, text, source = figure.value, number_text(figure.value), figure.source
            given[what] = value, {"value": text, "source": source}
            trace.append({"step": "agreed", "name": name, "what": what, "value": text, "source": source,
                          "path": ["metrics", name, what]})
        weight = given["weight"]
        found[name] = (*given.get("target", (None, None)), *weight)
        whole = add(whole, weight[0])
    plan: Any = facts.inputs["sales_plan"].single
    trace.append({"step": "agreed", "name": "sales_plan", "what": "input", "value": number_text(plan.value),
                  "source": plan.source, "path": ["inputs", "sales_plan"]})
    trace.append({"step": "agreed", "name": "total", "what": "weights_sum", "value": number_text(whole),
                  "source": "100", "path": ["total", "weights_sum"]})
    return found


def told(figure: Any) -> Step:
    step = {"value": number_text(figure.value)}
    if figure.samples is not None:
        step["samples"] = figure.samples
    if figure.source is not None:
        step["source"] = figure.source
    return step


def single(facts: Facts, trace: list[Step], name: str, unit: str | None, kind: str) -> tuple[Any, str]:
    """One figure that is given as it is."""
    figure: Any = facts.inputs[name].single
    en, zh = TITLES[name]
    text = number_text(figure.value)
    trace.append({"step": "inputs", "name": name, "path": ["inputs", name], "title": {"en": en, "zh": zh},
                  "figures": [told(figure)], "unit": unit, "type": kind, "value": text})
    return figure.value, text


def months(facts: Facts, trace: list[Step], name: str, unit: str | None, kind: str, fold: str) -> tuple[Any, str]:
    """One figure of several months: their sum, or the least."""
    figures: Any = facts.inputs[name].figures
    en, zh = TITLES[name]
    values = [one.value for one in figures]
    value = total(values) if fold == "sum" else min(values)
    text = number_text(value)
    trace.append({"step": "inputs", "name": name, "path": ["inputs", name], "title": {"en": en, "zh": zh},
                  "figures": [told(one) for one in figures], "fold": fold, "unit": unit, "type": kind, "value": text})
    return value, text


def teamwork(facts: Facts, trace: list[Step]) -> tuple[Any, str]:
    roles, given = [], facts.inputs["teamwork"].roles
    exact: Any = ZERO
    for role, share in (("subject", 10), ("colleagues", 30), ("manager", 60)):
        people: Any = [[answer.value for answer in one] for one in given[role]]
        means: Any = [one[0] if len(one) == 1 else divide(total(one), len(one)) for one in people]
        whole = total(means)
        mean = divide(whole, len(means))
        exact = add(exact, multiply(mean, share))
        step: Step = {"role": role, "share": str(share), "answers": len(means), "mean": number_text(mean),
                "sum": number_text(whole)}
        if len(people) == 1 and len(people[0]) > 1:
            step["values"] = [number_text(one) for one in people[0]]
        step["counts"] = True
        roles.append(step)
    exact = divide(exact, HUNDRED)
    value = round_number(exact, CENTS)
    text = number_text(value)
    en, zh = TITLES["teamwork"]
    trace.append({"step": "inputs", "name": "teamwork", "path": ["inputs", "teamwork"], "title": {"en": en, "zh": zh},
                  "roles": roles, "missing_role": "exclude", "shares": "100", "exact": number_text(exact),
                  "round": {"digits": 2, "mode": "half_up"}, "unit": None, "type": "rating", "value": text})
    return value, text


def computed(name: str, title: tuple[str, str], figures: list[Step], text: str, exact: Any) -> tuple[Any, str, Step]:
    """A derived figure to the cent, and its step."""
    value, before = round_number(exact, CENTS), number_text(exact)
    shown = number_text(value)
    return value, shown, {
        "step": "computed", "name": name, "path": ["computed", name], "title": {"en": title[0], "zh": title[1]},
        "figures": figures, "value": {"text": text, "value": before}, "exact": before,
        "round": {"digits": 2, "mode": "half_up", "before": before}, "score": shown,
    }  # fmt: skip


def metric(
    name: str, title: tuple[str, str], figure: str, text: str, formula: Step, exact: Any, before: str | None,
    top: str | None, settled: tuple[Any, Step | None, Any, Step],
) -> tuple[Any, Step]:
    """The score of one metric to the cent, inside 0 and the top where there is one, and its step."""
    before = number_text(exact) if before is None else before
    step: Step = {
        "step": "metrics", "name": name, "path": ["metrics", name], "title": {"en": title[0], "zh": title[1]},
        "figures": [{"name": figure, "value": text}], "value": {"text": figure, "value": text}, "formula": formula,
        "exact": before,
    }  # fmt: skip
    if top is not None:
        low, hit, after = "0", None, before
        if less(exact, ZERO):
            exact, hit, after = ZERO, "low", low
        elif less(TOPS[top], exact):
            exact, hit, after = TOPS[top], "high", top
        step["limits"] = {"low": low, "high": top, "before": before, "hit": hit, "after": after}
        before = after
    score = round_number(exact, CENTS)
    step["round"] = {"digits": 2, "mode": "half_up", "before": before}
    step["score"] = decimal_text(score, 2)
    step["target"], step["weight"] = settled[1], settled[3]
    return score, step


def ratio(value: Any, target: Any, told_target: Step | None) -> tuple[Step, Any]:
    text = "" if told_target is None else told_target["value"]
    return (
        {"shape": "ratio", "better": "higher", "by": None, "full": "100", "target": text},
        divide(multiply(value, HUNDRED), target),
    )


def bands(value: Any, rows: list[tuple[Any, str, str | None, str]], otherwise: str) -> tuple[Step, Any, str]:
    """rows: bound, its text, how it is written where it is no plain number, and what it gives."""
    bounds: list[str] = []
    for index, (bound, text, written, gives) in enumerate(rows):
        bounds.append(text)
        if value >= bound:
            step: Step = {"shape": "bands", "side": "from", "bounds": bounds, "hit": index, "bound": text}
            if written is not None:
                step["bound_text"] = written
            step["gives"] = gives
            return step, gives, gives
    return {"shape": "bands", "side": "from", "bounds": bounds, "hit": "else", "gives": otherwise}, otherwise, otherwise


def line(value: Any, points: list[tuple[Any, Any]], told_points: list[list[str]]) -> tuple[Step, Any, str | None]:
    for index, (x, y) in enumerate(points):
        if value == x:
            return {"shape": "line", "points": told_points, "hit": [index, index]}, y, told_points[index][1]
    after = 0
    while after < len(points) and points[after][0] < value:
        after += 1
    if after in (0, len(points)):
        index = after and after - 1
        step = {"shape": "line", "points": told_points, "hit": [index, index], "flat": True}
        return step, points[index][1], told_points[index][1]
    (left, low), (right, high) = points[after - 1], points[after]
    exact = add(low, divide(multiply(subtract(value, left), subtract(high, low)), subtract(right, left)))
    return {"shape": "line", "points": told_points, "hit": [after - 1, after]}, exact, None


def complaints(value: Any, target: Any, told_target: Step | None) -> tuple[Step, Any, str | None]:
    text = "" if told_target is None else told_target["value"]
    beyond = subtract(value, target)
    above = beyond > ZERO
    counted = ceil(absolute(beyond))
    step = {"shape": "steps", "counting": "begun", "start": "100", "at": text, "every": "1", "above": "-10",
            "below": None, "beyond": number_text(beyond), "counted": str(counted) if above else "0",
            "side": "above" if above else "below"}
    return (step, Decimal(100 - 10 * counted), None) if above else (step, HUNDRED, "100")
