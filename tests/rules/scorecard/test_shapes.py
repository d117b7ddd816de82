"""Each shape, fold, rule and missing policy by small cards; laws by random numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import read_facts
from rules.scorecard.model import Card

Judge = Callable[[str, str], Result]
HEAD = """missing: block
round: {metric: exact, total: exact}
inputs: {x: {type: number, digits: 2, range: -1000..1000}}
"""


def metric(judge: Judge, node: str, value: str, more: str = "") -> Any:
    return judge(f"{HEAD}{more}metrics: {{x: {node}}}\n", f"{{inputs: {{x: {value}}}}}").metrics["x"].score


@pytest.mark.parametrize(
    ("node", "value", "expected"),
    [
        ("{target: 80, ratio: {better: higher}}", "60", "75"),
        ("{target: 30, ratio: {better: higher}}", "10", "100/3"),
        ("{target: 80, ratio: {better: higher, full: 20}}", "60", "15"),
        ("{target: 80, ratio: {better: lower, by: inverse}, if_zero: 0}", "100", "80"),
        ("{target: 80, ratio: {better: lower, by: inverse}, if_zero: 7}", "0", "7"),
        ("{target: 80, ratio: {better: lower, by: mirror}}", "100", "75"),
        ("{steps: {start: 100, at: 5, every: 2, above: -10, counting: exact}}", "8", "85"),
        ("{steps: {start: 100, at: 5, every: 2, above: -10, counting: full}}", "8", "90"),
        ("{steps: {start: 100, at: 5, every: 2, above: -10, counting: begun}}", "8", "80"),
        ("{steps: {start: 100, at: 5, every: 2, above: -10, counting: begun}}", "3", "100"),
        ("{steps: {start: 50, at: 5, every: 2, above: 1, below: -3, counting: full}}", "0", "44"),
        ("{line: [[0, 0], [50, 50], [100, 120]]}", "75", "85"),
        ("{line: [[0, 0], [50, 50], [100, 120]]}", "-3", "0"),
        ("{line: [[100, 0], [50, 50], [0, 120]]}", "25", "85"),
        ("{line: [[0, 0], [10, 20], [10, 50], [20, 100]]}", "10", "20"),
        ("{line: [[0, 0], [10, 20], [10, 50], [20, 100]]}", "10.01", "50.05"),
        ("{bands: [{from: 10, gives: 3}, {from: 5, gives: 2}, {else: 0}]}", "5", "2"),
        ("{bands: [{above: 10, gives: 3}, {above: 5, gives: 2}, {else: 0}]}", "5", "0"),
        ("{bands: [{up_to: 5, gives: 3}, {up_to: 10, gives: 2}, {else: 0}]}", "5", "3"),
        ("{bands: [{below: 5, gives: 3}, {below: 10, gives: 2}, {else: 0}]}", "5", "2"),
        ("{bands: [{from: 10, gives: value * 2}, {else: 0}]}", "12", "24"),
        ("{choose: [{if: x > 3, gives: x + 1}, {else: 0}]}", "4", "5"),
        ("{value: x - 1, limits: 0..}", "-5", "0"),
        ("{value: x, round: 0 half_even}", "2.5", "2"),
        ("{value: x, round: 0 floor}", "-2.5", "-3"),
        ("{rules: [{rule: a, add: 5}, {rule: b, if: score > 10, multiply: 2}, {rule: c, if: held(b), subtract: 1}]}",
         "6", "21"),
        ("{rules: [{rule: a, set: 7}, {rule: b, limit: ..5}, {rule: c, round: 0 up}]}", "6", "5"),
    ],
)
def test_a_node_gives_the_exact_number(judge: Judge, node: str, value: str, expected: str) -> None:
    assert metric(judge, node, value) == Fraction(expected)


def test_figures_may_be_dates(judge: Judge) -> None:
    """Ten points less for every begun week after the day, a line between two days."""
    card = """missing: block
