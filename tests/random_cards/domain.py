"""Oracles of the systems of customer-facing work and of the peers, written by hand from their cards."""

from __future__ import annotations

import math
import random
from typing import Any, Final

from tests.random_cards.maths import Maths, band
from tests.random_cards.published import Facts, Found, decimal
from tests.random_cards.ratios import Ratios, chosen

WEIGHTS: Final = {
    ("sales", "growth"): {"attainment": 50, "new_customers": 30, "product_satisfaction": 20},
    ("sales", "retention"): {"attainment": 40, "loyalty": 30, "product_satisfaction": 30},
    ("service", ""): {"service_satisfaction": 60, "complaints_resolved": 40},
    ("after_sales", ""): {"service_satisfaction": 50, "loyalty": 50},
    ("marketing", ""): {"acquisition_cost": 50, "conversion": 50},
}


class Indicators:
    card = "32-customer-indicators"

    def facts(self, draw: random.Random) -> Facts:
        percent = ("complaints_resolved", "repeat_rate", "referral_rate")
        inputs = {**{name: decimal(draw, 30, 100, 2) for name in percent},
                  "acquisition_cost": decimal(draw, 200, 900, 2), "new_customers": draw.randint(0, 40),
                  "attainment": decimal(draw, 40, 160, 2),
                  "conversion": [decimal(draw, 5, 20, 2) for _ in range(draw.randint(1, 3))]}  # fmt: skip
        for name in ("product_satisfaction", "service_satisfaction"):
            inputs[name] = [{"value": decimal(draw, 60, 100, 2), "samples": draw.choice([4, 5, 30])}]
        agreed = {"new_customers": {"target": draw.randint(1, 50)}} if draw.random() < 0.5 else {}
        return {"subject": {"department": draw.choice(["sales", "service", "after_sales", "marketing"])},
                "cycle": {"goal": draw.choice(["growth", "retention"]), "phase": "mature"},
                "inputs": chosen(draw, inputs), "agreed": agreed}  # fmt: skip

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = dict(facts["inputs"])
        for name in ("product_satisfaction", "service_satisfaction"):
            rows = given.pop(name, [])
            if rows and rows[0]["samples"] >= 5:
                given[name] = rows[0]["value"]
        ratio = Ratios(maths, given)
        planned = facts["agreed"].get("new_customers", {}).get("target", 20)
        rates = [one for one in map(ratio.figure, ("repeat_rate", "referral_rate")) if one is not None]
        both = max(rates) if len(rates) == 2 else None
        converted = min(maths.all(given["conversion"])) if given.get("conversion") else None
        scores = {
            **{name: ratio.score(ratio.figure(name), target) for name, target in (
                ("product_satisfaction", 80), ("service_satisfaction", 80), ("complaints_resolved", 95),
                ("attainment", 95), ("new_customers", planned))},
            "acquisition_cost": ratio.score(ratio.figure("acquisition_cost"), 500, mirror=True),
            "conversion": ratio.score(converted, 10), "loyalty": ratio.score(both, 30),
        }  # fmt: skip
        department = facts["subject"]["department"]
        weights = WEIGHTS[(department, facts["cycle"]["goal"] if department == "sales" else "")]
        there = [(maths(w), scores[name]) for name, w in weights.items() if scores[name] is not None]
        if not there:
            return {"total": None}
        total = maths.weighted(there)
        satisfied = [ratio.figure(name) for name in ("service_satisfaction", "product_satisfaction")]
        total = maths.rounded(total + (5 if any(one is not None and one >= 80 for one in satisfied) else 0), 2)
        steps = [(110, "S"), (95, "A"), (80, "B"), (60, "C")]
        grade = band(total, steps, "D")
        cost, new = ratio.figure("acquisition_cost"), ratio.figure("new_customers")
        if cost is not None and new is not None and cost < 500 and new >= planned:
            grade = "SSABCD"["SABCD".index(grade)]
        repeat, referral = ratio.figure("repeat_rate"), ratio.figure("referral_rate")
        points = 0 if referral is None or referral <= 10 else 10 * math.floor((referral - 10) / 5)
        commission = maths("1.2") if repeat is not None and repeat >= 40 else maths(1)
        return {"total": total, "grade": grade, "commission": commission, "award_points": maths(min(points, 100)),
                "priority": grade in "SA"}  # fmt: skip


