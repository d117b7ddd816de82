"""Reading groups: fixed parts or one node for each row of a list, combined, and the metrics of which a card is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rules.expressions.types import Kind, Type
from rules.scorecard.draft import Draft
from rules.scorecard.fields import Fields, nearest
from rules.scorecard.model import MissingPolicy, Node, RowList
from rules.scorecard.ranges import hull, input_type, loosened, product, times, total_of
from rules.scorecard.read_nodes import COMBINES, LEAF_KEYS, Leaf, finish, read_leaf, read_missing
from rules.scorecard.read_rules import PART_EFFECTS, read_rules
from rules.scorecard.read_shapes import SHAPES
from rules.scorecard.statics import Static, row_type

WEIGHTED = ("weighted_mean", "weighted_sum")
MEANS = ("weighted_mean", "mean")
EACH_KEYS = (*LEAF_KEYS, "weight", "target")


@dataclass
class Groups:
    """Reads metrics bottom up. types: local names by metric key; weighted: metrics that a profile gives a weight."""

    draft: Draft
    types: dict[str, dict[str, Type]]
    weighted: frozenset[str] = frozenset()
    scores: dict[str, Type] = field(default_factory=dict)
    actual: dict[str, Type] = field(default_factory=dict)

    def metric(self, static: Static, policy: MissingPolicy) -> Node | None:
        """The node of a metric or part; its score and value become readable for the steps after it."""
        node, its_type, value = self._read(static, policy)
        self.actual[static.key] = its_type
        may_lack = its_type.missing or policy.policy in ("block", "exclude")
        shown = replace(its_type, missing=may_lack and its_type.missing)
        self.scores[f"{static.key}.score"] = shown
        if value is not None:
            self.scores[f"{static.key}.value"] = value
        return node

    def _read(self, static: Static, policy: MissingPolicy) -> tuple[Node | None, Type, Type | None]:
        fields, draft = static.fields, self.draft
        local = self.types[static.key]
        if not any(key in fields for key in ("parts", "over", "each", "combine")):
            leaf = Leaf(
                draft, fields, static.name, static.key, "number", local, static.name, draft.rounds["metric"],
                policy=policy,
            )
            node, its_type, value = read_leaf(leaf)
            return (None if node is None else self._settled(node, static)), its_type, value
        before = set(draft.known)
        node, its_type = self.group(fields, static.name, static.key, static.parts, local, policy, "metric")
        for made in set(draft.known) - before:  # no other metric may read the scores inside this one
            self.scores[made] = draft.known.pop(made)
            draft.later[made] = "part_rules"
        return (None if node is None else self._settled(node, static)), its_type, None

    def _settled(self, node: Node, static: Static) -> Node:
        return replace(
            node, labels=static.labels, weight=static.weight, target=static.target, standards=static.standards,
            agree=static.agree,
        )

    def group(
        self, fields: Fields, name: str, key: str, parts: Sequence[Static], local: Mapping[str, Type],
        policy: MissingPolicy, kind: str,
    ) -> tuple[Node | None, Type]:
        """A group or the total: its parts first, then part_rules, combine, rules, limits, round."""
        draft = self.draft
        for one in ("value", *SHAPES):
            if one in fields:
                draft.faults.add("SC054", fields.at(one), key=one)
        combine = fields.one_of("combine", COMBINES) if fields.need("combine") else None
        node = Node(
            name, key, fields.path, fields.title(), combine=combine, missing=read_missing(draft, fields),
            weights_sum=self._weights_sum(fields, combine),
            round_each=draft.rounding(fields.raw("round_each"), fields.at("round_each")) if "round_each" in fields
            else None,
        )
        if "round_each" in fields and combine not in WEIGHTED:
            draft.faults.add("SC014", fields.at("round_each"), key="round_each", other=f"combine: {combine}")
        if "over" in fields or "each" in fields:
            read, its_type = self._over(fields, node, policy)
        else:
            read, its_type = self._parts(fields, node, parts, policy, kind)
        if read is None or combine is None:
            return None, its_type
        leaf = Leaf(draft, fields, name, key, "number", local, None, draft.rounds[kind], policy=policy)
        return finish(leaf, read, its_type, local)

    def _weights_sum(self, fields: Fields, combine: str | None) -> Decimal | None:
        if "weights_sum" not in fields or fields.raw("weights_sum") == "any":
            return None
        if combine is not None and combine not in WEIGHTED:
            self.draft.faults.add("SC014", fields.at("weights_sum"), key="weights_sum", other=f"combine: {combine}")
        return fields.number("weights_sum")

    def _parts(
        self, fields: Fields, node: Node, parts: Sequence[Static], policy: MissingPolicy, kind: str
    ) -> tuple[Node | None, Type]:
        draft = self.draft
        if kind == "metric" and not parts:
            draft.faults.add("SC003", fields.path, key="parts")
            return None, Type(Kind.NUMBER)
        made = [self.metric(part, policy) for part in parts] if kind == "metric" else [None]
        for part in parts:
            for one in part.all():
                for suffix in ("score", "value"):
                    if f"{one.key}.{suffix}" in self.scores:
                        draft.learn(f"{one.key}.{suffix}", self.scores[f"{one.key}.{suffix}"])
        rows = row_type(list(parts), self.types, self.scores)
        draft.learn("metrics" if kind == "total" else f"{node.key}.parts", rows)
        names = [part.name for part in parts]
        local = dict(rows.row or {})
        scope = draft.scope()
        free = {one: its for one, its in local.items() if one not in scope.names}
        part_scope = replace(scope, names={**scope.names, **free})
        part_rules = (
            read_rules(
                draft, fields.raw("part_rules"), fields.at("part_rules"), scope, PART_EFFECTS, names, amounts=part_scope
            )
            if "part_rules" in fields else ()
        )
        self._combining(fields, node, parts, policy)
        its_type = loosened(self._combined(node, parts, bool(part_rules)), len(parts), node.round_each)
        if kind == "metric" and any(one is None for one in made):
            return None, its_type
        return replace(node, parts=tuple(one for one in made if one is not None), part_rules=part_rules), its_type

    def _combining(self, fields: Fields, node: Node, parts: Sequence[Static], policy: MissingPolicy) -> None:
        """Weights where weights are wanted, and excluding only where the rest can be re-normalised."""
        faults = self.draft.faults
        if node.combine in WEIGHTED:
            for part in parts:
                if part.weight is None and "weight" not in part.agree and part.key not in self.weighted:
                    faults.add("SC055", part.path, level="warning" if self.weighted else "error", name=part.name)
        if node.combine in MEANS or node.combine is None:
            return
        for part in parts:
            own = part.fields.raw("missing")
            if own == "exclude":
                faults.add("SC056", part.fields.at("missing"), name=part.name, combine=node.combine)
            elif own is None and policy.policy == "exclude" and len(parts) > 1:
                faults.add("SC056", fields.at("combine"), name=part.name, combine=node.combine)
                return

    def _combined(self, node: Node, parts: Sequence[Static], changed: bool) -> Type:
        scores = [self.actual[part.key] for part in parts]
        if not scores or changed:
            return Type(Kind.NUMBER, missing=any(one.missing for one in scores) or not scores)
        if node.combine == "sum":
            return total_of(scores)
        if node.combine == "weighted_sum":
            return total_of(
                [product(s, self.types[p.key].get("weight", s)) for s, p in zip(scores, parts, strict=True)]
            )
        whole = hull(scores)
        return whole if node.combine in ("min", "max") else replace(whole, digits=None)

    def _over(self, fields: Fields, node: Node, policy: MissingPolicy) -> tuple[Node | None, Type]:
        draft = self.draft
        if "parts" in fields:
            draft.faults.add("SC046", fields.path, shapes="over, parts")
        over = fields.text("over") if fields.need("over") else None
        rows = draft.lists.get(over or "")
        if over is not None and rows is None:
            draft.faults.add("SC057", fields.at("over"), name=over, nearest=nearest(over, draft.lists))
        if rows is None or not fields.need("each"):
            return None, Type(Kind.NUMBER)
        each, its_type = self._each(fields, node, rows)
        if node.combine in WEIGHTED and "weight" not in rows.fields and (each is None or each.weight is None):
            draft.faults.add("SC055", fields.at("each"), name="each")
        if node.combine not in MEANS and each is not None and each.missing is not None and (
            each.missing.policy == "exclude"
        ):
            draft.faults.add("SC056", (*fields.at("each"), "missing"), name="each", combine=node.combine or "")
        once, keep = fields.text("once_per"), fields.one_of("keep", ("highest", "lowest"))
        if once is not None and once not in rows.fields:
            draft.faults.add("SC058", fields.at("once_per"), name=once, nearest=nearest(once, rows.fields))
        if ("once_per" in fields) != ("keep" in fields):
            draft.faults.add("SC003", fields.path, key="keep" if "once_per" in fields else "once_per")
        if "part_rules" in fields:
            draft.faults.add("SC014", fields.at("part_rules"), key="part_rules", other="over")
        if each is None:
            return None, its_type
        return replace(node, over=over, each=each, once_per=once, keep=keep), self._rows_type(node, its_type, rows)

    def _each(self, fields: Fields, node: Node, rows: RowList) -> tuple[Node | None, Type]:
        draft = self.draft
        inner = Fields(draft.faults, fields.raw("each"), fields.at("each"), EACH_KEYS)
        local = {name: input_type(one) for name, one in rows.fields.items()}
        static = Static("each", f"{node.key}.each", inner.path, inner)
        static.weight = inner.number("weight")
        if "target" in inner:
            static.target = draft.term(inner.raw("target"), inner.at("target"), draft.scope(local), None)
        extra = {name: its for name, its in static.types([], []).items() if name not in local}
        leaf = Leaf(
            draft, inner, "each", static.key, "number", {**local, **extra},
            node.name if node.name in local else None, draft.rounds["metric"], policy=draft.missing,
        )
        made, its_type, _ = read_leaf(leaf)
        return (None if made is None else replace(made, weight=static.weight, target=static.target)), its_type

    def _rows_type(self, node: Node, each: Type, rows: RowList) -> Type:
        none_possible = rows.count.low in (None, 0)
        if node.combine in ("sum", "weighted_sum"):
            if node.combine == "weighted_sum":
                return Type(Kind.NUMBER, missing=each.missing)
            return times(each, rows.count)
        digits = each.digits if node.combine in ("min", "max") else None
        return replace(each, digits=digits, missing=each.missing or none_possible)
