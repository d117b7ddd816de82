"""Whatever field of a reply is sent back in a change, it alters nothing that its sender may not alter."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from api.app import routes
from api.kit.route import FORM, JSON, Route
from engine.operations.audit import verify
from tests.api.calling import Caller
from tests.api.rights.asking import Wish, knock, who, wish_for
from tests.api.rights.cells import table
from tests.api.rights.looking import places
from tests.api.rights.rows import changed, stored
from tests.api.rights.scene import Live, Stage

EVERY = 150
"""In the default run one in so many of the requests with a field too much is sent; under slow all."""

PARTS: Final = ("form", "targets", "ratings")
PRETENDED: Final = (
    "X-Forwarded-User", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Remote-User", "X-User",
    "X-Actor", "X-Person", "X-Role", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "Forwarded", "From",
    "ETag", "X-Request-Id", "X-Review", "X-Revision",
)  # fmt: skip
"""Headers by which other houses have been told who asks, and of what."""


Known = Mapping[str, Mapping[str, Any]]


def fields(live: Live, caller: Caller) -> dict[str, Any]:
    """Every name in every JSON reply to the caller, with a value that it had."""
    found: dict[str, Any] = {}
    for route, where in places(("appeal", "targets")):
        if route.gives == JSON:
            found.update(dict(walked(knock(caller, route, wish_for(route, live, where)).get_json())))
    return found


@pytest.fixture(scope="module")
def known(stage: Stage) -> dict[str, dict[str, Any]]:
    """The fields that each of the senders has seen."""
    with stage.live() as live:
        return {identity: fields(live, who(live, identity)) for identity in ("manager", "panel", "hr")}


def walked(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield name, one
            yield from walked(one)
    elif isinstance(value, list):
        for one in value:
            yield from walked(one)


def changes(takes: str) -> list[tuple[Route, str, str]]:
    """What somebody may do: route, situation, and one who may: the manager, the panel or HR."""
    may = {
        (cell.route, cell.where): cell.identity
        for cell in table()
        if cell.identity in ("hr", "panel", "manager") and cell.status[0] in "23"
    }
    known = {route.name: route for route in routes() if route.method != "GET" and route.takes == takes}
    return [(known[name], where, identity) for (name, where), identity in may.items() if name in known]


def too_much(route: Route, wish: Wish, known: Mapping[str, Any]) -> Iterator[Wish]:
    """The wish with each field beside it, inside of its parts, and as a parameter, where the route knows none such."""
    declared = (route.body or {}).get("properties", {})
    for name, value in known.items():
        if name not in declared:
            yield replace(wish, body={**wish.body, name: value})
        if name not in (*route.query, "lang"):
            yield replace(wish, query={**wish.query, name: value if isinstance(value, str) else json.dumps(value)})
        for part in PARTS if route.name == "answer" else ():
            inside = wish.body.get(part, {})
            if name not in inside and (value is not None or part != "targets"):  # a target of null is not given
                yield replace(wish, body={**wish.body, part: {**inside, name: value}})


def smuggled(stage: Stage, known: Known, every: int) -> tuple[int, list[str]]:
    """How many requests with a field too much were sent, and those that were carried out or changed a row."""
    count, wrong = 0, []
    for route, where, identity in changes(JSON):
        with stage.live() as live:
            caller, wish, before = who(live, identity, where), wish_for(route, live, where), stored(live.world)
            for number, one in enumerate(too_much(route, wish, known[identity])):
                if zlib.crc32(f"{route.name} {number}".encode()) % every:
                    continue
                reply, count = knock(caller, route, one), count + 1
                if not 400 <= reply.status_code < 500:
                    wrong.append(f"{route.name} ({identity}): {one.body} {one.query}: {reply.status_code}")
            if changed(before, stored(live.world)):
                wrong.append(f"{route.name} ({identity}): {changed(before, stored(live.world))} changed")
    return count, wrong


@pytest.mark.slow
def test_a_sample_of_fields_sent_back_is_refused_and_changes_nothing(stage: Stage, known: Known) -> None:
    count, wrong = smuggled(stage, known, EVERY)
    assert (wrong, count > 50) == ([], True)


@pytest.mark.slow
def test_every_field_sent_back_is_refused_and_changes_nothing(stage: Stage, known: Known) -> None:
    count, wrong = smuggled(stage, known, 1)
    assert (wrong, count > 3000) == ([], True)


def done(stage: Stage, route: Route, where: str, identity: str, more: Mapping[str, str], field: Any = None) -> Any:
    """All rows after the change, with further headers or fields of a form."""
    with stage.live() as live:
        caller, wish = who(live, identity, where), wish_for(route, live, where)
        sent = dict(more)
        if field is not None:
            wish = replace(wish, body={**{name: [str(one)] for name, one in field.items()}, **wish.body, "_key": ["k"]})
        reply = knock(caller, route, wish, {**sent, "Idempotency-Key": "k"})
        assert reply.status_code < 400, (route.name, reply.get_data(as_text=True)[:500])
        assert verify(live.world.rt).ok
        return stored(live.world)


def headers_of(known: Mapping[str, Any]) -> dict[str, str]:
    """Every field as a header, and every header of the kind that says who asks."""
    sent = {
        name.replace("_", "-"): str(one).encode("ascii", "ignore").decode()[:200]
        for name, one in known.items()
        if isinstance(one, str | int) and name.isascii() and name.isidentifier()
    }
    return {**sent, **{f"X-{name}": one for name, one in sent.items()}, **dict.fromkeys(PRETENDED, "hr1")}


@pytest.mark.slow
def test_a_header_changes_nothing_about_who_does_what(stage: Stage, known: Known) -> None:
    sent = headers_of(known["manager"])
    assert len(sent) > 60
    for name, where, identity in (("answer", "targets", "manager"), ("remark", "appeal", "panel")):
        route = next(one for one in routes() if one.name == name)
        assert changed(done(stage, route, where, identity, {}), done(stage, route, where, identity, sent)) == set()


def test_a_field_of_a_page_that_is_not_in_its_form_changes_nothing(stage: Stage, known: Known) -> None:
    """Forms of pages leave aside what they do not have; only the receipt's digest of the request differs."""
    pretended = {"grade": "A", "person": "hr1", "actor": "hr1", "task": "agree", "review": "x", "ratings.teamwork": 5}
    told = {name: one for name, one in known["manager"].items() if isinstance(one, str | int)}
    more = {name: one for name, one in {**told, **pretended}.items() if name not in ("comment", "outcome", "days")}
    chosen = {("page_task_answer", "targets"), ("page_remark_do", "appeal"), ("page_token_new", "-")}
    asked = [one for one in changes(FORM) if (one[0].name, one[1]) in chosen]
    assert len(asked) == len(chosen)
    for route, where, identity in asked:
        plain, filled = (done(stage, route, where, identity, {}, field) for field in ({}, more))
        assert changed(plain, filled) <= {"request"}, route.name


