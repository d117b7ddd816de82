"""Compares what an example expects of a review, or of a cycle as a whole, with what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.history.event import review_stream
from engine.operations.cycles import progress
from engine.operations.names import SYSTEM, review_in
from engine.operations.script import Step, plain_text
from engine.review.model import Review
from engine.runtime import Runtime
from engine.store import history, reviews


@dataclass(frozen=True, slots=True)
class Failure:
    """What did not hold, at `file:line`; code and values make the sentence."""

    place: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def compare(rt: Runtime, expected: Step) -> tuple[Failure, ...]:
    """One failure for each key that does not hold. NotFound when there is no such review or cycle."""
    if "review" not in expected.values:
        return _cycle(rt, expected)
    with rt.database.read() as tx:
        review = reviews.load(tx, review_in(tx, expected.text("review") or "", expected.text("cycle")))
        actions = [record.open.action for record in history.read(tx, review_stream(review.id))]
    failures = []
    for key, wanted in expected.values.items():
        if key in ("review", "cycle"):
            continue
        want, got = _texts(key, wanted), _got(key, review, actions)
        if key == "acknowledged":
            want = sorted(want) if isinstance(want, list) else want
        if want != got:
            values = {"review": expected.text("review") or "", "key": key, "wanted": str(want), "got": str(got)}
            failures.append(Failure(expected.place, "OP035", values))
    return tuple(failures)


def _cycle(rt: Runtime, expected: Step) -> tuple[Failure, ...]:
    """Reviews by state, open tasks by name, and how many of those are overdue."""
    name = expected.text("cycle") or ""
    far = progress(rt, SYSTEM, name)
    said = {"states": far.states, "tasks": far.tasks, "overdue": far.overdue, "state": far.cycle.state}
    failures = []
    for key, wanted in expected.values.items():
        if key == "cycle":
            continue
        got = _texts(key, said[key]) if key in said else "-"
        if _texts(key, wanted) != got:
            values = {"review": name, "key": key, "wanted": str(_texts(key, wanted)), "got": str(got)}
            failures.append(Failure(expected.place, "OP035", values))
    return tuple(failures)


def _got(key: str, review: Review, actions: list[str]) -> Any:
    result = review.result
    if key == "state":
        return review.state
    if key == "visit":
        return str(review.visit)
    if key == "history":
        return actions
    if key == "open":
        return sorted({task.name for task in review.tasks if task.status == "open" and task.visit == review.visit})
    if key == "acknowledged":
        return sorted(f"{one.what} {one.how}" for one in review.acknowledgements)
    if key == "agreed":
        return dict(review.agreed)
    return (getattr(result, key) or "-") if result is not None else "-"


def _texts(key: str, wanted: Any) -> Any:
    if wanted is None:
        return "-"
    if isinstance(wanted, list):
        texts = [plain_text(one) for one in wanted]
        return sorted(texts) if key == "open" else texts
    if isinstance(wanted, Mapping):
        return {name: plain_text(one) for name, one in wanted.items()}
    return plain_text(wanted)


