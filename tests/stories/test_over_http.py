"""A whole cycle through HTTP alone, told in order: people, publishing, targets, figures, ratings, grade, appeal, plan,
next quarter; and the proof at its end. On SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.clock import HandClock, parse_instant
from engine.definition.library import folder_of
from engine.operations.jobs import run_jobs
from engine.operations.names import SYSTEM
from engine.operations.people import ImportPeople, import_people
from engine.operations.worker import fire_due
from engine.runtime import Runtime, Settings
from engine.sources.csv_file import Upload
from engine.store import timers
from tests.api.calling import Caller, caller, door_of
from tests.conftest import Addresses
from tests.promises.organisation import people_csv, quarter

CSV = {"Content-Type": "text/csv"}
FIRST = "ref,kind,name,groups\nhr1,employee,Hai Ru,hr\nhr2,employee,Heng Rui,hr\n"
WORKFLOW = "account-manager-quarterly"
GOOD = {"strengths": "x", "improve": "y"}


@dataclass(slots=True)
class Firm:
    """The served house, its clock, and one caller a person."""

    rt: Runtime
    clock: HandClock
    app: Flask

    def one(self, ref: str) -> Caller:
        return caller(self.app, self.rt, ref)

    def at(self, text: str) -> None:
        """Moves the clock, and lets the server's rounds do what has come due on the way."""
        instant: datetime = parse_instant(text)
        while True:
            with self.rt.database.read() as tx:
                due = timers.next_due(tx)
            if due is None or due > instant:
                break
            self.clock.set(max(due, self.clock.now()))
            fire_due(self.rt, self.clock.now())
        self.clock.set(instant)


@pytest.fixture
def firm(addresses: Addresses, tmp_path: Path) -> Iterator[Firm]:
    database = addresses.open()
    clock = HandClock(parse_instant("2025-07-01T09:00:00+08:00"))
    database.clock = clock
    rt = Runtime(Settings(tmp_path, addresses.url, addresses.keys_url), database, clock, database.ids)
    import_people(rt, SYSTEM, ImportPeople(Upload("first.csv", FIRST.encode())))  # as the owner of the machine does
    yield Firm(rt, clock, door_of(rt))
    rt.close()


def sent(who: Caller, path: str, text: str, **query: str) -> dict[str, Any]:
    found = who.post(path, headers=CSV, data=text.encode(), query_string=query)
    assert found.status_code == 200, found.get_data(as_text=True)
    told: dict[str, Any] = found.get_json()
    return told


def figures(rows: list[tuple[str, str, str, str]], number: int) -> str:
    lines = [
        f"R{number}-{place},{subject},,{name},{period},{value},30,2025-10-08T09:00:00+08:00"
        for place, (subject, name, period, value) in enumerate(rows)
    ]
    return "record,subject,account,input,period,value,samples,taken_at\n" + "\n".join(lines) + "\n"


def texts() -> dict[str, str]:
    folder = folder_of("account-manager")
    files = [folder / "workflow.yaml", folder / "scorecard.yaml", *(folder / "forms").glob("*.json")]
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}


@pytest.mark.slow
def test_a_whole_cycle_runs_through_http_alone(firm: Firm) -> None:
    hr, hr2 = firm.one("hr1"), firm.one("hr2")
    begin(firm, hr, hr2)
    review = agree(firm, hr)
    rate(firm, hr, review)
    judge(firm, hr, review)
    appeal(firm, review)
    improve(firm, hr, review)
    prove(firm, hr, review)


def begin(firm: Firm, hr: Caller, hr2: Caller) -> None:
    """HR imports the organisation, publishes with a second person, opens the quarter."""
    wanted = people_csv()
    tried = sent(hr, "/people/import", wanted, dry_run="true")
    assert tried["dry_run"]
    assert tried["added"] + tried["changed"] > 15
    assert len(tried["changes"]) > 15
    assert sent(hr, "/people/import", wanted)["added"] == tried["added"]
    assert sent(hr, "/people/import", wanted)["unchanged"] == tried["rows"]
    files = texts()
    broken = {**files, "workflow.yaml": files["workflow.yaml"].replace("initial: set_targets", "initial: set_target")}
    found = hr.post("/definitions/check", {"files": broken}, key=None).get_json()
    assert not found["sound"]
    assert found["problems"][0]["line"] > 1
    assert hr.post("/definitions", {"files": broken}).status_code == 422
    made = hr.post("/definitions", {"files": files})
    assert made.status_code == 201, made.get_data(as_text=True)
    place = made.headers["Location"].removeprefix("/api/v1")
    assert hr.post(f"{place}/approve").status_code == 403
    assert hr2.post(f"{place}/approve").get_json()["status"] == "approved"
    assert "Set targets" in hr.get(f"{place}/diagram.svg").get_data(as_text=True)
    opened = hr.post("/cycles", {"workflow": WORKFLOW, "period": "2025-Q3", "group": "account-managers"})
    assert (opened.status_code, opened.get_json()["reviews"]) == (201, 8)