round: {metric: exact, total: exact}
inputs: {done: {type: date}, moved: {type: date}}
metrics:
  done: {steps: {start: 100, at: 2025-03-31, every: 7, above: -10, counting: begun}}
  moved: {standards: {best: 2025-01-01, last: 2025-01-11}, line: [[best, 100], [last, 0]]}
"""
    result = judge(card, "{inputs: {done: 2025-04-08, moved: 2025-01-04}}")
    assert (result.metrics["done"].score, result.metrics["moved"].score) == (80, 70)


def test_lookups_read_options_yes_and_whole_numbers(judge: Judge) -> None:
    card = """missing: block
round: {metric: exact, total: exact}
inputs: {kept: {type: yes_no}, level: {type: choice, options: [city, nation]}, stars: {type: count, range: 1..3}}
metrics:
  kept: {lookup: {yes: 100, no: 0}}
  level: {lookup: {nation: 5, else: 1}}
  stars: {lookup: {1: 10, 2: 20, 3: 30}}
total: {combine: sum}
"""
    assert judge(card, "{inputs: {kept: yes, level: nation, stars: 2}}").total == 125


@pytest.mark.parametrize(
    ("missing", "status", "total"),
    [("block", "blocked", None), ("exclude", "scored", 80), ("zero", "scored", 60), ("{score: 40}", "scored", 70)],
)
def test_a_missing_metric_becomes_what_its_policy_says(judge: Judge, missing: str, status: str, total: Any) -> None:
    card = f"""missing: {missing}
round: {{metric: exact, total: exact}}
inputs: {{a: {{type: count, range: 0..100}}, b: {{type: count, range: 0..100}}}}
metrics: {{a: {{weight: 75}}, b: {{weight: 25}}}}
total: {{combine: weighted_mean, weights_sum: 100}}
"""
    result = judge(card, "{inputs: {a: 80}}")
    assert (result.status, result.total) == (status, total)
    if total is None:
        assert [(one.code, one.values["names"]) for one in result.reasons] == [("SR004", "b")]


def test_a_group_without_any_part_is_itself_missing(judge: Judge) -> None:
    card = """missing: exclude
round: {metric: exact, total: exact}
inputs: {a: {type: count, range: 0..9}, b: {type: count, range: 0..9}}
metrics: {g: {combine: mean, parts: {a: {}}}, b: {}}
total: {combine: mean}
"""
    assert judge(card, "{inputs: {b: 4}}").total == 4
    empty = judge(card, "{}")
    assert (empty.status, empty.total) == ("blocked", None)


def test_part_rules_see_all_scores_and_may_drop_parts(judge: Judge) -> None:
    card = """missing: block
round: {metric: exact, total: exact}
inputs: {a: {type: count, range: 0..99}, b: {type: count, range: 0..99}, c: {type: count, range: 0..99}}
metrics: {a: {}, b: {}, c: {}}
total:
  part_rules:
    - {rule: low, if: a.score < 10, limit: ..20, for: [b]}
    - {rule: worst, if: any(metrics where score > 90), drop: true, for: [c]}
  combine: mean
"""
    assert judge(card, "{inputs: {a: 5, b: 60, c: 95}}").total == Fraction(25, 2)
    assert judge(card, "{inputs: {a: 50, b: 60, c: 70}}").total == 60


def test_rules_of_the_total_ask_the_scores_of_its_metrics(judge: Judge) -> None:
    card = """missing: block
round: {metric: exact, total: exact}
inputs: {a: {type: count, range: 0..99}, b: {type: count, range: 0..99}}
metrics: {a: {}, b: {}}
total:
  part_rules: [{rule: cap, if: a.score > 90, limit: ..50, for: all}]
  combine: sum
  rules: [{rule: weak, if: any(metrics where score < 10) and score > 40, subtract: 5}]
