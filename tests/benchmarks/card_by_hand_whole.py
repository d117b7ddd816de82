"""The rest of the card written out by hand: metrics, total, grade and what follows, all steps in order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rules.numbers import add, decimal_text, divide, multiply, number_text, round_number, subtract
from rules.scorecard.evaluate import Part, Result
from rules.scorecard.facts import Facts
from rules.scorecard.following import Proposal
from rules.scorecard.grading import Bounds
from tests.benchmarks.card_by_hand import (
    CENTS,
    HUNDRED,
    ZERO,
    Settled,
    Step,
    agreed,
    bands,
    complaints,
    computed,
    line,
    metric,
    months,
    ratio,
    single,
    teamwork,
)

ATTAINED, IMPROVED = ("Sales attainment", "销售额达成率"), ("Personal improvement rate", "个人绩效改进率")
GRADES = [
    (Decimal(bound), bound, None, grade) for bound, grade in (("110", "S"), ("95", "A"), ("80", "B"), ("60", "C"))
]
LADDER = ("S", "A", "B", "C", "D")
FACTORS = {grade: (Decimal(text), text) for grade, text in (("S", "1.5"), ("A", "1.2"), ("B", "1"), ("C", "0.8"),
                                                               ("D", "0"))}
TOTAL = 32  # where the step of the total stands
POINTS = {"100": HUNDRED, "80": Decimal(80), "0": ZERO}
TEAM = [(Decimal(x), Decimal(y)) for x, y in ((1, 0), (2, 40), (3, 60), (4, 80), (5, 100))]


def by_hand(facts: Facts) -> Result:
    """What `score` gives for this card."""
    trace: list[Step] = []
    settled = agreed(facts, trace)
    satisfied = single(facts, trace, "satisfaction", None, "percent")
    sales = months(facts, trace, "sales", "CNY", "money", "sum")
    plan = single(facts, trace, "sales_plan", "CNY", "money")
    customers = months(facts, trace, "new_customers", None, "count", "min")
    rate = single(facts, trace, "complaint_rate", None, "percent")
    hours = single(facts, trace, "response_hours", "h", "number")
    broken = single(facts, trace, "violations", None, "count")
    team = teamwork(facts, trace)
    attained, shown, step = computed(
        "attainment", ATTAINED, [{"name": "sales", "value": sales[1]}, {"name": "sales_plan", "value": plan[1]}],
        "sales / sales_plan * 100", divide(multiply(sales[0], HUNDRED), plan[0]),
    )
    trace.append(step)
    before: Any = facts.previous[0]["attainment"]
    improved, better, step = computed(
        "improvement", IMPROVED,
        [{"name": "attainment", "value": shown}, {"name": "previous(attainment)", "value": number_text(before)}],
        "(attainment - previous(attainment)) / previous(attainment) * 100",
        divide(multiply(subtract(attained, before), HUNDRED), before),
    )
    trace.append(step)
    scores = metrics(settled, trace, satisfied, (attained, shown), customers, rate, hours, team, (improved, better))
    total, text = whole(settled, trace, scores, satisfied[0])
    grade, bounds = graded(trace, total, text, broken[0])
    figures = {
        "satisfaction": satisfied[0], "sales": sales[0], "sales_plan": plan[0], "new_customers": customers[0],
        "complaint_rate": rate[0], "response_hours": hours[0], "violations": broken[0], "teamwork": team[0],
        "attainment": attained, "improvement": improved,
    }  # fmt: skip
    parts = {
        name: Part(score, step["score"], settled[name][2], settled[name][0], value, step["contribution"], True, ())
        for name, score, step, value in scores
    }
    consequences = follow(trace, total, text, grade)
    proposals = propose(trace, settled, scores[1][1])
    return Result("scored", (), total, trace[TOTAL]["score"], grade, grade, bounds, figures, parts, consequences,
                  proposals, tuple(trace))


def metrics(settled: Settled, trace: list[Step], *figures: tuple[Any, str]) -> list[tuple[str, Any, Step, Any]]:
    satisfied, attained, customers, rate, hours, team, improved = figures
    found = []

    def judged(name: str, title: tuple[str, str], read: str, one: tuple[Any, str], made: Any, top: str | None) -> None:
        score, step = metric(name, title, read, one[1], made[0], made[1], made[2], top, settled[name])
        found.append((name, score, step, one[0]))
        trace.append(step)

    def target(name: str) -> tuple[Any, Step | None]:
        return settled[name][0], settled[name][1]

    judged("satisfaction", ("Customer satisfaction", "客户满意度"), "satisfaction", satisfied,
           (*ratio(satisfied[0], *target("satisfaction")), None), "120")
    judged("sales", ATTAINED, "attainment", attained, (*ratio(attained[0], *target("sales")), None), "120")
    wanted, as_told = target("new_customers")
    lower = subtract(wanted, 2)
    made = bands(customers[0], [(wanted, as_told["value"] if as_told else "", "target", "100"),
                                (lower, number_text(lower), "target - 2", "80")], "0")
    judged("new_customers", ("New customers per month", "每月新增客户数"), "new_customers", customers,
           (made[0], POINTS[made[1]], made[2]), None)
    judged("complaints", ("Complaint rate", "客户投诉率"), "complaint_rate", rate,
           complaints(rate[0], *target("complaints")), "100")
    wanted, as_told = target("response")
    points = [(Decimal(12), Decimal(120)), (wanted, HUNDRED), (Decimal(48), ZERO)]
    judged("response", ("Response time", "响应时间"), "response_hours", hours,
           line(hours[0], points, [["12", "120"], [as_told["value"] if as_told else "", "100"], ["48", "0"]]), None)
    judged("teamwork", ("Teamwork", "团队协作"), "teamwork", team,
           line(team[0], TEAM, [["1", "0"], ["2", "40"], ["3", "60"], ["4", "80"], ["5", "100"]]), None)
    wanted, as_told = target("improvement")
    made = bands(improved[0], [(wanted, as_told["value"] if as_told else "", "target", "100")], "0")
    judged("improvement", ("Personal improvement", "个人绩效改进"), "improvement", improved,
           (made[0], POINTS[made[1]], made[2]), None)
    return found


def whole(settled: Settled, trace: list[Step], scores: list[Any], satisfied: Any) -> tuple[Any, str]:
    """The weighted mean, the reward of delighted customers, the limits, the total."""
    exact: Any = ZERO
    parts = []
    for name, score, step, _ in scores:
        contribution = divide(multiply(score, settled[name][2]), HUNDRED)
        exact = add(exact, contribution)
        text = step["contribution"] = number_text(contribution)
        parts.append({"name": name, "score": number_text(score), "weight": settled[name][3]["value"],
                      "contribution": text})
    before = after = number_text(exact)
    acts = satisfied >= 95
    rule = {"rule": "delighted_customers", "effect": "add", "acted": acts, "path": ["total", "rules", 0],
            "if": "satisfaction >= 95", "say": {"en": "Delighted customers", "zh": "客户非常满意"}}
    result = exact
    if acts:
        result = add(exact, 5)
        after = number_text(result)
        rule |= {"amount": "5", "before": before, "after": after}
    hit, ended = None, after
    if result < ZERO:
        result, hit, ended = ZERO, "low", "0"
    elif result > 125:
        result, hit, ended = Decimal(125), "high", "125"
    total = round_number(result, CENTS)
    text = decimal_text(total, 2)
    trace.append({
        "step": "total", "name": "total", "path": ["total"], "title": {}, "combine": "weighted_mean", "weights": "100",
        "round_each": None, "parts": parts, "exact": before, "rules": [rule],
        "limits": {"low": "0", "high": "125", "before": after, "hit": hit, "after": ended},
        "round": {"digits": 2, "mode": "half_up", "before": ended}, "score": text,
    })  # fmt: skip
    return total, number_text(total)


def graded(trace: list[Step], total: Any, text: str, broken: Any) -> tuple[str, Bounds]:
    formula, first, _ = bands(total, GRADES, "D")
    place = LADDER.index(first)
    above, acts = None, broken > 0
    if place and not (acts and place <= LADDER.index("C")):
        bound, needs = GRADES[place - 1][:2]
        distance = number_text(subtract(bound, total))
        above = {"grade": LADDER[place - 1], "needs": needs, "side": "from", "distance": distance}
    grade = "C" if acts and place < LADDER.index("C") else first
    rule = {"rule": "integrity", "effect": "at_most", "acted": acts, "path": ["grades", "rules", 0],
            "if": "violations > 0", "say": {"en": "Violations of the rules", "zh": "有违规行为"}, "lacking": [],
            "amount": "C", "before": first, "after": grade}
    trace.append({
        "name": "grade", "path": ["grades"], "title": {}, "figures": [{"name": "total", "value": text}],
        "value": {"text": "total", "value": text}, "formula": formula, "exact": first, "score": first, "step": "grade",
        "ladder": list(LADDER), "first": first, "next": above, "rules": [rule], "grade": grade,
        "at_most": "C" if acts else None, "at_least": None,
    })  # fmt: skip
    return grade, Bounds("C" if acts else None)


def follow(trace: list[Step], total: Any, text: str, grade: str) -> dict[str, Any]:
    value, factor = FACTORS[grade]
    trace.append({
        "step": "consequences", "name": "bonus_coefficient", "path": ["consequences", "bonus_coefficient"],
        "title": {"en": "Bonus coefficient", "zh": "奖金系数"}, "figures": [{"name": "grade", "value": grade}],
        "value": {"text": "grade", "value": grade},
        "formula": {"shape": "lookup", "option": grade, "hit": grade, "gives": factor}, "exact": factor,
        "score": factor,
    })  # fmt: skip
    poor = total < 60
    trace.append({
        "step": "consequences", "name": "improvement_plan", "path": ["consequences", "improvement_plan"],
        "title": {"en": "Improvement plan needed", "zh": "需要改进计划"}, "figures": [{"name": "total", "value": text}],
        "value": {"text": "total < 60", "value": poor}, "exact": poor, "score": poor,
    })  # fmt: skip
    return {"bonus_coefficient": value, "improvement_plan": poor}


def propose(trace: list[Step], settled: Settled, sales: Any) -> tuple[Proposal, ...]:
    found: list[Proposal] = []
    if sales >= 110:
        target = settled["sales"][0]
        wanted = multiply(target, Decimal("1.05"))
        new = min(wanted, Decimal(120))
        if new != target:
            found.append(Proposal("sales", "target", target, new, "1"))
        trace.append({"step": "re_adjust", "name": "sales", "what": "target", "path": ["re_adjust", 0],
                      "wanted": number_text(wanted), "text": "target * 1.05", "before": number_text(target),
                      "after": number_text(new), "change_at_most": "20", "take_from": None,
                      "low": "80", "high": "120", "taken": []})
    weight, other = settled["satisfaction"][2], settled["new_customers"][2]
    wanted = add(weight, 5)
    left = max(subtract(other, subtract(min(wanted, Decimal(40)), weight)), Decimal(5))
    new = add(weight, subtract(other, left))
    taken = [] if left == other else [{"name": "new_customers", "before": number_text(other),
                                       "after": number_text(left)}]
    trace.append({"step": "re_adjust", "name": "satisfaction", "what": "weight", "path": ["re_adjust", 1],
                  "wanted": number_text(wanted), "text": "weight + 5", "before": number_text(weight),
                  "after": number_text(new), "change_at_most": None, "take_from": "new_customers",
                  "low": "10", "high": "40", "taken": taken})
    if new != weight:
        found.append(Proposal("satisfaction", "weight", weight, new, "2"))
    if left != other:
        found.append(Proposal("new_customers", "weight", other, left, "2"))
    return tuple(found)
