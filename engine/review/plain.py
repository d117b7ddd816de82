"""Between the review's rows and the plain data of an event's payload: text, numbers, lists and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from engine.clock import instant_text, parse_instant
from engine.review.model import Acknowledgement, Deadline, Gathered, Held, Judgement, Participant, Task

_INSTANTS = frozenset(("opens_at", "opened_at", "due_at", "answered_at", "since", "until", "at"))
_TASK_FIELDS = tuple(one.name for one in fields(Task))
_of_task = attrgetter(*_TASK_FIELDS)
_GATHERED = tuple(one.name for one in fields(Gathered))
_SHORT = ("status", "total", "grade", "first_grade", "consequences")


def task_plain(task: Task) -> dict[str, Any]:
    return {name: _out(name, value) for name, value in zip(_TASK_FIELDS, _of_task(task), strict=True)}


def task_changes(before: Task, after: Task) -> dict[str, Any]:
    """The task's id and those fields that differ."""
    pairs = zip(_TASK_FIELDS, _of_task(before), _of_task(after), strict=True)
    return {"id": after.id, **{name: _out(name, now) for name, was, now in pairs if was != now}}


def read_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a row with its instants read again."""
    return {**row, **{name: parse_instant(row[name]) for name in _INSTANTS & row.keys() if row[name] is not None}}


def participant_plain(row: Participant) -> dict[str, Any]:
    return {name: _out(name, getattr(row, name)) for name in ("role", "person", "since", "until", "why")}


def deadline_plain(row: Deadline) -> dict[str, Any]:
    return {"index": row.index, "at": instant_text(row.at)}


def acknowledgement_plain(row: Acknowledgement) -> dict[str, Any]:
    return {"what": row.what, "how": row.how, "person": row.person, "seq": row.seq}


def gathered_plain(one: Gathered | None) -> dict[str, Any] | None:
    """What it says; what is as it is without saying is left out."""
    if one is None:
        return None
    plain = {name: getattr(one, name) for name in _GATHERED}
    return {name: value for name, value in plain.items() if value is not None and value != {}}


def gathered_from(plain: Mapping[str, Any] | None) -> Gathered | None:
    return None if plain is None else Gathered(**plain)


def held_plain(held: Held | None) -> dict[str, Any] | None:
    if held is None:
        return None
    return {name: _out(name, getattr(held, name)) for name in ("since", "until", "by")}


def held_from(plain: Mapping[str, Any] | None) -> Held | None:
    return None if plain is None else Held(**read_fields(plain))


def judgement_from(plain: Mapping[str, Any], seq: int) -> Judgement:
    """The short form that the review keeps of an event's complete result."""
    low, high = plain["bounds"]
    return Judgement(seq=seq, bounds=(low, high), **{name: plain[name] for name in _SHORT})


def _out(name: str, value: Any) -> Any:
    return instant_text(value) if isinstance(value, datetime) and name in _INSTANTS else value
