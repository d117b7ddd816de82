"""Observations: figures that arrived, with their source, and figures from a file."""

from __future__ import annotations

from typing import Any

from api.kit.ask import Ask, Reply
from api.kit.route import CSV, Door
from api.kit.shapes import ID, INSTANT, TEXT, WHOLE, YES_NO, listed, maybe, page_of, shape, some, with_more
from api.routes.asked import PAGE
from api.routes.people import TOLD, refuse_rows
from api.routes.shown import receipt_of
from engine.operations.directory import observations_page
from engine.operations.figures import ImportFigures, import_figures
from engine.operations.once import Replayed
from engine.review.case import Observation
from engine.sources.csv_file import Upload
from engine.words.book import say

door = Door("observations", "/api/v1/observations")

OBSERVATION = shape(
    id=ID, subject=TEXT, input=TEXT, value=TEXT, period=TEXT, source=TEXT, record=TEXT, taken_at=INSTANT,
    recorded_at=INSTANT, samples=maybe(WHOLE), replaces=maybe(ID),
)  # fmt: skip
IMPORTED = with_more(
    shape(
        source=TEXT, rows=WHOLE, added=WHOLE, replaced=WHOLE, duplicates=WHOLE, gaps=WHOLE, flagged=WHOLE,
        late=WHOLE, dry_run=YES_NO,
    ),
    told=listed(TOLD),
)  # fmt: skip
IMPORT = {
    "dry_run": {**YES_NO, "default": False}, "name": some(1, 120), "source": some(1, 120), "replace": some(1, 200),
}  # fmt: skip


def _shown(one: Observation, ref: str) -> dict[str, Any]:
    return {
        "id": one.id, "subject": ref, "input": one.input, "value": one.value, "period": one.period,
        "source": one.source, "record": one.record, "taken_at": one.taken_at, "recorded_at": one.recorded_at,
        "samples": one.samples, "replaces": one.replaces,
    }  # fmt: skip


@door.get(
    "", "observations", reply=page_of(OBSERVATION), refuses=(404,),
    query={**PAGE, "subject": some(1, 120), "period": some(4, 10)},
)  # fmt: skip
def observations(ask: Ask) -> Reply:
    """Observed figures of a subject, newest first; HR and auditors see those of everybody they may read."""
    page = observations_page(
        ask.rt, ask.actor, subject=ask.query.get("subject"), period=ask.query.get("period"),
        limit=ask.query["limit"], cursor=ask.query.get("cursor"),
    )  # fmt: skip
    return Reply(
        {"items": [_shown(one.observation, one.subject.ref) for one in page.items], "next": page.next}, next=page.next
    )


@door.post("/import", "observations_import", takes=CSV, query=IMPORT, reply=IMPORTED)
def import_(ask: Ask) -> Reply:
    """Figures from CSV: duplicates told, gaps counted, outliers flagged. One refused row and nothing is stored."""
    request = ImportFigures(
        Upload(ask.query.get("name", "figures.csv"), ask.body), ask.query.get("source"), ask.query.get("replace"),
        ask.query["dry_run"],
    )  # fmt: skip
    done = import_figures(ask.rt, ask.actor, request, once=ask.once)
    if not isinstance(done, Replayed):
        refuse_rows(done)
    receipt = receipt_of(done)
    if not isinstance(done, Replayed) and done.dry_run:
        receipt["told"] = [
            {"row": one.row, "level": one.level, "code": one.code, "text": say(ask.lang, one.code, **one.values)}
            for one in done.problems
        ]
    return Reply(receipt)


