"""A score in words: both languages tell the same steps, and the sums in the lines are true."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from engine.definition.source import read_yaml
from engine.review.score_text import card_titles, score_lines
from rules.scorecard.evaluate import Result, score
from rules.scorecard.facts import read_facts
from rules.scorecard.reader import read_card

CARD = """scorecard: words
version: 1
language: 1
missing: exclude
round: {metric: 2 half_up, total: 2 half_up}
inputs:
  sold: {title: {en: Sales, zh: 销售额}, type: number, digits: 2, range: 0..1000, every: month, fold: sum}
  late: {title: {en: Lateness, zh: 延误}, type: number, unit: h, digits: 2, range: 0..100}
  tone: {title: {en: Tone, zh: 态度}, type: rating, range: 1..5, asked: {manager: 60, peers: 40},
    least: {peers: 3}, round: 2 half_up}
  gone: {title: {en: Gone, zh: 流失}, type: count, range: 0..9}
  breach: {title: {en: Breach, zh: 违规}, type: yes_no}
metrics:
  sold: {title: {en: Sales, zh: 销售额}, weight: 40, target: 90,
    agree: {weight: 10..50, target: 10..900}, ratio: {better: higher}, limits: 0..120}
  late: {title: {en: Lateness, zh: 延误}, weight: 20, agree: {weight: 10..50}, line: [[12, 120], [24, 100], [48, 0]]}
  tone: {title: {en: Tone, zh: 态度}, weight: 30,
    steps: {start: 50, at: 3, every: 1, above: 20, below: -20, counting: exact}}
  gone: {title: {en: Gone, zh: 流失}, weight: 10}
total: {combine: weighted_mean, weights_sum: 100, rules: [{rule: extra, if: sold > 100, add: 1.5}]}
grades: {bands: [{from: 90, gives: A}, {from: 60, gives: B}, {else: C}], rules: [{rule: gate, if: breach, at_most: B}]}
consequences: {bonus: {title: {en: Bonus, zh: 奖金}, value: grade, lookup: {A: 2, B: 1, C: 0}}}
re_adjust: [{metric: sold, target: target * 1.5, change_at_most: 10 %}]
"""
FACTS = """inputs:
  sold: [30, 40.5, 41]
  late: {value: 30.5, source: helpdesk}
  tone: {manager: [4], peers: [5, 5]}
  breach: true
agreed: {sold: {target: 95}}
"""
SUM = re.compile(r"^(?:.*[:：]\s*)?(?P<left>[-+(][^:：=]*|\d[^:：=]*) = (?P<right>-?[\d./]+)$")


@pytest.fixture
def result() -> Result:
    documents = [read_yaml(text, "x.yaml")[0] for text in (CARD, FACTS)]
    assert documents[0] is not None
    assert documents[1] is not None
    card, found = read_card(documents[0].data)
    assert card is not None, found
    facts, wrong = read_facts(card, documents[1].data)
    assert facts is not None, wrong
    return score(card, facts)


def value_of(text: str) -> Fraction:
    """A sum of decimals and quotients, read without Python's own evaluation."""
    tokens = re.findall(r"\d+(?:\.\d+)?|[-+x×/()]", text)

    def atom() -> Fraction:
        token = tokens.pop(0)
        if token == "-":
            return -atom()
        if token != "(":
            return Fraction(token)
        inner = total()
        assert tokens.pop(0) == ")"
        return inner

    def product() -> Fraction:
        made = atom()
        while tokens and tokens[0] in "x×/":
            made = made * atom() if tokens.pop(0) in "x×" else made / atom()
        return made

    def total() -> Fraction:
        made = product()
        while tokens and tokens[0] in "+-":
            made = made + product() if tokens.pop(0) == "+" else made - product()
        return made

    return total()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_sum_in_the_lines_is_true(result: Result, lang: str) -> None:
    lines = score_lines(result, lang, card_titles(result.trace, lang))
    sums = [found for line in lines if (found := SUM.match(line.strip()))]
    plain = [one for one in sums if re.fullmatch(r"[-+x×/(). \d]+", one["left"])]
    assert len(plain) >= 9
    for one in plain:
        assert value_of(one["left"]) == value_of(one["right"]), one[0]


def test_a_false_sum_would_be_seen() -> None:
    """The control of the reader of sums."""
    assert value_of("100 + (30.5 - 24) / (48 - 24) x (0 - 100)") == Fraction(875, 12)
    assert value_of("2 x 3") != value_of("7")


def test_both_languages_tell_the_same_steps(result: Result) -> None:
    english, chinese = score_lines(result, "en"), score_lines(result, "zh")
    assert len(english) == len(chinese)
    numbers = [re.findall(r"\d+(?:\.\d+)?", " ".join(lines[1:])) for lines in (english, chinese)]
    assert set(numbers[0]) - set(numbers[1]) <= {str(step) for step in range(1, 12)}, "numbered headings"


def test_chinese_lines_hold_no_latin_words_where_titles_are_given(result: Result) -> None:
    titles = {**card_titles(result.trace, "zh"), "manager": "主管", "peers": "同事", "extra": "超额", "gate": "合规"}
    text = "\n".join(score_lines(result, "zh", titles))
    assert set(re.findall(r"[A-Za-z_]+", text)) <= {"h", "helpdesk", "A", "B", "C"}


def test_the_lines_say_what_was_left_out_and_what_bound_the_grade(result: Result) -> None:
    text = "\n".join(score_lines(result, "en", card_titles(result.trace, "en")))
    assert "Tone, peers (share 40): left out, 2 of the 3 answers that are needed" in text
    assert "Gone: missing, left out" in text
    assert "Lateness: 30.5 h (from helpdesk)" in text
    assert "rule gate: at most B; A becomes B" in text
    assert "Sales: target * 1.5 = 142.5" in text
    assert "Sales: may change by 10 % of 95 at most, 85.5..104.5: 142.5 becomes 104.5" in text
    assert "Sales: target 95 becomes 104.5" in text


def test_lines_come_from_a_stored_trace_as_from_the_result(result: Result) -> None:
    assert score_lines(list(result.trace), "en") == score_lines(result, "en")


def test_the_shipped_card_can_be_told() -> None:
    folder = Path(__file__).parents[3] / "workflows" / "account-manager"
    read, _ = read_yaml((folder / "scorecard.yaml").read_text(encoding="utf-8"), "scorecard.yaml")
    assert read is not None
    card, _ = read_card(read.data)
    assert card is not None
    facts, _ = read_facts(card, {})
    assert facts is not None
    assert score_lines(score(card, facts), "zh")
