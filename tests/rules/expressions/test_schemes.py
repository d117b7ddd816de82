"""Every expression of the scorecards that the language was tried on compiles to its kind, without a warning."""

from decimal import Decimal

import pytest

from rules.expressions.compiled import compile_expression
from rules.expressions.scope import Scope
from rules.expressions.types import YES_NO, Kind, Type
from tests.rules.expressions.scopes import choice, number

PER_CENT = number(0, 100, unit="%")
LADDER = choice("S", "A", "B", "C", "D", ladder=True)
POINTS = number(0, 120)


def rows(**fields: Type) -> Type:
    return Type(Kind.LIST, Decimal(1), Decimal(10), row=fields)


METRICS = rows(score=POINTS, target=POINTS, weight=PER_CENT, basic=POINTS, critical=YES_NO, exempt=YES_NO)
WEIGHTS = {"metrics": METRICS, "satisfaction.weight": PER_CENT, "results_driven.weight": PER_CENT}
ACCOUNT_MANAGER = {
    "sales": number(0, 10**9, unit="CNY"), "sales_plan": number(1, 10**9, unit="CNY"), "attainment": number(0),
    "satisfaction": PER_CENT, "violations": number(0, 100, 0),
    "total": number(0, 125), "target": POINTS, "weight": PER_CENT, "sales.score": number(0, 120),
    "complaint_rate": PER_CENT, "grade": LADDER,
}  # fmt: skip
CUSTOMERS = {
    "repeat_rate": PER_CENT, "referral_rate": PER_CENT, "service_satisfaction": PER_CENT,
    "product_satisfaction": PER_CENT, "grade": LADDER, "sales": POINTS, "service": POINTS,
    "acquisition_cost": number("0.01", 10**6, unit="CNY"), "acquisition_cost.target": number(1, 10**5),
    "new_customers": number(0, 10**4, 0), "new_customers.target": number(1, 500),
    "subject.department": choice("sales", "service", "after_sales", "marketing"),
    "cycle.goal": choice("growth", "retention"), "service_cost": number(0, unit="CNY"),
    "purchases": number(1, unit="CNY"), "quality_after": PER_CENT, "quality_before": PER_CENT,
    "quality.score": number(-100, 100), "quality.target": number(5, 5),
    "metrics": rows(score=number(-100, 100), target=number(5, 5)), "checks": rows(serious=YES_NO, points=POINTS),
}  # fmt: skip
SASAC = {
    "profit": number(-(10**8), 10**8, unit="万元"), "baseline": number(1), "profit.target": number(-(10**8), 10**8),
    "short_of_baseline": number(digits=6), "target": number(-(10**8), 10**8),
    "basic": number(30, 30), "most_extra": number(3, 6), "metrics": METRICS, "deviation": number(-1000, 1000),
    "category": number(0, 130), "roe_points": number(0, 5),
}  # fmt: skip
RATINGS = {
    "objectives": rows(level=choice("EE", "ME", "IR")), "n": number(1, 20, 0), "ee": number(0, 20, 0),
    "ir": number(0, 20, 0), "elements": rows(rating=number(1, 5, 0)),
    "goals": rows(weight=PER_CENT, kind=choice("normal", "scf", "kar"), rating=number(1, 3, 0)), "kar_veto": YES_NO,
    "competencies": rows(rating=number(1, 3, 0)),
    "what.score": number(1, 3, None), "how.score": number(1, 3, None), "failings": number(0, 5, 0),
    "basic_only": YES_NO, "grade": choice("优秀", "称职", "基本称职", "不称职", ladder=True),
    "previous_grade_bad": YES_NO, "politics": YES_NO, "ability": YES_NO, "larger_accidents": number(0, 100, 0),
    "beyond_quota": number(0, 100, 0), "major_accident": YES_NO,
    "deaths": number(0, 1000, 0), "deaths_allowed": number(0, 1000, 0), "total": number(),
}  # fmt: skip
PAST = {"attainment": number(1), "grade": LADDER, "profit": number(-(10**8), 10**8)}

