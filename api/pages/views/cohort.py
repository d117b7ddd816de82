"""Reviews that are graded together: who is here, what the quota allows, and all grades settled with one button."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from api.kit.ask import Ask, Reply
from api.kit.faults import fault_of, refused
from api.kit.route import Door
from api.kit.shapes import one_of, some
from api.pages.faulty import Faults, place_of, said_of
from api.pages.form import Choice, Field, all_faults
from api.pages.render import go, show
from api.pages.saying import Saying
from api.pages.views.steps import WORDS_MOST
from api.refusals import Fault
from engine.errors import InputError, KeyReused, StaleRevision
from engine.operations.calibrate import Settle, calibrate
from engine.operations.calibration import Calibration, CohortRow, chosen, cohorts_of
from engine.operations.cohort_told import NOWHERE, approvers, cohort_name, counted, quota_lines, usual_outcome
from engine.review.case import Refused
from engine.words.book import say

door = Door("pages")

PARTS: Final = ("outcome", "grade", "comment")


@dataclass(frozen=True, slots=True)
class Row:
    """One review: where it stands, and, where it waits for the viewer, its three fields."""

    review: str
    subject: str
    ref: str
    stands: str
    chip: str
    total: str | None
    grade: str | None
    first_grade: str | None
    fields: tuple[Field, ...] = ()


@door.page(
    "/cycles/{cycle}/cohort", "page_cohort", query={"unit": some(1, 120), "done": one_of("settled")},
)
def cohort(ask: Ask) -> Reply:
    """One cohort; where there are several and none is named, which there are."""
    return cohort_page(ask, ask.query.get("unit"))


@door.submit("/cycles/{cycle}/cohort", "page_cohort_do", refuses=(403, 404, 409, 422))
def settle(ask: Ask) -> Reply:
    unit = typed(ask, "unit") or None
    one = chosen(cohorts_of(ask.rt, ask.actor, ask.path["cycle"]), unit)
    try:
        done = calibrate(
            ask.rt, ask.actor, one.cycle.id, unit, tuple(answers(ask, one)), approve=bool(typed(ask, "approve")),
            once=ask.once,
        )
    except (InputError, KeyReused, StaleRevision) as error:
        fault = fault_of(error)
        return cohort_page(ask, unit, {"": [said_of(ask.lang, fault)]}, fault.status)
    if isinstance(done, Refused):
        fault = refused(done, one.definition)
        return cohort_page(ask, unit, placed(fault), fault.status)
    return go(f"/cycles/{one.cycle.id}/cohort" + (f"?{urlencode({'unit': unit})}" if unit else ""), "settled")


def typed(ask: Ask, name: str) -> str:
    texts = ask.body.get(name) or [""] if isinstance(ask.body, Mapping) else [""]
    return str(texts[0])


def answers(ask: Ask, one: Calibration) -> Iterator[Settle]:
    """One for each review that waits for the viewer and has an outcome chosen; others are told as missing."""
    for row in one.waiting:
        outcome, grade, comment = (typed(ask, f"answers.{row.review}.{part}") for part in PARTS)
        if outcome:
            yield Settle(row.review, outcome, grade if grade != row.grade and grade else None, comment.strip() or None)


def placed(fault: Fault) -> Faults:
    """Each reason at the review and the field that it speaks of, else above them all."""
    faults: Faults = {}
    for one in fault.more.get("reasons", ()):
        part = place_of(one["code"], one["values"])
        review = one["values"].get("review")
        text = one["text"] if review is None or part in PARTS else f"{one['values'].get('who', '')}: {one['text']}"
        name = f"answers.{review}.{part}" if review is not None and part in PARTS else ""
        faults.setdefault(name, []).append(text)
    return faults


def cohort_page(
    ask: Ask, unit: str | None, faults: Faults | None = None, status: int | None = None
) -> Reply:
    found = cohorts_of(ask.rt, ask.actor, ask.path["cycle"])
    faults = faults or {}
    several = unit is None and len(found) != 1
    one = None if several else chosen(found, unit)
    first = one or next(iter(found), None)
    if first is None:
        one = chosen(found, unit)  # says that there is none
    assert first is not None
    saying = Saying(ask.lang, first.definition, ask.rt.clock.now())
    rows = [] if one is None else [row_of(ask, saying, one, row, faults) for row in one.rows]
    fields = [field for row in rows for field in row.fields]
    return show(
        ask, "cohort.html", status=status, place="cycles", cycle=first.cycle, say=saying, one=one, rows=rows,
        others=[(cohort_name(ask.lang, each), each.unit or NOWHERE, counted(ask.lang, each), len(each.waiting))
                for each in found] if len(found) > 1 else [],
        name="" if one is None else cohort_name(ask.lang, one), unit=unit or "",
        standing="" if one is None else counted(ask.lang, one),
        quota=() if one is None else quota_lines(ask.lang, one.definition, one.quota),
        approvers=[saying.role(name) for name in approvers(first.definition)] if fields else [],
        approved=bool(typed(ask, "approve")), faults=all_faults(fields), general=faults.get("", ()),
        done=ask.query.get("done"), key=ask.rt.ids.new_id(),
    )  # fmt: skip


_CHIPS: Final[Mapping[str, str]] = {
    "open": "open", "here": "waiting", "missing": "waiting", "back": "superseded", "done": "done",
}  # fmt: skip


def row_of(ask: Ask, saying: Saying, one: Calibration, row: CohortRow, faults: Faults) -> Row:
    stands = say(ask.lang, f"cohort.stands.{row.stands}")
    if row.stands in ("missing", "back"):
        stands = say(ask.lang, "pages.cohort.stands_in", stands=stands, state=saying.state(row.state))
    fields = tuple(fields_of(ask, saying, one, row, faults)) if row.mine else ()
    return Row(
        row.review, row.subject.said(ask.lang), row.subject.ref, stands, _CHIPS[row.stands], row.total, row.grade,
        row.first_grade if row.first_grade != row.grade else None, fields,
    )


def fields_of(
    ask: Ask, saying: Saying, one: Calibration, row: CohortRow, faults: Faults
) -> Iterator[Field]:
    """What is asked of one review: the outcome, the grade within its bounds, a comment; as typed, else as is usual."""
    again = isinstance(ask.body, Mapping)
    names = {part: f"answers.{row.review}.{part}" for part in PARTS}
    values = {part: typed(ask, name) for part, name in names.items()}
    subject = row.subject.said(ask.lang)

    def field(kind: str, part: str, choices: Sequence[Choice] = (), blank: str = "") -> Field:
        title = say(ask.lang, "pages.cohort.of", what=say(ask.lang, f"pages.cohort.{part}"), subject=subject)
        return Field(
            kind, names[part], title, value=values[part], choices=tuple(choices), blank=blank, most=WORDS_MOST,
            faults=tuple(faults.get(names[part], ())),
        )

    wanted = values["outcome"] if again else usual_outcome(one)
    yield field("select", "outcome", [
        Choice(name, saying.outcome(one.task, name), chosen=name == wanted) for name in row.outcomes
    ])
    if row.grades:
        blank = say(ask.lang, "pages.cohort.as_is", grade=row.grade or "")
        others = [name for name in row.grades if name != row.grade]
        yield field("select", "grade", [Choice(name, name, chosen=name == values["grade"]) for name in others], blank)
    yield field("text", "comment")
