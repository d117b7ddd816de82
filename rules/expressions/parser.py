"""Reads tokens into a tree; from loose to tight: if-else, or, and, not, comparison, + and -, * and /, minus, call."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from rules.expressions.lexer import Token, shown, tokens
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
    Quantified,
    size,
)
from rules.faults import Fault

NESTING_MAX: Final = 24
NODES_MAX: Final = 400
HEIGHT_MAX: Final = 80

COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")
QUESTIONS: Final = ("any", "all", "count")
FOLDS: Final = ("sum", "mean", "min", "max")


class _Unfit(Exception):
    def __init__(self, code: str, column: int, **values: str) -> None:
        super().__init__(code)
        self.fault = Fault(code, values=values, column=column)


def parse(text: str) -> Node | tuple[Fault, ...]:
    """The tree of the text, or its faults of spelling and grammar (all of the former, the first of the latter)."""
    found, faults = tokens(text)
    if faults:
        return tuple(faults)
    try:
        tree = _Parser(found).whole()
    except _Unfit as unfit:
        return (unfit.fault,)
    count, height = size(tree)
    if count > NODES_MAX:
        return (Fault("EX011", values={"most": str(NODES_MAX)}, column=1),)
    if height > HEIGHT_MAX:
        return (Fault("EX010", values={"most": str(HEIGHT_MAX)}, column=1),)
    return tree


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._nesting = 0

    def whole(self) -> Node:
        if self._now.kind == "end":
            raise _Unfit("EX012", 1)
        tree = self._expression()
        if self._now.kind == ")":
            raise _Unfit("EX014", self._now.column)
        if self._now.kind != "end":
            raise self._misplaced()
        return tree

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _accept(self, kind: str) -> Token | None:
        return self._take() if self._now.kind == kind else None

    def _misplaced(self) -> _Unfit:
        """What to say about a token that stands where the text should go on otherwise or end."""
        token = self._now
        if token.kind == "end":
            return _Unfit("EX013", token.column)
        if token.kind in (*COMPARISONS, "in"):
            return _Unfit("EX018", token.column, found=token.text)
        return _Unfit("EX015", token.column, found=shown(token.text))

    def _deeper(self, read: Callable[[], Node], column: int) -> Node:
        self._nesting += 1
        if self._nesting > NESTING_MAX:
            raise _Unfit("EX010", column, most=str(NESTING_MAX))
        node = read()
        self._nesting -= 1
        return node

    def _expression(self) -> Node:
        then = self._or()
        mark = self._accept("if")
        if not mark:
            return then
        condition = self._or()
        if not self._accept("else"):
            raise _Unfit("EX017", mark.column)
        return If(then, condition, self._deeper(self._expression, mark.column), mark.column)

    def _or(self) -> Node:
        first, column = self._and(), self._now.column
        if self._now.kind != "or":
            return first
        operands = [first]
        while self._accept("or"):
            operands.append(self._and())
        return Or(tuple(operands), column)

    def _and(self) -> Node:
        first, column = self._not(), self._now.column
        if self._now.kind != "and":
            return first
        operands = [first]
        while self._accept("and"):
            operands.append(self._not())
        return And(tuple(operands), column)

    def _not(self) -> Node:
        mark = self._accept("not")
        return Not(self._deeper(self._not, mark.column), mark.column) if mark else self._comparison()

    def _comparison(self) -> Node:
        left = self._sum()
        token = self._now
        if token.kind in COMPARISONS:
            self._take()
            node: Node = Compare(token.kind, left, self._sum(), token.column)
        elif token.kind == "in":
            self._take()
            node = In(left, self._options(), token.column)
        elif token.kind == "not" and self._tokens[self._at + 1].kind == "in":
            self._at += 2
            node = Not(In(left, self._options(), token.column), token.column)
        else:
            return left
        if self._now.kind in (*COMPARISONS, "in"):
            raise _Unfit("EX018", self._now.column, found=self._now.text)
        return node

    def _options(self) -> tuple[Node, ...]:
        mark = self._accept("(")
        if not mark:
            raise _Unfit("EX019", self._now.column)
        options = [self._sum()]
        while self._accept(";"):
            options.append(self._sum())
        self._close(mark)
        return tuple(options)

    def _close(self, mark: Token) -> None:
        if self._accept(")"):
            return
        if self._now.kind == "end":
            raise _Unfit("EX014", mark.column)
        raise self._misplaced()

    def _sum(self) -> Node:
        node = self._product()
        while self._now.kind in ("+", "-"):
            token = self._take()
            node = Arith(token.kind, node, self._product(), token.column)
        return node

    def _product(self) -> Node:
        node = self._sign()
        while self._now.kind in ("*", "/"):
            token = self._take()
            node = Arith(token.kind, node, self._sign(), token.column)
        return node

    def _sign(self) -> Node:
        mark = self._accept("-")
        return Negate(self._deeper(self._sign, mark.column), mark.column) if mark else self._primary()

    def _primary(self) -> Node:
        token = self._now
        self._at += 1
        match token.kind, token.value:
            case "number", Decimal() as number:
                return Literal(number, "%" if self._accept("%") else "", token.column)
            case "date" | "truth", (date() | bool()) as value:
                return Literal(value, "", token.column)
            case "quoted", _:
                return Option(token.text, token.column)
            case "name", tuple() as path:
                return self._call(token) if self._now.kind == "(" else Name(path, token.column)
            case "(", _:
                node = self._deeper(self._expression, token.column)
                self._close(token)
                return node
        if token.kind == "end":
            raise _Unfit("EX013", token.column)
        raise _Unfit("EX016", token.column, found=shown(token.text))

    def _call(self, name: Token) -> Node:
        mark = self._take()
        if self._accept(")"):
            return Call(name.text, (), name.column)
        args = [self._deeper(self._expression, mark.column)]
        where: Node | None = None
        asked = self._accept("where")
        if asked:
            where = self._deeper(self._expression, asked.column)
        while not asked and self._accept(";"):
            args.append(self._deeper(self._expression, mark.column))
        self._close(mark)
        return _fold_or_call(name, tuple(args), where, asked.column if asked else 0)


def _fold_or_call(name: Token, args: tuple[Node, ...], where: Node | None, asked: int) -> Node:
    """A fold over a list where the only argument names one; else a call."""
    only = args[0] if len(args) == 1 else None
    if isinstance(only, Name):
        if name.text in QUESTIONS:
            return Quantified(name.text, only.path, None, where, name.column)
        if name.text in FOLDS and len(only.path) > 1:
            return Quantified(name.text, only.path[:-1], only.path[-1], where, name.column)
    if where is not None:
        raise _Unfit("EX020", asked)
    return Call(name.text, args, name.column)
