"""People: whom one may know, and the organisation as a dated difference."""

from __future__ import annotations

from typing import Any

from api.kit.ask import Ask, Reply
from api.kit.route import CSV, Door
from api.kit.shapes import TEXT, WHOLE, YES_NO, listed, maybe, named, page_of, shape, some, with_more
from api.refusals import At, Fault
from api.routes.asked import AT, PAGE, instant_of
from api.routes.shown import receipt_of
from engine.operations.directory import KnownPerson, people_page, person_view
from engine.operations.once import Replayed
from engine.operations.people import ImportPeople, import_people
from engine.operations.report import FiguresReport, PeopleReport
from engine.sources.csv_file import RowProblem, Upload

door = Door("people", "/api/v1/people")

KNOWN = shape(ref=TEXT, name=TEXT, kind=TEXT, units=listed(TEXT), manager=maybe(TEXT), attributes=maybe(named({})))
CHANGE = shape(row=WHOLE, ref=TEXT, what=TEXT, before=TEXT, after=TEXT)
TOLD = shape(row=WHOLE, level=TEXT, code=TEXT, text=TEXT)
IMPORTED = with_more(
    shape(rows=WHOLE, added=WHOLE, changed=WHOLE, unchanged=WHOLE, dry_run=YES_NO), changes=listed(CHANGE)
)
IMPORT = {"dry_run": {**YES_NO, "default": False}, "name": some(1, 120), "since": AT}


def known(lang: str, one: KnownPerson) -> dict[str, Any]:
    return {
        "ref": one.person.ref, "name": one.person.said(lang), "kind": one.kind, "units": list(one.units),
        "manager": None if one.manager is None else one.manager.ref,
        "attributes": None if one.attributes is None else dict(one.attributes),
    }  # fmt: skip


@door.get("", "people", reply=page_of(KNOWN), query={**PAGE, "search": some(1, 80), "unit": some(1, 120)})
def people(ask: Ask) -> Reply:
    page = people_page(
        ask.rt, ask.actor, search=ask.query.get("search"), unit=ask.query.get("unit"), limit=ask.query["limit"],
        cursor=ask.query.get("cursor"),
    )  # fmt: skip
    return Reply({"items": [known(ask.lang, one) for one in page.items], "next": page.next}, next=page.next)


@door.get("/{ref}", "person", reply=KNOWN)
def one(ask: Ask) -> Reply:
    return Reply(known(ask.lang, person_view(ask.rt, ask.actor, ask.path["ref"])))


@door.post("/import", "people_import", takes=CSV, query=IMPORT, reply=IMPORTED)
def import_(ask: Ask) -> Reply:
    """The difference to the people known, from CSV. One problem anywhere and nothing is stored; a dry run says what
    would change."""
    since = instant_of(ask, "since") if "since" in ask.query else None
    request = ImportPeople(Upload(ask.query.get("name", "people.csv"), ask.body), since, ask.query["dry_run"])
    done = import_people(ask.rt, ask.actor, request, once=ask.once)
    if not isinstance(done, Replayed):
        refuse_rows(done)
    receipt = receipt_of(done)
    if not isinstance(done, Replayed) and done.dry_run:
        receipt["changes"] = [
            {"row": change.row, "ref": change.ref, "what": change.what, "before": change.before, "after": change.after}
            for change in done.changes
        ]
    return Reply(receipt)


def refuse_rows(report: PeopleReport | FiguresReport) -> None:
    """Fault 422 with every row that stands in the way."""
    if report.refused:
        wrong = [problem for problem in report.problems if problem.level == "error"]
        raise Fault("http.rows_refused", at=tuple(map(_at, wrong[:200])), count=len(wrong))


def _at(problem: RowProblem) -> At:
    return At(f"row {problem.row}", problem.code, problem.values)
