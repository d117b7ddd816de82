"""Settles the grades of a cohort at one go: every open review of it is answered and the quota kept, or nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.definition.model import Definition
from engine.errors import InputError
from engine.operations.barriers import Group, groups_of, joint
from engine.operations.calibration import chosen, cohorts_of, is_open, report_of
from engine.operations.gathering import Judged, Wish, judge
from engine.operations.handle import Receipt, apply
from engine.operations.load import load_case
from engine.operations.once import Once, Replayed, again, keep, known
from engine.review import roles
from engine.review.barrier import ahead, settling_task
from engine.review.case import Actor, Case, Reason, Refused, Together
from engine.review.codes import Code
from engine.review.commands import Answer
from engine.review.decide.step import decide
from engine.review.events import Event
from engine.review.model import Gathered
from engine.review.standing.rows import holds
from engine.runtime import Runtime
from engine.store import cycles, people
from engine.store.cohorts import Member
from engine.store.database import Tx
from rules.cohort.model import RuleReport, UnitReport
from rules.cohort.telling import NO_UNIT, reasons_of

MENDABLE = ("SR020", "SR021", "SR022", "SR023")
"""What a quota has against grades that others could mend: of a rule that nobody can keep the result itself says so."""


@dataclass(frozen=True, slots=True)
class Settle:
    """The answer to one review of a cohort. review: its id or its subject's ref; grade: None leaves it as it is."""

    review: str
    outcome: str
    grade: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What was done, a receipt each, and what the quota says of the cohort now (None without a quota)."""

    cycle: str
    unit: str | None
    receipts: tuple[Receipt, ...]
    quota: Any = None

    def receipt(self) -> dict[str, Any]:
        return {"cycle": self.cycle, "unit": self.unit, "receipts": [one.receipt() for one in self.receipts]}


@dataclass(slots=True)
class _Batch:
    """commands: review -> what is answered; cases: as loaded; back: those whose answer leads to before the barrier."""

    definition: Definition
    group: Group
    commands: dict[str, Answer]
    cases: dict[str, Case]
    refs: dict[str, str]
    back: set[str] = field(default_factory=set)


def calibrate(
    rt: Runtime, actor: Actor, cycle: str, unit: str | None, answers: Sequence[Settle], *, approve: bool = False,
    once: Once | None = None, dry: bool = False,
) -> Calibrated | Replayed | Refused:
    """One transaction: all open reviews of the cohort whose task the actor holds, or none.

    approve: the actor, who holds the role that a rule of the quota names, allows what it allows with that approval.
    Refused by the first answer that `decide` would not take (`review` and `who` are among its values), by
    `calibration_incomplete`, by `quota_broken` with what each rule allows and finds. NotFound as `cohort_of`;
    InputError OP243 for a review that is answered twice or is none of the cohort's.
    """
    return again(lambda: _calibrate(rt, actor, cycle, unit, answers, approve, once, dry))


def _calibrate(
    rt: Runtime, actor: Actor, cycle: str, unit: str | None, answers: Sequence[Settle], approve: bool,
    once: Once | None, dry: bool,
) -> Calibrated | Replayed | Refused:
    meant = chosen(cohorts_of(rt, actor, cycle), unit)
    definition, at = meant.definition, rt.clock.now()
    with rt.database.write() as tx:
        tx.take_turn()
        before = known(tx, actor, once)
        if before is not None:
            return Replayed(before)
        groups = groups_of(tx, definition, meant.cycle.id, at)
        group = next(one for one in groups if (one.kind, one.name) == (meant.kind, meant.unit))
        batch = _batch(rt, tx, actor, definition, group, answers, at)
        refused = _incomplete(actor, batch) or _refused(actor, batch, at)
        if refused is None:
            judged = _judged(tx, actor, batch, groups, approve)
            refused = _broken(batch, judged)
        if refused is not None:
            tx.rollback()
            return refused
        done = Calibrated(meant.cycle.id, meant.unit, _answer(rt, tx, actor, batch, judged, at),
                          None if definition.card.quota is None else report_of(judged, group))
        if dry:
            tx.rollback()
        else:
            keep(tx, actor, once, done.receipt(), at)
        return done


def _batch(
    rt: Runtime, tx: Tx, actor: Actor, definition: Definition, group: Group, answers: Sequence[Settle], at: datetime
) -> _Batch:
    members = {one.review: one for one in group.members}
    persons = people.by_id(tx, {one.subject for one in group.members})
    refs = {one.review: persons[one.subject].ref for one in group.members}
    by_ref = {ref: review for review, ref in refs.items()}
    commands: dict[str, Answer] = {}
    task = settling_task(definition)
    for one in answers:
        review = by_ref.get(one.review, one.review)
        if review not in members or review in commands:
            raise InputError("OP243", review=one.review[:80])
        commands[review] = Answer(review, task, one.outcome, grade=one.grade, comment=one.comment)
    open_now = [one.review for one in group.members if is_open(one) and not one.held]
    cases = {
        review: load_case(rt, tx, review, at, commands.get(review) or Answer(review, task))
        for review in sorted({*commands, *open_now})
    }
    return _Batch(definition, group, commands, cases, refs)


def _incomplete(actor: Actor, batch: _Batch) -> Refused | None:
    """Every open review that is the actor's to answer has an answer; a subject's own is left to another."""
    task, wanted = settling_task(batch.definition), []
    for review, case in batch.cases.items():
        rows = [
            row for row in case.review.tasks
            if row.name == task and row.status == "open" and row.visit == case.review.visit
        ]
        if review not in batch.commands and any(holds(case, row, actor.person or "") for row in rows):
            wanted.append(batch.refs[review])
    if wanted:
        return _refusal(Code.CALIBRATION_INCOMPLETE, who=", ".join(sorted(wanted)))
    if batch.commands:
        return None
    here, of = len(batch.group.members) - batch.group.missing, len(batch.group.members)
    waits = [Reason(Code.WAITS_FOR_COHORT.value, {"here": str(here), "of": str(of)})] if batch.group.here else []
    return Refused(Code.TASK_NOT_OPEN.value, (Reason(Code.TASK_NOT_OPEN.value, {"task": task}), *waits))


def _refused(actor: Actor, batch: _Batch, at: datetime) -> Refused | None:
    """What `decide` has against one of the answers; on the way it is found out which lead back."""
    for review, command in batch.commands.items():
        case = batch.cases[review]
        said = decide(_with(case, case.review.gathered), actor, command, at)
        if isinstance(said, Refused):
            named = {"review": review, "who": batch.refs[review]}
            return Refused(said.code, tuple(Reason(one.code, {**named, **one.values}) for one in said.reasons), said.at)
        if isinstance(said, Event) and ahead(batch.definition, said.to_state):
            batch.back.add(review)
    return None


def _with(case: Case, gathered: Gathered | None) -> Case:
    return case if gathered is None else replace(case, together=Together(gathered))


def _judged(tx: Tx, actor: Actor, batch: _Batch, groups: tuple[Group, ...], approve: bool) -> Judged:
    """The cohort with the grades that the batch wants; who is sent back keeps her place in it with what she has."""
    card, group = batch.definition.card, batch.group
    ladder = card.grades.ladder if card.grades is not None else ()
    stay = {review for review in batch.commands if review not in batch.back}
    grades, set_by_people = {}, {}
    for one in (member for member in group.members if member.review in batch.commands):
        wanted = batch.commands[one.review].grade
        grade = wanted or one.grade
        if grade in ladder and grade is not None:
            grades[one.review] = grade
        if wanted is not None and wanted != one.grade:
            set_by_people[one.review] = None if wanted == one.first_grade else wanted
    approved = frozenset(_approved(actor, batch, stay)) if approve else frozenset()
    cycle = cycles.get(tx, next(iter(batch.cases.values())).review.cycle)
    wish = Wish(frozenset(stay), grades, set_by_people, approved)
    return judge(tx, batch.definition, cycle, joint(card, groups, group, cycle), wish)


def _approved(actor: Actor, batch: _Batch, stay: Iterable[str]) -> list[str]:
    """Roles named by the quota that the actor holds in every review of the batch."""
    quota, cases = batch.definition.card.quota, [batch.cases[one] for one in stay]
    named = {rule.approved_by for rule in quota.rules if rule.approved_by} if quota is not None else set()
    return [
        role for role in sorted(named)
        if role in batch.definition.roles and all(
            actor.person in roles.resolve(batch.definition, one.review, one.relations, role) for one in cases)
    ]


def _broken(batch: _Batch, judged: Judged) -> Refused | None:
    """What the quota has against these grades; a share of one person is none or all, so a cohort of one is let be."""
    quota = batch.definition.card.quota
    place = next(at for at, one in enumerate(judged.groups)
                 if (one.kind, one.name) == (batch.group.kind, batch.group.name))
    report = judged.result.units[place]
    if quota is None or quota.when_over == "report" or report.n < 2:
        return None
    rules = tuple(rule for rule in report.rules if rule.why in MENDABLE)
    if not rules:
        return None
    first = Reason(Code.QUOTA_BROKEN.value, {"unit": batch.group.name or NO_UNIT, "n": str(report.n)})
    return Refused(first.code, (first, *_told(report, rules)))


def _told(report: UnitReport, rules: tuple[RuleReport, ...]) -> list[Reason]:
    only = UnitReport(report.unit, report.n, report.uncounted, rules)
    return [Reason(one.code, one.values) for one in reasons_of(only)]


def _answer(
    rt: Runtime, tx: Tx, actor: Actor, batch: _Batch, judged: Judged, at: datetime
) -> tuple[Receipt, ...]:
    members: dict[str, Member] = {one.review: one for one in batch.group.members}
    receipts = []
    for review in sorted(batch.commands):
        before = batch.cases[review].review.gathered
        gathered = before if review in batch.back else judged.gathered(members[review])
        together = None if gathered is None else Together(gathered)
        done = apply(rt, tx, actor, batch.commands[review], at, together=together)
        if isinstance(done, Refused):
            raise AssertionError(done.code)
        receipts.append(done.receipt)
    return tuple(receipts)


def _refusal(code: Code, **values: str) -> Refused:
    return Refused(code.value, (Reason(code.value, values),))
