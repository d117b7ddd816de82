"""Random expressions against a second evaluator on fractions, and trees against their own text."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.expressions.compiled import Expression, ExpressionFaults, compile_expression
from rules.expressions.parser import parse
from rules.expressions.plan import ZeroDivisor
from rules.expressions.render import sentence_of, text_of
from rules.expressions.scope import Scope
from rules.expressions.tree import And, Arith, Call, Compare, If, In, Literal, Name, Negate, Node, Not, Or, children
from rules.expressions.types import MISSING, YES_NO, Kind, Type
from tests.rules.expressions.scopes import SCOPE, compiled
from tests.rules.expressions.test_semantics import CONDITIONS, FIGURES

LOW, HIGH = Decimal("-9.99"), Decimal("9.99")
UNHEALTHY = (HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large)  # trees are drawn deep
FIGURE = Type(Kind.NUMBER, LOW, HIGH, 2, missing=True)
LAW = Scope(names={"a": FIGURE, "b": FIGURE, "c": FIGURE, "p": replace(YES_NO, missing=True), "q": YES_NO})

literals = st.decimals(min_value=0, max_value=20, places=2).map(lambda value: Literal(abs(value), "", 1))
figures: st.SearchStrategy[Node] = st.deferred(
    lambda: st.one_of(
        literals,
        st.sampled_from("abc").map(lambda name: Name((name,), 1)),
        st.builds(Arith, st.sampled_from("+-*/"), figures, figures, st.just(1)),
        st.builds(Negate, figures, st.just(1)),
        st.builds(lambda then, asked, other: If(then, asked, other, 1), figures, conditions, figures),
        st.builds(
            lambda name, args: Call(name, tuple(args), 1),
            st.sampled_from(["min", "max", "sum", "mean"]),
            st.lists(figures, min_size=2, max_size=3),
        ),
        st.builds(lambda inner: Call("abs", (inner,), 1), figures),
    )
)
conditions: st.SearchStrategy[Node] = st.deferred(
    lambda: st.one_of(
        st.sampled_from("pq").map(lambda name: Name((name,), 1)),
        st.builds(Compare, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), figures, figures, st.just(1)),
        st.builds(lambda items: And(tuple(items), 1), st.lists(conditions, min_size=2, max_size=3)),
        st.builds(lambda items: Or(tuple(items), 1), st.lists(conditions, min_size=2, max_size=3)),
        st.builds(Not, conditions, st.just(1)),
        st.builds(
            lambda item, options: In(item, tuple(options), 1), figures, st.lists(literals, min_size=1, max_size=3)
        ),
    )
)
values = st.fixed_dictionaries({
    **{name: st.one_of(st.decimals(LOW, HIGH, places=2), st.just(MISSING)) for name in "abc"},
    "p": st.one_of(st.booleans(), st.just(MISSING)), "q": st.booleans(),
})  # fmt: skip


def second(node: Node, names: Mapping[str, Any]) -> Any:
    """The same language evaluated the plain way: fractions, None for missing, every operand looked at."""
    match node:
        case Literal(value=value):
            return Fraction(value) if isinstance(value, Decimal) else value
        case Name():
            value = names[node.text]
            return None if value is MISSING else Fraction(value) if isinstance(value, Decimal) else value
        case If():
            asked = second(node.condition, names)
            return None if asked is None else second(node.then if asked else node.otherwise, names)
        case And() | Or():
            return junction(node, names)
    parts = [second(child, names) for child in children(node)]
    if any(part is None for part in parts[: 1 if isinstance(node, In) else None]):
        return None
    return plain(node, parts)


def junction(node: And | Or, names: Mapping[str, Any]) -> Any:
    """Left to right until one decides; then yes, no or unknown as Kleene has it."""
    decisive, seen = isinstance(node, Or), []
    for operand in node.operands:
        seen.append(second(operand, names))
        if seen[-1] is decisive:
            return decisive
    return None if None in seen else not decisive


def plain(node: Node, parts: list[Any]) -> Any:
    match node:
        case Not():
            return not parts[0]
        case Negate():
            return -parts[0]
        case In():
            return parts[0] in parts[1:]
        case Compare(op=op):
            one, other = parts
            return {
                "==": one == other,
                "!=": one != other,
                "<": one < other,
                "<=": one <= other,
                ">": one > other,
                ">=": one >= other,
            }[op]
        case Arith(op="/"):
            return parts[0] / parts[1]
        case Arith(op=op):
            return {"+": parts[0] + parts[1], "-": parts[0] - parts[1], "*": parts[0] * parts[1]}[op]
        case Call(name=name):
            return {
                "abs": abs(parts[0]),
                "min": min(parts),
                "max": max(parts),
                "sum": sum(parts),
                "mean": sum(parts) / len(parts),
            }[name]
    raise AssertionError(node)


def outcome(run: Any) -> Any:
    try:
        result = run()
    except (ZeroDivisor, ZeroDivisionError):
        return "zero"
    if result is MISSING:
        return None
    return result if isinstance(result, bool) or result is None else Fraction(result)


def sound(tree: Node) -> Expression:
    """The compiled expression; a tree that divides by a plain 0 or is too tall is not of interest."""
    try:
        return compile_expression(text_of(tree), LAW, zero_allowed=True)
    except ExpressionFaults as wrong:
        errors = {fault.code for fault in wrong.faults if fault.level == "error"}
        assume(not errors <= {"EX001", "EX010", "EX011", "EX039"})
        raise


@settings(max_examples=20, deadline=None, suppress_health_check=UNHEALTHY)
@given(st.one_of(figures, conditions), values)
def test_every_expression_agrees_with_a_second_evaluator(tree: Node, names: Mapping[str, Any]) -> None:
    expression = sound(tree)
    assert outcome(lambda: expression.value(names)) == outcome(lambda: second(tree, names))


@settings(max_examples=20, deadline=None, suppress_health_check=UNHEALTHY)
@given(figures, values)
def test_no_value_lies_outside_the_bounds_of_its_type(tree: Node, names: Mapping[str, Any]) -> None:
    expression = sound(tree)
    result = outcome(lambda: expression.value(names))
    if isinstance(result, Fraction):
        low, high, digits = expression.type.low, expression.type.high, expression.type.digits
        assert low is None or low <= result
        assert high is None or result <= high
        assert digits is None or (result * 10**digits).denominator == 1
    if result is None:
        assert expression.type.missing


POSITIVE = Scope(
    names={**LAW.names, "a": replace(FIGURE, low=Decimal("0.01")), "b": replace(FIGURE, low=Decimal(0), missing=False)}
)
divisions = st.builds(
    Arith,
    st.just("/"),
    figures,
    st.one_of(figures, st.sampled_from("abc").map(lambda name: Name((name,), 1))),
    st.just(1),
)
guards = st.builds(
    Compare,
    st.sampled_from(["!=", "<", ">", ">=", "=="]),
    st.sampled_from("abc").map(lambda name: Name((name,), 1)),
    st.sampled_from(["0", "1", "0.005"]).map(lambda text: Literal(Decimal(text), "", 1)),
    st.just(1),
)
guarded = st.one_of(
    st.builds(lambda then, asked, other: If(then, asked, other, 1), divisions, guards, divisions),
    st.builds(
        lambda kind, asked, other: kind((asked, Compare(">", other, Literal(Decimal(1), "", 1), 1)), 1),
        st.sampled_from([And, Or]),
        st.one_of(guards, guards.map(lambda guard: Not(guard, 1))),
        divisions,
    ),
)


@settings(max_examples=30, deadline=None, suppress_health_check=UNHEALTHY)
@given(guarded, values)
def test_what_compiles_without_if_zero_never_divides_by_zero(tree: Node, names: Mapping[str, Any]) -> None:
    try:
        expression = compile_expression(text_of(tree), POSITIVE)
    except ExpressionFaults:
        return
    inside = {**names, "a": Decimal("0.01") if names["a"] is MISSING else max(names["a"], Decimal("0.01"))}
    inside["b"] = Decimal(0) if names["b"] is MISSING else abs(names["b"])
    expression.value(inside)


@settings(max_examples=30, deadline=None, suppress_health_check=UNHEALTHY)
@given(st.one_of(figures, conditions))
def test_the_text_of_a_tree_reads_back_as_the_same_tree(tree: Node) -> None:
    again = parse(text_of(tree))
    assume(not isinstance(again, tuple))
    assert not isinstance(again, tuple)
    assert text_of(again) == text_of(tree)
    assert bare(again) == bare(tree)


LAWS: dict[Any, tuple[st.SearchStrategy[Any], ...]] = {
    test_every_expression_agrees_with_a_second_evaluator: (st.one_of(figures, conditions), values),
    test_no_value_lies_outside_the_bounds_of_its_type: (figures, values),
    test_what_compiles_without_if_zero_never_divides_by_zero: (guarded, values),
    test_the_text_of_a_tree_reads_back_as_the_same_tree: (st.one_of(figures, conditions),),
}


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__.removeprefix("test_"))
def test_a_hundred_trees_obey_the_law(law: Any) -> None:
    asked = settings(max_examples=100, deadline=None, suppress_health_check=UNHEALTHY)
    asked(given(*LAWS[law])(law.hypothesis.inner_test))()


def bare(node: Node) -> Any:
    """A tree without its columns."""
    own = tuple(getattr(node, name) for name in ("op", "value", "path", "name") if hasattr(node, name))
    return (type(node).__name__, own, tuple(bare(child) for child in children(node)))


def test_the_resolved_tree_of_every_form_reads_back() -> None:
    for text, *_ in (*FIGURES, *CONDITIONS):
        tree = compiled(text, zero_allowed=True).tree
        again = compile_expression(text_of(tree), SCOPE, zero_allowed=True).tree
        assert text_of(again) == text_of(tree)


def test_a_sentence_takes_names_and_words() -> None:
    tree = compiled("any(goals where kind == scf and weight > 3) or not sales.score >= 80 and grade in (A; B)").tree
    words = {"or": "或", "and": "且", "not": "非", ">=": "不低于", "any": "任一", "where": "满足", "in": "属于"}
    said = sentence_of(
        tree, {"goals": "目标", "sales.score": "销售得分", "grade": "等级", "kind": "类别", "weight": "权重"}, words
    )
    assert said == "任一(目标 满足 类别 == scf 且 权重 > 3) 或 非 销售得分 不低于 80 且 等级 属于 (A; B)"
