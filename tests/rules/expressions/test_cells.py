"""Proofs about branches, held against trying every value there is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.expressions.abstraction import atoms
from rules.expressions.cells import NOT_PROVEN, dead, find_gap, find_overlap
from rules.expressions.compiled import compile_expression
from rules.expressions.points import witnesses
from rules.expressions.render import text_of
from rules.expressions.scope import Scope
from rules.expressions.tree import Node
from rules.expressions.types import MISSING, YES_NO, Kind, Type
from tests.rules.expressions.scopes import GRADE, choice, number

TYPES: dict[str, Type] = {
    "score": number(0, 100), "free": Type(Kind.NUMBER), "count": number(0, 5, 0), "other": number(0, 100),
    "ok": YES_NO, "maybe": number(0, 5, 0, missing=True),
    "grade": GRADE, "level": choice("city", "province", "nation"), "day": Type(Kind.DATE),
}  # fmt: skip
SCOPE = Scope(names=TYPES, past={"grade": GRADE}, rules=("veto",))


def trees(*texts: str | None) -> list[Node | None]:
    return [None if text is None else compile_expression(text, SCOPE).tree for text in texts]


def conditions(*texts: str) -> list[Node]:
    return [compile_expression(text, SCOPE).tree for text in texts]


@pytest.mark.parametrize(
    ("texts", "witness"),
    [
        (["score > 95", "score < 95"], {"score": Decimal(95)}), (["score >= 95", "score < 95"], None),
        (["score >= 95", "score <= 94.99"], None),
        (["score >= 95", "score <= 94.98"], {"score": Decimal("94.99")}),
        (["free >= 95", "free <= 94"], {"free": Decimal("94.5")}),
        (["score >= 60"], {"score": Decimal(0)}), (["score >= 60", None], None), (["ok"], {"ok": False}),
        (["ok", "not ok"], None),
        (["grade >= A", "grade == B", "grade == C"], {"grade": "一票否决"}),
        (["grade in (S; A; B; C; 一票否决)"], None), (["level in (city; nation)"], {"level": "province"}),
        (["ok and score >= 60", "not ok", "score < 60"], None),
        (["ok and score >= 60", "not ok and score < 60"], {"ok": True, "score": Decimal(0)}),
        (["maybe > 3", "maybe <= 3"], {"maybe": MISSING}), (["maybe > 3", "maybe < 3"], {"maybe": Decimal(3)}),
        (["count == 0", "count in (1; 2; 3)", "count >= 5"], {"count": Decimal(4)}),
        (["day >= 2025-04-01", "day <= 2025-03-30"], {"day": date(2025, 3, 31)}),
        (["day >= 2025-04-01", "day < 2025-04-01"], None), (["1 == 1"], None),
        (["score > 90 / 3", "score < 30"], {"score": Decimal(30)}),
        (["ok if score > 5 else not ok"], {"score": Decimal(0), "ok": True}),
    ],
)  # fmt: skip
def test_a_gap_is_shown_by_values_and_its_absence_proven(
    texts: list[str | None], witness: Mapping[str, Any] | None
) -> None:
    assert find_gap(trees(*texts), TYPES) == witness


def test_conditions_on_two_figures_are_proven_as_far_as_they_can_be() -> None:
    assert find_gap(trees("score >= other", "score < other"), TYPES) is None
    assert find_gap(trees("grade == previous(grade)", "grade != previous(grade)"), TYPES) is None
    assert find_gap(trees("score >= other", "ok"), TYPES) is NOT_PROVEN
    assert find_gap(trees("score >= other and ok"), TYPES) == {"ok": False}
    assert find_gap(trees("held(veto)", "not held(veto) and ok"), TYPES) is NOT_PROVEN
    assert find_overlap(conditions("score >= other", "score < other"), TYPES) is None
    assert find_overlap(conditions("score >= other", "ok"), TYPES) is NOT_PROVEN


def test_what_looks_back_lacks_in_the_first_period_where_that_is_asked() -> None:
    back = trees("previous(grade) == B", "previous(grade) != B")
    assert find_gap(back, TYPES) is None
    assert find_gap(back, TYPES, lacking_too=True) == {"previous(grade)": MISSING}
    both = trees("grade == previous(grade)", "grade != previous(grade)")
    assert find_gap(both, TYPES, lacking_too=True) == {"previous(grade)": MISSING}
    assert find_gap(trees("score >= other", "score < other"), TYPES, lacking_too=True) is None
    lacking = {**TYPES, "other": replace(TYPES["other"], missing=True)}
    assert find_gap(trees("score >= other", "score < other"), lacking, lacking_too=True) == {"other": MISSING}
    assert find_gap(trees("score >= other", "score < other", "ok", "not ok"), lacking, lacking_too=True) is None


def test_an_else_for_what_lacks_is_not_dead_where_that_is_asked() -> None:
    back = trees("previous(grade) == B", "previous(grade) != B", None)
    assert dead(back, TYPES) == (2,)
    assert dead(back, TYPES, lacking_too=True) == ()


def test_grades_off_the_ladder_are_neither_better_nor_worse() -> None:
    assert find_gap(trees("grade >= B", "grade < B"), TYPES) == {"grade": "一票否决"}
    assert find_gap(trees("grade >= previous(grade)", "grade < previous(grade)"), TYPES) is NOT_PROVEN


def test_overlaps_name_both_branches_and_a_value() -> None:
    overlap = find_overlap(conditions("score > 50", "score <= 50", "score in (7; 70)"), TYPES)
    assert overlap not in (None, NOT_PROVEN)
    assert (overlap.first, overlap.second) in ((0, 2), (1, 2))  # type: ignore[union-attr]
    assert find_overlap(conditions("score > 50", "score <= 50"), TYPES) is None
    assert find_overlap(conditions("level == city", "level in (province; nation)"), TYPES) is None


def test_dead_branches_are_those_never_taken_first() -> None:
    assert dead(trees("score > 5", "score > 6", "score <= 5", None), TYPES) == (1, 3)
    assert dead(trees("score > 100", None), TYPES) == (0,)
    assert dead(trees("ok and not ok", "score >= other", "score < other", None), TYPES) == (0, 3)
    assert dead(trees("score > 5", "ok", None), TYPES) == ()


def test_too_many_cells_are_not_tried() -> None:
    wide = {f"n{index}": number(0, 100) for index in range(12)}
    scope = Scope(names=wide)
    branches = [compile_expression(" and ".join(f"{name} > 5" for name in wide), scope).tree]
    assert find_gap(branches, wide) is NOT_PROVEN
    assert find_overlap([*branches, *branches], wide) is NOT_PROVEN
    assert dead(branches, wide) is NOT_PROVEN


def test_atoms_are_listed_once_in_order() -> None:
    [tree] = conditions("ok and score > 5 or not (score > 5 and grade == A)")
    assert [text_of(atom) for atom in atoms(tree)] == ["ok", "score > 5", "score > 5", "grade == A"]


@pytest.mark.parametrize(
    ("kind", "constants", "expected"),
    [
        (number(0, 10, 0), {Decimal(4)}, "0 1 4 5 10"), (number(0, 10, 0), {Decimal(4), Decimal(5)}, "0 1 4 5 6 10"),
        (number(0, 1, 1), {Decimal("0.5")}, "0 0.1 0.5 0.6 1"),
        (number(None, None, 0), {Decimal(4)}, "3 4 5"), (number(digits=None), set(), "0"),
        (number(0, None), set(), "0 0.01"), (number(0, 10, 0), {Decimal("4.5")}, "0 1 5 10"),
        (number(0, 10, 0), {Decimal(99)}, "0 1 10"),
    ],
)  # fmt: skip
def test_cells_of_a_number_keep_its_digits_and_range(kind: Type, constants: set[Any], expected: str) -> None:
    assert " ".join(str(value) for value in witnesses(kind, constants)) == expected


SMALL: dict[str, Type] = {
    "count": number(0, 4, 0),
    "maybe": number(0, 2, 0, missing=True),
    "grade": GRADE,
    "ok": YES_NO,
}
ALL: dict[str, Sequence[Any]] = {
    "count": [Decimal(n) for n in range(5)], "maybe": [Decimal(0), Decimal(1), Decimal(2), MISSING],
    "grade": [*GRADE.options, *GRADE.outside], "ok": [True, False],
}  # fmt: skip
small_atoms = st.one_of(
    st.builds(
        "{} {} {}".format,
        st.sampled_from(["count", "maybe"]),
        st.sampled_from(["<", "<=", "==", "!=", ">", ">="]),
        st.sampled_from(["0", "1", "1.5", "2", "3", "7"]),
    ),
    st.builds("grade {} {}".format, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), st.sampled_from("SABC")),
    st.sampled_from(["ok", "not ok", "grade in (S; 一票否决)", "count in (1; 3)"]),
)
small_texts = st.lists(st.lists(small_atoms, min_size=1, max_size=2).map(" and ".join), min_size=1, max_size=2).map(
    " or ".join
)


@settings(max_examples=60, deadline=None)
@given(st.lists(small_texts, min_size=1, max_size=3))
def test_proofs_agree_with_trying_every_value(texts: list[str]) -> None:
    scope = Scope(names=SMALL)
    branches = [compile_expression(text, scope) for text in texts]
    every = [dict(zip(ALL, values, strict=True)) for values in product(*ALL.values())]
    held = [[branch.value(names) is True for branch in branches] for names in every]
    found: Any = find_gap([branch.tree for branch in branches], SMALL)
    assert (found is not None) == any(not any(row) for row in held)
    if found is not None:
        assert not any(branch.value(found) is True for branch in branches)
    overlap: Any = find_overlap([branch.tree for branch in branches], SMALL)
    assert (overlap is not None) == any(sum(row) > 1 for row in held)
    if overlap is not None:
        assert all(branches[at].value(overlap.witness) is True for at in (overlap.first, overlap.second))
    alive = {row.index(True) for row in held if any(row)}
    assert dead([branch.tree for branch in branches], SMALL) == tuple(
        at for at in range(len(branches)) if at not in alive
    )


def test_a_figure_that_cannot_be_missing_has_no_such_cell() -> None:
    assert MISSING in witnesses(TYPES["maybe"], set())
    assert MISSING not in witnesses(replace(TYPES["maybe"], missing=False), set())
