"""What of a card is open to agreement, listed for the form of the task that sets the targets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rules.scorecard.fields import digits_of
from rules.scorecard.model import Agreeable, Input
from rules.scorecard.statics import Static

_DIGITS = 2


def agreeable_of(inputs: Mapping[str, Input], statics: list[Static]) -> tuple[Agreeable, ...]:
    """Agreed inputs, then each metric's open target, weight and standards, parts after their group."""
    found = [
        Agreeable(one.name, "input", one.low, one.high, one.digits, None, one.title)
        for one in inputs.values()
        if one.agreed
    ]
    for top in statics:
        for static in top.all():
            found.extend(_of(static))
    return tuple(found)


def _of(static: Static) -> list[Agreeable]:
    found = []
    for what, span in static.agree.items():
        default = static.weight if what == "weight" else _constant(static, what)
        ends = [one for one in (default, span.low, span.high) if one is not None]
        digits = max([_DIGITS, *(digits_of(one) for one in ends)])
        kind = what if what in ("target", "weight") else "standard"
        title = static.fields.values.get("title")
        titles = {"": title} if isinstance(title, str) else dict(title) if isinstance(title, Mapping) else {}
        found.append(Agreeable(f"{static.key}.{what}", kind, span.low, span.high, digits, default, titles))
    return found


def _constant(static: Static, what: str) -> Decimal | None:
    term = static.target if what == "target" else static.standards.get(what)
    return term.constant if term is not None and isinstance(term.constant, Decimal) else None
