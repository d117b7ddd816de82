"""A review being changed by one command: what is new is collected here and becomes the payload of one event."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.clock import instant_text
from engine.definition.model import State
from engine.ids import derived_id
from engine.review import plain
from engine.review.case import Actor, Case
from engine.review.events import Event
from engine.review.model import OPEN, Acknowledgement, Participant, Task

_MAPS = ("counts", "watched", "agreed", "origins", "next_agreed", "delegated", "chosen")
_LISTS = ("retired", "arrived", "corrections")


class Draft:
    """Never leaves `decide`: its only fruit is the event. `tasks` is by id, in the order of making."""

    def __init__(self, case: Case, actor: Actor, at: datetime) -> None:
        review = case.review
        self.case, self.definition, self.before, self.actor, self.at = case, case.definition, review, actor, at
        self.subject = review.subject
        self.seq = review.revision + 1
        self.state, self.visit = review.state, review.visit
        self.entered_at, self.ended_at = review.entered_at, review.ended_at
        self.tasks = {task.id: task for task in review.tasks}
        self.participants, self.deadlines = list(review.participants), list(review.deadlines)
        self.reminders = list(review.reminders)
        self.counts, self.agreed, self.origins = dict(review.counts), dict(review.agreed), dict(review.origins)
        self.next_agreed, self.chosen = dict(review.next_agreed), dict(review.chosen)
        self.delegated, self.held = dict(review.delegated), review.held
        self.fixed, self.watched = dict(review.fixed), dict(review.watched)
        self.rows_since: datetime | None = None  # what a watch is shown of a list: rows that came later
        self.retired, self.arrived, self.corrections = review.retired, review.arrived, review.corrections
        self.acknowledgements = list(review.acknowledgements)
        self.result, self.gathered = review.result, review.gathered
        self.judged: Mapping[str, Any] | None = None  # the complete result, where this command scored
        self.answer: dict[str, Any] | None = None
        self.trail: list[str] = []
        self.notices: list[dict[str, Any]] = []
        self.guards: list[tuple[str, bool]] = []
        self.guard_values: dict[str, dict[str, str]] = {}
        self.extra: dict[str, Any] = {}
        self.made = 0
        self.scoring: Any = None  # what the rules last said, kept while the facts do not change

    @property
    def plan(self) -> State:
        return self.definition.states[self.state]

    def clone(self) -> Draft:
        """A copy to try a step on; the original is as it was."""
        other = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list | dict):
                setattr(other, name, copy.copy(value))
        return other

    def adopt(self, other: Draft) -> None:
        vars(self).update(vars(other))

    def new_id(self) -> str:
        self.made += 1
        return derived_id(self.before.id, self.seq, self.made)

    def put(self, task: Task) -> Task:
        self.tasks[task.id] = task
        return task

    def rows(self, name: str) -> list[Task]:
        """Rows of a task in the present visit that still count."""
        return [
            task for task in self.tasks.values()
            if task.name == name and task.visit == self.visit and task.status != "superseded"
        ]

    def open_rows(self) -> list[Task]:
        return [task for task in self.tasks.values() if task.visit == self.visit and task.status in OPEN]

    def notice(self, what: str, role: str, people: tuple[str, ...], **values: str) -> None:
        self.notices.append({"what": what, "role": role, "to": list(people), "values": values})

    def acknowledge(self, what: str, how: str, person: str | None) -> None:
        """The newest word about a thing replaces the one before."""
        self.acknowledgements = [one for one in self.acknowledgements if one.what != what]
        self.acknowledgements.append(Acknowledgement(what, how, person, self.seq))

    def take_part(self, role: str, person: str, why: str) -> None:
        """Notes a holder; nothing when the person already holds the role."""
        if not any(row.role == role and row.person == person and row.until is None for row in self.participants):
            self.participants.append(Participant(role, person, self.at, None, why))

    def event(self, action: str, **parts: Any) -> Event:
        """The event of this draft; parts are the open fields beyond those the draft knows, and `payload` additions."""
        payload = self._payload()
        payload.update(parts.pop("payload", {}))
        return Event(
            review=self.before.id, seq=self.seq, action=action, at=self.at, cause=self.actor.cause,
            actor=self.actor.person, from_state=parts.pop("from_state", self.before.state), to_state=self.state,
            guards=tuple(self.guards), payload=payload, **parts,
        )

    def _payload(self) -> dict[str, Any]:
        before = self.before
        payload = self._task_payload()
        for name in _MAPS:
            value = getattr(self, name)
            if value != getattr(before, name):
                payload[name] = {key: list(one) if isinstance(one, tuple) else one for key, one in value.items()}
        for name in _LISTS:
            if getattr(self, name) != getattr(before, name):
                payload[name] = list(getattr(self, name))
        if self.fixed != before.fixed:
            payload["fixed"] = {name: instant_text(instant) for name, instant in self.fixed.items()}
        if tuple(self.acknowledgements) != before.acknowledgements:
            payload["acknowledged"] = [plain.acknowledgement_plain(one) for one in self.acknowledgements]
        if tuple(self.deadlines) != before.deadlines:
            payload["deadlines"] = [plain.deadline_plain(one) for one in self.deadlines]
        people = [row for row in self.participants if row not in before.participants]
        if people:
            payload["participants"] = [plain.participant_plain(row) for row in people]
        if self.held != before.held:
            payload["held"] = plain.held_plain(self.held)
        if self.gathered != before.gathered:
            payload["gathered"] = plain.gathered_plain(self.gathered)
        if self.ended_at != before.ended_at:
            payload["ended_at"] = instant_text(self.ended_at) if self.ended_at else None
        said = {
            "answer": self.answer, "trail": self.trail, "notices": self.notices, "guard_values": self.guard_values,
            "result": self.judged,
        }
        payload.update({name: value for name, value in said.items() if value})
        payload.update(self.extra)
        return payload

    def _task_payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = {}
        known = {task.id: task for task in self.before.tasks}
        opened = [plain.task_plain(task) for key, task in self.tasks.items() if key not in known]
        changed = [
            plain.task_changes(known[key], task)
            for key, task in self.tasks.items()
            if key in known and task != known[key]
        ]
        if self.answer is not None:
            # Who gave it stands in the event's actor alone, which an anonymous answer keeps apart.
            changed = [{key: value for key, value in row.items() if key not in _ANSWERED} for row in changed]
            changed = [row for row in changed if len(row) > 1]
        open_now = {task.id for task in self.tasks.values() if task.status == "open"}
        reminders = tuple(one for one in self.reminders if one[0] in open_now)
        if reminders != self.before.reminders:
            payload["reminders"] = [[task, instant_text(instant)] for task, instant in reminders]
        if opened:
            payload["opened"] = opened
        if changed:
            payload["changed"] = changed
        return payload


_ANSWERED = ("outcome", "answered_by", "answered_at", "answer_seq")
