"""Assets: what others wrote is byte for byte what its entry says, and no page reaches for another host."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.tree import ROOT

ASSETS = ROOT / "api" / "pages" / "assets"
FOLDERS = (ASSETS, ROOT / "tests" / "assets")
OWN = {
    "reviewcycle.css", "reviewcycle.js", "definition.js", "editor.entry.js", "vendored.json", "README.md", "mark.svg",
}
LICENCES = {"MIT", "0BSD", "MPL-2.0"}

# Where an address of another host does not make a browser go there: a name of a language, a comment.
NAMES = ("http://www.w3.org/", "https://picocss.com")
REACHES = re.compile(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s"'`)]*""", re.IGNORECASE)


def entries(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((folder / "vendored.json").read_text("utf-8"))["vendored"]
    return found


def changed(folder: Path, listed: Iterable[dict[str, str]]) -> list[str]:
    """Files whose bytes are not those that were written down."""
    return [
        one["file"]
        for one in listed
        if hashlib.sha256((folder / one["file"]).read_bytes()).hexdigest() != one["sha256"]
    ]


def reaching(text: str) -> list[str]:
    """Addresses of other hosts in a text, whatever they are there for."""
    return [found for found in REACHES.findall(text) if not found.startswith(NAMES)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_what_others_wrote_is_what_was_written_down(folder: Path) -> None:
    assert changed(folder, entries(folder)) == []


def test_a_changed_byte_is_found() -> None:
    assert changed(ASSETS, [{"file": "htmx.min.js", "sha256": hashlib.sha256(b"htmx").hexdigest()}]) == ["htmx.min.js"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_licence_lies_beside(folder: Path) -> None:
    for one in entries(folder):
        assert one["licence"] in LICENCES
        assert len((folder / one["licence_file"]).read_text("utf-8")) > 300


def test_every_asset_is_ours_or_written_down() -> None:
    lying = {path.name for path in ASSETS.iterdir() if path.is_file()}
    assert lying == OWN | {one["file"] for one in entries(ASSETS)}


def test_no_asset_reaches_for_another_host() -> None:
    texts = {path.name: path.read_text("utf-8") for path in ASSETS.iterdir() if path.suffix in (".js", ".css", ".svg")}
    assert {name: found for name, text in texts.items() if (found := reaching(text))} == {}


def test_no_template_reaches_for_another_host_or_writes_script_or_style_inside() -> None:
    inside = re.compile(r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*\bsrc=)|javascript:""", re.IGNORECASE)
    found = {}
    for path in (ROOT / "api" / "pages" / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        found[path.name] = reaching(text) + inside.findall(text)
    assert found
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "text",
    ['<script src="https://cdn.example.org/x.js">', "url(//fonts.example.com/a.woff2)", 'import "http://a.example.net"'],
)
def test_an_address_of_another_host_is_found(text: str) -> None:
    assert len(reaching(text)) == 1


def test_no_asset_makes_code_from_text_unless_it_is_told_to() -> None:
    """htmx holds one `eval` and one `Function`, which `allowEval: false` keeps shut; nothing else holds any."""
    makes = re.compile(r"\beval\(|\bnew Function\b|\bFunction\(")
    found = {path.name: len(makes.findall(path.read_text("utf-8"))) for path in ASSETS.glob("*.js")}
    assert {name for name, count in found.items() if count} <= {"htmx.min.js"}
