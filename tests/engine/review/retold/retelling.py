"""Works a told score out again, line by line, from the text alone: every number from numbers above it or beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.engine.review.retold.grammar import DATE, NUMBER, Sentence, matches, value_of, words
from tests.engine.review.retold.sums import Rows, Sum, Unresolved, rounded

Places = dict[str, str]
BARE = 4  # so much fixed text or less says nothing of what the line is
ASKS = r"[<>=]|\w\(| and | or |^not | in \(|且|或|非|属于"  # what makes a text a condition
MASKED = str.maketrans({":": "꞉", "：": "꞉", ",": "‚"})  # within a name they separate nothing
FIRST = (
    "row.fields", "computed", "score", "grade", "combine.weighted_mean", "combine.mean", "combine.min", "combine.max",
    "score.total",
    "consequence", "part.sum", "value.plain", "lookup", "value", "choose",
)  # fmt: skip


class Wrong(Exception):
    """A line that does not come out."""


@dataclass
class Retelling:
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

    def read(self, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The lines that do not come out, with why."""
        headings = {text: code for code, text in words(self.lang).items() if code.startswith("step.")}
        for number, line in enumerate(lines):
            if not line.startswith("  "):
                self.section = headings[line].removeprefix("step.")
                self.run, self.parts, self.last, self.cur = None, [], "", ""
                continue
            self.number = number
            try:
                self.line(line.strip())
            except (Wrong, Unresolved, ZeroDivisionError, TypeError, KeyError, ValueError) as wrong:
                yield number, f"{line.strip()}  <- {type(wrong).__name__}: {wrong}"

    def line(self, line: str) -> None:
        """The most particular sentence that the line can be; of those that say little, any that comes out."""
        if self.section == "inputs":
            line = self.without_origin(line)
        for name in self.figures:
            if name.translate(MASKED) != name:
                line = line.replace(name, name.translate(MASKED))
        found = [one for one in matches(self.lang, line) if self.fits(one[0].code)]
        if not found:
            raise Wrong("no sentence")
        if not _bare(found[0][0]):
            return self.check(*found[0])
        found = [one for one in found if _bare(one[0])]
        wrong: list[str] = []
        for sentence, places in sorted(found, key=lambda one: FIRST.index(one[0].code) if one[0].code in FIRST else 99):
            before = {**vars(self), "parts": [*self.parts], "figures": {**self.figures}, "of": {**self.of}}
            try:
                return self.check(sentence, places)
            except (Wrong, Unresolved, TypeError) as one:
                wrong.append(f"{sentence.code}: {one}")
                vars(self).update(before)
        raise Wrong("; ".join(wrong))

    def fits(self, code: str) -> bool:
        """Whether such a sentence can stand in this section."""
        if code.startswith("cohort."):
            return self.section == "cohort" or code == "cohort.retired"
        inputs = code.startswith(("figure", "fold", "role", "list", "row.", "missing.why", "made_up", "with_origin"))
        if self.section == "inputs":
            return inputs or code in ("round", "agreed.input")
        if inputs:
            return False
        if code.startswith("agreed"):
            return self.section == "agreed"
        only = {
            "profile": "who", "grade": "grade", "next": "grade", "computed": "computed", "consequence": "consequences",
            "proposal": "re_adjust", "score.total": "total",
        }
        return self.section == only.get(code, self.section)

    def without_origin(self, line: str) -> str:
        """A figure without what is told of its source, its days and its samples."""
        for sentence, places in matches(self.lang, line):
            if sentence.code == "with_origin":
                starts = [words(self.lang)[f"origin.{one}"] for one in ("source", "day", "days", "samples")]
                pieces = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(one)) for one in starts]
                if re.match("|".join(pieces), places["origin"]):
                    return places["told"]
        return line

    def check(self, sentence: Sentence, places: Places) -> None:
        kind = sentence.code.split(".", maxsplit=1)[0]
        handler: Callable[[str, Places], None] | None = getattr(self, f"on_{kind}", None)
        if handler is None:
            raise Wrong(f"nobody reads {sentence.code}")
        handler(sentence.code, places)
        self.seen[self.number] = (sentence, places)
        self.last = sentence.code

    # What lines share

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

    # Steps 1 and 2

    def on_profile(self, code: str, places: Places) -> None:
        pass

    def on_cohort(self, code: str, places: Places) -> None:
        """What a cohort decides is worked out by its own tests."""

    def on_agreed(self, code: str, places: Places) -> None:
        self.local = {}
        if code == "agreed.require":
            return self.holds(places["that"], True)
        if code == "agreed.require_not":
            return self.holds(places["that"], False)
        value = self.value(places["value"])
        if code in ("agreed.weights_sum", "agreed.weights_off"):
            terms = [Fraction(one) for one in places["terms"].split(" + ")]
            if sum(terms) != value or any(one not in [weight for _, weight in self.weights] and one for one in terms):
                raise Wrong("the weights do not add up")
        elif code == "agreed.input":
            if self.section == "inputs" and places["name"] in self.figures:
                self.same(self.figures[places["name"]], places["value"], places["name"])
            self.put(places["name"], value)
        elif code == "agreed.standard":
            told = words(self.lang)["of.standard"].format(name=places["name"], what=places["what"])
            self.of[told] = self.of[(places["what"], places["name"])] = value  # type: ignore[index]
        else:
            what = code.removeprefix("agreed.")
            self.of[self.named(what, places["name"])] = value
            if what == "weight":
                self.weights.append((places["name"], value))

    # Step 3

    def on_figure(self, code: str, places: Places) -> None:
        self.put(places["name"], self.value(places["value"]))

    def on_fold(self, code: str, places: Places) -> None:
        unrated = words(self.lang)["unrated"]
        values = [self.value(one) for one in places["values"].split(", ") if one != unrated]
        made = {
            "sum": sum, "mean": lambda many: sum(many) / len(many), "last": lambda many: many[-1], "min": min,
            "max": max, "count": lambda many: Fraction(len(many)),
        }[code.removeprefix("fold.")](values)
        self.same(made, places["value"], places["name"])
        self.run, self.cur = made, places["name"]
        self.put(places["name"], made)

    def on_role(self, code: str, places: Places) -> None:
        before, after = words(self.lang)["role.share"].removeprefix("{role}").split("{share}")
        share = re.search(re.escape(before) + r"(\S+?)" + re.escape(after) + "$", places["role"])
        if code == "role.out":
            return None
        mean = self.value(places["mean"])
        if code == "role":
            self.same(Fraction(places["sum"]) / Fraction(places["answers"]), places["mean"], "mean")
        elif code == "role.time":
            values = [self.value(one) for one in places["values"].split(", ")]
            self.same(sum(values) / len(values), places["mean"], "mean")
        if share is None or places["name"] != self.cur or not self.last.startswith("role"):
            self.shares = []
        self.shares.append((share and share[1], mean))
        self.run, self.cur = mean, places["name"]
        self.put(places["name"], mean)
        return None

    def on_roles(self, code: str, places: Places) -> None:
        sign = " × " if self.lang == "zh" else " x "
        terms = [tuple(one.split(sign)) for one in places["terms"].split(" + ")]
        if [(share, Fraction(mean)) for share, mean in terms] != self.shares:
            raise Wrong(f"{terms} are not {self.shares}")
        whole = sum(Fraction(share) for share, _ in terms)
        self.same(whole, places["shares"], "shares")
        made = sum(Fraction(share) * Fraction(mean) for share, mean in terms) / whole
        self.same(made, places["value"], places["name"])
        self.run = made
        self.put(places["name"], made)

    def on_missing(self, code: str, places: Places) -> None:
        self.put(places["name"], None)

    def on_made_up(self, code: str, places: Places) -> None:
        self.put(places["name"], self.value(places["value"]))

    def on_list(self, code: str, places: Places) -> None:
        self.rows = []
        self.cur = places["name"]
        self.put(places["name"], Rows(self.rows))

    def on_row(self, code: str, places: Places) -> None:
        row = {}
        wanted = words(self.lang)["row"].format(name=self.cur, row=len(self.rows) + 1)
        if self.last.split(".")[0] not in ("list", "row") or places["name"] != wanted:
            raise Wrong("no row")
        empty = places["fields"] == words(self.lang)["none"]
        for one in () if empty else places["fields"].split(words(self.lang)["comma"]):
            title, _, value = one.rpartition(" ")
            row[title] = self.value(value)
            told = words(self.lang)["of.field"].format(name=self.cur, what=title)
            self.put(told, Rows(self.rows, title))
        self.rows.append(row)
        self.of[f"row {places['name']}"] = row

    # Steps 4 to 6

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
        from tests.engine.review.retold import ruling

        ruling.read_rule(self, code, places)

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
            if not self.terms or self.terms.pop(0) != Fraction(places["weight"]):
                raise Wrong("another weight than the sum has at this place")
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

    # Steps 7 to 11

    def on_ladder(self, code: str, places: Places) -> None:
        self.ladder = places["grades"].split(", ")
        self.run = self.figures.get("total")

    def on_grade(self, code: str, places: Places) -> None:
        self.same(self.run, places["grade"], "grade")
        self.put(words(self.lang)["grade.name"], self.run)

    def on_next(self, code: str, places: Places) -> None:
        self.same(Fraction(places["needs"]) - self.of_grade(), places["distance"], "distance")

    def of_grade(self) -> Fraction:
        value = self.figures.get("graded", self.figures.get("total"))
        return value if isinstance(value, Fraction) else Fraction(0)

    def on_people(self, code: str, places: Places) -> None:
        now = self.run if self.run is not None else self.names()[words(self.lang)["grade.name"]]
        self.same(now, places["before"], "grade")
        if code == "people":
            self.put(words(self.lang)["grade.name"], self.value(places["after"]))

    def on_consequence(self, code: str, places: Places) -> None:
        if self.value(places["score"]) is None:
            return self.put(places["name"], None)
        self.running(places["score"])
        self.put(places["name"], self.run)

    def on_proposal(self, code: str, places: Places) -> None:
        from tests.engine.review.retold import ruling

        ruling.read_proposal(self, code, places)


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _bare(sentence: Sentence) -> bool:
    return sentence.literal <= BARE or sentence.code.startswith("combine.") or sentence.code == "value"


def limited(told: Retelling, places: Places) -> Any:
    value = told.value(places["before"])
    for side, choose in (("low", max), ("high", min)):
        if places.get(side):
            value = choose(value, told.value(places[side]))
    return value


def _pairs(lang: str, figures: str) -> Iterator[tuple[str, str]]:
    """`a = 1, b = 2` as pairs; a name may hold a comma."""
    for one in re.split(r", (?=[^=]* = )", figures) if figures else ():
        name, _, value = one.rpartition(" = ")
        yield name, value


def _plain(lang: str, text: str) -> Any:
    return Sum(lang, {}).of(text)
