"""Plays what `examples.yaml` and `story.yaml` say through the operations that everybody uses, and compares the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.clock import HandClock
from engine.errors import InputError, ReviewcycleError
from engine.operations.answer_rows import read_answers
from engine.operations.cycles import OpenCycle, Population, close_cycle, open_cycle
from engine.operations.definitions import Approve, Propose, approve, propose
from engine.operations.expecting import Failure, compare
from engine.operations.figures import CorrectRecords, ImportFigures, correct_records, import_figures
from engine.operations.forms import form_values
from engine.operations.handle import handle
from engine.operations.names import actor_named, person_named, review_named
from engine.operations.naming import day_named
from engine.operations.people import ImportPeople, import_people
from engine.operations.report import FiguresReport, PeopleReport, told_in
from engine.operations.script import Example, Script, Step, instant_of, plain_text, workflow_folder
from engine.operations.story_cohorts import give, settle
from engine.operations.worker import fire_due
from engine.review.case import Actor, Refused
from engine.review.commands import (
    Answer,
    Command,
    Delegate,
    Extend,
    Hold,
    Intervene,
    Reassign,
    Remark,
    Resume,
    Retract,
    Skip,
    Waive,
)
from engine.review.model import Review
from engine.runtime import Runtime
from engine.store import reviews, timers

Told = Callable[[Step, Any], None]
CYCLES = ("open", "close", "cohort")  # steps of which a refusal is an error, not a result
DEADLINE = "deadline"  # what a step extends that names no task


@dataclass(slots=True)
class Player:
    """Plays one example into a runtime whose clock is set by hand. told: called after each step with what it gave."""

    rt: Runtime
    clock: HandClock
    script: Script
    told: Told | None = None
    failures: list[Failure] = field(default_factory=list)
    workflow: str = ""

    def play(self, example: Example) -> tuple[Failure, ...]:
        """Everything given, done and expected; failures in order, the empty tuple when all held."""
        try:
            self._give(example)
            for step in example.steps:
                self._do(step)
        except ReviewcycleError as error:
            self.failures.append(Failure(example.place, error.code, error.values))
            return tuple(self.failures)
        for expected in example.expects:
            try:
                self.failures.extend(compare(self.rt, expected))
            except ReviewcycleError as error:
                self.failures.append(Failure(expected.place, error.code, error.values))
        return tuple(self.failures)

    def _give(self, example: Example) -> None:
        given = example.given
        if "people" in given:
            self._run(Step("people", example.place, {"people": given["people"]}))
        if "publish" in given:
            self._run(Step("publish", example.place, {"publish": ".", **given["publish"]}))
        for file in given.get("figures") or ():
            self._run(Step("figures", example.place, {"figures": file}))

    def _do(self, step: Step) -> None:
        try:
            self._run(step)
        except ReviewcycleError as error:
            if step.values.get("refused") != error.code:
                self.failures.append(Failure(step.place, error.code, error.values))
        else:
            if step.kind in CYCLES and "refused" in step.values:
                self.failures.append(Failure(step.place, "OP034", {"wanted": step.text("refused") or "", "got": "-"}))

    def _run(self, step: Step) -> None:
        if "at" in step.values:
            instant = instant_of(step.values["at"], self.script.zone, step.place)
            if instant < self.clock.now():
                raise InputError("OP032", place=step.place)
            self.move(instant)
        if step.kind == "at":
            return
        result = getattr(self, f"_{step.kind}")(step)
        self.move(self.clock.now())  # a cohort that is complete gathers at once
        if self.told is not None:
            self.told(step, result)

    def move(self, instant: datetime) -> None:
        """Moves the clock; what comes due on the way fires at its own instant."""
        while True:
            with self.rt.database.read() as tx:
                due = timers.next_due(tx)
            if due is None or due > instant:
                break
            self.clock.set(max(due, self.clock.now()))
            fire_due(self.rt, self.clock.now())
        self.clock.set(instant)

    def _actor(self, step: Step, key: str = "as") -> Actor:
        return actor_named(self.rt, step.text(key))

    def _path(self, name: str) -> Path:
        return self.script.folder / name

    def _people(self, step: Step) -> PeopleReport:
        since = step.values.get("since")
        at = instant_of(since, self.script.zone, step.place) if since else None
        report = import_people(
            self.rt, self._actor(step, "by"), ImportPeople(self._path(step.values["people"]), at)
        )
        self._report(step, report)
        return report

    def _figures(self, step: Step) -> FiguresReport:
        request = ImportFigures(
            self._path(step.values["figures"]), replace=step.text("replace"), dry_run=step.values.get("dry_run") is True
        )
        report = import_figures(self.rt, self._actor(step, "by"), request)
        self._report(step, report)
        return report

    def _report(self, step: Step, report: PeopleReport | FiguresReport) -> None:
        """An import that was refused fails the step, unless its first problem is the refusal that was expected."""
        wanted = step.text("refused")
        first = next((one for one in report.problems if one.level == "error"), None)
        got = first.code if first is not None else None
        if got != wanted:
            said = f"{got or '-'} {told_in(first)}".strip()
            values = {"wanted": wanted or "-", "got": said}
            self.failures.append(Failure(step.place, "OP034", values))

    def _publish(self, step: Step) -> Any:
        folder = workflow_folder(self._path(str(step.values["publish"])))
        proposed = propose(self.rt, self._actor(step, "by"), Propose(folder))
        if proposed.stored is None:
            first = proposed.problems[0]
            raise InputError("OP030", place=f"{first.file}:{first.line}:{first.column}", problem=first.code)
        self.workflow = proposed.stored.name
        return approve(self.rt, self._actor(step, "approve"), Approve(proposed.stored.fingerprint))

    def _open(self, step: Step) -> Any:
        wanted = step.values.get("for", "all")
        if isinstance(wanted, Mapping):
            named = {key: plain_text(value) for key, value in wanted.items()}
            population = Population((), named.get("group"), named.get("unit"), named.get("department"))
        else:
            population = Population() if wanted == "all" else Population(tuple(plain_text(one) for one in wanted))
        workflow = self.workflow or self.script.workflow
        named_so = {key: plain_text(one) for key, one in (step.values.get("attributes") or {}).items()}
        request = OpenCycle(workflow, plain_text(step.values["open"]), population, named_so)
        return open_cycle(self.rt, self._actor(step, "by"), request)

    def _close(self, step: Step) -> Any:
        return close_cycle(self.rt, self._actor(step, "by"), plain_text(step.values["close"]))

    def _answers(self, step: Step) -> int:
        rows = read_answers(self._path(step.values["answers"]), self.script.zone)
        for row in rows:
            self._do(row)
        return len(rows)

    def _review(self, step: Step) -> str:
        return review_named(self.rt, step.text("review") or "", step.text("cycle"))

    def _answer(self, step: Step) -> Any:
        review = self._review(step)
        task = step.text("answer") or ""
        command = Answer(
            review=review,
            task=task,
            outcome=step.text("outcome") or "done",
            form=form_values(self.rt, review, task, step.values.get("form") or {}),
            ratings={key: _rating(one) for key, one in (step.values.get("ratings") or {}).items()},
            targets={key: plain_text(one) for key, one in (step.values.get("targets") or {}).items()},
            grade=step.text("grade"),
            comment=step.text("comment"),
        )
        return self._handle(step, command)

    def _intervene(self, step: Step) -> Any:
        return self._handle(step, Intervene(self._review(step), step.text("intervene") or "", step.text("comment")))

    def _remark(self, step: Step) -> Any:
        return self._handle(step, Remark(self._review(step), step.text("remark") or ""))

    def _waive(self, step: Step) -> Any:
        review = self._review(step)
        task = self._task(review, step.text("waive") or "", step.text("person"))
        return self._handle(step, Waive(review, task, step.text("reason") or ""))

    def _reassign(self, step: Step) -> Any:
        return self._given(step, Reassign)

    def _delegate(self, step: Step) -> Any:
        return self._given(step, Delegate)

    def _given(self, step: Step, command: type[Reassign | Delegate]) -> Any:
        review = self._review(step)
        task = self._task(review, step.text(step.kind) or "", step.text("person"))
        with self.rt.database.read() as tx:
            heir = person_named(tx, step.text("to") or "")
        return self._handle(step, command(review, task, heir, step.text("reason") or ""))

    def _retract(self, step: Step) -> Any:
        review = self._review(step)
        task = self._task(review, step.text("retract") or "", step.text("person"))
        return self._handle(step, Retract(review, task, step.text("reason") or ""))

    def _extend(self, step: Step) -> Any:
        review, named = self._review(step), step.text("extend") or ""
        task = None if named == DEADLINE else self._task(review, named, step.text("person"))
        until = day_named(step.text("until") or "")
        return self._handle(step, Extend(review, step.text("reason") or "", until, task))

    def _hold(self, step: Step) -> Any:
        until = step.text("until")
        day = None if until is None else day_named(until)
        return self._handle(step, Hold(self._review(step), step.text("hold") or "", day))

    def _resume(self, step: Step) -> Any:
        return self._handle(step, Resume(self._review(step), step.text("resume") or ""))

    def _skip(self, step: Step) -> Any:
        return self._handle(step, Skip(self._review(step), step.text("skip") or ""))

    def _calibrate(self, step: Step) -> Any:
        return self._judged(step, settle(self.rt, self._actor(step), step))

    def _cohort(self, step: Step) -> Any:
        return give(self.rt, self._actor(step, "by"), step)

    def _correct(self, step: Step) -> Any:
        records = tuple(plain_text(one) for one in step.values["correct"])
        actor = self._actor(step, "as" if "as" in step.values else "by")
        request = CorrectRecords(self._review(step), records, step.text("reason") or "")
        return self._judged(step, correct_records(self.rt, actor, request))

    def _task(self, review_id: str, name: str, ref: str | None) -> str:
        """The row of a person's own task; the name itself where nobody is named."""
        if ref is None:
            return name
        with self.rt.database.read() as tx:
            person = person_named(tx, ref)
            review: Review = reviews.load(tx, review_id)
        rows = [task for task in review.tasks if task.name == name and task.person == person]
        return rows[-1].id if rows else name

    def _handle(self, step: Step, command: Command) -> Any:
        return self._judged(step, handle(self.rt, self._actor(step), command))

    def _judged(self, step: Step, result: Any) -> Any:
        wanted = step.text("refused")
        got = result.code if isinstance(result, Refused) else None
        if got != wanted:
            reasons = result.reasons[0].values if isinstance(result, Refused) else {}
            said = " ".join(f"{key}={value}" for key, value in reasons.items())
            values = {"wanted": wanted or "-", "got": f"{got or '-'} {said}".strip()}
            self.failures.append(Failure(step.place, "OP034", values))
        return result


def _rating(value: Any) -> Any:
    return value if isinstance(value, bool) else plain_text(value)


def start_of(example: Example) -> datetime:
    """When an example begins: its given `now`, else the first time it names."""
    given = example.given.get("now")
    if given is not None:
        return instant_of(given, example.zone, example.place)
    first = next((step.values["at"] for step in example.steps if "at" in step.values), None)
    if first is None:
        raise InputError("OP033", place=example.place, value="")
    return instant_of(first, example.zone, example.place) - timedelta(minutes=1)
