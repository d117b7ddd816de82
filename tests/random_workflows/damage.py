"""One fault put into a sound workflow: what the check says of it then must be shown by a run, and what it does not see
must do no harm."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from tests.random_workflows.drawing import CLOSED, Drawn, targets

Place = tuple[dict[str, Any], str]  # a mapping and one of its keys


def damaged(drawn: Drawn, dice: random.Random) -> tuple[str, Drawn]:
    """What was done, and the workflow with the fault; the kind is drawn among those that find a place."""
    kinds = list(DAMAGES)
    dice.shuffle(kinds)
    for name in kinds:
        data = copy.deepcopy(drawn.data)
        if DAMAGES[name](data, dice):
            return name, Drawn(data, drawn.card, drawn.names)
    raise AssertionError("every workflow has a place for some fault")


def _pick(places: list[Any], dice: random.Random) -> Any:
    return dice.choice(places) if places else None


def _states(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [state for state in data["states"].values() if not state.get("final")]


def _tasks(data: dict[str, Any]) -> list[tuple[dict[str, Any], str, dict[str, Any]]]:
    return [(state, name, task) for state in _states(data) for name, task in state.get("tasks", {}).items()]


def _outcomes(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for _, _, task in _tasks(data) for one in task.get("outcomes", {}).values()]


def _without(key: str, owners: list[dict[str, Any]], dice: random.Random) -> bool:
    owner = _pick([one for one in owners if key in one], dice)
    if owner is None:
        return False
    del owner[key]
    return True


def no_deadline(data: dict[str, Any], dice: random.Random) -> bool:
    return _without("deadline", _states(data), dice)


def only_escalates(data: dict[str, Any], dice: random.Random) -> bool:
    state = _pick([one for one in _states(data) if "deadline" in one], dice)
    if state is None:
        return False
    state["deadline"] = {"in": "10 days", "escalate": "boss"}
    return True


def back_without_times(data: dict[str, Any], dice: random.Random) -> bool:
    outcome = _pick([one for one in _outcomes(data) if "to" in one and "times" in one], dice)
    if outcome is None:
        return False
    del outcome["times"]
    outcome.pop("after_that", None)
    return True


def again_without_times(data: dict[str, Any], dice: random.Random) -> bool:
    return _without("times", [one for one in _outcomes(data) if "again" in one], dice)


def next_goes_back(data: dict[str, Any], dice: random.Random) -> bool:
    names = list(data["states"])
    places = [(names.index(name), state) for name, state in data["states"].items() if "next" in state]
    found = _pick(places, dice)
    if found is None:
        return False
    found[1]["next"] = dice.choice(names[: found[0] + 1])
    return True


def deadline_goes_back(data: dict[str, Any], dice: random.Random) -> bool:
    names = list(data["states"])
    places = [(names.index(name), state) for name, state in data["states"].items() if "deadline" in state]
    found = _pick(places, dice)
    if found is None:
        return False
    found[1]["deadline"] = {"in": "5 days", "to": dice.choice(names[: found[0] + 1])}
    return True


def after_that_goes_back(data: dict[str, Any], dice: random.Random) -> bool:
    outcome = _pick([one for one in _outcomes(data) if "after_that" in one], dice)
    if outcome is None:
        return False
    outcome["after_that"] = {"to": outcome["to"]}
    return True


def waits_in_a_circle(data: dict[str, Any], dice: random.Random) -> bool:
    places = [(state, task) for state, _, task in _tasks(data) if task.get("waits_for")]
    found = _pick(places, dice)
    if found is None:
        return False
    state, task = found
    name = next(key for key, one in state["tasks"].items() if one is task)
    first = state["tasks"][task["waits_for"][0]]
    first["waits_for"] = list(dict.fromkeys([*first.get("waits_for", []), name]))
    return True


def second_decider(data: dict[str, Any], dice: random.Random) -> bool:
    state = _pick([one for one in _states(data) if "decide" in one.get("tasks", {})], dice)
    if state is None:
        return False
    state["tasks"]["rival"] = {"by": "boss", "outcomes": {"away": {"to": CLOSED}}}
    return True


def decides_too_early(data: dict[str, Any], dice: random.Random) -> bool:
    places = [task for _, name, task in _tasks(data) if name == "decide" and task.get("waits_for")]
    task = _pick(places, dice)
    if task is None:
        return False
    task["waits_for"].remove(dice.choice(task["waits_for"]))
    if not task["waits_for"]:
        del task["waits_for"]
    return True


def behind_the_decider(data: dict[str, Any], dice: random.Random) -> bool:
    state = _pick([one for one in _states(data) if "decide" in one.get("tasks", {})], dice)
    if state is None:
        return False
    state["tasks"]["late_comer"] = {"by": "boss", "waits_for": ["decide"]}
    return True


def no_next(data: dict[str, Any], dice: random.Random) -> bool:
    return _without("next", _states(data), dice)


def elsewhere(data: dict[str, Any], dice: random.Random) -> bool:
    """A plain way leads somewhere else."""
    owners = [(one, "to") for one in _outcomes(data) if isinstance(one.get("to"), str)]
    owners += [(one, "next") for one in _states(data) if isinstance(one.get("next"), str)]
    found = _pick(owners, dice)
    if found is None:
        return False
    found[0][found[1]] = dice.choice(list(data["states"]))
    return True


def cut_off(data: dict[str, Any], dice: random.Random) -> bool:
    """No way calls the state any more."""
    names = list(data["states"])[1:-1]
    name = _pick([one for one in names if not data["states"][one].get("final")], dice)
    if name is None:
        return False
    for state in data["states"].values():
        _redirect(state, name)
    _redirect(data.get("anywhere", {}), name)
    return True


def _redirect(value: Any, name: str) -> None:
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("to", "else", "next") and one == name:
                value[key] = CLOSED
            else:
                _redirect(one, name)
    elif isinstance(value, list):
        for one in value:
            _redirect(one, name)


def dead_end(data: dict[str, Any], dice: random.Random) -> bool:
    """Two states that lead to each other alone."""
    names = [name for name, state in data["states"].items() if not state.get("final")]
    state = data["states"][dice.choice(names)]
    state.clear()
    state.update({"stage": "evaluate", "next": "trap"})
    data["states"]["trap"] = {
        "stage": "evaluate", "tasks": {"t": {"by": "boss"}}, "next": "trap", "deadline": {"in": "5 days", "to": "trap"},
    }
    return True


def _arms(data: dict[str, Any]) -> list[list[dict[str, str]]]:
    found: list[list[dict[str, str]]] = []
    waiting: list[Any] = [data["states"]]
    while waiting:
        value = waiting.pop()
        first = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}
        if ("if" in first or "else" in first) and "times" not in first:
            found.append(value)
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


def no_else(data: dict[str, Any], dice: random.Random) -> bool:
    arms = _pick([one for one in _arms(data) if len(one) > 1 and "else" in one[-1]], dice)
    if arms is None:
        return False
    arms.pop()
    return True


def an_arm_less(data: dict[str, Any], dice: random.Random) -> bool:
    arms = _pick([one for one in _arms(data) if len(one) > 1 and "else" not in one[-1]], dice)
    if arms is None:
        return False
    arms.pop(dice.randrange(len(arms)))
    return True


def the_same_twice(data: dict[str, Any], dice: random.Random) -> bool:
    arms = _pick([one for one in _arms(data) if "if" in one[0]], dice)
    if arms is None:
        return False
    arms.insert(1, dict(arms[0]))
    return True


def behind_else(data: dict[str, Any], dice: random.Random) -> bool:
    arms = _pick([one for one in _arms(data) if "else" in one[-1]], dice)
    if arms is None:
        return False
    arms.append({"if": arms[0].get("if", "clean"), "to": arms[-1]["else"]})
    return True


def reads_too_early(data: dict[str, Any], dice: random.Random) -> bool:
    """A condition on a figure in the first state."""
    state = data["states"][data["initial"]]
    to = targets(state)
    if not to or "deadline" not in state:
        return False
    state["tasks"]["too_soon"] = {
        "by": "boss", "outcomes": {"go": {"to": [{"if": "grade == A", "to": to[0]}, {"else": to[0]}]}},
    }
    return True


def past_the_figures(data: dict[str, Any], dice: random.Random) -> bool:
    """A way from the first state past the one that collects."""
    state = data["states"][data["initial"]]
    names = list(data["states"])
    home = next(place for place, one in enumerate(data["states"].values()) if "collects" in one)
    if "deadline" not in state or home == 0:
        return False
    state["deadline"] = {"in": "5 days", "to": dice.choice(names[home + 1 :])}
    return True


def too_many_needed(data: dict[str, Any], dice: random.Random) -> bool:
    task = _pick([task for _, _, task in _tasks(data) if task.get("each") and task["by"] in ("peer", "panel")], dice)
    if task is None:
        return False
    task["need"] = 7
    return True


def reopened_for_ever(data: dict[str, Any], dice: random.Random) -> bool:
    reopen = data.get("anywhere", {}).get("reopen")
    if reopen is None:
        return False
    del reopen[dice.choice(("times", "within"))]
    return True


def no_end(data: dict[str, Any], dice: random.Random) -> bool:
    waiting = {"stage": "evaluate", "tasks": {"t": {"by": "boss"}}, "deadline": {"in": "5 days", "escalate": "boss"}}
    data["states"][CLOSED] = waiting
    return True


DAMAGES: dict[str, Callable[[dict[str, Any], random.Random], bool]] = {
    one.__name__: one for one in (
        no_deadline, only_escalates, back_without_times, again_without_times, next_goes_back, deadline_goes_back,
        after_that_goes_back, waits_in_a_circle, second_decider, decides_too_early, behind_the_decider, no_next,
        elsewhere, cut_off, dead_end, no_else, an_arm_less, the_same_twice, behind_else, reads_too_early,
        past_the_figures, too_many_needed, reopened_for_ever, no_end,
    )
}
