"""Audit: find a review, follow what happened to it, see it as it stood at any instant, and prove the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import one_of, some
from api.pages.dates import field_instant, grouped, typed_instant
from api.pages.past import told_lines
from api.pages.pictures import way_in, workflow_picture
from api.pages.render import frame_of, go, show
from api.pages.saying import Saying, word
from api.pages.scored import scored
from api.pages.views.reviews import FILTERS, searched
from api.routes.asked import review_of
from engine.clock import parse_instant
from engine.errors import NotAllowed, NotFound, ReviewcycleError
from engine.operations import between as changes
from engine.operations import jobs, timeline
from engine.operations.jobs import NewJob
from engine.operations.views import review_view
from engine.words.book import has, say, sentences

door = Door("pages")

AT: Final = some(0, 40)
FINDINGS_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Stood:
    """A review as it was at an instant, in words."""

    at: datetime
    said: str
    state: str
    seq: int
    head: str
    total: str
    grade: str
    tasks: tuple[tuple[str, str, str], ...]
    targets: tuple[tuple[str, str, str], ...]
    acknowledgements: tuple[tuple[str, str], ...]
    score: Any


@door.page("/audit", "page_audit", query=FILTERS)
def audit(ask: Ask) -> Reply:
    frame = frame_of(ask)
    proofs = jobs.jobs_page(ask.rt, ask.actor, limit=5, cursor=None).items if frame.auditor or frame.hr else ()
    return show(
        ask, "audit.html", frame=frame, place="audit", key=ask.rt.ids.new_id(),
        proof=next((one for one in proofs if one.kind == "verify"), None), **searched(ask),
    )  # fmt: skip


@door.submit("/audit/verify", "page_verify", refuses=(403,))
def verify(ask: Ask) -> Reply:
    """Has the whole history proven, as a job that can be watched."""
    done = jobs.new_job(ask.rt, ask.actor, NewJob("verify", {}), once=ask.once)
    receipt = done.receipt if isinstance(done.receipt, Mapping) else done.receipt()
    return go(f"/audit/verify/{receipt['id']}")


@door.page("/audit/verify/{job}", "page_verdict")
def verdict(ask: Ask) -> Reply:
    one = jobs.job(ask.rt, ask.actor, ask.path["job"])
    if one.kind != "verify":
        raise NotFound("OP002", ref=ask.path["job"][:40])
    return show(
        ask, "verdict.html", place="audit", job=one, running=one.state in ("waiting", "running", "paused"),
        result=one.result or {}, findings=findings_of(ask.lang, one.result or {}),
    )  # fmt: skip


def findings_of(lang: str, result: Mapping[str, Any]) -> list[dict[str, str]]:
    """Places that do not hold, in words; a job keeps their codes without values."""
    found = []
    for one in list(result.get("told", ()))[:FINDINGS_MOST]:
        code = str(one["code"])
        text = sentences(lang)[code].format_map(_Unsaid(one.get("values", {}))) if has(code) else code
        found.append({"stream": str(one.get("stream", "")), "seq": str(one.get("seq") or "–"), "text": text})
    return found


class _Unsaid(dict[str, str]):
    """Values of a sentence, with a sign for those that were not kept."""

    def __missing__(self, key: str) -> str:
        return "…"


@door.page(
    "/audit/{review}", "page_timeline",
    query={"at": AT, "start": AT, "end": AT, "order": {**one_of("oldest", "newest"), "default": "oldest"}},
)  # fmt: skip
def past(ask: Ask) -> Reply:
    """Everything that happened; beside it the review at an instant, or what changed between two."""
    view = review_view(ask.rt, ask.actor, review_of(ask))
    saying = Saying(ask.lang, view.definition, ask.rt.clock.now())
    history = timeline.history(ask.rt, ask.actor, view.id)
    lines = told_lines(saying, history.lines)
    instant, wrong = instant_in(ask, saying, "at")
    stood = stood_at(ask, saying, view.id, instant or saying.now)
    wrong = wrong or ("" if stood is not None else say(ask.lang, "pages.audit.not_yet"))
    seq = stood.seq if stood is not None else 0
    way = way_in(history, view.definition.initial, seq) if stood is not None else ()
    title = say(ask.lang, "pages.review.picture", subject=view.subject.said(ask.lang))
    compared, unfit = between_of(ask, saying, view.id)
    return show(
        ask, "timeline.html", place="audit", view=view, say=saying, subject=view.subject.said(ask.lang),
        lines=lines if ask.query["order"] == "oldest" else lines[::-1], stood=stood, seq=seq, wrong=wrong or unfit,
        picture=workflow_picture(view.definition, ask.lang, path=way, here=way[-1] if way else None, title=title),
        compared=compared, fields=fields_of(saying, history, ask, instant), order=ask.query["order"],
    )  # fmt: skip


def instant_in(ask: Ask, saying: Saying, name: str) -> tuple[datetime | None, str]:
    """The instant that was typed or linked, None where there is none; and what is wrong with it."""
    text = str(ask.query.get(name, "")).strip()
    if not text:
        return None, ""
    try:
        return parse_instant(typed_instant(text.replace("Z", "+00:00"), saying.zone).isoformat()), ""
    except (ValueError, OverflowError):
        return None, say(ask.lang, "pages.audit.no_instant", text=text[:40])


def stood_at(ask: Ask, saying: Saying, review: str, instant: datetime) -> Stood | None:
    """The review at the instant with its score; None before it was opened."""
    try:
        found = timeline.state_at(ask.rt, ask.actor, review, instant)
    except NotFound:
        return None
    return Stood(
        at=instant, said=saying.when(instant), state=saying.state(found.state), seq=found.revision, head=found.head,
        total=found.total or "", grade=found.grade or "",
        tasks=tuple(
            (saying.task(name), status, saying.due(due).day if due is not None else "")
            for name, status, due in found.tasks
        ),
        targets=tuple(
            (saying.target(key), grouped(saying.agreed(key, value)), saying.unit(key))
            for key, value in (found.targets or {}).items()
        ),
        acknowledgements=found.acknowledgements, score=score_at(ask, saying, review, instant),
    )  # fmt: skip


def score_at(ask: Ask, saying: Saying, review: str, instant: datetime) -> Any:
    try:
        return scored(saying, timeline.score(ask.rt, ask.actor, review, instant).result)
    except NotFound:
        return None


def between_of(ask: Ask, saying: Saying, review: str) -> tuple[dict[str, Any] | None, str]:
    """What changed between the two instants that were asked for."""
    start, wrong = instant_in(ask, saying, "start")
    end, unfit = instant_in(ask, saying, "end")
    if wrong or unfit or start is None or end is None:
        return None, wrong or unfit
    try:
        found = changes.between(ask.rt, ask.actor, review, start, end)
    except (NotFound, NotAllowed) as error:
        return None, say(ask.lang, error.code, **error.values)
    except ReviewcycleError as error:
        return None, say(ask.lang, error.code, **error.values) if has(error.code) else error.code
    rows = [
        (changed_what(saying, what, one.key), shown(saying, what, one.before), shown(saying, what, one.after))
        for one in found.changes
        for what in [one.what]
    ]
    return {
        "start": saying.when(start), "end": saying.when(end), "rows": rows, "lines": told_lines(saying, found.lines)
    }, ""


def changed_what(saying: Saying, what: str, key: str | None) -> str:
    kind = word(saying.lang, "changed", what)
    if key is None:
        return kind
    known, _, rest = key.partition(" ")
    named: Mapping[str, Callable[[str], str]] = {
        "target": saying.target, "figure": saying.figure, "task": saying.task, "metric": saying.metric,
        "participant": saying.role, "acknowledgement": lambda one: word(saying.lang, "acknowledged", one),
    }  # fmt: skip
    title = named.get(what, str)(known)
    name = say(saying.lang, "pages.so_called", what=title, more=rest) if rest else title
    return say(saying.lang, "pages.changed.of", what=kind, name=name)


def shown(saying: Saying, what: str, value: str | None) -> str:
    if value is None:
        return "–"
    if what == "state":
        return saying.state(value)
    area = {"task": "status", "acknowledgement": "acknowledged"}.get(what)
    if area is not None:
        return word(saying.lang, area, value)
    return ", ".join(map(grouped, value.split(", "))) if what in ("figure", "target") else value


def fields_of(saying: Saying, history: timeline.History, ask: Ask, instant: datetime | None) -> dict[str, str]:
    """What the fields for instants show: what was asked for, else the first and the last event."""
    first, last = history.lines[0].at, history.lines[-1].at
    given = {name: instant_in(ask, saying, name)[0] for name in ("start", "end")}
    return {
        "at": field_instant(instant or saying.now, saying.zone),
        "start": field_instant(given["start"] or first, saying.zone),
        "end": field_instant(given["end"] or last + timedelta(seconds=1), saying.zone),
    }
