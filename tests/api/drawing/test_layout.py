"""Drawings are laid out so that nothing lies on anything else, whatever the workflow."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.drawing.graph import FINAL, FORK, STATE, STEP_IN, WAY, Arrow, Graph, Node, graph_of
from api.drawing.layout import layout_of
from api.drawing.paper import NARROW, WIDE, Box, Form, Layout
from api.drawing.places import places_of
from engine.words.book import LANGS
from tests.api.drawing.looking import faults, faults_of
from tests.api.drawing.workflows import FOLDERS, SHIPPED, workflow

FORMS = {"wide": WIDE, "narrow": NARROW}
WORDS = ("Agree", "deadline", "The grade is reopened", "grade == A and volume.score >= 50", "优秀", "不同意（2 次后）")
TITLES = ("Set targets", "改进计划与面谈", "Improvement plan of the year", "A" * 60, "x")
USUAL = ("set_targets", "collect_data", "evaluate", "calibrate", "feedback", "follow_up", "re_adjust", "closed")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any states with any arrows between them, forwards, backwards, to themselves, over and over."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 9)))]
    kinds = st.sampled_from((STATE, FORK, FINAL))
    roles = st.lists(st.sampled_from(("HR", "评审组", "Colleagues")), max_size=3)
    nodes = [Node(name, draw(st.sampled_from(TITLES)), tuple(draw(roles)), (), draw(kinds)) for name in names]
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=16, unique=True))
    labels = st.lists(st.sampled_from(WORDS), max_size=3, unique=True)
    arrows = [
        Arrow(one, other, tuple(draw(labels)), draw(st.sampled_from((WAY, WAY, STEP_IN))), draw(st.booleans()))
        for one, other in sorted(pairs)
    ]
    everywhere = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(names)), max_size=2))
    return Graph(tuple(nodes), tuple(arrows), draw(st.sampled_from(names)), tuple(everywhere))


def chain(count: int) -> Graph:
    """States in a row, each with a way back to the one before."""
    names = [f"s{number}" for number in range(count)]
    on = [Arrow(one, other, ("on",)) for one, other in pairwise(names)]
    back = [Arrow(other, one, ("back",)) for one, other in pairwise(names)]
    arrows = sorted([*on, *back], key=lambda arrow: names.index(arrow.origin))
    return Graph(tuple(Node(name, name) for name in names), tuple(arrows), "s0")


def box_of(layout: Layout, name: str) -> Box:
    return next(box for box in layout.boxes if box.node.name == name)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", FOLDERS)
def test_nothing_lies_on_anything_else(name: str, lang: str, form: str) -> None:
    assert faults_of(graph_of(workflow(name), lang), FORMS[form]) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs(), st.sampled_from(list(FORMS.values())))
def test_nothing_lies_on_anything_else_in_any_graph(graph: Graph, form: Form) -> None:
    assert faults_of(graph, form) == []


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs(), st.sampled_from(list(FORMS.values())))
def test_nothing_lies_on_anything_else_in_very_many_graphs(graph: Graph, form: Form) -> None:
    assert faults_of(graph, form) == []


def test_two_hundred_states_are_drawn_without_a_fault() -> None:
    layout = layout_of(chain(200), WIDE, "en")
    assert len(layout.boxes) == 200
    assert layout.width < 720
    for at in (0, 100, 170):
        boxes = layout.boxes[at:at + 30]
        names = {box.node.name for box in boxes}
        lines = tuple(line for line in layout.lines if {line.arrow.origin, line.arrow.target} <= names)
        assert faults(replace(layout, boxes=boxes, lines=lines)) == []


def test_the_same_graph_is_always_laid_out_the_same() -> None:
    graph = graph_of(workflow(SHIPPED), "zh")
    assert layout_of(graph, WIDE, "zh") == layout_of(graph, WIDE, "zh")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", LANGS)
def test_the_usual_way_of_the_shipped_workflow_is_one_straight_line(lang: str, form: str) -> None:
    graph = graph_of(workflow(SHIPPED), lang)
    assert places_of(graph, FORMS[form].columns).spine == USUAL
    layout = layout_of(graph, FORMS[form], lang)
    middle = box_of(layout, "set_targets").middle
    spine = [line for line in layout.lines if (line.arrow.origin, line.arrow.target) in pairwise(USUAL)]
    assert len(spine) == len(USUAL) - 1
    assert {x for line in spine for x, _ in line.points} == {middle}


@pytest.mark.parametrize("form", FORMS)
def test_detours_stand_on_one_side_and_what_leads_back_to_the_spine_on_the_other(form: str) -> None:
    layout = layout_of(graph_of(workflow(SHIPPED), "en"), FORMS[form], "en")
    spine = box_of(layout, "evaluate")
    assert all(box_of(layout, name).x > spine.x + spine.width for name in ("appeal", "improvement"))
    back = {(line.arrow.origin, line.arrow.target): line for line in layout.lines}
    for origin in ("calibrate", "closed"):
        assert min(x for x, _ in back[origin, "evaluate"].points) < spine.x
    assert max(x for x, _ in back["appeal", "evaluate"].points) > box_of(layout, "appeal").x


@pytest.mark.parametrize("lang", LANGS)
def test_the_shipped_workflow_fits_a_page_and_a_narrow_one(lang: str) -> None:
    graph = graph_of(workflow(SHIPPED), lang)
    assert layout_of(graph, WIDE, lang).width <= 720
    assert layout_of(graph, NARROW, lang).width <= 460


def test_a_wider_name_widens_all_boxes_and_no_word_is_broken() -> None:
    one = Graph((Node("a", "Go"), Node("b", "Verantwortung")), (Arrow("a", "b"),), "a")
    layout = layout_of(one, NARROW, "en")
    assert box_of(layout, "b").title.lines == ("Verantwortung",)
    assert len({box.width for box in layout.boxes}) == 1


def planted(layout: Layout, fault: str) -> Layout:
    """A drawing with one thing in a wrong place."""
    first, last = layout.boxes[0], layout.boxes[-1]
    line = next(one for one in layout.lines if one.label is not None and len(one.points) == 2)
    other = next(one for one in layout.lines if one.label is not None and one is not line)
    assert line.label is not None
    assert other.label is not None
    moved = {
        "boxes": (replace(last, x=first.x + 4, y=first.y + 4), line),
        "on box": (last, replace(line, label=line.label.moved(first.middle, first.y + 4))),
        "labels": (last, replace(line, label=line.label.moved(other.label.x + 3, other.label.y))),
        "over label": (last, replace(line, points=((other.label.x + 9, other.label.y - 40),
                                                   (other.label.x + 9, other.label.y + 60)))),
        "over box": (last, replace(line, points=((first.x - 5, first.y + 9), (first.x + 300, first.y + 9)))),
        "aslant": (last, replace(line, points=((1, 1), (9, 40)))),
        "cut off": (last, replace(line, label=line.label.moved(2, line.label.y))),
        "lines": (last, replace(other, arrow=line.arrow, label=None)),
        "does not touch": (last, replace(line, points=((line.points[0]), (line.points[1][0], line.points[1][1] - 9)))),
        "is not on its line": (last, replace(line, label=line.label.moved(line.label.x + 60, line.label.y))),
        "says nothing": (last, replace(line, label=None)),
        "text": (replace(last, title=last.title.moved(last.x, last.title.y)), line),
    }[fault]
    return replace(layout, boxes=(*layout.boxes[:-1], moved[0]),
                   lines=tuple(moved[1] if one is line else one for one in layout.lines))


@pytest.mark.parametrize(
    "fault",
    ["boxes", "on box", "labels", "over label", "over box", "aslant", "cut off", "lines", "does not touch",
     "is not on its line", "says nothing", "text"],
)
def test_each_fault_of_a_drawing_is_found(fault: str) -> None:
    layout = layout_of(graph_of(workflow(SHIPPED), "en"), WIDE, "en")
    assert any(fault in found for found in faults(planted(layout, fault)))
