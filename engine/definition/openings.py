"""Whether each task comes to be open with somebody to do it: before its state is left, after its people are named."""

from __future__ import annotations

from datetime import date

from engine.definition.graph import reached
from engine.definition.model import Moment, Span, State, TaskPlan
from engine.definition.problem import Path
from engine.definition.sense import Sense
from engine.definition.soundness import own_edges, steps_of
from engine.definition.tasks import before

Days = tuple[int, int]
"""The fewest and the most days from one day to another."""
PERIODS: dict[str, Days] = {
    "week": (6, 6), "month": (27, 30), "quarter": (89, 91), "half_year": (180, 183), "year": (364, 365)
}
"""From the first day of a period to its last."""
REST_MOST = 30
"""Days without work that may lie in a stretch of working days beside the weekends."""


def check_openings(sense: Sense) -> None:
    period = PERIODS.get(str(sense.document.data.get("period")), (0, 366))
    steps = steps_of(own_edges(sense))
    carried = any(effect.verb == "carry_over" for state in sense.states.values() for effect in state.effects)
    for path, state, task in sense.tasks():
        _in_time(sense, path, state, task, period)
        if not carried:
            _named(sense, path, state, task, steps)


def _in_time(sense: Sense, path: Path, state: State, task: TaskPlan, period: Days) -> None:
    for step in state.deadline:
        if step.way is None or step.at is None:
            continue
        late = task.opens is not None and _later(task.opens, step.at, period)
        if late or _looks_back_later(task, step.at, period):
            key = "opens" if late else "every"
            sense.add_with("WF105", (*path, key), {"task": task.name, "state": state.name})
            return


def _looks_back_later(task: TaskPlan, end: Moment, period: Days) -> bool:
    """A task of every month opens when the first month is over."""
    if not isinstance(task.every, str) or task.count is not None or not end.anchor.startswith("cycle"):
        return False
    return PERIODS[task.every][0] > _since_start(end, period)[1] if task.every in PERIODS else False


def _later(one: Moment, other: Moment, period: Days) -> bool:
    """Whether the one day certainly lies behind the other."""
    if one.anchor == other.anchor and one.offset.unit == other.offset.unit:
        return one.offset.count > other.offset.count
    first, second = _since_start(one, period), _since_start(other, period)
    if one.anchor.startswith("cycle") is not other.anchor.startswith("cycle"):
        return False
    same = one.anchor == other.anchor
    low = _length(one.offset)[0] if same else first[0]
    high = _length(other.offset)[1] if same else second[1]
    return low > high


def _since_start(moment: Moment, period: Days) -> Days:
    """Days since the period began, or since the beginning of all days."""
    low, high = _length(moment.offset)
    if moment.anchor == "cycle.start":
        return low, high
    if moment.anchor == "cycle.end":
        return period[0] + low, period[1] + high
    day = date.fromisoformat(moment.anchor).toordinal()
    return day + low, day + high


def _length(span: Span) -> Days:
    count = abs(span.count)
    low, high = {
        "days": (count, count), "weeks": (7 * count, 7 * count), "months": (28 * count, 31 * count),
        "working days": (count, (7 * count + 4) // 5 + 2 + REST_MOST if count else 0),
    }[span.unit]
    return (low, high) if span.count >= 0 else (-high, -low)


def _named(sense: Sense, path: Path, state: State, task: TaskPlan, steps: dict[str, list[str]]) -> None:
    """Whoever is chosen in a task that comes later is not there; what is carried over may have named her before."""
    role = sense.workflow.roles.get(task.by)
    if role is None or role.who.kind != "chosen" or role.otherwise is not None:
        return
    for _, other, choosing in sense.tasks():
        if choosing.name != role.who.task or choosing.form is None:
            continue
        beside = other.name == state.name and task.name not in {choosing.name, *before(state)[choosing.name]}
        if beside or state.name in reached(steps.get(other.name, ()), steps):
            return
    values = {"task": task.name, "role": role.name, "other": str(role.who.task)}
    sense.add_with("WF106", (*path, "by"), values)
