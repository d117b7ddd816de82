"""A quota keeps its counts for every size of a unit, lowers the worst, and says plainly what cannot be kept."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.cohort.counting import apportioned, floored
from rules.cohort.lowering import Standing
from rules.cohort.quota import keep
from rules.scorecard.grading import Bounds
from rules.scorecard.model import Grades, Node
from rules.scorecard.quotas import Quota, QuotaRule
from rules.scorecard.reader import read_card
from tests.rules.cohort.cohorts import card_with, cards, codes, data_of, grades, judged

LADDER = ("A", "B", "C", "D")
GRADES = Grades(Node("grade", "grade", ("grades",)), LADDER)
SHARES = {"A": Decimal(25), "B": Decimal(65), "C": Decimal(10)}
KINDS = {
    "cap": QuotaRule("cap", ("quota", "rules", 0), ("A",), at_most=Decimal(20)),
    "pair": QuotaRule("cap", ("quota", "rules", 0), ("A", "B"), at_most=Decimal("33.3")),
    "share": QuotaRule("share", ("quota", "rules", 0), ("A", "B", "C"), shares=SHARES),
    "about": QuotaRule("about", ("quota", "rules", 0), ("A", "B"), about=Decimal(60), give_or_take=Decimal(5)),
    "mean": QuotaRule("mean", ("quota", "rules", 0), at_most=Decimal("2.5"),
                      points={"A": Decimal(4), "B": Decimal(3), "C": Decimal(2), "D": Decimal(1)}),
}


def standings(n: int, distinct: bool = True, bounds: Bounds | None = None) -> list[Standing]:
    """Far too many good grades; where not distinct, three share every place."""
    made = []
    for place in range(n):
        grade = LADDER[min(3, place * 5 // max(n, 1))] if place * 5 // max(n, 1) else "A"
        rank = n - (place if distinct else place // 3)
        made.append(Standing(place, grade, grade, ((1, Fraction(rank)),), bounds or Bounds()))
    return made


@pytest.mark.parametrize(("n", "counts"), [(20, [5, 13, 2]), (23, [6, 15, 2]), (7, [2, 4, 1])])
def test_the_guided_distribution_comes_out_as_published(n: int, counts: list[int]) -> None:
    assert apportioned(n, list(SHARES.values())) == counts
    members = standings(n)
    (report,) = keep(GRADES, Quota((), "lower", (), (KINDS["share"],)), members, ())
    found = Counter(one.grade for one in members)
    assert [found[grade] for grade in SHARES] == counts == [one.target for one in report.shares]


@pytest.mark.parametrize(("n", "share", "most"), [(37, 20, 7), (37, 25, 9), (40, 20, 8), (4, 20, 0)])
def test_a_cap_is_floored_as_published(n: int, share: int, most: int) -> None:
    assert floored(n, Decimal(share)) == most


@pytest.mark.parametrize("sizes", [range(1, 31), pytest.param(range(31, 501), marks=pytest.mark.slow)], ids=str)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("when_over", "distinct"), [("refuse", True), ("lower", True), ("lower", False), ("report", True)],
)
def test_counts_sum_to_n_for_every_size(sizes: range, kind: str, when_over: str, distinct: bool) -> None:
    """Nobody is lost or counted twice; what is lowered is kept, or it is said that it cannot be."""
    rule = KINDS[kind]
    for n in sizes:
        members = standings(n, distinct)
        before = [one.grade for one in members]
        (report,) = keep(GRADES, Quota((), when_over, (), (rule,)), members, ())
        after = Counter(one.grade for one in members)
        assert sum(after.values()) == n == report.n
        if report.shares:
            assert sum(one.target for one in report.shares) == n
            assert sum(one.left for one in report.shares) == sum(after[grade] for grade in rule.shares)
        if when_over != "lower":
            assert [one.grade for one in members] == before
        elif kind in ("cap", "pair", "mean") or (kind == "share" and distinct):
            assert report.kept, (n, report)
        elif kind == "about":
            assert report.kept or report.why in ("SR021", "SR025"), (n, report)
            assert report.why == "SR025" or sum(after[grade] for grade in rule.grades) <= (report.most or 0)


def test_a_harness_that_counts_wrongly_is_found() -> None:
    """The control: floors alone do not sum to n."""
    assert any(sum(floored(n, share) for share in SHARES.values()) != n for n in range(1, 501))


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.lists(st.fractions(0, 100), min_size=1, max_size=30))
def test_largest_remainders_sum_to_the_whole_and_stay_within_one(whole: int, weights: list[Fraction]) -> None:
    parts, total = apportioned(whole, weights), sum(weights)
    assert sum(parts) == (whole if total else 0)
    if total:
        assert all(abs(part - whole * weight / total) < 1 for part, weight in zip(parts, weights, strict=True))


@settings(max_examples=60)
@given(st.data())
def test_shares_respect_every_bound_and_miss_nobody_who_can_be_placed(data: st.DataObject) -> None:
    """Against trying every assignment: by_rank finds a place for all exactly when there is one."""
    n = data.draw(st.integers(1, 6))
    bounds = [data.draw(st.sampled_from([Bounds(), Bounds(at_least="B"), Bounds(at_least="A"), Bounds(at_most="C")]))
              for _ in range(n)]
    members = [Standing(i, "B", "B", ((1, Fraction(data.draw(st.integers(0, 3)) * 10 + i)),), bounds[i])
               for i in range(n)]
    rule = QuotaRule("share", ("quota",), ("A", "B", "C"),
                     shares={"A": Decimal(40), "B": Decimal(30), "C": Decimal(30)})
    (report,) = keep(GRADES, Quota((), "lower", (), (rule,)), members, ())
    for one in members:
        ladder = LADDER.index(one.grade)
        assert one.bounds.at_least is None or ladder <= LADDER.index(one.bounds.at_least)
        assert one.bounds.at_most is None or ladder >= LADDER.index(one.bounds.at_most)
    targets = [one.target for one in report.shares]
    assert report.kept == _possible(bounds, targets)
    assert report.kept or not report.feasible


def _possible(bounds: list[Bounds], targets: list[int]) -> bool:
    if not bounds:
        return not any(targets)
    first, rest = bounds[0], bounds[1:]
    for place, grade in enumerate(("A", "B", "C")):
        low = first.at_least is None or grade <= first.at_least
        high = first.at_most is None or grade >= first.at_most
        left = [target - (at == place) for at, target in enumerate(targets)]
        if low and high and left[place] >= 0 and _possible(rest, left):
            return True
    return False


CAP = "cohort: {by: unit}\nquota: {when_over: %s, rules: [{grades: [A], at_most: 40 %%}]%s}\n"


def test_refuse_changes_no_grade_and_tells_everybody_by_how_many() -> None:
    result = judged(card_with(CAP % ("refuse", "")), cards([99, 98, 97, 80, 70]))
    assert grades(result) == "AAABC"
    assert all(codes(result, place) == ["SR020"] for place in range(5))
    values = result.results[4].reasons[0].values
    assert (values["held"], values["most"], values["over"], values["n"]) == ("3", "2", "1", "5")


def test_report_only_tells() -> None:
    result = judged(card_with(CAP % ("report", "")), cards([99, 98, 97, 80, 70]))
    assert grades(result) == "AAABC"
    assert codes(result) == []
    assert not result.kept
    assert result.units[0].rules[0].why == "SR020"


def test_lower_takes_the_worst_by_total_to_the_next_grade() -> None:
    result = judged(card_with(CAP % ("lower", "")), cards([97, 99, 98, 80, 70]))
    assert grades(result) == "BAABC"
    assert result.kept
    assert result.results[0].first_grade == "A"
    assert next((one.rank, one.before, one.after) for one in result.places if one) == (3, "A", "B")
    assert result.results[0].trace[-1]["rules"][0]["exact"] == "2"


def test_equals_fall_together_so_that_the_cap_holds() -> None:
    result = judged(card_with(CAP % ("lower", "")), cards([99, 97, 97, 80, 70]))
    assert grades(result) == "ABBBC"
    assert result.kept
    assert [one.tied for one in result.places if one] == [0, 1, 1, 0, 0]


@pytest.mark.parametrize("ties", [", ties: [calls]", ", ties: [total, calls]", ", ties: [-(0 - calls)]"])
def test_equals_are_ranked_by_the_figures_that_the_card_names(ties: str) -> None:
    made = cards([99, 97, 97, 80, 70])
    made[2]["inputs"]["calls"] = "7"
    result = judged(card_with(CAP % ("lower", ties)), made)
    assert grades(result) == "ABABC"


def test_by_figures_means_the_scores_of_the_metrics() -> None:
    result = judged(card_with(CAP % ("lower", ", ties: by figures")), cards([99, 97, 97, 80, 70]))
    assert grades(result) == "ABBBC"


MARKS = """\
scorecard: marks
version: 1
language: 1
missing: block
round: {metric: exact, total: exact}
inputs: {work: {type: number, digits: 2, range: 1..6}, calls: {type: count, range: 0..100, missing: {use: 0}}}
metrics: {work: {weight: 2}, calls: {weight: 0}}
total: {combine: weighted_mean, weights_sum: any}
grades:
  ladder: [%s]
  bands: [{up_to: 1.5, gives: 1}, {up_to: 2.5, gives: 2}, {up_to: 3.5, gives: 3}, {else: 4}]
