"""The weights of a scorecard that can be tried with other values, and the grade of one review under such a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import count
from typing import Any

from rules.fast.card import fast_card
from rules.numbers import absolute, add, divide, multiply, places, subtract
from rules.scorecard.course import Number
from rules.scorecard.evaluate import score
from rules.scorecard.facts import Facts
from rules.scorecard.figures import Figure
from rules.scorecard.model import Card, Node, Profile, Span
from rules.trial.steady import reads_weights

WEIGHTED = ("weighted_mean", "weighted_sum")
FINEST = 4
"""A step is at most a 10,000th of the weights' sum, and at most 0.01."""

PAYS = 300
"""After so many gradings it pays to have the card compiled."""

PRICE = 5
"""What a grading by the reference costs, counted in gradings by the compiled card."""

Settled = tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight of the card. group: `total` or the key of the group it stands in; profile: whose weights these are,
    None where every profile has the same; others: the group's other weights; whole: the sum that stays, None where the
    others stay as they are; most: the greatest value that is tried; step: the grid; mean: whether only the weights'
    proportions count."""

    key: str
    group: str
    profile: str | None
    present: Decimal
    others: tuple[tuple[str, Decimal], ...]
    whole: Decimal | None
    most: Decimal
    step: Decimal
    mean: bool

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key, *(key for key, _ in self.others))

    @property
    def fixed(self) -> bool:
        """Whether there is nothing that could give way."""
        return self.whole is not None and (not self.others or self.whole == self.present)

    def at(self, value: Decimal) -> Settled:
        """The group's weights when this one is `value`: the others keep their proportions where a sum stays."""
        if self.whole is None or not self.others:
            return ((self.key, value), *self.others)
        left, before = subtract(self.whole, value), subtract(self.whole, self.present)
        return ((self.key, value), *((key, divide(multiply(one, left), before)) for key, one in self.others))

    def scaled(self, value: Decimal) -> tuple[tuple[str, Decimal], ...]:
        """The same proportions without a division, where only these count."""
        if self.whole is None or not self.others:
            return ((self.key, value), *self.others)
        left, before = subtract(self.whole, value), subtract(self.whole, self.present)
        made = [(self.key, multiply(value, before)), *((key, multiply(one, left)) for key, one in self.others)]
        return tuple((key, one) for key, one in made if isinstance(one, Decimal))


Judge = Callable[[Facts, Weight, Decimal], str | None]
"""The grade by the rules when the weight has this value; None without one."""


def weights_of(card: Card) -> tuple[Weight, ...]:
    """Every weight of the total and of nested groups, for each profile that has its own."""
    found: list[Weight] = []
    groups: list[tuple[str, Node, Sequence[Node]]] = []
    if card.total is not None:
        groups.append(("total", card.total, card.metrics))
    groups.extend((node.key, node, node.parts) for node in card.nodes().values() if node.parts)
    for name, node, parts in groups:
        if node.combine in WEIGHTED:
            keys = {part.key for part in parts}
            own = [profile for profile in card.profiles if keys & profile.weights.keys()]
            for profile in [None] if not own else card.profiles:
                found.extend(_weights(name, node, parts, profile))
    return tuple(found)


def _weights(group: str, node: Node, parts: Sequence[Node], profile: Profile | None) -> list[Weight]:
    own = {} if profile is None else profile.weights
    known = [(part.key, own.get(part.key, part.weight)) for part in parts]
    weighed = [(key, weight) for key, weight in known if weight is not None]
    total: Number = Decimal(0)
    for _, weight in weighed:
        total = add(total, absolute(weight))
    if not isinstance(total, Decimal) or not total:
        return []
    step = Decimal(1).scaleb(min(-2, total.adjusted() - FINEST, *(-(places(one) or 0) for _, one in weighed)))
    return [
        Weight(
            key, group, None if profile is None else profile.name, weight,
            tuple(one for one in weighed if one[0] != key), node.weights_sum,
            max(total, weight) if node.weights_sum is None else node.weights_sum, step,
            node.combine == "weighted_mean",
        )
        for key, weight in weighed
    ]  # fmt: skip


def judge_of(card: Card) -> Judge:
    """How a review of the card is graded with another weight: by the rules alone, before people and quota. What the
    card demands of weights (their sum, `require`) is not asked."""
    reference, asked = reference_of(card), count(1)
    quick = cache(lambda: fast_card(card))

    @lru_cache(maxsize=64)
    def settled(weight: Weight, value: Decimal) -> dict[str, Any]:
        return {f"{key}.weight": one for key, one in weight.at(value)}

    def judge(facts: Facts, weight: Weight, value: Decimal) -> str | None:
        if next(asked) > PAYS and not quick().slow_parts and not facts.retired:
            try:
                return quick().score(facts, settled(weight, value)).first_grade
            except (ValueError, ArithmeticError):
                pass  # what the program cannot hold, the reference can
        return reference(facts, weight, value)

    return judge


def price_of(card: Card, reviews: Sequence[Facts]) -> int:
    """What one grading costs: where the compiled card cannot be asked, more."""
    return PRICE if fast_card(card).slow_parts or any(one.retired for one in reviews) else 1


def reference_of(card: Card) -> Judge:
    """The same by the reference: weights are handed in like agreed ones, or written into the card where their
    proportions are not all that counts."""
    plain = replace(card, require=())
    opened = _reweighed(plain, {}, Span())
    simple = cache(lambda group: not reads_weights(card, group))

    @lru_cache(maxsize=64)
    def written(weight: Weight, value: Decimal) -> Card:
        return _reweighed(plain, dict(weight.at(value)), None)

    @lru_cache(maxsize=64)
    def handed(weight: Weight, value: Decimal) -> Mapping[str, Figure]:
        return {key: Figure(one, "agreed") for key, one in weight.scaled(value)}

    def judge(facts: Facts, weight: Weight, value: Decimal) -> str | None:
        if not weight.mean or not simple(weight.group):
            return score(written(weight, value), facts).first_grade
        agreed = dict(facts.agreed)
        for key, figure in handed(weight, value).items():
            agreed[key] = {**agreed.get(key, {}), "weight": figure}
        return score(opened, replace(facts, agreed=agreed)).first_grade

    return judge


def _reweighed(card: Card, weights: Mapping[str, Number], opened: Span | None) -> Card:
    """The card with these weights in its file, or with every weight open to agreement."""
    total = None if card.total is None else replace(card.total, weights_sum=None)
    return replace(
        card, total=total, metrics=tuple(_node(one, weights, opened) for one in card.metrics),
        profiles=tuple(
            replace(one, weights={key: value for key, value in one.weights.items() if key not in weights})
            for one in card.profiles
        ),
    )  # fmt: skip


def _node(node: Node, weights: Mapping[str, Any], opened: Span | None) -> Node:
    agree = node.agree if opened is None else {**node.agree, "weight": opened}
    return replace(
        node, weight=weights.get(node.key, node.weight), weights_sum=None, agree=agree,
        parts=tuple(_node(one, weights, opened) for one in node.parts),
    )  # fmt: skip
