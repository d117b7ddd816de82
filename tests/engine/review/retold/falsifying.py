"""Falsifies a told score: one digit of one number that the text itself gives, to see that the reader finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from tests.engine.review.retold.grammar import Sentence
from tests.engine.review.retold.retelling import Retelling

MADE = {  # what a line makes, or repeats from above; all else in it is declared or given there for the first time
    "agreed.weights_sum": ("terms", "value"), "fold.sum": ("value",), "fold.mean": ("value",), "fold.min": ("value",),
    "fold.max": ("value",), "fold.last": ("value",), "fold.count": ("value",), "role": ("mean",),
    "role.time": ("mean",),
    "roles": ("terms", "shares", "value"), "value": ("value",), "value.with": ("value", "figures"),
    "value.plain": ("value",), "value.zero": ("figures",), "ratio.higher": ("value", "target", "exact"),
    "ratio.inverse": ("value", "target", "exact"), "ratio.mirror": ("value", "target", "exact"),
    "steps": ("value", "beyond", "counted", "exact"), "line": ("value", "exact"), "line.at": ("value",),
    "line.flat": ("value",), "rule.add": ("before", "after"), "rule.subtract": ("before", "after"),
    "rule.multiply": ("before", "after"), "rule.limit": ("before", "after"), "rule.limit.low": ("before", "after"),
    "rule.limit.high": ("before", "after"), "rule.round": ("before", "after"), "rule.set": ("before",),
    "rule.how": ("value",), "limits": ("before", "after"), "limits.low": ("before", "after"),
    "limits.high": ("before", "after"), "round": ("before", "after"), "score": ("score",), "score.total": ("score",),
    "part.weighted_mean": ("score", "weight", "weights", "contribution"),
    "part.weighted_sum": ("score", "weight", "contribution"), "part.mean": ("score", "count", "contribution"),
    "part.sum": ("score",), "weights": ("terms", "weights"), "next": ("distance",), "proposal": ("before", "after"),
    "proposal.most": ("before", "low", "high", "wanted", "after"), "proposal.inside": ("wanted", "after"),
    "proposal.given": ("wanted",), "consequence": ("score",),
    **{f"combine.{one}": ("exact",) for one in ("weighted_mean", "weighted_sum", "mean", "sum", "min", "max")},
    **{f"bands.{one}": ("value",) for one in (
        "from", "above", "up_to", "below", "from.not", "above.not", "up_to.not", "below.not", "else.short", "else.over",
    )},
}  # fmt: skip
NUMBER = re.compile(r"(?<![\w.])-?\d[\d./]*(?![\w-])")


def falsified(lang: str, lines: Sequence[str], random: Random) -> Iterator[tuple[int, str, str]]:
    """(number of the line, the line with one digit changed, what sentence it is) for every number that a line makes."""
    told = Retelling(lang)
    understood: dict[int, tuple[Sentence, dict[str, str]]] = {}
    told.seen = understood
    assert list(told.read(lines)) == []
    for number, (sentence, places) in understood.items():
        line = lines[number].strip()
        found = sentence.pattern.match(line)
        for place in MADE.get(sentence.code, ()):
            if found is None or place not in places:
                continue
            for one in NUMBER.finditer(found[place]):
                digits = [at for at in range(one.start(), one.end()) if found[place][at].isdigit()]
                at = found.start(place) + random.choice(digits)
                other = random.choice([digit for digit in "123456789" if digit != line[at]])
                yield number, f"  {line[:at]}{other}{line[at + 1:]}", sentence.code


def passes(lang: str, lines: Sequence[str]) -> bool:
    return next(Retelling(lang).read(lines), None) is None