quota: {when_over: lower, ties: by figures, rules: [%s]}
"""
SCHOOL, POINTS = "1, 2, 3, 4", "4, 3, 2, 1"


@pytest.mark.parametrize(
    ("ladder", "rule", "expected", "ranks"),
    [
        (SCHOOL, "{grades: [1], at_most: 20 %}", "12234", [1, 2, 3, 4, 5]),
        (SCHOOL, "{mean_at_most: 2.6}", "11334", [1, 2, 3, 4, 5]),  # 4 4 3 2 1 are 14 of at most 13
        (POINTS, "{grades: [4, 3], at_most: 20 %}", "11224", [5, 4, 3, 2, 1]),  # the control: 4 is the best
        (POINTS, "{mean_at_most: 2}", "11224", [5, 4, 3, 2, 1]),  # 1 1 2 3 4 are 11 of at most 10
    ],
)
def test_where_low_totals_are_best_the_lowest_stays(ladder: str, rule: str, expected: str, ranks: list[int]) -> None:
    card, faults = read_card(data_of(MARKS % (ladder, rule)))
    assert card is not None, faults
    made = judged(card, cards([1, "1.25", 2, 3, 4]))
    assert grades(made) == expected
    assert [one.rank for one in made.places if one is not None] == ranks


def test_equal_low_totals_are_ranked_by_the_lower_scores() -> None:
    card, _ = read_card(data_of(MARKS % (SCHOOL, "{grades: [1], at_most: 20 %}")))
    assert card is not None
    made = cards([1, 1, 2, 3, 4])
    made[0]["inputs"]["calls"] = "7"
    assert grades(judged(card, made)) == "21234"


def test_floors_of_step_seven_hold_and_what_cannot_be_kept_is_said() -> None:
    made = cards([99, 98, 97, 80, 70])
    card = card_with("cohort: {by: unit}\nquota: {when_over: lower, rules: [{grades: [A, B], at_most: 40 %}]}\n")
    for one in made[1:4]:
        one["inputs"]["kept"] = True
    result = judged(card, made)
    assert grades(result) == "CAABC"  # the one without a floor falls
    rule = result.units[0].rules[0]
    assert (rule.why, rule.stuck, rule.most, rule.feasible) == ("SR024", 3, 2, False)
    assert codes(result) == ["SR024"]


def test_a_cap_above_is_not_broken_by_shares_that_raise() -> None:
    made = cards([50, 40, 30, 20, 10])
    card = card_with("quota: {when_over: lower, rules: [{share: {A: 20 %, B: 40 %, C: 20 %, D: 20 %}}]}\n")
    made[0]["inputs"]["vetoed"] = True
    result = judged(card, made)
    assert grades(result) == "CABBD"
    assert result.kept


def test_a_mean_lowers_those_above_it_until_it_holds() -> None:
    card = card_with("quota: {when_over: lower, rules: [{mean_at_most: 3}]}\n")
    result = judged(card, cards([99, 95, 92, 78, 70]))  # 4 4 4 3 2: 17 of at most 15
    assert grades(result) == "ABBBC"
    assert result.units[0].rules[0].mean_left == 3
    said = card_with("quota: {when_over: lower, rules: [{mean_at_most: 8, points: {A: 10, B: 7, C: 5, D: 0}}]}\n")
    assert grades(judged(said, cards([99, 95, 92, 78, 70]))) == "AABBC"


def test_a_range_that_holds_no_whole_number_lowers_nobody_and_is_said() -> None:
    card = card_with("quota: {when_over: lower, rules: [{grades: [A], about: 50 %, give_or_take: 5 %}]}\n")
    result = judged(card, cards([99, 98, 97]))
    assert grades(result) == "AAA"
    assert codes(result) == ["SR025"]
    assert (result.units[0].rules[0].low, result.units[0].rules[0].high) == (Decimal("1.35"), Decimal("1.65"))


def test_too_few_are_told_and_nobody_is_raised() -> None:
    card = card_with("quota: {when_over: lower, rules: [{grades: [A], about: 50 %, give_or_take: 10 %}]}\n")
    result = judged(card, cards([99, 70, 70, 70, 70]))
    assert grades(result) == "ACCCC"
    assert codes(result) == ["SR021"]


def test_an_exception_counts_once_it_is_approved() -> None:
    more = "quota: {when_over: refuse, rules: [{grades: [A], at_most: 20 %, or: {at_most: 25 %, approved_by: hr}}]}\n"
    card = card_with("cohort: {by: unit}\n" + more)
    made = cards([99] * 9 + [70] * 28)
    assert judged(card, made).units[0].rules[0].most == 7
    assert not judged(card, made, approved=["manager"]).kept
    assert judged(card, made, approved=["hr"]).kept
    assert judged(card, made, approved={"east": ["hr"]}).kept
    assert judged(card, made, approved=["hr"]).units[0].rules[0].approved_by == "hr"


def test_a_consequence_follows_the_grade_after_the_quota() -> None:
    more = (CAP % ("lower", "")) + "consequences: {coefficient: {value: grade, lookup: {A: 1.5, B: 1, C: 0.5, D: 0}}}\n"
    result = judged(card_with(more), cards([97, 99, 98, 80, 70]))
    assert [one.consequences["coefficient"] for one in result.results][:2] == [Decimal(1), Decimal("1.5")]
