"""The played demo, led on to the third of February 2026, when every story of the pages has something to do."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.clock import HandClock, SystemClock, instant_text, parse_instant
from engine.definition.library import folder_of
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.demo_clock import MARK
from engine.operations.figures import ImportFigures, import_figures
from engine.operations.handle import Receipt, handle
from engine.operations.jobs import NewJob, new_job, run_jobs
from engine.operations.names import actor_named, review_named
from engine.operations.worker import fire_due
from engine.review.case import Actor
from engine.review.commands import Answer, Command, Hold, Intervene
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import timers

NOW = "2026-02-03T10:00:00+08:00"
"""When the stories are told: a plan and targets are late, January is to be rated, a result is to be signed."""

SPRING = "2026-03-06T10:00:00+08:00"
"""When everybody rates: the subject herself, and her colleagues."""

MANAGER, OTHER_HR, HR, AUDITOR, DIRECTOR = "tm3", "hr2", "hr1", "au1", "dir1"
PLAN, RATED, LATE, SIGNS, AGREES, HELD = "am20", "am16", "am17", "am21", "am19", "am22"
"""Whose plan is to be written, whose work rated, whose targets are late, who is to sign, who is to agree to targets,
whose review is on hold."""

TOGETHER, GOALS, YEAR = ("am01", "am02", "am03", "am04", "am05"), (104, 98, 85, 70, 55), "2025"
"""Who are graded together for a year, and what they reached of their goals."""

TEAM = tuple(f"am{number}" for number in range(16, 25))
NEXT = "2026-Q1"
CHANGED = "version: 2\n"
FEEDBACK = {"strengths": "客户续约率稳定。", "improve": "拜访记录要当天登记。"}


@dataclass(slots=True)
class Stage:
    """A folder with data, its clock set by hand while nobody serves it."""

    rt: Runtime
    clock: HandClock

    @classmethod
    def open(cls, folder: Path, at: str) -> Stage:
        clock = HandClock(parse_instant(at))
        return cls(open_runtime(settings_for(folder, environ={}), clock), clock)

    def actor(self, ref: str) -> Actor:
        return actor_named(self.rt, ref)

    def review(self, subject: str, period: str) -> str:
        return review_named(self.rt, f"{subject}/{period}")

    def must(self, who: str, command: Command) -> None:
        done = handle(self.rt, self.actor(who), command)
        assert isinstance(done, Receipt), (who, command, done)

    def answer(self, who: str, review: tuple[str, str], task: str, outcome: str = "done", **parts: Any) -> None:
        self.must(who, Answer(self.review(*review), task, outcome, **parts))

    def until(self, text: str) -> None:
        """Moves the clock; what comes due on the way fires at its own instant."""
        instant = parse_instant(text)
        while True:
            with self.rt.database.read() as tx:
                due = timers.next_due(tx)
            if due is None or due > instant:
                break
            self.clock.set(max(due, self.clock.now()))
            fire_due(self.rt, self.clock.now())
        self.clock.set(max(instant, self.clock.now()))


def led_on(played: Path, folder: Path) -> Path:
    """A copy of the demo as it is on the third of February."""
    shutil.copytree(played, folder)
    stage = Stage.open(folder, "2026-01-12T09:00:00+08:00")
    try:
        _reopened(stage)
        _first_quarter(stage)
        stage.until(NOW)
        stage.must(OTHER_HR, Hold(stage.review(HELD, NEXT), "休假，返岗后继续。", date(2026, 2, 27)))
        _proposed(stage)
        _together(stage, folder.parent)
        new_job(stage.rt, stage.actor(AUDITOR), NewJob("verify", {}))
        wish = {"cycle": "2025-Q3", "scorecard": _stricter()}
        new_job(stage.rt, stage.actor(HR), NewJob("whatif", {"whatif": wish}))
        run_jobs(stage.rt, stage.clock.now(), 60)
        keep_time(folder, stage.clock.now())
    finally:
        stage.rt.close()
    return folder


def later(folder: Path, text: str) -> Path:
    """The same folder, moved on to a later instant."""
    stage = Stage.open(folder, NOW)
    try:
        stage.until(text)
        keep_time(folder, stage.clock.now())
    finally:
        stage.rt.close()
    return folder


def keep_time(folder: Path, at: datetime) -> None:
    """Sets the clock that `reviewcycle serve` reads in a demo's folder: from now on it goes on from there."""
    (folder / MARK).write_text(f"{instant_text(at)} {instant_text(SystemClock().now())}\n", encoding="ascii")


