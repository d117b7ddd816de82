"""Proofs over graphs: against brute force on small random ones, and in milliseconds on large ones."""

from __future__ import annotations

from itertools import permutations
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition.graph import components, reached, shortest_circle
from engine.definition.reader import read_texts
from tests.engine.definition.test_broken import files_beside

NAMES = ["a", "b", "c", "d", "e"]
GRAPHS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3), max_size=5)


def circles(steps: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """All circles by trying every order of every choice of names."""
    found = []
    for size in range(1, len(NAMES) + 1):
        for order in permutations(NAMES, size):
            if all(after in steps.get(name, []) for name, after in zip(order, [*order[1:], order[0]], strict=True)):
                found.append(order)
    return found


@given(GRAPHS)
@settings(max_examples=200, deadline=None)
def test_a_circle_is_found_exactly_when_there_is_one_and_it_is_shortest(steps: dict[str, list[str]]) -> None:
    found = [circle for group in components(NAMES, steps) if (circle := shortest_circle(group, steps)) is not None]
    known = circles(steps)
    assert bool(found) == bool(known)
    for circle in found:
        assert tuple(circle) in known
    if known:
        assert min(map(len, found)) == min(map(len, known))


@given(GRAPHS)
@settings(max_examples=200, deadline=None)
def test_components_are_those_that_reach_each_other(steps: dict[str, list[str]]) -> None:
    reach = {name: reached([name], steps) for name in NAMES}
    groups = components(NAMES, steps)
    assert sorted(name for group in groups for name in group) == NAMES
    for group in groups:
        together = {name for name in NAMES if name in reach[group[0]] and group[0] in reach[name]}
        assert set(group) == together


def large(count: int) -> str:
    """A workflow of a long chain of states, each with a bounded way back."""
    base = files_beside()["workflow.yaml"]
    states = []
    for number in range(count):
        after = f"s{number + 1}" if number + 1 < count else "talk"
        back = f"s{max(0, number - 7)}"
        states.append(
            f"  s{number}: {{stage: collect_data, tasks: {{t: {{by: hr, outcomes: {{on: {{to: {after}}}, "
            f"back: {{to: {back}, times: 2}}}}}}}}, deadline: {{in: 9 days, to: {after}}}}}\n"
        )
    return base.replace("next: talk", "next: s0").replace("  talk:\n", "".join(states) + "  talk:\n")


def test_two_hundred_states_are_proven_quickly() -> None:
    files = {**files_beside(), "workflow.yaml": large(200)}
    assert read_texts(files).problems == ()
    began = process_time()
    read_texts(files)
    assert process_time() - began < 5  # less than a tenth of it on a quiet machine; the shape takes most


def test_a_large_circle_without_times_is_found() -> None:
    files = {**files_beside(), "workflow.yaml": large(200).replace("back: {to: s93, times: 2}", "back: {to: s93}")}
    (problem,) = read_texts(files).problems
    assert problem.code == "WF053"
