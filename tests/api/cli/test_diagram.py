"""`diagram`: the states of a workflow in text for Mermaid or as a picture, or what is wrong with them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.words.book import LANGS
from tests.house.tree import ROOT

Call = Callable[..., Any]
FOLDER = ROOT / "workflows" / "account-manager"


def test_mermaid_is_what_comes_without_asking(call: Call) -> None:
    said = call("diagram", FOLDER)
    assert said.code == 0
    assert said.out.startswith("stateDiagram-v2\n")
    assert call("diagram", FOLDER, "--format", "mermaid").out == said.out


@pytest.mark.parametrize("lang", LANGS)
def test_a_picture_is_a_file_of_its_own(call: Call, lang: str) -> None:
    said = call("diagram", FOLDER / "workflow.yaml", "--format", "svg", "--lang", lang)
    root = ElementTree.fromstring(said.out)
    assert said.code == 0
    assert root.find("{http://www.w3.org/2000/svg}rect[@class='drawing-paper']") is not None
    narrow = ElementTree.fromstring(call("diagram", FOLDER, "--format", "svg", "--narrow", "--lang", lang).out)
    assert int(narrow.get("width", "0")) < int(root.get("width", "0"))


def test_problems_are_shown_instead(call: Call, tmp_path: Path) -> None:
    (tmp_path / "workflow.yaml").write_text("workflow: x\n", "utf-8")
    said = call("diagram", tmp_path, "--format", "svg")
    assert said.code == 1
    assert "<svg" not in said.out
    assert "workflow.yaml" in said.out + said.err


def test_another_format_is_a_misuse(call: Call) -> None:
    assert call("diagram", FOLDER, "--format", "png").code == 2


def test_one_workflow_review_or_cycle_is_drawn_at_a_time(call: Call) -> None:
    assert call("diagram").code == 2
    assert call("diagram", FOLDER, "--review", "am01").code == 2


def test_a_review_s_way_and_a_cycle_s_counts_are_marked_in_both_formats(
    call: Call, demo_played: Any, tmp_path: Path
) -> None:
    shutil.copytree(demo_played.folder, tmp_path / "data")
    way = call("diagram", "--review", "am33/2025-Q3").out
    assert re.search(r"^    class [\w,]*appeal[\w,]* been$", way, re.M)
    assert "class closed here" in way
    assert 'state "Evaluate (2×)" as evaluate' in way
    counts = call("diagram", "--cycle", "2025-Q3").out
    assert re.search(r'^    state "Closed \(\d+\)" as closed$', counts, re.M)
    picture = ElementTree.fromstring(call("diagram", "--review", "am33/2025-Q3", "--format", "svg").out)
    assert any("is-here" in (one.get("class") or "") for one in picture.iter())
    assert "is-here" not in call("diagram", FOLDER, "--format", "svg").out


def test_a_name_that_is_neither_a_file_nor_published_is_a_misuse(call: Call) -> None:
    said = call("diagram", "nowhere/at/all")
    assert said.code == 2
    assert "nowhere/at/all" in said.err
