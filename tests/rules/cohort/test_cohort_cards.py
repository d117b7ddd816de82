"""What a card may say of its cohort: each fault has its code, place and witness, and every sound form is read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.words.book import LANGS, say
from rules.cohort.reading import read_members
from rules.scorecard.evaluate import score
from rules.scorecard.reader import read_card
from tests.rules.cohort.cohorts import CARD, card_with, cards, data_of, faults_of

BY = "cohort: {by: unit}\n"
WRONG = {
    "SC141": ("quota: {rules: [{grades: [A]}]}\n", "error", "quota.rules.0"),
    "SC142": ("quota: {rules: [{share: {A: 25 %, B: 65 %, C: 5 %, D: 4.5 %}}]}\n", "error", "quota.rules.0.share"),
    "SC143": ("quota: {rules: [{grades: [A], at_most: 20 %}, {share: {A: 25 %, B: 65 %, C: 5 %, D: 5 %}}]}\n",
              "warning", "quota.rules.1"),
    "SC144": ("quota: {rules: [{grades: [A], about: 98 %, give_or_take: 5 %}]}\n", "error", "quota.rules.0"),
    "SC145": ("quota: {rules: [{grades: [A, B, C, D], at_most: 50 %}]}\n", "warning", "quota.rules.0"),
    "SC146": ("consequences: {bonus: {split: pool, by: total - 50, digits: 2}}\n", "warning", "consequences.bonus.by"),
    "SC147": ("consequences: {bonus: {split: work, by: total, digits: 2}}\n", "error", "consequences.bonus.split"),
    "SC148": ("consequences: {bonus: {split: pool, by: total, digits: 0}}\n", "error", "consequences.bonus.digits"),
    "SC149": ("quota: {rules: [{grades: [A], at_most: 20 %, or: {at_most: 15 %, approved_by: hr}}]}\n", "error",
              "quota.rules.0.or"),
    "SC150": ("quota: {rules: [{mean_at_most: 3, points: {A: 1, B: 2, C: 3, D: 4}}]}\n", "error",
              "quota.rules.0.points"),
    "SC152": ("quota: {rules: [{grades: [A], at_most: 0.2}]}\n", "error", "quota.rules.0.at_most"),
    "SC154": ("quota: {rules: [{mean_at_most: 4}]}\n", "warning", "quota.rules.0.mean_at_most"),
    "SC156": (BY + "quota: {rules: [{grades: [A], at_most: 20 %}]}\n", "warning", "quota.rules.0"),
    "SC157": ("quota: {rules: []}\n", "warning", "quota"),
    "SC159": ("quota: {rules: [{share: {A: 25 %, B: 65 %, C: 10 %}}]}\n", "warning", "quota.rules.0.share"),
    "SC030": ("quota: {rules: [{grades: [E], at_most: 20 %}]}\n", "error", "quota.rules.0.grades.0"),
    "SC005": ("quota: {when_over: raise, rules: [{mean_at_most: 3}]}\n", "error", "quota.when_over"),
    "SC003": ("cohort: {pool: {below: 5, into: division}}\n", "error", "cohort"),
    "SC002": ("quota: {rules: [{share: {A: 100 %, B: 0 %, C: 0 %, D: 0 %}, at_least: 3}]}\n", "error",
              "quota.rules.0.at_least"),
    "SC060": ("forbids: {quota: 5 CFR 430.305(a)(5)}\nquota: {rules: [{mean_at_most: 3}]}\n", "error", "quota"),
}


@pytest.mark.parametrize("code", WRONG)
def test_a_fault_has_its_code_place_and_a_sentence_in_both_languages(code: str) -> None:
    text, level, place = WRONG[code]
    found = [(one.code, one.level, ".".join(map(str, one.path))) for one in faults_of(text)]
    assert found == [(code, level, place)]
    for one in faults_of(text):
        assert all(say(lang, one.code, **one.values) for lang in LANGS)


@pytest.mark.parametrize("text", [
    "", BY, "cohort: {by: subject.unit, pool: {below: 5, into: division}}\n",
    "quota: {when_over: lower, ties: together, rules: [{grades: [A], at_most: 20 %}]}\n",
    "quota: {when_over: lower, ties: by figures, rules: [{grades: [A], at_most: 33.33 %}]}\n",
    "quota: {when_over: report, ties: [work.score, calls], rules: [{share: {A: 25 %, B: 65 %, C: 5 %, D: 5 %}}]}\n",
    "quota: {rules: [{grades: [B, C], about: 60 %, give_or_take: 5 %}, {mean_at_most: 3.5}]}\n",
    BY + "quota: {rules: [{grades: [D], at_most: 0 %}]}\n",
    "quota: {rules: [{grades: [A], at_most: 20 %, or: {at_most: 50 %, approved_by: hr}}]}\n",
    "consequences: {bonus: {split: pool, by: total, digits: 2, title: {en: Bonus}}}\n",
    "forbids: {quota: the law}\n",
])
def test_sound_forms_are_read_without_a_word(text: str) -> None:
    assert faults_of(text) == ()


def test_the_witness_of_a_small_unit_is_the_largest_in_which_nobody_can_have_it() -> None:
    text = "quota: {rules: [{grades: [A], at_most: 20 %}]}\n"
    (fault,) = faults_of(BY + text)
    assert (fault.values["n"], fault.values["exact"], fault.values["below"]) == ("4", "0.8", "5")
    assert not faults_of("cohort: {by: unit, pool: {below: 5, into: division}}\n" + text)
    assert faults_of("cohort: {by: unit, pool: {below: 4, into: division}}\n" + text)


@pytest.mark.parametrize(("first", "second", "breaks"), [
    ("{share: {A: 20 %, B: 40 %, C: 20 %, D: 20 %}}", "{grades: [A, B], at_most: 60 %}", False),
    ("{share: {A: 20 %, B: 40 %, C: 20 %, D: 20 %}}", "{grades: [A, B], at_most: 59 %}", True),
    ("{share: {A: 20 %, B: 40 %, C: 20 %, D: 20 %}}", "{grades: [A, B], about: 50 %, give_or_take: 10 %}", False),
    ("{share: {A: 20 %, B: 40 %, C: 20 %, D: 20 %}}", "{grades: [A, B], about: 50 %, give_or_take: 9 %}", True),
    ("{share: {A: 20 %, B: 40 %, C: 20 %, D: 20 %}}", "{mean_at_most: 2.6}", False),
    ("{share: {A: 20 %, B: 40 %, C: 20 %, D: 20 %}}", "{mean_at_most: 2.5}", True),
    ("{grades: [A], about: 30 %, give_or_take: 5 %}", "{grades: [A, B], at_most: 20 %}", True),
    ("{grades: [A], about: 30 %, give_or_take: 5 %}", "{grades: [A, B], at_most: 25 %}", False),
])
def test_rules_that_break_each_other_are_told_in_either_order(first: str, second: str, breaks: bool) -> None:
    for rules in (f"{first}, {second}", f"{second}, {first}"):
        found = [one.code for one in faults_of(f"quota: {{rules: [{rules}]}}\n")]
        assert found == (["SC143"] if breaks else [])


def test_a_quota_needs_grades_and_something_to_rank_by() -> None:
    head, _, tail = CARD.partition("grades:\n")
    without = head + "quota: {{rules: [{{grades: [A], at_most: 20 %}}]}}\n"
    assert "SC140" in [one.code for one in read_card(data_of(without.format()))[1]]
    no_total = CARD.replace("total: {{combine: weighted_mean, weights_sum: 100}}\n", "").replace(
        "  bands: [{{from: 90", "  value: work\n  bands: [{{from: 90")
    text = no_total.format(more="quota: {when_over: lower, rules: [{grades: [A], at_most: 20 %}]}\n")
    assert "SC158" in [one.code for one in read_card(data_of(text))[1]]
    assert tail


def test_an_attribute_that_is_nearly_declared_is_pointed_at() -> None:
    text = CARD.replace("inputs:\n", "subject: {{unit: {{type: text}}}}\ninputs:\n", 1)
    found = [one for one in read_card(data_of(text.format(more="cohort: {by: units}\n")))[1] if one.code == "SC151"]
    assert [(one.level, one.values["nearest"]) for one in found] == [("warning", "unit")]


@pytest.mark.parametrize(("line", "code"), [
    ("taken_from: sales", "SC153"), ("taken_from: sales.total, asked: manager", "SC014"), ("of: team", "SC005"),
    ("of: cohort, agreed: true", "SC014"), ("of: cohort, taken_from: sales.total", "SC014"),
    ("taken_from: sales-reviews.deals.score, every: month, fold: mean", None), ("of: cohort", None),
])
def test_where_a_figure_comes_from_is_said_once_and_whole(line: str, code: str | None) -> None:
    text = CARD.replace("calls: {{type: count, range: 0..100,", f"calls: {{{{type: count, range: 0..100, {line},")
    found = [one.code for one in read_card(data_of(text.format(more="")))[1] if one.level == "error"]
    assert code is None or code in found
    assert code is not None or not [one for one in found if one != "SC040"]


def test_a_negative_or_wordy_pool_is_refused() -> None:
    text = CARD.replace("range: 0..100000000, of", "range: -5..100000000, of").format(
        more="consequences: {bonus: {split: pool, by: total, digits: 2}}\n")
    assert [one.code for one in read_card(data_of(text))[1] if one.level == "error"] == ["SC155"]


@pytest.mark.parametrize(("cohort", "code", "path"), [
    ({"pol": "5"}, "FA030", ("cohort", "pol")), ({"pool": {"south": "5"}}, "FA031", ("cohort", "pool", "south")),
    ({"pool": "-1"}, "FA007", ("cohort", "pool")), ({"pool": "1.001"}, "FA005", ("cohort", "pool")),
    (["x"], "SC101", ("cohort",)),
])
def test_facts_of_a_cohort_are_refused_with_their_place(cohort: object, code: str, path: tuple[str, ...]) -> None:
    card = card_with(BY + "consequences: {bonus: {split: pool, by: total, digits: 2}}\n")
    members, faults = read_members(card, {"cohort": cohort, "cards": cards([90])})
    assert members is None
    assert [(one.code, one.path) for one in faults] == [(code, path)]
    assert all(say(lang, faults[0].code, **faults[0].values) for lang in LANGS)


def test_one_alone_is_judged_without_its_cohort() -> None:
    card = card_with("quota: {when_over: lower, rules: [{grades: [A], at_most: 0 %}]}\n"
                     "consequences: {bonus: {split: pool, by: total, digits: 2}}\n")
    members, _ = read_members(card, cards([95])[0])
    assert members is not None
    result = score(card, members.facts[0])
    assert (result.grade, result.total, members.together) == ("A", Decimal(95), False)
