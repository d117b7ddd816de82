"""Random figures through random variants of the account manager's card, against the oracle that works in fractions."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.definition.reader import read_scorecard
from rules.scorecard.model import Card
from tests.oracle.clerk import read_yaml
from tests.oracle.facts_of_tale import facts_of
from tests.oracle.story_oracle import judge
from tests.oracle.test_card import FOLDER, differences, random_tale, scored

SOURCE = (FOLDER / "scorecard.yaml").read_text(encoding="utf-8")


def variant(random: Random, folder: Path) -> tuple[Card, dict[str, Any]]:
    """The shipped card with other numbers in its tables: both readers read the same file."""
    top = random.randint(96, 120)
    step, every = random.randint(1, 25), random.choice(["0.25", "0.3", "1", "1.5", "7"])
    knee, peak = random.randint(-50, 90), random.randint(101, 150)
    changes = {
        "{from: 110, gives: S}": f"{{from: {top}.5, gives: S}}",
        "every: 1, above: -10": f"every: {every}, above: -{step}",
        "[[12, 120], [target, 100], [48, 0]]": f"[[{random.randint(1, 23)}, {peak}], [target, 100], [47.3, {knee}]]",
        "[3, 60], [4, 80]": f"[3, {random.randint(40, 60)}], [4, {random.randint(60, 100)}]",
        "add: 5": f"add: {random.randint(-3, 9)}.25",
        "limits: 0..125": f"limits: {random.randint(-20, 10)}..{random.randint(110, 130)}",
    }
    text = SOURCE
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    file = folder / f"variant{random.random()}.yaml"
    file.write_text(text, encoding="utf-8")
    card, problems = read_scorecard(file)
    assert card is not None, problems
    return card, dict(read_yaml(file))


def missed(seed: int, times: int, folder: Path) -> list[Any]:
    """The first facts on which the software and the oracle differ; none are wanted."""
    random = Random(seed)
    for place in range(times):
        if place % 20 == 0:
            card, plan = variant(random, folder)
        tale = random_tale(random)
        document = facts_of(tale, plan, "x")
        wrong = differences(scored(card, document), judge(tale, plan, "x"))
        if wrong:
            return [seed, place, wrong, document]
    return []


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3, 4))])
def test_five_hundred_random_cards_score_as_the_oracle_says(seed: int, tmp_path: Path) -> None:
    assert missed(1_000 + seed, 100, tmp_path) == []


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.soak if seed % 7 else pytest.mark.slow) for seed in range(20)]
)
def test_twenty_thousand_random_cards_score_as_the_oracle_says(seed: int, tmp_path: Path) -> None:
    assert missed(2_000 + seed, 1_000, tmp_path) == []


def test_a_card_that_differs_would_be_found(tmp_path: Path) -> None:
    random = Random(7)
    card, _ = variant(random, tmp_path)
    _, other = variant(random, tmp_path)
    tales = [random_tale(random) for _ in range(40)]
    assert any(differences(scored(card, facts_of(one, other, "x")), judge(one, other, "x")) for one in tales)
