"""A small firm with one published workflow and one review, for the store's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.history.event import Entry, entry_of
from engine.review.events import Event
from engine.review.evolve import evolve
from engine.review.model import Review
from engine.store import cycles, definitions, history, people, reviews
from engine.store.cycles import Cycle
from engine.store.database import Database, Tx
from engine.store.definitions import Stored
from engine.store.people import Assignment, Person

NOW = datetime(2025, 7, 1, 1, tzinfo=UTC)
DEFINITION = "f" * 64
PLANTED = "planted-comment-Zq7: she promised to call back 她答应回电"
PLANTED_NAME = "Planted Name Zq8"


def later(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def person(key: str, kind: str = "employee", name: str = "") -> Person:
    return Person(
        key, f"pseudonym-{key}", kind, f"ref-{key}", name or f"Name {key}", f"名 {key}", "Asia/Shanghai", {"level": "3"}
    )


def found(tx: Tx) -> None:
    """The firm: ann reports to mia, mia to zoe; hr is a group; acct is ann's account; bob is ann's colleague."""
    people.insert_people(
        tx,
        [
            person("ann", name=PLANTED_NAME),
            person("bob"),
            person("mia"),
            person("zoe"),
            person("hugh"),
            person("acct", "account"),
        ],
    )
    rows = [
        ("ann", "manager", "mia"),
        ("bob", "manager", "mia"),
        ("mia", "manager", "zoe"),
        ("hugh", "group", "hr"),
        ("ann", "unit", "east"),
        ("bob", "unit", "east"),
        ("acct", "account", "ann"),
    ]
    people.insert_assignments(
        tx, [Assignment(f"a{n}", who, kind, target, NOW, None, NOW) for n, (who, kind, target) in enumerate(rows)]
    )
    definitions.insert_proposed(tx, Stored(DEFINITION, "flow", 1, "proposed", {"workflow.yaml": "x: 1\n"}, "hugh", NOW))
    definitions.approve(tx, DEFINITION, "zoe", NOW)
    cycles.insert(tx, Cycle("cycle-q3", DEFINITION, "flow", "2025-Q3", "open", NOW, "hugh", None, {"growth": "1.5"}))


def opening(review: str = "r1", subject: str = "ann", cycle: str = "cycle-q3") -> Event:
    task = {
        "id": f"{review}-t1",
        "name": "propose",
        "state": "targets",
        "visit": 1,
        "number": 1,
        "role": "subject",
        "person": None,
        "status": "open",
        "opens_at": None,
        "opened_at": "2025-07-01T01:00:00.000000Z",
        "due_at": "2025-07-08T16:00:00.000000Z",
    }
    people_in = [
        {"role": role, "person": who, "since": "2025-07-01T01:00:00.000000Z", "until": None, "why": ""}
        for role, who in (("subject", subject), ("manager", "mia"))
    ]
    payload = {
        "subject": subject,
        "cycle": cycle,
        "period": "2025-Q3",
        "definition": DEFINITION,
        "opened": [task],
        "participants": people_in,
        "deadlines": [{"index": 0, "at": "2025-07-20T16:00:00.000000Z"}],
    }
    return Event(review, 1, "opened", NOW, "batch", None, None, "targets", payload=payload)


def answered(review: Review, *, hours: int, who: str = "ann", anonymous: bool = False, ends: bool = False) -> Event:
    """An answer with a comment that must never lie in the open; `ends` gives a result and closes the review."""
    (task,) = (task for task in review.tasks if task.status == "open")
    seq = review.revision + 1
    opened = {
        "id": f"{review.id}-t{seq}",
        "name": "rate",
        "state": "rating",
        "visit": review.visit + 1,
        "number": seq,
        "role": "subject",
        "person": None,
        "status": "open",
        "opens_at": None,
        "opened_at": "2025-07-01T01:00:00.000000Z",
        "due_at": None,
    }
    payload = {
        "answer": {
            "task_id": task.id,
            "form": {"note": PLANTED},
            "ratings": {"care": "4"},
            "targets": {},
            "grade": None,
        },
        "comment": PLANTED,
        "counts": {"rating.rate.done": seq},
        "trail": ["closed" if ends else "rating"],
        "agreed": {"sales.target": "120.00"},
        "fixed": {"targets": "2025-07-01T02:00:00.000000Z"},
    }
    if ends:
        payload |= {
            "ended_at": "2025-07-02T01:00:00.000000Z",
            "deadlines": [],
            "result": {
                "status": "scored",
                "total": "82.13",
                "grade": "B",
                "first_grade": "B",
                "bounds": [None, None],
                "consequences": {"bonus": "1.0"},
                "metrics": [],
                "reasons": [],
                "facts": {"sales": "110"},
                "trace": [],
            },
        }
    else:
        payload["opened"] = [opened]
    return Event(
        review.id,
        seq,
        "answered",
        later(hours),
        "person",
        who,
        review.state,
        payload["trail"][-1],
        role="peer",
        task=task.name,
        outcome="done",
        anonymous=anonymous,
        guards=(("targets.next.1", True),),
        payload=payload,
    )


def entry(event: Event, subject: str = "ann") -> Entry:
    return entry_of(event, definition=DEFINITION, subject=subject, request="0" * 64)


def open_review(tx: Tx, review: str = "r1", subject: str = "ann", cycle: str = "cycle-q3") -> Review:
    event = opening(review, subject, cycle)
    (appended,) = history.append(tx, [entry(event, subject)])
    one = evolve(None, event, appended.leaf_hash)
    reviews.insert_many(tx, [one])
    return one


def carry_out(tx: Tx, review: Review, event: Event) -> Review:
    (appended,) = history.append(tx, [entry(event, review.subject)])
    after = evolve(review, event, appended.leaf_hash)
    reviews.save(tx, after, review.revision)
    return after


def whole_review(database: Database, review: str = "r1") -> Review:
    """A review with five events: opened, three answers (one of them anonymous), and the one that ends it."""
    with database.write() as tx:
        one = open_review(tx, review)
    for hours, who, anonymous, ends in (
        (1, "ann", False, False),
        (2, "bob", True, False),
        (3, "mia", False, False),
        (4, "mia", False, True),
    ):
        with database.write() as tx:
            one = carry_out(
                tx, reviews.load(tx, review), answered(one, hours=hours, who=who, anonymous=anonymous, ends=ends)
            )
    return one


def next_cycle(tx: Tx) -> None:
    cycles.insert(tx, replace(cycles.get(tx, "cycle-q3"), id="cycle-q4", period="2025-Q4"))
