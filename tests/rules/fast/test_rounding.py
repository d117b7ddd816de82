"""Rounding and arithmetic of programs against `rules.numbers`: every mode, every sign, halves, known and unknown
denominators."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rules.fast.algebra import compared
from rules.fast.builder import Builder
from rules.fast.emit import function_of
from rules.fast.program import Give, Lit, Op, Program, Ref, Slot
from rules.fast.values import Val
from rules.numbers import MODES, Rounding, round_number

SLOTS = (Slot(("input", "n"), "number", "v0"), Slot(("input", "d"), "number", "v1"))


def rounded(below: int | None, nonneg: bool, rounding: Rounding) -> object:
    """A function that rounds v0 / below, or v0 / v1."""
    builder = Builder()
    value = Val("number", Ref("v0"), Ref("v1") if below is None else Lit(below), low=Fraction(0) if nonneg else None)
    made = builder.held(builder.rounded(value, rounding))
    builder.block.append(Give((made.top, made.below)))
    return function_of(Program(SLOTS, frozenset(), tuple(builder.block), ()))[0]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("digits", [0, 2])
def test_every_mode_rounds_as_the_reference_does(mode: str, digits: int) -> None:
    rounding = Rounding(digits, mode)
    for below in (1, 2, 7, 40, 125):
        for nonneg in (True, False):
            run = rounded(below, nonneg, rounding)
            general = rounded(None, nonneg, rounding)
            for above in range(0 if nonneg else -61, 62):
                wanted = round_number(Fraction(above, below), rounding)
                for function in (run, general):
                    _, _, top, under = function((above, below))  # type: ignore[operator]
                    assert Fraction(top, under) == wanted, (above, below, rounding)


def test_halves_tell_the_modes_apart() -> None:
    """A control: were one mode taken for another, the test above would see it."""
    found = {mode: tuple(rounded(4, False, Rounding(0, mode))((above, 4))[2]  # type: ignore[operator]
                         for above in (-6, -5, -3, -2, 2, 3, 5, 6)) for mode in MODES}
    assert len(set(found.values())) == len(MODES)


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
def test_a_comparison_made_smaller_says_the_same(op: str) -> None:
    """`x * 3 + 4 <= 20` becomes `x <= 5`."""
    for factor in (-3, -1, 6):
        for constant in (-4, 0, 5):
            for bound in range(-7, 8, 2):
                left = Op("+", (Op("*", (Ref("v0"), Lit(factor))), Lit(constant)))
                for sides in ((left, Lit(bound)), (Lit(bound), left)):
                    made = compared(op, *sides)
                    plain = Op(op, sides)
                    runs = [function_of(Program(SLOTS[:1], frozenset(), (Give((one,)),), ()))[0]
                            for one in (made, plain)]
                    for value in range(-8, 9):
                        assert runs[0]((value,)) == runs[1]((value,))
