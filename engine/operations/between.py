"""What changed in a review between two instants: how it stood, what was known, who took part, and the events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.clock import instant_text
from engine.definition.model import Definition
from engine.errors import InputError, NotFound
from engine.history.event import review_stream
from engine.operations.lines import Line, lines_of
from engine.operations.periods import keys_of
from engine.operations.timeline import fold, looked_at, result_then
from engine.review import access
from engine.review.access import TABLE, Viewer
from engine.review.case import Actor
from engine.review.model import Judgement, Review
from engine.runtime import Runtime
from engine.store import cycles, figures, history, people
from engine.store.database import Tx


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. what: `state` `target` `figure` `task` `total` `grade` `metric` `acknowledgement`
    `participant`; key: which one (a figure with its period, a task with its number or holder, a role with a person's
    ref, behind a blank), None where there is but one; before and after: as text, None where there was or is none."""

    what: str
    key: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Between:
    """Everything from behind `start` up to and with `end`, as far as the viewer may see it."""

    review: str
    definition: Definition
    start: datetime
    end: datetime
    changes: tuple[Change, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    """The two reviews to compare and who compares them; before is None when it was not open yet."""

    tx: Tx
    definition: Definition
    now: Review
    viewer: Viewer
    before: Review | None
    after: Review

    def sees(self, thing: str) -> bool:
        return access.sees(self.definition, self.now, self.viewer, thing)


def between(rt: Runtime, actor: Actor, review_id: str, start: datetime, end: datetime) -> Between:
    """The difference between how the review stood at `start` and at `end`, and the events that made it.

    NotFound as in `history`, and when the review was not open yet at `end`; InputError when `end` is before `start`.
    """
    if end < start:
        raise InputError("OP236", start=instant_text(start), end=instant_text(end))
    with rt.database.read() as tx:
        review, viewer = looked_at(rt, tx, actor, review_id, rt.clock.now(), "history")
        definition = rt.definition(tx, review.definition)
        records = history.read(tx, review_stream(review.id))
        early = [record for record in records if record.open.at <= start]
        later = [record for record in records if start < record.open.at <= end]
        before = fold(tx, early)
        after = fold(tx, later, before)
        if after is None:
            raise NotFound("OP021", at=instant_text(end))
        look = _Look(tx, definition, review, viewer, before, after)
        changes = (*_states(look), *_targets(look), *_figures(look, start, end), *_tasks(look), *_results(look),
                   *_words(look), *_participants(look))
        return Between(review.id, definition, start, end, changes, lines_of(tx, definition, review, viewer, later))


def _differences(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield Change(what, key, before.get(key), after.get(key))


def _states(look: _Look) -> Iterator[Change]:
    earlier = look.before.state if look.before is not None else None
    if earlier != look.after.state:
        yield Change("state", None, earlier, look.after.state)


def _targets(look: _Look) -> Iterator[Change]:
    if look.sees("targets"):
        yield from _differences("target", look.before.agreed if look.before else {}, look.after.agreed)


def _figures(look: _Look, start: datetime, end: datetime) -> Iterator[Change]:
    """What had been recorded by each instant and was not yet replaced by it."""
    if not look.sees("figures"):
        return
    period = cycles.get(look.tx, look.now.cycle).period
    found = figures.by_subject(look.tx, look.now.subject, keys_of(period))

    def known(instant: datetime) -> dict[str, str]:
        there = [one for one in found if one.recorded_at <= instant]
        replaced = {one.replaces for one in there}
        values: dict[str, list[str]] = {}
        for one in there:
            if one.id not in replaced:
                values.setdefault(f"{one.input} {one.period}", []).append(one.value)
        return {key: ", ".join(some) for key, some in sorted(values.items())}

    yield from _differences("figure", known(start), known(end))


def _tasks(look: _Look) -> Iterator[Change]:
    """Rows by their status. Of an anonymous role nobody is named: whose row was answered when is never told."""
    named: dict[str, str] = {}
    if look.sees("tasks"):
        wanted = {task.person for task in look.after.tasks if task.person}
        named = {key: one.ref for key, one in people.by_id(look.tx, wanted).items()}
    earlier = {task.id: task.status for task in (look.before.tasks if look.before is not None else ())}
    for task in look.after.tasks:
        if earlier.get(task.id) == task.status or not access.sees_task(look.viewer, task):
            continue
        parts = [task.name] if task.number == 1 else [task.name, str(task.number)]
        if task.person in named and access.anonymous_below(look.definition, task.role) is None:
            parts.append(named[task.person or ""])
        yield Change("task", " ".join(parts), earlier.get(task.id), task.status)


def _results(look: _Look) -> Iterator[Change]:
    pair = [
        None if then is None else result_then(look.definition, look.now, then, look.viewer)
        for then in (look.before, look.after)
    ]
    before, after = pair
    for name in ("total", "grade"):
        values = [None if one is None else getattr(one, name) for one in pair]
        if values[0] != values[1]:
            yield Change(name, None, *values)
    if (before and before.seq) != (after and after.seq):
        yield from _differences("metric", _scores(look, before), _scores(look, after))


def _scores(look: _Look, judged: Judgement | None) -> dict[str, str]:
    """Scores by metric, from the event that holds the judgement."""
    if judged is None:
        return {}
    payload = history.payload_of(look.tx, review_stream(look.now.id), judged.seq) or {}
    metrics = payload.get("result", {}).get("metrics", {})
    return {name: one["score"] for name, one in metrics.items() if one.get("score") is not None}


def _words(look: _Look) -> Iterator[Change]:
    pair = [
        {one.what: one.how for one in then.acknowledgements} if then is not None else {}
        for then in (look.before, look.after)
    ]
    yield from _differences("acknowledgement", *pair)


def _participants(look: _Look) -> Iterator[Change]:
    """Who came and who went; who was asked in an anonymous role is for those who may know."""
    if not look.sees("tasks"):
        return
    asked = any(TABLE[relation]["asked"] == "always" for relation in look.viewer.relations & TABLE.keys())

    def taking_part(then: Review | None) -> set[tuple[str, str]]:
        return {
            (row.role, row.person)
            for row in (then.participants if then is not None else ())
            if row.until is None and (asked or access.anonymous_below(look.definition, row.role) is None)
        }

    before, after = taking_part(look.before), taking_part(look.after)
    names = people.by_id(look.tx, {person for _, person in before ^ after})
    for role, person in sorted(before ^ after):
        if person in names:
            ref = names[person].ref
            gone = (role, person) in before
            yield Change("participant", role, ref if gone else None, None if gone else ref)
