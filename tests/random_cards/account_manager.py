"""The oracle of the account manager's quarter, written by hand from its card."""

from __future__ import annotations

import math
import random
from typing import Any

from tests.random_cards.maths import Maths, band
from tests.random_cards.published import Facts, Found, decimal
from tests.random_cards.ratios import Ratios, chosen


class AccountManager:
    card = "account-manager"

    def facts(self, draw: random.Random) -> Facts:
        def rated(people: int) -> list[list[int]]:
            return [[draw.randint(1, 5) for _ in range(draw.randint(1, 3))] for _ in range(people)]

        inputs = {"satisfaction": {"value": decimal(draw, 70, 100, 2), "samples": draw.choice([4, 5, 60])},
                  "sales": [decimal(draw, 200000, 400000, 2) for _ in range(3)],
                  "new_customers": [draw.randint(7, 14) for _ in range(3)], "complaint_rate": decimal(draw, 2, 14, 2),
                  "response_hours": decimal(draw, 6, 60, 2),
                  "teamwork": {"subject": rated(1), "colleagues": rated(draw.randint(2, 5)), "manager": rated(1)}}
        inputs = {**chosen(draw, inputs), "violations": draw.choice([0, 0, 0, 1])}  # fmt: skip
        agreed = {"sales_plan": 1000000, "satisfaction": {"target": draw.randint(80, 95)}}
        previous = [{"attainment": decimal(draw, 0.01, 120, 2)}] if draw.random() < 0.8 else []
        return {"inputs": inputs, "agreed": agreed, "previous": previous}

    def found(self, facts: Facts, maths: Maths) -> Found:
        given = dict(facts["inputs"])
        survey = given.pop("satisfaction", None)
        if survey is not None and survey["samples"] >= 5:
            given["satisfaction"] = survey["value"]
        ratio = Ratios(maths, given)
        attained = None
        if "sales" in given:
            attained = maths.rounded(sum(maths.all(given["sales"])) / maths(1000000) * 100, 2)
        reached = [None if attained is None else ratio.score(attained, 95)]
        fewest = min(given["new_customers"]) if "new_customers" in given else None
        complained, hours = ratio.figure("complaint_rate"), ratio.figure("response_hours")
        if complained is not None:
            complained = maths.clamp(maths(100 - 10 * max(math.ceil(complained - 5), 0)), 0, 100)
        if hours is not None:
            hours = maths.rounded(maths.line(hours, ((12, 120), (24, 100), (48, 0))), 2)
        improved = None
        if attained is not None and facts["previous"]:
            before = maths(facts["previous"][0]["attainment"])
            improved = maths(100 if maths.rounded((attained - before) / before * 100, 2) >= 10 else 0)
        satisfied = ratio.score(ratio.figure("satisfaction"), facts["agreed"]["satisfaction"]["target"])
        gained = None if fewest is None else maths(band(fewest, [(10, 100), (8, 80)], 0))
        total = self.total(maths, ratio, [
            (20, satisfied), (25, reached[0]), (15, gained), (10, complained), (10, hours),
            (10, self.teamwork(maths, given.get("teamwork"))), (10, improved),
        ])  # fmt: skip
        if total is None:
            return {"total": None}
        grade = band(total, [(110, "S"), (95, "A"), (80, "B"), (60, "C")], "D")
        grade = "C" if given["violations"] and grade in "SAB" else grade
        worth = {"S": "1.5", "A": "1.2", "B": 1, "C": "0.8", "D": 0}
        bonus = maths(worth[grade])
        return {"total": total, "grade": grade, "bonus_coefficient": bonus, "improvement_plan": total < 60}

    def teamwork(self, maths: Maths, answers: Any) -> Any:
        if answers is None:
            return None
        shares = {"subject": 10, "colleagues": 30, "manager": 60}
        means = []
        for role, people in answers.items():
            own = [sum(maths.all(one)) / len(one) for one in people]
            if len(own) >= (3 if role == "colleagues" else 1):
                means.append((maths(shares[role]), sum(own) / len(own)))
        mean = maths.rounded(maths.weighted(means), 2)
        return maths.rounded(maths.line(mean, ((1, 0), (2, 40), (3, 60), (4, 80), (5, 100))), 2)

    def total(self, maths: Maths, ratio: Ratios, pairs: Any) -> Any:
        there = [(maths(weight), one) for weight, one in pairs if one is not None]
        if not there:
            return None
        satisfied = ratio.figure("satisfaction")
        more = 5 if satisfied is not None and satisfied >= 95 else 0
        return maths.rounded(maths.clamp(maths.weighted(there) + more, 0, 125), 2)