def test_a_change_that_may_be_made_changes_rows(stage: Stage) -> None:
    """The control: rows are looked at whole, so what was allowed is found."""
    with stage.live() as live:
        before = stored(live.world)
    route = next(one for one in routes() if one.name == "answer")
    after = done(stage, route, "targets", "manager", {})
    assert changed(before, after) >= {"event", "payload", "review", "task", "request"}


OTHERS: Final[tuple[tuple[str, dict[str, Any], int], ...]] = (
    ("m3", {"grade": "A", "targets": {"sales.target": "95"}}, 422),
    ("m3", {"ratings": {"teamwork": 5}}, 422),
    ("m3", {"targets": {"sales.weight": "99"}}, 422),
    ("m3", {"targets": {"total": "99"}}, 422),
    ("a3", {"targets": {"sales.target": "1"}}, 403),
    ("hr1", {"targets": {"sales.target": "1"}}, 403),
    ("au1", {"targets": {"sales.target": "1"}}, 403),
    ("m1", {"targets": {"sales.target": "1"}}, 404),
)


def test_what_a_route_knows_is_still_not_everybodys_to_set(stage: Stage) -> None:
    """Fields that an answer may have, from whoever may not give them here."""
    route = next(one for one in routes() if one.name == "answer")
    with stage.live() as live:
        before = stored(live.world)
        for ref, body, status in OTHERS:
            reply = knock(live.caller(ref), route, replace(wish_for(route, live, "targets"), body=body))
            assert reply.status_code == status, (ref, body, reply.get_data(as_text=True))
        assert changed(before, stored(live.world)) == set()
