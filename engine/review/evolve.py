"""What a review is after an event: the only place where a review changes, and the whole of a replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.clock import parse_instant
from engine.review import plain
from engine.review.events import Event
from engine.review.model import Acknowledgement, Deadline, Participant, Review, Task

_MAPS = ("counts", "watched", "agreed", "origins", "next_agreed", "delegated")
_LISTS = ("retired", "arrived", "corrections")


def evolve(review: Review | None, event: Event, head: str) -> Review:
    """The review after the event; `head` is the hex leaf hash of the event as recorded.

    Needs nothing but the event: an event whose payload was erased still moves state and revision.
    Raises ValueError when the event does not follow the review (another stream, another seq, another state).
    """
    if review is None:
        review = _new(event)
    elif (event.review, event.seq, event.from_state) != (review.id, review.revision + 1, review.state):
        raise ValueError(f"event {event.seq} of {event.review} does not follow revision {review.revision}")
    payload = event.payload
    entered = payload.get("trail") or ([event.to_state] if event.to_state != event.from_state else [])
    changes: dict[str, Any] = {
        "revision": event.seq, "head": head, "state": event.to_state, "visit": review.visit + len(entered),
        "tasks": _tasks(review.tasks, event),
    }
    if entered:
        changes["entered_at"] = event.at
    if "ended_at" in payload:
        changes["ended_at"] = parse_instant(payload["ended_at"]) if payload["ended_at"] else None
    changes.update(_collections(review, payload))
    if "result" in payload:
        changes["result"] = plain.judgement_from(payload["result"], event.seq)
    return replace(review, **changes)


def _new(event: Event) -> Review:
    if event.seq != 1 or event.from_state is not None:
        raise ValueError(f"event {event.seq} of {event.review} opens nothing")
    payload = event.payload
    return Review(
        id=event.review, cycle=payload.get("cycle", ""), subject=payload.get("subject", ""),
        definition=payload.get("definition", ""), state=event.to_state, revision=0, head="", visit=0,
        opened_at=event.at, entered_at=event.at,
    )


def _tasks(before: tuple[Task, ...], event: Event) -> tuple[Task, ...]:
    payload = event.payload
    tasks = {task.id: task for task in before}
    answer = payload.get("answer")
    if answer is not None and answer["task_id"] in tasks:
        tasks[answer["task_id"]] = replace(
            tasks[answer["task_id"]], status="done", outcome=event.outcome, answered_by=event.actor,
            answered_at=event.at, answer_seq=event.seq,
        )
    for row in payload.get("changed", ()):
        if row["id"] in tasks:  # an erased payload may have taken the row with it
            tasks[row["id"]] = replace(tasks[row["id"]], **plain.read_fields(row))
    for row in payload.get("opened", ()):
        tasks[row["id"]] = Task(**plain.read_fields(row))
    return tuple(tasks.values())


def _collections(review: Review, payload: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {name: dict(payload[name]) for name in _MAPS if name in payload}
    changes.update({name: tuple(payload[name]) for name in _LISTS if name in payload})
    if "chosen" in payload:
        changes["chosen"] = {name: tuple(people) for name, people in payload["chosen"].items()}
    if "fixed" in payload:
        changes["fixed"] = {name: parse_instant(text) for name, text in payload["fixed"].items()}
    if "acknowledged" in payload:
        changes["acknowledgements"] = tuple(Acknowledgement(**one) for one in payload["acknowledged"])
    if "deadlines" in payload:
        changes["deadlines"] = tuple(Deadline(**plain.read_fields(one)) for one in payload["deadlines"])
    if "reminders" in payload:
        changes["reminders"] = tuple((task, parse_instant(text)) for task, text in payload["reminders"])
    if "gathered" in payload:
        changes["gathered"] = plain.gathered_from(payload["gathered"])
    if "held" in payload:
        changes["held"] = plain.held_from(payload["held"])
    if "participants" in payload:
        changes["participants"] = _participants(review.participants, payload["participants"])
    return changes


def _participants(before: tuple[Participant, ...], rows: Any) -> tuple[Participant, ...]:
    """A row with the same role, person and beginning replaces the one before: it was ended."""
    people = {(row.role, row.person, row.since): row for row in before}
    for row in rows:
        one = Participant(**plain.read_fields(row))
        people[one.role, one.person, one.since] = one
    return tuple(people.values())
