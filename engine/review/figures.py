"""Which observations, answers and targets count in a review, as the plain document that the rules read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.calendar import kind_of, parts_of
from engine.clock import instant_text
from engine.review.case import Given, Observation
from engine.review.draft import Draft
from engine.review.model import Gathered
from engine.review.rows import fields_of
from rules.numbers import decimal_text, parse_decimal, places
from rules.scorecard.facts import RETIRE
from rules.scorecard.model import Agreeable, Card, Input, RowList
from rules.scorecard.retiring import retirable

COHORT = "gathered"
"""The key of a fact document under which lies what its cohort brought; the rules read it apart from the rest."""


def document_of(draft: Draft) -> dict[str, Any]:
    """All that the score is made from, plain: what `rules.scorecard.facts.read_facts` takes and the payload keeps."""
    case = draft.case
    document: dict[str, Any] = {
        "subject": dict(case.attributes),
        "cycle": dict(case.cycle_attributes),
        "inputs": {**_observed(draft), **_taken(draft), **_rated(draft)},
        "lists": _listed(draft),
        "agreed": {
            key: {"value": value, "source": origin}
            for key, (value, origin) in targets_of(draft).items()
            if origin != "file"  # the card knows those itself, with its profiles
        },
        "previous": [dict(earlier) for earlier in case.previous],
    }
    if draft.gathered is None and case.cohort:
        document[COHORT] = {"figures": dict(case.cohort)}
    document = {name: value for name, value in document.items() if value}
    return document if draft.gathered is None else with_cohort(draft.definition.card, document, draft.gathered)


def with_cohort(card: Card, document: Mapping[str, Any], gathered: Gathered) -> dict[str, Any]:
    """The facts with what a judgement together with others adds, and with the unit it was, where only the organisation
    knows it: so the cohort can be judged again from facts alone."""
    parts = {name: getattr(gathered, name) for name in ("quota_grade", "shares", "figures", "told")}
    known = {} if card.cohort is None else {card.cohort.by: gathered.own}
    if card.cohort is not None and gathered.kind == "pooled":
        known[card.cohort.into] = gathered.unit
    units = {name: value for name, value in known.items() if name is not None and value is not None}
    whole = {**document, "subject": {**units, **document.get("subject", {})},
             COHORT: {name: value for name, value in parts.items() if value}}
    return {name: value for name, value in whole.items() if value}


def targets_of(draft: Draft) -> dict[str, tuple[str, str]]:
    """Every target in force with its origin: agreed here > carried over > given for the subject.

    Until the targets are fixed, the file's are absent. What was carried over but is no longer known, or lies outside
    its limits now, is left to the file.
    """
    card = draft.definition.card
    if "targets" in draft.fixed:
        return {key: (value, draft.origins.get(key, "agreed")) for key, value in draft.agreed.items()}
    gone = [name for name in draft.case.start.get("retired", ()) if name in retirable(card)]
    found = {f"{name}.{RETIRE}": ("true", "carried") for name in gone}
    carried = draft.case.start.get("agreed", {})
    for one in card.agreeable():
        key = one.key
        if key.rpartition(".")[0] in gone:
            continue
        if key in draft.agreed:
            found[key] = (draft.agreed[key], "agreed")
        elif key in carried and within(one, str(carried[key])) is None:
            found[key] = (canonical(one, str(carried[key])), "carried")
        elif one.kind == "input":
            given = _newest(counting(draft, key))
            if given is not None:
                found[key] = (canonical(one, given.value), "given")
    return found


def retired_by(card: Card, key: str) -> str | None:
    """The metric that a target's key retires (`trial_packs.retire`); None for any other key."""
    name, _, what = key.rpartition(".")
    return name if what == RETIRE and name in retirable(card) else None


def yes_or_no(text: str) -> str | None:
    """`true` or `false` however it was typed, None for anything else."""
    return {"true": "true", "yes": "true", "false": "false", "no": "false"}.get(text.strip().lower())


def canonical(one: Agreeable, text: str) -> str:
    """The value at the digits that the card declares (`92` -> `92.00`)."""
    return decimal_text(parse_decimal(text), one.digits)


def within(one: Agreeable, text: str) -> str | None:
    """None when the value may be agreed, else which fault it has: `number`, `digits` or `range`."""
    try:
        value = parse_decimal(text)
    except ValueError:
        return "number"
    if (places(value) or 0) > one.digits:
        return "digits"
    if (one.low is not None and value < one.low) or (one.high is not None and value > one.high):
        return "range"
    return None


def counting(draft: Draft, name: str) -> list[Observation]:
    """Observations of one input, or rows of one list, that count now, in order of time.

    Once the inputs (for an agreed one: the targets) are fixed, only what was known by then, and what a correction let
    in. An observation that a counting one replaces does not count.
    """
    declared = draft.definition.card.inputs.get(name)
    periods = None if declared is None or declared.every == "case" else set(sub_periods(draft, declared))
    limit = draft.fixed.get("targets" if declared is not None and declared.agreed else "inputs")
    found = [
        one for one in draft.case.observations
        if one.input == name and one.subject == draft.before.subject
        and (periods is None or one.period in periods) and (fields_of(one.value) is None) == (declared is not None)
        and (limit is None or one.recorded_at <= limit or one.id in draft.corrections)
    ]
    replaced = {one.replaces for one in found if one.replaces is not None}
    kept = [one for one in found if one.id not in replaced]
    return sorted(kept, key=lambda one: (one.period, *_when(one)))


