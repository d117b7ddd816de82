"""`explain`: what it takes for a code, what it says, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


def test_a_code_is_told_with_wrong_and_right_lines_whatever_its_case(call: Call) -> None:
    said = call("explain", "wf053")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("WF053  reviews can circle for ever")
    wrong, _, right = said.out.partition("This is right:")
    assert "again: {to: collect}\n" in wrong
    assert "again: {to: collect, times: 1}" in right
    assert call("explain", "WF053").out == said.out


def test_without_a_code_the_families_are_listed_and_with_one_its_codes(call: Call) -> None:
    families = call("explain").out
    assert "  WF " in families
    assert "  refusals  " in families
    family = call("explain", "sc").out
    assert "  SC065  the weights add up to ‹sum›" in family
    assert "WF011" not in family


def test_both_languages_are_spoken(call: Call) -> None:
    assert "这样写不对：" in call("explain", "SC065", "--lang", "zh").out
    assert "评分卡" in call("explain", "--lang", "zh").out


def test_programs_get_data(call: Call) -> None:
    data = call("explain", "SC065", "--format", "json").data
    assert {"code", "family", "template", "why", "example"} == data.keys()
    assert data["example"]["wrong"][0]["file"] == "scorecard.yaml"
    assert [one["family"] for one in call("explain", "--format", "json").data["families"]][:3] == ["YM", "SH", "WF"]
    assert call("explain", "YM", "--format", "json").data["codes"][0]["code"] == "YM001"


def test_an_unknown_code_is_a_misuse_that_names_near_ones(call: Call) -> None:
    said = call("explain", "WF999")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("There is no code WF999; near it: WF")
    assert "families" in call("explain", "{}").err


def test_a_code_of_the_product_that_is_no_problem_has_its_page_too(call: Call) -> None:
    assert call("explain", "not_your_task").out.startswith("not_your_task  The task ‹task› is for the role ‹role›")
    assert call("explain", "op005").out.startswith("OP005  ")


@pytest.mark.parametrize(("text", "more"), [("scorecard: x\nversion: 1\n", True), (None, False)])
def test_check_ends_with_where_more_is_said_only_where_there_are_problems(
    call: Call, tmp_path: Path, text: str | None, more: bool
) -> None:
    from engine.definition.library import folder_of

    card = folder_of("account-manager") / "scorecard.yaml"
    if text is not None:
        card = tmp_path / "card.yaml"
        card.write_text(text, "utf-8")
    last = call("check", card).out.splitlines()[-1]
    assert last.startswith("More about a code: `reviewcycle explain SC") is more
