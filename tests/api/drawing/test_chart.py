"""Charts say their numbers: no bar without its count, no colour that has to be read."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from api.drawing.chart import grades_svg, progress_svg, share
from engine.words.book import LANGS, say

SVG = "{http://www.w3.org/2000/svg}"
GRADES = {"East": {"S": 1, "A": 3, "B": 0}, "West & South": {"S": 0, "A": 1, "B": 4}}
STATES = {"East": {"open": 3}, "West": {"closed": 1, "open": 2}}


def panels(picture: str) -> list[list[str]]:
    """The words of each unit in the order in which they are read."""
    root = ElementTree.fromstring(picture)
    return [[text.text or "" for text in one.iter(f"{SVG}text")] for one in root.iter(f"{SVG}g")
            if "drawing-panel" in one.get("class", "").split()]


def bars(picture: str) -> list[int]:
    return [int(one.get("width", "0")) for one in ElementTree.fromstring(picture).iter(f"{SVG}rect")
            if one.get("class") == "drawing-bar"]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("lang", LANGS)
def test_every_unit_has_every_grade_with_its_number_and_all_together_come_first(lang: str, narrow: bool) -> None:
    whole, east, west = panels(grades_svg(GRADES, lang, narrow=narrow))
    assert whole[2:] == ["S", "1 · 11%", "A", "4 · 44%", "B", "4 · 44%"]
    assert east[0] == "East"
    assert east[2:] == ["S", "1 · 25%", "A", "3 · 75%", "B", "0"]
    assert west[0] == "West & South"
    assert west[2:] == ["S", "0", "A", "1 · 20%", "B", "4 · 80%"]
    assert whole[0] == say(lang, "cli.chart.all")


def test_one_unit_alone_is_not_said_twice() -> None:
    assert len(panels(grades_svg({"East": GRADES["East"]}, "en"))) == 1


def test_bars_of_all_units_are_drawn_to_one_scale() -> None:
    lengths = bars(grades_svg(GRADES, "en"))
    assert len(lengths) == 7  # none for what is nobody's grade
    longest = max(lengths)
    assert lengths[-1] == longest
    assert lengths[4] == 75 * longest // 80
    assert lengths[0] == 11 * longest // 80


def test_states_stand_in_the_order_of_the_workflow_and_empty_ones_are_left_out() -> None:
    titles = {"draft": "Draft", "open": "Open", "closed": "Closed"}
    _, east, west = panels(progress_svg(STATES, "en", titles=titles, overdue={"East": 2}))
    assert east == ["East", "reviews: 3 · overdue: 2", "Open", "3 · 100%", "Closed", "0"]
    assert west == ["West", "reviews: 3", "Open", "2 · 67%", "Closed", "1 · 33%"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_numbers_are_said_in_words_too(lang: str) -> None:
    root = ElementTree.fromstring(grades_svg(GRADES, lang))
    assert root.get("role") == "img"
    about = root.findtext(f"{SVG}desc") or ""
    assert all(part in about for part in ("East", "A 3", "West & South", "B 4"))
    assert root.findtext(f"{SVG}title") == say(lang, "cli.chart.grades")


@pytest.mark.parametrize("counts", [{}, {"East": {}}, {"East": {"A": 0}}])
def test_nothing_to_count_is_said(counts: dict[str, dict[str, int]]) -> None:
    for picture in (grades_svg(counts, "en"), progress_svg(counts, "en")):
        assert say("en", "cli.chart.none") in picture


def test_a_hostile_unit_is_text() -> None:
    picture = grades_svg({"</text><script>": {"<A>": 2}}, "en")
    root = ElementTree.fromstring(picture)
    assert not [one for one in root.iter() if "script" in one.tag]
    assert "</text><script>" in [text.text for text in root.iter(f"{SVG}text")]


def test_the_page_of_a_narrow_chart_is_narrow() -> None:
    many = {f"Unit {number}": GRADES["East"] for number in range(7)}
    root = ElementTree.fromstring(grades_svg(many, "en", narrow=True))
    assert int(root.get("width", "0")) <= 375
    assert int(ElementTree.fromstring(grades_svg(many, "en")).get("width", "0")) <= 720


def test_shares_are_rounded_half_up_without_fractions() -> None:
    assert [share(1, 8), share(1, 200), share(0, 0), share(7, 7), share(2, 3)] == [13, 1, 0, 100, 67]
