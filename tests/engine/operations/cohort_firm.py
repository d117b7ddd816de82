"""A firm of two departments whose reviews are graded together: its files, and short ways through a cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.clock import HandClock, parse_instant
from engine.ids import SeededIds
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.handle import Receipt, handle
from engine.operations.names import SYSTEM, actor_named
from engine.operations.people import ImportPeople, import_people
from engine.operations.worker import fire_due
from engine.review.case import Refused
from engine.review.commands import Answer, Command
from engine.review.model import Review
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import reviews
from engine.store.database import Database

BEGIN = parse_instant("2025-07-01T09:00:00+08:00")

WORKFLOW = """\
workflow: graded-together
version: 1
language: 1
title: {en: Graded together, zh: 同组评定}
subject: employee
period: quarter
scorecard: scorecard.yaml
calendar: {timezone: Asia/Shanghai}
roles:
  manager: {who: manager of subject}
  hr: {who: group hr}
initial: judge
states:
  judge:
    stage: evaluate
    tasks: {rate: {by: manager, asks: [work], due: 5 working days}}
    next: settle
    deadline: {in: 40 working days, to: settle}
  settle:
    stage: evaluate
    gathers: cohort
    tasks:
      confirm:
        by: hr
        adjusts: grade
        due: 3 working days
        outcomes: {confirm: {to: tell}, back: {to: judge, times: 2, comment: required}}
    deadline: [{in: 5 working days, escalate: hr}, {in: 10 working days, to: tell}]
    leaving: [fix result]
  tell:
    stage: give_feedback
    tasks: {meet: {by: manager, due: 5 working days}}
    next: closed
    deadline: {in: 20 working days, to: closed}
  closed: {final: true}
  gone: {final: true}
anywhere:
  withdraw: {by: hr, to: gone, comment: required}
"""
CARD = """\
scorecard: graded-together
version: 1
language: 1
title: {en: Graded together, zh: 同组评定}
missing: block
round: {metric: exact, total: exact}
inputs:
  work: {type: rating, range: 0..100, asked: {manager: 100}, round: exact}
metrics: {work: {weight: 100}}
total: {combine: weighted_mean, weights_sum: 100}
grades:
  bands: [{from: 90, gives: A}, {from: 75, gives: B}, {from: 60, gives: C}, {else: D}]
"""
HEAD = "ref,kind,name,unit,department,manager,groups"


@dataclass(slots=True)
class Firm:
    """rt with its hand clock; cycle: the one opened; ids: ref -> review."""

    rt: Runtime
    clock: HandClock
    folder: Path
    cycle: str = ""
    ids: Mapping[str, str] = ()  # type: ignore[assignment]

    def do(self, ref: str | None, command: Command) -> Receipt | Refused:
        return handle(self.rt, actor_named(self.rt, ref), command)

    def rate(self, ref: str, work: object) -> None:
        done = self.do("boss", Answer(self.ids[ref], "rate", ratings={"work": str(work)}))
        assert isinstance(done, Receipt), done

    def tick(self, text: str | None = None) -> None:
        """Time goes on to the instant; what is due fires."""
        if text is not None:
            self.clock.set(parse_instant(text))
        fire_due(self.rt, self.clock.now())

    def review(self, ref: str) -> Review:
        with self.rt.database.read() as tx:
            return reviews.load(tx, self.ids[ref])

    def grades(self, refs: Sequence[str]) -> list[str | None]:
        return [None if (one := self.review(ref).result) is None else one.grade for ref in refs]

    def open_tasks(self, ref: str) -> list[str]:
        review = self.review(ref)
        return [task.name for task in review.tasks if task.status == "open" and task.visit == review.visit]


def files_of(folder: Path, cohort: str = "", workflow: str = WORKFLOW, card: str = CARD) -> Path:
    made = folder / "workflow"
    made.mkdir(exist_ok=True)
    (made / "workflow.yaml").write_text(workflow, encoding="utf-8")
    (made / "scorecard.yaml").write_text(card + cohort, encoding="utf-8")
    return made


def people_of(departments: Mapping[str, int]) -> tuple[str, list[str]]:
    """A file of people: so many in each department, e.g. `east1`, and HR; all work for one boss."""
    refs = [f"{name}{place}" for name, many in departments.items() for place in range(1, many + 1)]
    rows = [HEAD, "boss,employee,Boss,head,head,,", "hr1,employee,Hai Ru,hr,hr,boss,hr",
            "hr2,employee,Heng Rui,hr,hr,boss,hr", "au1,employee,Ao Ming,audit,audit,boss,auditor"]
    rows += [f"{ref},employee,{ref.title()},{ref.rstrip('0123456789')},{ref.rstrip('0123456789')},boss,graded"
             for ref in refs]
    return "\n".join(rows) + "\n", refs


def firm_in(
    folder: Path, departments: Mapping[str, int], cohort: str, database: Database | None = None, **files: Any
) -> tuple[Firm, list[str]]:
    """The firm with its cycle opened for everybody in the departments."""
    if database is None:
        rt = open_runtime(settings_for(folder / "data", environ={}), HandClock(BEGIN), SeededIds(7))
    else:
        rt = Runtime(settings_for(folder / "data", environ={}), database, HandClock(BEGIN), SeededIds(7))
        database.clock = rt.clock
    clock = rt.clock
    assert isinstance(clock, HandClock)
    firm = Firm(rt, clock, folder)
    text, refs = people_of(departments)
    (folder / "people.csv").write_text(text, encoding="utf-8")
    report = import_people(rt, SYSTEM, ImportPeople(folder / "people.csv"))
    assert not report.refused, report.problems
    proposed = propose(rt, actor_named(rt, "hr1"), Propose(files_of(folder, cohort, **files)))
    assert proposed.stored is not None, proposed.problems
    name = approve(rt, actor_named(rt, "hr2"), Approve(proposed.stored.fingerprint)).name
    opened = open_cycle(rt, actor_named(rt, "hr1"), OpenCycle(name, "2025-Q3", Population(group="graded")))
    firm.cycle, firm.ids = opened.cycle.id, dict(opened.reviews)
    return firm, refs
