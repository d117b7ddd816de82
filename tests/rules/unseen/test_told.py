"""What a person reads of her score: every number comes from the card, the facts or a line above, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from engine.review.score_text import card_titles, score_lines
from engine.words.book import LANGS
from tests.rules.unseen.test_unseen import HERE, card_named, cases, result_of

NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?:/\d+)?(?![\w])")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
SUM = re.compile(r"[-+*/×x() \d.]+")
INTERNAL = ("half_up", "half_even", "half_down", "MISSING", "None", "weighted_mean", "once_per", "Decimal")


def numbers(text: str) -> list[Fraction]:
    return [Fraction(one) for one in NUMBER.findall(DATE.sub(" ", text))]


def told(name: str, case: Any, lang: str) -> list[str]:
    result = result_of(card_named(name), case.get("facts"))
    return score_lines(result, lang, card_titles(result.trace, lang))


def unfounded(lines: list[str], known: set[Fraction]) -> Iterator[str]:
    """Lines with a number that nothing above gives, besides the one that the line itself gives.

    A role of many is told by its sum and its mean, never by its answers; shares and ends of a line may be worked out in
    the line, and so are the distance and the number of steps.
    """
    for line in lines:
        found = set(numbers(line))
        between = re.search(r"/ \d+ (answers|份) = |between|之间|\) / \d+ = ", line) is not None
        stepped = re.search(r"away from|相差", line) is not None
        if len(found - known) > (3 if stepped else 2 if between else 1):
            yield line
        known.update(found)


def known_before(name: str, case: Any) -> set[Fraction]:
    card = (HERE / "cards" / f"{name}.yaml").read_text(encoding="utf-8")
    loose = re.findall(r"\d+(?:\.\d+)?", card + str(case.get("facts")))
    units = {Fraction(1, 10**digits) for digits in range(6)}
    return {sign * Fraction(one) for one in loose for sign in (1, -1)} | units | set(map(Fraction, range(12)))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("name", "case"), cases())
def test_every_number_in_a_line_has_come_before_it(name: str, case: Any, lang: str) -> None:
    lines = told(name, case, lang)
    assert list(unfounded(lines, known_before(name, case))) == []
    assert not [line for line in lines if any(word in line for word in INTERNAL) and name != "seven-roundings"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("name", "case"), cases())
def test_every_sum_in_a_line_comes_out(name: str, case: Any, lang: str) -> None:
    for line in told(name, case, lang):
        sums = re.findall(r"[：:] ?([^：:=]+) = (-?[\d./]+)$", line)
        for left, right in sums:
            if SUM.fullmatch(left) and numbers(left) and not DATE.search(left):
                exact = eval(re.sub(r"\d+(?:\.\d+)?", r"Fraction('\g<0>')", left.replace("×", "*").replace("x", "*")))
                assert exact == Fraction(right), line


def test_a_number_from_nowhere_is_found() -> None:
    assert list(unfounded(["1 + 3 = 4", "4 x 7 = 28"], {Fraction(1), Fraction(3)})) == ["4 x 7 = 28"]
    assert list(unfounded(["1 + 3 = 4", "4 x 3 = 12"], {Fraction(1), Fraction(3)})) == []
