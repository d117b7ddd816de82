"""A tree of ours written in CEL, as far as the two languages mean the same: whole numbers, yes and no, words, lists."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal

from rules.expressions.tree import (
    And,
    Arith,
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
    Quantified,
)

ROW = "row"
_JOINED = {And: " && ", Or: " || "}
_QUESTIONS = {"any": "exists", "all": "all"}


def cel_of(node: Node, fields: Container[str] = ()) -> str:
    """The text in CEL, fully bracketed; `fields` are the names that stand for fields of the row being asked."""
    match node:
        case Literal(value=bool() as value):
            return "true" if value else "false"
        case Literal(value=Decimal() as value):
            return str(int(value))
        case Option(text=text):
            return f'"{text}"'
        case Name(text=text):
            return f"{ROW}.{text}" if text in fields else text
        case Not(operand=operand):
            return f"(!{cel_of(operand, fields)})"
        case Negate(operand=operand):
            return f"(-{cel_of(operand, fields)})"
        case And() | Or():
            return f"({_JOINED[type(node)].join(cel_of(one, fields) for one in node.operands)})"
        case Compare() | Arith():
            return f"({cel_of(node.left, fields)} {node.op} {cel_of(node.right, fields)})"
        case In():
            return f"({cel_of(node.item, fields)} in [{', '.join(cel_of(one, fields) for one in node.options)}])"
        case If():
            asked, then, other = (cel_of(one, fields) for one in (node.condition, node.then, node.otherwise))
            return f"({asked} ? {then} : {other})"
        case Quantified():
            return _listed(node)
    raise ValueError(node)


def _listed(node: Quantified) -> str:
    rows = ".".join(node.list)
    where = "true" if node.where is None else cel_of(node.where, _FIELDS)
    if node.fold == "count":
        return f"size({rows}.filter({ROW}, {where}))"
    return f"{rows}.{_QUESTIONS[node.fold]}({ROW}, {where})"


_FIELDS = ("points", "kind", "serious")
