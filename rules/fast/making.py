"""The whole program of a card, step by step: who, agreed, inputs, computed, metrics, total, grade, what follows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from rules.fast.algebra import NO, ZERO, both, isnt, plus
from rules.fast.builder import Builder
from rules.fast.flags import Made
from rules.fast.grading import grade
from rules.fast.groups import Groups
from rules.fast.incoming import Slots, Words
from rules.fast.leaves import Judge
from rules.fast.listed import over_rows
from rules.fast.naming import Listed, Making, Names
from rules.fast.program import Branch, Each, Expr, Give, Lit, Op, Out, Program, Ref
from rules.fast.rowsin import row_of
from rules.fast.settling import settle
from rules.fast.slots import Variant, held_names
from rules.fast.tidy import refs, tidied
from rules.fast.values import Val, constant, missing
from rules.scorecard.model import Card, Node
from rules.scorecard.preparing import prepared_of

LEAST_ROWS = 7


def program_of(card: Card, variant: Variant) -> Program:
    """Raises `Unspoken` where the card holds something that programs cannot say."""
    return _Whole(card, variant).program()


class _Whole:
    def __init__(self, card: Card, variant: Variant) -> None:
        self.card, self.variant = card, variant
        self.slots, self.words, builder = Slots(card, variant), Words(card), Builder()
        fields = dict.fromkeys(name for rows in card.lists.values() for name in rows.fields)
        bits = {name: 1 << place for place, name in enumerate((*card.inputs, *(f"row {one}" for one in fields)))}
        self.bits = bits
        grades = card.grades
        self.making = Making(
            card, builder, self.words.code, self.slots.of, 0 if grades is None else len(grades.ladder),
            0 if grades is None else len(grades.outside), not variant.full, 1 << len(bits),
            {}, {name: bits[f"row {name}"] for name in fields},
        )
        self.names = Names()
        self.outs: list[tuple[str, str, Val]] = []
        self.places: dict[tuple[Expr, ...], int] = {}

    def program(self) -> Program:
        builder, card = self.making.builder, self.card
        for name in card.inputs:  # in this order, whatever is read first
            self.slots.of("input", name)
        for name in sorted(held_names(card)):
            self.making.held[name] = builder.variable(NO)
        self._attributes()
        groups = Groups(Judge(self.making), self.names, {}, {}, over_rows)
        settle(groups, self.slots, self.variant)
        stop = builder.noted
        if stop:
            with builder.inside() as steps:
                self._judge(groups)
            proceed = both(Op("not", (Ref("r"),)), Op("not", (Ref("f"),)))
            builder.block.append(Branch(proceed, tuple(steps), ()))
            give = steps[-1]
            builder.block.append(Give(tuple(Lit(None) for _ in give.values) if isinstance(give, Give) else ()))
        else:
            self._judge(groups)
        return self._done()

    def _attributes(self) -> None:
        for prefix, known in (("subject", self.card.subject), ("cycle", self.card.cycle)):
            for name in known:
                value = self.slots.of(prefix, name)
                self.names.names[f"{prefix}.{name}"] = value.sure if self.variant.full else value

    def _inputs(self) -> None:
        making, builder = self.making, self.making.builder
        if making.masks:
            making.unrated = self.slots.of("mask").top
        for name, one in self.card.inputs.items():
            value = self.slots.of("input", name)
            bit = Lit(self.bits[name])
            if self.variant.full:
                value = value.sure
            elif one.missing is not None and one.missing.policy in ("use", "previous"):
                made = (constant(one.missing.score, making.code) if one.missing.policy == "use"
                        else self.slots.of("past", 0, name))
                unrated = Op("!=", (Op("&", (making.unrated, bit)), ZERO))
                value = builder.choose(both(value.gone, isnt(unrated)), partial(replace, made), partial(replace, value))
            self.names.names[name] = builder.held(value)
            self.names.lacks[name] = bit
        for name, rows in self.card.lists.items():
            listed = self.slots.listed(name)
            self.names.lists[name] = listed
            if rows.count.low is not None and rows.count.low > 0:
                self._least(name, listed, int(-(-rows.count.low // 1)))

    def _least(self, name: str, listed: Listed, least: int) -> None:
        builder = self.making.builder
        count = builder.variable(ZERO)
        targets, _, _ = row_of(builder, listed)
        with builder.inside() as body:
            builder.set(count, plus(count, Lit(1)))
        builder.block.append(Each(listed.rows, targets, tuple(body)))
        builder.when(Op("<", (count, Lit(least))), lambda: builder.note(LEAST_ROWS))

    def _judge(self, groups: Groups) -> None:
        card, builder, names = self.card, self.making.builder, self.names
        self._inputs()
        for node in card.computed:
            made = groups.judge.leaf(node, names, None, groups.rated())
            names.names[node.name] = builder.held(made.score)
            names.lacks[node.name] = made.lack
        for node in card.metrics:
            groups.metric(node)
        names.lists["metrics"] = groups.rows(card.metrics)
        if card.total is not None:
            groups.total(card.total, card.metrics)
        first = now = missing("word")
        if card.grades is not None:
            first, now = grade(groups, self.slots, card.grades, self.variant)
        self._follow(groups)
        self._give(first, now)

    def _follow(self, groups: Groups) -> None:
        builder, nodes = self.making.builder, self.card.consequences

        def follow() -> list[Val]:
            found = []
            for node in nodes:
                made = self._consequence(groups, node)
                self.names.names[node.name] = value = builder.held(made.score)
                self.names.lacks[node.name] = made.lack
                found.append(value)
            return found

        values = builder.choose_all(self.making.no_reason(), follow, lambda: [missing() for _ in nodes])
        self.outs = [("consequence", node.name, builder.held(value)) for node, value in zip(nodes, values, strict=True)]

    def _consequence(self, groups: Groups, node: Node) -> Made:
        if node.split is None:
            return groups.judge.leaf(node, self.names, None, groups.rated())
        return Made(self.slots.of("share", node.name), missing(), Lit(self.making.other))

    def _give(self, first: Val, now: Val) -> None:
        builder, names = self.making.builder, self.names.names
        outs = [("total", "", names.get("total") or missing()), ("first", "", first), ("grade", "", now)]
        outs += [("metric", key, names.get(f"{key}.score") or missing()) for key in self.card.nodes()]
        self.outs = [(what, name, builder.held(value)) for what, name, value in [*outs, *self.outs]]
        values: list[Expr] = []
        for _, _, value in self.outs:
            key = (value.top,) if value.static is not None else (value.top, value.below)
            if key not in self.places:
                self.places[key] = len(values)
                values.extend(key)
        builder.block.append(Give(tuple(values)))

    def _done(self) -> Program:
        slots = tuple(self.slots.found.values())
        body = tidied(tuple(self.making.builder.block), self.making.builder.joins)
        used = {one.name for one in refs(body)}
        read = prepared_of(self.card).read  # what is read must be there, though nothing may hang on how much it is
        needed = frozenset(
            slot.name for slot in slots if self.variant.full and slot.source[0] in ("input", "subject", "cycle")
            and (slot.name in used or ".".join(map(str, slot.source)).removeprefix("input.") in read)
        )
        outs = []
        for what, name, value in self.outs:
            key = (value.top,) if value.static is not None else (value.top, value.below)
            outs.append(Out(what, name, value.kind, self.places[key], value.static))
        return Program(slots, needed, body, tuple(outs), tuple(self.words.codes))

