"""Cycles: which there are, open one, how far it is by unit, who is late, how grades fall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.drawing.chart import grades_svg
from api.drawing.svg import definition_svg
from api.kit.ask import Ask, Reply
from api.kit.route import SVG, Door
from api.kit.shapes import ANY, ID, INSTANT, TEXT, WHOLE, body, listed, maybe, named, page_of, shape, some
from api.limits import BULK_MAX
from api.routes.asked import PAGE
from api.routes.shown import CYCLE, PERSON, TITLED, Shown, cycle, person, receipt_of
from api.wire import plain
from engine.definition.model import Definition
from engine.operations import late
from engine.operations.cycles import OpenCycle, Population, close_cycle, open_cycle, progress
from engine.operations.listing import cycle_seen, cycles_page

door = Door("cycles", "/api/v1/cycles")

LATE = shape(review=ID, subject=PERSON, task=TITLED, holders=listed(PERSON), due_at=INSTANT, days_late=WHOLE)
UNIT = shape(unit=TEXT, total=WHOLE, ended=WHOLE, overdue=WHOLE, states=named(WHOLE), late=listed(LATE))
PROGRESS = shape(cycle=CYCLE, states=named(WHOLE), tasks=named(WHOLE), overdue=WHOLE, units=listed(UNIT))
GRADES = shape(cycle=CYCLE, ladder=listed(TEXT), units=listed(shape(unit=TEXT, grades=named(WHOLE), without=WHOLE)))
OPENED = shape(cycle=ID, workflow=TEXT, period=TEXT, reviews=WHOLE, carried=WHOLE)
WANTED = body(
    ("workflow", "period"), workflow=some(1, 120), period=some(4, 10),
    **{"for": listed(some(1, 120), BULK_MAX)}, group=some(1, 120), unit=some(1, 120), department=some(1, 120),
    attributes={"type": "object", "maxProperties": 50, "additionalProperties": ANY},
)  # fmt: skip


FIRST = {"cycle": "$response.body#/items/0/id"}


@door.get("", "cycles", reply=page_of(CYCLE), query=PAGE, links={"cycle": FIRST, "cycle_grades": FIRST})
def cycles(ask: Ask) -> Reply:
    page = cycles_page(ask.rt, ask.actor, limit=ask.query["limit"], cursor=ask.query.get("cursor"))
    return Reply({"items": [cycle(one) for one in page.items], "next": page.next}, next=page.next)


@door.post("", "cycle_open", body=WANTED, reply=OPENED, status=201, refuses=(404,))
def open_(ask: Ask) -> Reply:
    """Opens the reviews of a period for a population, in one transaction. A large population is a job."""
    asked = ask.body
    wanted = Population(
        tuple(asked.get("for", ())), asked.get("group"), asked.get("unit"), asked.get("department")
    )
    request = OpenCycle(asked["workflow"], asked["period"], wanted, _texts(asked.get("attributes", {})))
    done = open_cycle(ask.rt, ask.actor, request, once=ask.once, most=BULK_MAX)
    receipt = receipt_of(done)
    return Reply(receipt, location=f"/api/v1/cycles/{receipt['cycle']}")


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as rules read them: numbers as their text."""
    return {name: str(value) if _number(value) else value for name, value in plain(values).items()}


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@door.get("/{cycle}", "cycle", reply=PROGRESS)
def one(ask: Ask) -> Reply:
    """How far the cycle is: reviews by state and unit, open tasks, who is late."""
    found = cycle_seen(ask.rt, ask.actor, ask.path["cycle"])
    far = progress(ask.rt, ask.actor, found.id)
    units = late.by_unit(ask.rt, ask.actor, found.id)
    definition = definition_of_cycle(ask, found.definition)
    return Reply({
        "cycle": cycle(far.cycle), "states": dict(far.states), "tasks": dict(far.tasks), "overdue": far.overdue,
        "units": [_unit(ask.lang, definition, unit) for unit in units],
    })  # fmt: skip


def definition_of_cycle(ask: Ask, fingerprint: str) -> Definition:
    with ask.rt.database.read() as tx:
        return ask.rt.definition(tx, fingerprint)


def _unit(lang: str, definition: Definition, unit: late.UnitProgress) -> dict[str, Any]:
    said = Shown(lang, definition)
    return {
        "unit": unit.unit, "total": unit.total, "ended": unit.ended, "overdue": unit.overdue,
        "states": dict(unit.states),
        "late": [
            {
                "review": item.review, "subject": person(lang, item.subject), "task": said.task_named(item.task),
                "holders": [person(lang, by) for by in item.holders], "due_at": item.due_at,
                "days_late": item.days_late,
            }
            for item in unit.late
        ],
    }  # fmt: skip


@door.get("/{cycle}/grades", "cycle_grades", reply=GRADES)
def grades(ask: Ask) -> Reply:
    found = cycle_seen(ask.rt, ask.actor, ask.path["cycle"])
    spread = late.grades(ask.rt, ask.actor, found.id)
    units = [{"unit": unit.unit, "grades": dict(unit.grades), "without": unit.without} for unit in spread.units]
    return Reply({"cycle": cycle(found), "ladder": list(spread.ladder), "units": units})


@door.get("/{cycle}/grades.svg", "cycle_grades_svg", gives=SVG)
def grades_picture(ask: Ask) -> Reply:
    found = cycle_seen(ask.rt, ask.actor, ask.path["cycle"])
    spread = late.grades(ask.rt, ask.actor, found.id)
    return Reply(grades_svg(spread.counts, ask.lang, alone=True))


@door.get("/{cycle}/diagram.svg", "cycle_svg", gives=SVG)
def diagram(ask: Ask) -> Reply:
    """The workflow with the number of reviews in each state."""
    found = cycle_seen(ask.rt, ask.actor, ask.path["cycle"])
    far = progress(ask.rt, ask.actor, found.id)
    plan = definition_of_cycle(ask, found.definition)
    return Reply(definition_svg(plan, ask.lang, counts=dict(far.states), alone=True))


@door.post("/{cycle}/close", "cycle_close", reply=shape(cycle=ID, state=TEXT, closed_at=maybe(INSTANT)))
def close(ask: Ask) -> Reply:
    """Ends a cycle whose reviews have all ended."""
    return Reply(receipt_of(close_cycle(ask.rt, ask.actor, ask.path["cycle"], once=ask.once)))
