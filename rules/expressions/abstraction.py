"""Prepares conditions for proofs: which figures they compare with which constants, and what is beyond such a proof."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.expressions.compiled import ExpressionFaults, compile_tree
from rules.expressions.render import text_of
from rules.expressions.scope import Scope
from rules.expressions.tree import (
    And,
    Arith,
    Call,
    Compare,
    If,
    In,
    Literal,
    Name,
    Negate,
    Node,
    Not,
    Option,
    Or,
    children,
)
from rules.expressions.types import MISSING, Kind, Type, Value

_NEGATIVE = {"!=": "==", ">=": "<", ">": "<="}
_PROVABLE = (Kind.NUMBER, Kind.DATE, Kind.CHOICE, Kind.YES_NO)


@dataclass(slots=True)
class Abstraction:
    """Conditions in which each atom beyond proof is a free yes/no.

    `constants` are the values that each figure is compared with; `free` the names that stand for atoms beyond proof,
    the same for atoms that say the same thing; `lacking` says for those what in them may be missing, as text.
    """

    trees: list[Node] = field(default_factory=list)
    constants: dict[str, set[Value]] = field(default_factory=dict)
    free: dict[str, str] = field(default_factory=dict)
    lacking: dict[str, tuple[str, ...]] = field(default_factory=dict)


def atoms(tree: Node) -> tuple[Node, ...]:
    """The parts of a condition below its and, or, not and if, each once, in the order of the text."""
    if isinstance(tree, And | Or | Not | If):
        found = [atom for child in children(tree) for atom in atoms(child)]
        return tuple(dict.fromkeys(found))
    return (tree,)


def abstracted(trees: Sequence[Node], types: Mapping[str, Type]) -> Abstraction:
    result = Abstraction()
    freed: dict[str, Node] = {}
    for tree in trees:
        result.trees.append(_abstract(tree, types, result.constants, freed))
    result.free = {_name_of(place): text for place, text in enumerate(freed)}
    result.lacking = {
        _name_of(place): parts for place, node in enumerate(freed.values()) if (parts := tuple(_may_lack(node, types)))
    }
    return result


def _name_of(place: int) -> str:
    return f"?{place}"


def _may_lack(node: Node, types: Mapping[str, Type]) -> Iterator[str]:
    """Figures that may be missing, and what looks back: the first review of a subject has nothing before it."""
    if isinstance(node, Call) and node.name in ("previous", "past"):
        yield text_of(node)
    elif isinstance(node, Name):
        if node.text in types and types[node.text].missing:
            yield node.text
    else:
        for child in children(node):
            yield from _may_lack(child, types)


def _abstract(node: Node, types: Mapping[str, Type], constants: dict[str, set[Value]], free: dict[str, Node]) -> Node:
    def inner(child: Node) -> Node:
        return _abstract(child, types, constants, free)

    match node:
        case And(operands=operands) | Or(operands=operands):
            return replace(node, operands=tuple(inner(operand) for operand in operands))
        case Not(operand=operand):
            return Not(inner(operand), node.column)
        case If():
            return If(inner(node.then), inner(node.condition), inner(node.otherwise), node.column)
        case Literal():
            return node
        case Compare() | In() if all(_is_constant(child) for child in children(node)):
            return node
    found = _figure_and_constants(node, types)
    if found is not None:
        name, values = found
        constants.setdefault(name, set()).update(values)
        return node
    return _freed(node, types, free)


def _freed(node: Node, types: Mapping[str, Type], free: dict[str, Node]) -> Node:
    """A free name for the atom; `a >= b` is "not a < b", so that an atom and its opposite are not taken for two."""
    if isinstance(node, Compare) and node.op in _NEGATIVE and (node.op == "!=" or not _may_be_choice(node, types)):
        return Not(_freed(replace(node, op=_NEGATIVE[node.op]), types, free), node.column)
    text = text_of(node)
    free.setdefault(text, node)
    return Name((_name_of(list(free).index(text)),), node.column)


def _may_be_choice(node: Compare, types: Mapping[str, Type]) -> bool:
    """A result off the ladder is neither better nor worse, so `>=` and `<` can both be no there."""
    sides = (node.left, node.right)
    known = [types.get(side.text) for side in sides if isinstance(side, Name)]
    return not any(kind is not None and kind.kind in (Kind.NUMBER, Kind.DATE) for kind in known)


def _figure_and_constants(node: Node, types: Mapping[str, Type]) -> tuple[str, set[Value]] | None:
    """The one figure of an atom and the constants it is compared with; None for an atom beyond proof."""
    match node:
        case Name():
            figure, others = node, []
        case Compare(left=Name() as figure, right=other) if _is_constant(other):
            others = [other]
        case Compare(left=other, right=Name() as figure) if _is_constant(other):
            others = [other]
        case In(item=Name() as figure, options=options) if all(_is_constant(option) for option in options):
            others = list(options)
        case _:
            return None
    kind = types.get(figure.text)
    if kind is None or kind.kind not in _PROVABLE:
        return None
    values = [_value(other) for other in others]
    known = {value for value in values if value is not None}
    return (figure.text, known) if len(known) == len(set(values)) else None


def _is_constant(node: Node) -> bool:
    match node:
        case Literal() | Option():
            return True
        case Negate() | Arith():
            return all(_is_constant(child) for child in children(node))
        case _:
            return False


def _value(node: Node) -> Value | None:
    if isinstance(node, Option):
        return node.text
    if isinstance(node, Literal):
        return node.value
    try:
        value = compile_tree(node, Scope()).value({})
    except (ExpressionFaults, ArithmeticError):
        return None
    return None if value is MISSING else value
