"""A workflow whose scorecard needs the others of a cohort is checked, and not published before it is carried out."""

from __future__ import annotations

import re

import pytest

from engine.definition.library import folder_of
from engine.definition.reader import read_texts

QUOTA = "quota: {rules: [{grades: [S], at_most: 20 %}]}"
POOL = "pool: {type: money, digits: 2, range: 0..1000, of: cohort, missing: {use: 0}}"
SPLIT = "bonus: {split: pool, by: total, digits: 2}"


@pytest.mark.parametrize(("under", "keys"), [
    ({}, []), ({"": QUOTA}, ["quota"]), ({"inputs": POOL, "consequences": SPLIT}, ["of", "split"]),
])
def test_what_needs_a_cohort_is_told_of_a_workflow_as_later(under: dict[str, str], keys: list[str]) -> None:
    folder = folder_of("account-manager")
    texts = {str(one.relative_to(folder)): one.read_text("utf-8") for one in folder.rglob("*") if one.is_file()}
    card = texts["scorecard.yaml"]
    for key, line in under.items():
        card = re.sub(rf"(?m)^({key}:.*)$", rf"\1\n  {line}", card) if key else f"{card}\n{line}\n"
    problems = read_texts({**texts, "scorecard.yaml": card}).problems
    later = sorted(one.values["key"] for one in problems if one.level == "later" and one.code == "SC090")
    assert later == keys
