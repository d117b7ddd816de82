"""Random workflows, sound by construction: ways lead forwards in the file, or back with `times`; every state that waits
has a deadline that moves; results are read only where every way has passed the state in which the figures come in."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.random_workflows.cards import ASKED, CARDS, COLLECTED, RandomCard, card

ROLES = {
    "boss": {"who": "manager of subject"}, "peer": {"who": "team of subject", "count": "2..4", "not": ["boss"]},
    "hr": {"who": "group hr"}, "panel": {"who": "group appeals-panel", "count": "3..5", "not": ["subject", "boss"]},
    "nobody": {"who": "group no-such-group", "not": ["boss"]},
}
FORMS = {
    "plain": {"type": "object", "properties": {"text": {"type": "string"}}},
    "ruling": {
        "type": "object", "required": ["reason"],
        "properties": {"reason": {"type": "string", "enum": ["facts", "weights"]}},
    },
}
NO_DAYS = '{"closed": [], "opened": []}'
MANY = ("peer", "panel")
CLOSED, WITHDRAWN = "closed", "withdrawn"


@dataclass
class Drawn:
    """A workflow as plain data with its scorecard."""

    data: dict[str, Any]
    card: RandomCard
    names: list[str] = field(default_factory=list)

    def texts(self) -> dict[str, str]:
        return {
            "workflow.yaml": as_lines(self.data), "scorecard.yaml": self.card.text, "calendar.json": NO_DAYS,
            **{f"forms/{name}.json": json.dumps(schema) for name, schema in FORMS.items()},
        }


def as_lines(data: Mapping[str, Any]) -> str:
    """YAML with a line for each key of the file and each state, the rest in flow style as JSON writes it."""
    lines = []
    for key, value in data.items():
        if key in ("states", "anywhere", "roles") and value:
            lines += [f"{key}:", *(f"  {name}: {json.dumps(one)}" for name, one in value.items())]
        else:
            lines.append(f"{key}: {json.dumps(value)}")
    return "\n".join(lines) + "\n"


def draw(seed: object) -> Drawn:
    return _Drawing(random.Random(f"workflow {seed}")).drawn()


class _Drawing:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.card = card(dice.randrange(CARDS))
        self.names = [f"s{place}" for place in range(dice.randint(1, 10))]
        self.home = dice.randrange(min(3, len(self.names)))  # where the figures come in
        self.used_forms: set[str] = set()

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def drawn(self) -> Drawn:
        states = {name: self.state(place) for place, name in enumerate(self.names)}
        states[CLOSED] = {"final": True, **({"effects": ["carry_over"]} if self.chance(0.3) else {})}
        self.reach_all(states)
        anywhere = self.anywhere(states)
        used = _roles_used(states, anywhere)
        data: dict[str, Any] = {
            "workflow": "random", "version": 1, "language": 1, "title": "Random", "subject": "employee",
            "period": "quarter", "chain": False, "scorecard": "scorecard.yaml",
            "calendar": {"timezone": "Asia/Shanghai"},
            "roles": {name: role for name, role in ROLES.items() if name in used},
            "forms": {name: f"forms/{name}.json" for name in FORMS if name in self.used_forms},
            "initial": self.names[0], "states": states, "anywhere": anywhere,
        }
        for key in ("forms", "anywhere"):
            if not data[key]:
                del data[key]
        return Drawn(data, self.card, self.names)

    # Ways

    def ahead(self, place: int) -> str:
        """A state further on; from before the figures come in not past the state where they do."""
        if place < self.home:
            return self.names[self.dice.randint(place + 1, self.home)]
        further = [*self.names[place + 1 :], CLOSED]
        return self.dice.choice(further[:3])

    def back(self, place: int) -> str:
        return self.names[self.dice.randint(0, place)]

    def way(
        self, place: int, reads: str = "late", extra: tuple[tuple[str, ...], ...] = (), by_time: bool = False
    ) -> Any:
        """A way forwards; reads: which conditions may be put on it; by_time: it may be taken where figures lack."""
        unsure = {"late": (*self.card.late, *self.card.early), "early": self.card.early, "none": ()}[reads]
        judged = (*(self.card.results if reads == "late" else ()), *extra)
        certain = self.card.certain if reads == "late" else ()
        if not (unsure or judged or certain) or self.chance(0.5):
            return self.ahead(place)
        chosen = self.dice.choice((*unsure, *judged, *certain))
        arms: list[dict[str, str]] = [{"if": one, "to": self.ahead(place)} for one in chosen]
        if chosen in certain or (chosen in judged and (not by_time or self.chance(0.05))):
            if self.chance(0.7):
                arms[-1] = {"else": self.ahead(place)}
        elif self.chance(0.5) or (chosen in judged and not by_time):
            arms[-1] = {"else": self.ahead(place)}
        else:
            arms.append({"else": self.ahead(place)})
        return arms

    def reads(self, place: int, within: bool) -> str:
        """within: the way belongs to a task, which may end before the figures of its own state have come in."""
        return "late" if place > self.home or (place == self.home and not within) else "early"

    # States

    def state(self, place: int) -> dict[str, Any]:
        stage = "set_targets" if place < self.home else "collect_data" if place == self.home else "evaluate"
        state: dict[str, Any] = {"stage": stage}
        if place != self.home and self.chance(0.2):
            return {**state, "next": self.way(place, self.reads(place, False), (), True)}
        tasks = _Tasks(self, place)
        if place == self.home:
            state["collects"] = list(COLLECTED)
            if self.chance(0.15):
                watch = {"if": self.dice.choice(self.card.watched), "to": self.ahead(place)}
                state["watch"] = [{**watch, "times": self.dice.randint(1, 3)}]
        state["tasks"] = tasks.drawn()
        extra = tuple(
            (f"{name}.reason == facts", f"{name}.reason == weights") for name, one in state["tasks"].items()
            if one.get("form") == "ruling"
        )
        if not tasks.always_leaves or self.chance(0.3):
            state["next"] = self.way(place, self.reads(place, False), extra)
        state["deadline"] = self.deadline(place, extra)
        if self.chance(0.4):
            state["leaving"] = self.dice.sample(["fix targets", "fix inputs", "fix result"], self.dice.randint(1, 2))
        if self.chance(0.2):
            state["effects"] = [self.dice.choice(("notify hr", "notify boss"))]
        return state

    def deadline(self, place: int, extra: tuple[tuple[str, ...], ...]) -> Any:
        unit = self.dice.choice(("working days", "days", "weeks"))
        first = self.dice.randint(1, 6)
        steps: list[dict[str, Any]] = []
        if self.chance(0.4):
            steps.append({"in": f"{first} {unit}", "escalate": self.dice.choice(("hr", "boss"))})
        last: dict[str, Any] = {"to": self.way(place, self.reads(place, False), extra, True)}
        if self.chance(0.3):
            last = {"at": f"cycle.end + {self.dice.randint(1, 30)} days", **last}
        else:
            last = {"in": f"{first + self.dice.randint(1, 20)} {unit}", **last}
        if self.chance(0.4):
            last["waive"] = "all"
        steps.append(last)
        return steps if len(steps) > 1 or self.chance(0.5) else last

    def reach_all(self, states: dict[str, Any]) -> None:
        """A state that nothing leads to is led to from one before it."""
        for place, name in enumerate(self.names):
            if place and not any(name in targets(states[one]) for one in self.names[:place]):
                before = states[self.names[place - 1]]
                way = before.get("next", name)
                if isinstance(way, list):
                    way[-1]["else" if "else" in way[-1] else "to"] = name
                else:
                    before["next"] = name

    def anywhere(self, states: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.chance(0.5):
            states[WITHDRAWN] = {"final": True}
            found["withdraw"] = {"by": "hr", "to": WITHDRAWN, "comment": "required"}
        if self.chance(0.4):
            found["reopen"] = {
                "by": "hr", "from": [CLOSED], "within": f"{self.dice.randint(1, 60)} working days",
                "times": self.dice.randint(1, 2), "to": self.dice.choice(self.names),
            }
        if self.chance(0.3):
            source = self.dice.randrange(len(self.names))
            onwards = {"by": "hr", "from": [self.names[source]], "to": self.ahead(source)}
            back = {"by": "hr", "from": [self.names[source]], "to": self.back(source), "times": 2}
            found["jump"] = self.dice.choice((onwards, back))
        return found


class _Tasks:
    """The tasks of one state: what is required stands before what decides, and deciders stand in one order."""

    def __init__(self, drawing: _Drawing, place: int) -> None:
        self.drawing, self.place, self.dice = drawing, place, drawing.dice
        self.always_leaves = False
        self.tasks: dict[str, dict[str, Any]] = {}

    def drawn(self) -> dict[str, dict[str, Any]]:
        chance, home = self.drawing.chance, self.place == self.drawing.home
        if home:
            self.tasks["rate"] = {
                "by": "peer", "each": True, "need": self.dice.choice((1, 2, "all")), "asks": [ASKED], "due": "5 days",
                "late": "waive",
            }
        for number in range(self.dice.randint(0 if home else 1, 3)):
            self.tasks[f"t{number}"] = self.plain(list(self.tasks))
        if chance(0.6):
            self.tasks["decide"] = self.decider(list(self.tasks))
            if chance(0.2) and not self.always_leaves:
                self.tasks["again"] = self.decider([*self.tasks])
                self.tasks["again"]["waits_for"] = ["decide"]
        return self.tasks

    def base(self, earlier: list[str], by: str) -> dict[str, Any]:
        chance = self.drawing.chance
        task: dict[str, Any] = {"by": by}
        if task["by"] in MANY and chance(0.7):
            task["each"] = True
            task["need"] = self.dice.choice((1, 2, "all", "majority", "60 %"))
        if chance(0.6):
            task["due"] = f"{self.dice.randint(1, 15)} {self.dice.choice(('working days', 'days'))}"
            if chance(0.4):
                task["remind"] = ["1 day before", "2 working days after"][: self.dice.randint(1, 2)]
        if chance(0.1):
            task["opens"] = self.dice.choice(("cycle.end - 20 working days", "cycle.start + 10 days"))
        elif chance(0.15):
            task["every"] = self.dice.choice(("month", "10 days", "5 working days"))
            if task["every"] != "month" or chance(0.3):
                task["count"] = self.dice.randint(1, 3)
        if chance(0.15):
            form = self.dice.choice(tuple(FORMS))
            self.drawing.used_forms.add(form)
            task["form"] = form
        if chance(0.1):
            task["comment"] = "required"
        if chance(0.2):
            task["delegate"] = True
        if earlier and chance(0.4):
            task["waits_for"] = self.dice.sample(earlier, 1)
        return task

    def plain(self, earlier: list[str]) -> dict[str, Any]:
        task = self.base(earlier, self.dice.choice(("boss", "boss", "subject", "hr", "peer", "panel", "nobody")))
        if "due" in task and self.drawing.chance(0.4):
            task["late"] = "waive"
        if self.drawing.chance(0.3):
            task["outcomes"] = {"good": {}, "bad": {}}
            if task.get("waits_for") and self.drawing.chance(0.6):
                task["outcomes"]["bad"] = {"again": list(task["waits_for"]), "times": self.dice.randint(1, 2)}
            elif self.drawing.chance(0.3):
                task["outcomes"]["good"]["effects"] = ["acknowledge targets"]
        return task

    def decider(self, earlier: list[str]) -> dict[str, Any]:
        drawing, place = self.drawing, self.place
        task = self.base([], self.dice.choice(("boss", "boss", "hr", "panel", "nobody")))
        required = [name for name in earlier if "late" not in self.tasks[name] and name != "decide"]
        if required:
            task["waits_for"] = required
        if "every" in task and drawing.chance(0.7):
            del task["every"]
            task.pop("count", None)
        reads = drawing.reads(place, True)
        outcomes: dict[str, Any] = {"on": {"to": drawing.way(place, reads)}}
        if drawing.chance(0.6):
            outcomes["back"] = {"to": drawing.back(place), "times": self.dice.randint(1, 3)}
            if drawing.chance(0.5):
                outcomes["back"]["after_that"] = {"to": drawing.way(place, reads)}
        if required and drawing.chance(0.4):
            outcomes["redo"] = {"again": self.dice.sample(required, 1), "times": self.dice.randint(1, 2)}
        self.always_leaves = True
        if drawing.chance(0.3):
            outcomes["fine"] = {}
            self.always_leaves = False
        if self.drawing.chance(0.3):
            outcomes["on"]["effects"] = [self.dice.choice(("acknowledge result", "mark unsigned", "notify hr"))]
        if task.get("each") and task["need"] != 1:
            task["tie"] = "on" if drawing.chance(0.9) else self.dice.choice(tuple(outcomes))
        if "due" in task and drawing.chance(0.2):
            task["late"] = "waive"
            self.always_leaves = False
        task["outcomes"] = outcomes
        return task


def targets(state: Mapping[str, Any]) -> list[str]:
    """All states that the ways of a state name."""
    found: list[str] = []
    waiting: list[Any] = [state]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for key, one in value.items():
                if key in ("to", "else", "next") and isinstance(one, str):
                    found.append(one)
                else:
                    waiting.append(one)
        elif isinstance(value, list):
            waiting += value
    return found


def _roles_used(states: Mapping[str, Any], anywhere: Mapping[str, Any]) -> set[str]:
    said = json.dumps([states, anywhere])
    found = {name for name in ROLES if f'"{name}"' in said or f"notify {name}" in said}
    return found | {"boss", "peer"}
