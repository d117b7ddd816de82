"""The reference workflow of the account managers, as it is written, from opening to closing: ten in the east, three and
two in departments that are too small for a quota of their own and are put together as one division."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.clock import HandClock, parse_instant
from engine.definition.library import folder_of
from engine.ids import SeededIds
from engine.operations.audit import verify
from engine.operations.calibrate import Calibrated, Settle, calibrate
from engine.operations.calibration import cohort_of, cohorts_of
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.figures import ImportFigures, import_figures
from engine.operations.names import SYSTEM, actor_named
from engine.operations.people import ImportPeople, import_people
from engine.operations.worker import fire_due
from engine.review.case import Refused
from engine.review.commands import Answer
from engine.runtime import open_runtime, settings_for
from engine.store import timers
from tests.engine.definition.shipped import REFERENCE
from tests.engine.operations.cohort_firm import BEGIN, Firm

pytestmark = pytest.mark.slow

DEPARTMENTS = {"east": 10, "north": 3, "west": 2}
REFS = [f"{name}{place}" for name, many in DEPARTMENTS.items() for place in range(1, many + 1)]
HEAD = "ref,kind,name,unit,department,manager,groups,subject.division"
FIGURES = {
    "satisfaction": ("2025-Q3", "96"), "sales_plan": ("2025-Q3", "300"), "complaint_rate": ("2025-Q3", "1"),
    "response_hours": ("2025-Q3", "12"), "violations": ("2025-Q3", "0"),
}


def people() -> str:
    rows = [HEAD, "boss,employee,Boss,head,head,,,", "hr1,employee,Hai Ru,hr,hr,boss,hr,",
            "hr2,employee,Heng Rui,hr,hr,boss,hr,"]
    rows += [f"{ref},employee,{ref.title()},{(unit := ref.rstrip('0123456789'))},{unit},boss,managers,trade"
             for ref in REFS]
    return "\n".join(rows) + "\n"


def figures() -> str:
    """Everybody the same but for sales: the first of each department sells best."""
    rows = ["record,subject,account,input,period,value,samples,taken_at"]
    for ref in REFS:
        sold = 150 - 5 * int(ref.lstrip("eastnorhw"))
        monthly = [("sales", f"2025-{month:02}", str(sold)) for month in (7, 8, 9)]
        monthly += [("new_customers", f"2025-{month:02}", "12") for month in (7, 8, 9)]
        known = [(name, *one) for name, one in FIGURES.items()]
        for name, period, value in (*known, *monthly):
            samples = "20" if name == "satisfaction" else ""
            rows.append(f"{ref}-{name}-{period},{ref},,{name},{period},{value},{samples},2025-09-30T12:00:00+08:00")
    return "\n".join(rows) + "\n"


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    shutil.copytree(REFERENCE / "account_manager", tmp_path / "workflow")
    shutil.copytree(folder_of("account-manager") / "forms", tmp_path / "workflow" / "forms")
    rt = open_runtime(settings_for(tmp_path / "data", environ={}), HandClock(BEGIN), SeededIds(7))
    clock = rt.clock
    assert isinstance(clock, HandClock)
    (tmp_path / "people.csv").write_text(people(), "utf-8")
    (tmp_path / "figures_crm.csv").write_text(figures(), "utf-8")
    assert not import_people(rt, SYSTEM, ImportPeople(tmp_path / "people.csv")).refused
    proposed = propose(rt, actor_named(rt, "hr1"), Propose(tmp_path / "workflow"))
    assert proposed.stored is not None, proposed.problems
    name = approve(rt, actor_named(rt, "hr2"), Approve(proposed.stored.fingerprint)).name
    opened = open_cycle(rt, actor_named(rt, "hr1"), OpenCycle(name, "2025-Q3", Population(group="managers")))
    return Firm(rt, clock, tmp_path, opened.cycle.id, dict(opened.reviews))


def until(firm: Firm, text: str) -> None:
    """The clock moves; what comes due on the way fires at its own instant."""
    end = parse_instant(text)
    while True:
        with firm.rt.database.read() as tx:
            due = timers.next_due(tx)
        if due is None or due > end:
            break
        firm.clock.set(max(due, firm.clock.now()))
        fire_due(firm.rt, firm.clock.now())
    firm.clock.set(end)


def test_the_reference_runs_from_opening_to_closing_with_its_cohorts(firm: Firm) -> None:
    hr = actor_named(firm.rt, "hr1")
    until(firm, "2025-09-30T12:00:00+08:00")
    assert {firm.review(ref).state for ref in REFS} == {"collect_data"}
    report = import_figures(firm.rt, hr, ImportFigures(firm.folder / "figures_crm.csv"))
    assert not report.refused, report.problems[:3]
    until(firm, "2025-10-27T09:00:00+08:00")
    assert {firm.review(ref).state for ref in REFS} == {"evaluate"}
    for ref in REFS[:-1]:
        answer = Answer(firm.ids[ref], "review", form={"strengths": "sells", "improve": "calls"})
        said = firm.do("boss", answer)
        assert not isinstance(said, Refused), said
    firm.tick()
    # The east is complete; of the division one is still under way.
    assert [(one.unit, one.kind, one.opened, one.missing) for one in cohorts_of(firm.rt, hr, firm.cycle)] == [
        ("east", "unit", True, 0), ("trade", "pooled", False, 1)]
    until(firm, "2025-12-01T09:00:00+08:00")
    trade = cohort_of(firm.rt, hr, firm.cycle, "trade")
    assert (trade.opened, trade.pooled, trade.members) == (True, ("north", "west"), 5)
    assert trade.quota["rules"][0]["most"] == 1
    grades = {row.subject.ref: row.grade for row in trade.rows}
    answers = [
        Settle(ref, "confirm", None if ref == "north1" else "B", None if ref == "north1" else "quota")
        for ref in grades
    ]
    over = calibrate(firm.rt, hr, firm.cycle, "trade", [Settle(ref, "confirm") for ref in grades])
    assert isinstance(over, Refused)
    assert over.code == "quota_broken"
    assert isinstance(calibrate(firm.rt, hr, firm.cycle, "trade", answers), Calibrated)
    assert {firm.review(ref).state for ref in grades} == {"feedback"}
    until(firm, "2026-03-31T09:00:00+08:00")
    assert {firm.review(ref).state for ref in REFS} == {"closed"}
    assert firm.review("north1").result.grade in ("S", "A")
    assert not verify(firm.rt, hr).findings
