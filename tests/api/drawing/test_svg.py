"""The picture of a workflow: all of it is there, in words too, and nothing in it runs, styles or hides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from api.drawing.graph import STEP_IN, Graph, graph_of
from api.drawing.svg import definition_svg
from api.drawing.ways import edges
from engine.definition.model import Definition
from engine.definition.reader import read_texts
from engine.words.book import LANGS, say
from tests.api.drawing.workflows import FOLDERS, SHIPPED, workflow
from tests.workflows.test_odd_but_legal import CARD, HEAD

SVG = "{http://www.w3.org/2000/svg}"
WAY = ["set_targets", "collect_data", "evaluate", "calibrate", "evaluate", "calibrate", "feedback", "re_adjust"]
HOSTILE = "</title><script>alert(1)</script>\" onload='x' style=\"x\" & <b> \u202e]]>\x00"


def drawn(picture: str) -> ElementTree.Element:
    """The picture read as XML; ill-formed text raises."""
    return ElementTree.fromstring(picture)


def spoken(element: ElementTree.Element) -> str:
    """Words as they are seen, lines of one text joined."""
    return " ".join("".join(one.itertext()) if one.tag != f"{SVG}text" else " ".join(one.itertext())
                    for one in element.iter() if one.tag in (f"{SVG}text", f"{SVG}desc"))


def groups(root: ElementTree.Element, *names: str) -> list[ElementTree.Element]:
    """Groups that have all of these classes."""
    return [one for one in root.iter(f"{SVG}g") if set(names) <= set(one.get("class", "").split())]


def titles(found: Iterable[ElementTree.Element]) -> set[str]:
    return {" ".join(text.itertext()) for one in found for text in one.iter(f"{SVG}text")
            if text.get("class") == "drawing-title"}


def hostile() -> Definition:
    shipped = workflow(SHIPPED)
    states = {name: replace(state, title={"": f"{HOSTILE}{number}"}) for number, (name, state)
              in enumerate(shipped.states.items())}
    return replace(shipped, states=states, title={"": HOSTILE})


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", FOLDERS)
def test_every_state_and_every_way_is_drawn(name: str, lang: str) -> None:
    definition = workflow(name)
    graph = graph_of(definition, lang)
    root = drawn(definition_svg(definition, lang))
    kinds = [set(one.get("class", "").split()) for one in groups(root, "drawing-box")]
    assert sum("is-any" not in one and "is-again" not in one for one in kinds) == len(definition.states)
    everywhere = {target for _, target in graph.everywhere}
    assert len(groups(root, "drawing-way")) == len(graph.arrows) + len(everywhere) + 1  # the last leads to the first
    assert {(one, other) for one, other, _ in edges(definition, lang)} == {
        (arrow.origin, arrow.target) for arrow in graph.arrows}
    about = root.findtext(f"{SVG}desc") or ""
    for state in graph.nodes:
        assert state.title in about
    for arrow in graph.arrows:
        assert all(label in about for label in arrow.labels)
    for label, _ in graph.everywhere:
        assert label in spoken(root)


def test_what_opens_a_way_stands_on_its_arrow() -> None:
    root = drawn(definition_svg(workflow(SHIPPED), "en"))
    said = [" ".join(one.itertext()) for one in groups(root, "drawing-way")]
    for label in (
        "Accept · deadline", "Send back", "The grade is reopened", "Disagree (after 2×)", "Improvement plan needed"
    ):
        assert any(label in one for one in said)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("alone", [False, True])
def test_the_same_definition_gives_the_same_bytes(narrow: bool, alone: bool) -> None:
    def picture() -> str:
        return definition_svg(workflow(SHIPPED), "zh", path=WAY, counts={"closed": 3}, narrow=narrow, alone=alone)

    assert picture() == picture()


@pytest.mark.parametrize("picture", [
    definition_svg(workflow(SHIPPED), "en", path=WAY, here="re_adjust", counts={"closed": 12}, alone=True),
    definition_svg(hostile(), "zh", path=WAY, title=HOSTILE),
])
def test_nothing_in_it_runs_or_styles_or_is_fetched(picture: str) -> None:
    root = drawn(picture)
    tags = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "circle", "polygon", "line", "text", "tspan"}
    names = {name for one in root.iter() for name in one.attrib}
    assert not {name for name in names if name.startswith("on") or name in ("style", "id", "href")}
    assert "url(" not in picture


def test_a_hostile_title_is_text_and_nothing_else() -> None:
    root = drawn(definition_svg(hostile(), "en"))
    assert "<script>alert(1)</script>" in (root.findtext(f"{SVG}desc") or "")
    assert not [one for one in root.iter() if "script" in one.tag or one.tag.endswith("}b")]
    assert "\u202e" not in definition_svg(hostile(), "en")


@pytest.mark.parametrize("lang", LANGS)
def test_it_is_an_image_with_a_name_and_a_description_in_its_language(lang: str) -> None:
    root = drawn(definition_svg(workflow(SHIPPED), lang, title="The name"))
    assert (root.get("role"), root[0].text) == ("img", "The name")
    assert [one.tag for one in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("lang") == {"en": "en", "zh": "zh-Hans"}[lang]
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_a_way_is_told_by_more_than_its_colour() -> None:
    root = drawn(definition_svg(workflow(SHIPPED), "en", path=WAY, here="re_adjust"))
    here, been = groups(root, "drawing-box", "is-here"), groups(root, "drawing-box", "is-visited")
    assert titles(here) == {"Re-adjust"}
    assert say("en", "cli.diagram.now") in " ".join(here[0].itertext())
    assert titles(been) == {
        "Set targets", "Collect data", "Evaluate", "Calibrate", "Give feedback", "Follow up", "Re-adjust"}
    twice = [one for one in been if "2×" in " ".join(one.itertext())]
    assert titles(twice) == {"Evaluate", "Calibrate"}
    assert all(groups(one, "drawing-been") for one in been if one not in here)
    ahead = [one for one in groups(root, "drawing-box") if one not in been]
    assert not [one for one in ahead if groups(one, "drawing-been") or groups(one, "drawing-now")]

    def widths(ways: Iterable[ElementTree.Element]) -> set[str | None]:
        return {path.get("stroke-width") for one in ways for path in one.iter(f"{SVG}path")}

    walked = groups(root, "drawing-way", "is-walked")
    assert widths(walked) == {"3"}
    assert widths(one for one in groups(root, "drawing-way") if one not in walked) == {"1.5"}


def test_a_way_passes_forks_that_nobody_stops_at() -> None:
    root = drawn(definition_svg(workflow(SHIPPED), "en", path=["feedback", "improvement"]))
    walked = [" ".join(one.itertext()) for one in groups(root, "drawing-way", "is-walked")]
    assert len(walked) == 3  # to the first state, to the fork, and on
    assert "Improvement plan needed" in " ".join(walked)


def test_a_command_of_every_state_is_walked_below() -> None:
    root = drawn(definition_svg(workflow(SHIPPED), "en", path=["set_targets"], here="withdrawn"))
    assert "Withdraw" in " ".join(groups(root, "drawing-way", "is-walked", "is-step-in")[0].itertext())
    assert titles(groups(root, "is-here")) == {"Withdrawn"}


def test_counts_stand_at_their_states() -> None:
    root = drawn(definition_svg(workflow(SHIPPED), "en", counts={"evaluate": 12, "closed": 1207}))
    assert {" ".join(one.itertext()) for one in groups(root, "drawing-count")} == {"12", "1207"}
    assert "Evaluate: 12." in (root.findtext(f"{SVG}desc") or "")
    assert "Set targets: 0." in (root.findtext(f"{SVG}desc") or "")


def test_unknown_states_of_another_definition_are_passed_over() -> None:
    picture = definition_svg(workflow(SHIPPED), "en", path=["nowhere", "evaluate"], here="elsewhere", counts={"x": 3})
    root = drawn(picture)
    assert titles(groups(root, "is-visited")) == {"Evaluate"}
    assert not groups(root, "is-here")
    assert not groups(root, "drawing-count")


def test_a_file_of_its_own_has_paper_and_ink_and_a_part_of_a_page_takes_its() -> None:
    alone = drawn(definition_svg(workflow(SHIPPED), "en", alone=True))
    part = drawn(definition_svg(workflow(SHIPPED), "en"))
    assert (alone.get("color"), part.get("color")) == ("#1b1f24", None)
    assert alone.find(f"{SVG}rect[@class='drawing-paper']") is not None
    assert part.find(f"{SVG}rect[@class='drawing-paper']") is None


def test_steps_in_are_dotted() -> None:
    graph: Graph = graph_of(workflow(SHIPPED), "en")
    assert {(arrow.origin, arrow.target) for arrow in graph.arrows if arrow.kind == STEP_IN} == {("closed", "evaluate")}
    root = drawn(definition_svg(workflow(SHIPPED), "en"))
    dotted = [one for one in groups(root, "drawing-way") if any(path.get("stroke-dasharray") for path in one.iter())]
    assert {" ".join("".join(one.itertext()).split()) for one in dotted} == {"Reopen", "Withdraw"}


ODD = """  done: {final: true}
  k: {collects: a, tasks: {t: {by: hr, outcomes: {on: {to: done}, once-more: {to: k, times: 2}}}},
      deadline: {in: 5 days, to: done}}
anywhere: {go: {by: hr, from: done, within: 5 days, times: 1, to: k}}
"""


def test_a_workflow_may_begin_at_its_end_and_lead_to_itself() -> None:
    texts = {"workflow.yaml": f"{HEAD}initial: done\nstates:\n{ODD}", "scorecard.yaml": CARD}
    definition = read_texts(texts).definition
    assert definition is not None
    root = drawn(definition_svg(definition, "en", path=["done", "k", "k"]))
    assert "once-more" in spoken(root)
    assert len(groups(root, "drawing-way", "is-walked")) == 3
