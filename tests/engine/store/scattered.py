"""Organisations and reviews put together at random: all that the tables allow, also what no import would make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from engine.definition.model import Definition
from engine.review.model import Participant, Review, Task
from engine.store import cycles, definitions, people, reviews
from engine.store.cycles import Cycle
from engine.store.database import Database
from engine.store.definitions import Stored
from engine.store.people import Assignment, Person
from tests.engine.review.world import small_workflow

BEGIN = datetime(2025, 7, 1, 1, tzinfo=UTC)
STEP = timedelta(days=1)
LENGTH = 6
"""Days in which everything begins and ends."""

_ROLES = """\
  picked: {who: chosen in t_boss.colleagues, else: team of subject, not: [boss]}
  above: {who: manager of manager}
  lead: {who: manager of panel}
  keeper: {who: owner of subject}
  mates: {who: team of boss}
  keepers: {who: owner of peer}
  board: {who: group board, count: 1..2, not: [boss]}
  several: {who: group board}
  one: {who: manager of two}
  two: {who: team of one, else: group board}
  own: {who: subject}
  fallback: {who: group nobody, else: group hr}
  deep: {who: manager of picked, else: group appeals-panel}
"""
_NAMES = ("boss", "peer", "hr", "panel", "picked", "above", "lead", "keeper", "mates", "keepers", "board", "several",
          "one", "two", "own", "fallback", "deep", "subject")
_TASKS = ", ".join(f"t_{name}: {{by: {name}}}" for name in _NAMES)
_STATES = f"  begin: {{stage: evaluate, tasks: {{{_TASKS}}}, next: over}}\n  over: {{final: true}}\n"
UNITS, GROUPS = ("east", "west", "law"), ("hr", "people-team", "auditor", "board", "appeals-panel")


def workflows() -> tuple[Definition, Definition]:
    """Two with roles of every kind; in the second HR is a group of another name."""
    first = small_workflow(_STATES, _ROLES)
    second = small_workflow(_STATES, _ROLES + "  x: {who: group people-team}\n")
    hr = second.roles["hr"]
    roles = {**second.roles, "hr": replace(hr, who=replace(hr.who, group="people-team"))}
    return first, replace(second, roles=roles)


def scatter(database: Database, found: tuple[Definition, ...], seed: int, count: int = 16, reviewed: int = 24) -> None:
    """`count` people and `reviewed` reviews of them and of four accounts."""
    random = Random(seed)
    employees = [f"{number:032x}" for number in range(1, count + 1)]
    accounts = [f"{number:032x}" for number in range(901, 905)]
    everybody = [*employees, *accounts]
    with database.write() as tx:
        kinds = [(one, "employee") for one in employees] + [(one, "account") for one in accounts]
        people.insert_people(tx, [Person(one, f"p-{one}", kind, f"r{one[-3:]}", one[-3:]) for one, kind in kinds])
        rows: list[Assignment] = []

        def assign(person: str, kind: str, target: str) -> None:
            since = BEGIN + STEP * random.randrange(LENGTH)
            until = since + STEP * random.randrange(1, LENGTH) if random.random() < 0.4 else None
            rows.append(Assignment(f"as{len(rows)}", person, kind, target, since, until, BEGIN))

        for one in everybody:
            for _ in range(random.choice((0, 1, 1, 2))):
                assign(one, "manager", random.choice(employees))
            for _ in range(random.choice((0, 1, 1, 2))):
                assign(one, "unit", random.choice(UNITS))
        for account in accounts:
            for _ in range(random.choice((0, 1, 2))):
                assign(account, "account", random.choice(employees))
        for _ in range(count):
            assign(random.choice(employees), "group", random.choice(GROUPS))
        for _ in range(count // 3):
            assign(random.choice(employees), "hr_of", random.choice(UNITS))
        people.insert_assignments(tx, rows)
        for place, definition in enumerate(found):
            stored = Stored(definition.fingerprint, f"w{place}", 1, "proposed", {"a": "b\n"}, employees[0], BEGIN)
            definitions.insert_proposed(tx, stored)
            cycles.insert(tx, Cycle(f"c{place}", definition.fingerprint, f"w{place}", "2025-Q3", "open", BEGIN))
        pairs = random.sample([(place, one) for place in range(len(found)) for one in everybody], reviewed)
        reviews.insert_many(tx, [_review(random, number, place, one, found[place].fingerprint, employees)
                                 for number, (place, one) in enumerate(pairs)])


def _review(random: Random, number: int, place: int, subject: str, fingerprint: str, employees: list[str]) -> Review:
    key, ended = f"{number:032x}", random.random() < 0.15
    tasks = []
    for name in random.sample(_NAMES, random.choice((0, 1, 2, 4))):
        status = random.choice(("open", "open", "open", "done", "waiting", "superseded"))
        by = random.choice(employees) if status == "done" else None
        tasks.append(
            Task(
                f"{key[16:]}{len(tasks):016x}", f"t_{name}", "begin", random.choice((1, 2, 2)), 1, name,
                random.choice((None, None, None, random.choice(employees))), status, None, BEGIN,
                BEGIN + STEP * random.randrange(LENGTH) if random.random() < 0.7 else None, answered_by=by,
            )
        )  # fmt: skip
    rows = tuple(
        Participant(random.choice(_NAMES), random.choice(employees), BEGIN, random.choice((None, BEGIN)), "")
        for _ in range(random.choice((0, 0, 1, 2)))
    )
    chosen = {"t_boss.colleagues": tuple(random.sample(employees, 2))} if random.random() < 0.4 else {}
    return Review(
        key, f"c{place}", subject, fingerprint, "over" if ended else "begin", 1, "head", 2, BEGIN, BEGIN,
        ended_at=BEGIN if ended else None, tasks=tuple(tasks), participants=rows, chosen=chosen,
    )
