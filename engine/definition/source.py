"""Reads strict YAML into plain data that remembers its lines; the only room that knows the YAML library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import yaml

from engine.definition.problem import Path, Problem
from engine.definition.unreadable import decoded, syntax_problem

DEPTH_MAX: Final = 40
_TOO_DEEP: Final = "maximum nesting depth"
NODES_MAX: Final = 50_000
SCALAR_MAX: Final = 20_000
PROBLEMS_MAX: Final = 50
"""Problems of one file that are told; a file with more is not a slip."""

_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?", re.ASCII)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\ufeff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value and its key stand, 1-based; text is the column at which the characters of a one-line text begin,
    None where a place inside the text has no single column (blocks, folded lines)."""

    line: int
    column: int
    key_line: int
    key_column: int
    text: int | None = None


_UNKNOWN_VALUES: Final = ("YM005", "YM006", "YM012")
_TOP: Final = Mark(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Document:
    """A file once read. data: dict (text keys), list, str, bool, Decimal, None."""

    file: str
    text: str
    data: Any
    marks: dict[Path, Mark] = field(repr=False)

    def written(self, path: Path) -> tuple[Path, bool]:
        """The path as it is written, and whether all of it is: where one thing stands in place of a list the index
        is skipped, and what would lie inside a plain text is the text."""
        here: Path = ()
        value: Any = self.data
        for step in path:
            if isinstance(step, int) and not isinstance(value, list):
                continue
            if not isinstance(value, dict | list):
                return here, True
            if (*here, step) not in self.marks:
                return here, False
            here = (*here, step)
            value = value[step]  # type: ignore[index]  # marks hold no other steps
        return here, True

    def mark(self, path: Path) -> tuple[int, int]:
        """(line, column) of the value at the path, or of the nearest enclosing key that is written."""
        found, whole = self.written(path)
        mark = self.marks.get(found, _TOP)
        return (mark.line, mark.column) if whole else (mark.key_line, mark.key_column)

    def key_mark(self, path: Path) -> tuple[int, int]:
        """(line, column) of the key (of the item, in a list) at the path."""
        mark = self.marks.get(self.written(path)[0], _TOP)
        return mark.key_line, mark.key_column

    def inside(self, path: Path, column: int) -> tuple[int, int]:
        """(line, column) of the column-th character (1-based) of the text at the path."""
        mark = self.marks.get(self.written(path)[0])
        if mark is None or mark.text is None:
            return self.mark(path)
        return mark.line, mark.text + column - 1

    def place(self, path: Path, *, key: bool = False, column: int | None = None) -> tuple[int, int]:
        """(line, column) of a plain value, of the key of a mapping or list (or where `key` asks for it), or of the
        column-th character of a text."""
        if column is not None:
            return self.inside(path, column)
        value: Any = self.data
        for step in self.written(path)[0]:
            value = value[step]
        return self.key_mark(path) if key or not isinstance(value, str | bool | Decimal) else self.mark(path)

    def problem(
        self, code: str, path: Path, /, *, level: str = "error", at_key: bool = False, **values: object
    ) -> Problem:
        """A problem at a path; values become text as HR wrote them."""
        return self.problem_with(code, path, values, level, at_key)

    def problem_with(
        self, code: str, path: Path, values: Mapping[str, object], level: str = "error", at_key: bool = False
    ) -> Problem:
        line, column = self.place(path, key=at_key)
        said = {name: value if isinstance(value, str) else shown(value) for name, value in values.items()}
        return Problem(self.file, line, column, level, code, said, path)


def shown(value: object) -> str:
    """A value as HR wrote it, short: numbers without exponent, true and false in YAML's spelling."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in list(value.items())[:3]) + "}"
    if isinstance(value, list | tuple | frozenset | set):
        return "[" + ", ".join(shown(one) for one in list(value)[:5]) + "]"
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def read_yaml(content: str | bytes, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """Strict YAML as plain data with marks. Raises nothing.

    The document is None when reading had to stop or a value could not be known (aliases, tags); after a lesser
    problem (a key written twice) it goes on, so that all problems can be told at once.
    """
    text, unreadable = decoded(content, file)
    if unreadable is not None:
        return None, (unreadable,)
    walk = _Walk(file, text, yaml.CSafeLoader)
    try:
        try:
            data = walk.document()
        except yaml.YAMLError as error:
            if _TOO_DEEP not in str(getattr(error, "problem", "")):
                raise
            # The C scanner runs ahead and stops at a depth of its own; the slow one comes to our limit first.
            walk = _Walk(file, text, yaml.SafeLoader)
            data = walk.document()
    except _Stop as stop:
        walk.problems.append(stop.problem)
        return None, tuple(walk.problems)
    except yaml.YAMLError as error:
        walk.problems.append(walk.long_quote or syntax_problem(error, file, text))
        return None, tuple(walk.problems)
    except RecursionError:  # pragma: no cover - the depth limit stops the walk long before
        return None, (Problem(file, 1, 1, "error", "YM008", {"most": str(DEPTH_MAX)}),)
    if any(one.code in _UNKNOWN_VALUES for one in walk.problems):
        return None, tuple(walk.problems)
    return Document(file, text, data, walk.marks), tuple(walk.problems)


class _Stop(Exception):
    """Reading cannot go on behind this problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


class _Walk:
    """One pass over the parser's events: events come one by one, so a bomb is met before it is unfolded."""

    def __init__(self, file: str, text: str, kind: Any) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.marks: dict[Path, Mark] = {}
        self.nodes = 0
        self.long_quote: Problem | None = None
        loader = kind(text)
        self.events: Iterator[Any] = iter(loader.get_event, None)

    def add(self, code: str, event: Any, **values: str) -> None:
        mark = event.start_mark
        if code == "YM005" and any(one.code == code and one.values == values for one in self.problems):
            return  # one place of an anchor is enough
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, "error", code, values))
        if len(self.problems) > PROBLEMS_MAX:
            raise _Stop(self.problems.pop())

    def stop(self, code: str, event: Any, **values: str) -> _Stop:
        mark = event.start_mark
        return _Stop(Problem(self.file, mark.line + 1, mark.column + 1, "error", code, values))

    def document(self) -> Any:
        next(self.events)  # the stream's start
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            raise _Stop(Problem(self.file, 1, 1, "error", "YM011", {}))
        if event.version or event.tags:
            self.add("YM013", event)
        first = next(self.events)
        data = self.value(first, (), first)
        next(self.events)  # the document's end
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self.stop("YM010", event)
        return data

    def value(self, event: Any, path: Path, key: Any) -> Any:
        """The value that begins with the event, its marks noted; `key` is the event of its key."""
        self.nodes += 1
        if self.nodes > NODES_MAX:
            raise self.stop("YM009", event, most=str(NODES_MAX))
        if isinstance(event, yaml.AliasEvent):
            self.add("YM005", event, name=str(event.anchor))
            return None
        if event.anchor is not None:
            self.add("YM005", event, name=event.anchor)
        if event.tag is not None:
            self.add("YM012", event, tag=event.tag.replace("tag:yaml.org,2002:", "!!"))
        start, where = event.start_mark, key.start_mark
        column = start.column + 1 if isinstance(event, yaml.ScalarEvent) else None
        if column is not None and event.end_mark.line != start.line:
            column = None
            if event.style in ("'", '"'):
                # If reading fails soon after a quoted text of several lines, its first mark was one too many.
                place = (start.line + 1, start.column + 1)
                self.long_quote = Problem(self.file, *place, "error", "YM001", {"said": "quote"})
        elif column is not None and event.style in ("'", '"'):
            column += 1
        self.marks[path] = Mark(start.line + 1, start.column + 1, where.line + 1, where.column + 1, column)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if len(path) >= DEPTH_MAX:
            raise self.stop("YM008", event, most=str(DEPTH_MAX))
        return self.mapping(path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path)

    def scalar(self, event: Any) -> Any:
        text: str = event.value
        if len(text) > SCALAR_MAX:
            self.add("YM014", event, most=str(SCALAR_MAX))
        hidden = _BIDI.search(text)
        if hidden:
            self.add("YM003", event, character=f"U+{ord(hidden[0]):04X}")
        if not event.implicit[0]:
            return text
        if text in ("true", "false"):
            return text == "true"
        if text in ("", "~", "null"):
            return None
        return Decimal(text) if _NUMBER.fullmatch(text) else text

    def sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.value(event, (*path, len(items)), event))
        return items

    def mapping(self, path: Path) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            name = self.key(event, path)
            if name in lines:
                self.add("YM004", event, key=name, line=str(lines[name]))
                self.dropped(next(self.events), (*path, name), event)
                continue
            lines[name] = event.start_mark.line + 1
            pairs[name] = self.value(next(self.events), (*path, name), event)
        return pairs

    def key(self, event: Any, path: Path) -> str:
        """The key as text; keys that only look like numbers, dates or `on` are text as written."""
        if isinstance(event, yaml.ScalarEvent):
            name = str(event.value)
            if event.implicit[0] and name == "<<":
                self.add("YM006", event)
            elif event.implicit[0] and name in ("true", "false", "null", "~", ""):
                self.add("YM015", event, key=name)
            if event.anchor is not None:
                self.add("YM005", event, name=event.anchor)
            if event.tag is not None:
                self.add("YM012", event, tag=event.tag.replace("tag:yaml.org,2002:", "!!"))
            return name
        self.add("YM015", event, key="[…]")
        if not isinstance(event, yaml.AliasEvent):
            self.dropped(event, (*path, "[…]"), event)
        return f"[…{self.nodes}]"

    def dropped(self, event: Any, path: Path, key: Any) -> None:
        """Read a value that has no place in the data, for its problems alone."""
        kept, self.marks = self.marks, {}
        self.value(event, path, key)
        self.marks = kept
