"""The result of a review: facts handed to the rules, what they say, and what guards may read of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from engine.review import barrier, plain, roles
from engine.review.case import Together
from engine.review.draft import Draft
from engine.review.figures import COHORT, answers_of, canonical, counting, document_of, targets_of, with_cohort
from engine.review.model import Gathered, Judgement
from rules.cohort.remembering import score_again
from rules.expressions.types import MISSING
from rules.numbers import decimal_text, parse_decimal
from rules.scorecard.course import Course, Reason
from rules.scorecard.course import plain as shown
from rules.scorecard.evaluate import Result, result_document, score
from rules.scorecard.facts import Facts, read_facts
from rules.scorecard.model import Card
from rules.scorecard.retiring import in_force
from rules.scorecard.settling import settle


@dataclass(frozen=True, slots=True)
class Scoring:
    """One run of the rules. plain: the complete result as a payload keeps it; names and past: what guards read."""

    status: str
    plain: Mapping[str, Any]
    names: Mapping[str, Any]
    past: Sequence[Mapping[str, Any]]


def judge(card: Card, document: Mapping[str, Any]) -> Scoring:
    """Score a plain document of facts; figures that the card cannot take make a blocked result that says so."""
    facts, faults = read_facts(card, {name: value for name, value in document.items() if name != COHORT})
    if facts is None:
        reasons = [{"code": one.code, "path": list(one.path), "values": dict(one.values)} for one in faults]
        nothing: dict[str, Any] = dict.fromkeys(("total", "grade", "first_grade"))
        empty: dict[str, Any] = {"consequences": {}, "metrics": {}, "proposals": [], "figures": {}, "trace": []}
        result = {
            "status": "blocked", **nothing, **empty, "bounds": [None, None], "reasons": reasons, "facts": document,
        }
        return Scoring("blocked", result, {}, ())
    return _scored(card, facts, document)


def rescore(draft: Draft) -> None:
    """Score anew after facts changed; an acknowledged or adjusted result that is no longer the same is void, and so is
    what a quota made of a grade that is another now."""
    card, before, adjusted = draft.definition.card, draft.result, adjusted_by_people(draft)
    scoring = judge(card, document_of(draft))
    if adjusted is not None and before is not None:
        if _same(before, scoring):
            scoring = judge(card, {**document_of(draft), "adjusted": adjusted})
        else:
            _tell_hr(draft, "adjustment_void", adjusted)
            adjusted = None
    if before is not None and draft.gathered is not None and _moved(draft.gathered, before, scoring):
        _let_go(draft, draft.gathered, scoring)
        document = document_of(draft)
        scoring = judge(card, document if adjusted is None else {**document, "adjusted": adjusted})
    _keep(draft, scoring)


def adjust(draft: Draft, grade: str) -> None:
    """The result with a grade that a person set; the rules' own stays as its first grade."""
    if draft.gathered is not None and draft.gathered.quota_grade is not None:
        draft.gathered = replace(draft.gathered, before=grade, quota_grade=None)
    _keep(draft, judge(draft.definition.card, {**document_of(draft), "adjusted": grade}))


def gather(draft: Draft, together: Together) -> None:
    """The result as the judgement of the whole cohort leaves it."""
    draft.gathered = gathered = together.gathered
    document = dict(document_of(draft) if together.facts is None else together.facts)
    document.pop("adjusted", None)
    document = with_cohort(draft.definition.card, document, gathered)
    if draft.result is not None and gathered.before not in (None, draft.result.first_grade):
        document["adjusted"] = gathered.before
    _keep(draft, judge(draft.definition.card, document))


def adjusted_by_people(draft: Draft) -> str | None:
    """The grade that a person set, if one did; one that a quota made is none."""
    result, gathered = draft.result, draft.gathered
    if result is None:
        return None
    grade = gathered.before if gathered is not None and gathered.quota_grade is not None else result.grade
    return grade if grade != result.first_grade else None


def _moved(gathered: Gathered, before: Judgement, scoring: Scoring) -> bool:
    """Whether the card no longer is what was judged together with the others."""
    if gathered.quota_grade is None and not gathered.told:
        return False
    step = next((one for one in scoring.plain["trace"] if one["step"] == "cohort"), None)
    grade = scoring.plain["grade"] if step is None else step["before"]
    return grade != gathered.before or (bool(gathered.shares) and scoring.plain["total"] != before.total)


