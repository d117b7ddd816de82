"""Judges the same reviews by two scorecards and says what differs: grades, totals, results, who cannot be judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rules.expressions.types import MISSING, Missing, Value
from rules.numbers import subtract
from rules.scorecard.course import Number, Reason
from rules.scorecard.evaluate import Part, Result, score
from rules.scorecard.facts import Facts
from rules.scorecard.model import Card
from rules.trial.contributions import Moved, moved_shares
from rules.trial.refit import Document, Fitted, Note, fit, reweighed

UNITS = ("unit", "department", "division")
"""Attributes of a subject that name where she belongs, the first that is given."""


_NOBODY = Part(None, None)


@dataclass(frozen=True, slots=True)
class Member:
    """One review: its id, where its subject belongs, and its facts as plain data."""

    id: str
    unit: str
    document: Document


@dataclass(frozen=True, slots=True)
class Side:
    """What one scorecard makes of a review. status: as of a result, `faulty` where it cannot take the facts."""

    status: str
    total: Number | None = None
    total_text: str | None = None
    grade: str | None = None
    first_grade: str | None = None
    consequences: Mapping[str, Value | Missing] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()

    @property
    def judged(self) -> bool:
        return self.status == "scored"


@dataclass(frozen=True, slots=True)
class Row:
    """One review on both sides. difference and shares: of the totals, where there are two; scores: metrics whose score
    differs, with both; notes: what of the facts the new scorecard has no use for; read: the facts as either reads them.
    """

    id: str
    unit: str
    before: Side
    after: Side
    difference: Number | None = None
    shares: tuple[Moved, ...] = ()
    scores: tuple[tuple[str, str | None, str | None], ...] = ()
    notes: tuple[Note, ...] = ()
    read: tuple[Facts | None, Facts | None] = (None, None)

    @property
    def moved(self) -> bool:
        """Whether the grade moves, or there is one on one side alone."""
        return self.before.grade != self.after.grade

    @property
    def changed(self) -> bool:
        """Whether anything moves that a person would notice."""
        return self.moved or self.before.status != self.after.status or bool(self.difference) or self.results_differ

    @property
    def results_differ(self) -> bool:
        return dict(self.before.consequences) != dict(self.after.consequences)


@dataclass(frozen=True, slots=True)
class Way:
    """How many go from one grade to another; None is no grade."""

    start: str | None
    end: str | None
    count: int


def compare(old: Card, new: Card, member: Member, others: Sequence[Card] = ()) -> Row:
    """The review by both scorecards, from the same facts. others: scorecards that may know more of the facts.

    Grades are those before a quota (`together` has those after it). What people adjusted stands as long as the rules
    give the same total, grade and bounds as before; else it is void, and a note says so. So do agreed weights that no
    longer add up: the new file's apply.
    """
    known = (old, new, *others)
    fitted_old, fitted_new = fit(old, member.document, known), fit(new, member.document, known)
    before, after = _judged(old, fitted_old.facts), _judged(new, _unadjusted(fitted_new.facts))
    notes, facts = list(fitted_new.notes), fitted_new.facts
    refused = [side is not None and side.status == "refused" for side in (before, after)]
    if facts is not None and after is not None and refused == [False, True]:
        facts, dropped = reweighed(new, facts, after.reasons)
        notes += dropped
        after = _judged(new, _unadjusted(facts)) if dropped else after
    adjusted = None if facts is None else facts.adjusted
    if adjusted is not None:
        if before is not None and after is not None and _same(before, after):
            after = _judged(new, facts)
        else:
            notes.append(Note("WI006", adjusted))
            facts = _unadjusted(facts)
    made = Row(
        member.id, member.unit, _faulty(fitted_old), _faulty(fitted_new), notes=tuple(notes),
        read=(fitted_old.facts, facts),
    )  # fmt: skip
    return judged_row(made, before, after)


def judged_row(row: Row, before: Result | None, after: Result | None) -> Row:
    """The row with these results; a side without one stays as it is."""
    one = row.before if before is None else _side(before)
    other = row.after if after is None else _side(after)
    difference = None
    if one.total is not None and other.total is not None:
        difference = subtract(other.total, one.total)
    shares = moved_shares(before, after) if difference and before is not None and after is not None else ()
    return replace(
        row, before=one, after=other, difference=difference, shares=shares, scores=_scores(before, after)
    )


def _judged(card: Card, facts: Facts | None) -> Result | None:
    return None if facts is None else score(card, facts)


def _unadjusted(facts: Facts | None) -> Facts | None:
    return facts if facts is None or facts.adjusted is None else replace(facts, adjusted=None)


def _same(before: Result, after: Result) -> bool:
    one, other = ((side.total, side.first_grade, side.bounds) for side in (before, after))
    return one == other


def _faulty(fitted: Fitted) -> Side:
    reasons = (Reason(one.code, one.path, dict(one.values)) for one in fitted.faults if one.level == "error")
    return Side("faulty", reasons=tuple(reasons))


def _side(result: Result) -> Side:
    return Side(
        result.status, result.total, result.total_text, result.grade, result.first_grade,
        result.consequences if result.status == "scored" else {}, result.reasons,
    )  # fmt: skip


def _scores(before: Result | None, after: Result | None) -> tuple[tuple[str, str | None, str | None], ...]:
    if before is None or after is None or "scored" not in (before.status, after.status):
        return ()
    found = []
    for name in dict.fromkeys((*after.metrics, *before.metrics)):
        old, new = (side.metrics.get(name, _NOBODY) for side in (before, after))
        if old.score != new.score:
            found.append((name, old.score_text, new.score_text))
    return tuple(found)


def unit_of(card: Card, document: Any) -> str:
    """Where the subject belongs: by the attribute that makes the cohort, else by the first that names a unit."""
    subject = document.get("subject") if isinstance(document, Mapping) else None
    if not isinstance(subject, Mapping):
        return ""
    by = None if card.cohort is None else card.cohort.by
    for name in (by, *UNITS):
        value = None if name is None else subject.get(name)
        if value not in (None, ""):
            return str(value)
    return ""


def ladder_of(*cards: Card) -> tuple[str, ...]:
    """Every grade that the scorecards give, best first, results off the ladder last."""
    found: list[str] = []
    for outside in (False, True):
        for card in cards:
            if card.grades is not None:
                found.extend(card.grades.outside if outside else card.grades.ladder)
    return tuple(dict.fromkeys(found))


def spread(rows: Iterable[Row], ladder: Sequence[str]) -> dict[str | None, tuple[int, int]]:
    """How many have each grade before and after; under None those who have none, where there are any."""
    counts: dict[str | None, list[int]] = {grade: [0, 0] for grade in ladder}
    for row in rows:
        for place, side in enumerate((row.before, row.after)):
            counts.setdefault(side.grade, [0, 0])[place] += 1
    return {grade: (before, after) for grade, (before, after) in counts.items()}


def ways(rows: Iterable[Row], ladder: Sequence[str]) -> tuple[Way, ...]:
    """From which grade to which how many move, by the ladder."""
    counts: dict[tuple[str | None, str | None], int] = {}
    for row in rows:
        if row.moved:
            pair = (row.before.grade, row.after.grade)
            counts[pair] = counts.get(pair, 0) + 1
    order = {grade: place for place, grade in enumerate(ladder)}
    last = len(order)
    pairs = sorted(counts, key=lambda pair: tuple(last if one is None else order.get(one, last) for one in pair))
    return tuple(Way(start, end, counts[start, end]) for start, end in pairs)


def present(side: Side, name: str) -> Value | None:
    """The result of this name, None where the side has none."""
    value = side.consequences.get(name, MISSING)
    return None if value is MISSING else value
