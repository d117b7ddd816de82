"""Result and trace of the shipped card are, key by key and text by text, what a person writes who knows it alone."""

from __future__ import annotations

from random import Random
from typing import Any

from rules.scorecard.evaluate import score
from tests.benchmarks.card_by_hand_whole import by_hand
from tests.benchmarks.card_trace import FACTS, card_and_facts


def cents(random: Random, low: int, high: int) -> str:
    return f"{random.randint(low * 100, high * 100) / 100:.2f}"


def usual_facts(random: Random) -> dict[str, Any]:
    """Every figure is there, and whatever is agreed is within its range; weights sum to 100."""
    satisfaction, customers = random.choice([(20, 15), (25, 10), (30, 5), (10, 25), (15, 20)])
    agreed = {"sales_plan": cents(random, 500_000, 2_000_000)}
    if satisfaction != 20:
        agreed |= {"satisfaction.weight": str(satisfaction), "new_customers.weight": str(customers)}
    if random.random() < 0.5:
        agreed["satisfaction.target"] = str(random.randint(80, 95))
    if random.random() < 0.5:
        agreed["sales.target"] = str(random.randint(80, 120))
    samples: dict[str, Any] = {"samples": random.randint(5, 90)} if random.random() < 0.5 else {}
    source: dict[str, Any] = {"source": "crm"} if random.random() < 0.5 else {}
    hours = random.choice(["12.00", "24.00", "48.00", "0.00", "90.00", cents(random, 0, 60)])
    return {
        "agreed": agreed,
        "inputs": {
            "satisfaction": {"value": random.choice(["95.00", cents(random, 0, 100)]), **samples, **source},
            "sales": [cents(random, 100_000, 600_000) for _ in range(3)],
            "new_customers": [random.randint(0, 20) for _ in range(3)],
            "complaint_rate": random.choice(["5.00", "0.00", cents(random, 0, 30)]), "response_hours": hours,
            "violations": random.choice([0, 0, 0, 1, 3]),
            "teamwork": {
                "subject": [[str(random.randint(1, 5))]],
                "colleagues": [[str(random.randint(1, 5))] for _ in range(random.randint(3, 7))],
                "manager": [[str(random.randint(1, 5)) for _ in range(random.randint(1, 3))]],
            },
        },
        "previous": [{"attainment": cents(random, 1, 150), "total": "88.10", "grade": "B"}],
    }


def differing(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for document in documents:
        card, facts = card_and_facts(document)
        found_out, written = score(card, facts), by_hand(facts)
        if found_out != written or list(map(_told, found_out.trace)) != list(map(_told, written.trace)):
            found.append(document)
    return found


def _told(step: dict[str, Any]) -> list[tuple[str, Any]]:
    """With the order of the keys, which is the order in which a step is told."""
    return [(key, _told(value) if isinstance(value, dict) else value) for key, value in step.items()]


def test_many_facts_are_told_as_by_hand() -> None:
    random = Random(44)
    assert differing([FACTS, *(usual_facts(random) for _ in range(60))]) == []


def test_a_trace_that_differs_would_be_found() -> None:
    unrated = {**FACTS, "inputs": {**FACTS["inputs"], "response_hours": {"value": "20.50", "taken_at": "2025-09-30"}}}
    assert differing([unrated]) == [unrated]