def _let_go(draft: Draft, gathered: Gathered, scoring: Scoring) -> None:
    """The quota says nothing more of this card; its parts of pools stay, since they are shared out."""
    step = next((one for one in scoring.plain["trace"] if one["step"] == "cohort"), None)
    grade = scoring.plain["grade"] if step is None else step["before"]
    if not barrier.ahead(draft.definition, draft.state):  # else it gathers again
        _tell_hr(draft, "quota_void", str(gathered.quota_grade or gathered.before))
    told = {name: one for name, one in gathered.told.items() if name == "splits"}
    draft.gathered = replace(gathered, before=grade, quota_grade=None, told=told)


def _tell_hr(draft: Draft, what: str, grade: str) -> None:
    hr = roles.hr_people(draft.definition, draft.case.relations, draft.before.subject)
    draft.notice(what, roles.HR, hr, grade=grade)


def unadjust(draft: Draft) -> None:
    """The result as the rules make it, without the grade that a person had set."""
    _keep(draft, judge(draft.definition.card, document_of(draft)))


def known(draft: Draft) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    """Names and earlier periods for guards, with the newest counting answer of each form under `task.field`.

    Total, grade and consequences are those of the result on record, also where an earlier period has changed since.
    """
    scoring = _scoring(draft)
    names = {**scoring.names, **_news(draft, scoring.names)}
    if draft.judged is None and draft.result is not None:
        names.update(_on_record(draft.result, names))
    for given in answers_of(draft):
        for field, value in (given.answer.get("form") or {}).items():
            if isinstance(value, str | bool | int):
                names[f"{given.task}.{field}"] = value
    return names, scoring.past


def _news(draft: Draft, names: Mapping[str, Any]) -> dict[str, Any]:
    """Of every list the rows that came later than the draft wants to look back; nothing where it wants all."""
    since, news = draft.rows_since, {}
    for name in draft.definition.card.lists if since is not None else ():
        rows, came = names.get(name, ()), [one.recorded_at for one in counting(draft, name)]
        if len(rows) == len(came):
            news[name] = tuple(row for row, at in zip(rows, came, strict=True) if since is not None and at > since)
    return news


def _on_record(result: Judgement, now: Mapping[str, Any]) -> dict[str, Any]:
    """The result's own values by name; `now` tells which of its texts are numbers."""
    told = {"total": result.total, "grade": result.grade, **result.consequences}
    return {name: _value_of(text, now.get(name, MISSING)) for name, text in told.items()}


def _value_of(text: Any, like: Any) -> Any:
    if text is None:
        return MISSING
    if isinstance(text, bool) or isinstance(like, str):
        return text
    try:
        return Fraction(text) if "/" in text else parse_decimal(text)
    except ValueError:
        return text


def values_read(draft: Draft, names: Iterable[str]) -> dict[str, str]:
    """What a guard saw, as text; a missing figure is left out."""
    values, _ = known(draft)
    return {name: _said(values[name]) for name in sorted(names) if name in values and values[name] is not MISSING}


def _said(value: Any) -> str:
    """A list says how many rows it has: what stands in them is told where they came in."""
    return str(len(value)) if isinstance(value, tuple) else str(value)


def blocked_by(draft: Draft) -> tuple[str, ...]:
    """Figures for want of which there is no result; empty when there is one."""
    result, card = draft.result, draft.definition.card
    if result is not None and result.status == "scored" and (card.total is None or result.total is not None):
        return ()
    scoring = _scoring(draft)
    lacking = [name for one in scoring.plain["reasons"] for name in _named(one["values"])]
    if not lacking:
        lacking = [name for name, part in scoring.plain["metrics"].items() if part["score"] is None]
    return tuple(dict.fromkeys(lacking)) or ("total",)


def fix_targets(draft: Draft) -> None:
    """From here on `agreed` holds every target in force, each with its origin."""
    in_force = {**_from_file(draft), **targets_of(draft)}
    draft.agreed = {key: value for key, (value, _) in in_force.items()}
    draft.origins = {key: origin for key, (_, origin) in in_force.items()}


