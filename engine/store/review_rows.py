"""A review as rows and back: the working tables hold exactly the review's value, and nothing twice."""

from __future__ import annotations

import json
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.sql import Select

from engine.clock import instant_text, parse_instant
from engine.review.model import Acknowledgement, Deadline, Judgement, Participant, Review, Task
from engine.review.plain import gathered_from, gathered_plain, held_from, held_plain
from engine.store.rows import json_rows, json_text, read_rows, sort_number
from engine.store.tables.cycles import cycle
from engine.store.tables.doors import draft
from engine.store.tables.history import event
from engine.store.tables.people import person
from engine.store.tables.reviews import participant, review, task

TASK_FIELDS: Final = tuple(Task.__dataclass_fields__)
TASK_COLUMNS: Final = (task.c.place, *(task.c[name] for name in TASK_FIELDS))
PARTICIPANT_FIELDS: Final = tuple(Participant.__dataclass_fields__)
PARTICIPANT_COLUMNS: Final = (participant.c.place, *(participant.c[name] for name in PARTICIPANT_FIELDS))
_PLAIN: Final = ("cycle", "subject", "definition", "state", "revision", "head", "visit", "opened_at", "entered_at",
                 "ended_at")
_of_task: Final = attrgetter(*TASK_FIELDS)
_of_participant: Final = attrgetter(*PARTICIPANT_FIELDS)
_of_review: Final = attrgetter(*_PLAIN)
_TASK_INSTANTS: Final = tuple(
    number for number, name in enumerate(TASK_FIELDS) if name in ("opens_at", "opened_at", "due_at", "answered_at")
)


def whole() -> Select[Any]:
    """A review with its tasks and participants, whose drafts there are, its cycle, its subject and the last event of
    its stream."""
    tasks = select(json_rows(*TASK_COLUMNS)).where(task.c.review == review.c.id).scalar_subquery()
    participants = (
        select(json_rows(*PARTICIPANT_COLUMNS)).where(participant.c.review == review.c.id).scalar_subquery()
    )
    drafts = select(json_rows(draft.c.task, draft.c.person)).where(draft.c.review == review.c.id).scalar_subquery()
    return (
        select(
            *(column for column in review.columns if column.name != "total_sort"),
            tasks.label("tasks"),
            participants.label("participants"),
            drafts.label("drafts"),
            *(column.label(f"cycle_{column.name}") for column in cycle.columns),
            *(column.label(f"person_{column.name}") for column in person.columns),
            event.c.leaf_hash.label("event_leaf_hash"),
            event.c.data.label("event_data"),
        )
        .join(cycle, cycle.c.id == review.c.cycle)
        .join(person, person.c.id == review.c.subject)
        .outerjoin(event, and_(event.c.stream == "review:" + review.c.id, event.c.seq == review.c.revision))
    )


def review_row(review: Review) -> dict[str, Any]:
    """The columns of `review`. What nobody searches by is one canonical JSON text in `more`."""
    result = review.result
    row: dict[str, Any] = dict(zip(_PLAIN, _of_review(review), strict=True))
    return row | {
        "id": review.id,
        "result_seq": None if result is None else result.seq,
        "status": None if result is None else result.status,
        "total": None if result is None else result.total,
        "total_sort": None if result is None else sort_number(result.total),
        "grade": None if result is None else result.grade,
        "more": json_text({
            "deadlines": [[one.index, instant_text(one.at)] for one in review.deadlines],
            "reminders": [[ref, instant_text(at)] for ref, at in review.reminders],
            "counts": review.counts,
            **({"watched": review.watched} if review.watched else {}),
            **({"delegated": review.delegated} if review.delegated else {}),
            **({"held": held_plain(review.held)} if review.held else {}),
            **({"gathered": gathered_plain(review.gathered)} if review.gathered else {}),
            "fixed": {name: instant_text(at) for name, at in review.fixed.items()},
            "agreed": review.agreed,
            "origins": review.origins,
            "next_agreed": review.next_agreed,
            "retired": review.retired,
            "chosen": review.chosen,
            "arrived": review.arrived,
            "corrections": review.corrections,
            "acknowledgements": [[one.what, one.how, one.person, one.seq] for one in review.acknowledgements],
            "result": None if result is None else [result.first_grade, list(result.bounds), result.consequences],
        }),
    }


def review_of(row: Any) -> Review:
    """From the columns of `review` and the two lists of rows that `load` selects with them."""
    more = json.loads(row.more)
    return Review(
        id=row.id,
        cycle=row.cycle,
        subject=row.subject,
        definition=row.definition,
        state=row.state,
        revision=row.revision,
        head=row.head,
        visit=row.visit,
        opened_at=row.opened_at,
        entered_at=row.entered_at,
        ended_at=row.ended_at,
        tasks=tuple(_task(values) for values in sorted(read_rows(row.tasks))),
        participants=tuple(_participant(values) for values in sorted(read_rows(row.participants))),
        deadlines=tuple(Deadline(index, parse_instant(at)) for index, at in more["deadlines"]),
        reminders=tuple((ref, parse_instant(at)) for ref, at in more["reminders"]),
        counts=more["counts"],
        watched=more.get("watched", {}),
        fixed={name: parse_instant(at) for name, at in more["fixed"].items()},
        agreed=more["agreed"],
        origins=more["origins"],
        next_agreed=more["next_agreed"],
        delegated=more.get("delegated", {}),
        held=held_from(more.get("held")),
        gathered=gathered_from(more.get("gathered")),
        retired=tuple(more["retired"]),
        chosen={key: tuple(people) for key, people in more["chosen"].items()},
        arrived=tuple(more["arrived"]),
        corrections=tuple(more["corrections"]),
        acknowledgements=tuple(Acknowledgement(*values) for values in more["acknowledgements"]),
        result=_result(row, more["result"]),
    )


def task_row(review: str, place: int, one: Task) -> dict[str, Any]:
    return {"review": review, "place": place, **dict(zip(TASK_FIELDS, _of_task(one), strict=True))}


def participant_row(review: str, place: int, one: Participant) -> dict[str, Any]:
    return {"review": review, "place": place, **dict(zip(PARTICIPANT_FIELDS, _of_participant(one), strict=True))}


def _result(row: Any, more: list[Any] | None) -> Judgement | None:
    if more is None:
        return None
    first_grade, (at_most, at_least), consequences = more
    return Judgement(
        row.result_seq, row.status, row.total, row.grade, first_grade, (at_most, at_least), consequences
    )


def _task(values: list[Any]) -> Task:
    fields = values[1:]
    for number in _TASK_INSTANTS:
        fields[number] = _instant(fields[number])
    return Task(*fields)


def _participant(values: list[Any]) -> Participant:
    _, role, person, since, until, why = values
    return Participant(role, person, parse_instant(since), _instant(until), why)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
