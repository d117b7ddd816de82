"""The table of rights: which status whom awaits at which route, in which situation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from werkzeug.test import TestResponse

from api.kit.route import Route
from tests.api.rights.asking import knock, who, wish_for
from tests.api.rights.scene import IDENTITIES, Stage

TABLE: Final = Path(__file__).with_name("matrix.txt")
SAFE: Final = ("GET",)
SENT: Final = "sign-in"
"""What the table says of a browser that is sent to sign in."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One identity at one route in one situation, and the status that it gets."""

    route: str
    where: str
    identity: str
    status: str


def table() -> tuple[Cell, ...]:
    """Every cell of matrix.txt. ValueError for a row of another length, or one that is there twice."""
    lines = [line.split() for line in TABLE.read_text("utf-8").splitlines() if line.strip() and line[0] != "#"]
    head, *rows = lines
    if head != ["route", "where", *IDENTITIES]:
        raise ValueError(f"the head of {TABLE.name} is {head}")
    wrong = [row for row in rows if len(row) != len(head)]
    twice = {tuple(row[:2]) for row in rows if sum(row[:2] == other[:2] for other in rows) > 1}
    if wrong or twice:
        raise ValueError(f"{wrong or twice} in {TABLE.name}")
    return tuple(
        Cell(row[0], row[1], identity, status)
        for row in rows
        for identity, status in zip(IDENTITIES, row[2:], strict=True)
    )


def told(found: TestResponse) -> str:
    """The status as the table says it."""
    sent = found.status_code == 303 and found.headers["Location"].startswith("/sign-in")
    return SENT if sent else str(found.status_code)


def asked(stage: Stage, routes: Iterable[Route], cells: Iterable[Cell]) -> Iterator[tuple[Cell, TestResponse]]:
    """Asks every cell for real, each of a scene that nobody has changed."""
    known = {route.name: route for route in routes}
    with ExitStack() as stack:
        live = stack.enter_context(stage.live())
        for cell in cells:
            route = known[cell.route]
            found = knock(who(live, cell.identity, cell.where), route, wish_for(route, live, cell.where))
            yield cell, found
            if route.method not in SAFE and found.status_code < 400:
                stack.close()
                live = stack.enter_context(stage.live())
