"""Tasks of one state: their order, who decides, how many answers are enough, and whether their days fit."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.graph import components, reached, shortest_circle
from engine.definition.model import Role, Span, State, TaskPlan
from engine.definition.problem import Path
from engine.definition.sense import Sense

ONE_PERSON = ("subject", "manager", "owner")
PEOPLE_TRIED = 7
"""Up to so many people votes are counted out."""


def check_tasks(sense: Sense) -> None:
    for state in sense.states.values():
        if _order(sense, state):
            _deciders(sense, state)
            _days(sense, state)
    for path, _, task in sense.tasks():
        if task.each:
            _tally(sense, path, task)


def before(state: State) -> dict[str, set[str]]:
    """For each task the tasks that must be done before it opens."""
    waits = {name: list(task.waits_for) for name, task in state.tasks.items()}
    return {name: reached(waits[name], waits) for name in state.tasks}


def _order(sense: Sense, state: State) -> bool:
    """Whether the tasks of the state do not wait for each other."""
    waits = {name: list(task.waits_for) for name, task in state.tasks.items()}
    sound = True
    for group in components(list(waits), waits):
        circle = shortest_circle(group, waits)
        if circle is not None:
            path: Path = ("states", state.name, "tasks", circle[0], "waits_for")
            sense.add("WF055", path, at_key=True, circle=" → ".join([*circle, circle[0]]))
            sound = False
    return sound


def _deciders(sense: Sense, state: State) -> None:
    earlier = before(state)
    deciders = [task for task in state.tasks.values() if task.decides]
    path: Path = ("states", state.name, "tasks")
    for place, task in enumerate(deciders):
        for other in deciders[:place]:
            if other.name not in earlier[task.name] and task.name not in earlier[other.name]:
                sense.add("WF056", (*path, task.name), at_key=True, task=task.name, other=other.name)
    for decider in deciders:
        for task in state.tasks.values():
            after = decider.name in earlier[task.name]
            if not (after or task.late_waive or task.decides or task.name in earlier[decider.name]):
                sense.add("WF057", (*path, task.name), at_key=True, task=task.name, other=decider.name)


def most_of(roles: Mapping[str, Role], name: str) -> tuple[int, int] | None:
    """Least and most people that a role can have, where it says so; None: not known."""
    return (1, 1) if one_person(roles, name) else roles[name].count


def one_person(roles: Mapping[str, Role], name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether nobody else holds the role beside its holder: `manager of peers` are as many as the peers have."""
    role = roles.get(name)
    if role is None or name in seen:
        return True
    return all(
        who.kind in ONE_PERSON and one_person(roles, who.base, seen | {name})
        for who in (role.who, role.otherwise) if who is not None
    )


def _tally(sense: Sense, path: Path, task: TaskPlan) -> None:
    people = most_of(sense.workflow.roles, task.by)
    if isinstance(task.need, int) and people is not None:
        values = {"need": str(task.need), "role": task.by, "least": str(people[0]), "most": str(people[1])}
        if task.need > people[1]:
            sense.add_with("WF034", (*path, "need"), values)
        elif task.need > people[0]:
            sense.add_with("WF035", (*path, "need"), values, "warning")
    split = even_split(task, people) if task.tie is None else None
    if split is not None:
        votes = ", ".join(f"{count} × {name}" for name, count in split.items())
        sense.add("WF036", path, level="warning", at_key=True, task=task.name, witness=votes)


def even_split(task: TaskPlan, people: tuple[int, int] | None) -> dict[str, int] | None:
    """Answers of which two outcomes have equally many and none as many as `need` says, where that is not all one."""
    if len({(one.way, one.again) for one in task.outcomes.values()}) < 2:
        return None
    least, most = people or (1, PEOPLE_TRIED)
    names = list(task.outcomes)
    for holders in range(max(least, 2), min(most, max(least, PEOPLE_TRIED)) + 1):
        # Two in front with the same number, the third with what is left, which must not be more than theirs.
        for front in range(holders // 2, 0, -1):
            rest = holders - 2 * front
            if front >= answers_needed(task.need, holders) or rest > front * (len(names) - 2):
                continue
            votes = {names[0]: front, names[1]: front}
            for name in names[2:]:
                votes[name] = min(front, rest)
                rest -= votes[name]
            return {name: count for name, count in votes.items() if count}
    return None


def answers_needed(need: int | str | None, holders: int) -> int:
    """How many equal answers decide, of so many people; at least one."""
    if isinstance(need, int):
        return max(need, 1)
    if need == "majority":
        return holders // 2 + 1
    if need is None or need == "all":
        return max(holders, 1)
    return max(-(-holders * int(need.removesuffix("%").strip()) // 100), 1)


def _days(sense: Sense, state: State) -> None:
    """Due dates that lie behind the day on which the deadline moves the review on; reminders before the opening."""
    moving = [(index, step.span) for index, step in enumerate(state.deadline) if step.way is not None and step.span]
    for name, task in state.tasks.items():
        path: Path = ("states", state.name, "tasks", name)
        for index, span in enumerate(task.remind):
            if task.due is not None and span.unit == task.due.unit and -span.count > task.due.count:
                sense.add("WF078", (*path, "remind", index), level="warning", task=name)
        for index, limit in moving:
            days = _days_until(state.tasks, name, limit.unit)
            if days is not None and days > limit.count:
                values = {"task": name, "days": str(days), "limit": f"{limit.count} {limit.unit}"}
                sense.add_with("WF077", (*path, "due"), values, "warning")
                sense.add_with("WF077", ("states", state.name, "deadline", index, "in"), values, "warning")


def _days_until(tasks: Mapping[str, TaskPlan], name: str, unit: str) -> int | None:
    """Days from the state's beginning to the task's due date, all on time; None where it is not so simple."""
    task = tasks[name]
    if task.due is None or task.due.unit != unit or task.opens is not None or isinstance(task.every, str):
        return None
    own = task.due.count
    if isinstance(task.every, Span):
        if task.every.unit != unit or task.count is None:
            return None
        own += task.every.count * task.count
    ahead = [_days_until(tasks, other, unit) for other in task.waits_for]
    return None if None in ahead else own + max((days for days in ahead if days is not None), default=0)
