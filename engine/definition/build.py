"""Turns a workflow's document into the frozen model; what has the wrong shape was told before and is skipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.definition import parts
from engine.definition.guards import Guards
from engine.definition.model import (
    Branch,
    CalendarPlan,
    DeadlineStep,
    Effect,
    Intervention,
    Outcome,
    Role,
    Span,
    State,
    TaskPlan,
    Watch,
    Way,
    Who,
)
from engine.definition.problem import Path

NO_CALENDAR = CalendarPlan("UTC")


@dataclass(frozen=True, slots=True)
class Workflow:
    """What the workflow file alone says, before scorecard and files are put beside it."""

    calendar: CalendarPlan
    roles: Mapping[str, Role]
    states: Mapping[str, State]
    anywhere: Mapping[str, Intervention]


def mapping_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def text_of(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def effects_of(value: Any) -> tuple[Effect, ...]:
    made = (parts.effect_of(one) for one in parts.as_list(value))
    return tuple(one for one in made if one is not None)


def build(data: Mapping[str, Any], guards: Guards) -> Workflow:
    """The model of the whole document."""
    builder = _Builder(guards)
    return Workflow(
        _calendar(data.get("calendar")),
        _roles(mapping_of(data.get("roles"))),
        {name: builder.state(name, mapping_of(one)) for name, one in mapping_of(data.get("states")).items()},
        {name: builder.intervention(name, mapping_of(one)) for name, one in mapping_of(data.get("anywhere")).items()},
    )


def _calendar(value: Any) -> CalendarPlan:
    plan = mapping_of(value)
    if not isinstance(plan.get("timezone"), str):
        return NO_CALENDAR
    own = [parts.names_of(plan.get(key)) for key in ("closed", "open")]
    return CalendarPlan(plan["timezone"], text_of(plan.get("holidays")), own[0], own[1])


def _roles(data: Mapping[str, Any]) -> dict[str, Role]:
    whos = {name: parts.who_of(mapping_of(one).get("who")) for name, one in data.items()}

    def who(value: Any) -> Who | None:
        # A role's name means: the people that role finds.
        return parts.who_of(value) or (whos.get(value) if isinstance(value, str) else None)

    found = {}
    for name, one in data.items():
        plan = mapping_of(one)
        least = parts.whole_of(plan.get("anonymous_below"))
        found[name] = Role(
            name, who(plan.get("who")) or Who("subject"), who(plan.get("else")), parts.people_of(plan.get("count")),
            parts.names_of(plan.get("not")), least, parts.title_of(plan.get("title")),
        )
    return found


class _Builder:
    """Builds states; keeps the guards' maker at hand."""

    def __init__(self, guards: Guards) -> None:
        self.guards = guards

    def way(self, value: Any, path: Path, guard_id: str) -> Way | None:
        if isinstance(value, str):
            return (Branch(None, value),)
        if not isinstance(value, list):
            return None
        branches = []
        for index, one in enumerate(value):
            arm = mapping_of(one)
            if "else" in arm:
                branches.append(Branch(None, str(arm["else"])))
            elif "to" in arm and "if" in arm:
                guard = self.guards.make(arm["if"], (*path, index, "if"), f"{guard_id}.{index + 1}")
                branches.append(Branch(guard, str(arm["to"])))
        return tuple(branches) or None

    def state(self, name: str, data: Mapping[str, Any]) -> State:
        path: Path = ("states", name)
        tasks = mapping_of(data.get("tasks"))
        steps = parts.as_list(data.get("deadline"))
        return State(
            name=name,
            stage=text_of(data.get("stage")),
            tasks={key: self.task(name, key, mapping_of(one)) for key, one in tasks.items()},
            collects=parts.names_of(data.get("collects")),
            gathers=data.get("gathers") == "cohort",
            next=self.way(data.get("next"), (*path, "next"), f"{name}.next"),
            deadline=tuple(self.step(name, index, mapping_of(one)) for index, one in enumerate(steps)),
            leaving=tuple(one.removeprefix("fix ") for one in parts.names_of(data.get("leaving"))),
            effects=effects_of(data.get("effects")),
            final=data.get("final") is True,
            watch=self.watches(name, parts.as_list(data.get("watch"))),
            title=parts.title_of(data.get("title")),
        )

    def watches(self, state: str, data: list[Any]) -> tuple[Watch, ...]:
        found = []
        for index, one in enumerate(data):
            plan = mapping_of(one)
            path: Path = ("states", state, "watch", index, "if")
            guard = self.guards.make(plan.get("if"), path, f"{state}.watch.{index + 1}")
            times = parts.whole_of(plan.get("times"))
            found.append(Watch(guard, str(plan.get("to")), times, effects_of(plan.get("effects"))))
        return tuple(found)

    def step(self, state: str, index: int, data: Mapping[str, Any]) -> DeadlineStep:
        path: Path = ("states", state, "deadline", index)
        escalate = data.get("escalate")
        return DeadlineStep(
            parts.span_of(data.get("in")),
            parts.moment_of(data.get("at")),
            parts.who_of(escalate) or text_of(escalate),
            self.way(data.get("to"), (*path, "to"), f"{state}.deadline.{index + 1}"),
            data.get("waive") == "all",
            effects_of(data.get("effects")),
        )

    def task(self, state: str, name: str, data: Mapping[str, Any]) -> TaskPlan:
        reminders = (parts.reminder_of(one) for one in parts.as_list(data.get("remind")))
        outcomes = mapping_of(data.get("outcomes"))
        return TaskPlan(
            name=name,
            by=str(data.get("by")),
            form=text_of(data.get("form")),
            asks=parts.names_of(data.get("asks")),
            sets=text_of(data.get("sets")),
            adjusts=text_of(data.get("adjusts")),
            shows=parts.names_of(data.get("shows")),
            opens=parts.moment_of(data.get("opens")),
            due=parts.span_of(data.get("due")),
            remind=tuple(one for one in reminders if one is not None),
            waits_for=parts.names_of(data.get("waits_for")),
            each=data.get("each") is True,
            need=_need(data.get("need")),
            tie=text_of(data.get("tie")),
            every=_every(data.get("every")),
            count=parts.whole_of(data.get("count")),
            late_waive=data.get("late") == "waive",
            delegate=data.get("delegate") in (True, "allowed"),
            comment_required=data.get("comment") == "required",
            outcomes={key: self.outcome(state, name, key, mapping_of(one)) for key, one in outcomes.items()},
            title=parts.title_of(data.get("title")),
        )

    def outcome(self, state: str, task: str, name: str, data: Mapping[str, Any]) -> Outcome:
        path: Path = ("states", state, "tasks", task, "outcomes", name)
        guard_id = f"{state}.{task}.{name}"
        after = mapping_of(data.get("after_that"))
        return Outcome(
            name=name,
            way=self.way(data.get("to"), (*path, "to"), guard_id),
            again=parts.names_of(data.get("again")),
            times=parts.whole_of(data.get("times")),
            after_way=self.way(after.get("to"), (*path, "after_that", "to"), f"{guard_id}.after_that"),
            after_effects=effects_of(after.get("effects")),
            comment_required=data.get("comment") == "required",
            effects=effects_of(data.get("effects")),
            title=parts.title_of(data.get("title")),
        )

    def intervention(self, name: str, data: Mapping[str, Any]) -> Intervention:
        made = Intervention(
            name=name,
            by=str(data.get("by")),
            way=self.way(data.get("to"), ("anywhere", name, "to"), f"anywhere.{name}") or (),
            within=parts.span_of(data.get("within")),
            times=parts.whole_of(data.get("times")),
            comment_required=data.get("comment") == "required",
            effects=effects_of(data.get("effects")),
            title=parts.title_of(data.get("title")),
        )
        return replace(made, from_states=parts.names_of(data["from"])) if "from" in data else made


def _need(value: Any) -> int | str | None:
    return value if isinstance(value, str) else parts.whole_of(value)


def _every(value: Any) -> str | Span | None:
    return value if value in ("week", "month", "quarter") else parts.span_of(value)
