"""`diagram`: the states of a workflow in text for Mermaid or as a picture, or what is wrong with them."""

from __future__ import annotations

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