"""
    assert judge(card, "{inputs: {a: 9, b: 60}}").total == 64
    assert judge(card, "{inputs: {a: 9, b: 20}}").total == 29
    assert judge(card, "{inputs: {a: 95, b: 60}}").total == 100


def test_grades_move_on_the_ladder_inside_the_bounds(judge: Judge) -> None:
    card = """missing: block
round: {metric: exact, total: exact}
inputs: {x: {type: count, range: 0..100}, up: {type: yes_no}, cap: {type: yes_no}}
metrics: {x: {}}
total: {combine: sum}
grades:
  bands: [{from: 90, gives: A}, {from: 60, gives: B}, {else: C}]
  rules: [{rule: cap, if: cap, at_most: B}, {rule: up, if: up, raise: 1}, {rule: floor, if: x == 0, at_least: B}]
"""
    grades = {
        (x, up, cap): judge(card, f"{{inputs: {{x: {x}, up: {up}, cap: {cap}}}}}").grade
        for x, up, cap in [(95, "no", "no"), (95, "yes", "yes"), (70, "yes", "no"), (70, "yes", "yes"), (0, "no", "no")]
    }
    assert list(grades.values()) == ["A", "B", "A", "B", "B"]


def test_profiles_choose_metrics_weights_and_targets(judge: Judge) -> None:
    facts = "{subject: {department: %s}, cycle: {goal: growth, phase: mature}, inputs: {%s}}"
    figures = "attainment: 95, new_customers: 20, product_satisfaction: 80"
    sales = judge("32-customer-indicators", facts % ("sales", figures))
    assert (sales.status, sales.total, sales.metrics["conversion"].judged) == ("scored", 105, False)
    service = judge("32-customer-indicators", facts % ("service", "service_satisfaction: 40, complaints_resolved: 95"))
    assert service.total == 70
    nobody = judge("32-customer-indicators", "{inputs: {attainment: 95}}")
    assert (nobody.status, nobody.reasons[0].code) == ("blocked", "SR001")


def test_parts_nest_and_tiers_are_reassessed(judge: Judge) -> None:
    inputs = (
        "survey: 85, feedback_handled: 90, retained: true, years: 5, orders: [6, 6, 6], attachment: {customer: [5]}, "
        "first_response_h: 1, resolved: 100, service_cost: 10, quality: 100, purchases: [400000, 100000], "
        "profit: 100000, lifetime_value: 2500000"
    )
    result = judge("33-customer-account", f"{{inputs: {{{inputs}}}, previous: [{{grade: regular}}]}}")
    depth = (100 + 75 + 50) / Fraction(3)
    assert (result.metrics["relationship.depth"].score, depth) == (75, 75)
    value = Fraction(30 * 50 + 30 * 50 + 40 * 50, 100)
    relationship = Fraction(50 * 100 + 30 * 75 + 20 * 100, 100)
    assert result.total == (30 * 96 + 20 * relationship + 20 * 100 + 30 * value) / 100
    assert (result.grade, result.consequences["tier_changed"]) == ("VIP", True)


def test_before_and_after_need_both(judge: Judge) -> None:
    names = ("quality", "attitude", "speed")
    both = ", ".join(f"{name}_{when}: {{value: {value}, samples: 30}}" for name in names
                     for when, value in (("before", 70), ("after", 76)))
    assert judge("34-improvement-programme", f"{{inputs: {{{both}}}}}").grade == "effective"
    few = judge("34-improvement-programme", f"{{inputs: {{{both.replace('30}', '29}', 1)}}}}}")
    assert (few.status, few.reasons[0].values["names"]) == ("blocked", "quality_before")


def test_the_heaviest_weight_is_required(judge: Judge) -> None:
    figures = "projects: 6, amount_signed: 5000, customers_signed: 20, survey: {value: 90, samples: 10}, " \
        "measures_in_time: 90, retained: 80, care_plans: 90, conversion: 30, collecting: 4, analysing: 4, deciding: 4"
    assert judge("35-leasing-team", f"{{inputs: {{{figures}}}}}").status == "scored"
    agreed = "agreed: {satisfaction: {weight: 24}, retention: {weight: 26}}"
    other = judge("35-leasing-team", f"{{inputs: {{{figures}}}, {agreed}}}")
    assert (other.status, other.reasons[0].code) == ("refused", "SR015")


def test_sampled_checks_are_rows_of_a_list(judge: Judge) -> None:
    facts = "{inputs: {first_response_s: {value: 60, samples: 20}, resolved: 90}, lists: {checks: [%s]}}"
    good = judge("36-service-monitoring", facts % "{points: 90, serious: no}, {points: 91, serious: no}")
    assert (good.metrics["quality"].score, good.total_text, good.grade) == (Decimal("90.50"), "93.20", "green")
    bad = judge("36-service-monitoring", facts % "{points: 90, serious: yes}, {points: 91, serious: no}")
    assert (bad.grade, bad.consequences["coach"]) == ("amber", True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ("{inputs: {y: 1}}", "FA001"), ("{inputs: {x: 1.234}}", "FA005"), ("{inputs: {x: 1001}}", "FA007"),
        ("{inputs: {x: [1, 2]}}", "FA002"), ("{inputs: {x: high}}", "FA008"), ("{inputs: {x: 1e3}}", "FA008"),
        ("{figures: {}}", "SC002"), ("{inputs: [1]}", "SC101"), ("{agreed: {z: {target: 1}}}", "FA001"),
    ],
)
def test_figures_that_do_not_fit_are_refused_and_not_rounded(read: Any, plain: Any, facts: str, code: str) -> None:
    card: Card = read(f"{HEAD}metrics: {{x: {{}}}}\n")
    made, faults = read_facts(card, plain(facts))
    assert (made, [one.code for one in faults]) == (None, [code])


amounts = st.decimals(min_value=-1000, max_value=1000, places=2)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scores=st.lists(st.tuples(amounts, st.integers(1, 100)), min_size=1, max_size=6))
def test_a_weighted_mean_is_the_one_of_fractions(read: Any, scores: list[tuple[Decimal, int]]) -> None:
    names = [f"m{index}" for index in range(len(scores))]
    inputs = "".join(f"  {name}: {{type: number, digits: 2, range: -1000..1000}}\n" for name in names)
    metrics = "".join(f"  {name}: {{weight: {w}}}\n" for name, (_, w) in zip(names, scores, strict=True))
    card = read(
        "missing: block\nround: {metric: exact, total: exact}\n"
        f"inputs:\n{inputs}metrics:\n{metrics}total: {{combine: weighted_mean, weights_sum: any}}\n"
    )
    facts, _ = read_facts(card, {"inputs": {name: value for name, (value, _) in zip(names, scores, strict=True)}})
    assert facts is not None
    expected = sum(Fraction(value) * w for value, w in scores) / sum(w for _, w in scores)
    assert score(card, facts).total == expected


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=amounts)
def test_a_line_stays_between_its_points_and_never_falls_where_they_rise(read: Any, value: Decimal) -> None:
    card = read(f"{HEAD}metrics: {{x: {{line: [[-100, 5], [0, 20], [333, 90]]}}}}\n")

    def at(x: Decimal) -> Any:
        facts, _ = read_facts(card, {"inputs": {"x": x}})
        assert facts is not None
        return score(card, facts).metrics["x"].score

    assert 5 <= at(value) <= 90
    assert at(value) <= at(min(Decimal(1000), value + 1))


def test_the_range_of_a_score_holds_what_it_can_be(read: Any) -> None:
    """Interval analysis against every corner."""
    card: Card = read("bank-cm")
    names = card.guard_scope().names
    assert (names["risk.score"].low, names["risk.score"].high) == (-80, 0)
    assert (names["asset_growth.score"].low, names["asset_growth.score"].high) == (0, 35)
    assert (names["total"].low, names["total"].high) == (0, 85), "30 + 35 + 20 and nothing for risk"
