"""Every route answers every identity as the table of rights says; a route that nobody thought of is found."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import pytest

from api.app import add, routes
from api.kit.ask import Ask, Reply
from api.kit.route import Door, Route
from api.kit.shapes import TEXT, shape
from engine.operations.names import SYSTEM
from engine.operations.views import review_view
from engine.runtime import Runtime
from tests.api.rights.asking import ref_of
from tests.api.rights.cells import SENT, Cell, asked, table, told
from tests.api.rights.looking import text_of
from tests.api.rights.plants import forbidden
from tests.api.rights.scene import IDENTITIES, Scene, Stage

SAMPLE = 12
"""One in so many cells is asked in the default run, and all of them under slow."""

NOBODY = ("none", "expired")


def wrong(stage: Stage, cells: Iterable[Cell], known: tuple[Route, ...] = ()) -> list[str]:
    """Cells with another status than the table says, and those whose reply shows what this identity may not read."""
    found = []
    for cell, reply in asked(stage, known or routes(), cells):
        place = f"{cell.route} ({cell.where}): {cell.identity}"
        if told(reply) != cell.status:
            found.append(f"{place} gets {told(reply)}, not {cell.status}")
        found += [f"{place} reads {text}" for text in forbidden(ref_of(cell.identity, cell.where), text_of(reply))]
    return found


def without_row(known: Iterable[Route], cells: Iterable[Cell]) -> set[str]:
    return {route.name for route in known} ^ {cell.route for cell in cells}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert without_row(routes(), table()) == set()
    door = Door("reviews", "/api/v1")
    door.get("/forgotten", "forgotten")(lambda ask: Reply())
    assert without_row((*routes(), *door.routes), table()) == {"forgotten"}
    assert without_row(routes()[1:], table()) == {routes()[0].name}


def test_a_sample_of_all_cells_is_answered_as_the_table_says(stage: Stage) -> None:
    cells = [cell for cell in table() if zlib.crc32(repr(cell).encode()) % SAMPLE == 0]
    assert {cell.identity for cell in cells} == set(IDENTITIES)
    assert wrong(stage, cells) == []


@pytest.mark.slow
def test_every_cell_is_answered_as_the_table_says(stage: Stage) -> None:
    assert wrong(stage, table()) == []


def test_nobody_gets_in_without_a_token_that_is_good_but_where_it_is_public() -> None:
    public = {route.name for route in routes() if route.public}
    for cell in table():
        if cell.identity in NOBODY and cell.route not in public:
            route = next(one for one in routes() if one.name == cell.route)
            assert cell.status == (SENT if route.page else "401"), cell
    assert public == {"openapi", "problems", "problem", "healthz", "readyz", "asset", "page_sign_in", "page_sign_in_do"}


def test_what_is_allowed_succeeds_for_the_manager_and_for_hr(stage: Stage) -> None:
    """The positive controls: were everything refused, the table would be as full of 403."""
    done = {(cell.route, cell.identity) for cell in table() if cell.status == SENT or cell.status[0] in "23"}
    unsafe = {route.name for route in routes() if route.method != "GET"}
    assert {name for name, identity in done if identity == "hr"} >= unsafe - {
        "answer", "page_task_answer", "draft_save", "draft_drop", "session_end", "page_session_end",
        "delegate", "page_delegate_do", "retract", "page_retract_do",
        "cohort_answer", "page_cohort_do", "cohort_figures",  # done by hr in test_cohorts.py and pages/test_cohort.py
    }  # fmt: skip
    assert {name for name, identity in done if identity == "manager"} >= {
        "answer", "page_task_answer", "draft_save", "draft_drop", "remark", "page_remark_do", "job_new", "token_new",
        "token_revoke", "link_new", "session_end", "page_session_end", "page_token_revoke", "page_sign_out",
    }  # fmt: skip
    controls = [cell for cell in table() if cell.route in ("answer", "waive") and cell.where == "targets"]
    assert wrong(stage, controls) == []


def test_no_cell_of_a_stranger_says_more_than_that_there_is_nothing(stage: Stage) -> None:
    """Whoever has nothing to do with a review or cycle gets 404 there, or is told what holds of every one of them."""
    named = ("review", "cycle", "job", "token", "session", "fingerprint", "ref")
    for cell in table():
        route = next(one for one in routes() if one.name == cell.route)
        if cell.identity == "other" and set(route.parts) & set(named):
            assert cell.status == "404" or (cell.route, cell.status) == ("definition_approve", "403"), cell


def test_a_route_that_forgets_to_check_is_found(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> None:
    door = Door("reviews", "/api/v1/careless")

    @door.get("/{review}", "careless", reply=shape(state=TEXT))
    def careless(ask: Ask) -> Reply:
        return Reply({"state": review_view(ask.rt, SYSTEM, ask.path["review"]).state})

    stage = Stage(scene, tmp_path_factory.mktemp("careless"))
    add(stage.app, cast(Runtime, stage.turning), door.routes[0], {})
    cells = [replace(cell, route="careless") for cell in table() if (cell.route, cell.where) == ("review", "appeal")]
    found = wrong(stage, cells, tuple(door.routes))
    assert [one.split(": ")[1].split()[0] for one in found] == ["other", "hr_other"]
