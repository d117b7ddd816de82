"""A cohort put into plain data for programs and into lines for people: who is here, and the quota's arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from engine.definition.model import Definition
from engine.errors import InputError
from engine.operations.calibrate import Calibrated, Settle
from engine.operations.calibration import Calibration, CohortRow
from engine.operations.telling import say_reason
from engine.operations.titles import outcome_title, role_title, state_title, table, task_title, titled
from engine.review.barrier import ahead
from engine.review.case import Refused
from engine.review.cohort_text import unit_lines
from engine.review.score_formula import Teller
from engine.words.book import say

NOWHERE: Final = "-"
"""The name by which a cohort without a unit is called."""
ANSWER_KEYS: Final = ("outcome", "grade", "comment")


def cohort_name(lang: str, one: Calibration) -> str:
    """The unit, or what stands in its place."""
    return one.unit or say(lang, "OP250" if one.kind == "all" else "OP251")


def counted(lang: str, one: Calibration) -> str:
    """Whether the barrier is open, and how many of how many are here."""
    code = ("OP253" if one.missing else "OP266") if one.opened else "OP252" if one.missing else "OP265"
    return say(lang, code, here=one.members - one.missing, of=one.members, missing=one.missing)


def quota_lines(lang: str, definition: Definition, quota: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What each rule allows of how many, and how many there are."""
    if quota is None:
        return ()
    titles = {name: role_title(lang, definition, name) for name in definition.roles}
    return tuple(unit_lines(Teller(lang, titles), quota))


def approvers(definition: Definition) -> tuple[str, ...]:
    """The roles that may allow more than a rule of the quota does."""
    rules = definition.card.quota.rules if definition.card.quota is not None else ()
    return tuple(dict.fromkeys(one.approved_by for one in rules if one.approved_by is not None))


def usual_outcome(one: Calibration) -> str:
    """The first outcome that leads neither back nor to its task anew; the first where there is no such."""
    plan = one.definition.states[one.state].tasks.get(one.task)
    outcomes = plan.outcomes if plan is not None else {}
    for name, outcome in outcomes.items():
        if not outcome.again and not any(ahead(one.definition, branch.to) for branch in outcome.way or ()):
            return name
    return next(iter(outcomes), "done")


def told_cohort(lang: str, one: Calibration, rows: bool = True) -> dict[str, Any]:
    """rows: with one entry for each review that may be read."""
    known = one.definition
    told = {
        "cycle": one.cycle.id, "period": one.cycle.period, "workflow": known.name, "unit": one.unit,
        "name": cohort_name(lang, one), "kind": one.kind, "pooled": list(one.pooled),
        "state": {"key": one.state, "title": state_title(lang, known, one.state)},
        "task": {"key": one.task, "title": task_title(lang, known, one.task)},
        "opened": one.opened, "members": one.members, "missing": one.missing, "hidden": one.hidden,
        "waiting": len(one.waiting), "when_over": one.when_over,
        "quota": list(quota_lines(lang, known, one.quota)),
    }  # fmt: skip
    return {**told, "rows": [_row(lang, one, row) for row in one.rows]} if rows else told


def _row(lang: str, one: Calibration, row: CohortRow) -> dict[str, Any]:
    outcomes = [{"key": name, "title": outcome_title(lang, one.definition, one.task, name)} for name in row.outcomes]
    return {
        "review": row.review, "subject": {"ref": row.subject.ref, "name": row.subject.said(lang)},
        "stands": row.stands, "state": {"key": row.state, "title": state_title(lang, one.definition, row.state)},
        "mine": row.mine, "outcomes": outcomes, "grades": list(row.grades), "total": row.total, "grade": row.grade,
        "first_grade": row.first_grade, "before": row.before,
    }  # fmt: skip


def say_cohorts(lang: str, found: Sequence[Calibration]) -> Iterator[str]:
    """Each cohort: who is here and who lacks, the grades, what each rule of the quota allows and finds."""
    for place, one in enumerate(found):
        if place:
            yield ""
        title = titled(lang, one.definition.title, one.definition.name)
        yield say(lang, "OP254", name=cohort_name(lang, one), workflow=title, period=one.cycle.period,
                  state=state_title(lang, one.definition, one.state))
        yield counted(lang, one)
        heads = [say(lang, code) for code in ("OP255", "OP256", "OP257", "OP258", "OP259")]
        yield from table([heads, *(_cells(lang, one, row) for row in one.rows)])
        if one.hidden:
            yield say(lang, "OP260", count=one.hidden)
        yield from quota_lines(lang, one.definition, one.quota)


def _cells(lang: str, one: Calibration, row: CohortRow) -> list[str]:
    stands = say(lang, f"cohort.stands.{row.stands}")
    if row.stands in ("missing", "back"):
        stands = f"{stands} ({state_title(lang, one.definition, row.state)})"
    grades = " → ".join(dict.fromkeys(grade for grade in (row.first_grade, row.before, row.grade) if grade))
    return [f"{row.subject.said(lang)} ({row.subject.ref})", stands, row.total or "", grades, " ".join(row.grades)]


def say_calibrated(lang: str, definition: Definition, done: Calibrated, dry: bool) -> Iterator[str]:
    """How many were settled, and the quota as it is now."""
    yield say(lang, "OP262" if dry else "OP261", count=len(done.receipts))
    yield from quota_lines(lang, definition, done.quota)


def say_not_calibrated(lang: str, definition: Definition, refused: Refused) -> tuple[str, ...]:
    """Each reason, behind the person whose answer it speaks against."""
    return tuple(
        say(lang, "OP263", who=one.values["who"], text=said) if "review" in one.values else said
        for one in refused.reasons if (said := say_reason(lang, one, definition))
    )


def settles(held: Any) -> tuple[Settle, ...]:
    """`{am01: confirm, am02: {outcome: confirm, grade: B, comment: …}}` as it was read; else InputError OP264."""
    if not isinstance(held, Mapping):
        raise InputError("OP264")
    return tuple(_settle(str(ref), one) for ref, one in held.items())


def _settle(ref: str, one: Any) -> Settle:
    if isinstance(one, str):
        return Settle(ref, one)
    if not isinstance(one, Mapping) or not all(key in ANSWER_KEYS and isinstance(value, str | None)
                                               for key, value in one.items()):
        raise InputError("OP264")
    return Settle(ref, one.get("outcome") or "done", one.get("grade"), one.get("comment"))


def all_settled(one: Calibration, rows: Iterable[CohortRow]) -> tuple[Settle, ...]:
    """The usual outcome for each, with the grade that it has."""
    usual = usual_outcome(one)
    return tuple(Settle(row.review, usual) for row in rows)
