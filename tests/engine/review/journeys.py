"""The shipped workflow walked from end to end: by people who act, and by time alone."""

from __future__ import annotations

from typing import Any

from engine.review.timers import timers_of
from tests.engine.review.world import World


def drift(world: World) -> list[World]:
    """Nobody does anything: a twin after every timer, until the deadlines have ended the review."""
    stops = [world.twin()]
    while timers := timers_of(world.review, world.definition):
        world.until(timers[0].at)
        stops.append(world.twin())
    return stops


TEXT = {"strengths": "x", "improve": "y"}
FORMS: dict[str, dict[str, Any]] = {
    "review": TEXT, "meet": TEXT, "hear": {"reason": "not_founded", "text": "x"}, "self": {"achieved": "x"},
    "plan": {"text": "x", "actions": [{"what": "x", "owner": "sub", "date": "2025-12-31", "measure": "y"}]},
    "check": {"progress": "under_way", "text": "x"}, "propose": {"colleagues": ["ann", "ben", "cat"]},
}
"""Well-filled forms of the shipped workflow by task."""

MONTHS = ("2025-07", "2025-08", "2025-09")


def quarter(good: bool = True) -> list[tuple[str, str, str]]:
    """All figures that the shipped workflow collects: for a total above 90, or below 60 with a violation."""
    monthly = {"sales": "300" if good else "10", "new_customers": "10" if good else "1"}
    once = {
        "satisfaction": "90" if good else "30", "complaint_rate": "2" if good else "40",
        "response_hours": "12" if good else "60", "violations": "0" if good else "1",
    }
    rows = [(name, month, value) for month in MONTHS for name, value in monthly.items()]
    return rows + [(name, "2025-Q3", value) for name, value in once.items()]


def journey(world: World) -> list[World]:
    """The shipped workflow from opened to closed, through an appeal and a plan; a twin at every stop."""
    stops = [world.twin()]

    def stop() -> None:
        stops.append(world.twin())

    world.figures([("sales_plan", "2025-Q3", "900")])
    world.answer("boss", "propose", targets={"sales.target": "100"}, form=FORMS["propose"])
    stop()
    world.answer("sub", "agree", "object", comment="too much")
    stop()
    world.answer("boss", "propose", targets={"sales.target": "95"}, form=FORMS["propose"])
    world.answer("sub", "agree", "accept")
    stop()
    for day in ("2025-08-05 09:00", "2025-09-03 09:00", "2025-10-09 09:00"):
        world.until(day)
        stop()
        world.answer("boss", "monthly", ratings={"teamwork": "4"})
        if day.startswith("2025-09"):
            for person in ("ann", "ben", "cat"):
                world.answer(person, "peers", ratings={"teamwork": "3"})
                stop()
    world.figures(quarter(good=False), samples=20)
    stop()
    world.answer("boss", "review", form=TEXT)
    stop()
    world.answer("hr1", "settle", "confirm")
    stop()
    world.answer("boss", "meet", form=TEXT)
    stop()
    world.answer("sub", "sign", "disagree", comment="no")
    stop()
    world.until("2025-10-10 09:00")
    world.figures([("violations", "2025-Q3", "2")], take=False)
    for person in ("pan1", "pan2"):
        world.answer(person, "hear", "grade_reopened", form=FORMS["hear"], comment="look again")
        stop()
    world.answer("boss", "review", form=TEXT)
    world.answer("hr1", "settle", "confirm", comment="as before")
    world.answer("boss", "meet", form=TEXT)
    world.answer("sub", "sign", "agree")
    stop()
    world.answer("boss", "plan", form=FORMS["plan"])
    stop()
    world.until("2025-11-20 09:00")
    stop()
    world.answer("boss", "check", "failed", form=FORMS["check"])
    stop()
    world.answer("boss", "propose_next", targets={"sales.target": "98"})
    stop()
    return stops
