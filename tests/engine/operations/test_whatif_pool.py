"""Another scorecard tried on a cycle that shares out a pool is handed what the cycle's cohorts were given."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.operations.cohort_figures import GiveFigures, give_figures
from engine.operations.names import actor_named
from engine.operations.whatif import Trial, card_of, whatif
from tests.engine.operations.cohort_firm import CARD, Firm, firm_in

POOLED = CARD.replace("inputs:\n", "inputs:\n  pool: {type: money, digits: 2, range: 0..100000, of: cohort}\n")
SPLIT = "cohort: {by: department}\nconsequences: {bonus: {split: pool, by: total, digits: 2}}\n"
REFS = ["east1", "east2", "west1"]


def judged(tmp_path: Path, *figures: dict[str, object]) -> Firm:
    firm, refs = firm_in(tmp_path, {"east": 2, "west": 1}, SPLIT, card=POOLED)
    hr = actor_named(firm.rt, "hr1")
    for one in figures:
        give_figures(firm.rt, hr, GiveFigures(firm.cycle, one))
    for ref, work in zip(refs, (30, 70, 50), strict=True):
        firm.rate(ref, work)
    firm.tick()
    return firm


def stored(firm: Firm) -> list[object]:
    return [firm.review(ref).result.consequences["bonus"] for ref in REFS]


def shared(trial: Trial, side: str) -> dict[str, object]:
    """Unit -> what its people have of the pool together."""
    return {unit["unit"]: unit["cost"][0][side]["sum"] for unit in trial.document["units"]}


def tried(firm: Firm, card: str) -> Trial:
    return whatif(firm.rt, actor_named(firm.rt, "hr1"), firm.cycle, card_of(card + SPLIT))


@pytest.mark.parametrize(("figures", "parts", "sums"), [
    pytest.param(({"pool": "150.00"},), ["30", "70", "50"], {"east": "100", "west": "50"}, marks=pytest.mark.slow),
    (({"pool": {"east": "10.00", "west": "30.00"}},), ["3", "7", "30"], {"east": "10", "west": "30"}),
])
def test_its_own_scorecard_gives_each_the_part_that_is_stored(
    tmp_path: Path, figures: tuple[dict[str, object], ...], parts: list[str], sums: dict[str, str]
) -> None:
    firm = judged(tmp_path, *figures)
    assert stored(firm) == parts
    trial = tried(firm, POOLED)
    assert trial.document["rows"] == []
    assert shared(trial, "before") == shared(trial, "after") == sums


@pytest.mark.slow
def test_another_scorecard_shares_the_same_pool_otherwise(tmp_path: Path) -> None:
    firm = judged(tmp_path, {"pool": {"east": "10.00", "west": "30.00"}})
    trial = tried(firm, POOLED.replace("work: {weight: 100}", "work: {weight: 100, limits: 50..100}"))
    rows = {row["id"]: row for row in trial.document["rows"]}
    changed = {ref: rows[firm.ids[ref]] for ref in REFS if firm.ids[ref] in rows}
    assert set(changed) == {"east1", "east2"}
    assert [changed[ref]["before"]["consequences"]["bonus"] for ref in ("east1", "east2")] == ["3", "7"]
    assert [changed[ref]["after"]["consequences"]["bonus"] for ref in ("east1", "east2")] == ["4.17", "5.83"]


@pytest.mark.slow
def test_without_a_pool_nobody_has_a_part(tmp_path: Path) -> None:
    """The control."""
    trial = tried(judged(tmp_path), POOLED)
    assert shared(trial, "before") == {"east": None, "west": None}
