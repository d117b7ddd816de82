"""Oracles of the published schemes, written by hand from their texts: facts at random, and what must come out."""

from __future__ import annotations

import math
import random
from typing import Any

from tests.random_cards.maths import Maths, band

Facts = dict[str, Any]
Found = dict[str, Any]


def decimal(draw: random.Random, low: float, high: float, digits: int) -> str:
    """A decimal of so many places between the bounds, often a round one."""
    unit = 10**digits
    number = draw.randint(math.ceil(low * unit), math.floor(high * unit))
    number = number if draw.random() < 0.7 else number // unit * unit
    number = max(number, math.ceil(low * unit))
    sign, number = ("-" if number < 0 else ""), abs(number)
    return f"{sign}{number // unit}" + (f".{number % unit:0{digits}d}" if digits else "")


class OpmSes:
    card, elements = "opm-ses", ("leading_change", "leading_people", "business_acumen", "coalitions", "results_driven")

    def facts(self, draw: random.Random) -> Facts:
        weights = [5, 5, 5, 5, 20]
        for _ in range(60):
            place = draw.randrange(5)
            weights[place if weights[place] < weights[4] else 4] += 1
        ratings = {name: draw.choice([2, 3, 4, 4, 5, 5, 1]) for name in self.elements}
        agreed = {name: {"weight": weight} for name, weight in zip(self.elements, weights, strict=True)}
        return {"inputs": ratings, "agreed": agreed}

    def found(self, facts: Facts, maths: Maths) -> Found:
        ratings = maths.all(facts["inputs"].values())
        total = sum(r * maths(one["weight"]) for r, one in zip(ratings, facts["agreed"].values(), strict=True))
        grade = band(total, [(475, "L5"), (400, "L4"), (300, "L3"), (200, "L2")], "L1")
        return {"total": total, "grade": "L1" if 1 in ratings else grade}


