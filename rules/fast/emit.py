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
    Table,
)

_NAME: Final = re.compile(r"[vtrf][0-9]{0,6}", re.ASCII)
_BETWEEN: Final = {"none": "is None", "some": "is not None", "false": "is False"}


class Unprintable(Exception):
    """A program with something in it that no program may hold."""


def function_of(program: Program) -> tuple[Callable[[Any], tuple[Any, ...]], str]:
    """The function and its source."""
    source = source_of(program)
    scope: dict[str, Any] = {"__builtins__": {"ZeroDivisionError": ZeroDivisionError, "TypeError": TypeError}}
    scope |= {name: getattr(rows, name) for name in CHOOSERS}
    exec(compile(source, "<fast card>", "exec"), scope)
    return scope["run"], source


def source_of(program: Program) -> str:
    taken = [_name(name) for slot in program.slots for name in _parts(slot.name, slot.digits, slot.kind)]
    lines = ["def run(v):"]
    if taken:
        lines.append(f" {', '.join(taken)}, = v")
    if any(isinstance(one, Note) for one in all_steps(program.body)):
        lines.append(" r = f = ()")
    else:
        lines[0] = "def run(v, r=(), f=()):"
    surely = program.needed & set(_met(program.body))
    asked = sorted(program.needed - surely, key=lambda one: int(one[1:]))
    if asked:
        lines.append(f" if {' or '.join(f'{_name(name)} is None' for name in asked)}: return None")
    if not surely:
        lines.extend(_block(program.body, 1))
        return "\n".join(lines) + "\n"
    # Computing with None raises by itself, so these need no question of their own.
    lines += [" try:", *_block(program.body, 2), " except TypeError:", "  return None"]
    return "\n".join(lines) + "\n"


def all_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps and those inside them."""
    for step in steps:
        yield step
        for inner in ("then", "otherwise", "body", "handler"):
            yield from all_steps(getattr(step, inner, ()))


def _met(steps: Iterable[Step]) -> Iterator[str]:
    """The slots with which something is computed, or whose size is compared, on every way through the steps."""
    for step in steps:
        match step:
            case Let(_, value):
                yield from _computed(value)
            case Branch(condition, then, otherwise):
                yield from _computed(condition)
                yield from set(_met(then)) & set(_met(otherwise))
            case Give(_):
                return
            case _:
                pass


def _computed(one: Expr) -> Iterator[str]:
    match one:
        case Op(op, args) if op in ("+", "*", "//", "neg", "<", "<=", ">", ">="):
            for arg in args:
                if isinstance(arg, Ref):
                    yield arg.name
                yield from _computed(arg)
        case Op("and" | "or", args):
            yield from _computed(args[0])
        case Op(_, args):
            for arg in args:
                yield from _computed(arg)
        case Pick(condition, _, _):
            yield from _computed(condition)
        case Table(place, _):
            yield from _computed(place)
        case _:
            pass


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
            yield from _branch(condition, then, otherwise, depth, "if")
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


def _branch(
    condition: Expr, then: tuple[Step, ...], otherwise: tuple[Step, ...], depth: int, word: str
) -> Iterator[str]:
    pad = " " * depth
    if not then:
        condition, then, otherwise = Op("not", (condition,)), otherwise, ()
    yield f"{pad}{word} {_expr(condition)}:"
    yield from _block(then, depth + 1)
    match otherwise:
        case ():
            return
        case (Branch(other, first, second),) if first:
            yield from _branch(other, first, second, depth, "elif")
        case _:
            yield f"{pad}else:"
            yield from _block(otherwise, depth + 1)


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
        case Table(place, values):
            return f"({', '.join(_expr(Lit(value)) for value in values)},)[{_expr(place)}]"
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
    first = next((place for place, one in enumerate(args) if _taken(one) is None), 0)
    text = _expr(args[first])
    for one in (*args[:first], *args[first + 1:]):
        taken = _taken(one)
        text += f" + {_expr(one)}" if taken is None else f" - {_expr(taken)}"
    return f"({text})"


def _taken(one: Expr) -> Expr | None:
    """What is subtracted where this is added."""
    if isinstance(one, Op) and one.op == "neg":
        return one.args[0]
    if isinstance(one, Lit) and type(one.value) is int and one.value < 0:
        return Lit(-one.value)
    return None
