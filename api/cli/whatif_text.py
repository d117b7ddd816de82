"""A comparison of two scorecards as lines and tables for whoever sits at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from api.cli.results import table_text
from engine.words.book import say
from rules.numbers import number_text

Told = Mapping[str, Any]


def whatif_lines(lang: str, told: Told) -> Iterator[str]:
    """Who moves first, then what it comes from, how grades fall, what it costs, and how firm the weights are."""
    return _Lines(lang).all(told)


class _Lines:
    def __init__(self, lang: str) -> None:
        self.lang = lang

    def say(self, code: str, **values: object) -> str:
        return say(self.lang, f"whatif.{code}", **values)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
        return table_text([self.say(head) for head in heads], rows)

    def all(self, told: Told) -> Iterator[str]:
        count = told["count"]
        names = {side: f"{card['title']} {card['version']}" for side, card in told["cards"].items()}
        yield self.say("heading", **names, reviews=count["reviews"])
        for key in ("unreleased", "erased"):
            if told.get(key):
                yield self.say(key, count=told[key])
        if not count["changed"]:
            yield self.say("moved_nobody")
        else:
            yield self.say("moved", moved=count["moved"], changed=count["changed"])
        for part in (self.people, self.unjudged, self.notes, self.grades, self.units, self.cost, self.weights):
            lines = list(part(told))
            if lines:
                yield ""
                yield from lines

    def people(self, told: Told) -> Iterator[str]:
        if not told["rows"]:
            return
        yield self.say("people")
        rows = [
            [
                who(row), row["unit"], self.grade(row["before"]["grade"]), self.grade(row["after"]["grade"]),
                row["before"]["total"], row["after"]["total"], signed(row["difference"]),
            ]
            for row in told["rows"]
        ]  # fmt: skip
        heads = [self.say("who"), self.say("unit"), *self.both("grade"), *self.both("total")]
        yield table_text([*heads, self.say("difference")], rows)
        shared = [row for row in told["rows"] if row["shares"]]
        if shared:
            yield ""
            yield self.say("shares")
        for row in shared:
            shares = "  ".join(
                self.say("share", name=one["title"], difference=signed(one["difference"])) for one in row["shares"]
            )
            yield self.say("shares_of", who=who(row), shares=shares, difference=signed(row["difference"]))

    def both(self, what: str) -> tuple[str, str]:
        before, after = (f"{self.say(what)} ({self.say(side)})" for side in ("before", "after"))
        return before, after

    def unjudged(self, told: Told) -> Iterator[str]:
        if told["unjudged"]:
            yield self.say("unjudged")
        for one in told["unjudged"]:
            why = "; ".join(reason["text"] for reason in one["reasons"]) or one["status"]
            yield "  " + self.say("unjudged_by", who=who(one), card=self.say(one["card"]), why=why)

    def notes(self, told: Told) -> Iterator[str]:
        if told["notes"]:
            yield self.say("notes")
        for one in told["notes"]:
            said = one["text"]
            yield "  " + (self.say("note_count", text=said, count=one["count"]) if one["count"] else said)

    def grades(self, told: Told) -> Iterator[str]:
        rows = [[self.grade(one["grade"]), one["before"], one["after"]] for one in told["distribution"]]
        if not rows:
            return
        yield self.say("distribution")
        yield self.table(("grade", "before", "after"), rows)
        if told["ways"]:
            yield ""
            yield self.say("ways")
        for one in told["ways"]:
            start, end = self.grade(one["from"]), self.grade(one["to"])
            yield "  " + self.say("way", start=start, end=end, count=one["count"])

    def units(self, told: Told) -> Iterator[str]:
        if len(told["units"]) < 2:
            return
        yield self.say("units")
        grades = [one["grade"] for one in told["distribution"]]
        rows = []
        for unit in told["units"]:
            here = {one["grade"]: f"{one['before']} → {one['after']}" for one in unit["distribution"]}
            counts = [here.get(grade, "0 → 0") for grade in grades]
            rows.append([unit["unit"] or self.say("no_unit"), unit["reviews"], unit["moved"], *counts])
        heads = [self.say(head) for head in ("unit", "reviews", "grades_moved")]
        yield table_text([*heads, *map(self.grade, grades)], rows)

    def cost(self, told: Told) -> Iterator[str]:
        if not told["cost"]:
            return
        yield self.say("cost")
        rows = []
        for one in told["cost"]:
            before, after = (self.summed(one[side], one["unit"]) for side in ("before", "after"))
            rows.append([one["title"], before, after, signed(one["difference"])])
        yield self.table(("result", "before", "after", "difference"), rows)
        by_unit = [unit for unit in told["units"] if any(one["difference"] not in (None, "0") for one in unit["cost"])]
        for unit in by_unit if len(told["units"]) > 1 else ():
            changes = "  ".join(
                self.say("share", name=one["title"], difference=signed(one["difference"]))
                for one in unit["cost"] if one["difference"] not in (None, "0")
            )
            yield f"  {unit['unit'] or self.say('no_unit')}: {changes}"

    def summed(self, one: Told, unit: str) -> str:
        parts = []
        if one["sum"] is not None:
            parts.append(self.say("sum_of", sum=f"{one['sum']} {unit}".strip(), count=one["count"]))
        parts.extend(self.say("words_of", word=self.word(word), count=count) for word, count in one["words"].items())
        return ", ".join(parts) or self.say("nothing")

    def word(self, word: str) -> str:
        return say(self.lang, f"score.{word}") if word in ("yes", "no") else word

    def weights(self, told: Told) -> Iterator[str]:
        if not told["weights"]:
            return
        yield self.say("weights")
        yield self.say("weights_about")
        rows = []
        for one in told["weights"]:
            name = one["title"]
            if one["profile"] is not None:
                name = self.say("weight_of", name=name, profile=one["profile"])
            ends = [self.end(one, one[side]) for side in ("low", "high")]
            rows.append([name, one["present"], *ends])
        yield self.table(("weight", "now", "from", "to"), rows)
        held = max(one["held"] for one in told["weights"])
        if held:
            yield self.say("held", count=held)

    def end(self, one: Told, end: Told | None) -> str:
        if end is None:
            return self.say("fixed")
        mover = end["mover"]
        if mover is not None:
            grades = {"start": self.grade(mover["from"]), "end": self.grade(mover["to"])}
            return self.say("end_mover", value=end["value"], step=one["step"], who=who(mover), **grades)
        return self.say("end_open" if end["proven"] else "end_unproven", value=end["value"])

    def grade(self, grade: str | None) -> str:
        return self.say("no_grade") if grade is None else grade


def who(one: Told) -> str:
    found = one.get("who")
    return f"{found['name']} ({found['ref']})" if found else str(one["id"])


def signed(text: str | None) -> str:
    """A difference with its sign; one that does not end as a fraction."""
    if text is None:
        return ""
    value = Fraction(text) if "/" in text else Decimal(text)
    return f"+{number_text(value)}" if value > 0 else number_text(value)
