"""Definitions: check texts, propose them, approve what another proposed, and draw them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from api.drawing.mermaid import mermaid
from api.drawing.svg import definition_svg
from api.kit.ask import Ask, Reply
from api.kit.route import SVG, Door
from api.kit.route import TEXT as PLAIN
from api.kit.shapes import INSTANT, TEXT, WHOLE, YES_NO, body, listed, maybe, named, shape
from api.refusals import Fault
from api.routes.shown import receipt_of
from engine.definition.problem import Problem
from engine.definition.render import whole
from engine.operations import definitions
from engine.operations.definitions import Approve, Propose
from engine.operations.once import Replayed
from engine.operations.rights import reader_units
from engine.store.definitions import Stored

door = Door("definitions", "/api/v1/definitions")

PROBLEM: Final = shape(
    file=TEXT, line=WHOLE, column=WHOLE, level=TEXT, code=TEXT, text=TEXT, nearest=maybe(TEXT)
)
STORED: Final = shape(
    name=TEXT, version=WHOLE, fingerprint=TEXT, status=TEXT, proposed_at=INSTANT, approved_at=maybe(INSTANT)
)
FILES: Final = body(
    ("files",),
    files={
        "type": "object", "minProperties": 1, "maxProperties": 40,
        "propertyNames": {"type": "string", "minLength": 1, "maxLength": 120},
        "additionalProperties": {"type": "string", "maxLength": 400_000},
    },
)  # fmt: skip
RECEIPT: Final = shape(fingerprint=TEXT, name=TEXT, version=WHOLE, status=TEXT)


def problem(lang: str, one: Problem) -> dict[str, Any]:
    return {
        "file": one.file, "line": one.line, "column": one.column, "level": one.level, "code": one.code,
        "text": whole(one, lang), "nearest": one.values.get("nearest") or None,
    }  # fmt: skip


def problems(lang: str, found: Iterable[Problem]) -> list[dict[str, Any]]:
    return [problem(lang, one) for one in found]


def _stored(one: Stored) -> dict[str, Any]:
    return {
        "name": one.name, "version": one.version, "fingerprint": one.fingerprint, "status": one.status,
        "proposed_at": one.proposed_at, "approved_at": one.approved_at,
    }  # fmt: skip


@door.get("", "definitions", reply=shape(items=listed(STORED)))
def listing(ask: Ask) -> Reply:
    return Reply({"items": [_stored(one) for one in definitions.listing(ask.rt, ask.actor)]})


@door.post("/check", "definition_check", body=FILES, keyed=False, reply=shape(sound=YES_NO, problems=listed(PROBLEM)))
def check(ask: Ask) -> Reply:
    """Every problem of the texts, with file, line and column; nothing is stored."""
    with ask.rt.database.read() as tx:
        reader_units(tx, ask.actor, ask.rt.clock.now())
    checked = definitions.check_texts(ask.body["files"])
    return Reply({
        "sound": all(one.level != "error" for one in checked.problems),
        "problems": problems(ask.lang, checked.problems),
    })  # fmt: skip


@door.post("", "definition_propose", body=FILES, status=201, reply=RECEIPT)
def propose(ask: Ask) -> Reply:
    """Stores sound texts for a second person to approve."""
    done = definitions.propose(ask.rt, ask.actor, Propose(ask.body["files"]), once=ask.once)
    if not isinstance(done, Replayed) and done.stored is None:
        told = problems(ask.lang, done.problems)
        raise Fault("http.problems_found", count=len(told), more={"problems": told})
    receipt = receipt_of(done)
    return Reply(receipt, location=f"/api/v1/definitions/{receipt['fingerprint']}")


@door.get("/{fingerprint}", "definition", reply=shape(definition=STORED, files=named(TEXT), problems=listed(PROBLEM)))
def one(ask: Ask) -> Reply:
    """A definition with its texts as they were proposed."""
    found = definitions.definition_view(ask.rt, ask.actor, ask.path["fingerprint"])
    return Reply({
        "definition": _stored(found.stored), "files": dict(found.stored.sources),
        "problems": problems(ask.lang, found.problems),
    })  # fmt: skip


@door.post("/{fingerprint}/approve", "definition_approve", reply=RECEIPT)
def approve(ask: Ask) -> Reply:
    """Puts a proposal into force: never by the person who proposed it."""
    return Reply(receipt_of(definitions.approve(ask.rt, ask.actor, Approve(ask.path["fingerprint"]), once=ask.once)))


@door.get("/{fingerprint}/diagram.svg", "definition_svg", gives=SVG)
def picture(ask: Ask) -> Reply:
    found = definitions.definition_view(ask.rt, ask.actor, ask.path["fingerprint"])
    return Reply(definition_svg(found.definition, ask.lang, alone=True))


@door.get("/{fingerprint}/diagram.mmd", "definition_mermaid", gives=PLAIN)
def text(ask: Ask) -> Reply:
    found = definitions.definition_view(ask.rt, ask.actor, ask.path["fingerprint"])
    return Reply(mermaid(found.definition, ask.lang) + "\n")
