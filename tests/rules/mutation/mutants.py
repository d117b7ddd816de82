"""Makes one small mistake at a time in the text of a scorecard, wherever people could make it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import yaml

Path = tuple[str | int, ...]
SIDES = ("from", "above", "up_to", "below")
NUMBER = re.compile(r"(?<![\w.])(\d+)(\.\d+)?(?![\w.])")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
RANGE = re.compile(r"\s*(-?[\d.]*?\d)\s*\.\.\s*(-?\d[\d.]*)\s*")
OPERATORS = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "==": "!=", "!=": "=="}
OPERATOR = re.compile(r"<=|>=|==|!=|<|>")
WORD = re.compile(r"[^\W\d][\w]*(?:\.[\w]+)*")
MODES = {"half_up": "half_down", "half_even": "half_up", "half_down": "half_up", "up": "down", "down": "up",
         "floor": "ceiling", "ceiling": "floor"}
OTHER = {
    "type": {"number": "count", "count": "number", "percent": "number", "money": "number", "rating": "number",
             "choice": "text", "yes_no": "text", "date": "text", "text": "number"},
    "fold": {"sum": "mean", "mean": "sum", "last": "max", "min": "max", "max": "min", "count": "sum"},
    "counting": {"full": "begun", "begun": "full", "exact": "full"},
    "better": {"higher": "lower", "lower": "higher"},
    "by": {"inverse": "mirror", "mirror": "inverse"},
    "combine": {"weighted_mean": "mean", "mean": "sum", "weighted_sum": "sum", "sum": "mean", "min": "max",
                "max": "min"},
    "keep": {"highest": "lowest", "lowest": "highest"},
    "if_missing": {"fails": "holds", "holds": "fails"},
    "every": {"month": "quarter", "quarter": "month", "week": "month", "case": "month"},
    "missing": {"block": "zero", "exclude": "block", "zero": "block"},
    "missing_role": {"block": "exclude", "exclude": "block"},
}  # fmt: skip
MADE = {"grades": "grade", "metrics": "score"}
"""What a section makes, where it is called otherwise."""

DECLARING = (
    "inputs", "lists", "agreed", "computed", "metrics", "parts", "consequences", "subject", "cycle", "standards",
    "asked",
)  # fmt: skip
"""Under these keys stand names that the author chose."""

NAMING = ("scorecard", "version", "say", "title", "language")
"""Under these keys stands what people read, not what is computed with."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """kind: what was done; path: where; line: the line in which it was done (1-based); word: what was changed;
    names: what is no longer made there, or called otherwise, so that a fault may name it from elsewhere."""

    kind: str
    path: Path
    line: int
    word: str
    text: str
    names: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        return ".".join(str(step) for step in self.path)


@dataclass(frozen=True, slots=True)
class _Scalar:
    path: Path
    node: yaml.ScalarNode


class Mutator:
    """All mutants of one text, in the order of the file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = yaml.compose(text, Loader=yaml.SafeLoader)

    def mutants(self) -> Iterator[Mutant]:
        seen = {self.text}
        for one in self._all(self.root, ()):
            if one.text not in seen:
                seen.add(one.text)
                yield one

    def _all(self, node: yaml.Node, path: Path) -> Iterator[Mutant]:
        if isinstance(node, yaml.MappingNode):
            yield from self._mapping(node, path)
        elif isinstance(node, yaml.SequenceNode):
            yield from self._bands(node, path)
            for index, one in enumerate(node.value):
                yield from self._all(one, (*path, index))
        elif isinstance(node, yaml.ScalarNode):
            yield from self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Iterator[Mutant]:
        for place, (key, value) in enumerate(node.value):
            here = (*path, key.value)
            yield self._made("drop", here, key, key.value, *self._entry(node, place))
            if len(key.value) > 1:
                wrong = key.value[:-2] + key.value[-1] + key.value[-2]
                wrong = wrong if wrong != key.value else key.value + "x"
                named = bool(path) and path[-1] in DECLARING
                yield self._put("misspell name" if named else "misspell key", here, key, wrong)
            yield from self._all(value, here)

    def _entry(self, node: yaml.MappingNode, place: int) -> tuple[int, int, str]:
        """From where to where an entry stands with the comma or the line that belongs to it; what stays instead."""
        key, value = node.value[place]
        start, end = key.start_mark.index, value.end_mark.index
        if node.flow_style:
            if place + 1 < len(node.value):
                return start, node.value[place + 1][0].start_mark.index, ""
            if place:
                return node.value[place - 1][1].end_mark.index, end, ""
            return start, end, ""
        if place + 1 < len(node.value):
            return start, node.value[place + 1][0].start_mark.index, ""
        if place == 0:
            return start, end, "{}"
        line = self.text.rfind("\n", 0, start) + 1
        if isinstance(value, yaml.CollectionNode) and not value.flow_style:  # it ends where the next thing begins
            end = self.text.rfind("\n", 0, end) + 1
        return line, max(end, line), ""

    def _bands(self, node: yaml.SequenceNode, path: Path) -> Iterator[Mutant]:
        """Two neighbouring bounds changed with each other, and a gap below a row."""
        bounds = [
            next(((index, key.value, value) for key, value in row.value if key.value in SIDES), None)
            if isinstance(row, yaml.MappingNode) else None
            for index, row in enumerate(node.value)
        ]
        for one, other in pairwise(bounds):
            if one is None or other is None:
                continue
            (_, _, first), (index, side, second) = one, other
            text = self.text
            changed = (
                text[: first.start_mark.index] + second.value + text[first.end_mark.index : second.start_mark.index]
                + first.value + text[second.end_mark.index :]
            )
            yield Mutant("swap bounds", (*path, index), second.start_mark.line + 1, side, changed)
            if PLAIN_NUMBER.fullmatch(first.value) and side == "from":
                gap = f", to: {Decimal(first.value) - 2}"
                at = second.end_mark.index
                yield Mutant(
                    "open a gap", (*path, index), second.start_mark.line + 1, side, text[:at] + gap + text[at:]
                )

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Iterator[Mutant]:
        text = node.value
        key = next((step for step in reversed(path) if isinstance(step, str)), "")
        if node.style in ("|", ">") or any(step in NAMING for step in path):
            yield self._put("rename", path, node, f"{text} again")
            return
        found = RANGE.fullmatch(text)
        if found:
            yield self._put("reverse range", path, node, f"{found[2]}..{found[1]}")
        if text in OTHER.get(key, {}):
            yield self._put(f"another {key}", path, node, OTHER[key][text])
        mode = text.partition(" ")[2]
        if mode in MODES:
            yield self._put("another rounding", path, node, f"{text.partition(' ')[0]} {MODES[mode]}")
        if key == "unit":
            yield self._put("another unit", path, node, f"{text}x")
        for match in OPERATOR.finditer(text):
            yield self._part("flip operator", path, node, match, OPERATORS[match[0]])
        for match in NUMBER.finditer(text):
            unit = Decimal(1).scaleb(-len(match[2] or ".") + 1)
            for step in (unit, -unit):
                kind = "change weight" if key == "weight" or "weights" in path else (
                    "change digits" if key == "digits" or mode in MODES else "move constant")
                yield self._part(kind, path, node, match, str(abs(Decimal(match[0]) + step)))
        for match in WORD.finditer(text):
            if mode not in MODES and match[0] not in OTHER.get(key, {}) and not text[: match.start()].endswith("$"):
                word = match[0]
                wrong = word[:-2] + word[-1] + word[-2] if len(word) > 1 else word + "x"
                yield self._part("misspell word", path, node, match, wrong if wrong != word else word + "x")

    def _part(self, kind: str, path: Path, node: yaml.ScalarNode, match: re.Match[str], new: str) -> Mutant:
        return self._put(kind, path, node, node.value[: match.start()] + new + node.value[match.end() :], match[0])

    def _put(self, kind: str, path: Path, node: yaml.ScalarNode, new: str, word: str | None = None) -> Mutant:
        start, end = node.start_mark.index, node.end_mark.index
        written = f'{node.style}{new}{node.style}' if node.style in ("'", '"') else new
        return self._made(kind, path, node, word or node.value, start, end, written)

    def _made(
        self, kind: str, path: Path, node: yaml.Node, word: str, start: int, end: int, new: str
    ) -> Mutant:
        text = self.text[:start] + new + self.text[end:]
        lost = set(WORD.findall(self.text[start:end])) if kind == "drop" else {word}
        above = path[-2] if len(path) > 1 else ""
        things = (above,) if kind == "drop" else (path[-1], above if len(path) > 2 else "")
        names = {*lost, *map(str, things), MADE.get(word, word)} - {"", "parts", "standards", "rules"}
        return Mutant(kind, path, node.start_mark.line + 1, word, text, frozenset(names))