class Account:
    card = "33-customer-account"

    def facts(self, draw: random.Random) -> Facts:
        inputs = {
            "survey": [decimal(draw, 50, 100, 2) for _ in range(draw.randint(1, 4))],
            "feedback_handled": decimal(draw, 40, 100, 2), "retained": draw.random() < 0.8,
            "years": decimal(draw, 0, 8, 1), "orders": [draw.randint(0, 6) for _ in range(3)],
            "attachment": {"customer": [draw.randint(1, 5) for _ in range(draw.randint(1, 3))]},
            "first_response_h": decimal(draw, 0, 40, 2), "resolved": decimal(draw, 50, 100, 2),
            "service_cost": decimal(draw, 0, 90000, 2), "quality": decimal(draw, 50, 100, 2),
            "purchases": [decimal(draw, 10000, 500000, 2) for _ in range(3)],
            "profit": decimal(draw, -50000, 300000, 2), "lifetime_value": decimal(draw, 0, 6000000, 2),
        }  # fmt: skip
        previous = draw.choice([[], [{"grade": "VIP"}], [{"grade": "regular"}]])
        return {"inputs": chosen(draw, inputs, 0.93), "previous": previous}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = facts["inputs"]
        ratio = Ratios(maths, given)

        def line(value: Any, *points: Any) -> Any:
            return None if value is None else maths.rounded(maths.line(value, points), 2)

        bought = sum(maths.all(given["purchases"])) if "purchases" in given else None
        orders = sum(maths.all(given["orders"])) if "orders" in given else None
        share = None
        if bought is not None and "service_cost" in given:
            share = maths.rounded(ratio.figure("service_cost") / bought * 100, 2)
        rated = given.get("attachment", {}).get("customer", [])
        liked = sum(maths.all(rated)) / len(rated) if rated else None
        kept = maths(100 if given["retained"] else 0) if "retained" in given else None
        depth = ratio.among([
            (1, line(ratio.figure("years"), (0, 0), (5, 100))), (1, line(orders, (0, 0), (24, 100))),
            (1, line(bought, (0, 0), (1000000, 100))),
        ])  # fmt: skip
        handled, quality = ratio.rounded(ratio.figure("feedback_handled")), ratio.rounded(ratio.figure("quality"))
        response = line(ratio.figure("first_response_h"), (1, 100), (24, 0))
        groups = [
            (30, ratio.among([(60, ratio.score(ratio.mean("survey"), 85)), (40, handled)])),
            (20, ratio.among([(50, kept), (30, depth), (20, line(liked, (1, 0), (5, 100)))])),
            (20, ratio.among([
                (25, response), (25, ratio.rounded(ratio.figure("resolved"))),
                (25, line(share, (2, 100), (20, 0))), (25, quality)])),
            (30, ratio.among([
                (30, line(bought, (0, 0), (1000000, 100))), (30, line(ratio.figure("profit"), (0, 0), (200000, 100))),
                (40, line(ratio.figure("lifetime_value"), (0, 0), (5000000, 100)))])),
        ]  # fmt: skip
        total = ratio.among(groups)
        if total is None:
            return {"total": None}
        grade = band(total, [(80, "VIP"), (50, "regular")], "potential")
        plans = {"VIP": "named manager and monthly visit", "regular": "quarterly call", "potential": "campaign"}
        before = facts["previous"][0]["grade"] if facts["previous"] else grade
        return {"total": total, "grade": grade, "strategy": plans[grade], "tier_changed": grade != before}


class Programme:
    card, names = "34-improvement-programme", ("quality", "attitude", "speed")

    def facts(self, draw: random.Random) -> Facts:
        one = {f"{name}_{when}": {"value": decimal(draw, 60, 80 if when == "before" else 90, 2), "samples": 30}
               for name in self.names for when in ("before", "after")}  # fmt: skip
        return {"inputs": one}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = {name: maths(one["value"]) for name, one in facts["inputs"].items()}
        scores = [maths.rounded(given[f"{name}_after"] - given[f"{name}_before"], 2) for name in self.names]
        reached = all(one >= 5 for one in scores)
        grade = "effective" if reached else "failed" if any(one < 0 for one in scores) else "mixed"
        return {"total": maths.rounded(sum(scores) / 3, 2), "grade": grade}


