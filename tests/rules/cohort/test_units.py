"""Who is graded together: small units are put together, and whoever has no grade does not count."""

from __future__ import annotations

from tests.rules.cohort.cohorts import card_with, cards, grades, judged

CAP = "cohort: {by: unit}\nquota: {when_over: %s, rules: [{grades: [A], at_most: 40 %%}]%s}\n"


def test_small_units_are_put_together_and_large_ones_stay() -> None:
    more = "cohort: {by: unit, pool: {below: 5, into: division}}\n" + \
        "quota: {when_over: refuse, rules: [{grades: [A], at_most: 20 %}]}\n"
    made = [*cards([99, 80, 80, 80], "tiny"), *cards([80, 80], "small"), *cards([99, 80, 80, 80, 80], "large")]
    for one in made:
        one["subject"]["division"] = "north"
    result = judged(card_with(more), made)
    assert [(one.unit.kind, one.unit.name, one.n, one.unit.pooled) for one in result.units] == [
        ("pooled", "north", 6, ("tiny", "small")), ("unit", "large", 5, ())]
    assert result.kept
    alone = judged(card_with(more.replace("below: 5", "below: 2")), made)
    assert not alone.kept  # 20 % of 4 is nobody


def test_who_has_no_grade_does_not_count() -> None:
    made = cards([99, 98, 80, 70])
    made.append({"id": "none", "subject": {"unit": "east"}, "inputs": {}})
    result = judged(card_with(CAP % ("lower", "")), made)
    assert (result.units[0].n, result.units[0].uncounted) == (4, 1)
    assert grades(result) == "ABBC-"
    assert result.places[4] is None
