"""Steps 4 to 6 read back: values, shapes, rules, limits, roundings, parts and how they are combined."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from tests.engine.review.retold.figured import Figured
from tests.engine.review.retold.grammar import DATE, NUMBER, words
from tests.engine.review.retold.ruling import read_rule
from tests.engine.review.retold.sums import Rows, Sum, Unresolved, rounded
from tests.engine.review.retold.told import Places, Wrong, limited

ASKS = r"[<>=]|\w\(| and | or |^not | in \(|且|或|非|属于"  # what makes a text a condition


class Judged(Figured):
    """Lines about nodes, from the value to the score."""

    def on_value(self, code: str, places: Places) -> None:
        if re.match(rf"(?:{DATE}|{NUMBER}) ", places["name"]):
            raise Wrong("a sum in place of a name")
        if code == "value" and any(one.get(places["name"]) is True for one in self.own_rows()):
            raise Wrong("a condition in place of a name")
        self.cur, self.parts = places["name"], []
        self.run = value = None if code == "value.missing" else self.value(places["value"])
        if code == "value.missing":
            return
        if code == "value.zero":
            return self.divided(places)
        self.beside(places.get("figures", ""))
        if code == "value.plain":
            self.same(self.figures.get(places["name"], value), places["value"], places["name"])
            if places["name"] not in self.figures:
                raise Unresolved(places["name"])
        else:
            self.comes_out(places["text"], places["value"])
        self.local = {}
        self.of[self.named("value")] = value
        self.pair = [*self.pair[-1:], value]
        if self.section in ("computed", "consequences"):
            self.put(self.cur, value)
        if self.section == "grade":
            self.put("graded", value)

    def divided(self, places: Places) -> None:
        """A divisor of 0, worked out as such; what then counts is declared here."""
        self.beside(places["figures"])
        try:
            self.worked(places["text"])
        except Unresolved as zero:
            if "divisor" not in str(zero):
                raise
        else:
            raise Wrong("the divisor is not 0")
        self.local = {}
        self.of[self.named("value")] = self.run
        if self.section == "computed":
            self.put(self.cur, self.run)

    def own_rows(self) -> list[Any]:
        """The rows of the number of the node at hand: of the list of its name, or of any list where none has it."""
        head, tail = words(self.lang)["row"].replace("{name}", "").split("{row}")
        base, mark, number = self.cur.removesuffix(tail).rpartition(head)
        if not mark or not number.isdigit():
            return []
        lists = {name: one for name, one in self.figures.items() if isinstance(one, Rows) and one.field is None}
        found = [lists[base]] if base in lists else list(lists.values())
        return [one.rows[int(number) - 1] for one in found if int(number) <= len(one.rows)]

    def comes_out(self, text: str, told: str) -> None:
        """A number must; yes or no only where the text has told all that is asked."""
        wanted = self.value(told)
        if isinstance(wanted, bool):
            return self.holds(text, wanted)
        if wanted is None:
            return None
        try:
            found = self.worked(text, wanted)
        except Unresolved:  # which metrics bear a label is not told
            parts = words(self.lang)["of.parts"].replace("{name}", "").strip()
            if words(self.lang)["metrics"] not in text and parts not in text:
                raise
            self.unsure += 1
            return None
        return self.same(found, told, text)

    def beside(self, figures: str) -> None:
        """The figures told in the same line: they are as they were told above, or those of the row of this number."""
        found = {name: self.value(told) for name, told in _pairs(self.lang, figures)}
        known, before = self.names(), words(self.lang)["previous"] + "("
        own = self.own_rows()
        for name, value in found.items():
            beside = [one[name] for one in own if name in one]
            if beside and value in beside:
                continue
            if name in known and known[name] != value:
                raise Wrong(f"{name} is {known[name]}")
            given = name.startswith((before, "subject.", "cycle."))  # told here for the first time
            if name not in known and not given:
                raise Unresolved(name)
            if given:
                self.put(name, value)
        self.local = found

    def on_ratio(self, code: str, places: Places) -> None:
        value, target, full = (Fraction(places[one]) for one in ("value", "target", "full"))
        wanted = self.of.get(self.named("target"))
        if (value, target) != (self.run, wanted or target) and (target, value) != (self.run, wanted or value):
            raise Wrong(f"not {self.run} and {wanted}")
        self.run = (2 - value / target if code == "ratio.mirror" else value / target) * full
        self.same(self.run, places["exact"], "ratio")

    def on_steps(self, code: str, places: Places) -> None:
        self.running(places["value"])
        if code == "steps.none":
            self.run = self.value(places["exact"])
            return
        beyond = self.value(places["value"]) - self.value(places["at"])
        beyond = abs(Fraction(beyond.days) if hasattr(beyond, "days") else beyond)
        self.same(beyond, places["beyond"], "beyond")
        units = beyond / Fraction(places["every"])
        ways = {words(self.lang)[f"counting.{one}"]: one for one in ("exact", "full", "begun")}
        way = ways[places["counting"]]
        self.same({"exact": units, "full": Fraction(math.floor(units)), "begun": Fraction(math.ceil(units))}[way],
                  places["counted"], "counted")
        self.run = Fraction(places["start"]) + Fraction(places["counted"]) * Fraction(places["points"])
        self.same(self.run, places["exact"], "steps")

    def on_line(self, code: str, places: Places) -> None:
        self.running(places["value"])
        if code == "line":
            made = re.sub(r"\{(\w+)\}", lambda one: places[one[1]], words(self.lang)["line"])
            right = re.split(r"[:：] ?", made, maxsplit=1)[1].removesuffix(f" = {places['exact']}")
            right = re.sub(r"(?<![\d)]) ?- ?(?=\d)", "-", right) if right.startswith("-") else right
            between = sorted((self.value(places["x1"]), self.value(places["x2"])))
            if not between[0] < self.run < between[1]:
                raise Wrong("not between")
            self.same(_plain(self.lang, right), places["exact"], "line")
        elif code == "line.at":
            self.same(self.value(places["x1"]), places["value"], "place")
        self.run = self.value(places["exact"])

    def on_bands(self, code: str, places: Places) -> None:
        self.running(places["value"])
        bound, _, text = places.get("bound", "").partition(" (")
        if text and self.worked(text.removesuffix(")")) != self.value(bound):
            raise Wrong(f"{text} is not {bound}")
        side = code.split(".")[1]
        holds: dict[str, Callable[[Any, Any], bool]] = {
            "from": lambda one, other: one >= other, "above": lambda one, other: one > other,
            "up_to": lambda one, other: one <= other, "below": lambda one, other: one < other,
        }
        if side != "else" and not holds[side](self.run, self.value(bound)):
            raise Wrong("the band does not hold")
        if "better" in places and holds[side](self.run, self.value(places["better"])):
            raise Wrong("a better band holds")
        self.given(places["exact"])

    def given(self, exact: str) -> None:
        """What a table gives: declared here, or worked out in the line."""
        text, equals, value = exact.rpartition(" = ")
        if equals:
            self.same(self.worked(text, self.value(value)), value, text)
        self.run = self.value(value)

    def on_lookup(self, code: str, places: Places) -> None:
        option = self.value(places["option"])
        if self.last not in ("value", "value.plain", "value.with") or option != self.run:
            raise Wrong(f"{option} is not {self.run}")
        if code != "lookup.none":  # which gives nothing
            self.given(places["exact"])

    def on_grid(self, code: str, places: Places) -> None:
        told = [self.value(places["first"]), self.value(places["second"])]
        if [_word(one) for one in told] != [_word(one) for one in self.pair]:
            raise Wrong(f"{told} are not {self.pair}")
        self.given(places["exact"])

    def on_choose(self, code: str, places: Places) -> None:
        if "condition" in places:
            if re.match(rf"(?:{DATE}|{NUMBER}) (?![<>=!])", places["condition"]):
                raise Wrong("a sum in place of a condition")
            rows = {key: one for row in self.own_rows() for key, one in row.items()}
            known = {**rows, **self.names()}.get(places["condition"])
            if not isinstance(known, bool) and not re.search(ASKS, places["condition"]):
                raise Wrong("no condition")
            self.holds(places["condition"], True)
        self.given(places["exact"])

    def on_if_zero(self, code: str, places: Places) -> None:
        self.run = self.value(places["value"]) if re.fullmatch(r"-?[\d./]+", places["value"]) else None

    def on_policy(self, code: str, places: Places) -> None:
        self.run = {"policy.zero": Fraction(0)}.get(code)
        if code == "policy.score":
            self.run = self.value(places["score"])

    def on_rule(self, code: str, places: Places) -> None:
        read_rule(self, code, places)

    def on_limits(self, code: str, places: Places) -> None:
        self.running(places["before"])
        self.run = limited(self, places)
        self.same(self.run, places["after"], "limit")

    def on_round(self, code: str, places: Places) -> None:
        before = self.value(places["before"])
        if self.last.startswith("part."):
            self.same(self.parts[-1], places["before"], "contribution")
        else:
            self.running(places["before"])
        mode = next(one for one, text in words(self.lang).items() if one.startswith("mode.") and text == places["mode"])
        made = rounded(before, Fraction(places["unit"]), mode.removeprefix("mode."))
        self.same(made, places["after"], "rounding")
        if self.last.startswith("part."):
            self.parts[-1] = made
            return
        self.run = made
        if self.section in ("inputs", "computed"):
            self.put(self.cur, made)

    def on_score(self, code: str, places: Places) -> None:
        if code == "score.total" and self.section == "total" and places["name"] != words(self.lang)["total"]:
            raise Wrong("not the total")
        self.running(places["score"])
        if code == "score.total":
            self.figures["total"] = self.run
        self.of[self.named("score", places["name"])] = self.run
        self.parts, self.cur = [], ""

    def on_computed(self, code: str, places: Places) -> None:
        self.running(places["score"])
        self.put(places["name"], self.run)

    def on_part(self, code: str, places: Places) -> None:
        if code in ("part.out", "part.once"):
            return
        name, key = places["name"], self.named("score", places["name"])
        if key not in self.of:
            raise Wrong(f"no score of {name}")
        self.same(self.of[key], places["score"], key)
        score = Fraction(places["score"])
        weight = self.of.get(self.named("weight", name))
        if "weight" in places and weight is not None and weight != Fraction(places["weight"]):
            raise Wrong("another weight")
        if code == "part.weighted_mean":
            if Fraction(places["weights"]) != self.whole:
                raise Wrong("another sum of weights")
            if not self.terms or self.terms[0] != Fraction(places["weight"]):
                raise Wrong("another weight than the sum has at this place")
            self.terms = self.terms[1:]
            score = score * Fraction(places["weight"]) / Fraction(places["weights"])
        elif code == "part.weighted_sum":
            score *= Fraction(places["weight"])
        elif code == "part.mean":
            score /= Fraction(places["count"])
            self.counted.append(Fraction(places["count"]))
        if "contribution" in places:
            self.same(score, places["contribution"], "contribution")
        self.parts.append(score)

    def on_combine(self, code: str, places: Places) -> None:
        fold = code.removeprefix("combine.")
        if fold in ("min", "max"):
            self.run = min(self.parts) if fold == "min" else max(self.parts)
        else:
            self.run = sum(self.parts, Fraction(0))
        if any(one != len(self.parts) for one in self.counted):
            raise Wrong(f"{self.counted} of {len(self.parts)}")
        self.same(self.run, places["exact"], "together")
        self.parts, self.counted = [], []

    def on_weights(self, code: str, places: Places) -> None:
        self.terms = [Fraction(one) for one in places["terms"].split(" + ")]
        self.whole = sum(self.terms, Fraction(0))
        self.same(self.whole, places["weights"], "weights")
        self.parts = []


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _pairs(lang: str, figures: str) -> Iterator[tuple[str, str]]:
    """`a = 1, b = 2` as pairs; a name may hold a comma."""
    for one in re.split(r", (?=[^=]* = )", figures) if figures else ():
        name, _, value = one.rpartition(" = ")
        yield name, value


def _plain(lang: str, text: str) -> Any:
    return Sum(lang, {}).of(text)
