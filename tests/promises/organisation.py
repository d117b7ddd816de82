"""A small organisation with every kind of actor, and a review driven through the whole shipped workflow."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.clock import HandClock, parse_instant
from engine.definition.library import folder_of
from engine.ids import SeededIds
from engine.operations.cycles import OpenCycle, Population, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.figures import ImportFigures, import_figures
from engine.operations.handle import Receipt, handle
from engine.operations.names import SYSTEM, actor_named, review_named
from engine.operations.people import ImportPeople, import_people
from engine.operations.worker import fire_due
from engine.review.case import Actor, Refused
from engine.review.commands import Answer, Command
from engine.review.model import Review, Task
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import reviews, timers

SUBJECTS = tuple(f"a{number}" for number in range(1, 9))
MARKED_NAMES = {"a2": "Quillfeather", "a3": "Brambleton", "a4": "Thistlewood", "a5": "Larkspur"}
"""The colleagues who are asked about the others: names that no other text contains."""

MORE = tuple(f"s{number:02}" for number in range(1, 33))
_HEAD = "ref,kind,name,name_zh,unit,department,manager,groups,timezone,employed_from,employed_until,owner\n"
_ROWS = [
    ("dir1", "Da Dong", "head", "", ""),
    ("hr1", "Hai Ru", "people", "", "hr"),
    ("hr2", "Heng Rui", "people", "", "hr"),
    ("au1", "Ao Ming", "audit", "", "auditor"),
    ("m1", "Min Gao", "east", "dir1", ""),
    ("m2", "Mu Bai", "west", "dir1", ""),
    ("b1", "Bo Wen", "west", "m2", ""),
    ("x1", "Xu Mo", "laboratory", "", ""),
    *((f"p{number}", f"Pan {number}", "law", "", "appeals-panel") for number in range(1, 5)),
    *((ref, MARKED_NAMES.get(ref, f"An {ref}"), "east", "m1", "account-managers") for ref in SUBJECTS),
]
BEGIN = "2025-07-01T09:00:00+08:00"
PERIOD = "2025-Q3"
MONTHS = ("2025-07", "2025-08", "2025-09")
TEXT = {"strengths": "x", "improve": "y"}
RATED = {"manager": "4", "self": "5", "a2": "3", "a3": "2", "a4": "1"}
PLANTED = {"manager": "3.71", "self": "4.61", "a2": "2.13", "a3": "2.27", "a4": "2.39"}
"""Ratings of a1; the planted ones look like no other number, for a card whose ratings have digits."""


def marker(what: str) -> str:
    """A text that stands nowhere else."""
    return f"planted-{what.replace(' ', '-')}-words"


def marked(what: str) -> dict[str, str]:
    return {"strengths": marker(what), "improve": "y"}


@dataclass(slots=True)
class World:
    """A runtime whose clock is set by hand, with short ways to say who does what; refs name people and reviews."""

    rt: Runtime
    clock: HandClock
    folder: Path
    number: int = 0
    rated: dict[str, str] = field(default_factory=lambda: RATED)
    known: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def actor(self, ref: str | None) -> Actor:
        if ref is None:
            return SYSTEM
        if ref not in self.known:
            self.known[ref] = actor_named(self.rt, ref)
        return self.known[ref]

    def person(self, ref: str) -> str:
        return str(self.actor(ref).person)

    def id(self, ref: str) -> str:
        if ref not in self.ids:
            self.ids[ref] = review_named(self.rt, f"{ref}@{PERIOD}")
        return self.ids[ref]

    def review(self, ref: str) -> Review:
        with self.rt.database.read() as tx:
            return reviews.load(tx, self.id(ref))

    def rows(self, ref: str, name: str, status: str = "open") -> list[Task]:
        found = self.review(ref)
        return [task for task in found.tasks if (task.name, task.status, task.visit) == (name, status, found.visit)]

    def do(self, who: str | None, command: Command, **more: Any) -> Receipt | Refused:
        return handle(self.rt, self.actor(who), command, **more)

    def must(self, who: str | None, command: Command) -> Receipt:
        done = self.do(who, command)
        assert isinstance(done, Receipt), (who, command, done)
        return done

    def answer(self, who: str, ref: str, task: str, outcome: str = "done", **parts: Any) -> Receipt:
        return self.must(who, Answer(self.id(ref), task, outcome, **parts))

    def at(self, text: str) -> None:
        """Moves the clock; what comes due on the way fires at its own instant."""
        self.until(parse_instant(text))

    def until(self, instant: Any) -> None:
        while True:
            with self.rt.database.read() as tx:
                due = timers.next_due(tx)
            if due is None or due > instant:
                break
            self.clock.set(max(due, self.clock.now()))
            fire_due(self.rt, self.clock.now())
        self.clock.set(max(instant, self.clock.now()))

    def later(self, **span: int) -> None:
        self.until(self.clock.now() + timedelta(**span))

    def figures(self, rows: list[tuple[str, str, str, str]]) -> None:
        """(subject, input, period, value) arrive; each time from another source."""
        self.number += 1
        lines = [
            f"R{self.number}-{place},{subject},,{name},{period},{value},30,{self.clock.now().isoformat()}"
            for place, (subject, name, period, value) in enumerate(rows)
        ]
        file = self.folder / f"figures_{self.number}.csv"
        file.write_text("record,subject,account,input,period,value,samples,taken_at\n" + "\n".join(lines) + "\n")
        report = import_figures(self.rt, self.actor("hr1"), ImportFigures(file))
        assert not report.problems or all(one.level != "error" for one in report.problems), report.problems

    def form(self, task: str, ref: str = "a1") -> dict[str, Any]:
        """A well-filled form of the task in somebody's review."""
        plan = {"what": "x", "owner": self.person("a1"), "date": "2025-12-31", "measure": "y"}
        known: dict[str, dict[str, Any]] = {
            "review": TEXT, "meet": TEXT, "self": {"achieved": "x"}, "hear": {"reason": "not_founded", "text": "x"},
            "plan": {"text": "x", "actions": [plan]}, "check": {"progress": "under_way", "text": "x"},
            "propose": {"colleagues": [self.person(one) for one in MARKED_NAMES if one != ref][:3]},
        }  # fmt: skip
        return known.get(task, {})

    def close(self) -> None:
        self.rt.close()


