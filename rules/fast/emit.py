"""Prints a program as one Python function.

Safe by construction: what is printed are keywords and operators of this file, names made of one letter and digits
(`v0`, `t12`), choosers of a closed list, and literal ints; `_name` refuses anything else. No text of a card, neither
name nor word nor expression, is in a program: names became slots, words became numbers when the program was made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from rules.fast import rows
from rules.fast.program import (
    CHOOSERS,
    OPERATIONS,
    Branch,
    Call,
    Each,
    Expr,
    Fail,
    Gather,
    Give,
    Guard,
    Let,
    Lit,
    Note,
    Op,
    Pick,
    Program,
    Ref,
    Step,
)

_NAME: Final = re.compile(r"[vtrf][0-9]{0,6}", re.ASCII)
_BETWEEN: Final = {"none": "is None", "some": "is not None", "false": "is False"}


class Unprintable(Exception):
    """A program with something in it that no program may hold."""


def function_of(program: Program) -> tuple[Callable[[Any], tuple[Any, ...]], str]:
    """The function and its source."""
    source = source_of(program)
    scope: dict[str, Any] = {"__builtins__": {"ZeroDivisionError": ZeroDivisionError}}
    scope |= {name: getattr(rows, name) for name in CHOOSERS}
    exec(compile(source, "<fast card>", "exec"), scope)
    return scope["run"], source


def source_of(program: Program) -> str:
    taken = [_name(name) for slot in program.slots for name in _parts(slot.name, slot.digits, slot.kind)]
    lines = ["def run(v):"]
    if taken:
        lines.append(f" {', '.join(taken)}, = v")
    if program.needed:
        absent = " or ".join(f"{_name(name)} is None" for name in sorted(program.needed, key=lambda one: int(one[1:])))
        lines.append(f" if {absent}: return None")
    lines.append(" r = f = ()")
    lines.extend(_block(program.body, 1))
    return "\n".join(lines) + "\n"


def _parts(name: str, digits: int | None, kind: str) -> tuple[str, ...]:
    return (name, below_name(name)) if digits is None and kind == "number" else (name,)


def below_name(name: str) -> str:
    """The slot of a numerator's denominator."""
    return f"v9{int(name[1:]):04d}"


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Unprintable(name)
    return name


def _block(steps: Iterable[Step], depth: int) -> Iterator[str]:
    pad = " " * depth
    empty = True
    for step in steps:
        empty = False
        yield from _step(step, depth, pad)
    if empty:
        yield f"{pad}pass"


def _step(step: Step, depth: int, pad: str) -> Iterator[str]:
    match step:
        case Let(targets, value):
            yield f"{pad}{' = '.join(map(_name, targets))} = {_expr(value)}"
        case Branch(condition, then, otherwise):
            yield f"{pad}if {_expr(condition)}:"
            yield from _block(then, depth + 1)
            if otherwise:
                yield f"{pad}else:"
                yield from _block(otherwise, depth + 1)
        case Note(kind, code):
            yield f"{pad}{_name(kind)} += ({int(code)},)"
        case Fail():
            yield f"{pad}raise ZeroDivisionError"
        case Guard(body, handler):
            yield f"{pad}try:"
            yield from _block(body, depth + 1)
            yield f"{pad}except ZeroDivisionError:"
            yield from _block(handler, depth + 1)
        case Each(of, targets, body):
            yield f"{pad}for {', '.join(map(_name, targets))}, in {_expr(of)}:"
            yield from _block(body, depth + 1)
        case Gather(name, values):
            made = "[]" if not values else f"({', '.join(map(_expr, values))},)"
            yield f"{pad}{_name(name)} = []" if not values else f"{pad}{_name(name)} += {made},"
        case Give(values):
            yield f"{pad}return ({', '.join(['f', 'r', *map(_expr, values)])},)"


def _expr(one: Expr) -> str:
    match one:
        case Lit(value):
            if value is None or value is True or value is False:
                return str(value)
            if type(value) is not int:
                raise Unprintable(repr(value))
            return f"{value:#x}" if abs(value) > 10**600 else str(value)
        case Ref(name):
            return _name(name)
        case Pick(condition, then, otherwise):
            return f"({_expr(then)} if {_expr(condition)} else {_expr(otherwise)})"
        case Call(name, args):
            if name not in CHOOSERS:
                raise Unprintable(name)
            return f"{name}({', '.join(map(_expr, args))})"
        case Op(op, args):
            if op not in OPERATIONS:
                raise Unprintable(op)
            return _operation(op, args)
    raise Unprintable(repr(one))


def _operation(op: str, args: tuple[Expr, ...]) -> str:
    if op == "neg":
        return f"(-{_expr(args[0])})"
    if op == "not":
        return f"(not {_expr(args[0])})"
    if op == "~":
        return f"(~{_expr(args[0])})"
    if op in _BETWEEN:
        return f"({_expr(args[0])} {_BETWEEN[op]})"
    if op == "+":
        return _sum(args)
    return f"({f' {op} '.join(map(_expr, args))})"


def _sum(args: tuple[Expr, ...]) -> str:
    text = _expr(args[0])
    for one in args[1:]:
        if isinstance(one, Op) and one.op == "neg":
            text += f" - {_expr(one.args[0])}"
        else:
            text += f" + {_expr(one)}"
    return f"({text})"
