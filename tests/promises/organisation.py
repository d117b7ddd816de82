"""A small organisation with every kind of actor, and a review driven through the whole shipped workflow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
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
from engine.review.commands import Answer, Command, Intervene, Waive
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


Stop = tuple[str, str]
"""What the position is called, and whose review stands there."""


def journey(world: World) -> Iterator[Stop]:
    """One review, a1's, from opened to reopened and closed for good; others are left at side positions on the way."""
    yield from targets(world)
    yield from ratings(world)
    yield from judging(world)
    yield from appeals(world)
    yield from afterwards(world)


def targets(world: World) -> Iterator[Stop]:
    yield "proposal open", "a1"
    world.must("hr1", Intervene(world.id("a6"), "withdraw", "left the firm"))
    yield "withdrawn", "a6"
    propose_targets(world, "a1")
    yield "agreement open", "a1"
    for turn in range(3):
        world.answer("a1", "a1", "agree", "object", comment="too much")
        if turn == 0:
            yield "objected", "a1"
        propose_targets(world, "a1")
    yield "objections used up", "a1"
    world.answer("a1", "a1", "agree", "accept")
    yield "nothing to collect yet", "a1"
    for ref in ("a7",):
        propose_targets(world, ref)
        world.answer(ref, ref, "agree", "accept")


def propose_targets(world: World, ref: str) -> None:
    world.answer("m1", ref, "propose", targets={"sales.target": "95"}, form=world.form("propose", ref))


def ratings(world: World) -> Iterator[Stop]:
    world.at("2025-08-01T09:00:00+08:00")
    yield "first month open", "a1"
    yield "deadline passed without targets", "a8"
    world.answer("m1", "a1", "monthly", ratings={"teamwork": world.rated["manager"]}, comment=marker("month"))
    world.at("2025-09-03T10:00:00+08:00")
    yield "colleagues asked", "a1"
    world.answer("a2", "a1", "peers", ratings={"teamwork": world.rated["a2"]}, comment=marker("a2"))
    yield "one colleague answered", "a1"
    own = {"achieved": marker("self")}
    world.answer("a1", "a1", "self", ratings={"teamwork": world.rated["self"]}, form=own)
    world.answer("a3", "a1", "peers", ratings={"teamwork": world.rated["a3"]}, comment=marker("a3"))
    world.answer("m1", "a1", "monthly", ratings={"teamwork": "2"})
    (last,) = [task for task in world.rows("a7", "peers") if task.person == world.person("a4")]
    world.must("hr1", Waive(world.id("a7"), last.id, "ill"))
    yield "one colleague waived", "a7"
    world.answer("a4", "a1", "peers", ratings={"teamwork": world.rated["a4"]}, comment=marker("a4"))
    world.at("2025-10-09T09:00:00+08:00")
    world.answer("m1", "a1", "monthly", ratings={"teamwork": "3"})
    yield "figures awaited", "a1"


def judging(world: World) -> Iterator[Stop]:
    world.figures(quarter("a1", good=False)[:3])
    yield "some figures", "a1"
    world.figures(quarter("a1", good=False)[3:])
    yield "to be evaluated", "a1"
    for turn in range(2):
        world.answer("m1", "a1", "review", form=marked("evaluation"))
        if turn == 0:
            yield "to be settled", "a1"
        world.answer("hr1", "a1", "settle", "send_back", comment=marker("sent back"))
        if turn == 0:
            yield "sent back", "a1"
    world.answer("m1", "a1", "review", form=TEXT)
    yield "sending back used up", "a1"
    world.later(minutes=5)
    world.figures([("a1", "violations", PERIOD, "1")])
    world.answer("hr1", "a1", "settle", "confirm")
    yield "to be told", "a1"
    world.answer("m1", "a1", "meet", form=marked("meeting"))
    yield "to be signed", "a1"


def appeals(world: World) -> Iterator[Stop]:
    world.answer("a1", "a1", "sign", "disagree", comment=marker("disagreed"))
    yield "appeal open", "a1"
    ruling = world.form("hear")
    world.answer("p1", "a1", "hear", "grade_reopened", form=ruling, comment=marker("ruling"))
    world.answer("p2", "a1", "hear", "grade_stands", form={**ruling, "text": marker("other ruling")})
    yield "panel half voted", "a1"
    world.answer("p3", "a1", "hear", "grade_reopened", form=ruling, comment="look again")
    if world.review("a1").state == "appeal":
        world.answer("p4", "a1", "hear", "grade_reopened", form=ruling, comment="look again")
    yield "reopened by the panel", "a1"
    world.answer("m1", "a1", "review", form=TEXT)
    world.answer("hr1", "a1", "settle", "confirm")
    world.answer("m1", "a1", "meet", form=TEXT)
    world.answer("a1", "a1", "sign", "disagree", comment="still no")
    for judge in ("p1", "p2", "p3"):
        if world.review("a1").state == "appeal":
            world.answer(judge, "a1", "hear", "grade_stands", form=ruling)


def afterwards(world: World) -> Iterator[Stop]:
    yield "plan to be written", "a1"
    world.answer("m1", "a1", "plan", form=world.form("plan"))
    yield "check waits for its date", "a1"
    world.later(days=32)
    yield "first check open", "a1"
    yield "nobody evaluates", "a8"
    world.answer("m1", "a1", "check", "on_track", form=world.form("check"))
    world.later(days=30)
    world.answer("m1", "a1", "check", "failed", form=world.form("check"))
    yield "next targets to be proposed", "a1"
    yield "nobody settles", "a8"
    world.answer("m1", "a1", "propose_next", targets={"sales.target": "98"})
    yield "closed", "a1"
    world.must("hr1", Intervene(world.id("a1"), "reopen", "an error was found"))
    yield "reopened by HR", "a1"
    world.answer("m1", "a1", "review", form=TEXT)
    world.answer("hr1", "a1", "settle", "confirm")
    world.answer("m1", "a1", "meet", form=TEXT)
    world.answer("a1", "a1", "sign", "agree")
    if world.review("a1").state == "improvement":
        world.answer("m1", "a1", "plan", form=world.form("plan"))
        world.later(days=32)
        world.answer("m1", "a1", "check", "failed", form=world.form("check"))
    world.answer("m1", "a1", "propose_next", targets={"sales.target": "97"})
    yield "closed again", "a1"
    yield "left to the deadlines", "a8"
    world.later(days=200)
    yield "ended by deadlines", "a8"
    yield "closed long ago", "a1"

