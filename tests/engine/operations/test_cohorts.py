"""Reviews that are graded together: the barrier opens once, for all, whoever comes when; and it never stays shut."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from engine.errors import InputError, NotAllowed, StaleRevision
from engine.operations import barriers, gathering, worker
from engine.operations.audit import verify
from engine.operations.barriers import groups_of
from engine.operations.cohort_figures import GiveFigures, give_figures
from engine.operations.handle import Receipt
from engine.operations.names import actor_named
from engine.operations.timeline import history, replay
from engine.operations.worker import fire_due
from engine.review import barrier
from engine.review.commands import Answer, Intervene, Remark, Skip
from engine.store import cycles, timers
from engine.store.database import Database
from rules.cohort.judging import judge_cohort
from rules.scorecard.facts import read_facts
from tests.engine.operations.cohort_firm import CARD, Firm, firm_in

LOWER = "cohort: {by: department}\nquota: {rules: [{grades: [A], at_most: 40 %}], when_over: lower}\n"


def actions(firm: Firm, ref: str) -> list[str]:
    return [line.action for line in history(firm.rt, actor_named(firm.rt, "hr1"), firm.ids[ref]).lines]


def withdraw(firm: Firm, ref: str) -> None:
    assert isinstance(firm.do("hr1", Intervene(firm.ids[ref], "withdraw", "left the firm")), Receipt)


@pytest.fixture
def on_both(database: Database, tmp_path: Path) -> Firm:
    """Five in the east, three in the west, on SQLite and on PostgreSQL."""
    return firm_in(tmp_path, {"east": 5, "west": 3}, LOWER, database)[0]


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return firm_in(tmp_path, {"east": 5, "west": 3}, LOWER)[0]


def test_a_unit_gathers_when_its_last_review_is_here_and_no_other_unit_waits_for_it(on_both):
    firm = on_both
    for place in range(1, 5):
        firm.rate(f"east{place}", 100 - place)
        firm.tick()
    assert firm.open_tasks("east1") == []
    said = firm.do("hr1", Answer(firm.ids["east1"], "confirm", "confirm"))
    assert said.reasons[1].values == {"here": "4", "of": "5"}
    firm.rate("east5", 91)
    firm.tick()
    east = [f"east{place}" for place in range(1, 6)]
    assert firm.grades(east) == ["A", "A", "B", "B", "B"]
    assert [firm.open_tasks(ref) for ref in east] == [["confirm"]] * 5
    assert {firm.review(ref).gathered.members for ref in east} == {5}
    assert firm.review("west1").gathered is None
    assert all(actions(firm, ref).count("gathered") == 1 for ref in east)
    assert not verify(firm.rt, actor_named(firm.rt, "hr1")).findings


@pytest.mark.slow
def test_a_review_that_ends_lets_the_others_go_on(firm):
    for place in range(1, 5):
        firm.rate(f"east{place}", 100 - place)
    firm.tick()
    withdraw(firm, "east5")
    assert firm.open_tasks("east1") == []
    firm.tick()
    assert firm.open_tasks("east1") == ["confirm"]
    assert firm.review("east1").gathered.members == 4
    assert firm.grades(["east1", "east2"]) == ["A", "B"]  # of four at most one


@pytest.mark.slow
def test_a_review_that_hr_moves_past_the_barrier_is_waited_for_no_more_and_counts(firm):
    for place in range(1, 5):
        firm.rate(f"east{place}", 100 - place)
    firm.rate("east5", 60)
    assert isinstance(firm.do("hr1", Skip(firm.ids["east5"], "in a hurry")), Receipt)
    assert (firm.review("east5").state, firm.review("east5").gathered.kind) == ("tell", "passed")
    due = firm.review("east5").deadlines
    firm.tick()
    assert [firm.review(f"east{place}").gathered.members for place in range(1, 5)] == [5] * 4
    assert firm.grades(["east1", "east2", "east3"]) == ["A", "A", "B"]
    with firm.rt.database.read() as tx:
        assert timers.next_due(tx) <= due[0].at  # its own clock goes on


@pytest.mark.slow
def test_a_review_that_waits_behind_the_barrier_may_end_too(firm):
    for place in range(1, 6):
        firm.rate(f"east{place}", 100 - place)
    withdraw(firm, "east5")
    firm.tick()
    assert firm.review("east1").gathered.members == 4
    assert firm.review("east5").gathered is None


def test_when_time_is_up_the_barrier_opens_for_those_who_are_here_and_later_ones_join_what_stands(firm):
    for place in (1, 2, 3):
        firm.rate(f"east{place}", 90 + place)
    firm.tick()
    firm.tick("2025-07-15T23:00:00+08:00")
    assert firm.open_tasks("east1") == []
    assert "escalated" in actions(firm, "east1")
    firm.tick("2025-07-16T00:00:00+08:00")
    assert [firm.open_tasks(f"east{place}") for place in (1, 2, 3)] == [["confirm"]] * 3
    assert firm.grades(["east1", "east2", "east3"]) == ["B", "B", "A"]
    firm.rate("east4", 99)
    firm.tick()
    assert firm.review("east4").result.grade == "B"  # of four at most one, and that place is taken
    firm.rate("east5", 100)
    firm.tick()
    assert firm.review("east5").result.grade == "A"  # of five two
    assert firm.grades(["east1", "east2", "east3"]) == ["B", "B", "A"]
    assert firm.review("east5").gathered.members == 5


@pytest.mark.slow
def test_nobody_waits_longer_than_two_deadlines(firm):
    firm.rate("east1", 95)
    firm.tick("2025-07-16T00:00:00+08:00")
    firm.tick("2025-07-31T00:00:00+08:00")
    assert firm.review("east1").state == "tell"


@pytest.mark.slow
def test_an_event_of_one_that_waits_asks_again_and_an_incomplete_cohort_costs_no_second_look(firm):
    firm.rate("east1", 95)
    assert fire_due(firm.rt, firm.clock.now()).stale == 1
    assert fire_due(firm.rt, firm.clock.now()).stale == 0
    with firm.rt.database.read() as tx:
        assert timers.next_due(tx) > firm.clock.now()
    firm.do("hr1", Remark(firm.ids["east1"], "still waiting"))
    assert fire_due(firm.rt, firm.clock.now()).stale == 1


@pytest.mark.slow
def test_small_units_are_put_together_and_who_was_judged_stays_where_it_was(tmp_path):
    pooled = LOWER.replace("{by: department}", "{by: department, pool: {below: 3, into: unit}}")
    firm, _ = firm_in(tmp_path, {"east": 3, "west": 2}, pooled)
    with firm.rt.database.read() as tx:
        cycle = cycles.get(tx, firm.cycle)
        groups = groups_of(tx, firm.rt.definition(tx, cycle.definition), firm.cycle, firm.clock.now())
    assert [(one.kind, one.name, len(one.members)) for one in groups] == [("unit", "east", 3), ("pooled", "west", 2)]
    for ref in ("east1", "east2", "east3"):
        firm.rate(ref, 95)
    firm.tick()
    withdraw(firm, "east3")
    firm.tick()
    assert (firm.review("east1").gathered.kind, firm.review("east1").gathered.unit) == ("unit", "east")


@pytest.mark.slow
def test_without_a_cohort_in_the_card_the_whole_cycle_gathers(tmp_path):
    firm, refs = firm_in(tmp_path, {"east": 2, "west": 2}, LOWER.split("\n", 1)[1])
    for place, ref in enumerate(refs):
        firm.rate(ref, 99 - place)
        assert firm.open_tasks(refs[0]) == []
        firm.tick()
    assert firm.grades(refs) == ["A", "B", "B", "B"]
    assert {firm.review(ref).gathered.kind for ref in refs} == {"all"}


POOL = """\
quota: {rules: [{grades: [A], at_most: 40 %}], when_over: report}
consequences: {bonus: {split: pool, by: total, digits: 2}}
"""
POOLED = CARD.replace("inputs:\n", "inputs:\n  pool: {type: money, digits: 2, range: 0..100000, of: cohort}\n")


def with_pool(firm: Firm, figures: dict[str, object]) -> None:
    give_figures(firm.rt, actor_named(firm.rt, "hr1"), GiveFigures(firm.cycle, figures))


def shares(firm: Firm, refs: list[str]) -> list[str | None]:
    return [firm.review(ref).result.consequences["bonus"] for ref in refs]


@pytest.mark.slow
def test_one_pool_for_all_units_waits_for_all_of_them_and_is_paid_to_the_last_cent(tmp_path):
    firm, refs = firm_in(tmp_path, {"east": 2, "west": 1}, "cohort: {by: department}\n" + POOL, card=POOLED)
    with_pool(firm, {"pool": "100.00"})
    for ref in refs:
        firm.rate(ref, 80)
        firm.tick()
        assert (firm.open_tasks(refs[0]) == ["confirm"]) is (ref == refs[-1])
    assert shares(firm, refs) == ["33.34", "33.33", "33.33"]
    assert firm.review(refs[0]).gathered.members == 2
    assert not verify(firm.rt, actor_named(firm.rt, "hr1")).findings


@pytest.mark.slow
def test_a_pool_of_each_unit_is_shared_in_it_alone(tmp_path):
    firm, _ = firm_in(tmp_path, {"east": 2, "west": 2}, "cohort: {by: department}\n" + POOL, card=POOLED)
    with_pool(firm, {"pool": {"east": "10.00", "west": "30.00"}})
    firm.rate("east1", 30)
    firm.rate("east2", 70)
    firm.tick()
    assert shares(firm, ["east1", "east2"]) == ["3", "7"]


@pytest.mark.slow
def test_who_comes_after_a_pool_was_shared_takes_what_is_left(tmp_path):
    firm, refs = firm_in(tmp_path, {"east": 3}, "cohort: {by: department}\n" + POOL, card=POOLED)
    with_pool(firm, {"pool": "10.00"})
    firm.rate("east1", 50)
    firm.rate("east2", 50)
    firm.tick("2025-07-16T00:00:00+08:00")
    firm.rate("east3", 90)
    firm.tick()
    assert shares(firm, refs) == ["5", "5", "0"]


def settled_by_rules(firm: Firm, refs: list[str], works: dict[str, str]) -> list[str | None]:
    """What the rules alone make of these cards."""
    with firm.rt.database.read() as tx:
        card = firm.rt.definition(tx, cycles.get(tx, firm.cycle).definition).card
    facts = []
    for ref in refs:
        unit = ref.rstrip("0123456789")
        document = {"subject": {"department": unit, "unit": unit}, "inputs": {"work": {"manager": [[works[ref]]]}}}
        read, faults = read_facts(card, document)
        assert read is not None, faults
        facts.append(read)
    return [one.grade for one in judge_cohort(card, facts).results]


def play(folder: Path, seed: int) -> tuple[list[str | None], list[str | None], Firm]:
    """A random cohort arrives in a random order; the grades on record and those of the rules alone."""
    chance = Random(seed)
    many = {name: chance.randint(1, 6) for name in ("east", "west")[: chance.randint(1, 2)]}
    share, over = chance.choice(("20", "40", "50")), chance.choice(("lower", "refuse", "report"))
    cohort = f"cohort: {{by: department}}\nquota: {{rules: [{{grades: [A], at_most: {share} %}}], when_over: {over}}}\n"
    firm, refs = firm_in(folder, many, cohort)
    works = {ref: str(chance.choice((95, 95, 92, 80, 70, 50, chance.randint(0, 100)))) for ref in refs}
    for ref in chance.sample(refs, len(refs)):
        firm.rate(ref, works[ref])
        if chance.random() < 0.5:
            firm.tick()
    firm.tick()
    return firm.grades(refs), settled_by_rules(firm, refs, works), firm


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(7))
def test_whatever_order_they_come_in_the_grades_are_those_of_the_rules_alone(tmp_path, seed):
    stored, alone, firm = play(tmp_path, seed)
    assert stored == alone
    assert not verify(firm.rt, actor_named(firm.rt, "hr1")).findings


@pytest.mark.slow
def test_the_rows_are_what_the_history_says(firm):
    for place in range(1, 6):
        firm.rate(f"east{place}", 100 - place)
    firm.tick()
    with firm.rt.database.read() as tx:
        for place in range(1, 6):
            assert replay(tx, firm.ids[f"east{place}"]) == firm.review(f"east{place}")
    assert firm.review("east5").gathered.quota_grade == "B"


@pytest.mark.slow
def test_figures_of_the_cohort_are_refused_where_they_cannot_be_meant(tmp_path):
    firm, refs = firm_in(tmp_path, {"east": 2}, "cohort: {by: department}\n" + POOL, card=POOLED)
    for wrong in ({"pot": "1"}, {"pool": "-1"}, {"pool": {"north": "1"}}, {}, {"approved": "hr"}):
        with pytest.raises(InputError, match="OP244"):
            with_pool(firm, wrong)
    with pytest.raises(NotAllowed):
        give_figures(firm.rt, actor_named(firm.rt, "au1"), GiveFigures(firm.cycle, {"pool": "1"}))
    with_pool(firm, {"pool": "1"})
    for ref in refs:
        firm.rate(ref, 50)
    firm.tick()
    with pytest.raises(InputError, match="OP245"):
        with_pool(firm, {"pool": "2"})


def race(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The last two of a unit arrive at the same instant in two workers; how they ended."""
    monkeypatch.setattr(worker, "AT_ONCE", 1)

    def work(_: int) -> int:
        return fire_due(firm.rt, firm.clock.now()).kinds.get("gather", 0)

    with ThreadPoolExecutor(2) as pool:
        return [str(one) for one in pool.map(work, range(2))]


