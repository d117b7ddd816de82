"""Another scorecard on a cycle that was played: from frozen facts, for those who may see the results."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.clock import HandClock, parse_instant
from engine.definition.library import folder_of
from engine.errors import InputError, NotAllowed, NotFound
from engine.operations import jobs
from engine.operations.audit import verify
from engine.operations.jobs import NewJob
from engine.operations.late import grades
from engine.operations.names import SYSTEM, actor_named
from engine.operations.people import ImportPeople, import_people
from engine.operations.whatif import _shielded, card_named, card_of, subjects_of, whatif
from engine.operations.whatif_job import kept_trial
from engine.operations.whatif_told import told_trial
from engine.review.case import Actor
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import definitions
from tests.conftest import Demo

CYCLE = "2025-Q3"
OWN = (folder_of("account-manager") / "scorecard.yaml").read_text("utf-8")
STRICTER = OWN.replace("{from: 80, gives: B}", "{from: 85, gives: B}").replace("A: 1.2", "A: 1.3")
OTHER_WEIGHTS = OWN.replace("agree: {weight: 10..40, target: 80..95}", "agree: {target: 80..95}").replace(
    "weight: 15, target: 10, agree: {weight: 5..30}", "weight: 15, target: 10"
).replace("  - {metric: satisfaction, weight: weight + 5, take_from: new_customers}\n", "")
EAST = "ref,kind,name,unit,manager,groups,hr_of\nhe,employee,He Dong,people,,hr,leasing-east\n"


@dataclass(frozen=True, slots=True)
class House:
    rt: Runtime

    def actor(self, ref: str | None) -> Actor:
        return actor_named(self.rt, ref)


@pytest.fixture(scope="module")
def house(demo_played: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo's end, with HR of one unit more."""
    folder = tmp_path_factory.mktemp("whatif") / "data"
    shutil.copytree(demo_played.folder, folder)
    rt = open_runtime(settings_for(folder, environ={}), HandClock(parse_instant("2026-01-10T09:00:00+08:00")))
    file = Path(folder) / "more.csv"
    file.write_text(EAST, encoding="utf-8")
    report = import_people(rt, SYSTEM, ImportPeople(file))
    assert not report.refused, report.problems
    yield House(rt)
    rt.close()


def test_a_cycle_by_its_own_scorecard_moves_nobody_and_gives_the_stored_grades(house: House) -> None:
    trial = whatif(house.rt, house.actor("hr1"), CYCLE, card_of(OWN))
    count, spread = trial.document["count"], grades(house.rt, house.actor("hr1"), CYCLE)
    assert (count["reviews"], count["moved"], count["changed"]) == (40, 0, 0)
    stored = {grade: sum(unit.grades[grade] for unit in spread.units) for grade in spread.ladder}
    assert {one["grade"]: one["before"] for one in trial.document["distribution"]} == stored
    assert {unit["unit"] for unit in trial.document["units"]} == {unit.unit for unit in spread.units}


def test_a_stricter_scorecard_moves_those_below_its_bar_and_says_what_it_costs(house: House) -> None:
    document = whatif(house.rt, house.actor("au1"), CYCLE, card_of(STRICTER)).document
    assert document["ways"] == [{"from": "B", "to": "C", "count": 5}]
    moved = [one for one in document["rows"] if one["moved"]]
    assert all("80" <= one["before"]["total"] < "85" for one in moved)
    bonus = next(one for one in document["cost"] if one["name"] == "bonus_coefficient")
    better = next(one["after"] for one in document["distribution"] if one["grade"] == "A")
    assert Fraction(bonus["difference"]) == Fraction("0.1") * better - Fraction("0.2") * len(moved)
    by_unit = [cost for unit in document["units"] for cost in unit["cost"] if cost["name"] == "bonus_coefficient"]
    assert sum(Fraction(one["difference"]) for one in by_unit) == Fraction(bonus["difference"])


def test_the_shares_of_each_difference_add_up_and_what_was_agreed_and_is_not_open_is_said(house: House) -> None:
    document = whatif(house.rt, house.actor("hr1"), CYCLE, card_of(OTHER_WEIGHTS)).document
    changed = [one for one in document["rows"] if one["difference"] not in (None, "0")]
    assert len(changed) > 20
    for one in changed:
        assert sum(Fraction(share["difference"]) for share in one["shares"]) == Fraction(one["difference"])
        totals = [Fraction(one[side]["total"]) for side in ("before", "after")]
        assert totals[1] - totals[0] == Fraction(one["difference"])
    notes = {(one["code"], one["name"]): one["count"] for one in document["notes"]}
    assert notes["WI003", "satisfaction.weight"] == notes["WI003", "new_customers.weight"] == 39
    assert ("WI006", "B") in notes


def test_nothing_that_cannot_be_judged_is_dropped(house: House) -> None:
    """A figure that the facts do not have, and a type that they do not fit."""
    text = OWN.replace("missing: exclude ", "missing: block ").replace(
        "violations:     {", "punctuality: {type: percent, digits: 2, range: 0..100}\n  violations:     {"
    ).replace("line: [[1, 0]", "rules: [{rule: late, if: punctuality < 50, limit: ..1}], line: [[1, 0]")
    document = whatif(house.rt, house.actor("hr1"), CYCLE, card_of(text)).document
    assert document["count"]["unjudged_new"] == 40 == len(document["unjudged"])
    whys = [why for one in document["unjudged"] for why in one["reasons"]]
    assert ("SR003", True) in {(why["code"], "punctuality" in str(why["values"])) for why in whys}


