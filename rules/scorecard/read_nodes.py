"""Reading nodes: metrics, parts, the total, computed figures and consequences are one thing with the same keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from rules.expressions.scope import Scope
from rules.expressions.types import Kind, Type
from rules.numbers import EXACT, Rounding, places
from rules.scorecard.draft import Draft, date_of
from rules.scorecard.fields import Faults, Fields
from rules.scorecard.model import MissingPolicy, Node, Path, Rule
from rules.scorecard.ranges import clamped, constant_type, hull, rounded, term_type
from rules.scorecard.reach_checks import check_limits, check_reach, check_rules
from rules.scorecard.read_rules import NUMBER_EFFECTS, after_rules, read_rules
from rules.scorecard.read_shapes import SHAPES, read_shape
from rules.scorecard.shape_checks import check_shape
from rules.scorecard.shapes import Limits, Line, Ratio, Shape, Steps, Term
from rules.scorecard.tables import Place
from rules.scorecard.turn_checks import check_turn
from rules.scorecard.unit_checks import check_share

COMBINES = ("weighted_mean", "weighted_sum", "mean", "sum", "min", "max")
LEAF_KEYS = ("title", "labels", "value", *SHAPES, "rules", "limits", "round", "missing", "if_zero")
NODE_TOTAL = (
    "title", "value", *SHAPES, "combine", "weights_sum", "round_each", "part_rules", "rules", "limits", "round",
    "missing", "if_zero",
)
GROUP_ONLY = ("combine", "weights_sum", "round_each", "part_rules", "once_per", "keep", "over", "each", "parts")


@dataclass
class Leaf:
    """What reading a leaf needs. gives: as in `Place`; local: names of this node alone, besides `value` and `score`;
    default: the name that `value` is when it is not written; mild: a divisor that may be 0 is a warning; policy: what
    a missing score becomes where the node does not say it."""

    draft: Draft
    fields: Fields
    name: str
    key: str
    gives: str
    local: Mapping[str, Type] = field(default_factory=dict)
    default: str | None = None
    rounding: Rounding | None = None
    mild: bool = False
    effects: Sequence[str] = NUMBER_EFFECTS
    words: Sequence[str] = ()
    policy: MissingPolicy | None = None


def read_leaf(leaf: Leaf) -> tuple[Node | None, Type, Type]:
    """The node, the type of its score and the type of its value; None with faults noted when it cannot be read."""
    draft, fields = leaf.draft, leaf.fields
    for key in GROUP_ONLY:
        if key in fields:
            draft.faults.add("SC045", fields.at(key), key=key)
    if_zero = read_if_zero(draft, fields)
    shapes = [shape for shape in SHAPES if shape in fields]
    if len(shapes) > 1:
        draft.faults.add("SC046", fields.path, shapes=", ".join(shapes))
        return _rest(leaf)
    choosing = shapes == ["choose"]
    values = _values(leaf, if_zero is not None, optional=choosing)
    if values is None:
        return _rest(leaf)
    types = tuple(term_type(one) for one in values)
    local = dict(leaf.local)
    if len(values) == 1:
        local["value"] = types[0]
    shape, its_type = _shape(leaf, shapes, types, local, if_zero)
    if shapes and shape is None:
        _rest(leaf)
        return None, its_type, types[0] if types else its_type
    if leaf.gives == "number" and its_type.kind is not Kind.NUMBER:
        draft.faults.add("SC047", fields.path, name=leaf.name, kind=its_type.kind.value)
    node = Node(
        leaf.name, leaf.key, fields.path, fields.title(), values=values, shape=shape, if_zero=if_zero,
        missing=read_missing(draft, fields), labels=fields.texts("labels"),
    )
    node, its_type = finish(leaf, node, its_type, local)
    return node, its_type, types[0] if types else its_type


def _rest(leaf: Leaf) -> tuple[None, Type, Type]:
    """Reads what stands after a value or shape at fault, so that all faults are found at once."""
    unknown = Type(Kind.NUMBER, digits=0)
    finish(leaf, Node(leaf.name, leaf.key, leaf.fields.path), unknown, {**leaf.local, "value": unknown})
    read_missing(leaf.draft, leaf.fields)
    return None, Type(Kind.NUMBER), Type(Kind.NUMBER)


def _shape(
    leaf: Leaf, shapes: list[str], types: tuple[Type, ...], local: dict[str, Type], if_zero: Decimal | str | None
) -> tuple[Shape | None, Type]:
    draft, fields = leaf.draft, leaf.fields
    if not shapes:
        if len(types) > 1:
            draft.faults.add("SC025", fields.at("value"))
        return None, types[0] if types else Type(Kind.NUMBER)
    if len(types) > 1 and shapes[0] != "grid":
        draft.faults.add("SC025", fields.at("value"))
        return None, Type(Kind.NUMBER)
    place = Place(
        draft, fields.at(shapes[0]), draft.scope(local), leaf.gives, types or (Type(Kind.NUMBER),),
        if_zero is not None, leaf.mild,
    )
    shape, its_type = read_shape(shapes[0], fields.raw(shapes[0]), place)
    if shape is not None:
        first, scope = types[0] if types else None, draft.scope(local)
        _check_shape(draft.faults, shape, place.path, first, scope)
    if isinstance(if_zero, Decimal) and its_type.kind is Kind.NUMBER:
        its_type = replace(hull([its_type, constant_type(if_zero)]), missing=its_type.missing)
    return shape, its_type


def _check_shape(faults: Faults, shape: Shape, path: Path, value: Type | None, scope: Scope) -> None:
    """Whether the table is sound; only of one that is it can be said what it reaches and which way it goes."""
    found, target = len(faults.found), scope.names.get("target")
    check_shape(faults, shape, path, value, scope)
    if len(faults.found) == found:
        check_reach(faults, shape, path, value, scope)
        check_turn(faults, shape, path, value, target)
        check_share(faults, shape, path, value, target)


def _values(leaf: Leaf, zero: bool, optional: bool) -> tuple[Term, ...] | None:
    draft, fields = leaf.draft, leaf.fields
    scope = draft.scope(leaf.local)
    if "value" in fields:
        raw = fields.raw("value")
        many = list(raw) if isinstance(raw, list | tuple) else [raw]
        place = fields.at("value")
        made = [
            draft.term(one, path, scope, None, zero=zero, mild=leaf.mild, lacks=False)
            for path, one in ([(place, raw)] if len(many) == 1 else [((*place, i), one) for i, one in enumerate(many)])
        ]
        return None if any(one is None for one in made) else tuple(one for one in made if one is not None)
    if optional:
        return ()
    if leaf.default is None or (leaf.default not in scope.names and leaf.default not in scope.later):
        draft.faults.add("SC012", fields.path, name=leaf.name)
        return None
    term = draft.term(leaf.default, fields.path, scope, None)
    return None if term is None else (term,)


def finish(leaf: Leaf, node: Node, before: Type, local: Mapping[str, Type]) -> tuple[Node, Type]:
    """Rules, limits and rounding, in this order; the same for leaves, groups and the total."""
    draft, fields = leaf.draft, leaf.fields
    scope = draft.scope({**local, "score": before} if leaf.gives == "number" else local)
    rules: tuple[Rule, ...] = ()
    if "rules" in fields:
        rules = read_rules(draft, fields.raw("rules"), fields.at("rules"), scope, leaf.effects, leaf.words)
    limits: Limits | None = None
    if "limits" in fields:
        limits = draft.limits(fields.raw("limits"), fields.at("limits"), draft.scope(local))
    rounding = draft.rounding(fields.raw("round"), fields.at("round")) if "round" in fields else leaf.rounding
    its_type = before
    if before.kind is Kind.NUMBER:
        ruled = after_rules(before, rules)
        check_rules(draft.faults, rules, before)
        if limits is not None:
            check_limits(draft.faults, limits, fields.at("limits"), ruled)
        its_type = clamped(ruled, limits)
        its_type = replace(its_type, digits=before.digits if not rules and limits is None else its_type.digits)
        if rounding is None and its_type.digits is None and divides(node, rules):
            draft.faults.add("SC048", fields.path, name=leaf.name)
        its_type = rounded(its_type, rounding or EXACT)
    if node.missing is not None and node.missing.policy in ("score", "zero"):
        _check_substitute(leaf, its_type, node.missing)
        its_type = _substituted(its_type, node.missing)
    elif node.missing is None and leaf.policy is not None and leaf.policy.policy in ("score", "zero"):
        its_type = _substituted(its_type, leaf.policy)
    return replace(node, rules=rules, limits=limits, round=rounding or EXACT), its_type


def _check_substitute(leaf: Leaf, its_type: Type, missing: MissingPolicy) -> None:
    """What takes the place of a missing score is of the score's own kind."""
    wanted = {Kind.NUMBER: ("number", Decimal), Kind.YES_NO: ("yes_no", bool), Kind.DATE: ("date", date)}
    name, kind = wanted.get(its_type.kind, ("word", str))
    value = Decimal(0) if missing.policy == "zero" else missing.score
    if not isinstance(value, kind):
        at = leaf.fields.at("missing")
        leaf.draft.faults.add("SC001", at if missing.policy == "zero" else (*at, "score"), wants=name, value=value)