def agree(firm: Firm, hr: Caller) -> str:
    """The manager proposes, the subject objects once and then agrees; meanwhile a draft is kept for its author."""
    manager, subject = firm.one("m1"), firm.one("a1")
    waiting = manager.told("/me/tasks")["items"]
    assert {one["task"]["key"] for one in waiting} == {"propose"}
    review: str = next(one["review"] for one in waiting if one["subject"]["ref"] == "a1")
    sent(hr, "/observations/import", figures([("a1", "sales_plan", "2025-Q3", "900.00")], 1), source="plan")
    task = manager.told(f"/reviews/{review}/tasks/propose")
    assert "targets" in task["schema"]["properties"]
    draft = {"targets": {"sales.target": "94"}}
    saved = manager.ask("PUT", f"/reviews/{review}/tasks/propose/draft", draft)
    assert saved.status_code == 200, saved.get_data(as_text=True)
    assert manager.told(f"/reviews/{review}/tasks/propose/draft")["draft"] == draft
    assert manager.told("/reviews/a1@2025-Q3")["id"] == review
    body = {"targets": {"sales.target": "95"}, "form": {"colleagues": ["a2", "a3", "a4"]}}
    manager.step(review, "/tasks/propose/answer", body)
    assert manager.told(f"/reviews/{review}/tasks/propose/draft")["draft"] is None
    subject.step(review, "/tasks/agree/answer", {"outcome": "object"}, status=422)
    subject.step(review, "/tasks/agree/answer", {"outcome": "object", "comment": "too much"})
    manager.step(review, "/tasks/propose/answer", {"targets": {"sales.target": "92"}})
    done = subject.step(review, "/tasks/agree/answer", {"outcome": "accept"})
    assert done["state"] == "collect_data"
    return review


def rate(firm: Firm, hr: Caller, review: str) -> None:
    """Every month the manager rates; near the end the subject and three colleagues do; figures arrive."""
    manager = firm.one("m1")
    for instant, value in (("2025-08-01", "4"), ("2025-09-01", "2"), ("2025-10-08", "3")):
        firm.at(f"{instant}T10:00:00+08:00")
        manager.step(review, "/tasks/monthly/answer", {"ratings": {"teamwork": value}})
        if instant == "2025-09-01":
            firm.at("2025-09-03T10:00:00+08:00")
            own = {"ratings": {"teamwork": 5}, "form": {"achieved": "much"}}
            firm.one("a1").step(review, "/tasks/self/answer", own)
            for ref, rating in (("a2", "3"), ("a3", "2"), ("a4", "1")):
                firm.one(ref).step(review, "/tasks/peers/answer", {"ratings": {"teamwork": rating}})
    sent(hr, "/observations/import", figures(quarter("a1", good=False), 2), source="crm")
    seen = manager.told(f"/reviews/{review}")
    assert seen["state"]["key"] == "evaluate"
    assert (seen["grade"], firm.one("a1").told(f"/reviews/{review}")["grade"]) == ("D", None)
    score = manager.told(f"/reviews/{review}/score")
    assert score["total"] == seen["total"]
    assert any(seen["total"] in line for line in manager.told(f"/reviews/{review}/why-grade")["lines"])


