"""How each route is asked: real ids of the scene, a well-formed body, a key, and the revision that stands now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.test import TestResponse

import engine
from api.kit.route import CSV, FORM, JSON, Route
from engine.store import reviews
from tests.api.calling import Caller
from tests.api.rights.scene import IDENTITIES, WORKFLOW, Live, Scene

SAME_SITE: Final = {"Sec-Fetch-Site": "same-origin"}
SUBJECTS: Final = {"targets": "a3", "few": "a7", "held": "a4"}
"""Whose review a situation is about; else a1's."""

FOLDER: Final = Path(engine.__file__).parents[1] / "workflows" / "account-manager"
PEOPLE: Final = (
    "ref,kind,name,name_zh,unit,department,manager,groups,timezone,employed_from,employed_until,owner\n"
    "n1,employee,New Comer,,west,sales,m2,,Asia/Shanghai,2025-01-01,,\n"
)
FIGURES: Final = (
    "record,subject,account,input,period,value,samples,taken_at\n"
    "late-9,a4,,sales,2025-10,12.00,30,2025-10-08T01:00:00+00:00\n"
)
LATER: Final = "2026年3月31日"
"""Later than every last day of the scene."""

_keys = count(1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is put to a route. body: plain data, the text of a file, or the fields of a page's form."""

    parts: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    revision: int | None = None


def texts(version: str) -> dict[str, str]:
    """The shipped workflow's files as another version."""
    files = [*FOLDER.glob("*.yaml"), *FOLDER.glob("forms/*.json")]
    found = {one.relative_to(FOLDER).as_posix(): one.read_text("utf-8") for one in files if one.name != "examples.yaml"}
    found["workflow.yaml"] = found["workflow.yaml"].replace("version: 2", f"version: {version}", 1)
    return found


def parts_of(route: Route, scene: Scene, where: str) -> dict[str, str]:
    """The parts of the address that vary, with real ids."""
    ids = scene.ids
    known = {
        "review": ids.get(where if where in ("targets", "few", "held") else "appeal", ""),
        "task": ids["propose"] if where == "targets" else ids["hear"],
        "cycle": ids[where if where in ("third", "ended") else "cycle"],
        "fingerprint": ids["proposal" if where == "proposal" else "definition"], "job": ids["job"],
        "token": ids["token"], "session": ids["session"], "ref": "a1", "unit": "-", "code": "not_your_task",
        "name": "reviewcycle.css" if route.name == "asset" else "withdraw",
    }  # fmt: skip
    return {name: known[name] for name in route.parts}


def _answer(scene: Scene, where: str) -> Any:
    if where == "targets":
        return {"targets": {"sales.target": "95"}, "form": {"colleagues": ["a2", "a4", "a5"]}}
    return {"outcome": "grade_stands", "form": {"reason": "not_founded", "text": "heard"}}


def _typed(scene: Scene, where: str) -> Any:
    if where == "targets":
        return {"targets.sales.target": ["95"], "form.colleagues": ["a2", "a4", "a5"]}
    return {"outcome": ["grade_stands"], "form.reason": ["not_founded"], "form.text": ["heard"]}


def _person(scene: Scene, where: str) -> Any:
    return {"person": "a1"} if where == "for_a1" else {}


def _job(scene: Scene, where: str) -> Any:
    item = {"review": scene.ids["appeal"], "command": "remark", "comment": "x"}
    return {"kind": "answers", "answers": [item]} if where == "answers" else {"kind": "verify"}


BODIES: Final[Mapping[str, Callable[[Scene, str], Any]]] = {
    "answer": _answer,
    "draft_save": lambda scene, where: {"comment": "begun"},
    "waive": lambda scene, where: {"reason": "ill"},
    "reassign": lambda scene, where: {"to": "m2", "reason": "ill"},
    "delegate": lambda scene, where: {"to": "m2", "reason": "travels"},
    "retract": lambda scene, where: {"reason": "a slip"},
    "extend_task": lambda scene, where: {"until": LATER, "reason": "ill"},
    "extend": lambda scene, where: {"until": LATER, "reason": "ill"},
    "hold": lambda scene, where: {"until": LATER, "reason": "ill"},
    "resume": lambda scene, where: {"reason": "well again"},
    "skip": lambda scene, where: {"reason": "nobody is there"},
    "remark": lambda scene, where: {"comment": "seen"},
    "intervene": lambda scene, where: {"comment": "a mistake"},
    "correct": lambda scene, where: {"records": [scene.ids["record"]], "reason": "came late"},
    "cycle_open": lambda scene, where: {"workflow": WORKFLOW, "period": "2026-Q1", "for": ["a8"]},
    "cycle_whatif": lambda scene, where: {"definition": scene.ids["definition"]},
    "cohort_answer": lambda scene, where: {"answers": [{"review": scene.ids["appeal"], "outcome": "confirm"}]},
    "cohort_figures": lambda scene, where: {"figures": {"pool": "5000"}},
    "definition_check": lambda scene, where: {"files": texts("4")},
    "definition_propose": lambda scene, where: {"files": texts("4")},
    "people_import": lambda scene, where: PEOPLE,
    "observations_import": lambda scene, where: FIGURES,
    "job_new": _job,
    "token_new": _person,
    "link_new": _person,
    "page_sign_in_do": lambda scene, where: {"link": [scene.ids["link"] if where == "link" else "none"]},
    "page_task_answer": _typed,
    "page_waive_do": lambda scene, where: {"reason": ["ill"]},
    "page_reassign_do": lambda scene, where: {"to": ["m2"], "reason": ["ill"]},
    "page_delegate_do": lambda scene, where: {"to": ["m2"], "reason": ["travels"]},
    "page_retract_do": lambda scene, where: {"reason": ["a slip"]},
    "page_extend_task_do": lambda scene, where: {"until": [LATER], "reason": ["ill"]},
    "page_extend_do": lambda scene, where: {"until": [LATER], "reason": ["ill"]},
    "page_hold_do": lambda scene, where: {"reason": ["ill"]},
    "page_resume_do": lambda scene, where: {"reason": ["well again"]},
    "page_skip_do": lambda scene, where: {"reason": ["nobody is there"]},
    "page_remark_do": lambda scene, where: {"comment": ["seen"]},
    "page_intervene_do": lambda scene, where: {"comment": ["a mistake"]},
    "page_correct_do": lambda scene, where: {"records": [scene.ids["record"]], "reason": ["came late"]},
    "page_cycle_open": lambda scene, where: {"workflow": [WORKFLOW], "period": ["2026-Q1"], "for": ["a8"]},
    "page_cohort_do": lambda scene, where: {"unit": ["-"]},
    "page_definition_write": lambda scene, where: {
        "_propose": [""], **{f"file:{name}": [text] for name, text in texts("4").items()}
    },
    "page_whatif_do": lambda scene, where: {"of": [scene.ids["definition"]], "cycle": [scene.ids["third"]]},
    "page_token_new": lambda scene, where: {"days": ["30"]},
    "page_link_new": lambda scene, where: {"person": ["a1"]},
}  # fmt: skip

QUERIES: Final[Mapping[str, Mapping[str, str]]] = {
    "definition_timeline": {"for": "a1", "from": "2026-01-05"},
    "page_dates": {"for": "a1", "from": "2026-01-05"},
    "review_at": {"instant": "2025-10-09T12:00:00Z"},
    "review_between": {"start": "2025-07-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"},
    "page_timeline": {
        "at": "2025-10-09T12:00:00Z", "start": "2025-07-02T00:00:00Z", "end": "2026-01-01T00:00:00Z",
    },
}  # fmt: skip


def wish_for(route: Route, live: Live, where: str) -> Wish:
    """The request that a row of the matrix is about."""
    scene = live.scene
    query = dict(QUERIES.get(route.name, {}))
    if where == "for_a1" and route.name in ("tokens", "observations"):
        query["person" if route.name == "tokens" else "subject"] = "a1"
    make = BODIES.get(route.name)
    parts = parts_of(route, scene, where)
    revision = None
    if "review" in parts:
        with live.world.rt.database.read() as tx:
            revision = reviews.load(tx, parts["review"]).revision
    body = make(scene, where) if make is not None else ({} if route.takes in (JSON, FORM) else None)
    return Wish(parts, query, body, revision)


def address(route: Route, parts: Mapping[str, str]) -> str:
    path = route.shown_path
    for name, value in parts.items():
        path = path.replace("{" + name + "}", value)
    return path


def knock(caller: Caller, route: Route, wish: Wish, headers: Mapping[str, str | None] | None = None) -> TestResponse:
    """Asks the route as a program or page would that means it. headers: further ones; None takes one away."""
    asked = {**SAME_SITE, **(headers or {})}
    sent = {name: one for name, one in asked.items() if one is not None}
    more: dict[str, Any] = {"query_string": dict(wish.query)}
    if route.keyed:
        sent.setdefault("Idempotency-Key", f"rights-{next(_keys)}")
    if route.matched and wish.revision is not None:
        sent.setdefault("If-Match", f'"{wish.revision}"')
    if route.takes == FORM:
        fields = {"_key": [f"rights-{next(_keys)}"], "_revision": [str(wish.revision or "")], **wish.body}
        more |= {"data": urlencode(fields, doseq=True), "content_type": FORM}
    elif route.takes == CSV:
        more |= {"data": wish.body, "content_type": CSV}
    body = wish.body if route.takes == JSON else None
    return caller.ask(route.method, "/" + address(route, wish.parts), body, sent, **more)


def ref_of(identity: str, where: str = "-") -> str | None:
    """Whom a column of the table stands for; the subject is the one whom the situation is about."""
    if identity in ("none", "expired"):
        return None
    return SUBJECTS.get(where, "a1") if identity == "subject" else IDENTITIES.get(identity, identity)


def who(live: Live, identity: str, where: str = "-") -> Caller:
    return live.caller("expired" if identity == "expired" else ref_of(identity, where))