class Hhs:
    card = "hhs"

    def facts(self, draw: random.Random) -> Facts:
        rows = [{"rating": draw.choice([1, 2, 3, 3, 4, 4, 5, 5])} for _ in range(draw.randint(1, 10))]
        return {"lists": {"elements": rows}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        ratings = maths.all(one["rating"] for one in facts["lists"]["elements"])
        total = maths.rounded(sum(ratings) / len(ratings), 2)
        bounds = [(maths("4.50"), "L5"), (maths("3.60"), "L4"), (maths(3), "L3"), (maths(2), "L2")]
        return {"total": total, "grade": "L1" if 1 in ratings else band(total, bounds, "L1")}


class Nsps:
    card = "nsps"

    def facts(self, draw: random.Random) -> Facts:
        rows = [{"rating": draw.choice([1, 2, 3, 4, 5, "NR"])} for _ in range(draw.randint(1, 10))]
        return {"lists": {"objectives": [*rows, {"rating": draw.randint(1, 5)}][:10]}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        rated = maths.all(one["rating"] for one in facts["lists"]["objectives"] if one["rating"] != "NR")
        if not rated:
            return {"total": None}
        total = maths.rounded(sum(rated) / len(rated), 2)
        grade = next((str(n) for n in (5, 4, 3, 2) if total > maths(n) - maths("0.5")), "1")
        return {"total": total, "grade": grade}


class Sasac09:
    card = "sasac22"

    def facts(self, draw: random.Random) -> Facts:
        target = draw.choice([1, 1, 1, -1]) * draw.randint(1, 400)
        past = [{"profit": draw.randint(1, 400)} for _ in range(3)]
        inputs = {"profit": decimal(draw, -500, 900, 2), "eva_points": decimal(draw, 30, 60, 2),
                  "category_points": decimal(draw, 20, 40, 2), "difficulty": decimal(draw, 0.5, 2, 2),
                  "bonus": decimal(draw, 0, 10, 2), "deduction": decimal(draw, 0, 10, 2)}  # fmt: skip
        return {"inputs": inputs, "agreed": {"profit": {"target": target}}, "previous": past}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = {name: maths(one) for name, one in facts["inputs"].items()}
        target, past = maths(facts["agreed"]["profit"]["target"]), maths.all(one["profit"] for one in facts["previous"])
        base = maths.rounded(min(past[0], sum(past) / 3), 4)
        short = maths.rounded((base - target) / base * 100, 6)
        most = 3 if target < 0 or short >= 50 else 6 if short <= 0 else 5 if short <= 20 else 4
        over = (given["profit"] - target) / abs(target) * 100
        step = (1 if target > 0 else maths("0.5")) if over > 0 else 1
        profit = maths.clamp(30 + over / 3 * step, 24, 30 + most)
        eva, category = given["eva_points"], given["category_points"]
        fallen = profit < 30 or category < 30
        parts = [profit, eva, category]
        parts = [min(one, maths(most)) for one, most in zip(parts, (30, 40, 30), strict=True)] if fallen else parts
        total = sum(parts) * (1 if fallen else given["difficulty"]) + given["bonus"] - given["deduction"]
        total = maths.rounded(total, 2)
        grade = band(total, [(130, "A"), (110, "B"), (100, "C"), (80, "D")], "E")
        least = ("C" if given["profit"] < 0 else "B") if target < 0 else "A"
        return {"total": total, "grade": max(grade, least)}


class Sasac06:
    card = "sasac-efficacy"
    roe = (("16.5", 100), ("9.5", 80), ("1.7", 60), ("-3.6", 40), ("-20", 20), ("-20", 0))
    margin = ((20, 100), (10, 80), (5, 60), (0, 40), (-10, 20), (-10, 0))

    def facts(self, draw: random.Random) -> Facts:
        return {"inputs": {"roe": decimal(draw, -25, 20, 2), "margin": decimal(draw, -15, 25, 2)}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        total = maths(0)
        for name, weight, points in (("roe", 20, self.roe), ("margin", 80, self.margin)):
            value = maths(facts["inputs"][name])
            score = maths(0) if value < maths(points[-1][0]) else maths.line(value, points[:-1])
            total += maths.rounded(score * weight / 100, 2)
        return {"total": maths.rounded(total, 1)}


class ProvSoe:
    card, levels = "prov-soe", {"excellent": 5, "good": 4, "mean": 3, "below": 0}

    def facts(self, draw: random.Random) -> Facts:
        profit = draw.choice([decimal(draw, -9000, 40000, 2), str(draw.choice([30000, 10000, 5000, 1000, 0, -5000]))])
        return {"inputs": {"profit": profit, "roe_level": draw.choice(list(self.levels)),
                           "deviation": decimal(draw, -30, 30, 2), "category": decimal(draw, 0, 130, 2)}}  # fmt: skip

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = facts["inputs"]
        rows = [(30000, 90), (10000, 85), (5000, 80), (1000, 75), (0, 70), (-5000, 60)]
        start = maths(band(maths(given["profit"]), rows, 50))
        deviation = maths.clamp(maths(given["deviation"]), -15, 15)
        profit = min(start + self.levels[given["roe_level"]] + deviation, maths(100))
        return {"total": maths.rounded((profit * 50 + maths(given["category"]) * 100 / 130 * 50) / 100, 2)}


class CnKpi:
    card = "cn-kpi"

    def facts(self, draw: random.Random) -> Facts:
        return {"inputs": {"attainment": decimal(draw, 0, 200, 2), "budget_use": decimal(draw, 60, 140, 2)}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        reached, used = maths(facts["inputs"]["attainment"]), maths(facts["inputs"]["budget_use"])
        beyond = (reached - 100) / 5
        kpi = maths.clamp(100 + beyond * (5 if beyond > 0 else 10), 0, None)
        cost = maths(0) if used > 130 else maths.line(used, ((80, 120), (100, 100), (130, 40)))
        return {"total": (kpi + cost) / 2}


class BankCm:
    card, violations = "bank-cm", {"none": 0, "minor": -5, "serious": -20, "grave": -50}

    def facts(self, draw: random.Random) -> Facts:
        inputs = {"new_customers": draw.randint(0, 45), "deposits": decimal(draw, 2000000, 7000000, 2),
                  "loans": decimal(draw, 4000000, 12000000, 2), "campaigns": decimal(draw, 0, 200, 2),
                  "npl": decimal(draw, 0, 4, 2), "satisfaction": decimal(draw, 1, 5, 1),
                  "severity": draw.choice(["none", "none", "minor", "serious", "grave"])}  # fmt: skip
        return {"inputs": inputs, "agreed": {"customer_development.new_customers": {"target": draw.randint(5, 40)}}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = facts["inputs"]
        target = facts["agreed"]["customer_development.new_customers"]["target"]
        customers = maths.rounded(maths.clamp(maths(30) + given["new_customers"] - target, 0, 30), 2)

        def full(name: str, start: int, at: int, every: int, most: int) -> Any:
            beyond = maths(given[name]) - at
            steps = math.floor(abs(beyond) / every)
            return maths.rounded(maths.clamp(maths(start + (steps if beyond > 0 else -steps)), 0, most), 2)

        growth = full("deposits", 20, 5000000, 100000, 25) + full("loans", 15, 9000000, 300000, 20)
        growth = maths.rounded(maths.clamp(growth, 0, 35), 2)
        marketing = maths.rounded(maths.clamp(maths(given["campaigns"]) * 20 / 100, 0, 20), 2)
        npl = maths.clamp(-3 * max(maths(given["npl"]) - 2, maths(0)) / maths("0.1"), -15, 0)
        satisfied = maths.clamp(-max(maths("4.5") - maths(given["satisfaction"]), maths(0)) / maths("0.1"), -15, 0)
        risk = maths.rounded(npl, 2) + maths.rounded(satisfied, 2) + self.violations[given["severity"]]
        total = maths.rounded(maths.clamp(customers + growth + marketing + maths.rounded(risk, 2), 0, 100), 2)
        return {"total": total, "grade": band(total, [(90, "A"), (75, "B"), (60, "C")], "D")}


class Zunyi:
    card, worth = "zunyi", {"city": 1, "province": 3, "nation": 5}

    def facts(self, draw: random.Random) -> Facts:
        rows = [{"item": draw.choice("abc"), "level": draw.choice(list(self.worth))} for _ in range(draw.randint(0, 6))]
        inputs = {"base": decimal(draw, 75, 100, 2), "larger_accidents": draw.choice([0, 0, 1, 2, 3]),
                  "beyond_quota": draw.choice([0, 0, 1, 2]), "criticisms": draw.choice([0, 0, 1]),
                  "missing_material": draw.choice([0, 0, 1]), "deaths": draw.randint(0, 4),
                  "deaths_allowed": 3, "major_accident": draw.random() < 0.1}  # fmt: skip
        return {"inputs": inputs, "lists": {"innovations": rows}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given, best = facts["inputs"], dict[str, int]()
        for row in facts["lists"]["innovations"]:
            best[row["item"]] = max(best.get(row["item"], 0), self.worth[row["level"]])
        lost = (maths("0.5") * given["larger_accidents"] + given["beyond_quota"] + 2 * given["criticisms"]
                + 3 * given["missing_material"])  # fmt: skip
        total = maths.rounded(maths.rounded(maths(given["base"]), 2) + sum(best.values()) - lost, 2)
        veto = given["major_accident"] or given["deaths"] > given["deaths_allowed"] or total < 80
        grade = band(total, [(95, "优秀"), (90, "良好"), (80, "达标")], "不达标")
        return {"total": total, "grade": "一票否决" if veto else grade}


class BscNice:
    card = "bsc-nice"

    def facts(self, draw: random.Random) -> Facts:
        return {"inputs": {"quality": decimal(draw, 60, 100, 2), "handling": draw.randint(150, 700)}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        total = maths(0)
        for name, worst, best in (("quality", 65, 95), ("handling", 600, 200)):
            actual = maths.clamp(maths(facts["inputs"][name]), min(worst, best), max(worst, best))
            total += (worst - actual) / (worst - best) * 30
        return {"total": total}


class CnCs:
    card, conditions = "cn-cs", ("politics", "ability", "diligence", "achievement", "integrity")

    def facts(self, draw: random.Random) -> Facts:
        met = {name: draw.random() < 0.85 for name in self.conditions}
        more = {"failings": draw.choice([0, 0, 0, 1, 3]), "basic_only": draw.random() < 0.2}
        return {"inputs": {**met, **more}, "previous": draw.choice([[], [{"grade": "不称职"}], [{"grade": "称职"}]])}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = facts["inputs"]
        full = "优秀" if all(given[name] for name in self.conditions) else "称职"
        return {"grade": "不称职" if given["failings"] else "基本称职" if given["basic_only"] else full}


class Sppas:
    card = "sppas"

    def facts(self, draw: random.Random) -> Facts:
        levels = draw.choice([["EE", "ME", "IR"], ["EE", "ME"], ["EE", "EE", "ME", "ME", "IR"]])
        return {"lists": {"objectives": [{"level": draw.choice(levels)} for _ in range(draw.randint(1, 8))]}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        levels = [row["level"] for row in facts["lists"]["objectives"]]
        best, worst = levels.count("EE"), levels.count("IR")
        if len(levels) >= 5:
            return {"grade": "EE" if best >= 3 and not worst else "IR" if worst >= 2 else "ME"}
        return {"grade": "EE" if best == len(levels) else "IR" if worst else "ME"}


class Tss:
    card = "tss"

    def facts(self, draw: random.Random) -> Facts:
        left, weights = 100, []
        while left and len(weights) < 9:
            weights.append(draw.randint(1, left))
            left -= weights[-1]
        weights += [left] if left else []
        kinds = ["normal", "normal", "scf", "kar"]
        goals = [{"weight": one, "rating": draw.choice([1, 2, 3, 3]), "kind": draw.choice(kinds)} for one in weights]
        skills = [{"rating": draw.choice([1, 2, 2, 3, 3, 3])} for _ in range(draw.randint(1, 6))]
        return {"lists": {"goals": goals, "competencies": skills}}

    def found(self, facts: Facts, maths: Maths) -> Found:
        goals, skills = facts["lists"]["goals"], [row["rating"] for row in facts["lists"]["competencies"]]
        keys = {(row["kind"], row["rating"]) for row in goals}
        what = maths.weighted((maths(row["weight"]), maths(row["rating"])) for row in goals)
        if ("scf", 1) in keys or (("kar", 1) in keys and ("kar", 3) not in keys):
            what = maths(1)
        how = maths(1) if 1 in skills else sum(maths.all(skills)) / len(skills)
        what, how = maths.rounded(what, 2), maths.rounded(how, 2)
        one, other = int(maths.rounded(what, 0)), int(maths.rounded(how, 0))
        grade = "dark_green" if one == other == 3 else "green"
        grade = "red" if one == other == 1 else "orange" if 1 in (one, other) else grade
        return {"what": what, "how": how, "grade": grade}


PUBLISHED = (OpmSes, Hhs, Nsps, Sasac09, Sasac06, ProvSoe, CnKpi, BankCm, Zunyi, BscNice, CnCs, Sppas, Tss)
