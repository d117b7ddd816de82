"""What a told score is worked out with: what has been read so far, and the small steps that all lines share."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.engine.review.retold.grammar import Sentence, value_of, words
from tests.engine.review.retold.sums import Sum, Unresolved

Places = dict[str, str]
MASKED = str.maketrans({":": "꞉", "：": "꞉", ",": "‚"})  # within a name they separate nothing


class Wrong(Exception):
    """A line that does not come out."""


@dataclass
class Told:
    """figures: by title; of: `score of X`, `target of X` and their like; parts: what was added up in this group so far;
    run: the number or word as the last line left it; unsure: conditions with a name that the text does not tell."""

    lang: str
    figures: dict[str, Any] = field(default_factory=dict)
    of: dict[str, Any] = field(default_factory=dict)
    weights: list[tuple[str, Fraction]] = field(default_factory=list)
    ladder: list[str] = field(default_factory=list)
    parts: list[Any] = field(default_factory=list)
    counted: list[Fraction] = field(default_factory=list)
    shares: list[tuple[Any, Any]] = field(default_factory=list)
    run: Any = None
    cur: str = ""
    moved: Any = None
    pair: list[Any] = field(default_factory=list)
    row: dict[str, Any] = field(default_factory=dict)
    local: dict[str, Any] = field(default_factory=dict)
    last: str = ""
    section: str = ""
    amount: Any = None
    terms: list[Fraction] = field(default_factory=list)
    whole: Fraction | None = None
    unsure: int = 0
    asked: int = 0
    bounds: list[tuple[Any, str]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0
    seen: dict[int, tuple[Sentence, Places]] = field(default_factory=dict)

    def value(self, text: str) -> Any:
        return value_of(self.lang, text)

    def same(self, found: Any, told: str, what: str) -> None:
        if found != self.value(told):
            raise Wrong(f"{what}: {found} is not {told}")

    def running(self, told: str) -> None:
        self.same(self.run, told, "the number above")

    def names(self) -> dict[str, Any]:
        known = [one for one in ("target", "weight", "score", "value") if self.named(one) in self.of]
        local = {words(self.lang)[f"what.{one}"]: self.of[self.named(one)] for one in known}
        total = {words(self.lang)["total"]: self.figures.get("total")} if "total" in self.figures else {}
        standards = {key[0]: value for key, value in self.of.items() if isinstance(key, tuple) and key[1] == self.cur}
        plain = {key: value for key, value in self.of.items() if isinstance(key, str)}
        if self.section != "re_adjust":
            local[words(self.lang)["what.score"]] = self.run
        return {**self.row, **local, **standards, **total, **plain, **self.figures, **self.local}

    def named(self, what: str, name: str | None = None) -> str:
        return words(self.lang)[f"of.{what}"].replace("{name}", self.cur if name is None else name)

    def worked(self, text: str, wanted: Any = None) -> Any:
        """What the text comes to; in a row of a list, whichever list has a row of that number that comes to it."""
        found = None
        for row in self.own_rows() or [{}]:
            self.row = row
            found = Sum(self.lang, self.names(), self.ladder).of(text)
            if found == wanted:
                break
        self.row = {}
        return found

    def holds(self, condition: str, wanted: bool) -> None:
        """A condition is worked out where the text has told all that it asks of."""
        self.asked += 1
        try:
            found = self.worked(condition, wanted)
        except Unresolved:
            self.unsure += 1
            return
        if isinstance(found, bool) and found != wanted:
            raise Wrong(f"{condition} is {found}")

    def put(self, name: str, value: Any) -> None:
        self.figures[name] = value
        self.figures[name.translate(MASKED)] = value


def limited(told: Told, places: Places) -> Any:
    value = told.value(places["before"])
    for side, choose in (("low", max), ("high", min)):
        if places.get(side):
            value = choose(value, told.value(places[side]))
    return value
