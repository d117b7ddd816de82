"""A workflow beside people: who lacks, and who would decide on what is her own; two seeded defects for every code."""

from __future__ import annotations

from datetime import date

import pytest

from engine.definition.problem import Problem
from engine.definition.reader import read_texts
from engine.operations.staff import check_people_file
from engine.sources.csv_file import Upload
from tests.engine.definition.seeding import PEOPLE, STEADY, Defect, damaged, of_people, some_at_once, sound

DAY = date(2025, 7, 1)
REVIEWED = ("s1", "s2")


def beside(found: dict[str, str], refs: tuple[str, ...] = REVIEWED) -> tuple[Problem, ...]:
    checked = read_texts({name: text for name, text in found.items() if name != PEOPLE})
    assert checked.definition is not None, checked.problems
    return check_people_file(checked.definition, Upload(PEOPLE, found[PEOPLE].encode()), DAY, subjects=refs)


@pytest.mark.parametrize("defect", some_at_once(of_people(), 5), ids=lambda one: one.name)
def test_a_defect_beside_people_is_told_with_its_code_at_its_line(defect: Defect) -> None:
    found, file, line = damaged(defect)
    told = beside(found, () if defect.everybody else REVIEWED)
    assert (defect.code, file, line) in [(one.code, one.file, one.line) for one in told]


def test_sound_people_have_no_problem() -> None:
    assert beside(sound(STEADY)) == ()
