"""Steps 1 to 3 read back: who, what was agreed, and the figures."""

from __future__ import annotations

import re
from fractions import Fraction

from tests.engine.review.retold.grammar import words
from tests.engine.review.retold.sums import Rows
from tests.engine.review.retold.told import Places, Told, Wrong


class Figured(Told):
    """Lines about profiles, agreements, inputs and rows."""

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
