"""Works a told score out again, line by line, from the text alone: every number from numbers above it or beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from tests.engine.review.retold.grammar import Sentence, matches, words
from tests.engine.review.retold.judged import Judged
from tests.engine.review.retold.ruling import read_proposal
from tests.engine.review.retold.sums import Unresolved
from tests.engine.review.retold.told import MASKED, Places, Wrong

BARE = 4  # so much fixed text or less says nothing of what the line is
FIRST = (
    "row.fields", "computed", "score", "grade", "combine.weighted_mean", "combine.mean", "combine.min", "combine.max",
    "score.total",
    "consequence", "part.sum", "value.plain", "lookup", "value", "choose",
)  # fmt: skip


class Retelling(Judged):
    """A whole score: which sentence a line is, and steps 7 to 11."""

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

    def on_ladder(self, code: str, places: Places) -> None:
        self.ladder = places["grades"].split(words(self.lang)["comma"])
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
        read_proposal(self, code, places)


def _bare(sentence: Sentence) -> bool:
    return sentence.literal <= BARE or sentence.code.startswith("combine.") or sentence.code == "value"