CASES: list[tuple[dict[str, Type], Kind, str]] = [
    *(
        (ACCOUNT_MANAGER, Kind.NUMBER, text)
        for text in (
            "sales / sales_plan * 100",
            "(attainment - previous(attainment)) / previous(attainment) * 100",
            "attainment",
            "complaint_rate",
            "target - 2",
            "target * 1.05",
            "weight + 5",
        )
    ),
    *(
        (ACCOUNT_MANAGER, Kind.YES_NO, text)
        for text in (
            "satisfaction >= 95",
            "violations > 0",
            "total < 60",
            "sales.score >= 110",
            "grade != previous(grade)",
            "grade >= A",
        )
    ),
    *(
        (CUSTOMERS, Kind.NUMBER, text)
        for text in (
            "max(repeat_rate; referral_rate)",
            "service_cost / purchases * 100",
            "quality_after - quality_before",
        )
    ),
    *(
        (CUSTOMERS, Kind.YES_NO, text)
        for text in (
            "subject.department == sales and cycle.goal == growth",
            "subject.department == after_sales",
            "service_satisfaction >= 80 or product_satisfaction >= 80",
            "acquisition_cost < acquisition_cost.target and new_customers >= new_customers.target",
            "grade >= A",
            "all(metrics where score >= target)",
            "any(metrics where score < 0)",
            "quality.score < quality.target",
            "any(checks where serious)",
        )
    ),
    *(
        (WEIGHTS, Kind.YES_NO, text)
        for text in (
            "all(metrics where weight <= satisfaction.weight)",
            "all(metrics where weight <= results_driven.weight)",
            "any(metrics where critical and score == 1)",
            "any(metrics where not exempt and score < basic)",
        )
    ),
    *(
        (SASAC, Kind.NUMBER, text)
        for text in (
            "min(previous(profit); mean(past(profit; 3)))",
            "(baseline - profit.target) / baseline * 100",
            "(profit - target) / abs(target) * 100",
            "1 if target > 0 else 0.5",
            "basic + most_extra",
            "max(-15; min(15; deviation))",
            "category * 100 / 130",
            "roe_points",
        )
    ),
    *(
        (SASAC, Kind.YES_NO, text)
        for text in (
            "profit.target < 0",
            "short_of_baseline <= 20",
            "not held(fallback)",
            "profit.target < 0 and profit >= 0",
        )
    ),
    *(
        (RATINGS, Kind.NUMBER, text)
        for text in (
            "count(objectives)",
            "count(objectives where level == EE)",
            "round(what.score; 0; half_up)",
            "-(0.5 * larger_accidents + beyond_quota)",
        )
    ),
    *(
        (RATINGS, Kind.YES_NO, text)
        for text in (
            "n >= 5 and ee >= 3 and ir == 0",
            "n <= 4 and ee == n",
            "any(elements where rating == 1)",
            "sum(goals.weight) == 100",
            "failings > 0",
            "basic_only",
            "politics and ability",
            "any(goals where kind == kar and rating == 1) and not any(goals where kind == kar and rating == 3)",
            "any(goals where kind == scf and rating == 1) or kar_veto",
            "grade == 不称职 and previous_grade_bad",
            "major_accident or deaths > deaths_allowed or total < 80",
        )
    ),
]


@pytest.mark.parametrize(("names", "kind", "text"), CASES, ids=[text for _, _, text in CASES])
def test_an_expression_of_a_scheme_compiles(names: dict[str, Type], kind: Kind, text: str) -> None:
    scope = Scope(names=names, past=PAST, rules=("fallback",))
    zero = "abs(target)" in text  # that node says `if_zero`
    expression = compile_expression(text, scope, zero_allowed=zero, expects=kind)
    assert expression.warnings == ()
