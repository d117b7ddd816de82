"""Shows the whole loop on the shipped sample: plays its story, then what HR, a manager and an auditor look at."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.clock import HandClock
from engine.definition.library import folder_of
from engine.errors import InputError
from engine.operations.audit import verify
from engine.operations.cycles import Opened
from engine.operations.demo_clock import MARK, keep_time
from engine.operations.names import SYSTEM
from engine.operations.report import FiguresReport, PeopleReport
from engine.operations.script import Example, Script, Step, read_script
from engine.operations.seeing import Named, named
from engine.operations.story import Player, start_of
from engine.operations.telling import say_grades, say_history, say_refused, say_verdict
from engine.operations.timeline import history, why_grade
from engine.operations.titles import task_title, titled
from engine.operations.views import review_view
from engine.operations.work import CycleRow, CycleTable, cycle_table
from engine.review.case import Refused
from engine.runtime import Runtime, open_runtime, settings_for
from engine.store import people, reviews
from engine.store.definitions import Stored
from engine.words.book import say

WORKFLOW = "account-manager"
FOLDER = "reviewcycle-demo"

Show = Callable[[str], None]


def demo(data: Path | None, lang: str, show: Show, workflow: str = WORKFLOW) -> int:
    """Plays the story of a shipped workflow into the folder (None: ./reviewcycle-demo) and shows it; 0 when everything
    went as the story says.

    NotFound for a workflow that is not shipped; InputError when the folder holds anything else than an earlier demo.
    """
    script = read_script(folder_of(workflow) / "sample" / "story.yaml")
    folder = (data if data is not None else Path(FOLDER)).absolute()
    _clear(folder)
    story = script.examples[0]
    clock = HandClock(start_of(story))
    rt = open_runtime(settings_for(folder, lang, environ={}), clock)
    try:
        code = _Demo(rt, clock, lang, show, data is not None).play(script, story)
        keep_time(folder, clock.now())
        return code
    finally:
        rt.close()


def _clear(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise InputError("OP053", folder=folder)
        shutil.rmtree(folder)
    elif folder.exists() and not folder.is_dir():
        raise InputError("OP053", folder=folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARK).touch()


@dataclass(slots=True)
class _Demo:
    """One showing. answers and refused count since the last line was said."""

    rt: Runtime
    clock: HandClock
    lang: str
    show: Show
    elsewhere: bool
    answers: int = 0
    refused: int = 0
    wrong: int = 0

    def play(self, script: Script, story: Example) -> int:
        self.show(titled(self.lang, story.title, story.name))
        self.say("DM001", folder=self.rt.settings.data)
        self.show("")
        failures = Player(self.rt, self.clock, script, self.told).play(story)
        for failure in failures:
            text = say(self.lang, failure.code, **failure.values)
            if text.startswith(failure.place):
                self.show(text)
            else:
                self.say("DM009", place=failure.place, text=text)
        if failures:
            self.say("DM020", count=len(failures))
        cycle = next(step.text("open") for step in story.steps if step.kind == "open")
        whole = self.look(cycle or "")
        return 0 if whole and not failures else 1

    def say(self, code: str, **values: object) -> None:
        self.show(say(self.lang, code, **values))

    def head(self, code: str, **values: object) -> None:
        self.show("")
        self.say(code, **values)

    def day(self) -> str:
        with self.rt.database.read() as tx:
            known = people.by_ref(tx)
        zone = next((one.timezone for one in known.values() if one.timezone), None) or "UTC"
        return self.clock.now().astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")

    def told(self, step: Step, result: Any) -> None:
        """One line for each import and opening; answers are counted and said at the next such line."""
        if step.kind in ("answer", "waive", "reassign", "remark"):
            self.answers += not isinstance(result, Refused)
            self.refused += isinstance(result, Refused)
            return
        if self.answers or self.refused:
            self.say("DM006", day=self.day(), count=self.answers, refused=self.refused)
            self.answers = self.refused = 0
        if isinstance(result, Stored):
            self.say(
                "DM003", day=self.day(), name=result.name, version=result.version,
                proposer=self.person(result.proposed_by), approver=self.person(result.approved_by or ""),
            )  # fmt: skip
        elif isinstance(result, PeopleReport):
            self.say("DM002", day=self.day(), added=result.added, changed=result.changed)
        elif isinstance(result, FiguresReport):
            self.say(
                "DM004", day=self.day(), source=result.source, added=result.added, replaced=result.replaced,
                duplicates=result.duplicates, gaps=result.gaps, flagged=result.flagged, late=result.late,
            )  # fmt: skip
        elif isinstance(result, Opened):
            self.say(
                "DM005", day=self.day(), period=result.cycle.period, count=len(result.reviews),
                carried=len(result.carried),
            )  # fmt: skip
        elif step.kind in ("correct", "intervene"):
            self.stepped_in(step, result)

    def stepped_in(self, step: Step, result: Any) -> None:
        who, subject = self.ref(step.text("as") or step.text("by")), self.ref(step.text("review"))
        if isinstance(result, Refused):
            what = " ".join(say_refused(self.lang, result))
        elif step.kind == "intervene":
            view = review_view(self.rt, SYSTEM, result.review)
            what = task_title(self.lang, view.definition, step.text("intervene") or "")
        else:
            self.say("DM007", day=self.day(), who=who, subject=subject)
            return
        self.say("DM008", day=self.day(), who=who, subject=subject, what=what)

    def person(self, key: str) -> str:
        with self.rt.database.read() as tx:
            return named(people.by_id(tx, [key])[key]).said(self.lang)

    def ref(self, ref: str | None) -> str:
        with self.rt.database.read() as tx:
            found = people.by_ref(tx, [ref or ""]).get(ref or "")
        return named(found).said(self.lang) if found is not None else ref or ""

    def look(self, cycle: str) -> bool:
        """The table, one grade explained, one history, the verdict, and what to try; whether the history is whole."""
        grades = cycle_table(self.rt, SYSTEM, cycle)
        self.head("DM011", period=cycle)
        for line in say_grades(self.lang, grades):
            self.show("  " + line)
        row = self.chosen(grades)
        self.head("DM012", subject=row.subject.said(self.lang))
        for line in why_grade(self.rt, SYSTEM, row.review, self.lang):
            self.show("  " + line)
        self.head("DM013", subject=row.subject.said(self.lang))
        for line in say_history(self.lang, history(self.rt, SYSTEM, row.review)):
            self.show("  " + line)
        self.head("DM014")
        verdict = verify(self.rt)
        for line in say_verdict(self.lang, verdict):
            self.show("  " + line)
        self.try_next(grades, row)
        return verdict.ok

    def chosen(self, grades: CycleTable) -> CycleRow:
        """The ended review to show: one whose figures were corrected, else the one with the longest history."""
        ended = [row for row in grades.rows if row.ended]
        with self.rt.database.read() as tx:
            loaded = reviews.load_many(tx, [row.review for row in ended])

        def rank(row: CycleRow) -> tuple[bool, int, str]:
            review = loaded[row.review]
            return bool(review.corrections), review.revision, row.subject.ref

        return max(ended, key=rank)

    def waiting(self, grades: CycleTable) -> tuple[list[CycleRow], Named | None]:
        """Reviews that have not ended, and whom the first of them waits for."""
        rows = [row for row in grades.rows if not row.ended]
        for row in rows:
            for task in review_view(self.rt, SYSTEM, row.review).tasks:
                if task.status == "open" and task.holders:
                    return rows, task.holders[0]
        return rows, None

    def try_next(self, grades: CycleTable, shown: CycleRow) -> None:
        rows, manager = self.waiting(grades)
        self.show("")
        if manager is None:
            self.say("DM023", count=len(grades.rows))
        else:
            self.say(
                "DM015", ended=len(grades.rows) - len(rows), count=len(grades.rows), waiting=len(rows),
                manager=manager.said(self.lang), ref=manager.ref,
            )  # fmt: skip
        where = f"--data {shlex.quote(str(self.rt.settings.data if self.elsewhere else FOLDER))}"
        period = grades.cycle.period
        hr, auditor = self.member("hr"), self.member("auditor")
        lines: list[tuple[str, list[str]]] = []
        if hr:
            watched = f"review show {shown.subject.ref}/{period} --as {hr}"
            lines.append(("DM017", [f"cycle show {period} --as {hr}", watched]))
        if manager is not None:
            waits = f"{rows[0].subject.ref}/{period}"
            lines.append(
                ("DM018", [f"review list --mine --as {manager.ref}", f"review why-not {waits} --as {manager.ref}"])
            )  # fmt: skip
        if auditor:
            why = f"history {shown.subject.ref}/{period} --why-grade --as {auditor}"
            lines.append(("DM019", [why, "verify"]))
        self.head("DM016")
        for code, commands in lines:
            self.show("  " + say(self.lang, code))
            for command in commands:
                self.show(f"    reviewcycle {command} {where}" + (" --lang zh" if self.lang == "zh" else ""))

    def member(self, group: str) -> str:
        """The ref of the group's first member, empty where nobody is in it."""
        with self.rt.database.read() as tx:
            members = people.relations(tx, None, self.clock.now()).groups.get(group, ())
            refs = sorted(one.ref for one in people.by_id(tx, members).values())
        return refs[0] if refs else ""
