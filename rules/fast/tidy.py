"""Takes detours out of a program: copies from one local to another, and locals that are read once, at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from rules.fast.program import Branch, Call, Each, Expr, Guard, Let, Op, Pick, Ref, Step, Table

Steps = tuple[Step, ...]


def tidied(steps: Steps, joins: Collection[str]) -> Steps:
    """joins: locals that are set once on every way and read only after all ways have met; only these take another's
    place. A local that is read elsewhere too, or set outside the loop of its copy, stays."""
    while True:
        reads = Counter(one.name for one in refs(steps))
        loops: dict[str, set[int]] = {}
        copies: dict[str, tuple[str, int]] = {}
        _look(steps, 0, loops, copies)
        renamed: dict[str, str] = {}
        for old, (new, loop) in copies.items():
            alone = reads[old] == 1 and old in joins and new in joins and loops.get(old) == {loop}
            if alone and new not in renamed and old not in renamed.values():
                renamed[old] = new
        if not renamed:
            return _inlined(steps, reads, joins)
        steps = _renamed(steps, renamed)


def _inlined(steps: Steps, reads: Mapping[str, int], joins: Collection[str]) -> Steps:
    """What is read only once, in the very next step, is computed there."""
    found: list[Step] = []
    for step in steps:
        step = _within(step, reads, joins)
        last = found[-1] if found else None
        match last, step:
            case Let((name,), value), Let(targets, other) if _once(name, other, reads, joins):
                found[-1] = Let(targets, _put(other, name, value))
            case Let((name,), value), Branch(condition, then, otherwise) if _once(name, condition, reads, joins):
                found[-1] = Branch(_put(condition, name, value), then, otherwise)
            case _:
                found.append(step)
    return tuple(found)


def _within(step: Step, reads: Mapping[str, int], joins: Collection[str]) -> Step:
    match step:
        case Branch(condition, then, otherwise):
            return Branch(condition, _inlined(then, reads, joins), _inlined(otherwise, reads, joins))
        case Guard(body, handler):
            return Guard(_inlined(body, reads, joins), _inlined(handler, reads, joins))
        case Each(rows, targets, body):
            return Each(rows, targets, _inlined(body, reads, joins))
        case _:
            return step


def _once(name: str, value: Expr, reads: Mapping[str, int], joins: Collection[str]) -> bool:
    return name in joins and reads[name] == 1 and any(one.name == name for one in refs(value))


def _put(part: Any, name: str, value: Expr) -> Any:
    """The expression with the value in the place of the local."""
    if isinstance(part, Ref):
        return value if part.name == name else part
    if isinstance(part, tuple):
        return tuple(_put(one, name, value) for one in part)
    if isinstance(part, Op):
        return Op(part.op, _put(part.args, name, value))
    if isinstance(part, Pick):
        return Pick(*(_put(one, name, value) for one in (part.condition, part.then, part.otherwise)))
    if isinstance(part, Call):
        return Call(part.name, _put(part.args, name, value))
    return Table(_put(part.place, name, value), part.values) if isinstance(part, Table) else part


def refs(part: Any) -> Iterator[Ref]:
    """Every local and slot that is read in a part of a program."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Ref):
            yield one
        elif isinstance(one, tuple | list):
            waiting.extend(one)
        elif hasattr(one, "__slots__"):
            waiting.extend(getattr(one, name) for name in one.__slots__)


def _look(steps: Steps, loop: int, loops: dict[str, set[int]], copies: dict[str, tuple[str, int]]) -> None:
    """Notes in which loop each local is set, and which are copied."""
    for step in steps:
        match step:
            case Let(targets, value):
                for name in targets:
                    loops.setdefault(name, set()).add(loop)
                if isinstance(value, Ref) and len(targets) == 1 and value.name.startswith("t"):
                    copies[value.name] = targets[0], loop
            case Branch(_, then, otherwise):
                _look(then, loop, loops, copies)
                _look(otherwise, loop, loops, copies)
            case Guard(body, handler):
                _look(body, loop, loops, copies)
                _look(handler, loop, loops, copies)
            case Each(_, targets, body):
                for name in targets:
                    loops.setdefault(name, set()).add(-1)
                _look(body, id(step), loops, copies)
            case _:
                pass


def _renamed(steps: Steps, names: dict[str, str]) -> Steps:
    found: list[Step] = []
    for step in steps:
        match step:
            case Let((target,), Ref(name)) if names.get(name) == target:
                continue
            case Let(targets, value):
                found.append(Let(tuple(names.get(one, one) for one in targets), value))
            case Branch(condition, then, otherwise):
                found.append(Branch(condition, _renamed(then, names), _renamed(otherwise, names)))
            case Guard(body, handler):
                found.append(Guard(_renamed(body, names), _renamed(handler, names)))
            case Each(rows, targets, body):
                found.append(Each(rows, targets, _renamed(body, names)))
            case _:
                found.append(step)
    return tuple(found)
