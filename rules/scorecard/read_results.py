"""Reading what comes out: the total, the grade, consequences and the proposals for the next period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rules.expressions.types import Kind, Type
from rules.scorecard.draft import Draft
from rules.scorecard.fields import Faults, Fields, nearest, number, shown
from rules.scorecard.model import Grades, Node, ReAdjust
from rules.scorecard.read_cohort import read_split
from rules.scorecard.read_groups import Groups
from rules.scorecard.read_inputs import read_named
from rules.scorecard.read_nodes import LEAF_KEYS, Leaf, read_leaf
from rules.scorecard.read_rules import GRADE_EFFECTS, read_rules
from rules.scorecard.statics import Static

GRADE_KEYS = (
    "title", "ladder", "outside", "value", "bands", "lookup", "grid", "choose", "rules", "if_zero", "missing",
)
CONSEQUENCE_KEYS = (*LEAF_KEYS, "split", "by", "digits")
ADJUST_KEYS = ("metric", "if", "if_missing", "target", "weight", "retire", "change_at_most", "take_from")


def read_total(draft: Draft, fields: Fields, groups: Groups, statics: list[Static]) -> Node | None:
    """The outermost group over the metrics, or a node of its own with a `value`."""
    if not fields.readable:
        return None
    if "value" in fields:
        leaf = Leaf(draft, fields, "total", "total", "number", {}, None, draft.rounds["total"], policy=draft.missing)
        node, its_type, _ = read_leaf(leaf)
    else:
        if not statics:
            draft.faults.add("SC003", (), key="metrics")
        node, its_type = groups.group(fields, "total", "total", statics, {}, draft.missing, "total")
    # A result without a total is blocked, so whatever is read after this step finds one.
    draft.learn("total", replace(its_type, missing=False))
    return node


def grade_words(fields: Fields) -> tuple[str, ...]:
    """The ladder as far as the file says it at first sight: its own list, or the bands from the best down."""
    document = fields.raw("grades")
    if not isinstance(document, Mapping):
        return ()
    ladder = document.get("ladder")
    if isinstance(ladder, list | tuple):
        return tuple(shown(one) if not isinstance(one, str) else one for one in ladder)
    found: list[str] = []
    for shape in ("bands", "choose"):
        rows = document.get(shape)
        for row in rows if isinstance(rows, list | tuple) else []:
            if isinstance(row, Mapping) and ("gives" in row or "else" in row):
                word = row["gives"] if "gives" in row else row["else"]
                found.append(word if isinstance(word, str) else shown(word))
    return tuple(dict.fromkeys(found))


def read_grades(draft: Draft, fields: Fields) -> Grades | None:
    """The shape that gives the word, the ladder of words, and the rules that act on it."""
    if "grades" not in fields:
        return None
    inner = Fields(draft.faults, fields.raw("grades"), fields.at("grades"), GRADE_KEYS)
    if not inner.readable:
        return None
    outside = inner.texts("outside")
    ladder = inner.texts("ladder") or _ladder(draft, inner)
    for word in outside:
        if word in ladder:
            draft.faults.add("SC034", inner.at("outside"), name=word)
    shape = next((one for one in ("bands", "lookup", "grid", "choose") if one in inner), None)
    if shape is None:
        draft.faults.add("SC003", inner.path, key="bands")
        return None
    its_type = Type(Kind.CHOICE, options=ladder, ladder=True, outside=outside)
    leaf = _GradeLeaf(draft, inner, its_type)
    node, given, _ = leaf.read()
    for word in given.options:
        if word not in (*ladder, *outside):
            known = (*ladder, *outside)
            near = nearest(word, known)
            draft.faults.add("SC030", inner.at(shape), grade=word, nearest=near, allowed=", ".join(known))
    draft.learn("grade", its_type)
    return None if node is None else Grades(node, ladder, outside)


def _ladder(draft: Draft, inner: Fields) -> tuple[str, ...]:
    """Best first, from bands that begin at the top; any other shape must say it."""
    rows = inner.raw("bands")
    downward = isinstance(rows, list | tuple) and not any(
        isinstance(row, Mapping) and ("up_to" in row or "below" in row) for row in rows
    )
    if not downward:
        draft.faults.add("SC063", inner.path)
    found = []
    for shape in ("bands", "choose", "lookup"):
        table = inner.raw(shape)
        rows = list(table.values()) if isinstance(table, Mapping) else table if isinstance(table, list | tuple) else []
        for row in rows:
            word = row.get("gives", row.get("else")) if isinstance(row, Mapping) else row
            if word is not None:
                found.append(word if isinstance(word, str) else shown(word))
    return tuple(dict.fromkeys(found))


class _GradeLeaf:
    """The grade is a node whose rules see the grade as the rule above left it, so `grade` is known before they run."""

    def __init__(self, draft: Draft, fields: Fields, its_type: Type) -> None:
        self.draft, self.fields, self.its_type = draft, fields, its_type

    def read(self) -> tuple[Node | None, Type, Type]:
        fields, draft = self.fields, self.draft
        shape_only = Fields.__new__(Fields)
        shape_only.faults, shape_only.path, shape_only.readable = fields.faults, fields.path, True
        shape_only.values = {key: value for key, value in fields.values.items() if key != "rules"}
        default = "total" if "total" in draft.known else None
        node, given, value = read_leaf(Leaf(draft, shape_only, "grade", "grade", "word", default=default))
        if node is None or "rules" not in fields:
            return node, given, value
        draft.learn("grade", self.its_type)
        words = (*self.its_type.options, *self.its_type.outside)
        rules = read_rules(draft, fields.raw("rules"), fields.at("rules"), draft.scope(), GRADE_EFFECTS, words)
        return replace(node, rules=rules), given, value


def read_consequences(draft: Draft, fields: Fields) -> tuple[Node, ...]:
    """Nodes in the order of the file; each may read those above it."""
    made = []
    for name, document in read_named(draft, fields.raw("consequences"), fields.at("consequences")).items():
        path = (*fields.at("consequences"), name)
        split_only = isinstance(document, Mapping) and "split" in document
        inner = Fields(Faults() if split_only else draft.faults, document, path, CONSEQUENCE_KEYS)
        if name in draft.known and name != "grade":
            draft.faults.add("SC034", path, name=name)
        if "split" in inner:
            split = read_split(draft, name, document, path)
            made += [] if split is None else [split]
            continue
        node, its_type, _ = read_leaf(Leaf(draft, inner, name, name, "any"))
        draft.learn(name, its_type)
        if node is not None:
            made.append(node)
    return tuple(made)


def read_re_adjust(
    draft: Draft, fields: Fields, statics: list[Static], types: Mapping[str, Mapping[str, Type]]
) -> tuple[ReAdjust, ...]:
    by_key = {one.key: one for top in statics for one in top.all()}
    made = []
    for index, one in enumerate(fields.items("re_adjust")):
        inner = Fields(draft.faults, one, (*fields.at("re_adjust"), index), ADJUST_KEYS)
        adjust = _adjust(draft, inner, by_key, types) if inner.readable else None
        if adjust is not None:
            made.append(adjust)
    return tuple(made)


def _adjust(
    draft: Draft, fields: Fields, by_key: Mapping[str, Static], types: Mapping[str, Mapping[str, Type]]
) -> ReAdjust | None:
    metric = fields.text("metric") if fields.need("metric") else None
    if metric is None or metric not in by_key:
        if metric is not None:
            draft.faults.add("SC029", fields.at("metric"), name=metric, nearest=nearest(metric, by_key))
        return None
    local = dict(types[metric])
    for suffix in ("score", "value"):
        if f"{metric}.{suffix}" in draft.known:
            local[suffix] = draft.known[f"{metric}.{suffix}"]
    scope = draft.scope(local)
    if_missing = fields.one_of("if_missing", ("holds", "fails"))
    condition = None
    if "if" in fields:
        condition = draft.condition(fields.raw("if"), fields.at("if"), scope, said=True, if_missing=if_missing)
    present = [key for key in ("target", "weight", "retire") if key in fields]
    if len(present) != 1 or ("if" in fields and condition is None):
        allowed = "target, weight, retire"
        if len(present) > 1:
            draft.faults.add("SC027", fields.path, rule=metric, found=", ".join(present), allowed=allowed)
        elif not present:
            draft.faults.add("SC129", fields.path, rule=metric, allowed=allowed)
        return None
    what = present[0]
    if what == "retire" and fields.raw("retire") is not True:
        fields.wants("retire", "true")
    if what != "retire" and what not in local:
        draft.faults.add("SC064", fields.at(what), name=metric, what=what)
        return None
    amount = None if what == "retire" else draft.term(fields.raw(what), fields.at(what), scope, zero=True)
    take_from = fields.text("take_from")
    if take_from is not None and (take_from not in by_key or take_from == metric or what == "target"):
        draft.faults.add("SC029", fields.at("take_from"), name=take_from, nearest=nearest(take_from, by_key))
    return ReAdjust(
        metric, fields.path, condition, if_missing, what, amount,
        _share(draft, fields), take_from,
    )


def _share(draft: Draft, fields: Fields) -> Decimal | None:
    """`20 %` as 20."""
    value: Any = fields.raw("change_at_most")
    if value is None:
        return None
    read = number(value.strip().removesuffix("%").strip()) if isinstance(value, str) and "%" in value else None
    if read is None or read < 0:
        fields.wants("change_at_most", "percent")
    return read
