"""What all checks of this room share: the scope, the faults found so far, and how names are looked up."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, TypeAlias

from rules.expressions.lexer import shown
from rules.expressions.narrowing import NonZero, narrowed
from rules.expressions.plan import Moment, Plan, Run, Series
from rules.expressions.render import text_of
from rules.expressions.scope import Scope
from rules.expressions.tree import Name, Node, Option
from rules.expressions.types import MISSING, YES_NO, Figures, Kind, Missing, Type, Value
from rules.faults import Fault

Checked: TypeAlias = Plan | Series | None
"""None: a fault has been noted, and whoever stands above says nothing more about it."""

NODE_WORDS = ("score", "value", "target", "weight")
"""What every metric and part has; no figure can be named so, and where rows of them are asked, these are the rows'."""

Check: TypeAlias = "Callable[[Checking, Any], Checked]"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or empty."""
    short = word[:64]
    folded: dict[str, str] = {}
    for option in known:
        folded.setdefault(option.casefold(), option)
    close = difflib.get_close_matches(short.casefold(), list(folded), n=1)
    return folded[close[0]] if close else ""


def quoted(node: Node) -> str:
    """The text of a part, as a fault shows it."""
    return shown(text_of(node))


class Checking:
    """One pass over one tree. Subclasses fill `checks` with a function for each kind of node."""

    checks: ClassVar[Mapping[type, Check]] = {}

    def __init__(self, scope: Scope, zero_allowed: bool, zero_missing: bool = False) -> None:
        self.scope = scope
        self.zero_allowed = zero_allowed
        self.zero_missing = zero_missing
        self.faults: list[Fault] = []
        self.reads: set[str] = set()
        self.held: set[str] = set()
        self.past_reads: set[str] = set()
        self._rows: list[Mapping[str, Type]] = []
        self._of_nodes: list[bool] = []
        self._assumed: list[tuple[Mapping[str, Type], NonZero]] = []

    def fault(self, code: str, column: int, level: str = "error", **values: str) -> None:
        self.faults.append(Fault(code, values=values, column=column, level=level))

    def visit(self, node: Node) -> Checked:
        return self.checks[type(node)](self, node)

    def single(self, node: Node) -> Plan | None:
        """One value; a series of yes/no stands for "all of them", any other series is a fault."""
        checked = self.visit(node)
        return self.settled(checked) if isinstance(checked, Series) else checked

    def settled(self, series: Series) -> Plan | None:
        if series.type.kind is not Kind.YES_NO:
            self.fault("EX049", _column(series.node), found=quoted(series.node))
            return None
        return Plan(series.node, replace(YES_NO, missing=True), _all_of(series))

    def truth(self, node: Node) -> Plan | None:
        """A yes or no."""
        plan = self.single(node)
        if plan and plan.type.kind is not Kind.YES_NO:
            self.fault("EX033", _column(node), found=quoted(node))
            return None
        return plan

    def number(self, node: Node) -> Plan | None:
        """A single number, without a percent sign of its own."""
        plan = self.single(node)
        if plan and plan.type.kind is not Kind.NUMBER:
            self.fault("EX032", _column(node), found=quoted(node))
            return None
        return plan

    def known(self, node: Node) -> Type | None:
        """The type of a name without noting anything, None for what is no name or not known here."""
        if not isinstance(node, Name):
            return None
        field = self._row_field(node)
        return field[1] if field else self._typed(node.text)

    def name(self, node: Name) -> Plan | None:
        """A figure or a field of the row being asked; two meanings are a fault, as is a name of a later step."""
        text = node.text
        field = self._row_field(node)
        clash = field and text in self.scope.names and not (self._of_nodes[field[0]] and text in NODE_WORDS)
        if text in self.scope.taken or clash:
            self.fault("EX023", node.column, name=shown(text))
            return None
        if field:
            depth, kind = field
            if self.mixed(text, kind, node.column):
                return None
            return Plan(node, kind, _field_run(depth, text))
        kind_known = self._typed(text)
        if kind_known is None:
            self._unknown(node)
            return None
        if kind_known.kind is Kind.LIST:
            self.fault("EX025", node.column, name=shown(text))
            return None
        self.reads.add(text)
        return Plan(node, kind_known, _name_run(text))

    def mixed(self, name: str, kind: Type, column: int) -> bool:
        """Whether a field of rows is of several kinds, which is a fault wherever it is read."""
        if kind.kinds:
            self.fault("EX062", column, name=shown(name), kinds=", ".join(kind.kinds))
        return bool(kind.kinds)

    def _unknown(self, node: Name) -> None:
        text = node.text
        if text in self.scope.later:
            step = self.scope.later[text]
            code = "EX060" if step == "part_rules" else "EX022"
            self.fault(code, node.column, name=shown(text), step=step)
            return
        if any(sign in text for sign in "且或非"):
            self.fault("EX055", node.column, name=shown(text))
            return
        fields = {field for row in self._rows for field in row}
        self.fault("EX021", node.column, name=shown(text), nearest=nearest(text, {*self.scope.names, *fields}))

    def _typed(self, text: str) -> Type | None:
        for names, _ in reversed(self._assumed):
            if text in names:
                return names[text]
        return self.scope.names.get(text)

    def _row_field(self, node: Name) -> tuple[int, Type] | None:
        if len(node.path) > 1:
            return None
        for depth in range(len(self._rows) - 1, -1, -1):
            if node.text in self._rows[depth]:
                return depth, self._rows[depth][node.text]
        return None

    def never_zero(self, node: Node) -> bool:
        """Whether a condition around this place excludes that the named figure is 0."""
        return isinstance(node, Name) and any(node.text in nonzero for _, nonzero in self._assumed)

    @contextmanager
    def row(self, fields: Mapping[str, Type], of_nodes: bool = False) -> Iterator[None]:
        """A row is asked. of_nodes: it is a metric or a part, whose own words nobody can rename: there they are its."""
        self._rows.append(fields)
        self._of_nodes.append(of_nodes)
        yield
        self._rows.pop()
        self._of_nodes.pop()

    @contextmanager
    def assuming(self, condition: Node, holds: bool) -> Iterator[None]:
        """Inside, figures are as narrow as the condition makes them when it holds, or when it does not."""
        self._assumed.append(narrowed(condition, holds, self.known))
        yield
        self._assumed.pop()


def _column(node: Node) -> int:
    return node.column


def is_word(node: Node) -> str | None:
    """The word of a bare name or a quoted text, which may be an option where a choice stands opposite."""
    if isinstance(node, Option):
        return node.text
    return node.path[0] if isinstance(node, Name) and len(node.path) == 1 else None


def constant_run(value: Value) -> Run:
    def run(names: Figures, moment: Moment) -> Value:
        return value

    return run


def _name_run(key: str) -> Run:
    def run(names: Figures, moment: Moment) -> Value | Missing:
        return names.get(key, MISSING)

    return run


def _field_run(depth: int, key: str) -> Run:
    def run(names: Figures, moment: Moment) -> Value | Missing:
        return moment.rows[depth].get(key, MISSING)

    return run


def _all_of(series: Series) -> Run:
    each = series.run

    def run(names: Figures, moment: Moment) -> Value | Missing:
        values = each(names, moment)
        return MISSING if values is MISSING else all(values)

    return run
