"""One card scored with its full trace, against the same card written out by hand, which gives the same.

The hand-written function (`card_by_hand_whole`) takes the same facts and gives the same result with the same trace, to
the last digit, as `tests/rules/scorecard/test_by_hand.py` claims of many facts; it knows this card alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from engine.definition.library import folder_of
from engine.definition.reader import read_scorecard
from rules.scorecard.evaluate import score
from rules.scorecard.facts import Facts, read_facts
from rules.scorecard.model import Card
from tests.benchmarks.card_by_hand_whole import by_hand
from tests.benchmarks.timing import Row, alone, paired

FACTS: dict[str, Any] = {
    "agreed": {"sales_plan": "1000000.00", "satisfaction.target": "92", "satisfaction.weight": "25",
               "new_customers.weight": "10"},
    "inputs": {
        "satisfaction": {"value": "91.40", "samples": 40}, "sales": ["300000.00", "310000.50", "320000.25"],
        "new_customers": [11, 9, 12], "complaint_rate": "5.20", "response_hours": "20.50", "violations": 0,
        "teamwork": {"subject": [["4"]], "colleagues": [["4"], ["5"], ["3"]], "manager": [["4", "3", "5"]]},
    },
    "previous": [{"attainment": "88.10", "total": "88.10", "grade": "B"}],
}  # fmt: skip


@cache
def _card() -> Card:
    card, _ = read_scorecard(folder_of("account-manager") / "scorecard.yaml")
    if card is None:
        raise ValueError("the shipped card has problems")
    return card


def card_and_facts(document: dict[str, Any]) -> tuple[Card, Facts]:
    card = _card()
    facts, faults = read_facts(card, document)
    if facts is None:
        raise ValueError(faults)
    return card, facts


def measure(smoke: bool) -> Row:
    card, facts = card_and_facts(FACTS)
    result = score(card, facts)
    if result != by_hand(facts):
        raise ValueError("by hand and by the card are not the same")
    ours, floor = paired(lambda: score(card, facts), lambda: by_hand(facts), 20 if smoke else 3_000)
    return Row("one card with full trace", ours, floor, at_least=0.5, note=f"{len(result.trace)} steps")


if __name__ == "__main__":
    alone(measure)
