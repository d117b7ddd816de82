"""One card scored with its full trace, against a hand-written function that makes the same trace of Decimals.

The hand-written one knows this card alone: it computes the same figures, then fills a literal of the very same trace,
turning each number to text once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from engine.definition.library import folder_of
from engine.definition.reader import read_scorecard
from rules.scorecard.evaluate import score
from rules.scorecard.facts import read_facts
from tests.benchmarks.timing import Row, alone, best_of

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
CENT = Decimal("0.01")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def by_hand(facts: dict[str, Any]) -> list[Decimal]:
    """The figures, scores and total of this one card, as a careful person would write them down."""
    inputs, agreed = facts["inputs"], facts["agreed"]
    hundred = Decimal(100)
    sales = sum((Decimal(one) for one in inputs["sales"]), Decimal())
    attainment = (sales / Decimal(agreed["sales_plan"]) * hundred).quantize(CENT, ROUND_HALF_UP)
    before = Decimal(facts["previous"][0]["attainment"])
    improvement = ((attainment - before) / before * hundred).quantize(CENT, ROUND_HALF_UP)
    rated = inputs["teamwork"]
    means = [
        sum((sum((Decimal(x) for x in one), Decimal()) / len(one) for one in people), Decimal()) / len(people)
        for people in (rated["subject"], rated["colleagues"], rated["manager"])
    ]
    teamwork = (sum((m * s for m, s in zip(means, (10, 30, 60), strict=True)), Decimal()) / 100).quantize(CENT)
    customers = min(Decimal(one) for one in inputs["new_customers"])
    scores = [
        (Decimal(inputs["satisfaction"]["value"]) / Decimal(agreed["satisfaction.target"]) * hundred).quantize(CENT),
        (attainment / 95 * hundred).quantize(CENT),
        hundred if customers >= 10 else Decimal(80) if customers >= 8 else Decimal(),
        hundred - 10 * (Decimal(inputs["complaint_rate"]) - 5).to_integral_value(ROUND_CEILING),
        (hundred + (24 - Decimal(inputs["response_hours"])) / 12 * 20).quantize(CENT),
        (60 + (teamwork - 3) * 20).quantize(CENT),
        hundred if improvement >= 10 else Decimal(),
    ]
    weights = [Decimal(one) for one in (25, 25, 10, 10, 10, 10, 10)]
    parts = [one * weight / hundred for one, weight in zip(scores, weights, strict=True)]
    total = sum(parts, Decimal()).quantize(CENT, ROUND_HALF_UP)
    return [sales, attainment, improvement, *means, teamwork, customers, *scores, *parts, total]


def trace_writer(trace: Any) -> Callable[[list[Decimal]], list[Any]]:
    """A function whose body is this trace as one literal; every number in it is turned to text when it is called."""
    numbers: list[Decimal] = []

    def written(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {written(one)}" for key, one in value.items()) + "}"
        if isinstance(value, list | tuple):
            return "[" + ", ".join(written(one) for one in value) + "]"
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            numbers.append(Decimal(value))
            return f"str(n[{len(numbers) - 1}])"
        return repr(value)

    body = written(list(trace))
    scope: dict[str, Any] = {"n": numbers}
    exec(f"def write(found):\n    return {body}", scope)
    return scope["write"]  # type: ignore[no-any-return]


def measure(smoke: bool) -> Row:
    card, _ = read_scorecard(folder_of("account-manager") / "scorecard.yaml")
    if card is None:
        raise ValueError("the shipped card has problems")
    facts, faults = read_facts(card, FACTS)
    if facts is None:
        raise ValueError(faults)
    result = score(card, facts)
    if result.total_text != str(by_hand(FACTS)[-1]):
        raise ValueError(f"by hand {by_hand(FACTS)[-1]}, by the card {result.total_text}")
    write = trace_writer(result.trace)
    times = 20 if smoke else 3_000
    ours = best_of(lambda: score(card, facts), times)
    floor = best_of(lambda: write(by_hand(FACTS)), times)
    return Row("one card with full trace", ours, floor, at_least=0.5, note=f"{len(result.trace)} steps")


if __name__ == "__main__":
    alone(measure)
