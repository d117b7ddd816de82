"""The house itself: who one is here, what waits, what the API is, and whether it is well."""

from __future__ import annotations

from typing import Any

from api.kit.ask import Ask, Reply
from api.kit.faults import PROBLEMS
from api.kit.route import Door
from api.kit.shapes import TEXT, WHOLE, YES_NO, listed, maybe, page_of, shape
from api.refusals import FAULTS, REFUSALS, Fault
from api.routes.asked import PAGE
from api.routes.shown import PERSON, WORK, person, work
from api.wire import json_bytes
from engine.operations.code_pages import code_named, code_page, plain_page
from engine.operations.listing import work_page
from engine.operations.seeing import named
from engine.review.roles import AUDITOR, HR
from engine.store import people
from engine.words.book import sentences

door = Door("house", "/api/v1")
health = Door("health")

RIGHTS = shape(hr=YES_NO, units=listed(TEXT), auditor=YES_NO)


@door.get("/me", "me", reply=shape(person=PERSON, rights=RIGHTS))
def me(ask: Ask) -> Reply:
    with ask.rt.database.read() as tx:
        found = people.by_id(tx, [ask.actor.person or ""])[ask.actor.person or ""]
        places = people.places_of(tx, ask.actor.person or "", ask.rt.clock.now())
    rights = {"hr": HR in places.groups, "units": list(places.hr_of), "auditor": AUDITOR in places.groups}
    return Reply({"person": person(ask.lang, named(found)), "rights": rights})


FIRST = {"review": "$response.body#/items/0/review", "task": "$response.body#/items/0/task_id"}


@door.get("/me/tasks", "my_tasks", reply=page_of(WORK), query=PAGE, links={"task": FIRST, "answer": FIRST})
def my_tasks(ask: Ask) -> Reply:
    page = work_page(ask.rt, ask.actor, limit=ask.query["limit"], cursor=ask.query.get("cursor"))
    return Reply({"items": [work(ask.lang, one) for one in page.items], "next": page.next}, next=page.next)


@door.get("/openapi.json", "openapi", public=True, reply={"type": "object"})
def document(ask: Ask) -> Reply:
    """Made once for each language: anybody may ask for it, and it takes longer than any answer to a task."""
    made: dict[str, bytes] = ask.settings["documents"]
    if ask.lang not in made:
        made[ask.lang] = json_bytes(_described(ask))
    return Reply(made[ask.lang])


def _described(ask: Ask) -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    from api.openapi import openapi

    try:
        number = version("reviewcycle")
    except PackageNotFoundError:
        number = "0"
    return openapi(ask.settings["routes"], ask.lang, number)


CODE = shape(code=TEXT, type=TEXT, status=maybe(WHOLE), template=TEXT)


@door.get("/problems", "problems", public=True, reply=shape(items=listed(CODE)))
def problems(ask: Ask) -> Reply:
    return Reply({"items": [_code(ask.lang, code) for code in sorted({*FAULTS, *REFUSALS})]})


LINES = listed(shape(file=TEXT, lines=listed(shape(text=TEXT, new=YES_NO))))
EXAMPLE = shape(level=TEXT, told=TEXT, others=listed(TEXT), wrong=LINES, right=LINES)
EXPLAINED = shape(
    code=TEXT, type=TEXT, status=maybe(WHOLE), template=TEXT, family=TEXT, why=TEXT, example=maybe(EXAMPLE)
)


@door.get("/problems/{code}", "problem", public=True, reply=EXPLAINED)
def problem(ask: Ask) -> Reply:
    """The page of a code; for a problem of a definition with wrong lines, what is said of them, and right ones."""
    code = code_named(ask.path["code"])
    if not code:
        raise Fault("http.no_such_address", path=ask.path["code"][:60])
    return Reply({**_code(ask.lang, code), **plain_page(code_page(code, ask.lang), ask.lang)})


def _code(lang: str, code: str) -> dict[str, Any]:
    status = FAULTS.get(code, REFUSALS.get(code))
    return {"code": code, "type": PROBLEMS + code, "status": status, "template": sentences(lang)[code]}


@health.get("/healthz", "healthz", public=True, reply=shape(status=TEXT))
def healthz(ask: Ask) -> Reply:
    """The process answers."""
    return Reply({"status": "ok"})


@health.get("/readyz", "readyz", public=True, reply=shape(status=TEXT))
def readyz(ask: Ask) -> Reply:
    """The database answers too."""
    try:
        with ask.rt.database.read() as tx:
            people.by_ref(tx, ["-"])
    except Exception as error:  # whatever keeps it from answering; a probe every few seconds is to leave no traceback
        raise Fault("http.not_ready", headers={"Retry-After": "5"}) from error
    return Reply({"status": "ok"})
