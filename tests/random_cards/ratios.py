"""What the oracles of customer-facing work share: figures that may lack, ratios to a target, weighted means."""

from __future__ import annotations

import random
from typing import Any

from tests.random_cards.maths import Maths
from tests.random_cards.published import Facts


def chosen(draw: random.Random, inputs: Facts, likely: float = 0.9) -> Facts:
    """The figures without some of them."""
    return {name: one for name, one in inputs.items() if draw.random() < likely}


class Ratios:
    """What the cards share: value / target x 100 between 0 and 120, rounded to two places; None without a figure."""

    def __init__(self, maths: Maths, given: Facts) -> None:
        self.maths, self.given = maths, given

    def figure(self, name: str) -> Any:
        return None if name not in self.given else self.maths(self.given[name])

    def mean(self, name: str) -> Any:
        values = self.maths.all(self.given.get(name, []))
        return sum(values) / len(values) if values else None

    def score(self, value: Any, target: object, mirror: bool = False) -> Any:
        if value is None:
            return None
        reached = value * 100 / self.maths(target)
        return self.maths.rounded(self.maths.clamp(200 - reached if mirror else reached, 0, 120), 2)

    def rounded(self, value: Any) -> Any:
        return None if value is None else self.maths.rounded(value, 2)

    def among(self, pairs: Any) -> Any:
        """The weighted mean of the scores that are there, rounded; None without any."""
        there = [(self.maths(w), s) for w, s in pairs if s is not None]
        return self.maths.rounded(self.maths.weighted(there), 2) if there else None