class Leasing:
    card, rated = "35-leasing-team", ("collecting", "analysing", "deciding")

    def facts(self, draw: random.Random) -> Facts:
        survey = {"value": decimal(draw, 50, 100, 2), "samples": 20}
        inputs = {"projects": draw.randint(0, 12), "amount_signed": decimal(draw, 0, 9000, 2),
                  "customers_signed": draw.randint(0, 40), "survey": survey,
                  **{name: decimal(draw, 20, 100, 2) for name in ("measures_in_time", "retained", "care_plans")},
                  "conversion": decimal(draw, 0, 60, 2),
                  **{name: {"manager": [draw.randint(1, 5)]} for name in self.rated}}  # fmt: skip
        lent = draw.choice([0, 5, 10])
        agreed = {"leasing": {"weight": 25 - lent}, "satisfaction": {"weight": 30 + lent}}
        return {"inputs": inputs, "agreed": agreed}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = dict(facts["inputs"])
        given["survey"] = given["survey"]["value"]
        ratio = Ratios(maths, given)
        targets = ((30, "projects", 6), (40, "amount_signed", 5000), (30, "customers_signed", 20))
        leasing = ratio.among((weight, ratio.score(ratio.figure(name), target)) for weight, name, target in targets)
        as_they_are = ("survey", "measures_in_time", "retained", "care_plans")
        plain = {name: ratio.rounded(ratio.figure(name)) for name in as_they_are}
        satisfied = ratio.among([(60, plain["survey"]), (40, plain["measures_in_time"])])
        retained = ratio.among([(1, plain["retained"]), (1, plain["care_plans"])])
        rated = [given[name]["manager"][0] for name in self.rated]
        analysis = ratio.among((1, maths.rounded(maths.line(maths(one), ((1, 20), (5, 100))), 2)) for one in rated)
        weights = (facts["agreed"]["leasing"]["weight"], facts["agreed"]["satisfaction"]["weight"], 20, 15, 10)
        scores = (leasing, satisfied, retained, ratio.score(ratio.figure("conversion"), 30), analysis)
        total = ratio.among(zip(weights, scores, strict=True))
        return {"total": total, "grade": band(total, [(100, "A"), (80, "B"), (60, "C")], "D")}


class Monitoring:
    card = "36-service-monitoring"

    def facts(self, draw: random.Random) -> Facts:
        cases = [draw.randint(10, 400) for _ in range(draw.choice([19, 20, 23]))]
        checks = [{"conversation": str(n), "points": draw.randint(50, 100), "serious": draw.random() < 0.05}
                  for n in range(draw.randint(0, 6))]  # fmt: skip
        inputs = {"first_response_s": cases, "resolved": decimal(draw, 60, 100, 2)}
        return {"inputs": inputs, "lists": {"checks": checks}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        cases, checks = maths.all(facts["inputs"]["first_response_s"]), facts["lists"]["checks"]
        ratio = Ratios(maths, facts["inputs"])
        response = None
        if len(cases) >= 20:
            response = maths.rounded(maths.line(sum(cases) / len(cases), ((30, 120), (60, 100), (300, 0))), 2)
        points = maths.all(one["points"] for one in checks)
        quality = maths.rounded(sum(points) / len(points), 2) if points else None
        total = ratio.among([(30, response), (30, ratio.rounded(ratio.figure("resolved"))), (40, quality)])
        grade = band(total, [(90, "green"), (75, "amber")], "red")
        grade = "amber" if grade == "green" and any(one["serious"] for one in checks) else grade
        return {"total": total, "grade": grade, "coach": grade != "green"}


class Frappe:
    card = "published/frappe"

    def facts(self, draw: random.Random) -> Facts:
        inputs = {"quality": decimal(draw, 0, 5, 4), "development": decimal(draw, 0, 5, 4),
                  "own_solving": decimal(draw, 0, 1, 2), "own_excellence": decimal(draw, 0, 1, 2)}  # fmt: skip
        rows = [{"solving": decimal(draw, 0, 1, 2), "excellence": decimal(draw, 0, 1, 2)}
                for _ in range(draw.randint(0, 7))]  # fmt: skip
        return {"inputs": inputs, "lists": {"feedbacks": rows}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = {name: maths(one) for name, one in facts["inputs"].items()}
        goals = (given["quality"] * 30 + given["development"] * 70) / 100
        own = given["own_solving"] * maths("3.5") + given["own_excellence"] * maths("1.5")
        rows = [maths(row["solving"]) * maths("3.5") + maths(row["excellence"]) * maths("1.5")
                for row in facts["lists"]["feedbacks"]]  # fmt: skip
        feedback = sum(rows) / len(rows) if rows else maths(0)
        return {"total": maths.rounded((goals + own + feedback) / 3, 3)}


class Dootask:
    card = "published/dootask"

    def facts(self, draw: random.Random) -> Facts:
        def rated(*roles: str) -> Facts:
            most = {role: 4 if role == "invited" else 1 for role in roles}
            return {role: [decimal(draw, 50, 100, 2) for _ in range(draw.randint(0, most[role]))] for role in roles}

        return {"inputs": {"two": rated("subject", "superior"), "three": rated("subject", "invited", "superior")}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        ratio, scores = Ratios(maths, {}), []
        for name, shares in (("two", (10, 90)), ("three", (10, 30, 60))):
            answers = facts["inputs"][name].values()
            means = [sum(maths.all(one)) / len(one) if one else None for one in answers]
            scores.append(ratio.among(zip(shares, means, strict=True)))
        there = [(1, one) for one in scores if one is not None]
        return {"total": ratio.among(there)}


DOMAIN = (Indicators, Account, Programme, Leasing, Monitoring, Frappe, Dootask)