def judge(firm: Firm, hr: Caller, review: str) -> None:
    """The manager writes, HR sends back and then settles many answers in one job."""
    manager = firm.one("m1")
    manager.step(review, "/tasks/review/answer", {"form": GOOD})
    hr.step(review, "/tasks/settle/answer", {"outcome": "send_back", "comment": "say more"})
    manager.step(review, "/tasks/review/answer", {"form": {**GOOD, "support": "z"}})
    answers = [{"review": review, "task": "settle", "outcome": "confirm"},
               {"review": review, "task": "meet", "form": GOOD}]
    job = hr.post("/jobs", {"kind": "answers", "answers": answers})
    assert job.status_code == 202, job.get_data(as_text=True)
    run_jobs(firm.rt, firm.clock.now(), 10)
    ended = hr.told(job.headers["Location"].removeprefix("/api/v1"))
    assert (ended["state"], ended["done"], ended["refused"]) == ("done", 2, 1)
    manager.step(review, "/tasks/meet/answer", {"form": GOOD})
    assert firm.one("a1").told(f"/reviews/{review}")["grade"] == "D"


def appeal(firm: Firm, review: str) -> None:
    subject = firm.one("a1")
    subject.step(review, "/tasks/sign/answer", {"outcome": "disagree", "comment": "not so"})
    for judge_ref in ("p1", "p2", "p3"):
        panel = firm.one(judge_ref)
        if panel.told(f"/reviews/{review}")["state"]["key"] != "appeal":
            break
        ruling = {"outcome": "grade_stands", "form": {"reason": "not_founded", "text": "x"}}
        panel.step(review, "/tasks/hear/answer", ruling)
    assert subject.told(f"/reviews/{review}")["state"]["key"] == "improvement"


def improve(firm: Firm, hr: Caller, review: str) -> None:
    """A plan is written; the manager is refused a check before its day, with the reason and the day; HR steps in."""
    manager = firm.one("m1")
    action = {"what": "x", "owner": "a1", "date": "2025-12-31", "measure": "y"}
    manager.step(review, "/tasks/plan/answer", {"form": {"actions": [action]}})
    plan = next(one for one in manager.told(f"/reviews/{review}/answers")["items"] if one["task"]["key"] == "plan")
    assert plan["answer"]["form"]["actions"] == [action]
    progress = {"outcome": "failed", "form": {"progress": "not_begun", "text": "x"}}
    early = manager.step(review, "/tasks/check/answer", progress, status=409)
    assert "waits_for_date" in [one["code"] for one in early["reasons"]]
    assert early["next_at"]
    asked = {one["command"]: one for one in manager.told(f"/reviews/{review}/commands")["items"] if one["task"]}
    assert not asked["answer"]["possible"] or asked
    firm.at("2025-12-15T10:00:00+08:00")
    manager.step(review, "/tasks/check/answer", progress)
    manager.step(review, "/tasks/propose_next/answer", {"targets": {"sales.target": "98"}})
    assert manager.told(f"/reviews/{review}")["state"]["key"] == "closed"
    hr.step(review, "/interventions/withdraw", {"comment": "too late"}, status=409)
    manager.step(review, "/remarks", {"comment": "a word"})


def prove(firm: Firm, hr: Caller, review: str) -> None:
    """The auditor sees every state, the review at an instant, what changed between two, and the verdict."""
    auditor = firm.one("au1")
    events = auditor.told(f"/reviews/{review}/history", limit=200)["items"]
    assert [one["seq"] for one in events] == list(range(1, len(events) + 1))
    assert events[0]["action"] == "opened"
    assert {one["to_state"]["key"] for one in events if one["to_state"]} >= {"collect_data", "appeal", "closed"}
    then = auditor.told(f"/reviews/{review}/at", instant="2025-08-15T00:00:00+08:00")
    assert (then["state"]["key"], then["total"]) == ("collect_data", None)
    between = auditor.told(
        f"/reviews/{review}/between", start="2025-08-15T00:00:00+08:00", end="2025-12-01T00:00:00+08:00"
    )
    assert "grade" in {one["what"] for one in between["changes"]}
    assert auditor.post(f"/reviews/{review}/remarks", {"comment": "x"}, match=1).status_code == 403
    job = auditor.post("/jobs", {"kind": "verify"})
    run_jobs(firm.rt, firm.clock.now(), 60)
    verdict = auditor.told(job.headers["Location"].removeprefix("/api/v1"))
    assert verdict["state"] == "done", verdict
    assert verdict["result"]["ok"] is True, verdict
    cycle = hr.told("/cycles")["items"][0]
    far = hr.told(f"/cycles/{cycle['id']}")
    assert sum(far["states"].values()) == 8
    assert sum(unit["total"] for unit in far["units"]) == 8
    assert hr.told(f"/cycles/{cycle['id']}/grades")["ladder"] == ["S", "A", "B", "C", "D"]
