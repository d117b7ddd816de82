"""A score for people: its metrics as a table, and the way to it step by step, both from the stored judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from api.kit.ask import Ask
from api.pages.dates import grouped
from api.pages.saying import Saying
from engine.errors import NotFound
from engine.operations import timeline
from engine.operations.explained import reached
from engine.operations.timeline import score_titles, score_zone
from engine.operations.titles import titled
from engine.review.reach_text import reach_section
from engine.review.score_text import Section, score_sections
from engine.words.book import say
from rules.numbers import Rounding, decimal_text, round_quotient
from rules.trial.reach import Reach

NEAR: Final = Rounding(2, "half_up")


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table. depth: 0 for a metric, 1 for its parts; group: has parts, and so no value of its own."""

    title: str
    value: str
    unit: str
    target: str
    score: str
    weight: str
    contribution: str
    depth: int = 0
    group: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """total, grade and status as stored; steps: (heading, lines) in the order of the computation; follows: (what,
    value) of the consequences; next: distance to the next better grade, empty when there is none; reach: what would
    have reached it, a change a line, under its heading."""

    total: str
    grade: str
    first_grade: str
    status: str
    metrics: tuple[Metric, ...]
    steps: tuple[tuple[str, tuple[str, ...]], ...]
    follows: tuple[tuple[str, str], ...]
    next: Mapping[str, str]
    reach: Section | None = None


def scored(saying: Saying, result: Mapping[str, Any], reached: Reach | None = None) -> Scored:
    trace: Sequence[Mapping[str, Any]] = result.get("trace", ())
    lang = saying.lang
    titles, zone = score_titles(saying.definition, trace, lang), score_zone(saying.definition)
    steps = tuple((one.heading, one.lines) for one in score_sections(trace, lang, titles, zone))
    grade = next((step for step in trace if step["step"] == "grade"), {})
    first = result.get("first_grade") or ""
    return Scored(
        total=_text(result.get("total")), grade=_text(result.get("grade")),
        first_grade=first if first != result.get("grade") else "", status=_text(result.get("status")),
        metrics=tuple(_metrics(saying, result, trace)), steps=steps, follows=tuple(_follows(saying, result)),
        next=grade.get("next") or {}, reach=reach_section(reached, trace, lang, titles, saying.measured),
    )  # fmt: skip


def reached_in(ask: Ask, review: str, instant: datetime | None = None) -> Reach | None:
    """For whoever may see the score; None where there is none to see, or no better grade to reach."""
    try:
        return reached(timeline.score(ask.rt, ask.actor, review, instant))
    except NotFound:
        return None


def smallest_in(ask: Ask, saying: Saying, review: str) -> str:
    """One line for a list of reviews: the smallest change, or why there is none; empty where none is wanted."""
    try:
        found = timeline.score(ask.rt, ask.actor, review)
    except NotFound:
        return ""
    trace = found.result.get("trace", ())
    titles = score_titles(found.definition, trace, ask.lang)
    section = reach_section(reached(found), trace, ask.lang, titles, saying.measured)
    return next(iter(section.lines), "") if section is not None else ""


def _metrics(saying: Saying, result: Mapping[str, Any], trace: Sequence[Mapping[str, Any]]) -> Iterable[Metric]:
    """In the order of the card, parts of a metric under it; what this person is not judged by is left out."""
    known = result.get("metrics", {})
    told = {step["name"]: step for step in trace if step["step"] == "metrics"}
    judged = [key for key in told if key in known]
    others = [key for key in known if key not in told and (not told or known[key].get("score") is not None)]
    for name, depth, group in _under(None, [*judged, *others]):
        one, step = known[name], told.get(name, {})
        title = titled(saying.lang, step.get("title") or {}, name)
        figures: Sequence[Mapping[str, Any]] = step.get("figures") or ()
        unit = saying.unit(figures[0]["name"]) if len(figures) == 1 else ""
        yield Metric(
            title, grouped(near(_said(saying, one.get("value")))), unit, grouped(near(_text(one.get("target")))),
            _text(one.get("score")), near(_text(one.get("weight"))), near(_text(one.get("contribution"))), depth, group,
        )  # fmt: skip


def _under(above: str | None, names: Sequence[str], depth: int = 0) -> Iterable[tuple[str, int, bool]]:
    """Every name with those below it right behind: a part is computed before its group, but read after it."""
    known = set(names)
    for name in names:
        if (_above(name) if _above(name) in known else None) == above:
            below = list(_under(name, names, depth + 1))
            yield name, depth, bool(below)
            yield from below


def _above(name: str) -> str:
    """What a part or a row stands in."""
    return name.rpartition("[")[0] if name.endswith("]") else name.rpartition(".")[0]


def near(text: str) -> str:
    """A quotient that does not end, with two places and a mark that it is not exact; anything else as it is."""
    top, slash, below = text.partition("/")
    if not slash or not top.removeprefix("-").isdecimal() or not below.isdecimal():
        return text
    return f"≈\N{NO-BREAK SPACE}{decimal_text(round_quotient(Decimal(top), Decimal(below), NEAR), 2)}"


def _follows(saying: Saying, result: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    plans = {one.name: one for one in saying.definition.card.consequences}
    for name, value in result.get("consequences", {}).items():
        plan = plans.get(name)
        title = titled(saying.lang, plan.title, name) if plan is not None else name
        if value is not None:
            yield title, _said(saying, value)


def _said(saying: Saying, value: object) -> str:
    if isinstance(value, bool):
        return say(saying.lang, f"pages.form.{'true' if value else 'false'}")
    return _text(value)


def _text(value: object) -> str:
    return "" if value is None else str(value)