def _from_file(draft: Draft) -> dict[str, tuple[str, str]]:
    """What the card says by itself, after its profiles: for the record, it is not handed back to the rules."""
    metrics = _scoring(draft).plain["metrics"]
    found = {}
    for one in draft.definition.card.agreeable():
        name, _, what = one.key.rpartition(".")
        value = metrics.get(name, {}).get(what)
        value = value if value is not None else None if one.default is None else decimal_text(one.default)
        if value is not None and "/" not in value:
            found[one.key] = (canonical(one, value), "file")
    return found


def unfix_targets(draft: Draft) -> None:
    """Only what was agreed here stays; the rest is looked up again."""
    draft.agreed = {key: value for key, value in draft.agreed.items() if draft.origins.get(key) == "agreed"}
    draft.origins = {}
    draft.acknowledgements = [one for one in draft.acknowledgements if one.what != "targets"]


def _scoring(draft: Draft) -> Scoring:
    if draft.scoring is None:
        document = document_of(draft)
        adjusted = adjusted_by_people(draft)
        if adjusted is not None:
            document["adjusted"] = adjusted
        draft.scoring = judge(draft.definition.card, document)
    scoring: Scoring = draft.scoring
    return scoring


def _keep(draft: Draft, scoring: Scoring) -> None:
    before = draft.result
    draft.scoring = scoring
    draft.judged = scoring.plain
    draft.result = plain.judgement_from(scoring.plain, draft.seq)
    if before is not None and _shown(before) != _shown(draft.result):
        draft.acknowledgements = [one for one in draft.acknowledgements if one.what != "result"]


def _shown(judgement: Judgement) -> tuple[Any, ...]:
    return judgement.status, judgement.total, judgement.grade, dict(judgement.consequences)


def _same(before: Judgement, scoring: Scoring) -> bool:
    after = scoring.plain
    bounds = tuple(after["bounds"])
    return (before.total, before.first_grade, before.bounds) == (after["total"], after["first_grade"], bounds)


def _named(values: Mapping[str, str]) -> list[str]:
    """The figures that a reason of the rules names."""
    said = values.get("lacking") or values.get("names") or values.get("name") or ""
    return [one.strip() for one in said.split(",") if one.strip()]


def refusals_of(draft: Draft, targets: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the card has against these targets taken together (sums of weights, requirements); empty when sound."""
    case = draft.case
    facts, _ = read_facts(draft.definition.card, {
        "subject": case.attributes, "cycle": case.cycle_attributes, "previous": case.previous, "agreed": targets,
    })
    if facts is None:
        return []
    # Targets are judged by settling them; no figure of an input has a say in it.
    card = draft.definition.card
    if facts.retired:
        card, facts = in_force(card, facts)
    course = Course(card, facts, traced=False)
    settle(course)
    return [_plain_reason(one) for one in (*course.refusals, *course.reasons)] if course.refusals else []


def _plain_reason(one: Reason) -> dict[str, Any]:
    return {"code": one.code, "path": list(one.path), "values": dict(one.values)}


def _scored(card: Card, facts: Facts, document: Mapping[str, Any]) -> Scoring:
    result = score_again(card, facts, document[COHORT]) if COHORT in document else score(card, facts)
    bounds = [result.bounds.at_most, result.bounds.at_least]
    figures = {name: shown(value) for name, value in result.figures.items() if not isinstance(value, list | tuple)}
    told = {
        **result_document(result), "bounds": bounds, "figures": figures, "facts": document, "trace": list(result.trace),
    }
    return Scoring(result.status, told, _names(result, facts), facts.previous)


def _names(result: Result, facts: Facts) -> dict[str, Any]:
    """Values under the names that a guard may read; what is missing is absent."""
    names: dict[str, Any] = {f"subject.{name}": value for name, value in facts.subject.items()}
    names.update({f"cycle.{name}": value for name, value in facts.cycle.items()})
    names.update(result.figures)
    names.update(result.lists)
    names.update(result.consequences)
    for key, part in result.metrics.items():
        values = {"score": part.score, "weight": part.weight, "target": part.target, "value": part.value}
        names.update({f"{key}.{name}": value for name, value in values.items() if value is not None})
    whole = {"total": result.total, "grade": result.grade}
    names.update({name: value for name, value in whole.items() if value is not None})
    return names