@pytest.mark.slow
def test_the_count_of_openings_can_be_two(firm, monkeypatch):
    """Without the looks whether a review still waits, the barrier opens again: the race below would see it."""
    for place in range(1, 6):
        firm.rate(f"east{place}", 100 - place)
    firm.tick()
    for module in (gathering, barrier):
        monkeypatch.setattr(module, "review_waits", lambda *_: True)
    monkeypatch.setattr(barriers, "_is_here", lambda *_: True)
    with firm.rt.database.write() as tx:
        assert gathering.gather(firm.rt, tx, firm.ids["east1"], "settle", firm.clock.now())
    assert actions(firm, "east1").count("gathered") == 2


@pytest.mark.slow
def test_two_that_arrive_at_the_same_instant_gather_exactly_once(on_both, monkeypatch):
    firm = on_both
    for place in range(1, 6):
        firm.rate(f"east{place}", 100 - place)
    race(firm, monkeypatch)
    assert [actions(firm, f"east{place}").count("gathered") for place in range(1, 6)] == [1] * 5


@pytest.mark.slow
def test_a_withdrawal_at_the_very_instant_of_an_opening_neither_breaks_it_nor_is_lost(database, tmp_path):
    firm, _ = firm_in(tmp_path, {"east": 3, "west": 3, "north": 3}, LOWER, database)
    for unit in ("east", "west", "north"):
        for place in (1, 2, 3):
            firm.rate(f"{unit}{place}", 90 + place)
        leaving = Intervene(firm.ids[f"{unit}3"], "withdraw", "left the firm")
        with ThreadPoolExecutor(3) as pool:
            tried = [pool.submit(firm.do, "hr1", leaving)]
            tried += [pool.submit(fire_due, firm.rt, firm.clock.now()) for _ in range(2)]
        errors = [one.exception() for one in tried]
        assert all(one is None or isinstance(one, StaleRevision) for one in errors), errors
        firm.tick()
        assert [actions(firm, f"{unit}{place}").count("gathered") for place in (1, 2)] == [1, 1]
        if errors[0] is None:
            assert firm.review(f"{unit}3").state == "gone"
    assert not verify(firm.rt, actor_named(firm.rt, "hr1")).findings
