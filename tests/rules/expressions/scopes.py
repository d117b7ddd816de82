"""A scope with every kind of name, and short ways to build types and to evaluate a text in it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rules.expressions.compiled import Expression, ExpressionFaults, compile_expression
from rules.expressions.scope import Scope
from rules.expressions.types import YES_NO, Kind, Type
from rules.faults import Fault


def number(
    low: object = None, high: object = None, digits: int | None = 2, unit: str = "", missing: bool = False
) -> Type:
    bounds = [None if end is None else Decimal(str(end)) for end in (low, high)]
    return Type(Kind.NUMBER, bounds[0], bounds[1], digits, unit, missing=missing)


def choice(*options: str, ladder: bool = False, outside: tuple[str, ...] = ()) -> Type:
    return Type(Kind.CHOICE, options=options, ladder=ladder, outside=outside)


GRADE = choice("S", "A", "B", "C", ladder=True, outside=("一票否决",))
ROW = {
    "score": number(0, 120), "weight": number(0, 100), "target": number(0, 100), "basic": number(0, 60),
    "exempt": YES_NO, "kind": choice("normal", "scf", "kar"), "done": Type(Kind.DATE), "title": Type(Kind.TEXT),
}  # fmt: skip
MIXED = Type(Kind.TEXT, missing=True, kinds=("date", "number"))
NAMES: dict[str, Type] = {
    "sales": number(0, 1000000), "plan": number(1, 1000000), "profit": number(-1000, 1000), "x": number(0, 10, 0),
    "y": number(), "z": number(missing=True), "rate": number(0, 100, unit="%"), "rate2": number(0, 100, unit="%"),
    "hours": number(0, 1000, unit="h"), "ok": YES_NO, "flag": YES_NO, "grade": GRADE, "rating": number(1, 5, 0),
    "level": choice("city", "province", "nation"), "stars": choice("5", "4", "yes", "no", "named manager"),
    "begun": Type(Kind.DATE), "ended": Type(Kind.DATE), "remark": Type(Kind.TEXT),
    "sales.score": number(0, 120), "sales.target": number(1, 100), "subject.department": choice("sales", "service"),
    "goals": Type(Kind.LIST, Decimal(0), Decimal(20), row=ROW),
    "metrics": Type(Kind.LIST, Decimal(1), Decimal(9), row=ROW),
    "sales.parts": Type(Kind.LIST, Decimal(1), Decimal(9), row={**ROW, "mixed": MIXED}),
    "客户满意度": number(0, 100, unit="%"), "é": number(0, 9), "score": number(0, 120),
}  # fmt: skip
PAST = {
    "sales": NAMES["sales"],
    "grade": GRADE,
    "profit": NAMES["profit"],
    "sales.score": NAMES["sales.score"],
    "ok": YES_NO,
}
SCOPE = Scope(
    names=NAMES,
    later={"total": "total", "cost.score": "part_rules"},
    rules=("fallback", "no go"),
    past=PAST,
    taken={"taken": "a figure and a target"},
)


def compiled(text: str, scope: Scope = SCOPE, **rest: Any) -> Expression:
    return compile_expression(text, scope, **rest)


def value(text: str, past: Sequence[Mapping[str, Any]] = (), held: Sequence[str] = (), **names: Any) -> Any:
    """Evaluate in SCOPE; ints stand for decimals, a double underscore for the dot in a name."""
    given = {name.replace("__", "."): exact(one) for name, one in names.items()}
    before = [{name.replace("__", "."): exact(one) for name, one in figures.items()} for figures in past]
    return compiled(text, zero_allowed=True).value(given, before, held)


def exact(one: Any) -> Any:
    if isinstance(one, int) and not isinstance(one, bool):
        return Decimal(one)
    if isinstance(one, list):
        return [{key: exact(field) for key, field in row.items()} for row in one]
    return one


def faults(text: str, scope: Scope = SCOPE, **rest: Any) -> tuple[Fault, ...]:
    """The faults of a text; none where it compiles."""
    try:
        compile_expression(text, scope, **rest)
    except ExpressionFaults as wrong:
        return wrong.faults
    return ()
