"""The card of ten metrics of `card_fast` as a decision of zen-engine."""

from __future__ import annotations

import json
from typing import Any


def zen_expressions() -> dict[str, str]:
    clamp = "min([max([{0}, {1}]), {2}])"
    return {
        "m0": clamp.format("round(sales / 400000 * 100, 2)", 0, 120),
        "m1": clamp.format("round(200 - costs / 250000 * 100, 2)", 0, 120),
        "m2": "round(satisfaction / 92 * 100, 2)",
        "m3": "customers >= 10 ? 100 : customers >= 8 ? 80 : 0",
        "m4": "complaints > 5 ? max([100 - ceil(complaints - 5) * 10, 0]) : 100",
        "m5": "response <= 12 ? 120 : response <= 24 ? round(120 - (response - 12) / 12 * 20, 2) : "
              "response <= 48 ? round((48 - response) / 24 * 100, 2) : 0",
        "m6": "teamwork <= 3 ? (teamwork - 1) * 30 : 60 + (teamwork - 3) * 20",
        "m7": "training > 20 ? min([60 + floor((training - 20) / 0.5), 100]) : "
              "max([60 - floor((20 - training) / 0.5) * 1.5, 0])",
        "m8": "audits == 5 ? 100 : audits == 4 ? 85 : audits == 3 ? 60 : audits == 2 ? 40 : 0",
        "m9": clamp.format("round(growth / 3, 2)", -20, 40),
        "total": "round(({m}0 * 20 + {m}1 * 10 + {m}2 * 15 + {m}3 * 10 + {m}4 * 10 + {m}5 * 10 + {m}6 * 10 + {m}7 * 5"
                 " + {m}8 * 5 + {m}9 * 5) / 100, 2)",
        "grade": "$.total >= 95 ? 'S' : $.total >= 85 ? 'A' : $.total >= 70 ? 'B' : $.total >= 60 ? 'C' : 'D'",
    }  # fmt: skip


TABLES = {
    "m3": ("customers", [(">= 10", "100"), (">= 8", "80"), ("", "0")]),
    "m8": ("audits", [("5", "100"), ("4", "85"), ("3", "60"), ("2", "40"), ("", "0")]),
    "grade": ("total", [(">= 95", "'S'"), (">= 85", "'A'"), (">= 70", "'B'"), (">= 60", "'C'"), ("", "'D'")]),
}


def zen_node(key: str, content: dict[str, Any], kind: str = "expressionNode") -> dict[str, Any]:
    return {"id": key, "type": kind, "name": key, "position": {"x": 0, "y": 0}, "content": content}


def zen_table(key: str) -> dict[str, Any]:
    """A decision table: the first row that holds."""
    field, table = TABLES[key]
    rules = [{"_id": str(place), "in": test, "out": gives} for place, (test, gives) in enumerate(table)]
    return zen_node(key, {
        "hitPolicy": "first", "rules": rules, "passThrough": True,
        "inputs": [{"id": "in", "name": field, "field": field}], "outputs": [{"id": "out", "name": key, "field": key}],
    }, "decisionTableNode")  # fmt: skip


def zen_decision(a_node_each: bool = False) -> Any:
    """The same ten metrics as a decision of zen-engine, None where it is not installed.

    In one node of expressions, which is its quickest form; or a node for each metric, tables where the card has tables,
    so that its trace tells of each metric by itself as ours does.
    """
    try:
        from zen import ZenEngine
    except ImportError:
        return None
    keys = zen_expressions()
    ends = [{"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}}]
    if a_node_each:
        nodes = [zen_table(key) if key in TABLES else zen_node(key, {
            "expressions": [{"id": key, "key": key, "value": value.format(m="m")}], "passThrough": True,
        }) for key, value in keys.items()]  # fmt: skip
        metrics = [key for key in keys if key.startswith("m")]
        ways = [("in", key) for key in metrics] + [(key, "total") for key in metrics]
        ways += [("total", "grade"), ("grade", "out")]
    else:
        expressions = [{"id": key, "key": key, "value": value.format(m="$.m")} for key, value in keys.items()]
        nodes = [zen_node("card", {"expressions": expressions, "passThrough": False})]
        ways = [("in", "card"), ("card", "out")]
    edges = [{"id": f"{one}-{other}", "sourceId": one, "targetId": other, "type": "edge"} for one, other in ways]
    return ZenEngine().create_decision(json.dumps({"nodes": [*ends, *nodes], "edges": edges}))
