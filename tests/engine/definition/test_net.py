"""The net of a state's tasks against a naive player: all that can happen is found, and nothing else."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

import pytest

from engine.definition.model import Branch, Outcome, State, TaskPlan
from engine.definition.net import Found, behind, explore
from engine.definition.reader import read_texts
from tests.engine.definition.shipped import HERE

LEAVES = (Branch(None, "closed"),)


@dataclass
class Seen:
    """What the naive player has met."""

    opened: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    fired: set[tuple[str, str]] = field(default_factory=set)
    after: set[tuple[str, str]] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)
    together: set[tuple[str, str]] = field(default_factory=set)
    finished: bool = False


def play(state: State) -> Seen:
    """Every answer in every order, counting each use; nothing is folded and nothing is done early."""
    seen, start = Seen(), (frozenset[str](), frozenset[tuple[tuple[str, str], int]]())
    known, waiting = {start}, deque([start])
    while waiting:
        done, counted = waiting.popleft()
        counts = dict(counted)
        open_now = [one for one in state.tasks.values() if one.name not in done and done >= set(one.waits_for)]
        seen.ended |= done
        seen.opened |= {one.name for one in open_now} | done
        seen.finished = seen.finished or len(done) == len(state.tasks)
        deciding = [one.name for one in open_now if one.decides]
        seen.together |= {(late, early) for place, late in enumerate(deciding) for early in deciding[:place]}
        for task in open_now:
            following = [(done | {task.name}, counts)] if task.late_waive or not task.outcomes else []
            offered = [
                one for one in task.outcomes.values()
                if one.times is None or counts.get((task.name, one.name), 0) < one.times or one.after_way is not None
            ]
            if task.outcomes and not offered and not task.late_waive:
                seen.barred.add(task.name)
            for one in offered:
                key = (task.name, one.name)
                seen.fired.add(key)
                used = counts.get(key, 0)
                if one.times is not None and used >= one.times:
                    seen.after.add(key)
                elif one.way is None:
                    after = {**counts, key: used + 1} if one.times is not None else counts
                    following.append(((done | {task.name}) - behind(state.tasks, one.again), after))
            for left, after in following:
                found = (frozenset(left), frozenset(after.items()))
                if found not in known:
                    known.add(found)
                    waiting.append(found)
    return seen


def drawn(chance: random.Random) -> State:
    names = [f"t{place}" for place in range(chance.randint(1, 4))]
    tasks: dict[str, TaskPlan] = {}
    for place, name in enumerate(names):
        outcomes = {f"o{one}": _outcome(f"o{one}", names, chance) for one in range(chance.choice((0, 0, 1, 2, 3)))}
        waits = tuple(one for one in names[:place] if chance.random() < 0.4)
        tasks[name] = TaskPlan(name, "hr", waits_for=waits, late_waive=chance.random() < 0.2, outcomes=outcomes)
    return State("s", tasks=tasks)


def _outcome(name: str, names: list[str], chance: random.Random) -> Outcome:
    kind = chance.choice(("done", "leaves", "leaves", "again"))
    times = chance.choice((None, 1, 2)) if kind != "again" else chance.choice((1, 2))
    after = LEAVES if times is not None and chance.random() < 0.3 else None
    again = tuple(sorted(chance.sample(names, chance.randint(1, min(2, len(names)))))) if kind == "again" else ()
    return Outcome(name, LEAVES if kind == "leaves" else None, again, times, after)


def differs(state: State) -> str:
    """Where net and player say different things; empty where nowhere."""
    found, seen = explore(state, 0), play(state)
    said = {
        "opened": (found.opened, seen.opened), "ended": (found.ended, seen.ended), "fired": (found.fired, seen.fired),
        "after": (found.after, seen.after), "barred": (set(found.barred), seen.barred),
        "together": (set(found.together), seen.together), "finished": (found.finished is not None, seen.finished),
    }  # fmt: skip
    return ", ".join(f"{name}: {ours} {theirs}" for name, (ours, theirs) in said.items() if ours != theirs)


@pytest.mark.parametrize(
    "count", [150, pytest.param(3000, marks=pytest.mark.slow), pytest.param(60_000, marks=pytest.mark.soak)]
)
def test_the_net_finds_what_a_naive_player_meets_and_nothing_else(count: int) -> None:
    chance = random.Random(count)
    for _ in range(count):
        state = drawn(chance)
        assert differs(state) == "", state


def test_the_control_notices_a_net_that_forgets_what_is_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.definition.net._Net._offered", lambda self, task, outcome, marking: True)
    chance = random.Random(1)
    assert any(differs(drawn(chance)) for _ in range(100))


def state_of(*tasks: TaskPlan) -> State:
    return State("s", tasks={one.name: one for one in tasks})


def test_a_trail_says_how_a_task_came_to_offer_nothing() -> None:
    again = Outcome("object", again=("propose",), times=2)
    found = explore(state_of(
        TaskPlan("propose", "m"), TaskPlan("agree", "s", waits_for=("propose",), outcomes={"object": again}),
    ), 0)  # fmt: skip
    assert found.barred == {"agree": ("propose", "agree = object", "propose", "agree = object × 2", "propose")}


def test_what_was_used_up_on_earlier_visits_bars_only_where_there_were_such() -> None:
    back = Outcome("back", way=LEAVES, times=1)
    state = state_of(TaskPlan("settle", "hr", outcomes={"back": back}))
    assert explore(state, 0).barred == {}
    assert explore(state, 1).barred == {"settle": ("settle = back × 1",)}


def test_as_much_is_used_up_as_so_many_visits_can_use_up() -> None:
    back, hold = Outcome("back", way=LEAVES, times=1), Outcome("hold", way=LEAVES, times=1)
    again = Outcome("ask", again=("settle",), times=3)
    state = state_of(TaskPlan("settle", "hr", outcomes={"back": back, "hold": hold}))
    assert explore(state, 1).barred == {}  # one visit ended by one of the two
    assert explore(state, 2).barred == {"settle": ("settle = back × 1", "settle = hold × 1")}
    state = state_of(TaskPlan("settle", "hr", outcomes={"back": back, "ask": again}))
    assert explore(state, 1).barred == {"settle": ("settle = ask × 3", "settle = back × 1")}


@pytest.mark.parametrize(("times", "barred"), [(1, False), (2, False), (3, True)])
def test_only_so_many_uses_are_supposed_as_there_can_be_visits(times: int, barred: bool) -> None:
    """`hear` may end once as `uphold` and once as `reopen`: who may appeal three times finds it with neither."""
    folder = HERE.parents[1] / "workflows" / "probation-review"
    files = {one.relative_to(folder).as_posix(): one.read_text("utf-8") for one in folder.rglob("*") if one.is_file()}
    changed = files["workflow.yaml"].replace("{to: appeal, times: 1,", f"{{to: appeal, times: {times},")
    found = {one.code for one in read_texts({**files, "workflow.yaml": changed}).problems}
    assert ("WF100" in found) is barred


def test_beyond_the_bound_nothing_is_said_to_be_proven() -> None:
    tasks = [
        TaskPlan(f"t{place}", "hr", outcomes={"a": Outcome("a"), "b": Outcome("b", again=(f"t{place}",), times=2)})
        for place in range(12)
    ]
    found: Found = explore(state_of(*tasks), 0, most=500)
    assert not found.complete
    assert found.markings <= 500
    assert explore(state_of(*tasks[:3]), 0).complete
