"""A score for people: its metrics as a table, and the way to it step by step, both from the stored judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.kit.ask import Ask
from api.pages.dates import grouped
from api.pages.saying import Saying
from engine.errors import NotFound
from engine.operations import timeline
from engine.operations.explained import explained, reached
from engine.operations.timeline import score_titles, score_zone
from engine.operations.titles import titled
from engine.review.reach_text import reach_section
from engine.review.score_text import Section, score_sections
from engine.words.book import say
from rules.trial.reach import Reach

_ZERO: Final = ("", "0", "0.00")


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table, its numbers as they were stored."""

    title: str
    value: str
    unit: str
    target: str
    score: str
    weight: str
    contribution: str


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
        next=grade.get("next") or {}, reach=reach_section(reached, trace, lang, titles),
    )  # fmt: skip


def reached_in(ask: Ask, review: str, instant: datetime | None = None) -> Reach | None:
    """For whoever may see the score; None where there is none to see, or no better grade to reach."""
    try:
        return reached(timeline.score(ask.rt, ask.actor, review, instant))
    except NotFound:
        return None


def smallest_in(ask: Ask, review: str) -> str:
    """One line for a list of reviews: the smallest change, or why there is none; empty where none is wanted."""
    try:
        found = explained(timeline.score(ask.rt, ask.actor, review), ask.lang)
    except NotFound:
        return ""
    return next(iter(found.reach["lines"]), "") if found.reach else ""


def _metrics(saying: Saying, result: Mapping[str, Any], trace: Sequence[Mapping[str, Any]]) -> Iterable[Metric]:
    """In the order of the card, parts of a metric under it."""
    known = result.get("metrics", {})
    told = {step["name"]: step for step in trace if step["step"] == "metrics"}
    for name in [*(key for key in told if key in known), *(key for key in known if key not in told)]:
        one, step = known[name], told.get(name, {})
        title = titled(saying.lang, step.get("title") or {}, name)
        figures: Sequence[Mapping[str, Any]] = step.get("figures") or ()
        unit = saying.unit(figures[0]["name"]) if len(figures) == 1 else ""
        yield Metric(
            title, grouped(_said(saying, one.get("value"))), unit, grouped(_text(one.get("target"))),
            _text(one.get("score")), _text(one.get("weight")), _text(one.get("contribution")),
        )  # fmt: skip


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