def _substituted(its_type: Type, missing: MissingPolicy) -> Type:
    score = Decimal(0) if missing.policy == "zero" else missing.score
    if its_type.kind is Kind.NUMBER and isinstance(score, Decimal):
        low = None if its_type.low is None else min(its_type.low, score)
        high = None if its_type.high is None else max(its_type.high, score)
        own, other = its_type.digits, places(score)
        digits = None if own is None or other is None else max(own, other)
        return replace(its_type, low=low, high=high, digits=digits, missing=False)
    if its_type.kind is Kind.CHOICE and isinstance(score, str):
        return replace(its_type, options=tuple(dict.fromkeys((*its_type.options, score))), missing=False)
    return replace(its_type, missing=False)


def divides(node: Node, rules: Sequence[Rule]) -> bool:
    """Whether something in the node can leave a rational: a division, a mean, a ratio, a line, or exact steps."""
    terms = [*node.values, *(rule.amount for rule in rules if rule.amount is not None)]
    if any(term.expression is not None and _divides(term.expression.tree) for term in terms):
        return True
    if isinstance(node.shape, Steps):
        return node.shape.counting == "exact"
    return isinstance(node.shape, Ratio | Line)


def _divides(tree: Any) -> bool:
    if getattr(tree, "op", None) == "/" or "mean" in (getattr(tree, "name", None), getattr(tree, "fold", None)):
        return True
    if isinstance(tree, tuple):
        return any(_divides(one) for one in tree)
    slots = getattr(tree, "__slots__", ())
    return any(_divides(getattr(tree, slot)) for slot in slots if not isinstance(getattr(tree, slot), str))


def read_if_zero(draft: Draft, fields: Fields) -> Decimal | str | None:
    value = fields.raw("if_zero")
    if value is None:
        return None
    if value == "missing":
        return "missing"
    if isinstance(value, Decimal):
        return value
    draft.faults.add("SC005", fields.at("if_zero"), value=value, nearest="", allowed="missing, 0 …")
    return None


def read_missing(draft: Draft, fields: Fields) -> MissingPolicy | None:
    """`block`, `exclude`, `zero` or `{score: …}` of a node or of the card."""
    value = fields.raw("missing")
    if value is None:
        return None
    if isinstance(value, Mapping) and set(value) == {"score"}:
        score = value["score"]
        if isinstance(score, str):
            return MissingPolicy("score", date_of(score) or score)
        if isinstance(score, bool | Decimal):
            return MissingPolicy("score", score)
        draft.faults.add("SC001", (*fields.at("missing"), "score"), wants="number", value=score)
        return None
    if isinstance(value, str) and value in ("block", "exclude", "zero"):
        return MissingPolicy(value)
    draft.faults.add("SC005", fields.at("missing"), value=value, nearest="", allowed="block, exclude, zero, {score: …}")
    return None