def sub_periods(draft: Draft, declared: Input) -> tuple[str, ...]:
    """Keys of the stretches of time that the input wants a figure for."""
    key = draft.case.period.key
    if declared.every in (None, "case") or declared.every == kind_of(key):
        return (key,)
    return parts_of(key, str(declared.every))


def note_arrivals(draft: Draft) -> None:
    """Which of the inputs that the present state collects have come, for every stretch of time they want."""
    if not draft.plan.collects or not draft.case.scored:
        return
    arrived = list(draft.arrived)
    for name in draft.plan.collects:
        declared = draft.definition.card.inputs.get(name)
        if name in arrived:
            continue
        if declared is None:
            # As many rows as the list wants at least; of one that wants none more may come until the deadline.
            least = draft.definition.card.lists[name].count.low or 0
            if 0 < least <= len(counting(draft, name)):
                arrived.append(name)
            continue
        periods = {one.period for one in counting(draft, name)}
        wanted = sub_periods(draft, declared)
        if periods >= set(wanted) or (declared.every == "case" and periods):
            arrived.append(name)
    draft.arrived = tuple(arrived)


def _observed(draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, declared in draft.definition.card.inputs.items():
        if declared.asked or declared.agreed or declared.taken_from:
            continue
        rows = counting(draft, name)
        if rows and declared.every is None:
            found[name] = _figure(max(rows, key=_when))
        elif rows:
            found[name] = [_figure(one) for one in rows]
    return found


def _taken(draft: Draft) -> dict[str, Any]:
    """Results of other workflows in this period: the newest, or all of them to be folded; none that came too late."""
    limit, found = draft.fixed.get("inputs"), {}
    for name, results in draft.case.taken.items():
        declared = draft.definition.card.inputs[name]
        periods = sub_periods(draft, declared)
        rows = [one for one in results if limit is None or one.ended_at <= limit]
        told = [{"value": one.value, "source": one.workflow, "taken_at": one.taken_at} for one in rows
                if declared.every in (None, "case") or one.period in periods]
        if told:
            found[name] = told if declared.fold is not None else told[-1]
    return found


def _listed(draft: Draft) -> dict[str, Any]:
    """The rows of every list, each field with where it comes from; what a list does not declare is left out."""
    found: dict[str, Any] = {}
    for name, declared in draft.definition.card.lists.items():
        rows = [_row(one, declared) for one in counting(draft, name)]
        if rows:
            found[name] = rows
    return found


def _row(one: Observation, declared: RowList) -> dict[str, Any]:
    fields = {key: text for key, text in (fields_of(one.value) or {}).items() if key in declared.fields}
    return {"id": one.record, **{key: {**_figure(one), "value": text} for key, text in fields.items()}}


def _figure(one: Observation) -> dict[str, Any]:
    figure: dict[str, Any] = {
        "value": one.value, "source": one.source, "observation": one.id, "taken_at": instant_text(one.taken_at),
    }
    if one.samples is not None:
        figure["samples"] = one.samples
    return figure


def _rated(draft: Draft) -> dict[str, Any]:
    """Answers by input and role: a list for each person, her answers in the order of the occurrences."""
    found: dict[str, dict[str, dict[str, list[tuple[int, Any]]]]] = {}
    for given in answers_of(draft):
        for name, value in given.answer.get("ratings", {}).items():
            people = found.setdefault(name, {}).setdefault(given.role, {})
            people.setdefault(given.person or given.task_id, []).append((given.number, value))
    return {
        name: {
            role: [[value for _, value in sorted(rows, key=lambda row: row[0])] for rows in people.values()]
            for role, people in by_role.items()
        }
        for name, by_role in found.items()
    }


def answers_of(draft: Draft) -> list[Given]:
    """Answers that count: given, not superseded since, the one of this command included; in the order of the rows."""
    stored = {given.task_id: given for given in draft.case.answers}
    counted = []
    for task in draft.tasks.values():
        if task.status != "done":
            continue
        if draft.answer is not None and draft.answer["task_id"] == task.id:
            person = task.person or draft.actor.person
            counted.append(Given(task.id, task.name, task.role, person, task.number, draft.answer))
        elif task.id in stored:
            counted.append(stored[task.id])
    return counted


def _newest(rows: Iterable[Observation]) -> Observation | None:
    return max(rows, key=_when, default=None)


def _when(one: Observation) -> tuple[datetime, datetime, str, str]:
    """Ids are random: source and record make the order the same wherever the same files were read."""
    return one.taken_at, one.recorded_at, one.source, one.record