def test_hr_of_a_unit_tries_it_on_that_unit_and_others_not_at_all(house: House) -> None:
    document = whatif(house.rt, house.actor("he"), CYCLE, card_of(STRICTER)).document
    assert [one["unit"] for one in document["units"]] == ["leasing-east"]
    everybody = whatif(house.rt, house.actor("hr1"), CYCLE, card_of(STRICTER)).document
    assert next(one for one in everybody["units"] if one["unit"] == "leasing-east") == document["units"][0]
    for ref in ("tm1", "am01"):
        with pytest.raises(NotAllowed):
            whatif(house.rt, house.actor(ref), CYCLE, card_of(STRICTER))


def test_answers_of_an_anonymous_role_below_its_minimum_are_handed_to_no_scorecard(house: House) -> None:
    with house.rt.database.read() as tx:
        definition = house.rt.definition(tx, definitions.list_all(tx)[0].fingerprint)
    few = {"inputs": {"teamwork": {"colleagues": [["4"], ["5"]], "manager": [["3"]]}, "sales": [{"value": "1"}]}}
    shielded = _shielded(definition, few)
    assert shielded["inputs"] == {"teamwork": {"manager": [["3"]]}, "sales": [{"value": "1"}]}
    enough = {"inputs": {"teamwork": {"colleagues": [["4"], ["5"], ["3"]]}}}
    assert _shielded(definition, enough) == enough


def test_a_scorecard_may_be_named_by_its_version_or_fingerprint(house: House) -> None:
    named = card_named(house.rt, house.actor("hr1"), CYCLE, "2")
    assert (named.name, named.version) == ("account-manager-quarterly", "2")
    with pytest.raises(NotFound) as wrong:
        card_named(house.rt, house.actor("hr1"), CYCLE, "77")
    assert wrong.value.code == "WI020"


@pytest.mark.slow
def test_a_job_gives_the_same_and_keeps_it_sealed_for_whoever_asked(house: House) -> None:
    rt, hr = house.rt, house.actor("hr1")
    made = jobs.new_job(rt, hr, NewJob("whatif", {"whatif": {"cycle": CYCLE, "scorecard": STRICTER}}))
    with pytest.raises(NotFound):
        kept_trial(rt, hr, made.id)
    first = jobs.run_jobs(rt, rt.clock.now(), 0)
    assert first.steps == 1
    paused = jobs.pause(rt, hr, made.id)
    assert (paused.state, paused.done, paused.count) == ("paused", 40, 47)
    rt.trials.clear()  # another worker goes on, which has nothing in its memory
    jobs.resume(rt, hr, made.id)
    assert jobs.run_jobs(rt, rt.clock.now(), 60).ended == {"done": 1}
    at_once = whatif(rt, hr, CYCLE, card_of(STRICTER))
    assert json.loads(json.dumps(dict(at_once.document))) == dict(kept_trial(rt, hr, made.id).document)
    done = jobs.job(rt, hr, made.id)
    assert done.result is not None
    assert (done.result["reviews"], done.result["moved"]) == (40, 5)
    for other in ("hr2", "au1", None):
        with pytest.raises(NotFound):
            kept_trial(rt, house.actor(other), made.id)
    with rt.database.read() as tx:
        row = tx.execute(text("SELECT result, sealed, cursor FROM job WHERE id = :id"), {"id": made.id}).one()
    assert at_once.document["rows"][0]["id"].encode() not in row.sealed + row.result.encode() + row.cursor.encode()
    assert rt.trials == {}
    assert verify(rt).ok


def test_a_job_that_cannot_be_carried_out_says_why_at_once_or_to_its_actor(house: House) -> None:
    rt, hr = house.rt, house.actor("hr1")
    for wish, code in (
        ({"cycle": CYCLE, "scorecard": "scorecard: [\n"}, "WI023"), ({"cycle": CYCLE}, "WI024"),
        ({"cycle": CYCLE, "scorecard": OWN, "definition": "2"}, "WI024"), ({"scorecard": OWN}, "DR030"),
        ({"cycle": 3, "scorecard": OWN}, "DR030"), ({"cycle": CYCLE, "scorecard": OWN, "more": "x"}, "DR030"),
    ):
        with pytest.raises(InputError) as wrong:
            jobs.new_job(rt, hr, NewJob("whatif", {"whatif": wish}))
        assert wrong.value.code == code
    with pytest.raises(NotAllowed):
        jobs.new_job(rt, house.actor("tm1"), NewJob("whatif", {"whatif": {"cycle": CYCLE, "scorecard": OWN}}))
    made = jobs.new_job(rt, hr, NewJob("whatif", {"whatif": {"cycle": CYCLE, "definition": "77"}}))
    assert jobs.run_jobs(rt, rt.clock.now(), 60).ended == {"failed": 1}
    failed = jobs.job(rt, hr, made.id)
    assert failed.result is not None
    assert (failed.result["code"], failed.result["values"]["name"]) == ("WI020", "77")


def test_more_reviews_than_a_request_may_try_are_refused(house: House) -> None:
    with pytest.raises(InputError) as wrong:
        whatif(house.rt, house.actor("hr1"), CYCLE, card_of(OWN), most=39)
    assert (wrong.value.code, wrong.value.values["count"]) == ("WI021", "40")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_people_are_told_by_name_and_metrics_by_title(house: House, lang: str) -> None:
    hr = house.actor("hr1")
    trial = whatif(house.rt, hr, CYCLE, card_of(OTHER_WEIGHTS))
    told = told_trial(lang, trial, subjects_of(house.rt, hr, trial.reviews))
    first = told["rows"][0]
    assert first["moved"]
    assert first["who"]["ref"].startswith("am")
    assert first["shares"][0]["title"] in ("Customer satisfaction", "Sales attainment", "客户满意度", "销售额达成率")
    assert all(one["text"] for one in told["notes"])
    assert told_trial(lang, trial, {})["rows"] == []  # to whoever may read none of the reviews