def _reopened(stage: Stage) -> None:
    """Two reviews of the third quarter run again: one to the plan that its grade calls for, one to the signature."""
    plan, signs = (PLAN, "2025-Q3"), (SIGNS, "2025-Q3")
    stage.must(OTHER_HR, Intervene(stage.review(*plan), "reopen", "计划未达成，请重新评价并续订计划。"))
    for review in (plan, signs):
        stage.answer(MANAGER, review, "review", form=FEEDBACK)
        stage.answer(HR, review, "settle", "confirm")
        stage.answer(MANAGER, review, "meet", form=FEEDBACK)
    stage.answer(PLAN, plan, "sign", "agree")


def _first_quarter(stage: Stage) -> None:
    """The first quarter of 2026 is open; one review collects figures, in one the targets are to be agreed to."""
    request = OpenCycle("account-manager-quarterly", NEXT, Population(refs=TEAM))
    assert open_cycle(stage.rt, stage.actor(HR), request).reviews
    stage.until("2026-01-20T09:00:00+08:00")
    for subject in (RATED, AGREES):
        stage.answer(MANAGER, (subject, NEXT), "propose", targets={"sales.target": "95"})
    stage.answer(RATED, (RATED, NEXT), "agree", "accept")


def _together(stage: Stage, folder: Path) -> None:
    """Five people of one department, rated for the year, wait to be settled together; one of them may have an A."""
    shipped = folder_of("annual-calibration")
    names = ("workflow.yaml", "scorecard.yaml", "forms/talk.json")
    texts = {name: (shipped / name).read_text("utf-8") for name in names}
    # This firm has no group of directors: whoever manages the manager settles.
    texts["workflow.yaml"] = texts["workflow.yaml"].replace("group directors, else: hr", "manager of manager, else: hr")
    made = propose(stage.rt, stage.actor(HR), Propose(texts))
    assert made.stored is not None, made.problems
    approve(stage.rt, stage.actor(OTHER_HR), Approve(made.stored.fingerprint))
    people = Population(refs=TOGETHER)
    assert open_cycle(stage.rt, stage.actor(HR), OpenCycle("annual-calibration", YEAR, people)).reviews
    goals = folder / "goals.csv"
    rows = [f"GO-{ref},{ref},goals,{YEAR},{value}.00,2026-02-02" for ref, value in zip(TOGETHER, GOALS, strict=True)]
    goals.write_text("\n".join(["record,subject,input,period,value,taken_at", *rows]) + "\n", "utf-8")
    assert not import_figures(stage.rt, stage.actor(HR), ImportFigures(goals)).refused
    for ref in TOGETHER:
        stage.answer("tm1", (ref, YEAR), "rate", ratings={"conduct": "4"})
    fire_due(stage.rt, stage.clock.now())


def _stricter() -> str:
    """The scorecard with a higher bar for B and another weight: some grades move."""
    text = (folder_of("account-manager") / "scorecard.yaml").read_text("utf-8")
    return text.replace("{from: 80, gives: B}", "{from: 85, gives: B}")


def _proposed(stage: Stage) -> None:
    """A changed definition waits for its second person."""
    source = folder_of("account-manager")
    files = [*source.glob("*.yaml"), *source.glob("forms/*.json")]
    texts = {
        path.relative_to(source).as_posix(): path.read_text("utf-8") for path in files if path.name != "examples.yaml"
    }
    assert texts["workflow.yaml"].count(CHANGED) == 1
    texts["workflow.yaml"] = texts["workflow.yaml"].replace(CHANGED, "version: 3\n")
    assert propose(stage.rt, stage.actor(HR), Propose(texts)).stored is not None
