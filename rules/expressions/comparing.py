"""Checks comparisons: numbers and dates by size, choices by their options and ladder, series one by one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from rules.expressions.advice import TESTS, against_constant, same_unit
from rules.expressions.checking import Checking, constant_run, is_word, nearest, quoted
from rules.expressions.lexer import shown
from rules.expressions.plan import Moment, Plan, Run, Series, SeriesRun
from rules.expressions.tree import Compare, In, Literal, Name, Node, Option
from rules.expressions.types import MISSING, YES_NO, Figures, Kind, Missing, Type, Value

Test = Callable[[Any, Any], "bool | Missing"]

_MIRRORED: Final = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def check_compare(checking: Checking, node: Compare) -> Plan | Series | None:
    left, right = _sides(checking, node)
    if left is None or right is None:
        return None
    left, right = _literal_option(left, right), _literal_option(right, left)
    if not _comparable(checking, node, left, right):
        return None
    if left.type.kind is Kind.NUMBER:
        for side, other, op in ((left, right, _MIRRORED[node.op]), (right, left, node.op)):
            against_constant(checking, node, side, other, op)
        same_unit(checking, node.column, (left.type, right.type))
    test = _ladder_test(node.op, left.type) if left.type.kind is Kind.CHOICE else TESTS[node.op]
    resolved = Compare(node.op, left.node, right.node, node.column)
    kind = replace(YES_NO, missing=left.type.missing or right.type.missing)
    if isinstance(left, Series) or isinstance(right, Series):
        return _each(checking, resolved, kind, left, right, test)
    return Plan(resolved, kind, _test_run(test, left, right))


def _sides(checking: Checking, node: Compare) -> tuple[Plan | Series | None, Plan | Series | None]:
    """Both sides checked; a word opposite a choice is read as one of its options, never as a figure."""
    left_word, right_word = is_word(node.left), is_word(node.right)
    if left_word is None and right_word is None:
        return checking.visit(node.left), checking.visit(node.right)
    if right_word is not None and (left_word is None or _takes_word(checking, node.left, node.right)):
        left = checking.visit(node.left)
        return left, _opposite(checking, node.right, right_word, left)
    if right_word is None or _takes_word(checking, node.right, node.left):
        right = checking.visit(node.right)
        return _opposite(checking, node.left, left_word or "", right), right
    return checking.visit(node.left), checking.visit(node.right)


def _takes_word(checking: Checking, node: Node, opposite: Node) -> bool:
    return isinstance(opposite, Option) or _is_choice(checking, node)


def _is_choice(checking: Checking, node: Node) -> bool:
    known = checking.known(node)
    return known is not None and known.kind is Kind.CHOICE


def _opposite(checking: Checking, node: Node, word: str, other: Plan | Series | None) -> Plan | Series | None:
    if other is None:
        return None
    if other.type.kind is Kind.TEXT:
        checking.fault("EX024", other.node.column, name=quoted(other.node))
        return None
    figure = isinstance(node, Name) and _is_choice(checking, node) and not isinstance(other.node, Name)
    if other.type.kind is not Kind.CHOICE or (figure and word not in _options(other.type)):
        return checking.visit(node)
    return _option(checking, node, word, other)


def _options(kind: Type) -> tuple[str, ...]:
    return (*kind.options, *kind.outside)


def _option(checking: Checking, node: Node, word: str, other: Plan | Series) -> Plan | None:
    options = _options(other.type)
    if word not in options:
        values = {"option": shown(word), "of": quoted(other.node), "options": shown(", ".join(options))}
        checking.fault("EX034", node.column, nearest=nearest(word, options), **values)
        return None
    kind = replace(other.type, missing=False)
    return Plan(Option(word, node.column), kind, constant_run(word), constant=word)


def _literal_option(plan: Plan | Series, other: Plan | Series) -> Plan | Series:
    """A number or a yes beside a choice whose options are written like it ("5", "yes")."""
    if other.type.kind is not Kind.CHOICE or not isinstance(plan.node, Literal):
        return plan
    value = plan.node.value
    number = quoted(plan.node).removesuffix(" %")
    words = ("yes", "true") if value is True else ("no", "false") if value is False else (number,)
    word = next((word for word in words if word in _options(other.type)), None)
    if word is None:
        return plan
    return Plan(Option(word, plan.node.column), replace(other.type, missing=False), constant_run(word), constant=word)


def _comparable(checking: Checking, node: Compare, left: Plan | Series, right: Plan | Series) -> bool:
    kind = left.type.kind
    if kind is Kind.TEXT or right.type.kind is Kind.TEXT:
        checking.fault("EX024", node.column, name=quoted(node.left if kind is Kind.TEXT else node.right))
        return False
    ordered = node.op not in ("==", "!=")
    choices = kind is Kind.CHOICE and ordered
    fits = kind is right.type.kind and not (ordered and kind is Kind.YES_NO)
    if fits and choices and left.type.options != right.type.options:
        fits = False
    if not fits:
        checking.fault("EX031", node.column, left=quoted(node.left), right=quoted(node.right))
        return False
    if choices:
        loose = next((side for side in (left, right) if _off_ladder(side)), None)
        if not left.type.ladder or loose:
            checking.fault("EX035", node.column, of=quoted((loose or left).node))
            return False
    return True


def _off_ladder(side: Plan | Series) -> bool:
    return isinstance(side, Plan) and side.constant is not None and side.constant in side.type.outside


def _ladder_test(op: str, kind: Type) -> Test:
    """`grade >= B` is "B or better"; an option off the ladder is neither better nor worse than any other."""
    test: Test = TESTS[op]
    if op in ("==", "!="):
        return test
    rank = {option: len(kind.options) - place for place, option in enumerate(kind.options)}
    off = frozenset(kind.outside)

    def ordered(left: str, right: str) -> bool | Missing:
        if left in rank and right in rank:
            return test(rank[left], rank[right])
        return False if (left in rank or left in off) and (right in rank or right in off) else MISSING

    return ordered


def _test_run(test: Test, left: Plan, right: Plan) -> Run:
    first, second, constant = left.run, right.run, right.constant

    def run(names: Figures, moment: Moment) -> Value | Missing:
        one = first(names, moment)
        if one is MISSING:
            return MISSING
        other = second(names, moment)
        return MISSING if other is MISSING else test(one, other)

    def run_constant(names: Figures, moment: Moment) -> Value | Missing:
        one = first(names, moment)
        return MISSING if one is MISSING else test(one, constant)

    return run if constant is None else run_constant


def _each(
    checking: Checking, node: Compare, kind: Type, left: Plan | Series, right: Plan | Series, test: Test
) -> Series | None:
    if isinstance(left, Series) and isinstance(right, Series):
        checking.fault("EX049", node.column, found=quoted(node.right))
        return None
    forward = isinstance(left, Series)
    several, single = (left, right) if forward else (right, left)
    all_run, one_run = several.run, single.run

    def run(names: Figures, moment: Moment) -> "tuple[Value, ...] | Missing":
        values: Any = all_run(names, moment)
        one = one_run(names, moment)
        if values is MISSING or one is MISSING:
            return MISSING
        results = tuple(test(value, one) if forward else test(one, value) for value in values)
        known = tuple(result for result in results if result is not MISSING)
        return known if len(known) == len(results) else MISSING

    return Series(node, replace(kind, missing=True), run)


def check_in(checking: Checking, node: In) -> Plan | Series | None:
    item = checking.visit(node.item)
    if item is None:
        return None
    if item.type.kind is Kind.TEXT:
        checking.fault("EX024", node.column, name=quoted(node.item))
        return None
    options = [_member(checking, node, item, option) for option in node.options]
    sound = [option for option in options if option is not None]
    if len(sound) < len(options):
        return None
    values = frozenset(option.constant for option in sound)
    resolved = In(item.node, tuple(option.node for option in sound), node.column)
    kind = replace(YES_NO, missing=item.type.missing)
    if isinstance(item, Series):
        return Series(resolved, kind, _each_among(item, values))
    return Plan(resolved, kind, _among(item, values))


def _among(item: Plan, values: frozenset[Value | None]) -> Run:
    read = item.run

    def run(names: Figures, moment: Moment) -> Value | Missing:
        value = read(names, moment)
        return MISSING if value is MISSING else value in values

    return run


def _each_among(item: Series, values: frozenset[Value | None]) -> SeriesRun:
    read = item.run

    def run(names: Figures, moment: Moment) -> tuple[Value, ...] | Missing:
        found = read(names, moment)
        return MISSING if found is MISSING else tuple(value in values for value in found)

    return run


def _member(checking: Checking, node: In, item: Plan | Series, option: Node) -> Plan | None:
    """One element of a set: an option of the choice, or a constant of the same kind."""
    word = is_word(option)
    if word is not None and item.type.kind is Kind.CHOICE:
        return _option(checking, option, word, item)
    plan = checking.single(option)
    if plan is None:
        return None
    literal = _literal_option(plan, item)
    plan = literal if isinstance(literal, Plan) else plan
    if plan.constant is None or plan.type.kind is not item.type.kind:
        checking.fault("EX054", option.column, found=quoted(option), of=quoted(item.node))
        return None
    if item.type.kind is Kind.NUMBER:
        against_constant(checking, Compare("==", item.node, option, option.column), plan, item, "==")
    return plan
