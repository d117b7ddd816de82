"""From a document to a card: every key of the language is understood here, and all faults are found at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from rules.expressions.scope import Scope
from rules.expressions.types import Kind, Type
from rules.faults import Fault
from rules.numbers import EXACT, Rounding
from rules.scorecard.agreeing import agreeable_of
from rules.scorecard.card_checks import check_profiles, check_unused, check_weights
from rules.scorecard.draft import Draft
from rules.scorecard.fields import Faults, Fields, shown
from rules.scorecard.grade_checks import check_grades
from rules.scorecard.model import Card, Grades, MissingPolicy, Node, Profile, ReAdjust, Requirement
from rules.scorecard.quotas import Cohort, Quota
from rules.scorecard.ranges import input_type
from rules.scorecard.read_cohort import read_cohort, read_quota
from rules.scorecard.read_computed import provisional_types, read_computed
from rules.scorecard.read_groups import Groups
from rules.scorecard.read_inputs import read_attributes, read_inputs, read_lists
from rules.scorecard.read_nodes import NODE_TOTAL, read_missing
from rules.scorecard.read_results import grade_words, read_consequences, read_grades, read_re_adjust, read_total
from rules.scorecard.read_who import profile_numbers, read_profiles, read_require
from rules.scorecard.statics import Static, read_statics, row_type

KEYS = (
    "scorecard", "version", "language", "title", "subject", "cycle", "missing", "round", "inputs", "lists", "computed",
    "metrics", "profiles", "require", "total", "grades", "forbids", "cohort", "quota", "consequences", "re_adjust",
)


@dataclass
class _Parts:
    """What has been read so far, step by step."""

    subject: dict[str, Any] = field(default_factory=dict)
    cycle: dict[str, Any] = field(default_factory=dict)
    statics: list[Static] = field(default_factory=list)
    types: dict[str, dict[str, Type]] = field(default_factory=dict)
    computed: tuple[Node, ...] = ()
    metrics: tuple[Node, ...] = ()
    profiles: tuple[Profile, ...] = ()
    require: tuple[Requirement, ...] = ()
    total: Node | None = None
    grades: Grades | None = None
    cohort: Cohort | None = None
    quota: Quota | None = None
    consequences: tuple[Node, ...] = ()
    re_adjust: tuple[ReAdjust, ...] = ()


def read_card(document: Mapping[str, Any]) -> tuple[Card | None, tuple[Fault, ...]]:
    """Read a scorecard from plain data (numbers are Decimal, never float); no card where a fault is an error.

    Faults of level `later` name keys that are understood and not carried out yet, warnings do not stop anything.
    """
    faults = Faults()
    fields = Fields(faults, document, (), KEYS)
    draft = Draft(faults)
    card = _read(draft, fields) if fields.readable else None
    found = tuple(dict.fromkeys(_frozen(fault) for fault in faults.found))
    unique = tuple(fault.restored() for fault in found)
    return (None if faults.broken else card), unique


@dataclass(frozen=True)
class _Hashable:
    code: str
    path: tuple[str | int, ...]
    values: tuple[tuple[str, str], ...]
    column: int | None
    level: str

    def restored(self) -> Fault:
        return Fault(self.code, self.path, dict(self.values), self.column, self.level)


def _frozen(fault: Fault) -> _Hashable:
    return _Hashable(fault.code, fault.path, tuple(fault.values.items()), fault.column, fault.level)


def _read(draft: Draft, fields: Fields) -> Card:
    parts = _Parts()
    name, version = _heading(draft, fields)
    draft.missing, draft.rounds = _defaults(draft, fields)
    _figures(draft, fields, parts)
    _statics(draft, fields, parts)
    parts.profiles = read_profiles(draft, fields, parts.statics)
    _known_later(draft, fields, parts.statics)
    draft.learn("metrics", row_type(parts.statics, parts.types, None))
    parts.require = read_require(draft, fields)
    for one in draft.inputs.values():
        draft.learn(one.name, input_type(one))
    parts.computed = read_computed(draft, fields)
    _judge(draft, fields, parts)
    card = Card(
        name=name, version=version, title=fields.title(), subject=parts.subject, cycle=parts.cycle,
        missing=draft.missing, rounds=draft.rounds, inputs=draft.inputs, lists=draft.lists, computed=parts.computed,
        metrics=parts.metrics, profiles=parts.profiles, require=parts.require, total=parts.total, grades=parts.grades,
        forbids=_forbids(draft, fields), cohort=parts.cohort, quota=parts.quota,
        consequences=parts.consequences, re_adjust=parts.re_adjust, guards=Scope(dict(draft.known), past=draft.past),
        opened=agreeable_of(draft.inputs, parts.statics),
    )
    check_weights(draft.faults, parts.statics, fields, parts.profiles)
    check_profiles(draft.faults, parts.profiles, fields.path, parts.subject, parts.cycle)
    check_unused(draft, fields)
    check_grades(draft, parts.grades, fields.raw("grades"), "quota" in fields)
    return card


def _heading(draft: Draft, fields: Fields) -> tuple[str, str]:
    name = (fields.text("scorecard") or "") if fields.need("scorecard") else ""
    fields.need("version")
    version = fields.raw("version")
    if (version is not None and not isinstance(version, Decimal | str | int)) or isinstance(version, bool):
        fields.wants("version", "number")
    if fields.need("language") and shown(fields.raw("language")) != "1":
        draft.faults.add("SC059", fields.at("language"), value=fields.raw("language"))
    return name, shown(version)


def _defaults(draft: Draft, fields: Fields) -> tuple[MissingPolicy, dict[str, Rounding]]:
    policy = read_missing(draft, fields) if fields.need("missing") else None
    if policy is not None and policy.policy == "score" and not isinstance(policy.score, Decimal):
        draft.faults.add("SC001", (*fields.at("missing"), "score"), wants="number", value=policy.score)
        policy = None
    rounds = {"metric": EXACT, "total": EXACT}
    if fields.need("round"):
        inner = Fields(draft.faults, fields.raw("round"), fields.at("round"), ("metric", "total"))
        for key in rounds:
            if inner.readable and inner.need(key):
                rounds[key] = draft.rounding(inner.raw(key), inner.at(key))
    return policy or MissingPolicy("block"), rounds


def _figures(draft: Draft, fields: Fields, parts: _Parts) -> None:
    """Attributes, inputs and lists; the figures themselves are not readable before their step."""
    parts.subject = read_attributes(draft, fields.raw("subject"), fields.at("subject"))
    parts.cycle = read_attributes(draft, fields.raw("cycle"), fields.at("cycle"))
    for prefix, attributes in (("subject", parts.subject), ("cycle", parts.cycle)):
        for one in attributes.values():
            draft.learn(f"{prefix}.{one.name}", replace(input_type(one), missing=True))
    draft.inputs = read_inputs(draft, fields.raw("inputs"), fields.at("inputs"))
    draft.lists = read_lists(draft, fields.raw("lists"), fields.at("lists"))
    for name in draft.lists:
        if name in draft.inputs:
            draft.faults.add("SC034", (*fields.at("lists"), name), name=name)
    for name in draft.inputs:
        draft.later[name] = "inputs"
    for rows in draft.lists.values():
        row = {field.name: input_type(field) for field in rows.fields.values()}
        draft.learn(rows.name, Type(Kind.LIST, low=rows.count.low, high=rows.count.high, row=row))


def _statics(draft: Draft, fields: Fields, parts: _Parts) -> None:
    provisional_types(draft, fields, grade_words(fields))
    _made_later(draft, fields)
    parts.statics = read_statics(draft, fields.raw("metrics"), fields.at("metrics"))
    weights, targets = profile_numbers(fields)
    for top in parts.statics:
        for one in top.all():
            own = one.types(targets.get(one.key, []), weights.get(one.key, []))
            parts.types[one.key] = own
            for name, its_type in own.items():
                draft.learn(f"{one.key}.{name}", its_type)


def _known_later(draft: Draft, fields: Fields, statics: list[Static]) -> None:
    """Names that exist and are made in a later step, so that reading them too early is said plainly."""
    for top in statics:
        for one in top.all():
            draft.later.update({f"{one.key}.score": "part_rules", f"{one.key}.value": "part_rules"})


def _made_later(draft: Draft, fields: Fields) -> None:
    """The same of what is no metric."""
    draft.later.update(dict.fromkeys(fields.mapping("computed"), "computed"))
    if "total" in fields:
        draft.later["total"] = "total"
    if "grades" in fields:
        draft.later["grade"] = "grade"
    draft.later.update(dict.fromkeys(fields.mapping("consequences"), "consequences"))


def _judge(draft: Draft, fields: Fields, parts: _Parts) -> None:
    """Metrics bottom up, then the total, the grade and what follows from them."""
    weighted = frozenset(profile_numbers(fields)[0])
    groups = Groups(draft, parts.types, weighted)
    totals = Fields(draft.faults, fields.raw("total"), fields.at("total"), NODE_TOTAL) if "total" in fields else None
    held = draft.known.pop("metrics")
    made = [groups.metric(static, draft.missing) for static in parts.statics]
    parts.metrics = tuple(one for one in made if one is not None)
    draft.learn("metrics", held)
    for name, its_type in groups.scores.items():
        draft.learn(name, its_type)
    draft.learn("metrics", row_type(parts.statics, parts.types, groups.scores))
    parts.total = None if totals is None else read_total(draft, totals, groups, parts.statics)
    parts.grades = read_grades(draft, fields)
    parts.cohort = read_cohort(draft, fields, parts.subject)
    parts.quota = read_quota(draft, fields, parts.cohort, parts.grades, parts.metrics)
    parts.consequences = read_consequences(draft, fields)
    parts.re_adjust = read_re_adjust(draft, fields, parts.statics, parts.types)


def _forbids(draft: Draft, fields: Fields) -> dict[str, str]:
    """Keys that may not occur in this card, with the reason."""
    forbidden = {}
    for key, why in fields.mapping("forbids").items():
        if key not in KEYS:
            draft.faults.add("SC002", (*fields.at("forbids"), key), key=key, nearest="", allowed=", ".join(KEYS))
        elif not isinstance(why, str):
            draft.faults.add("SC001", (*fields.at("forbids"), key), wants="text", value=why)
        else:
            forbidden[key] = why
            if key in fields:
                draft.faults.add("SC060", fields.at(key), key=key, why=why)
    return forbidden