def people_csv(more: tuple[str, ...] = ()) -> str:
    """The organisation; more: refs of further subjects, in units of four with the same manager."""
    rows = [*_ROWS, *((ref, ref, f"unit {place // 4}", "m2", "account-managers") for place, ref in enumerate(more))]
    return _HEAD + "".join(
        f"{ref},employee,{name},,{unit},sales,{manager},{groups},Asia/Shanghai,2015-01-01,,\n"
        for ref, name, unit, manager, groups in rows
    )


def found_organisation(
    folder: Path, workflow: Path | None = None, more: tuple[str, ...] = (), url: str | None = None
) -> None:
    """People imported, the shipped workflow published, the third quarter opened for all subjects; then closed.
    url: of another database than the folder's."""
    world = open_world(folder, url=url)
    (folder / "people.csv").write_text(people_csv(more), encoding="utf-8")
    report = import_people(world.rt, SYSTEM, ImportPeople(folder / "people.csv"))
    assert not report.refused, report.problems
    proposed = propose(world.rt, world.actor("hr1"), Propose(workflow or folder_of("account-manager")))
    assert proposed.stored is not None, proposed.problems
    approve(world.rt, world.actor("hr2"), Approve(proposed.stored.name))
    plan = [(ref, "sales_plan", PERIOD, "900.00") for ref in (*SUBJECTS, *more)]
    world.figures(plan)
    request = OpenCycle("account-manager-quarterly", PERIOD, Population(group="account-managers"))
    assert len(open_cycle(world.rt, world.actor("hr1"), request).reviews) == len(plan)
    world.close()


def with_digits(folder: Path) -> Path:
    """A copy of the shipped workflow whose ratings may have two digits, so that each can be told from the others."""
    shutil.copytree(folder_of("account-manager"), folder)
    card = folder / "scorecard.yaml"
    text = card.read_text(encoding="utf-8")
    assert text.count("type: rating,") == 1
    card.write_text(text.replace("type: rating,", "type: rating, digits: 2,"), encoding="utf-8")
    return folder


def open_world(folder: Path, at: str = BEGIN, seed: int = 7, url: str | None = None) -> World:
    clock, environ = HandClock(parse_instant(at)), {} if url is None else {"DATABASE_URL": url}
    return World(open_runtime(settings_for(folder / "data", environ=environ), clock, SeededIds(seed)), clock, folder)


def copy_world(template: Path, folder: Path, seed: int = 8) -> World:
    """A world of its own that begins where the template ends. The seed must differ: ids would come again."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    world = open_world(folder, seed=seed)
    world.number = 100 * seed
    return world


def quarter(ref: str, good: bool) -> list[tuple[str, str, str, str]]:
    """All collected figures: for a total above 90, or below 60."""
    monthly = {"sales": "300.00" if good else "10.00", "new_customers": "10" if good else "1"}
    once = {
        "satisfaction": "90.00" if good else "30.00", "complaint_rate": "2.00" if good else "40.00",
        "response_hours": "12.00" if good else "60.00", "violations": "0",
    }  # fmt: skip
    rows = [(ref, name, month, value) for month in MONTHS for name, value in monthly.items()]
    return rows + [(ref, name, PERIOD, value) for name, value in once.items()]


def propose_targets(world: World, ref: str) -> None:
    world.answer("m1", ref, "propose", targets={"sales.target": "95"}, form=world.form("propose", ref))
