"""Problems as text, JSON and annotations."""

from __future__ import annotations

import json

from engine.definition.problem import Problem, in_order
from engine.definition.render import excerpt, render, width_of

PROBLEM = Problem("a,b.yaml", 2, 5, "error", "WF011", {"word": "tlak", "nearest": "talk"}, ("next",))
TEXTS = {"a,b.yaml": "x: 1\nto: tlak\n"}


def test_text_has_place_level_code_sentence_hint_line_and_caret() -> None:
    assert render([PROBLEM], "en", "text", TEXTS).splitlines() == [
        "a,b.yaml:2:5 error WF011 there is no state `tlak`; did you mean `talk`?",
        "    2 | to: tlak",
        "      |     ^",
    ]


def test_the_caret_stands_below_wide_characters() -> None:
    assert width_of("客户a") == 5
    line, caret = excerpt(["客户: x"], 1, 5)
    assert width_of(line.split("| ")[1].split("x")[0]) == caret.split("| ")[1].index("^")


def test_a_long_line_is_cut_around_the_place() -> None:
    line, caret = excerpt(["a" * 300 + "HERE" + "b" * 300], 1, 301)
    assert len(line) < 130
    assert line[caret.index("^") :].startswith("HERE")


def test_control_characters_of_the_file_do_not_reach_the_screen() -> None:
    line, _ = excerpt(["a: \x1b[31mred"], 1, 1)
    assert "\x1b" not in line


def test_json_has_message_and_values() -> None:
    (plain,) = json.loads(render([PROBLEM], "zh", "json"))
    assert plain["message"] == "没有状态 `tlak`"
    assert plain["hint"] == "是不是想写 `talk`？"
    assert (plain["line"], plain["column"], plain["code"], plain["path"]) == (2, 5, "WF011", ["next"])
    assert json.loads(render([], "en", "json")) == []


def test_github_annotations_escape_what_would_end_them() -> None:
    said = render([PROBLEM, Problem("f", 1, 1, "later", "WF090", {"key": "a\nb%"})], "en", "github").splitlines()
    assert said[0].startswith("::error file=a%2Cb.yaml,line=2,col=5,title=WF011::there is no state")
    assert said[1].startswith("::notice file=f,line=1,col=1,title=WF090::key a%0Ab%25")


def test_problems_stand_in_the_order_of_their_places_and_once() -> None:
    late = Problem("a.yaml", 9, 1, "error", "WF011", {"word": "x"})
    early = Problem("a.yaml", 1, 1, "warning", "WF009", {"word": "x"})
    assert in_order([late, early, late]) == (early, late)


def test_what_lacks_and_what_was_waived_are_words_in_a_witness() -> None:
    gap = Problem("a.yaml", 1, 1, "error", "WF063", {"witness": "grade = ?, previous(grade) = ?"})
    assert "grade is missing, previous(grade) is missing" in render((gap,), "en")
    assert "grade 缺, previous(grade) 缺" in render((gap,), "zh")
    done = Problem("a.yaml", 1, 1, "error", "WF058", {"state": "x", "trail": "rate = …, decide = fine"})
    assert "rate is waived, decide = fine" in render((done,), "en")
