"""The grades of a cohort are settled at one go: every open review answered and the quota kept, or nothing happens."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from engine.errors import InputError, KeyReused, NotFound
from engine.operations.audit import verify
from engine.operations.calibrate import Calibrated, Settle, calibrate
from engine.operations.calibration import cohort_of, cohorts_of
from engine.operations.cohort_figures import GiveFigures, give_figures
from engine.operations.handle import Receipt
from engine.operations.names import SYSTEM, actor_named
from engine.operations.once import Once, Replayed, digest_of
from engine.operations.people import ImportPeople, import_people
from engine.operations.timeline import replay
from engine.review.case import Refused
from engine.review.commands import Answer, Hold
from engine.store.database import Database
from tests.engine.operations.cohort_firm import CARD, Firm, firm_in

EAST = [f"east{place}" for place in range(1, 6)]
HR5 = "east5,employee,East5,east,east,boss,graded;hr"
REFUSE = "cohort: {by: department}\nquota: {rules: [{grades: [A], at_most: 40 %}], when_over: refuse}\n"


def arrived(firm: Firm, refs: list[str] | None = None, works: tuple[int, ...] = (99, 98, 97, 80, 70)) -> Firm:
    for ref, work in zip(refs or EAST, works, strict=False):
        firm.rate(ref, work)
    firm.tick()
    return firm


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """Five in the east whose rules give A A A B C, where two may have an A; one in the west is not here yet."""
    return arrived(firm_in(tmp_path, {"east": 5, "west": 1}, REFUSE)[0])


@pytest.fixture
def on_both(database: Database, tmp_path: Path) -> Firm:
    return arrived(firm_in(tmp_path, {"east": 5, "west": 1}, REFUSE, database)[0])


def settle(firm: Firm, who: str | None = "hr1", unit: str | None = "east", **parts: object) -> object:
    """Confirms all five; parts: ref -> (outcome, grade), and what `calibrate` takes besides."""
    given = {ref: parts.pop(ref, None) for ref in EAST}
    answers = [
        Settle(ref, outcome, grade, "as agreed")
        for ref, (outcome, grade) in ((ref, one or ("confirm", None)) for ref, one in given.items())
    ]
    return calibrate(firm.rt, actor_named(firm.rt, who), firm.cycle, unit, answers, **parts)


def revisions(firm: Firm) -> list[int]:
    return [firm.review(ref).revision for ref in EAST]


def test_a_batch_over_the_quota_is_refused_with_its_arithmetic_and_nothing_is_done(on_both):
    before = revisions(on_both)
    said = settle(on_both)
    assert isinstance(said, Refused)
    assert said.code == "quota_broken"
    assert (said.reasons[1].code, said.reasons[1].values["held"], said.reasons[1].values["most"]) == ("SR020", "3", "2")
    assert revisions(on_both) == before


def test_a_batch_that_keeps_it_answers_all_in_one_transaction(on_both):
    done = settle(on_both, east3=("confirm", "B"))
    assert isinstance(done, Calibrated)
    assert len(done.receipts) == 5
    assert done.quota["kept"]
    assert on_both.grades(EAST) == ["A", "A", "B", "B", "C"]
    assert {on_both.review(ref).state for ref in EAST} == {"tell"}
    third = on_both.review("east3")
    assert (third.result.first_grade, third.gathered.before, third.gathered.quota_grade) == ("A", "B", None)
    assert third.gathered.told["step"]["rules"][0]["after"] == 2
    assert not verify(on_both.rt, actor_named(on_both.rt, "hr1")).findings
    with on_both.rt.database.read() as tx:
        assert all(replay(tx, on_both.ids[ref]) == on_both.review(ref) for ref in EAST)


def test_every_open_review_wants_an_answer(firm):
    said = calibrate(firm.rt, actor_named(firm.rt, "hr1"), firm.cycle, "east", [Settle("east1", "confirm")])
    assert isinstance(said, Refused)
    assert said.code == "calibration_incomplete"
    assert said.reasons[0].values["who"] == "east2, east3, east4, east5"


@pytest.mark.slow
def test_the_first_answer_that_cannot_be_given_is_named_and_none_is(firm):
    before = revisions(firm)
    said = settle(firm, east2=("confirm", "Z"), east3=("confirm", "B"))
    assert isinstance(said, Refused)
    assert (said.code, said.reasons[0].values["who"]) == ("no_such_grade", "east2")
    assert revisions(firm) == before


@pytest.mark.slow
def test_only_those_who_hold_the_task_settle_it(firm):
    for who, code in (("boss", "not_your_task"), ("au1", "read_only")):
        said = settle(firm, who=who, east3=("confirm", "B"))
        assert isinstance(said, Refused)
        assert said.code == code
    with pytest.raises(NotFound, match="OP241"):
        settle(firm, unit="north")


@pytest.mark.slow
def test_a_review_of_another_cohort_or_answered_twice_is_an_input_error(firm):
    for wrong in ([Settle("west1", "confirm")], [Settle("east1", "confirm")] * 2):
        with pytest.raises(InputError, match="OP243"):
            calibrate(firm.rt, actor_named(firm.rt, "hr1"), firm.cycle, "east", wrong)


@pytest.mark.slow
def test_the_same_key_gives_the_same_receipts_and_a_dry_run_nothing(firm):
    before = revisions(firm)
    assert isinstance(settle(firm, east3=("confirm", "B"), dry=True), Calibrated)
    assert revisions(firm) == before
    once = Once("k1", digest_of("one"))
    first = settle(firm, east3=("confirm", "B"), once=once)
    again = settle(firm, east3=("confirm", "B"), once=once)
    assert isinstance(first, Calibrated)
    assert isinstance(again, Replayed)
    assert again.receipt == first.receipt()
    with pytest.raises(KeyReused):
        settle(firm, once=Once("k1", digest_of("other")))


@pytest.mark.slow
def test_who_is_sent_back_keeps_the_place_she_has_and_gathers_alone_when_she_is_back(firm):
    assert isinstance(settle(firm, east3=("confirm", "B"), east5=("back", None)), Calibrated)
    assert firm.review("east5").state == "judge"
    firm.rate("east5", 100)
    firm.tick()
    assert firm.open_tasks("east5") == ["confirm"]
    assert firm.open_tasks("west1") == ["rate"]
    hr = actor_named(firm.rt, "hr1")
    assert cohort_of(firm.rt, hr, firm.cycle, "east").quota["rules"][0]["after"] == 3
    alone = [Settle("east5", "confirm")]
    said = calibrate(firm.rt, hr, firm.cycle, "east", alone)
    assert isinstance(said, Refused)
    assert said.code == "quota_broken"
    assert isinstance(calibrate(firm.rt, hr, firm.cycle, "east", [Settle("east5", "confirm", "B", "full")]), Calibrated)
    assert firm.grades(EAST) == ["A", "A", "B", "B", "B"]


@pytest.mark.slow
def test_a_cohort_of_one_is_answered_alone_and_its_quota_only_told(tmp_path):
    firm = arrived(firm_in(tmp_path, {"east": 1, "west": 2}, REFUSE)[0], ["east1"])
    assert isinstance(firm.do("hr1", Answer(firm.ids["east1"], "confirm", "confirm")), Receipt)
    assert firm.review("east1").result.grade == "A"


@pytest.mark.slow
def test_a_subject_of_hr_is_left_to_another_and_a_held_review_to_later(firm):
    rows = (firm.folder / "people.csv").read_text("utf-8")
    (firm.folder / "people.csv").write_text(rows.replace("east5,employee,East5,east,east,boss,graded", HR5), "utf-8")
    firm.clock.set(firm.clock.now().replace(hour=5))
    assert not import_people(firm.rt, SYSTEM, ImportPeople(firm.folder / "people.csv")).refused
    assert isinstance(firm.do("hr1", Hold(firm.ids["east4"], "ill")), Receipt)
    three = [Settle("east1", "confirm"), Settle("east2", "confirm"), Settle("east3", "confirm", "B", "full")]
    done = calibrate(firm.rt, actor_named(firm.rt, "east5"), firm.cycle, "east", three)
    assert isinstance(done, Calibrated), done
    assert firm.review("east5").state == firm.review("east4").state == "settle"
    mine = calibrate(firm.rt, actor_named(firm.rt, "hr1"), firm.cycle, "east", [Settle("east5", "confirm")])
    assert isinstance(mine, Calibrated)


@pytest.mark.slow
def test_what_a_reader_sees_of_a_cohort(firm):
    hr = actor_named(firm.rt, "hr1")
    east = cohort_of(firm.rt, hr, firm.cycle, "east")
    assert [one.stands for one in east.rows] == ["open"] * 5
    assert len(east.waiting) == 5
    assert east.rows[0].grades == ("A", "B", "C", "D")
    assert east.rows[0].outcomes == ("confirm", "back")
    assert (east.quota["rules"][0]["most"], east.quota["rules"][0]["after"]) == (2, 3)
    west = cohort_of(firm.rt, hr, firm.cycle, "west")
    assert (west.opened, west.missing, west.rows[0].stands, west.rows[0].grade) == (False, 1, "missing", None)
    auditor = cohort_of(firm.rt, actor_named(firm.rt, "au1"), firm.cycle, "east")
    assert auditor.waiting == ()
    assert auditor.rows[0].grade == "A"
    mine = cohorts_of(firm.rt, actor_named(firm.rt, "east1"), firm.cycle)
    assert [(one.unit, len(one.rows), one.hidden, one.quota) for one in mine] == [("east", 1, 4, None)]
    assert mine[0].rows[0].grade is None
    with pytest.raises(NotFound, match="OP242"):
        cohort_of(firm.rt, hr, firm.cycle)


@pytest.mark.slow
def test_an_exception_wants_the_approval_of_the_role_that_may_give_it(tmp_path):
    rules = "{rules: [{grades: [A], at_most: 40 %, or: {at_most: 60 %, approved_by: hr}}]}"
    firm = arrived(firm_in(tmp_path, {"east": 5}, f"cohort: {{by: department}}\nquota: {rules}\n")[0])
    assert isinstance(settle(firm), Refused)
    done = settle(firm, approve=True)
    assert isinstance(done, Calibrated)
    assert done.quota["rules"][0]["approved_by"] == "hr"


POOL = REFUSE + "consequences:\n  points: {value: grade, lookup: {A: 2, B: 1, C: 1, D: 0}}\n" \
    "  bonus: {split: pool, by: points, digits: 2}\n"


@pytest.mark.slow
def test_a_pool_is_shared_by_the_grades_as_they_are_settled(tmp_path):
    card = CARD.replace("inputs:\n", "inputs:\n  pool: {type: money, digits: 2, range: 0..100000, of: cohort}\n")
    firm, _ = firm_in(tmp_path, {"east": 5}, POOL, card=card)
    give_figures(firm.rt, actor_named(firm.rt, "hr1"), GiveFigures(firm.cycle, {"pool": "700.00"}))
    arrived(firm)
    assert [firm.review(ref).result.consequences["bonus"] for ref in EAST] == ["175", "175", "175", "87.5", "87.5"]
    assert isinstance(settle(firm, east3=("confirm", "B")), Calibrated)
    assert [firm.review(ref).result.consequences["bonus"] for ref in EAST] == ["200", "200", "100", "100", "100"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_sent_back_withdrawn_or_late_the_quota_holds_in_the_end(tmp_path, seed):
    chance = Random(seed)
    n = chance.randint(2, 9)
    over = chance.choice(("lower", "refuse"))
    firm, refs = firm_in(tmp_path, {"east": n}, REFUSE.replace("refuse", over))
    late = set(chance.sample(refs, chance.randint(0, n // 3)))
    for ref in refs:
        if ref not in late:
            firm.rate(ref, chance.choice((95, 95, 91, 80, 60)))
    firm.tick("2025-07-16T00:00:00+08:00")
    for ref in late:
        firm.rate(ref, chance.choice((95, 99, 60)))
    firm.tick()
    hr = actor_named(firm.rt, "hr1")
    sent = 0
    while rows := cohort_of(firm.rt, hr, firm.cycle, "east").waiting:
        back = {row.review for row in rows if sent < 3 and chance.random() < 0.3}
        sent += len(back)
        answers = [Settle(row.review, "back" if row.review in back else "confirm", None, "x") for row in rows]
        if isinstance(calibrate(firm.rt, hr, firm.cycle, "east", answers), Refused):
            answers = [Settle(row.review, "confirm", "B" if row.grade == "A" else None, "x") for row in rows]
            assert isinstance(calibrate(firm.rt, hr, firm.cycle, "east", answers), Calibrated)
            back = set()
        for review in back:
            firm.do("boss", Answer(review, "rate", ratings={"work": str(chance.choice((95, 99, 60)))}))
        firm.tick()
    grades = firm.grades(refs)
    assert {firm.review(ref).state for ref in refs} == {"tell"}
    assert grades.count("A") <= n * 40 // 100
    assert not verify(firm.rt, hr).findings
