"""What would this change: a cycle's reviews judged by a definition that is written, waits or is in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from api.drawing.compared import compared_svg
from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import some
from api.limits import TRIED_MAX
from api.pages.cycle_choice import cycles_of, with_results
from api.pages.render import Frame, frame_of, show
from api.pages.views.definitions import FILE, Fault, faults_of, ordered
from api.refusals import reply_for
from engine.definition.reader import WORKFLOW, read_scorecard
from engine.errors import NotAllowed, NotFound, ReviewcycleError
from engine.operations import jobs
from engine.operations.definitions import definition_view
from engine.operations.jobs import NewJob
from engine.operations.once import Replayed
from engine.operations.titles import titled
from engine.operations.whatif import Trial, carried_out, subjects_of
from engine.operations.whatif_job import begin, kept_trial, whatif_wish
from engine.operations.whatif_told import told_trial
from engine.words.book import say

door = Door("pages")

ROWS: Final = 100
"""Reviews that are shown; all of them come with the API."""

_SCORECARD: Final = re.compile(r"^scorecard:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)


@door.page("/definitions/whatif", "page_whatif", query={"of": some(1, 120)})
def choose(ask: Ask) -> Reply:
    """For which definition, and on which cycle."""
    frame = watching(ask)
    return whatif_page(ask, frame, of=ask.query.get("of", ""))


@door.submit("/definitions/whatif", "page_whatif_do", refuses=(403, 404, 422))
def try_out(ask: Ask) -> Reply:
    """Shows the comparison at once; for many reviews it is a job, and its page is where one is led."""
    frame = watching(ask)
    of, cycle = _text(ask, "of"), _text(ask, "cycle")
    texts = {name.removeprefix(FILE): "".join(one[:1]) for name, one in ask.body.items() if name.startswith(FILE)}
    if not texts and not of:
        return whatif_page(ask, frame, cycle=cycle, status=422)
    wish: dict[str, Any] = {"cycle": cycle, "definition": of}
    name = scorecard_name(texts)
    refused = "" if cycle else say(ask.lang, "pages.whatif.cycle_wanted")
    if texts and name not in texts:
        refused = say(ask.lang, "pages.whatif.no_file", name=name[:80])
    if refused:
        return whatif_page(ask, frame, of=of, cycle=cycle, texts=texts, refused=refused, status=422)
    if texts:
        card, problems = read_scorecard(texts.get(name, ""))
        if card is None:
            faults = faults_of(ask.lang, problems, {"scorecard.yaml": texts.get(name, "")})
            return whatif_page(ask, frame, cycle=cycle, texts=texts, faults=faults, status=422)
        wish = {"cycle": cycle, "scorecard": texts[name]}
    try:
        running = begin(ask.rt, ask.actor, whatif_wish(wish), TRIED_MAX)
        trial = carried_out(running.steps)
    except ReviewcycleError as error:
        if error.code == "WI021":
            return job_instead(ask, wish)
        said = say(ask.lang, error.code, **error.values)
        status = reply_for(error).status
        return whatif_page(ask, frame, of=of, cycle=cycle, texts=texts, refused=said, status=status)
    return whatif_page(ask, frame, of=of, cycle=cycle, texts=texts, trial=trial, status=200)


def job_instead(ask: Ask, wish: Mapping[str, Any]) -> Reply:
    done = jobs.new_job(ask.rt, ask.actor, NewJob("whatif", {"whatif": dict(wish)}), once=ask.once)
    receipt = done.receipt if isinstance(done, Replayed) else done.receipt()
    return Reply("", status=303, location=f"/definitions/whatif/{receipt['id']}")


@door.page("/definitions/whatif/{job}", "page_whatif_job")
def of_job(ask: Ask) -> Reply:
    """How far the job is, and what it has found; to everybody else it is not there."""
    frame = frame_of(ask)
    one = jobs.job(ask.rt, ask.actor, ask.path["job"])
    if one.kind != "whatif":
        raise NotFound("OP002", ref=ask.path["job"][:40])
    trial = kept_trial(ask.rt, ask.actor, one.id) if one.state == "done" else None
    failed = ""
    if one.state == "failed":
        result = dict(one.result or {})
        code = result.get("code", "DR027")
        failed = say(ask.lang, code, **result.get("values", {})) if "values" in result else code
    return whatif_page(ask, frame, trial=trial, job=one, refused=failed)


def watching(ask: Ask) -> Frame:
    frame = frame_of(ask)
    if not (frame.hr or frame.auditor):
        raise NotAllowed("OP006")
    return frame


def _text(ask: Ask, name: str) -> str:
    return "".join(ask.body.get(name, [])[:1]).strip()


def scorecard_name(texts: Mapping[str, str]) -> str:
    """The file that the workflow names as its scorecard."""
    found = _SCORECARD.search(texts.get(WORKFLOW, ""))
    return found[1] if found is not None else "scorecard.yaml"


def whatif_page(
    ask: Ask, frame: Frame, *, of: str = "", cycle: str = "", texts: Mapping[str, str] | None = None,
    faults: list[Fault] | None = None, trial: Trial | None = None, job: Any = None, refused: str = "",
    status: int | None = None,
) -> Reply:  # fmt: skip
    title, meant = title_of(ask, of)
    told = None
    if trial is not None:
        told = told_trial(ask.lang, trial, subjects_of(ask.rt, ask.actor, trial.reviews))
    return show(
        ask, "whatif.html", status=status, frame=frame, place="definitions", of=of, file=FILE,
        chosen=cycle or (with_results(ask, meant) if job is None else ""),
        texts=ordered(texts or {}), faults=faults or [], told=told, job=job, refused=refused, key=ask.rt.ids.new_id(),
        title=title, cycles=cycles_of(ask), chart=chart_of(ask.lang, told), rows=ROWS,
        running=job is not None and job.state in ("waiting", "running", "paused"),
        w=lambda code, **values: say(ask.lang, f"whatif.{code}", **values), signed=signed,
        words={word: say(ask.lang, f"score.{word}") for word in ("yes", "no")},
    )  # fmt: skip


def title_of(ask: Ask, of: str) -> tuple[str, str]:
    """The definition's title and version, and its name; nothing for texts that are only being written."""
    if not of:
        return "", ""
    found = definition_view(ask.rt, ask.actor, of)
    version = f"{say(ask.lang, 'pages.version')} {found.stored.version}"
    return f"{titled(ask.lang, found.definition.title, found.stored.name)} · {version}", found.stored.name


def chart_of(lang: str, told: Mapping[str, Any] | None) -> str:
    if told is None or not told["grades"]:
        return ""
    nobody = say(lang, "whatif.no_grade")
    pairs = [(one["grade"] or nobody, one["before"], one["after"]) for one in told["distribution"]]
    return Markup(compared_svg(pairs, lang, title=say(lang, "whatif.distribution")))


def signed(text: str | None) -> str:
    """A difference with its sign."""
    return "" if text is None else text if text.startswith("-") or text == "0" else f"+{text}"
