"""How things of a review look on the wire, each shape beside the function that fills it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from api.kit.shapes import DECIMAL, ID, INSTANT, TEXT, WHOLE, YES_NO, Schema, listed, maybe, named, shape
from engine.definition.model import Definition
from engine.operations.forms import with_refs
from engine.operations.once import Replayed
from engine.operations.seeing import Named
from engine.operations.telling import say_reason
from engine.operations.timeline import Line
from engine.operations.titles import figure_title, outcome_title, role_title, state_title, task_title
from engine.operations.views import AnswerView, ReviewView, TaskView
from engine.operations.work import ReviewRow, WorkItem
from engine.review.case import Reason
from engine.review.explain import Possible
from engine.store.cycles import Cycle

TITLED: Final[Schema] = shape(key=TEXT, title=TEXT)
PERSON: Final[Schema] = shape(ref=TEXT, name=TEXT)
DEFINITION: Final[Schema] = shape(name=TEXT, version=WHOLE, fingerprint=TEXT)
REASON: Final[Schema] = shape(code=TEXT, text=TEXT, values=named(TEXT))
ACKNOWLEDGEMENT: Final[Schema] = shape(what=TEXT, how=TEXT)
FIGURE: Final[Schema] = shape(input=TITLED, period=TEXT, value=TEXT, source=TEXT)
CYCLE: Final[Schema] = shape(
    id=ID, workflow=TEXT, period=TEXT, state=TEXT, definition=TEXT, opened_at=INSTANT, closed_at=maybe(INSTANT)
)
HELD: Final[Schema] = shape(since=INSTANT, until=maybe(INSTANT))
TASK: Final[Schema] = shape(
    id=ID, task=TITLED, state=TITLED, role=TITLED, status=TEXT, opens_at=maybe(INSTANT), due_at=maybe(INSTANT),
    outcome=maybe(TITLED), holders=listed(PERSON), mine=YES_NO, number=WHOLE,
)  # fmt: skip
REVIEW: Final[Schema] = shape(
    id=ID, subject=PERSON, cycle=CYCLE, definition=DEFINITION, state=TITLED, revision=WHOLE, entered_at=INSTANT,
    deadline=maybe(INSTANT), ended_at=maybe(INSTANT), relations=listed(TEXT), tasks=listed(TASK),
    targets=maybe(named(TEXT)), figures=maybe(listed(FIGURE)), total=maybe(DECIMAL), grade=maybe(TEXT),
    first_grade=maybe(TEXT), status=maybe(TEXT), acknowledgements=listed(ACKNOWLEDGEMENT), held=maybe(HELD),
)  # fmt: skip
ROW: Final[Schema] = shape(
    review=ID, subject=PERSON, unit=TEXT, period=TEXT, definition=DEFINITION, state=TITLED, total=maybe(DECIMAL),
    grade=maybe(TEXT), first_grade=maybe(TEXT), waits=listed(TITLED), ended=YES_NO, held=YES_NO,
)  # fmt: skip
WORK: Final[Schema] = shape(
    review=ID, subject=PERSON, period=TEXT, task=TITLED, task_id=ID, state=TITLED, due_at=maybe(INSTANT),
    overdue=YES_NO,
)  # fmt: skip
POSSIBLE: Final[Schema] = shape(
    command=TEXT, task=maybe(TITLED), task_id=maybe(ID), outcomes=listed(TITLED), possible=YES_NO,
    reasons=listed(REASON), next_at=maybe(INSTANT),
)  # fmt: skip
ANSWERED: Final[Schema] = shape(
    task=TITLED, role=TITLED, number=WHOLE, by=maybe(PERSON), at=maybe(INSTANT), outcome=maybe(TITLED),
    answer={"type": "object"}, comment=maybe(TEXT),
)  # fmt: skip
EVENT: Final[Schema] = shape(
    seq=WHOLE, at=INSTANT, action=TEXT, cause=TEXT, actor=maybe(PERSON), role=maybe(TITLED), task=maybe(TITLED),
    outcome=maybe(TITLED), from_state=maybe(TITLED), to_state=maybe(TITLED), trail=listed(TITLED),
    comment=maybe(TEXT), difference=maybe({"type": "object"}), told=listed(PERSON), erased=YES_NO, leaf_hash=TEXT,
    on_behalf_of=maybe(PERSON), last_days=maybe(shape(before=maybe(INSTANT), after=INSTANT)), moved=maybe(WHOLE),
)  # fmt: skip
RECEIPT: Final[Schema] = shape(review=ID, seq=WHOLE, action=TEXT, state=TEXT, leaf_hash=TEXT)


class Done(Protocol):
    """Something carried out just now."""

    def receipt(self) -> Mapping[str, Any]: ...


def receipt_of(done: Done | Replayed) -> dict[str, Any]:
    """The receipt with its keys in order, as they are kept: a wish that comes again is given the same bytes."""
    told = done.receipt if isinstance(done, Replayed) else done.receipt()
    return dict(sorted(told.items()))


def person(lang: str, one: Named) -> dict[str, Any]:
    return {"ref": one.ref, "name": one.said(lang)}


def definition(one: Definition) -> dict[str, Any]:
    return {"name": one.name, "version": one.version, "fingerprint": one.fingerprint}


def cycle(one: Cycle) -> dict[str, Any]:
    return {
        "id": one.id, "workflow": one.workflow, "period": one.period, "state": one.state, "definition": one.definition,
        "opened_at": one.opened_at, "closed_at": one.closed_at,
    }  # fmt: skip


def titled(key: str | None, title: str) -> dict[str, Any] | None:
    return None if key is None else {"key": key, "title": title}


class Shown:
    """Says the things of one definition in one language."""

    def __init__(self, lang: str, plan: Definition) -> None:
        self.lang = lang
        self.plan = plan

    def state(self, key: str | None) -> dict[str, Any] | None:
        return titled(key, state_title(self.lang, self.plan, key))

    def task_named(self, key: str | None) -> dict[str, Any] | None:
        return titled(key, task_title(self.lang, self.plan, key or ""))

    def role(self, key: str | None) -> dict[str, Any] | None:
        return titled(key, role_title(self.lang, self.plan, key or ""))

    def outcome(self, task: str | None, key: str | None) -> dict[str, Any] | None:
        return titled(key, outcome_title(self.lang, self.plan, task or "", key or ""))

    def task(self, one: TaskView) -> dict[str, Any]:
        return {
            "id": one.id, "task": self.task_named(one.name), "state": self.state(one.state),
            "role": self.role(one.role), "status": one.status, "opens_at": one.opens_at, "due_at": one.due_at,
            "outcome": self.outcome(one.name, one.outcome), "holders": [person(self.lang, by) for by in one.holders],
            "mine": one.mine, "number": one.number,
        }  # fmt: skip

    def review(self, one: ReviewView) -> dict[str, Any]:
        figures = one.figures
        return {
            "id": one.id, "subject": person(self.lang, one.subject), "cycle": cycle(one.cycle),
            "definition": definition(one.definition), "state": self.state(one.state), "revision": one.revision,
            "entered_at": one.entered_at, "deadline": one.deadline, "ended_at": one.ended_at,
            "relations": list(one.relations), "tasks": [self.task(task) for task in one.tasks],
            "targets": None if one.targets is None else dict(one.targets),
            "figures": None if figures is None else [self.figure(*figure) for figure in figures],
            "total": one.total, "grade": one.grade, "first_grade": one.first_grade, "status": one.status,
            "acknowledgements": [{"what": what, "how": how} for what, how in one.acknowledgements],
            "held": None if one.held is None else {"since": one.held.since, "until": one.held.until},
        }  # fmt: skip

    def figure(self, name: str, period: str, value: str, source: str) -> dict[str, Any]:
        title = titled(name, figure_title(self.lang, self.plan, name))
        return {"input": title, "period": period, "value": value, "source": source}

    def form_of(self, one: AnswerView) -> Mapping[str, Any]:
        """The schema of the form that an answer filled; empty where there was none."""
        plans = (state.tasks[one.task] for state in self.plan.states.values() if one.task in state.tasks)
        plan = next(plans, None)
        return self.plan.forms[plan.form] if plan is not None and plan.form else {}

    def answered(self, one: AnswerView, refs: Mapping[str, str]) -> dict[str, Any]:
        """refs: id -> ref of the people whom forms mention; programs know people by nothing else."""
        form = with_refs(self.form_of(one), one.answer.get("form", {}), refs)
        answer = {**one.answer, "form": form} if form else dict(one.answer)
        return {
            "task": self.task_named(one.task), "role": self.role(one.role), "number": one.number,
            "by": None if one.by is None else person(self.lang, one.by), "at": one.at,
            "outcome": self.outcome(one.task, one.outcome), "answer": answer, "comment": one.comment,
        }  # fmt: skip

    def possible(self, one: Possible) -> dict[str, Any]:
        outcomes = [self.outcome(one.task, name) for name in one.outcomes]
        return {
            "command": one.kind, "task": self.task_named(one.task), "task_id": one.task_id, "outcomes": outcomes,
            "possible": one.possible, "next_at": one.next_at, "reasons": self.reasons(one.reasons),
        }  # fmt: skip

    def reasons(self, found: Iterable[Reason]) -> list[dict[str, Any]]:
        return [
            {"code": why.code, "text": say_reason(self.lang, why, self.plan), "values": dict(why.values)}
            for why in found
        ]

    def event(self, one: Line) -> dict[str, Any]:
        return {
            "seq": one.seq, "at": one.at, "action": one.action, "cause": one.cause,
            "actor": None if one.actor is None else person(self.lang, one.actor), "role": self.role(one.role),
            "task": self.task_named(one.task), "outcome": self.outcome(one.task, one.outcome),
            "from_state": self.state(one.from_state), "to_state": self.state(one.to_state),
            "trail": [self.state(state) for state in one.trail], "comment": one.comment,
            "difference": None if one.difference is None else dict(one.difference),
            "told": [person(self.lang, by) for by in one.to], "erased": one.erased, "leaf_hash": one.leaf_hash,
            "on_behalf_of": None if one.on_behalf_of is None else person(self.lang, one.on_behalf_of),
            "last_days": None if one.last_days is None else {"before": one.last_days[0], "after": one.last_days[1]},
            "moved": one.moved,
        }  # fmt: skip


def row(lang: str, one: ReviewRow) -> dict[str, Any]:
    said, found = Shown(lang, one.definition), one.row
    return {
        "review": found.review, "subject": person(lang, found.subject), "unit": found.unit, "period": one.period,
        "definition": definition(one.definition), "state": said.state(found.state), "total": found.total,
        "grade": found.grade, "first_grade": found.first_grade,
        "waits": [said.task_named(name) for name in found.waits], "ended": found.ended,
        "held": found.held,
    }  # fmt: skip


def work(lang: str, one: WorkItem) -> dict[str, Any]:
    said = Shown(lang, one.definition)
    return {
        "review": one.review, "subject": person(lang, one.subject), "period": one.period,
        "task": said.task_named(one.task), "task_id": one.task_id, "state": said.state(one.state),
        "due_at": one.due_at, "overdue": one.overdue,
    }  # fmt: skip
