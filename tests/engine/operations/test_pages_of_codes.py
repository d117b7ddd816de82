"""Pages of codes: each example is what the checker really says, its right lines are right, and nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.definition.problem import has_errors
from engine.operations.code_examples import (
    FOLDER,
    Example,
    Snippet,
    example_of,
    examples,
    folder_of,
    problems_of,
    replaced,
)
from engine.operations.code_pages import (
    OTHER,
    REFUSALS,
    TOLD_BY_CHECK,
    code_named,
    code_page,
    families,
    family_named,
    near,
    page_lines,
    plain_page,
    title_of,
)
from engine.review.codes import Code
from engine.words.book import LANGS, sentences

WITHOUT = {
    "WF001": "says that there is no file at all",
    "EX047": "no place of a scorecard wants one word of a list from an expression",
}
"""Codes of `check` without an example, and why."""
TOO_LONG = {"YM008", "YM009", "YM014", "SH007", "EX001", "EX009", "EX010", "EX011"}
"""What is wrong with these is that they are long."""
CODES = [code for family in TOLD_BY_CHECK for code in families()[family]]
SHOWN = [code for code in CODES if code not in WITHOUT]
LINE = re.compile(r" *(\d+) \| ")


def numbers(snippets: Iterable[Snippet], file: str) -> set[int]:
    found = [LINE.match(line.text) for one in snippets if one.file == file for line in one.lines]
    return {int(one[1]) for one in found if one}


def faults_of(code: str, example: Example | None) -> list[str]:
    """What is wrong with an example; the checker has made it, so its problem is one that is really told."""
    if example is None:
        return ["no example"]
    right = problems_of(replaced(folder_of(code), examples(code[:2])[code], "right"))
    lines = [line for side in (example.wrong, example.right) for one in side for line in one.lines]
    empty = not any(one.lines for one in example.wrong)
    at = example.problem
    cut = any("…" in line.text and line.text.strip() != "…" for line in lines)
    faults = {
        "another code": at.code != code,
        "told of the right lines, too": any(one.code == code for one in right),
        "the right lines have an error": has_errors(right),
        "the problem's line is not shown": not empty and at.line not in numbers(example.wrong, at.file),
        "no caret": not empty and not any(line.text.endswith("^") for one in example.wrong for line in one.lines),
        "nothing differs": not any(line.new for line in lines),
        "a line is cut": cut and code not in TOO_LONG,
    }
    return [fault for fault, found in faults.items() if found]


@pytest.mark.parametrize("code", SHOWN[::5])
def test_a_sample_of_examples_is_what_the_checker_says(code: str) -> None:
    assert faults_of(code, example_of(code)) == []


@pytest.mark.slow
@pytest.mark.parametrize("code", SHOWN)
def test_every_example_is_what_the_checker_says(code: str) -> None:
    assert faults_of(code, example_of(code)) == []


def test_a_wrong_example_would_be_found() -> None:
    """The control: another place, another code, or the right lines in place of the wrong ones."""
    good = example_of("WF011")
    assert good is not None
    elsewhere = replace(good, problem=replace(good.problem, line=99))
    assert faults_of("WF011", elsewhere) == ["the problem's line is not shown"]
    assert faults_of("WF011", replace(good, problem=replace(good.problem, code="WF012"))) == ["another code"]
    assert "no caret" in faults_of("WF011", replace(good, wrong=good.right))
    assert faults_of("WF053", None) == ["no example"]


def test_every_code_of_check_has_an_example_or_a_reason_for_none() -> None:
    written = {code for family in TOLD_BY_CHECK for code in examples(family)}
    assert written == set(SHOWN)
    assert set(WITHOUT) <= set(CODES)


@pytest.mark.parametrize("folder", sorted(one.name for one in FOLDER.iterdir() if one.is_dir()))
def test_the_small_definitions_are_sound(folder: str) -> None:
    assert problems_of(replaced(folder, {}, "right")) == ()


@pytest.mark.parametrize("lang", LANGS)
def test_every_code_of_check_says_why_it_matters_and_not_its_sentence_again(lang: str) -> None:
    pages = {code: code_page_of_words(code, lang) for code in CODES}
    assert {code for code, (_, why) in pages.items() if not why} == set()
    again = {code for code, (sentence, why) in pages.items() if why.strip(".。") in sentence or sentence in why}
    assert again == set()
    said = [why for _, why in pages.values()]
    assert len(set(said)) == len(said)


def code_page_of_words(code: str, lang: str) -> tuple[str, str]:
    book = sentences(lang)
    return book[code], book.get(f"why.{code}", "")


def test_nothing_says_why_of_a_code_that_is_not_there() -> None:
    told = {name.removeprefix("why.") for name in sentences("en") if name.startswith("why.")}
    assert told == set(CODES)


def test_every_code_that_the_product_says_has_a_page() -> None:
    numbered = {code for code in sentences("en") if re.fullmatch(r"[A-Z]{2}\d{3}", code)}
    known = {code for codes in families().values() for code in codes}
    assert numbered | {one.value for one in Code} <= known
    for code in ("OP001", "FA001", "no_such_task", "http.bad_json"):
        assert code_named(code.upper()) == code
        assert next(line for line in page_lines(code_page(code, "zh"), "zh") if line).startswith(f"{code}  ")
    assert code_page("http.bad_json", "en").family == OTHER
    assert code_page("no_such_task", "en").family == REFUSALS
    titles = {title_of(family, "en") for family in families()}
    assert len(titles) == len(families()), "each family says what it is about"


def test_an_unknown_code_is_near_others() -> None:
    assert code_named("WF999") == ""
    assert family_named("wf") == "WF"
    assert near("WF199")
    assert all(one.startswith("WF") for one in near("wf 0110"))
    assert near("FW011")
    assert "WF011" in near("FW011")
    assert near("no_such_tusk")
    assert near("no_such_tusk")[0] == "no_such_task"
    assert near("") == ()


def test_a_page_shows_wrong_lines_what_is_said_and_right_lines() -> None:
    assert list(page_lines(code_page("WF011", "en"), "en")) == [
        "WF011  there is no state `‹word›`",
        "",
        "A review that is sent there would have no place to be. Mostly a state was renamed in one place only.",
        "",
        "This is wrong:",
        "",
        "    workflow.yaml",
        "       12 | forms: {note: forms/note.json}",
        "  >    13 | initial: start",
        "          |          ^",
        "       14 | states:",
        "",
        "    workflow.yaml:13:10 error WF011 there is no state `start`; did you mean `sort`?",
        "    The same slip is also told as WF050.",
        "",
        "This is right:",
        "",
        "    workflow.yaml",
        "       12 | forms: {note: forms/note.json}",
        "  >    13 | initial: collect",
        "       14 | states:",
    ]
    chinese = "\n".join(page_lines(code_page("WF011", "zh"), "zh"))
    assert "没有状态 `start`" in chinese
    assert "initial: collect" in chinese
    data = plain_page(code_page("WF011", "zh"), "zh")
    assert data["example"]["right"][0]["lines"][1] == {"text": "   13 | initial: collect", "new": True}


def test_an_example_that_is_not_told_its_code_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("engine.operations.code_examples.examples", lambda family: {"WF011": {"wrong": []}})
    with pytest.raises(ValueError, match="is not told of its own example"):
        example_of.__wrapped__("WF011")
    with pytest.raises(ValueError, match="stands 0 times"):
        replaced("quarter", {"wrong": [["no such line", ""]]}, "wrong")
